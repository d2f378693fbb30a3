/* SPDX-License-Identifier: MIT */
/* counted.c - how many interleavings end with each outcome; see prover.h. */
#include "prove/prover.h"

#include <stdlib.h>

/* One ending may have several numbers of the rest, but is one here. */
static void tell_counts(struct prover *p)
{
	size_t n = p->pass.nendings;
	char **texts = calloc(n + 1, sizeof(*texts));
	double *shares = calloc(n + 1, sizeof(*shares));

	if (!texts || !shares)
		abort();
	p->cyclic = mpck_graph_count(&p->graph, n, texts, shares,
				     &p->job->result->interleavings);
	for (size_t i = 0; i < n; i++) {
		const struct mpck_ending *e = &p->pass.endings[i];
		struct mpck_seen_outcome *o = mpck_tally_outcome(
			p->job->tally, e->end, e->bytes, e->size);

		free(o->interleavings);
		o->interleavings = texts[i];
		o->share = shares[i];
	}
	free(texts);
	free(shares);
}

bool mpck_prover_count(struct prover *p)
{
	if (mpck_prover_run_kept(p, p->symmetry, !p->job->options->count) !=
	    MPCK_PASS_DONE)
		return false;
	if (p->endings != p->pass.nendings) {
		mpck_prover_error(
			p, "the search with and without silent objects finds "
			"different endings; this is a defect of mpcheck: "
			"please report it");
		return false;
	}
	mpck_prover_shorten(p);
	mpck_prover_tell(p);
	if (!p->err)
		tell_counts(p);
	return true;
}
