#include "commands.h"

#include <cublasLt.h>
#include <math.h>
#include "bench.h"
#include "collective.h"
#include "sim/base/json.h"
#include "version.h"

/* Unknown counts are negative, and null. */
static void put_count(struct jout *out, const char *key, int value)
{
    jout_number(out, key, value < 0 ? (double)NAN : (double)value);
}

static void put_version(struct jout *out, const char *key, int major, int minor)
{
    char text[32];
    snprintf(text, sizeof text, "%d.%d", major, minor);
    jout_string(out, key, text);
}

static void put_device(struct jout *out, const struct lab *lab)
{
    int clock_khz = 0, memory_khz = 0, bus_bits = 0;
    try_cuda(cudaDeviceGetAttribute(&clock_khz, cudaDevAttrClockRate, lab->device));
    try_cuda(cudaDeviceGetAttribute(&memory_khz, cudaDevAttrMemoryClockRate, lab->device));
    try_cuda(cudaDeviceGetAttribute(&bus_bits, cudaDevAttrGlobalMemoryBusWidth, lab->device));
    jout_string(out, "gpu", lab->about.name);
    put_version(out, "compute_capability", lab->about.major, lab->about.minor);
    put_count(out, "sm_count", lab->about.multiProcessorCount);
    jout_number(out, "memory_bytes", (double)lab->about.totalGlobalMem);
    jout_number(out, "l2_bytes", (double)lab->about.l2CacheSize);
    jout_number(out, "sm_clock_rated_hz", 1e3 * clock_khz);
    /* Both edges of the memory clock carry data. */
    jout_number(out, "memory_bandwidth_rated_bytes_per_s", 2e3 * memory_khz * bus_bits / 8);
    put_count(out, "copy_engines", lab->about.asyncEngineCount);
}

static void put_management(struct jout *out, struct nvml *nvml)
{
    struct nvml_facts facts;
    struct nvml_reading now;
    nvml_describe(nvml, &facts);
    nvml_read(nvml, &now);
    jout_string(out, "driver", facts.driver);
    jout_number(out, "power_limit_w", facts.power_limit_w);
    jout_number(out, "sm_clock_max_hz", facts.sm_clock_max_hz);
    jout_number(out, "memory_clock_max_hz", facts.memory_clock_max_hz);
    jout_number(out, "sm_clock_now_hz", now.sm_clock_hz);
    jout_number(out, "power_now_w", now.power_w);
    jout_number(out, "temperature_c", now.temperature_c);
    put_count(out, "pcie_generation_now", facts.pcie_generation);
    put_count(out, "pcie_width_now", facts.pcie_width);
    put_count(out, "pcie_generation_max", facts.pcie_generation_max);
    put_count(out, "pcie_width_max", facts.pcie_width_max);
    put_count(out, "nvlink_count", facts.nvlinks);
}

/* What a pause of 100 us really takes: paced measurements rest on it. */
static double pause_time_s(struct lab *lab)
{
    double pause_s = 100e-6;
    struct step step = step_of_pause(&pause_s);
    return estimate_step(lab, &step);
}

int command_info(const struct options *options)
{
    struct lab lab;
    struct text text = {0};
    struct jout out;
    char bus[32];
    int runtime = 0, driver = 0, devices = 0;
    lab_init(&lab, options->device, 0.1);
    try_cuda(cudaDeviceGetPCIBusId(bus, sizeof bus, options->device));
    try_cuda(cudaRuntimeGetVersion(&runtime));
    try_cuda(cudaDriverGetVersion(&driver));
    try_cuda(cudaGetDeviceCount(&devices));
    struct nvml *nvml = nvml_open(bus);
    jout_init(&out, &text);
    jout_object(&out, NULL);
    jout_string(&out, "schema", "scmoesim/probe-info/1");
    jout_string(&out, "probe", PROBE_VERSION);
    put_device(&out, &lab);
    put_management(&out, nvml);
    put_count(&out, "gpu_count", devices);
    jout_number(&out, "pause_of_100_us_s", pause_time_s(&lab));
    put_version(&out, "cuda_runtime", runtime / 1000, runtime % 1000 / 10);
    put_version(&out, "cuda_driver", driver / 1000, driver % 1000 / 10);
    jout_count(&out, "cublaslt_version", cublasLtGetVersion());
    jout_string(&out, "attention", attention_library_name());
    jout_string(&out, "collectives", collective_library_name());
    jout_end(&out, '}');
    fputs(text_get(&text), stdout);
    text_done(&text);
    nvml_close(nvml);
    lab_done(&lab);
    return EXIT_FINE;
}
