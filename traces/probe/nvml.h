/* What the driver's management library knows: clocks, power, links. Loaded when the program runs,
 * so that a machine without it still builds and measures; unknown values are NaN or -1. */
#ifndef PROBE_NVML_H
#define PROBE_NVML_H

struct nvml;

struct nvml_reading {
    double sm_clock_hz, memory_clock_hz, power_w, temperature_c;
};
struct nvml_facts {
    char driver[80];
    double power_limit_w, sm_clock_max_hz, memory_clock_max_hz;
    int pcie_generation, pcie_width, pcie_generation_max, pcie_width_max;
    int nvlinks; /* active links */
};

/* NULL when the library or the GPU is not found. */
struct nvml *nvml_open(const char *pci_bus_id);
void nvml_close(struct nvml *nvml);
void nvml_read(struct nvml *nvml, struct nvml_reading *ret);
void nvml_describe(struct nvml *nvml, struct nvml_facts *ret);

/* Averages by what is being done: a thread reads every 20 ms and adds to the current label. */
#define NVML_LABELS 8
struct nvml_average {
    double sm_clock_hz, power_w;
    unsigned long readings;
};
void nvml_sample_start(struct nvml *nvml);
void nvml_sample_label(struct nvml *nvml, int label); /* -1: nothing worth keeping */
void nvml_sample_stop(struct nvml *nvml, struct nvml_average ret[NVML_LABELS]);

#endif
