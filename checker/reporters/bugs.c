/* SPDX-License-Identifier: MIT */
/* bugs.c - see bugs.h. */
#include "reporters/bugs.h"

#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "explain/explanation.h"
#include "explore/comeback.h"

/* How much a kind says of the mistake; small: more. */
static unsigned rank_of(enum mpck_finding_kind kind)
{
	static const unsigned char ranks[] = {
		[MPCK_CRASH] = 1, [MPCK_ASSERTION] = 1,
		[MPCK_OUTSIDE_DOOR] = 1,
		[MPCK_DEADLOCK] = 2, [MPCK_LOST_UPDATE] = 3,
		[MPCK_DATA_RACE] = 4, [MPCK_LOCK_ORDER] = 5,
		[MPCK_NOT_SERIALISABLE] = 7, [MPCK_CHILD_FAILURE] = 8,
		[MPCK_UNEXPECTED_VALUE] = 9,
	};

	return (size_t)kind < sizeof(ranks) && ranks[kind] ? ranks[kind] : 6;
}

static int by_importance(const void *a, const void *b)
{
	const struct mpck_shown *x = a, *y = b;
	unsigned rx = rank_of(x->found->kind), ry = rank_of(y->found->kind);

	if (x->found->expected != y->found->expected)
		return x->found->expected ? 1 : -1;
	if (!x->found->why != !y->found->why)
		return x->found->why ? -1 : 1;
	if (rx != ry)
		return rx < ry ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

/* The variable that decides; NULL: not known. */
static const char *deciding_variable(const struct mpck_found *f)
{
	const struct mpck_cause *c = f->why ? &f->why->cause : NULL;

	for (size_t i = 0; c && i < c->nsteps; i++) {
		uint32_t v = f->why->trace.steps[c->steps[i]].variable;

		if (v < f->why->trace.nvariables)
			return f->why->trace.variables[v].name;
	}
	return NULL;
}

/* The schedule that shows `head` ends wrong, too. */
static bool ends_wrong(const struct mpck_result *r,
		       const struct mpck_found *head)
{
	const char *how = head->why ? head->why->trace.outcome : NULL;

	for (size_t i = 0; how && i < r->noutcomes; i++) {
		if (strcmp(r->outcomes[i].text, how) == 0)
			return r->outcomes[i].final && !r->outcomes[i].right;
	}
	return false;
}

/* f only says how an execution ends that has the mistake of `head`. */
static bool is_how_it_ends(const struct mpck_result *r,
			   const struct mpck_found *head,
			   const struct mpck_found *f)
{
	if (!ends_wrong(r, head))
		return false;
	if (f->kind == MPCK_NOT_SERIALISABLE)
		return head->kind != MPCK_UNEXPECTED_VALUE;
	if (f->kind != MPCK_UNEXPECTED_VALUE)
		return false;
	/* If no order decides, it is wrong without that mistake, too. */
	return head->kind != MPCK_NOT_SERIALISABLE || !f->why ||
	       f->why->cause.nsteps;
}

static bool has_token_of(const struct mpck_found *a, const struct mpck_found *b)
{
	return a->token && *a->token && b->token &&
	       strcmp(a->token, b->token) == 0;
}

static bool is_endless(const struct mpck_found *f)
{
	return MPCK_ROUNDS & MPCK_BIT(f->kind);
}

static bool is_same_bug(const struct mpck_result *r,
			const struct mpck_found *head,
			const struct mpck_found *f)
{
	const char *a = deciding_variable(head), *b = deciding_variable(f);

	if (head->expected != f->expected)
		return false;
	/* Who waits for ever is another story than which value is wrong. */
	if (is_endless(head) || is_endless(f))
		return false;
	if (head->kind == MPCK_DEADLOCK || f->kind == MPCK_DEADLOCK)
		return f->kind == MPCK_LOCK_ORDER && has_token_of(head, f);
	/* A lock that nobody takes leaves many races. */
	if (head->kind == MPCK_DATA_RACE && f->kind == MPCK_DATA_RACE)
		return true;
	return has_token_of(head, f) || (a && b && strcmp(a, b) == 0) ||
	       is_how_it_ends(r, head, f);
}

struct mpck_shown *mpck_bugs(const struct mpck_result *r, bool unexpected_only,
			     size_t *n)
{
	struct mpck_shown *shown = mpck_checked(calloc(r->nfindings + 1,
						       sizeof(*shown)));

	*n = 0;
	for (size_t i = 0; i < r->nfindings; i++) {
		if (!unexpected_only || !r->findings[i].expected)
			shown[(*n)++] = (struct mpck_shown){ &r->findings[i],
							     i, 0 };
	}
	qsort(shown, *n, sizeof(*shown), by_importance);
	for (size_t i = 0; i < *n; i++) {
		size_t head = 0;

		while (head < i &&
		       (shown[head].head != head ||
			!is_same_bug(r, shown[head].found, shown[i].found)))
			head++;
		shown[i].head = head;
	}
	return shown;
}

size_t mpck_count_bugs(const struct mpck_shown *shown, size_t n)
{
	size_t bugs = 0;

	for (size_t i = 0; i < n; i++)
		bugs += shown[i].head == i;
	return bugs;
}

bool mpck_has_own_schedule(const struct mpck_found *head,
			   const struct mpck_found *also)
{
	return also->token && *also->token && !has_token_of(head, also);
}
