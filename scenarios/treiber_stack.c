/* SPDX-License-Identifier: MIT */
/*
 * treiber_stack.c - a stack of reused nodes, without locks, its head tagged.
 *
 * Source:  R. K. Treiber, Systems programming: coping with parallelism, IBM
 *          Research Report RJ 5118, 1986.
 *          The tag is in IBM's System/370 Principles of Operation.
 * Teaches: a compare-exchange of the head tells whether it is the same, not
 *          whether it was something else in between.  A number that grows with
 *          every change tells that too.
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

/* What `head` holds: a node, and above it how often it was changed. */
static int64_t node_of(int64_t head)
{
	return head % NODES;
}

static int64_t changed(int64_t head, int64_t node)
{
	return head - node_of(head) + NODES + node;
}

static int64_t pop(const struct stack *s)
{
	int64_t head = mpp_atomic_load(s->head);

	while (node_of(head) != NONE) {
		int64_t node = node_of(head);
		int64_t next = mpp_atomic_load(s->next[node]);

		if (mpp_atomic_compare_exchange(s->head, &head,
						changed(head, next)))
			return node;
	}
	return NONE;
}

static void push(const struct stack *s, int64_t node)
{
	int64_t head = mpp_atomic_load(s->head);

	do {
		mpp_atomic_store(s->next[node], node_of(head));
	} while (!mpp_atomic_compare_exchange(s->head, &head,
					      changed(head, node)));
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

static void expect(struct mpck_expect *e)
{
	mpck_right_text(e, "lost=0 twice=0");
}

MPCK_SCENARIO(
	.name = "treiber-stack",
	.summary = "a stack without locks; nodes come back, the head has a tag",
	.source = "Treiber 1986",
	.params = {
		{ "n", 2, 2, MAX_PROCESSES, "processes" },
		{ "k", 1, 1, 100, "rounds of each" },
		{ "nodes", 3, 2, NODES - 1, "on the stack at first" },
	},
	.main = run,
	.expect = expect,
);
