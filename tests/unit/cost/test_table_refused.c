/* Cost files that are refused, each with its message. */
#include <string.h>

#include <gsl/gsl_test.h>

#include "sim/base/text.h"
#include "sim/cost/cost.h"

static const struct {
    const char *text, *want;
} refused[] = {
    {"kind,time_s\n", "c.csv: no measured operators: expected at least one row after the header"},
    {"tokens,time_s\n1,1\n", "c.csv: missing column \"kind\"; columns: \"tokens\", \"time_s\""},
    {"kind,tokens\nmlp,1\n", "c.csv: missing column \"time_s\"; columns: \"kind\", \"tokens\""},
    {"kind,token,time_s\nmlp,1,1\n", "c.csv: unknown column \"token\"; did you mean \"tokens\"?"},
    {"kind,time_s\nmpl,1\n", "c.csv: line 2: kind: unknown kind \"mpl\"; did you mean \"mlp\"?"},
    {"kind,time_s\nsoftmax,1\n", "c.csv: line 2: kind: unknown kind \"softmax\""},
    {"kind,time_s\n,1\n", "c.csv: line 2: kind: expected an operator kind, got an empty cell"},
    {"kind,time_s\ndispatch,1\n",
     "c.csv: line 2: kind: \"dispatch\" is timed by the topology; a cost file may time one that it "
     "names in column operator, or all of them by bytes as all_to_all"},
    {"operator,kind,time_s\nx,all_to_all,1\n",
     "c.csv: line 2: kind: expected an operator's kind beside its name, got \"all_to_all\""},
    {"operator,kind,pass,time_s\nx,mlp,forward,1\nx,expert,input_gradient,2\n",
     "c.csv: line 3: the same operator and size as in line 2"},
    {"kind,pass,time_s\nmlp,forwards,1\n",
     "c.csv: line 2: pass: expected \"forward\", \"input_gradient\" or \"weight_gradient\", got "
     "\"forwards\"; did you mean \"forward\"?"},
    {"kind,dtype,time_s\nmlp,int8,1\n",
     "c.csv: line 2: dtype: expected \"fp32\", \"tf32\", \"fp16\", \"bf16\" or \"fp8\", got "
     "\"int8\""},
    {"kind,protocol,time_s\nmlp,cold,1\n",
     "c.csv: line 2: protocol: expected \"hot\", \"paced\" or \"mixed\", got \"cold\""},
    {"kind,time_s\nmlp,-1\n",
     "c.csv: line 2: time_s: expected a number from 0 to 1e+06, got \"-1\""},
    {"kind,time_s\nmlp,nan\n",
     "c.csv: line 2: time_s: expected a number from 0 to 1e+06, got \"nan\""},
    {"kind,time_s\nmlp,inf\n",
     "c.csv: line 2: time_s: expected a number from 0 to 1e+06, got \"inf\""},
    {"kind,time_s\nmlp,\n",
     "c.csv: line 2: time_s: expected a number from 0 to 1e+06, got an empty cell"},
    {"kind,time_s\nmlp,1e300\n",
     "c.csv: line 2: time_s: expected a number from 0 to 1e+06, got \"1e300\""},
    {"kind,time_p90_s,time_s\nmlp,-1,1\n",
     "c.csv: line 2: time_p90_s: expected a number from 0 to 1e+06, got \"-1\""},
    {"kind,samples,time_s\nmlp,1.5,1\n",
     "c.csv: line 2: samples: expected a whole number, got \"1.5\""},
    {"kind,hidden,time_s\nmlp,10.5,1\n",
     "c.csv: line 2: hidden: expected a whole number, got \"10.5\""},
    {"kind,causal,time_s\nattention,yes,1\n",
     "c.csv: line 2: causal: expected a number from 0 to 1, got \"yes\""},
    {"kind,duty_ratio,time_s\nmlp,1.5,1\n",
     "c.csv: line 2: duty_ratio: expected a number from 0 to 1, got \"1.5\""},
    {"kind,capacity_factor,time_s\nencode,0.5,1\n",
     "c.csv: line 2: capacity_factor: expected a number from 1 to 1e+06, got \"0.5\""},
    {"# gpu: x\nkind,tokens,time_s\nmlp,1,1\nmlp,2,2\nmlp,1,3\n",
     "c.csv: line 5: the same operator and size as in line 3"},
    {"kind,heads,tokens,time_s\nmlp,8,1,1\nmlp,16,1,2\n",
     "c.csv: line 3: the same operator and size as in line 2"},
    {"kind,tokens,time_s\nmlp,5,1\nmlp,,1\n",
     "c.csv: line 2: the same operator as in line 3, which leaves tokens empty and so stands for "
     "every number of them"},
};

static void expect_refused(const char *text, const char *want)
{
    struct diag diag = {0};
    struct cost_table *table = NULL;

    gsl_test(cost_table_load(&(struct cost_file){"c.csv", text, strlen(text)}, 1, &diag, &table) >=
                 0,
             "refused: %s", want);
    gsl_test_int((int)diag.count, 1, "one message: %s", want);
    gsl_test_str(diag.count ? diag.messages[0] : "", want, "message");
    diag_done(&diag);
}

static void complaints(void)
{
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        expect_refused(refused[i].text, refused[i].want);
}

/* All in one pass, each in its own line. */
static void several_complaints(void)
{
    static const char text[] = "kind,tokens,time_s\nmpl,-1,1\nmlp,1,x\n";
    static const char *const want[] = {
        "c.csv: line 2: kind: unknown kind \"mpl\"; did you mean \"mlp\"?",
        "c.csv: line 2: tokens: expected a number from 0 to 1e+15, got \"-1\"",
        "c.csv: line 3: time_s: expected a number from 0 to 1e+06, got \"x\"",
    };
    struct diag diag = {0};
    struct cost_table *table = NULL;

    gsl_test(cost_table_load(&(struct cost_file){"c.csv", text, strlen(text)}, 1, &diag, &table) >=
                 0,
             "refused");
    gsl_test_int((int)diag.count, 3, "three messages");
    for (size_t i = 0; i < 3 && i < diag.count; i++)
        gsl_test_str(diag.messages[i], want[i], "message %zu", i);
    diag_done(&diag);
}

static void wrong_file(void)
{
    struct text text = {0};
    struct diag diag = {0};
    struct cost_table *table = NULL;

    text_add(&text, "kind,time_s\n");
    for (int i = 0; i < 1000; i++)
        text_add(&text, "mlp,x\n");
    gsl_test(cost_table_load(&(struct cost_file){"c.csv", text.text, text.length}, 1, &diag,
                             &table) >= 0,
             "refused");
    gsl_test_int((int)diag.count, 21, "twenty bad rows and a word on the rest");
    gsl_test_str(diag.count ? diag.messages[diag.count - 1] : "",
                 "c.csv: 20 bad rows so far; the rest of the file is not checked", "message");
    diag_done(&diag);
    text_done(&text);

    gsl_test(cost_table_load(&(struct cost_file){.name = "no-such-file.csv"}, 1, &diag, &table) >=
                 0,
             "missing file");
    gsl_test_int((int)diag.count, 1, "one message");
    diag_done(&diag);
}

int main(void)
{
    complaints();
    several_complaints();
    wrong_file();
    return gsl_test_summary();
}
