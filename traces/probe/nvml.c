#include "nvml.h"

#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base.h"
#include "sim/base/mem.h"

/* The few entry points used, with the numbers their enums have in NVIDIA's public header. */
enum { CLOCK_SM = 1, CLOCK_MEMORY = 2, TEMPERATURE_GPU = 0, LINKS_MAX = 18 };

struct nvml {
    void *library, *device;
    int (*shutdown)(void);
    int (*clock)(void *, int, unsigned *);
    int (*clock_max)(void *, int, unsigned *);
    int (*power)(void *, unsigned *);
    int (*power_limit)(void *, unsigned *);
    int (*temperature)(void *, int, unsigned *);
    int (*generation)(void *, unsigned *);
    int (*width)(void *, unsigned *);
    int (*generation_max)(void *, unsigned *);
    int (*width_max)(void *, unsigned *);
    int (*link_state)(void *, unsigned, int *);
    int (*driver)(char *, unsigned);
    pthread_t thread;
    bool running;
    volatile bool stop;
    volatile int label;
    double clock_sum[NVML_LABELS], power_sum[NVML_LABELS];
    unsigned long readings[NVML_LABELS];
};

static bool bind_all(struct nvml *nvml)
{
    const struct {
        const char *name;
        void **to;
    } wanted[] = {
        {"nvmlShutdown", (void **)&nvml->shutdown},
        {"nvmlDeviceGetClockInfo", (void **)&nvml->clock},
        {"nvmlDeviceGetMaxClockInfo", (void **)&nvml->clock_max},
        {"nvmlDeviceGetPowerUsage", (void **)&nvml->power},
        {"nvmlDeviceGetEnforcedPowerLimit", (void **)&nvml->power_limit},
        {"nvmlDeviceGetTemperature", (void **)&nvml->temperature},
        {"nvmlDeviceGetCurrPcieLinkGeneration", (void **)&nvml->generation},
        {"nvmlDeviceGetCurrPcieLinkWidth", (void **)&nvml->width},
        {"nvmlDeviceGetMaxPcieLinkGeneration", (void **)&nvml->generation_max},
        {"nvmlDeviceGetMaxPcieLinkWidth", (void **)&nvml->width_max},
        {"nvmlDeviceGetNvLinkState", (void **)&nvml->link_state},
        {"nvmlSystemGetDriverVersion", (void **)&nvml->driver},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        *wanted[i].to = dlsym(nvml->library, wanted[i].name);
        if (!*wanted[i].to)
            return false;
    }
    return true;
}

struct nvml *nvml_open(const char *pci_bus_id)
{
    void *library = dlopen("libnvidia-ml.so.1", RTLD_NOW);
    if (!library)
        return NULL;
    struct nvml *nvml = mem_zeroed(1, sizeof *nvml);
    nvml->library = library;
    nvml->label = -1;
    int (*init)(void);
    int (*find)(const char *, void **);
    *(void **)&init = dlsym(library, "nvmlInit_v2");
    *(void **)&find = dlsym(library, "nvmlDeviceGetHandleByPciBusId_v2");
    if (!init || !find || !bind_all(nvml) || init() != 0 || find(pci_bus_id, &nvml->device) != 0) {
        dlclose(library);
        free(nvml);
        return NULL;
    }
    return nvml;
}

void nvml_close(struct nvml *nvml)
{
    if (!nvml)
        return;
    nvml->shutdown();
    dlclose(nvml->library);
    free(nvml);
}

static double scaled(int status, unsigned value, double unit)
{
    return status == 0 ? (double)value * unit : NAN;
}

void nvml_read(struct nvml *nvml, struct nvml_reading *ret)
{
    *ret = (struct nvml_reading){NAN, NAN, NAN, NAN};
    if (!nvml)
        return;
    unsigned value = 0;
    int status = nvml->clock(nvml->device, CLOCK_SM, &value);
    ret->sm_clock_hz = scaled(status, value, 1e6);
    status = nvml->clock(nvml->device, CLOCK_MEMORY, &value);
    ret->memory_clock_hz = scaled(status, value, 1e6);
    status = nvml->power(nvml->device, &value);
    ret->power_w = scaled(status, value, 1e-3);
    status = nvml->temperature(nvml->device, TEMPERATURE_GPU, &value);
    ret->temperature_c = scaled(status, value, 1);
}

static int count_of(int status, unsigned value)
{
    return status == 0 ? (int)value : -1;
}

void nvml_describe(struct nvml *nvml, struct nvml_facts *ret)
{
    *ret = (struct nvml_facts){"", NAN, NAN, NAN, -1, -1, -1, -1, -1};
    if (!nvml)
        return;
    unsigned value = 0;
    if (nvml->driver(ret->driver, sizeof ret->driver) != 0)
        ret->driver[0] = '\0';
    int status = nvml->power_limit(nvml->device, &value);
    ret->power_limit_w = scaled(status, value, 1e-3);
    status = nvml->clock_max(nvml->device, CLOCK_SM, &value);
    ret->sm_clock_max_hz = scaled(status, value, 1e6);
    status = nvml->clock_max(nvml->device, CLOCK_MEMORY, &value);
    ret->memory_clock_max_hz = scaled(status, value, 1e6);
    status = nvml->generation(nvml->device, &value);
    ret->pcie_generation = count_of(status, value);
    status = nvml->width(nvml->device, &value);
    ret->pcie_width = count_of(status, value);
    status = nvml->generation_max(nvml->device, &value);
    ret->pcie_generation_max = count_of(status, value);
    status = nvml->width_max(nvml->device, &value);
    ret->pcie_width_max = count_of(status, value);
    ret->nvlinks = 0;
    for (unsigned link = 0; link < LINKS_MAX; link++) {
        int active = 0;
        if (nvml->link_state(nvml->device, link, &active) == 0 && active)
            ret->nvlinks++;
    }
}

static void *sample(void *context)
{
    struct nvml *nvml = context;
    const struct timespec pause = {.tv_nsec = 20000000};
    while (!nvml->stop) {
        int label = nvml->label;
        struct nvml_reading now;
        nvml_read(nvml, &now);
        /* A reading that straddles a change of label belongs to neither. */
        if (label >= 0 && label == nvml->label && isfinite(now.sm_clock_hz) &&
            isfinite(now.power_w)) {
            nvml->clock_sum[label] += now.sm_clock_hz;
            nvml->power_sum[label] += now.power_w;
            nvml->readings[label]++;
        }
        nanosleep(&pause, NULL);
    }
    return NULL;
}

void nvml_sample_start(struct nvml *nvml)
{
    if (!nvml)
        return;
    nvml->stop = false;
    for (int i = 0; i < NVML_LABELS; i++)
        nvml->clock_sum[i] = nvml->power_sum[i] = 0, nvml->readings[i] = 0;
    if (pthread_create(&nvml->thread, NULL, sample, nvml) == 0)
        nvml->running = true;
}

void nvml_sample_label(struct nvml *nvml, int label)
{
    if (nvml)
        nvml->label = label;
}

void nvml_sample_stop(struct nvml *nvml, struct nvml_average ret[NVML_LABELS])
{
    for (int i = 0; i < NVML_LABELS; i++)
        ret[i] = (struct nvml_average){NAN, NAN, 0};
    if (!nvml || !nvml->running)
        return;
    nvml->stop = true;
    pthread_join(nvml->thread, NULL);
    nvml->running = false;
    for (int i = 0; i < NVML_LABELS; i++) {
        if (nvml->readings[i] == 0)
            continue;
        double readings = (double)nvml->readings[i];
        ret[i] = (struct nvml_average){nvml->clock_sum[i] / readings, nvml->power_sum[i] / readings,
                                       nvml->readings[i]};
    }
}
