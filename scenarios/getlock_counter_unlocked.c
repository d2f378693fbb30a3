/* SPDX-License-Identifier: MIT */
/*
 * getlock_counter_unlocked.c - getlock_counter.c without get_lock().
 *
 * Lesson:  002_f217805d3cc9f1b1.txt, its `with` line left out.
 * Teaches: the lock inside a Value guards one read or one write, not `+= 1`.
 *          The program still prints 5 nearly every time somebody tries it,
 *          and any of 1..5 can come out: m of the p processes read, one after
 *          the other, what the one before wrote; the rest is lost.
 */
#include <mpck/scenario.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_PROCESSES = 60 };

struct job {
	struct mpp_value *shared_value;
};

static int task(void *arg)
{
	const struct job *job = arg;

	must(mpp_value_set(job->shared_value,
			   mpp_value_get(job->shared_value) + 1));
	return 0;
}

static int run(void)
{
	struct mpp_process *processes[MAX_PROCESSES];
	struct job job;
	int64_t p = mpck_param("p");

	must(mpp_value_new(&job.shared_value, 'i', 0));
	for (int64_t i = 0; i < p; i++)
		processes[i] = process(task, &job, sizeof(job));
	start_all(processes, p);
	join_all(processes, p);

	mpp_observe_int("counter", mpp_value_get(job.shared_value));
	mpp_value_free(job.shared_value);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t p = mpck_param("p");

	mpck_right(e, "counter", p);
	if (p == 1)
		return;		/* alone, nobody can interfere */
	mpck_possible(e, "counter", 1, p, 1);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
	mpck_must_find(e, MPCK_LOST_UPDATE);
}

MPCK_SCENARIO(
	.name = "getlock-counter-unlocked",
	.summary = "p processes add 1 to a Value without taking its lock",
	.source = "002_f217805d3cc9f1b1.txt",
	.params = {
		{ "p", 5, 1, MAX_PROCESSES, "processes" },
	},
	.main = run,
	.expect = expect,
);
