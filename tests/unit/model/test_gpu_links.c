/* Links and All-to-All costs from a data folder of the test's own: what a GPU's file names, what it
 * leaves to models/shorthand.json, and what is refused. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gsl/gsl_test.h>

#include "sim/base/file.h"
#include "sim/base/mem.h"
#include "sim/model/gpu_links.h"

#define HEAD(kind, name)                                                                           \
    "{\"schema\": \"scmoesim/" kind "/1\", \"name\": \"" name "\", \"summary\": \"s\", "           \
    "\"source\": \"src of " name "\", "
#define FAST                                                                                       \
    HEAD("link", "fast")                                                                           \
    "\"bandwidth_bytes_per_s\": 8e9, \"bandwidth_source\": \"rate\", \"efficiency_ratio\": 0.5, "  \
    "\"latency_s\": 2e-6, \"duplex\": \"half\"}"
#define BARE HEAD("link", "bare") "\"efficiency_ratio\": 1, \"latency_s\": 0, \"hops\": 3}"
#define COSTS HEAD("all-to-all", "costs") "\"setup_s\": 3e-6, \"sm_share_ratio\": 0.25}"
#define DEFAULTS                                                                                   \
    HEAD("shorthand", "shorthand")                                                                 \
    "\"links\": {\"nvlink\": \"fast\", \"pcie\": \"fast\", \"socket\": \"fast\", "                 \
    "\"memory\": \"fast\", \"star\": \"bare\", \"network\": \"bare\", \"uplink\": \"bare\", "      \
    "\"core\": \"bare\", \"local\": \"bare\", \"global\": \"bare\"}, "                             \
    "\"all_to_all\": {\"nvlink\": \"costs\", \"pcie\": \"costs\", \"star\": \"costs\"}}"
#define GPU                                                                                        \
    "{\"links\": {\"pcie\": \"fast\", \"bridge\": {\"link\": \"bare\", "                           \
    "\"bandwidth_bytes_per_s\": 7e9, \"bandwidth_source\": \"two of them\"}}, "                    \
    "\"peer_access\": false, \"peer_access_source\": \"as told\"}"

static const struct {
    const char *path, *content;
} files[] = {
    {"models/link/fast.json", FAST},         {"models/link/bare.json", BARE},
    {"models/all-to-all/costs.json", COSTS}, {"models/shorthand.json", DEFAULTS},
    {"models/gpu/mine.json", GPU},           {"models/gpu/plain.json", "{\"name\": \"plain\"}"},
};
static const char *const folders[] = {"models", "models/link", "models/all-to-all", "models/gpu"};

static void write_file(const char *path, const char *content)
{
    struct diag diag = {0};
    struct text text = {0};
    text_add(&text, "%s", content);
    gsl_test_int(file_write(path, &text, &diag), 0, "%s is written", path);
    text_done(&text);
    diag_done(&diag);
}

static struct gpu_links *load(const char *gpu)
{
    struct diag diag = {0};
    struct gpu_links *links = NULL;
    int r = gpu_links_load(gpu, &diag, &links);
    gsl_test_int(r, 0, "%s: %s", gpu, diag.count ? diag.messages[0] : "loads");
    diag_done(&diag);
    return links;
}

/* Its own bridge and PCIe; the rest from the defaults. */
static void test_own(void)
{
    struct gpu_links *links = load("mine");
    const struct link_figures *bridge = &links->links[LINK_BRIDGE];
    gsl_test(!links->known, "mine names links");
    for (size_t i = 0; i < LINK_ROLE_COUNT; i++)
        gsl_test_int(links->own[i], i == LINK_PCIE || i == LINK_BRIDGE, "own %s",
                     link_role_names[i]);
    gsl_test_abs(bridge->bandwidth_bytes_per_s, 7e9, 0, "the rate given in the GPU's file");
    gsl_test_str(bridge->bandwidth_source, "two of them", "with its source");
    gsl_test_str(bridge->source, "src of bare", "the rest from the link's file");
    gsl_test_int((int)bridge->hops, 3, "hops");
    gsl_test(bridge->half_duplex, "full duplex where nothing is said");
    gsl_test_abs(links->links[LINK_NVLINK].efficiency_ratio, 0.5, 0, "NVLink by default");
    gsl_test_abs(links->links[LINK_NVLINK].latency_s, 2e-6, 0, "its latency");
    gsl_test(!links->links[LINK_NVLINK].half_duplex, "half duplex");
    gsl_test_int((int)links->links[LINK_NVLINK].hops, 0, "no hops told");
    gsl_test_abs(links->links[LINK_STAR].bandwidth_bytes_per_s, 0, 0,
                 "a star's rate is the line's");
    gsl_test_abs(links->a2a[A2A_PCIE].setup_s, 3e-6, 0, "setup");
    gsl_test_abs(links->a2a[A2A_PCIE].floor_s, 0, 0, "no floor where none is told");
    gsl_test_abs(links->a2a[A2A_PCIE].sm_share_ratio, 0.25, 0, "SMs");
    gsl_test_str(links->no_peer_source, "as told", "no peer access");
    gpu_links_free(links);
}

/* Without a file, or one that says nothing of links. */
static void test_defaults(void)
{
    static const char *const gpus[] = {"plain", "nobody", "./nowhere.json"};
    for (size_t i = 0; i < 3; i++) {
        struct gpu_links *links = load(gpus[i]);
        gsl_test(links->known || links->own[LINK_PCIE], "%s names none", gpus[i]);
        gsl_test(links->links[LINK_BRIDGE].source != NULL, "%s: no bridge by default", gpus[i]);
        gsl_test_abs(links->links[LINK_PCIE].bandwidth_bytes_per_s, 8e9, 0, "%s: PCIe", gpus[i]);
        gsl_test(links->no_peer_source != NULL, "%s: peer access", gpus[i]);
        gpu_links_free(links);
    }
    gpu_links_free(NULL);
}

/* `from` of a file becomes `to`; the last three complain of a file that the GPU's file names. */
static const struct {
    const char *path, *content, *from, *to, *want;
} refused[] = {
    {"models/gpu/mine.json", GPU, "\"pcie\": \"fast\"", "\"pcie\": \"fats\"",
     "DATA/models/gpu/mine.json: /links/pcie: unknown link \"fats\"; did you mean \"fast\"?; "
     "known: bare, fast"},
    {"models/gpu/mine.json", GPU, "\"pcie\": \"fast\"", "\"pcie\": \"bare\"",
     "DATA/models/gpu/mine.json: /links/pcie: the link's file tells no bandwidth_bytes_per_s: "
     "give it here"},
    {"models/gpu/mine.json", GPU, "\"pcie\": \"fast\"", "\"pcie\": 5",
     "DATA/models/gpu/mine.json: /links/pcie: expected an object, got 5"},
    {"models/gpu/mine.json", GPU, "\"pcie\"", "\"pci\"",
     "DATA/models/gpu/mine.json: /links: unknown member \"pci\"; did you mean \"pcie\"?"},
    {"models/gpu/mine.json", GPU, ", \"bandwidth_source\": \"two of them\"", "",
     "DATA/models/gpu/mine.json: /links/bridge: missing member \"bandwidth_source\""},
    {"models/gpu/mine.json", GPU, "\"bandwidth_source\": \"two of them\"",
     "\"bandwidth_source\": \"two of them\", \"efficiency_ratio\": 0.5",
     "DATA/models/gpu/mine.json: /links/bridge: missing member \"source\""},
    {"models/gpu/mine.json", GPU, "\"link\": \"bare\", ", "",
     "DATA/models/gpu/mine.json: /links/bridge: missing member \"link\""},
    {"models/gpu/mine.json", GPU, ", \"peer_access_source\": \"as told\"", "",
     "DATA/models/gpu/mine.json: /: missing member \"peer_access_source\""},
    {"models/gpu/mine.json", GPU, "\"peer_access\": false",
     "\"all_to_all\": {\"pcie\": \"cost\"}, \"peer_access\": false",
     "DATA/models/gpu/mine.json: /all_to_all/pcie: unknown All-to-All costs \"cost\"; did you mean "
     "\"costs\"?; known: costs"},
    {"models/shorthand.json", DEFAULTS, "\"core\": \"bare\", ", "",
     "DATA/models/shorthand.json: /links: missing member \"core\""},
    {"models/shorthand.json", DEFAULTS, ", \"star\": \"costs\"", "",
     "DATA/models/shorthand.json: /all_to_all: missing member \"star\""},
    {"models/link/bare.json", BARE, "\"efficiency_ratio\": 1", "\"efficiency_ratio\": 1.5",
     "DATA/models/link/bare.json: /efficiency_ratio: expected a number > 0 and <= 1, got 1.5"},
    {"models/link/bare.json", BARE, "\"hops\": 3", "\"hops\": 9",
     "DATA/models/link/bare.json: /hops: expected a whole number from 1 to 8, got 9"},
    {"models/all-to-all/costs.json", COSTS, "0.25", "0.75",
     "DATA/models/all-to-all/costs.json: /sm_share_ratio: expected a number from 0 to 0.5, got "
     "0.75"},
};

static void test_refused(const char *data)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const char *content = refused[i].content, *at = strstr(content, refused[i].from);
        char *text = mem_format("%.*s%s%s", (int)(at - content), content, refused[i].to,
                                at + strlen(refused[i].from));
        char *want = mem_format("%s%s", data, refused[i].want + strlen("DATA"));
        struct diag diag = {0};
        struct gpu_links *links = NULL;
        write_file(refused[i].path, text);
        gsl_test_int(gpu_links_load("mine", &diag, &links), -EINVAL, "%s", refused[i].want);
        gsl_test(links != NULL, "nothing is returned");
        gsl_test_str(diag.count ? diag.messages[0] : "", want, "the message");
        write_file(refused[i].path, content);
        diag_done(&diag);
        free(want);
        free(text);
    }
}

int main(void)
{
    char data[] = "/tmp/scmoesim-links-test-XXXXXX";
    if (!mkdtemp(data) || chdir(data) != 0)
        return 1;
    setenv("SCMOESIM_DATA", data, 1);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        mkdir(folders[i], 0777);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        write_file(files[i].path, files[i].content);
    test_own();
    test_defaults();
    test_refused(data);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        unlink(files[i].path);
    for (size_t i = sizeof folders / sizeof *folders; i-- > 0;)
        rmdir(folders[i]);
    rmdir(data);
    return gsl_test_summary();
}
