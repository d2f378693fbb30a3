/* SPDX-License-Identifier: MIT */
/*
 * expect.c - collects an author's expectation and answers questions about it.
 *
 * Right outcomes are few and kept as texts.  Possible ones may be many
 * (counter=2..100), so they are kept as texts, ranges and predicates.
 */
#include "explore/expect.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore/comeback.h"

struct range {
	char *name;
	int64_t lo, hi;
	uint64_t step;	/* >= 1 */
};

struct texts {
	char **text;
	size_t count;
};

struct mpck_expect {
	struct texts right;
	struct texts possible;
	struct range *ranges;
	size_t nranges;
	bool (**belongs)(const char *outcome);
	size_t nbelongs;
	unsigned must, may;	/* MPCK_BIT(kind) */
	unsigned no_look;	/* that nobody looks for */
	bool stated;
};

/* Room for one more item; no memory ends the program: an expectation that is
 * half kept would give a wrong verdict. */
static void *grow(void *items, size_t count, size_t size)
{
	items = realloc(items, (count + 1) * size);
	if (!items) {
		fputs("mpcheck: no memory left for the expectation\n", stderr);
		exit(3);
	}
	return items;
}

static char *copy(const char *text)
{
	char *s = grow(NULL, strlen(text), 1);

	return strcpy(s, text);
}

static void texts_add(struct texts *t, const char *text)
{
	t->text = grow(t->text, t->count, sizeof(*t->text));
	t->text[t->count++] = copy(text);
}

static bool texts_have(const struct texts *t, const char *text)
{
	for (size_t i = 0; i < t->count; i++) {
		if (strcmp(t->text[i], text) == 0)
			return true;
	}
	return false;
}

static void texts_fini(struct texts *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->text[i]);
	free(t->text);
}

/* Is the outcome "name=V" with V in the range? */
static bool in_range(const struct range *r, const char *outcome)
{
	size_t n = strlen(r->name);
	char *end;
	int64_t v;

	if (strncmp(outcome, r->name, n) != 0 || outcome[n] != '=')
		return false;
	outcome += n + 1;
	if (*outcome != '-' && (*outcome < '0' || *outcome > '9'))
		return false;
	errno = 0;
	v = strtoll(outcome, &end, 10);
	if (errno || end == outcome || *end || v < r->lo || v > r->hi)
		return false;
	/* unsigned: hi - lo may exceed an int64_t */
	return ((uint64_t)v - (uint64_t)r->lo) % r->step == 0;
}

void mpck_right(struct mpck_expect *e, const char *name, int64_t value)
{
	size_t size = strlen(name) + 24;
	char *text = grow(NULL, size, 1);

	snprintf(text, size, "%s=%" PRId64, name, value);
	mpck_right_text(e, text);
	free(text);
}

void mpck_right_text(struct mpck_expect *e, const char *outcome)
{
	texts_add(&e->right, outcome);
	e->stated = true;
}

void mpck_possible(struct mpck_expect *e, const char *name, int64_t lo,
		   int64_t hi, int64_t step)
{
	e->ranges = grow(e->ranges, e->nranges, sizeof(*e->ranges));
	e->ranges[e->nranges++] = (struct range){
		.name = copy(name),
		.lo = lo,
		.hi = hi,
		.step = step > 0 ? (uint64_t)step : 1,
	};
	e->stated = true;
}

void mpck_possible_text(struct mpck_expect *e, const char *outcome)
{
	texts_add(&e->possible, outcome);
	e->stated = true;
}

void mpck_possible_if(struct mpck_expect *e,
		      bool (*belongs)(const char *outcome))
{
	e->belongs = grow(e->belongs, e->nbelongs, sizeof(*e->belongs));
	e->belongs[e->nbelongs++] = belongs;
	e->stated = true;
}

void mpck_must_find(struct mpck_expect *e, enum mpck_finding_kind kind)
{
	e->must |= MPCK_BIT(kind);
	e->stated = true;
}

void mpck_may_find(struct mpck_expect *e, enum mpck_finding_kind kind)
{
	e->may |= MPCK_BIT(kind);
	e->stated = true;
}

struct mpck_expect *mpck_expect_new(const struct mpck_module *module)
{
	const struct mpck_scenario *scenario = mpck_module_scenario(module);
	struct mpck_expect *e;

	if (!scenario->expect)
		return NULL;
	e = grow(NULL, 0, sizeof(*e));
	*e = (struct mpck_expect){ 0 };
	mpck_module_select(module);
	scenario->expect(e);
	return e;
}

void mpck_expect_excuse(struct mpck_expect *e, unsigned kinds)
{
	if (!e)
		return;
	e->may |= e->must & kinds;
	e->must &= ~kinds;
}

void mpck_expect_free(struct mpck_expect *e)
{
	if (!e)
		return;
	texts_fini(&e->right);
	texts_fini(&e->possible);
	for (size_t i = 0; i < e->nranges; i++)
		free(e->ranges[i].name);
	free(e->ranges);
	free(e->belongs);
	free(e);
}

bool mpck_expect_stated(const struct mpck_expect *e)
{
	return e && e->stated;
}

bool mpck_expect_states_possible(const struct mpck_expect *e)
{
	return e && (e->possible.count || e->nranges || e->nbelongs);
}

bool mpck_expect_is_right(const struct mpck_expect *e, const char *outcome)
{
	return e && texts_have(&e->right, outcome);
}

bool mpck_expect_is_possible(const struct mpck_expect *e, const char *outcome)
{
	if (mpck_expect_is_right(e, outcome))
		return true;
	if (!mpck_expect_states_possible(e))
		return mpck_expect_right_count(e) == 0;
	if (texts_have(&e->possible, outcome))
		return true;
	for (size_t i = 0; i < e->nranges; i++) {
		if (in_range(&e->ranges[i], outcome))
			return true;
	}
	for (size_t i = 0; i < e->nbelongs; i++) {
		if (e->belongs[i](outcome))
			return true;
	}
	return false;
}

bool mpck_expect_must(const struct mpck_expect *e, enum mpck_finding_kind kind)
{
	return e && (e->must & ~e->no_look & MPCK_BIT(kind));
}

void mpck_expect_no_look(struct mpck_expect *e, unsigned kinds)
{
	if (e)
		e->no_look = kinds;
}

bool mpck_expect_allows(const struct mpck_expect *e,
			enum mpck_finding_kind kind)
{
	uint32_t kinds = MPCK_BIT(kind);

	/* The same mistake, seen by a search. */
	if (MPCK_ROUNDS & kinds)
		kinds |= MPCK_BIT(MPCK_NON_TERMINATION);
	return e && ((e->must | e->may) & kinds);
}

bool mpck_expect_allows_no_end(const struct mpck_expect *e)
{
	return mpck_expect_allows(e, MPCK_LIVELOCK) ||
	       mpck_expect_allows(e, MPCK_STARVATION);
}

size_t mpck_expect_right_count(const struct mpck_expect *e)
{
	return e ? e->right.count : 0;
}

const char *mpck_expect_right_text(const struct mpck_expect *e, size_t i)
{
	return e->right.text[i];
}
