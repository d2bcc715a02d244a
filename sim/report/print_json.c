#include "sim/report/columns.h"

static void put_facts(struct jout *out, const struct facts *facts)
{
    jout_object(out, "facts");
    jout_string(out, "version", facts->version);
    jout_string(out, "network", facts->network_line);
    jout_string(out, "model", facts->model_line);
    jout_string(out, "topology", facts->topology_line);
    jout_string(out, "costs", facts->costs_line);
    if (facts->routing_line)
        jout_string(out, "routing", facts->routing_line);
    jout_string(out, "all_to_all", facts->a2a_line);
    jout_string(out, "set", facts->set_line);
    jout_string(out, "uncertainty", facts->uncertainty_line);
    jout_string(out, "baseline", facts->baseline);
    jout_array(out, "notes");
    for (size_t i = 0; i < facts->note_count; i++)
        jout_string(out, NULL, facts->notes[i]);
    jout_end(out, ']');
    jout_end(out, '}');
}

static void put_member(struct jout *out, const struct result *result,
                       const struct result_column *column)
{
    const void *member = result_member(result, column);
    switch (column->cell) {
    case CELL_TEXT:
        jout_string(out, column->name, *(const char *const *)member);
        break;
    case CELL_NUMBER:
        jout_number(out, column->name, *(const double *)member);
        break;
    case CELL_COUNT:
        if (*(const size_t *)member > 0)
            jout_count(out, column->name, *(const size_t *)member);
        else
            jout_string(out, column->name, NULL); /* null, as the CSV's empty cell */
        break;
    case CELL_MODE:
        jout_string(out, column->name, run_mode_names[*(const enum run_mode *)member]);
        break;
    }
}

void print_json(const struct facts *facts, const struct result *results, size_t count,
                struct text *to)
{
    struct jout out;
    jout_init(&out, to);
    jout_object(&out, NULL);
    jout_string(&out, "schema", "scmoesim/result/1");
    put_facts(&out, facts);
    jout_array(&out, "rows");
    for (size_t i = 0; i < count; i++) {
        jout_object(&out, NULL);
        for (const struct result_column *column = result_column_table; column->name; column++)
            put_member(&out, &results[i], column);
        jout_end(&out, '}');
    }
    jout_end(&out, ']');
    jout_end(&out, '}');
}
