/* SPDX-License-Identifier: MIT */
/* explain.c - see explain.h. */
#include "explain/explain.h"

#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "explain/rerun.h"
#include "explain/trace.h"
#include "explore/judge.h"

static bool is_wrong(const struct mpck_target *t, enum mpck_end end)
{
	char *outcome = mpck_outcome_now(end);
	bool wrong = end == MPCK_END_NORMAL &&
		     (t->outcome ? !strcmp(outcome, t->outcome)
				 : !mpck_expect_is_right(t->expect, outcome));

	free(outcome);
	return wrong;
}

bool mpck_shows(const struct mpck_target *t, enum mpck_end end)
{
	size_t n;
	const struct mpck_fault *faults = mpck_machine_faults(&n);

	if (t->kind == MPCK_UNEXPECTED_VALUE ||
	    t->kind == MPCK_NOT_SERIALISABLE ||
	    t->kind == MPCK_LOST_UPDATE ||
	    t->kind == MPCK_UNSERIALISABLE_TRIPLE)
		return is_wrong(t, end);
	if (t->kind == MPCK_DEADLOCK)
		return end == MPCK_END_DEADLOCK &&
		       mpck_deadlock_key() == t->key;
	if (end == MPCK_END_STEPS && t->kind == MPCK_NON_TERMINATION)
		return true;
	for (size_t i = 0; i < n; i++) {
		if (faults[i].kind == t->kind &&
		    mpck_fault_key(&faults[i]) == t->key)
			return true;
	}
	return false;
}

struct mpck_explanation *mpck_explain(const struct mpck_target *target,
				      struct mpck_trail *trail)
{
	struct mpck_rerun r = { .choices = trail->choices,
				.count = trail->count,
				.rest = MPCK_REST_LOWEST, .record = true };
	struct mpck_explanation *e;

	mpck_rerun(&r);
	if (!mpck_shows(target, r.end))
		return NULL;
	e = mpck_checked(calloc(1, sizeof(*e)));
	mpck_trace_make(&e->trace, r.end);
	e->executions = 1;
	e->operations_found = e->trace.operations;
	e->preemptions_found = e->trace.preemptions;
	return e;
}
