/* Reads a GPU file and reports everything that is wrong with it in one pass. */
#include "sim/model/gpu.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/file.h"
#include "sim/base/mem.h"
#include "sim/model/read_members.h"
#include "sim/model/link.h"

static const char *const gpu_members[] = {
    "schema",
    "name",
    "summary",
    "source",
    "sm_count",
    "memory_bytes",
    "memory_bandwidth_bytes_per_s",
    "peak_flop_per_s",
    "kernel_launch_s",
    "kernel_launch_source",
    "efficiency",
    "efficiency_source",
    "fits",
    "fits_source",
    "host_link",
    "framework_ratio",
    "explicit_attention",
    "framework_backward_ratio",
    "graph_launch_s",
    "graph_launch_source",
    "device_names",
    "context_bytes",
    "links", /* these four are read by gpu_links.c */
    "all_to_all",
    "peer_access",
    "peer_access_source",
    NULL,
};

/* An object of dtype to rate: types left out stay 0, at least one must be there. */
static int read_peaks(const struct jcur *at, struct gpu *gpu)
{
    struct jcur rates, cell;
    size_t given = 0;
    int r = jcur_member(at, "peak_flop_per_s", &rates);

    if (r < 0)
        return r;
    r = jcur_object(&rates);
    if (r < 0)
        return r;
    r = jcur_only(&rates, dtype_names);
    for (size_t i = 0; i < DTYPE_COUNT; i++) {
        if (!jcur_has(&rates, dtype_names[i], &cell))
            continue;
        given++;
        r |= jcur_between(&cell, RATE_MIN_PER_S, RATE_MAX_PER_S, &gpu->peak_flop_per_s[i]);
    }
    if (!given && !r)
        r = jcur_error(&rates, "expected a rate for at least one of fp32, tf32, fp16, bf16, fp8");
    return r;
}

static int read_efficiency(const struct jcur *at, struct gpu *gpu)
{
    struct jcur classes, cell;
    int r = jcur_member(at, "efficiency", &classes);

    if (r < 0)
        return r;
    r = jcur_object(&classes);
    if (r < 0)
        return r;
    r = jcur_only(&classes, kernel_class_names);
    for (size_t i = 0; i < KERNEL_CLASS_COUNT; i++) {
        if (jcur_member(&classes, kernel_class_names[i], &cell) < 0 || jcur_object(&cell) < 0) {
            r = -EINVAL;
            continue;
        }
        r |= jcur_members(&cell, "compute_ratio,memory_ratio");
        r |= read_positive(&cell, "compute_ratio", 1, &gpu->efficiency[i].compute_ratio);
        r |= read_positive(&cell, "memory_ratio", 1, &gpu->efficiency[i].memory_ratio);
    }
    return r;
}

static int read_fit(const struct jcur *at, struct operator_fit *fit)
{
    struct jcur row, tile;
    int r = jcur_object(at);

    if (r < 0)
        return r;
    r = jcur_members(at, "overhead_s,compute_ratio,memory_ratio,blend_power,row_bytes_per_s,"
                         "tile_s");
    r |= jget_non_negative(at, "overhead_s", &fit->overhead_s);
    r |= read_positive(at, "compute_ratio", 4, &fit->compute_ratio);
    r |= read_positive(at, "memory_ratio", 16, &fit->memory_ratio);
    r |= jget_between(at, "blend_power", 1, 16, &fit->blend_power);
    if (jcur_has(at, "row_bytes_per_s", &row))
        r |= jcur_positive(&row, &fit->row_bytes_per_s);
    if (jcur_has(at, "tile_s", &tile))
        r |= jcur_positive(&tile, &fit->tile_s);
    fit->fitted = r == 0;
    return r;
}

/* "fits": { kind: { pass: { ... } } }, every level optional. */
static int read_fits(const struct jcur *at, struct gpu *gpu)
{
    struct jcur kinds, passes, cell;
    int r = 0;

    if (!jcur_has(at, "fits", &kinds))
        return 0;
    r = jcur_object(&kinds);
    if (r < 0)
        return r;
    r = jcur_only(&kinds, operator_kind_names);
    r |= read_text(at, "fits_source", &gpu->fits_source);
    for (size_t k = 0; k < OPERATOR_KIND_COUNT; k++) {
        if (!jcur_has(&kinds, operator_kind_names[k], &passes))
            continue;
        if (jcur_object(&passes) < 0 || jcur_only(&passes, operator_pass_names) < 0) {
            r = -EINVAL;
            continue;
        }
        for (size_t p = 0; p < PASS_COUNT; p++)
            if (jcur_has(&passes, operator_pass_names[p], &cell))
                r |= read_fit(&cell, &gpu->fits[k][p]);
    }
    return r;
}

static int read_host_link(const struct jcur *at, struct host_link *to)
{
    struct jcur cell;
    int r;

    if (!jcur_has(at, "host_link", &cell))
        return 0;
    if ((r = jcur_object(&cell)) < 0)
        return r;
    r = jcur_members(&cell, "bandwidth_bytes_per_s,efficiency_ratio,latency_s,source");
    r |= jget_between(&cell, "bandwidth_bytes_per_s", RATE_MIN_PER_S, RATE_MAX_PER_S,
                      &to->bandwidth_bytes_per_s);
    r |= read_positive(&cell, "efficiency_ratio", 1, &to->efficiency_ratio);
    r |= jget_between(&cell, "latency_s", 0, START_MAX_S, &to->latency_s);
    r |= read_text(&cell, "source", &to->source);
    return r;
}

static int read_graph_launch(const struct jcur *at, struct gpu *gpu)
{
    struct jcur cell;
    int r;

    if (!jcur_has(at, "graph_launch_s", &cell))
        return 0;
    r = jcur_positive(&cell, &gpu->graph_launch_s);
    return r | read_text(at, "graph_launch_source", &gpu->graph_launch_source);
}

static int read_devices(const struct jcur *at, struct gpu *gpu)
{
    struct jcur list, name;
    size_t count;
    int r;

    if (!jcur_has(at, "device_names", &list))
        return 0;
    if ((r = jcur_array(&list, 1, 16, &count)) < 0)
        return r;
    gpu->device_names = mem_zeroed(count + 1, sizeof(*gpu->device_names));
    for (size_t i = 0; i < count; i++) {
        const char *word;
        int one;
        name = jcur_element(&list, i);
        one = jcur_string(&name, &word);
        gpu->device_names[i] = mem_copy_string(one < 0 ? "" : word);
        r |= one;
    }
    return r;
}

static int read_context(const struct jcur *at, struct gpu *gpu)
{
    struct jcur context;
    return jcur_has(at, "context_bytes", &context)
               ? jget_between(at, "context_bytes", 0, gpu->memory_bytes, &gpu->context_bytes)
               : 0;
}

static int read_gpu(const struct jcur *at, struct gpu *gpu)
{
    int r = jcur_object(at);

    if (r < 0)
        return r;
    r |= jget_schema(at, "scmoesim/gpu/1");
    r |= jcur_only(at, gpu_members);
    r |= read_text(at, "name", &gpu->name);
    r |= read_text(at, "summary", &gpu->summary);
    r |= read_text(at, "source", &gpu->source);
    r |= read_devices(at, gpu);
    r |= jget_count(at, "sm_count", 1, 65536, &gpu->sm_count);
    r |= jget_positive(at, "memory_bytes", &gpu->memory_bytes);
    r |= jget_between(at, "memory_bandwidth_bytes_per_s", RATE_MIN_PER_S, RATE_MAX_PER_S,
                      &gpu->memory_bandwidth_bytes_per_s);
    r |= read_context(at, gpu);
    r |= read_peaks(at, gpu);
    r |= jget_between(at, "kernel_launch_s", 0, START_MAX_S, &gpu->kernel_launch_s);
    r |= read_text(at, "kernel_launch_source", &gpu->kernel_launch_source);
    r |= read_graph_launch(at, gpu);
    r |= read_efficiency(at, gpu);
    gpu->framework_ratio = 1;
    struct jcur framework;
    if (jcur_has(at, "framework_ratio", &framework))
        r |= read_positive(at, "framework_ratio", 1, &gpu->framework_ratio);
    gpu->framework_backward_ratio = gpu->framework_ratio;
    if (jcur_has(at, "framework_backward_ratio", &framework))
        r |= read_positive(at, "framework_backward_ratio", 1, &gpu->framework_backward_ratio);
    r |= jget_bool_or(at, "explicit_attention", false, &gpu->explicit_attention);
    r |= read_text(at, "efficiency_source", &gpu->efficiency_source);
    r |= read_fits(at, gpu);
    r |= read_host_link(at, &gpu->host_link);
    return r;
}

int gpu_read(const struct json *doc, struct diag *diag, struct gpu **ret)
{
    struct jcur root = json_root(doc, diag);
    struct gpu *gpu = mem_zeroed(1, sizeof(*gpu));

    if (read_gpu(&root, gpu) < 0) {
        gpu_free(gpu);
        return -EINVAL;
    }
    *ret = gpu;
    return 0;
}

int gpu_load(const char *word, struct diag *diag, struct gpu **ret)
{
    struct json *doc = NULL;
    char *path = NULL;
    int r = data_find("models/gpu", "GPU", word, diag, &path);

    if (r >= 0)
        r = json_load(path, diag, &doc);
    if (r >= 0)
        r = gpu_read(doc, diag, ret);
    json_free(doc);
    free(path);
    return r;
}

bool gpu_is_called(const struct gpu *gpu, const char *device)
{
    if (strcmp(gpu->name, device) == 0)
        return true;
    for (size_t i = 0; gpu->device_names && gpu->device_names[i]; i++)
        if (strcmp(gpu->device_names[i], device) == 0)
            return true;
    return false;
}

int gpu_of_device(const char *device, struct diag *diag, struct gpu **ret)
{
    char **names = data_names("models/gpu");
    int r = 0;

    *ret = NULL;
    for (size_t i = 0; names[i] && !*ret && r == 0; i++) {
        struct gpu *gpu;
        r = gpu_load(names[i], diag, &gpu);
        if (r == 0 && gpu_is_called(gpu, device))
            *ret = gpu;
        else if (r == 0)
            gpu_free(gpu);
    }
    names_free(names);
    return r;
}

void gpu_free(struct gpu *gpu)
{
    if (!gpu)
        return;
    names_free(gpu->device_names);
    free(gpu->name);
    free(gpu->summary);
    free(gpu->source);
    free(gpu->kernel_launch_source);
    free(gpu->graph_launch_source);
    free(gpu->efficiency_source);
    free(gpu->fits_source);
    free(gpu->host_link.source);
    free(gpu);
}
