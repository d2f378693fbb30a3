/* SPDX-License-Identifier: MIT */
/*
 * serial.h - serial outcomes in the plainest way: all interleavings are run,
 * and of those without a preemption the outcomes are kept.
 *
 * A preemption: another task goes on than the one that ran last, which could
 * have gone on, and has started nobody since.  Programs must not wait with a
 * limit: whether they could go on is not asked here.
 */
#ifndef MPCK_TESTS_JUDGING_SERIAL_H
#define MPCK_TESTS_JUDGING_SERIAL_H

#include "explored.h"
#include "explore/judge.h"
#include "machine/machine.h"
#include "prove/serial.h"

enum { MOST_CHOICES = 200 };

struct plain {
	uint32_t taken[MOST_CHOICES], options[MOST_CHOICES];
	size_t depth, at;
	mpck_taskset started, kept;	/* who has started somebody since */
	bool preempted;
	uint64_t executions;
	struct mpck_tally all, serial;	/* outcomes */
};

static inline uint32_t plain_pick(void *context, const struct mpck_point *p)
{
	struct plain *x = context;
	uint32_t taken;

	ck_assert_uint_lt(x->at, MOST_CHOICES);
	if (x->at == x->depth) {
		x->taken[x->depth] = 0;
		x->options[x->depth++] = p->count;
	}
	taken = x->taken[x->at++];
	if (!p->alternatives && p->last < MPCK_MAX_TASKS &&
	    mpck_set_has(p->enabled, p->last) &&
	    mpck_set_nth(p->enabled, taken) != p->last &&
	    !mpck_set_has(x->started, p->last))
		x->preempted = true;
	return taken;
}

static inline void plain_begin(void *context)
{
	((struct plain *)context)->started = 0;
}

static inline void plain_keep(void *context)
{
	struct plain *x = context;

	x->kept = x->started;
}

static inline void plain_restore(void *context)
{
	struct plain *x = context;

	x->started = x->kept;
}

static inline void plain_happened(void *context,
				  const struct mpck_happening *h)
{
	struct plain *x = context;

	if (h->kind == MPCK_HAPPENED_START)
		x->started |= mpck_set_of(h->task);
	if (h->kind == MPCK_HAPPENED_OP)
		x->started &= ~mpck_set_of(h->task);
}

static inline void plain_end(void *context, enum mpck_end end)
{
	(void)context, (void)end;
}

/* The next interleaving; false: there is none. */
static inline bool plain_next(struct plain *x)
{
	while (x->depth && x->taken[x->depth - 1] + 1 ==
				   x->options[x->depth - 1])
		x->depth--;
	if (!x->depth)
		return false;
	x->taken[x->depth - 1]++;
	return true;
}

/* In the open machine.  false: more interleavings than that. */
static inline bool plain_run(struct plain *x, uint64_t most)
{
	static const struct mpck_listener listener = {
		plain_begin, plain_keep, plain_restore, plain_happened,
		plain_end };
	const void *bytes;
	size_t size;

	mpck_machine_listen(&listener, x);
	mpck_machine_picker(plain_pick, x, NULL);
	mpck_machine_exact(true);
	do {
		x->at = 0;
		x->preempted = false;
		if (x->executions++ == most)
			break;
		if (mpck_machine_execute() != MPCK_END_NORMAL)
			continue;
		bytes = mpck_machine_outcome(&size);
		mpck_tally_outcome(&x->all, MPCK_END_NORMAL, bytes, size);
		if (!x->preempted)
			mpck_tally_outcome(&x->serial, MPCK_END_NORMAL, bytes,
					   size);
	} while (plain_next(x));
	mpck_machine_listen(NULL, NULL);
	return x->executions <= most;
}

static inline void plain_fini(struct plain *x)
{
	mpck_tally_fini(&x->all);
	mpck_tally_fini(&x->serial);
}

static inline void open_for_plain(struct mpck_module *module)
{
	struct mpck_machine_options o = { .pick = plain_pick,
					  .max_steps = 100000 };
	char text[MPCK_SENTENCE];

	ck_assert_msg(!mpck_machine_open(module, &o, text), "%s", text);
}

static inline int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "x=1, x=2", in alphabetical order; malloc'd. */
static inline char *texts_of(const struct mpck_tally *t)
{
	char **each = calloc(t->noutcomes + 1, sizeof(*each)), *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	ck_assert(each && out);
	for (size_t i = 0; i < t->noutcomes; i++)
		each[i] = mpck_outcome_text(&t->outcomes[i]);
	qsort(each, t->noutcomes, sizeof(*each), by_name);
	for (size_t i = 0; i < t->noutcomes; i++) {
		fprintf(out, "%s%s", i ? ", " : "", each[i]);
		free(each[i]);
	}
	fclose(out);
	free(each);
	return text;
}

#endif
