/* SPDX-License-Identifier: MIT */
/*
 * judge.c - verdicts.
 *
 * "failed" is said of the program, whatever its author expects; whether that
 * was to be expected is as_expected.  "proved" needs four things: everything
 * was explored, nothing is wrong, nothing was called that the machine does not
 * control, and the machine's own tables are intact.
 */
#include "explore/judge.h"

#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "explore/comeback.h"
#include "explore/token.h"

static const char *const assumptions[] = {
	"memory is sequentially consistent",
	"each call of libmpp is one step",	/* at GRAIN */
	"no process is killed from outside",
	"no wake-up is spurious",
	"allocations succeed",
};
/* Said only where it matters. */
static const char *const by_hashes =
	"no two states have the same 128-bit hash";
static const char *const by_discipline =
	"threads touch common memory through libmpp only";
static const char *const by_fairness =
	"a task that can go on is not put off for ever (it may be for long)";
static const char *const by_strong_orders =
	"no data race comes from a weak atomic order alone (looked for only in "
	"the executions that were run)";
static const char *const by_suppression =
	"the suppressed findings do no harm";
/* Of a libmpp that is built for step grain, instead. */
static const char *const by_words =
	"each access of libmpp to a shared word is one step";
enum { GRAIN = 1, ALWAYS = sizeof(assumptions) / sizeof(assumptions[0]) };

const char *mpck_verdict_name(enum mpck_verdict verdict)
{
	static const char *const names[] = {
		[MPCK_PROVED] = "proved", [MPCK_BOUNDED] = "bounded",
		[MPCK_SAMPLED] = "sampled", [MPCK_FAILED] = "failed",
		[MPCK_UNKNOWN] = "unknown",
	};

	return names[verdict];
}

static const char *end_text(enum mpck_end end)
{
	switch (end) {
	case MPCK_END_DEADLOCK:
		return "(deadlock)";
	case MPCK_END_OUTSIDE:
		return "(stopped)";
	default:
		return "(no end)";
	}
}

char *mpck_outcome_text(const struct mpck_seen_outcome *outcome)
{
	char *text = NULL;
	size_t size;
	FILE *out;

	if (outcome->end != MPCK_END_NORMAL)
		return strdup(end_text(outcome->end));
	if (!outcome->size)
		return strdup("(nothing observed)");
	out = open_memstream(&text, &size);
	if (!out)
		abort();
	mpck_outcome_print(out, outcome->bytes, outcome->size);
	fclose(out);
	return text;
}

char *mpck_outcome_now(enum mpck_end end)
{
	struct mpck_seen_outcome o = { .end = end };

	o.bytes = (void *)mpck_machine_outcome(&o.size);
	return mpck_outcome_text(&o);
}

static enum mpck_finding_kind kind_of_end(enum mpck_end end)
{
	return end == MPCK_END_DEADLOCK ? MPCK_DEADLOCK
	       : end == MPCK_END_OUTSIDE ? MPCK_OUTSIDE_DOOR
					 : MPCK_NON_TERMINATION;
}

/* It was found, and somebody does not want to know. */
static bool is_suppressed(const struct mpck_result *r,
			  enum mpck_finding_kind kind)
{
	for (size_t i = 0; i < r->nsuppressed; i++) {
		if (r->suppressed[i].kind == kind)
			return true;
	}
	return false;
}

static bool possible(const struct mpck_result *r,
		     const struct mpck_seen_outcome *o, const char *text,
		     const struct mpck_expect *e)
{
	if (o->end != MPCK_END_NORMAL)
		return mpck_expect_allows(e, kind_of_end(o->end)) ||
		       (o->end == MPCK_END_STEPS &&
			mpck_expect_allows_no_end(e)) ||
		       is_suppressed(r, kind_of_end(o->end));
	return mpck_expect_is_possible(e, text);
}

static int by_count(const void *a, const void *b)
{
	const struct mpck_outcome *x = a, *y = b;

	if (x->executions != y->executions)
		return x->executions < y->executions ? 1 : -1;
	if (x->interleavings && y->interleavings) {
		size_t m = strlen(x->interleavings);
		size_t n = strlen(y->interleavings);
		int order = m != n ? (m < n ? 1 : -1)
				   : strcmp(y->interleavings,
					    x->interleavings);

		if (order)
			return order;
	}
	return strcmp(x->text, y->text);
}

static void list_outcomes(struct mpck_result *r, const struct mpck_tally *t,
			  const struct mpck_expect *e,
			  struct mpck_learned learned,
			  const struct mpck_module *module)
{
	r->outcomes = calloc(t->noutcomes ? t->noutcomes : 1,
			     sizeof(*r->outcomes));
	if (!r->outcomes)
		abort();
	for (size_t i = 0; i < t->noutcomes; i++) {
		const struct mpck_seen_outcome *o = &t->outcomes[i];
		char *text = mpck_outcome_text(o);
		bool final = o->end == MPCK_END_NORMAL;

		r->outcomes[i] = (struct mpck_outcome){
			.text = text, .executions = o->executions,
			.final = final,
			.right = final && mpck_expect_is_right(e, text),
			.possible = possible(r, o, text, e),
			.interleavings = o->interleavings
				? strdup(o->interleavings) : NULL,
			.share = o->share,
			.token = mpck_token_of(learned, &o->trail, module) };
	}
	r->noutcomes = t->noutcomes;
	qsort(r->outcomes, r->noutcomes, sizeof(*r->outcomes), by_count);
}

char *mpck_unexpected_text(const struct mpck_result *r,
			   const struct mpck_expect *e, const char *outcome)
{
	size_t others = 0, wanted = mpck_expect_right_count(e);
	char *text = NULL;
	size_t size;
	FILE *out = mpck_checked(open_memstream(&text, &size));

	for (size_t i = 0; i < r->noutcomes; i++) {
		const struct mpck_outcome *o = &r->outcomes[i];

		others += o->final && !o->right && strcmp(o->text, outcome) != 0;
	}
	fprintf(out, "%s where %s", outcome, mpck_expect_right_text(e, 0));
	if (wanted == 2)
		fprintf(out, " or %s", mpck_expect_right_text(e, 1));
	else if (wanted > 2)
		fprintf(out, " or one of %zu others", wanted - 1);
	fputs(" is wanted", out);
	if (others)
		fprintf(out, ", and %zu other wrong value%s", others,
			others == 1 ? "" : "s");
	fclose(out);
	return text;
}

/* One finding for all final values that the author does not want. */
static void find_unexpected(struct mpck_result *r, const struct mpck_expect *e)
{
	const struct mpck_outcome *first = NULL;
	struct mpck_found *f;
	uint64_t executions = 0;

	if (!mpck_expect_right_count(e))
		return;
	for (size_t i = 0; i < r->noutcomes; i++) {
		const struct mpck_outcome *o = &r->outcomes[i];

		if (!o->final || o->right)
			continue;
		executions += o->executions;
		/* The shortest token is the easiest to read; of very many
		 * outcomes, some have none. */
		if (!first || !*first->token ||
		    (*o->token && strlen(o->token) < strlen(first->token)))
			first = o;
	}
	if (!first)
		return;
	r->findings = realloc(r->findings, (r->nfindings + 1) *
			      sizeof(*r->findings));
	if (!r->findings)
		abort();
	f = &r->findings[r->nfindings++];
	*f = (struct mpck_found){
		.kind = MPCK_UNEXPECTED_VALUE, .executions = executions,
		.token = strdup(first->token),
		.message = mpck_unexpected_text(r, e, first->text),
		.expected = mpck_expect_allows(e, MPCK_UNEXPECTED_VALUE) };
}

static int unexpected_first(const void *a, const void *b)
{
	const struct mpck_found *x = a, *y = b;

	if (x->expected != y->expected)
		return x->expected ? 1 : -1;
	return (int)x->kind - (int)y->kind;
}

/* A search calls a livelock, or starvation, what an execution only sees not to
 * end. */
static bool found(const struct mpck_result *r, enum mpck_finding_kind kind)
{
	if (is_suppressed(r, kind))
		return true;
	for (size_t i = 0; i < r->nfindings; i++) {
		enum mpck_finding_kind seen = r->findings[i].kind;

		if (seen == kind || (kind == MPCK_NON_TERMINATION &&
				     MPCK_ROUNDS & MPCK_BIT(seen)))
			return true;
	}
	return false;
}

static const char *const kind_names[] = {
#define FINDING(id, name, text) name,
#include <mpck/findings.def>
#undef FINDING
};

/* Why the expectation does not hold; NULL: it holds. */
static char *contradiction(const struct mpck_result *r,
			   const struct mpck_expect *e)
{
	for (size_t i = 0; i < r->nfindings; i++) {
		if (!r->findings[i].expected)
			return mpck_text("%s was found, and the scenario does "
					 "not expect it",
					 kind_names[r->findings[i].kind]);
	}
	for (size_t i = 0; i < r->noutcomes; i++) {
		if (!r->outcomes[i].possible)
			return mpck_text("%s is outside the values the "
					 "scenario says are possible",
					 r->outcomes[i].text);
	}
	for (int k = 0; k < MPCK_FINDING_KINDS; k++) {
		if (mpck_expect_must(e, k) && !found(r, k) &&
		    !(r->unsought & MPCK_BIT(k)))
			return mpck_text("the scenario expects %s, which did "
					 "not appear", kind_names[k]);
	}
	return NULL;
}

/* The strongest claim for an exploration without anything wrong. */
static enum mpck_verdict claim(struct mpck_result *r, bool exhaustive)
{
	size_t n;
	const char *const *names = mpck_machine_uncontrolled(&n);

	if (!r->executions && !r->complete)
		return MPCK_UNKNOWN;
	if (!r->complete || !exhaustive)
		return MPCK_SAMPLED;
	if (n) {
		r->reason = mpck_text("%s() is outside the machine's control, "
				      "so nothing is proved", names[0]);
		return MPCK_BOUNDED;
	}
	return MPCK_PROVED;
}

/* A data race takes away what sequential consistency was assumed for, and
 * nothing else is wrong. */
static bool fails_by_races_only(const struct mpck_result *r, bool exhaustive)
{
	size_t n;

	mpck_machine_uncontrolled(&n);
	for (size_t i = 0; i < r->nfindings; i++) {
		if (r->findings[i].kind != MPCK_DATA_RACE)
			return false;
	}
	return r->nfindings && r->complete && exhaustive && !n;
}

static void list_assumptions(struct mpck_result *r)
{
	static const char *list[ALWAYS + 4];
	size_t n = ALWAYS;

	memcpy(list, assumptions, sizeof(assumptions));
	if (mpck_step_grain())
		list[GRAIN] = by_words;
	if (r->space.searched)
		list[n++] = by_hashes;
	if (mpck_machine_had_threads())
		list[n++] = by_discipline;
	if (r->space.cycle == MPCK_CYCLE_WAITING ||
	    r->space.cycle == MPCK_CYCLE_STARVING)
		list[n++] = by_fairness;
	if (r->space.weak_orders)
		list[n++] = by_strong_orders;
	if (r->nsuppressed)
		list[n++] = by_suppression;
	r->assumptions = list;
	r->nassumptions = n;
}

void mpck_judge(struct mpck_result *result, const struct mpck_tally *tally,
		const struct mpck_expect *expect, bool exhaustive,
		struct mpck_learned learned, const struct mpck_module *module)
{
	char *why;

	list_outcomes(result, tally, expect, learned, module);
	find_unexpected(result, expect);
	if (result->nfindings)
		qsort(result->findings, result->nfindings,
		      sizeof(*result->findings), unexpected_first);
	result->verdict = result->nfindings ? MPCK_FAILED
					    : claim(result, exhaustive);
	result->only_races = fails_by_races_only(result, exhaustive);
	if (result->verdict == MPCK_PROVED || result->only_races)
		list_assumptions(result);
	why = contradiction(result, expect);
	result->as_expected = !why;
	if (why) {
		free(result->reason);
		result->reason = why;
	}
}
