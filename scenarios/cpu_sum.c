/* SPDX-License-Identifier: MIT */
/*
 * cpu_sum.c - four processes do the same long sum, each for itself.
 *
 * Lesson:  003_54688cd3e8b4f06a.txt, multiprocess.py.
 * Teaches: processes that share nothing cannot disturb each other; nothing is
 *          left for a scheduler to choose.  And what Python hides: the sum
 *          333333283333335000000 does not fit 64 bits, so C needs a wide type.
 */
#include <mpck/scenario.h>
#include <mpp/wide.h>
#include <string.h>
#include "common/processes.h"

enum { MAX_PROCESSES = 60 };

/* Perform a CPU-bound task. */
static mpp_wide cpu_bound_task(int64_t n)
{
	mpp_wide result = 0;

	for (int64_t i = 0; i < n; i++)
		result += i * i;
	return result;
}

static int worker(void *arg)
{
	int64_t n = *(const int64_t *)arg;
	mpp_wide result = cpu_bound_task(n);
	char text[MPP_WIDE_TEXT];

	printf("Process %s, Result: %s\n", mpp_current_name(),
	       mpp_wide_text(result, text));
	/* The schoolbook formula must agree. */
	return result == (mpp_wide)(n - 1) * n * (2 * n - 1) / 6 ? 0 : 1;
}

static int run(void)
{
	struct mpp_process *processes[MAX_PROCESSES];
	int64_t p = mpck_param("p");
	int64_t n = mpck_param("n");
	char text[MPP_WIDE_TEXT];

	for (int64_t i = 0; i < p; i++)
		processes[i] = process(worker, &n, sizeof(n));
	start_all(processes, p);
	join_all(processes, p);

	/* The children's results were private; this is the parent's own. */
	mpp_wide_text(cpu_bound_task(n), text);
	mpp_observe("sum", text, strlen(text), 'c');
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t n = mpck_param("n");
	char number[MPP_WIDE_TEXT];
	char text[MPP_WIDE_TEXT + 8];

	mpp_wide_text((mpp_wide)(n - 1) * n * (2 * n - 1) / 6, number);
	snprintf(text, sizeof(text), "sum=\"%s\"", number);
	mpck_right_text(e, text);
}

MPCK_SCENARIO(
	.name = "cpu-sum",
	.summary = "p processes each add the squares below n, sharing nothing",
	.source = "003_54688cd3e8b4f06a.txt",
	.params = {
		{ "p", 4, 1, MAX_PROCESSES, "processes" },
		{ "n", 10000000, 1, 1000000000, "squares to add" },
	},
	.main = run,
	.expect = expect,
);
