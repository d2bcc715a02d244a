#include "commands.h"

#include <cublasLt.h>
#include <math.h>
#include "bench.h"
#include "collective.h"
#include "json.h"
#include "version.h"

static void put_text(const char *key, const char *value)
{
    printf("  \"%s\": ", key);
    json_put_string(stdout, value);
    puts(",");
}

/* Unknown values are null. */
static void put_number(const char *key, double value)
{
    if (isfinite(value))
        printf("  \"%s\": %.17g,\n", key, value);
    else
        printf("  \"%s\": null,\n", key);
}

static void put_count(const char *key, int value)
{
    put_number(key, value < 0 ? (double)NAN : (double)value);
}

static void put_device(const struct lab *lab)
{
    int clock_khz = 0, memory_khz = 0, bus_bits = 0;
    try_cuda(cudaDeviceGetAttribute(&clock_khz, cudaDevAttrClockRate, lab->device));
    try_cuda(cudaDeviceGetAttribute(&memory_khz, cudaDevAttrMemoryClockRate, lab->device));
    try_cuda(cudaDeviceGetAttribute(&bus_bits, cudaDevAttrGlobalMemoryBusWidth, lab->device));
    put_text("gpu", lab->about.name);
    printf("  \"compute_capability\": \"%d.%d\",\n", lab->about.major, lab->about.minor);
    put_count("sm_count", lab->about.multiProcessorCount);
    put_number("memory_bytes", (double)lab->about.totalGlobalMem);
    put_number("l2_bytes", (double)lab->about.l2CacheSize);
    put_number("sm_clock_rated_hz", 1e3 * clock_khz);
    /* Both edges of the memory clock carry data. */
    put_number("memory_bandwidth_rated_bytes_per_s", 2e3 * memory_khz * bus_bits / 8);
    put_count("copy_engines", lab->about.asyncEngineCount);
}

static void put_management(struct nvml *nvml)
{
    struct nvml_facts facts;
    struct nvml_reading now;
    nvml_describe(nvml, &facts);
    nvml_read(nvml, &now);
    put_text("driver", facts.driver);
    put_number("power_limit_w", facts.power_limit_w);
    put_number("sm_clock_max_hz", facts.sm_clock_max_hz);
    put_number("memory_clock_max_hz", facts.memory_clock_max_hz);
    put_number("sm_clock_now_hz", now.sm_clock_hz);
    put_number("power_now_w", now.power_w);
    put_number("temperature_c", now.temperature_c);
    put_count("pcie_generation_now", facts.pcie_generation);
    put_count("pcie_width_now", facts.pcie_width);
    put_count("pcie_generation_max", facts.pcie_generation_max);
    put_count("pcie_width_max", facts.pcie_width_max);
    put_count("nvlink_count", facts.nvlinks);
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
    char bus[32];
    int runtime = 0, driver = 0, devices = 0;
    lab_init(&lab, options->device, 0.1);
    try_cuda(cudaDeviceGetPCIBusId(bus, sizeof bus, options->device));
    try_cuda(cudaRuntimeGetVersion(&runtime));
    try_cuda(cudaDriverGetVersion(&driver));
    try_cuda(cudaGetDeviceCount(&devices));
    struct nvml *nvml = nvml_open(bus);
    puts("{\n  \"schema\": \"scmoesim/probe-info/1\",");
    put_text("probe", PROBE_VERSION);
    put_device(&lab);
    put_management(nvml);
    put_count("gpu_count", devices);
    put_number("pause_of_100_us_s", pause_time_s(&lab));
    printf("  \"cuda_runtime\": \"%d.%d\",\n", runtime / 1000, runtime % 1000 / 10);
    printf("  \"cuda_driver\": \"%d.%d\",\n", driver / 1000, driver % 1000 / 10);
    put_count("cublaslt_version", (int)cublasLtGetVersion());
    put_text("attention", attention_library_name());
    printf("  \"collectives\": ");
    json_put_string(stdout, collective_library_name());
    puts("\n}");
    nvml_close(nvml);
    lab_done(&lab);
    return EXIT_FINE;
}
