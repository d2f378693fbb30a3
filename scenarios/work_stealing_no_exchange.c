/* SPDX-License-Identifier: MIT */
/*
 * work_stealing_no_exchange.c - the owner takes the last item as any other.
 *
 * Source:  D. Chase, Y. Lev, Dynamic circular work-stealing deque, SPAA 2005;
 *          here with room for all items, so that no place is used twice.
 * Teaches: a thief that has looked at both ends in time does not see that the
 *          owner takes the last item meanwhile.  Its compare-exchange of `top`
 *          succeeds, since the owner has not moved that: the item is taken
 *          twice.  It is one at most; then `top` is past the end.
 */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include "common/cells.h"
#include "common/processes.h"
#include "common/tally.h"

enum { MAX_THIEVES = 8, NOTHING = -1 };

struct queue {
	struct mpp_atomic *top;		/* where the oldest item lies */
	struct mpp_atomic *bottom;	/* behind the youngest */
	struct mpp_raw_array *items;
};

struct job {
	struct queue q;
	struct tally tally;
	int64_t me, tries;
};

static void push(const struct queue *q, int64_t item)
{
	int64_t bottom = mpp_atomic_load(q->bottom);

	must(mpp_raw_array_set(q->items, bottom, item));
	mpp_atomic_store(q->bottom, bottom + 1);
}

/* The owner's end.  It says what it is after before it looks at `top`. */
static int64_t take(const struct queue *q)
{
	int64_t bottom = mpp_atomic_load(q->bottom) - 1;
	int64_t top, item;

	mpp_atomic_store(q->bottom, bottom);
	top = mpp_atomic_load(q->top);
	if (top > bottom) {
		mpp_atomic_store(q->bottom, top);
		return NOTHING;
	}
	must(mpp_raw_array_get(q->items, bottom, &item));
	return item;	/* also the last one */
}

/* The thieves' end. */
static int64_t steal(const struct queue *q)
{
	int64_t top = mpp_atomic_load(q->top);
	int64_t item;

	if (top >= mpp_atomic_load(q->bottom))
		return NOTHING;
	must(mpp_raw_array_get(q->items, top, &item));
	if (!mpp_atomic_compare_exchange(q->top, &top, top + 1))
		return NOTHING;
	return item;
}

static int thief(void *arg)
{
	const struct job *job = arg;
	int32_t counts[MAX_THINGS] = { 0 };

	for (int64_t i = 0; i < job->tries; i++) {
		int64_t item = steal(&job->q);

		if (item != NOTHING)
			counts[item]++;
	}
	tally_hand_in(&job->tally, job->me, counts);
	return 0;
}

static void own(const struct queue *q, int64_t k, int32_t *counts)
{
	for (int64_t i = 0; i < k; i++)
		push(q, i);
	for (int64_t item = take(q); item != NOTHING; item = take(q))
		counts[item]++;
}

static int run(void)
{
	struct mpp_process *p[MAX_THIEVES];
	int64_t k = mpck_param("k");
	int64_t thieves = mpck_param("thieves");
	struct job job = {
		.q = { .top = atomic(0), .bottom = atomic(0) },
		.tally = tally(1 + thieves, k),
		.tries = mpck_param("tries"),
	};
	int32_t counts[MAX_THINGS] = { 0 };

	must(mpp_raw_array_new(&job.q.items, 'q', (size_t)k));
	for (job.me = 1; job.me <= thieves; job.me++)
		p[job.me - 1] = process(thief, &job, sizeof(job));
	start_all(p, thieves);
	own(&job.q, k, counts);
	join_all(p, thieves);

	tally_hand_in(&job.tally, 0, counts);
	tally_observe(&job.tally);
	mpp_raw_array_free(job.q.items);
	mpp_atomic_free(job.q.bottom);
	mpp_atomic_free(job.q.top);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right_text(e, "lost=0 twice=0");
	mpck_possible_text(e, "lost=0 twice=1");
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
}

MPCK_SCENARIO(
	.name = "work-stealing-no-exchange",
	.summary = "work-stealing whose owner takes the last item unasked",
	.source = "Chase and Lev 2005, a compare-exchange left out",
	.params = {
		{ "k", 2, 1, MAX_THINGS, "items" },
		{ "thieves", 1, 1, MAX_THIEVES, "processes that steal" },
		{ "tries", 2, 1, 1000, "how often each tries to" },
	},
	.main = run,
	.expect = expect,
);
