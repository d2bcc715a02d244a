/* What the cluster tests share: topologies from text, complaints as text, and golden files. */
#ifndef SCMOESIM_TESTS_CLUSTER_SUPPORT_H
#define SCMOESIM_TESTS_CLUSTER_SUPPORT_H

#include "sim/base/text.h"
#include "sim/topology/topology.h"

/* From a name, file or shorthand; ends the program with the complaints when it cannot be read. */
struct topology *read_topology(const char *word);
/* The same, with --set POINTER=VALUE applied. */
struct topology *read_topology_with(const char *word, const char *pointer, const char *value);
/* From JSON text. */
struct topology *parse_topology(const char *json);

/* A whole document around the parts that tests vary. `types` are the members of link_types. */
char *document_text(const char *node_count, const char *types, const char *node,
                    const char *fabric);
/* A full-duplex type of 10e9 bytes/s and 1 us called "wire", and a half-duplex one called "bus". */
#define WIRE_AND_BUS                                                                               \
    "\"wire\": {\"bandwidth_bytes_per_s\": 10e9, \"efficiency_ratio\": 1, \"latency_s\": 1e-6,"    \
    " \"source\": \"\"}, \"bus\": {\"bandwidth_bytes_per_s\": 10e9, \"efficiency_ratio\": 1,"      \
    " \"latency_s\": 1e-6, \"duplex\": \"half\", \"source\": \"\"}"

/* What topology_document and topology_read have to say, a line each; "" when all is well. */
char *complaints_of_text(const char *json);
char *complaints_of_word(const char *word);

/* A path below the source tree. The caller frees it. */
char *source_path(const char *relative);
/* Compares with a file below tests/unit/cluster; where they differ, prints the first such line. */
void check_golden(const char *file, const char *got);

#endif
