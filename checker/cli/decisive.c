/* SPDX-License-Identifier: MIT */
/* decisive.c - see decisive.h. */
#include "cli/decisive.h"

#include <string.h>

#include "explain/explanation.h"

static const char *variable_of(const struct mpck_trace *t,
			       const struct mpck_step *s)
{
	return s->variable < t->nvariables ? t->variables[s->variable].name
					   : "";
}

static bool is_same(const struct mpck_trace *t, const struct mpck_step *a,
		    const struct mpck_trace *u, const struct mpck_step *b)
{
	return a->kind == b->kind && a->op == b->op && a->task == b->task &&
	       strcmp(variable_of(t, a), variable_of(u, b)) == 0;
}

/* How many like it come before. */
static size_t rank_of(const struct mpck_trace *t, size_t step)
{
	size_t rank = 0;

	for (size_t i = 0; i < step; i++)
		rank += is_same(t, &t->steps[i], t, &t->steps[step]);
	return rank;
}

static void mark(struct mpck_trace *t, const struct mpck_trace *why,
		 size_t step)
{
	size_t rank = rank_of(why, step);

	for (size_t i = 0; i < t->nsteps; i++) {
		if (!is_same(t, &t->steps[i], why, &why->steps[step]))
			continue;
		if (!rank--) {
			t->steps[i].decisive = true;
			return;
		}
	}
}

size_t mpck_mark_decisive(struct mpck_result *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->nfindings && r->trace && !n; i++) {
		const struct mpck_explanation *why = r->findings[i].why;

		for (size_t j = 0; why && j < why->trace.nsteps; j++) {
			if (why->trace.steps[j].decisive)
				mark(r->trace, &why->trace, j);
		}
		for (size_t j = 0; j < r->trace->nsteps; j++)
			n += r->trace->steps[j].decisive;
	}
	return n;
}
