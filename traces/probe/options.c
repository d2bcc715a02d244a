#include "options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base.h"
#include "shape_words.h"
#include "sim/base/mem.h"
#include "sim/base/number.h"
#include "sim/base/text.h"
#include "team.h"
#include "version.h"

static const char help[] =
    "Usage: scmoesim-probe COMMAND [options]\n"
    "\n"
    "Measures on a real GPU what the simulator scmoesim predicts with.\n"
    "\n"
    "Commands\n"
    "  info                 what this GPU is, as JSON\n"
    "  check                every operator against a double-precision reference\n"
    "  measure              times of operators and copies, as a cost file (CSV)\n"
    "  replay PLAN.json...  plays one rank of a plan (scmoesim plan -o), with --gpus\n"
    "                       all of them, as a timeline (JSON)\n"
    "\n"
    "What to measure\n"
    "  --model NAME|FILE    shapes of an architecture (models/moe); may be repeated\n"
    "  --shape LIST         shapes by hand: hidden=2048,ffn=8192,heads=32; also\n"
    "                       kv_heads, head_dim, span, causal, gated, expert_ffn,\n"
    "                       shared_ffn, experts, top_k, capacity, vocabulary\n"
    "  --tokens LIST        4096,8192 or 256..32768:8 (8 sizes, logarithmic);\n"
    "                       default: the model's\n"
    "  --dtype WORD         fp32 tf32 fp16 bf16; default: the model's\n"
    "  --kinds LIST         operator kinds, or all (default)\n"
    "  --passes LIST        forward (default), input_gradient, weight_gradient, all\n"
    "  --top-k LIST         routed experts of a token: 1,2,3; default: 1 and the\n"
    "                       model's\n"
    "  --ep N               GPUs that the experts are spread over (default 8)\n"
    "  --copies             copies over sizes, expert fetches, launch and event cost\n"
    "  --contention         operators beside a copy kernel on 2..64 SMs and beside\n"
    "                       both copy engines; the latter go to FILE.copies.csv\n"
    "  --gpus N             All-to-All among N GPUs by NCCL, 4 KiB to 2 GiB a rank;\n"
    "                       protocol mixed then runs on all of them, with NCCL's\n"
    "                       All-to-Alls; needs --device 0\n"
    "  --channels LIST      and again on so many channels (thread blocks, and so\n"
    "                       SMs): 8,16,32\n"
    "\n"
    "How to measure\n"
    "  --protocol LIST      hot (default), paced, mixed\n"
    "  --duty LIST          compute duty of paced and mixed (default 0.5; mixed also\n"
    "                       takes 1)\n"
    "  --samples N          at least so many samples (default 30)\n"
    "  --sample-time S      and at least so many seconds of them (default 0.1)\n"
    "  --warm-up S          seconds before the first (default 0.15)\n"
    "  --time-limit S       stop after so many seconds and write what there is\n"
    "\n"
    "How to replay\n"
    "  --gpus N             every rank of a plan of N GPUs, All-to-Alls by NCCL, on\n"
    "                       one clock; default: one rank, All-to-Alls through the\n"
    "                       host's memory\n"
    "  --pairs N            repetitions after warm-up (default 30)\n"
    "  --rounds N           play all plans so many times over, since conditions\n"
    "                       drift; the pairs of all rounds count, events around\n"
    "                       operators are set in the first (default 1)\n"
    "  --in-turns           plans behind each other that differ in the slot alone\n"
    "                       play a pair of one, a pair of the next, and so on, so\n"
    "                       that drift falls on all of them\n"
    "  --factor LIST        times the All-to-All's bytes (default 1)\n"
    "  --graph              by a CUDA graph instead of launch by launch; --both: one\n"
    "                       after the other\n"
    "                       With several plans, factors or both launches, -o names a\n"
    "                       folder for PLAN.FACTOR.eager.json, PLAN.FACTOR.graph.json\n"
    "\n"
    "How to check\n"
    "  --untuned            products untuned: quicker under compute-sanitizer\n"
    "\n"
    "  --tuning FILE        products' algorithms: taken from FILE where it has them,\n"
    "                       and kept there, so that measuring and replaying run the\n"
    "                       same kernels\n"
    "  --device N           which GPU (default 0)\n"
    "  -o FILE              where results go (default: standard output)\n"
    "  --help, --version\n"
    "\n"
    "Examples\n"
    "  scmoesim-probe measure --model gpt3-moe-xl \\\n"
    "      --tokens 1024..16384:5 --protocol hot,mixed --passes all -o costs.csv\n"
    "  scmoesim-probe measure --shape hidden=4096,ffn=16384,heads=32 --dtype bf16 \\\n"
    "      --kinds attention,mlp\n"
    "  scmoesim-probe replay plan.json --factor 0.5 --graph -o timeline.json\n"
    "\n"
    "Exit status: 0 fine, 1 a check failed, 2 usage, 3 bad input, 70 a bug, 77 no\n"
    "GPU.\n";

static void usage_hint(void) __attribute__((noreturn));
static void usage_hint(void)
{
    fputs("scmoesim-probe: see scmoesim-probe --help\n", stderr);
    exit(EXIT_USAGE);
}

static void usage(const char *format, const char *a, const char *b)
    __attribute__((noreturn, format(printf, 1, 0)));
static void usage(const char *format, const char *a, const char *b)
{
    fputs("scmoesim-probe: ", stderr);
    fprintf(stderr, format, a, b);
    fputc('\n', stderr);
    usage_hint();
}

static double quantity(const char *option, const char *text, enum unit unit, double min, double max)
{
    double value;
    if (quantity_parse(text, unit, &value) == 0 && value >= min && value <= max)
        return value;
    char range[NUMBER_RANGE_MAX];
    char *message =
        mem_format("%s: expected %s, got \"%.80s\"", option, number_range(range, min, max), text);
    usage("%s%s", message, "");
}

static double seconds(const char *option, const char *text, double min, double max)
{
    return quantity(option, text, UNIT_S, min, max);
}

static double number(const char *option, const char *text, double min, double max)
{
    return quantity(option, text, UNIT_COUNT, min, max);
}

static size_t count(const char *option, const char *text, double min, double max)
{
    double value = number(option, text, min, max);
    if (value != floor(value))
        usage("%s: expected a whole number, got \"%s\"", option, text);
    return (size_t)value;
}

/* A complaint about the value of an option is a usage error; about a file, bad input. */
static void must(int r, const struct diag *why)
{
    if (r == 0)
        return;
    note_of(why);
    usage_hint();
}

static void add_model(struct options *options, const char *option, const char *text)
{
    struct diag why = {0};
    if (options->model_count == MODELS_MAX)
        usage("%s: too many models%s", option, "");
    struct model **to = &options->model[options->model_count++];
    if (strcmp(option, "--shape") == 0)
        must(model_of_shape(text, &why, to), &why);
    else if (model_load(text, &why, to) < 0)
        die_of(EXIT_BAD_INPUT, &why);
}

/* A comma-separated list of numbers. */
static size_t numbers(const char *option, const char *text, double min, double max, double *ret,
                      size_t most)
{
    char copy[256];
    size_t found = 0;
    snprintf(copy, sizeof copy, "%s", text);
    for (char *word = strtok(copy, ","); word; word = strtok(NULL, ",")) {
        if (found == most)
            usage("%s: too many values in \"%s\"", option, text);
        ret[found++] = number(option, word, min, max);
    }
    if (!found)
        usage("%s: expected numbers, got \"%s\"", option, text);
    return found;
}

static void add_top_k(struct options *options, const char *option, const char *text)
{
    double value[TOP_K_MAX];
    options->top_k_count = numbers(option, text, 1, 1024, value, TOP_K_MAX);
    for (size_t i = 0; i < options->top_k_count; i++) {
        if (value[i] != floor(value[i]))
            usage("%s: expected whole numbers, got \"%s\"", option, text);
        options->top_k[i] = (size_t)value[i];
    }
}

static void apply(struct options *options, const char *option, const char *value)
{
    struct diag why = {0};
    if (strcmp(option, "--model") == 0 || strcmp(option, "--shape") == 0)
        add_model(options, option, value);
    else if (strcmp(option, "--tokens") == 0)
        must(tokens_parse(value, &options->tokens, &options->token_count, &why), &why);
    else if (strcmp(option, "--dtype") == 0) {
        int word = word_index(dtype_names, value);
        if (word < 0 || word == DTYPE_FP8)
            usage("--dtype: expected fp32, tf32, fp16 or bf16, got \"%s\"%s", value, "");
        options->dtype = (enum dtype)word;
        options->has_dtype = true;
    } else if (strcmp(option, "--kinds") == 0)
        must(words_parse(option, value, operator_kind_names, &options->kinds, &why), &why);
    else if (strcmp(option, "--passes") == 0)
        must(words_parse(option, value, operator_pass_names, &options->passes, &why), &why);
    else if (strcmp(option, "--protocol") == 0)
        must(words_parse(option, value, protocol_names, &options->protocols, &why), &why);
    else if (strcmp(option, "--duty") == 0)
        options->duty_count = numbers(option, value, 0.05, 1, options->duty, DUTIES_MAX);
    else if (strcmp(option, "--top-k") == 0)
        add_top_k(options, option, value);
    else if (strcmp(option, "--ep") == 0)
        options->ep = count(option, value, 1, 65536);
    else if (strcmp(option, "--samples") == 0)
        options->samples = count(option, value, 1, 100000);
    else if (strcmp(option, "--sample-time") == 0)
        options->sample_s = seconds(option, value, 0, 60);
    else if (strcmp(option, "--warm-up") == 0)
        options->warm_up_s = seconds(option, value, 0, 60);
    else if (strcmp(option, "--time-limit") == 0)
        options->time_limit_s = seconds(option, value, 1, 1e6);
    else if (strcmp(option, "--gpus") == 0)
        options->gpus = (int)count(option, value, 1, TEAM_MAX);
    else if (strcmp(option, "--channels") == 0)
        options->channel_count = numbers(option, value, 1, 64, options->channels, CHANNELS_MAX);
    else if (strcmp(option, "--device") == 0)
        options->device = (int)count(option, value, 0, 1023);
    else if (strcmp(option, "--pairs") == 0)
        options->pairs = count(option, value, 1, 1000);
    else if (strcmp(option, "--rounds") == 0)
        options->rounds = count(option, value, 1, 1000);
    else if (strcmp(option, "--factor") == 0)
        options->factor_count = numbers(option, value, 0, 1e6, options->factor, FACTORS_MAX);
    else if (strcmp(option, "--tuning") == 0)
        options->tuning = value;
    else if (strcmp(option, "-o") == 0)
        options->output = value;
    else
        usage("unknown option \"%s\"%s", option, "");
}

static bool apply_flag(struct options *options, const char *option)
{
    bool *flag = strcmp(option, "--contention") == 0 ? &options->contention
                 : strcmp(option, "--copies") == 0   ? &options->copies
                 : strcmp(option, "--graph") == 0    ? &options->graph
                 : strcmp(option, "--both") == 0     ? &options->both_launches
                 : strcmp(option, "--in-turns") == 0 ? &options->in_turns
                 : strcmp(option, "--untuned") == 0  ? &options->untuned
                                                     : NULL;
    if (flag)
        *flag = true;
    return flag != NULL;
}

static void remember_line(struct options *options, int argc, char **argv)
{
    size_t used = 0;
    for (int i = 0; i < argc && used < sizeof options->line - 1; i++)
        used += (size_t)snprintf(options->line + used, sizeof options->line - used, "%s%s",
                                 i ? " " : "", i ? argv[i] : "scmoesim-probe");
}

static void check_whole(const struct options *options)
{
    static const char *const commands[] = {"info", "check", "measure", "replay", NULL};
    if (!options->command)
        usage("no command%s%s", "", "");
    if (word_index(commands, options->command) < 0)
        usage("unknown command \"%s\"; known are info, check, measure, replay%s", options->command,
              "");
    if (strcmp(options->command, "replay") == 0 && options->plan_count == 0)
        usage("replay: which plan?%s%s", "", "");
    if (options->gpus && options->device && strcmp(options->command, "measure") == 0)
        usage("--gpus: needs --device 0%s%s", "", "");
    if (options->channel_count && (!options->gpus || strcmp(options->command, "measure") != 0))
        usage("--channels: only for measure --gpus%s%s", "", "");
    if (strcmp(options->command, "measure") == 0 && !options->model_count && !options->copies &&
        !options->gpus)
        usage("measure: needs --model, --shape, --copies or --gpus%s%s", "", "");
}

void options_read(int argc, char **argv, struct options *ret)
{
    *ret = (struct options){.output = "-",
                            .kinds = ~0u,
                            .passes = 1u << PASS_FORWARD,
                            .protocols = 1u << PROTOCOL_HOT,
                            .duty = {0.5},
                            .duty_count = 1,
                            .ep = 8,
                            .samples = 30,
                            .sample_s = 0.1,
                            .warm_up_s = 0.15,
                            .pairs = 30,
                            .rounds = 1,
                            .factor = {1},
                            .factor_count = 1};
    ret->plan = mem_zeroed((size_t)argc, sizeof *ret->plan);
    remember_line(ret, argc, argv);
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (strcmp(word, "--help") == 0) {
            fputs(help, stdout);
            exit(EXIT_FINE);
        }
        if (strcmp(word, "--version") == 0) {
            puts("scmoesim-probe " PROBE_VERSION);
            exit(EXIT_FINE);
        }
        if (word[0] != '-') {
            if (!ret->command)
                ret->command = word;
            else if (strcmp(ret->command, "replay") == 0)
                ret->plan[ret->plan_count++] = word;
            else
                usage("unexpected \"%s\"%s", word, "");
        } else if (!apply_flag(ret, word)) {
            if (i + 1 == argc)
                usage("%s needs a value, or is unknown%s", word, "");
            apply(ret, word, argv[++i]);
        }
    }
    check_whole(ret);
}

void options_done(struct options *options)
{
    for (size_t i = 0; i < options->model_count; i++)
        model_free(options->model[i]);
    free(options->tokens);
    free(options->plan);
}
