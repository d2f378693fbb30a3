/* SPDX-License-Identifier: MIT */
/*
 * overflow_unlocked.c - overflow.c without the lock.
 *
 * Lesson:  003_54688cd3e8b4f06a.txt, synchronizingMultiprocesses.py, the lock
 *          left out.
 * Teaches: two faults in one program.  Sums are lost, and what is left of them
 *          is 32 bits: the total ends at any of the four running values.
 */
#include <mpck/scenario.h>
#include <inttypes.h>
#include <mpp/value.h>
#include "common/cpu_task.h"
#include "common/processes.h"

struct job {
	struct mpp_value *shared_value;
	int64_t n;
};

static int worker(void *arg)
{
	const struct job *job = arg;
	int64_t result = cpu_bound_task(job->n);

	mpp_sleep(MPP_SECONDS(0.001));	/* the lesson's random delay */
	int64_t total = mpp_value_get(job->shared_value) + result;
	must(mpp_value_set(job->shared_value, total));
	printf("Process %s updated shared value to %" PRId64 "\n",
	       mpp_current_name(), as_32_bits(total));
	return 0;
}

static int run(void)
{
	struct mpp_process *processes[MAX_WORKERS];
	struct job job = { .n = mpck_param("n") };
	int64_t p = mpck_param("p");

	must(mpp_value_new(&job.shared_value, 'i', 0));
	for (int64_t i = 0; i < p; i++)
		processes[i] = process(worker, &job, sizeof(job));
	start_all(processes, p);
	join_all(processes, p);

	mpp_observe_int("total", mpp_value_get(job.shared_value));
	mpp_value_free(job.shared_value);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t p = mpck_param("p");
	int64_t sum = sum_of_squares(mpck_param("n"));
	int64_t right = as_32_bits(p * sum);
	bool wrong = false;

	mpck_right(e, "total", right);
	/* m of the p sums count, 1 <= m <= p; the others are lost. */
	for (int64_t m = 1; m <= p; m++) {
		int64_t total = as_32_bits(m * sum);

		mpck_possible(e, "total", total, total, 1);
		wrong |= total != right;
	}
	if (wrong)
		mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
	mpck_must_find(e, MPCK_LOST_UPDATE);
	if (sum > INT32_MAX)
		mpck_must_find(e, MPCK_OVERFLOW);
	else if (p * sum > INT32_MAX)	/* not when enough of it is lost */
		mpck_may_find(e, MPCK_OVERFLOW);
}

MPCK_SCENARIO(
	.name = "overflow-unlocked",
	.summary = "p large sums added into a 32-bit Value, without a lock",
	.source = "003_54688cd3e8b4f06a.txt",
	.params = {
		{ "p", 4, 1, MAX_WORKERS, "processes" },
		{ "n", MAX_SQUARES, 1, MAX_SQUARES, "squares in each sum" },
	},
	.main = run,
	.expect = expect,
);
