/* SPDX-License-Identifier: MIT */
/* result.c - gives back what an exploration returned; see explore.h. */
#include "explore/explore.h"

#include <stdlib.h>

#include "explain/explanation.h"

void mpck_result_fini(struct mpck_result *r)
{
	for (size_t i = 0; i < r->noutcomes; i++) {
		free(r->outcomes[i].text);
		free(r->outcomes[i].token);
		free(r->outcomes[i].interleavings);
	}
	for (size_t i = 0; i < r->nfindings; i++) {
		free(r->findings[i].message);
		free(r->findings[i].token);
		free(r->findings[i].outcome);
		mpck_explanation_free(r->findings[i].why);
	}
	for (size_t i = 0; i < r->nsuppressed; i++)
		free(r->suppressed[i].by);
	for (size_t i = 0; i < r->nunmatched; i++)
		free(r->unmatched[i]);
	free(r->suppressed);
	free(r->unmatched);
	for (size_t i = 0; i < r->nnotes; i++)
		free(r->notes[i]);
	free(r->notes);
	for (size_t i = 0; i < r->nevents; i++) {
		free(r->events[i].text);
		free(r->events[i].where);
	}
	for (size_t i = 0; i < r->ntasks; i++)
		free((char *)r->task_names[i]);
	for (size_t i = 0; i < 8 && r->expected_text; i++)
		free(r->expected_text[i]);
	if (r->trace)
		mpck_trace_fini(r->trace);
	free(r->trace);
	free(r->outcomes);
	free(r->findings);
	free(r->events);
	free(r->task_names);
	free(r->expected_text);
	free(r->reason);
	free(r->named);
	free(r->note);
	free(r->interleavings);
	*r = (struct mpck_result){ 0 };
}
