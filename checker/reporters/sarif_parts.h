/* SPDX-License-Identifier: MIT */
/*
 * sarif_parts.h - what the files that write SARIF share.
 *
 * sarif.c writes the run, sarif_rules.c the kinds of finding, sarif_result.c a
 * finding, sarif_flow.c its schedule, sarif_places.c source locations.
 */
#ifndef MPCK_SARIF_PARTS_H
#define MPCK_SARIF_PARTS_H

#include <jansson.h>

#include "explain/explanation.h"
#include "reporters/reporters.h"

/* The source files that a run names, each once. */
struct mpck_artifacts {
	char *root;		/* the current directory; NULL: unknown */
	char **uris;
	size_t count;
	json_t *artifacts;
};

void mpck_artifacts_init(struct mpck_artifacts *p);
void mpck_artifacts_fini(struct mpck_artifacts *p);
/* "file:///home/x%20y" of an absolute path, malloc'd. */
char *mpck_file_uri(const char *path);
/*
 * A location: where the frame is (NULL: nowhere), what is there, or NULL; id:
 * its number in the result, -1: none.
 */
json_t *mpck_location(struct mpck_artifacts *p, const struct mpck_frame *frame,
		      const char *message, int id);

/* {"text": ...} */
json_t *mpck_message(const char *text);

/* Of the kind, by its place in findings.def. */
json_t *mpck_sarif_rules(void);
void mpck_sarif_rule_id(enum mpck_finding_kind kind, char id[16]);
const char *mpck_sarif_level(enum mpck_finding_kind kind);

json_t *mpck_sarif_results(const struct mpck_report *report,
			   struct mpck_artifacts *places);
/* The schedule, a thread flow a task. */
json_t *mpck_sarif_flow(const struct mpck_trace *trace,
			struct mpck_artifacts *places);

#endif
