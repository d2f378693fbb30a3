/* SPDX-License-Identifier: MIT */
/*
 * treiber_stack_untagged.c - treiber_stack.c without the tag: the ABA problem.
 *
 * Source:  R. K. Treiber, Systems programming: coping with parallelism, IBM
 *          Research Report RJ 5118, 1986.
 * Teaches: one process is about to pop node 1 and knows that 2 is the next.
 *          The other pops 1, pops 2, which it keeps, and pushes 1 again.  The
 *          head is 1 as before, the compare-exchange succeeds, and node 2 is on
 *          the stack although somebody has it.
 *
 * What goes wrong: with two processes of one round, one node comes twice.  With
 * more of either several do, and a node that has two owners may be pushed while
 * it is on the stack, which cuts off what is below: then nodes are lost as well.
 */
#include <mpck/scenario.h>
#include "common/cells.h"
#include "common/processes.h"
#include "common/tally.h"

enum { MAX_PROCESSES = 8, NODES = MAX_THINGS, NONE = 0 };

struct stack {
	struct mpp_atomic *head;
	struct mpp_atomic *next[NODES];	/* of node 1 ... NODES - 1 */
};

struct job {
	struct stack s;
	struct tally tally;
	int64_t me, rounds;
};

static int64_t pop(const struct stack *s)
{
	int64_t head = mpp_atomic_load(s->head);

	while (head != NONE) {
		int64_t node = head;
		int64_t next = mpp_atomic_load(s->next[node]);

		if (mpp_atomic_compare_exchange(s->head, &head, next))
			return node;
	}
	return NONE;
}

static void push(const struct stack *s, int64_t node)
{
	int64_t head = mpp_atomic_load(s->head);

	do {
		mpp_atomic_store(s->next[node], head);
	} while (!mpp_atomic_compare_exchange(s->head, &head, node));
}

/* Pops two, gives the first back and keeps the second. */
static int work(void *arg)
{
	const struct job *job = arg;
	int32_t counts[NODES] = { 0 };

	for (int64_t i = 0; i < job->rounds; i++) {
		int64_t first = pop(&job->s);
		int64_t second = pop(&job->s);

		if (first != NONE)
			push(&job->s, first);
		if (second != NONE)
			counts[second - 1]++;
	}
	tally_hand_in(&job->tally, job->me, counts);
	return 0;
}

/* What is left; no longer than it was, should it run in a circle. */
static void count_rest(const struct job *job, int64_t nodes)
{
	int32_t counts[NODES] = { 0 };

	for (int64_t i = 0; i < nodes; i++) {
		int64_t node = pop(&job->s);

		if (node != NONE)
			counts[node - 1]++;
	}
	tally_hand_in(&job->tally, job->me, counts);
}

static int run(void)
{
	struct mpp_process *p[MAX_PROCESSES];
	int64_t n = mpck_param("n");
	int64_t nodes = mpck_param("nodes");
	struct job job = {
		.s = { .head = atomic(1) },
		.tally = tally(n + 1, nodes),
		.rounds = mpck_param("k"),
	};

	for (int64_t i = 1; i <= nodes; i++)
		job.s.next[i] = atomic(i < nodes ? i + 1 : NONE);
	for (job.me = 0; job.me < n; job.me++)
		p[job.me] = process(work, &job, sizeof(job));
	start_all(p, n);
	join_all(p, n);

	count_rest(&job, nodes);
	tally_observe(&job.tally);
	free_atomics(&job.s.next[1], nodes);
	mpp_atomic_free(job.s.head);
	return 0;
}

static bool some_interleaving_gives(const char *outcome)
{
	bool small = mpck_param("n") == 2 && mpck_param("k") == 1;
	int64_t nodes = mpck_param("nodes");
	long long lost, twice;

	return sscanf(outcome, "lost=%lld twice=%lld", &lost, &twice) == 2 &&
	       lost >= 0 && lost <= (small ? 0 : nodes) &&
	       twice >= 0 && twice <= (small ? 1 : nodes);
}

static void expect(struct mpck_expect *e)
{
	mpck_right_text(e, "lost=0 twice=0");
	mpck_possible_if(e, some_interleaving_gives);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
	mpck_may_find(e, MPCK_LOST_UPDATE);
}

MPCK_SCENARIO(
	.name = "treiber-stack-untagged",
	.summary = "treiber-stack without the tag: the ABA problem",
	.source = "Treiber 1986, without the tag",
	.params = {
		{ "n", 2, 2, MAX_PROCESSES, "processes" },
		{ "k", 1, 1, 100, "rounds of each" },
		{ "nodes", 3, 2, NODES - 1, "on the stack at first" },
	},
	.main = run,
	.expect = expect,
);
