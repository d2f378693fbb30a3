/* SPDX-License-Identifier: MIT */
/*
 * pipe_end.c - a child sends numbers through a pipe and ends.
 *
 * Teaches: the parent receives until the end.  It has both handles itself, as
 *          everybody has who was started later or before: that does not count,
 *          only who uses an end does.
 */
#include <mpck/scenario.h>
#include <mpp/pipe.h>
#include "common/processes.h"

enum { MAX_MESSAGES = 20 };

struct job {
	struct mpp_connection *end[2];
	int64_t n;
};

static int send_numbers(void *arg)
{
	const struct job *job = arg;

	for (int64_t i = 1; i <= job->n; i++)
		must(mpp_connection_send_bytes(job->end[1], &i, sizeof(i),
					       MPP_FOREVER));
	return 0;
}

static int run(void)
{
	struct job job = { .n = mpck_param("n") };
	struct mpp_process *p[1];
	int64_t x, sum = 0;
	int err;

	must(mpp_pipe_new(job.end, false, 64));
	p[0] = process(send_numbers, &job, sizeof(job));
	start_all(p, 1);
	while ((err = mpp_connection_recv_bytes(job.end[0], &x, sizeof(x),
						NULL, MPP_FOREVER)) == 0)
		sum += x;
	mpp_observe_int("end", err);
	mpp_observe_int("sum", sum);
	join_all(p, 1);
	mpp_pipe_free(job.end);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t n = mpck_param("n");
	char text[64];

	snprintf(text, sizeof(text), "end=%d sum=%lld", MPP_EPIPE,
		 (long long)(n * (n + 1) / 2));
	mpck_right_text(e, text);
}

MPCK_SCENARIO(
	.name = "pipe-end",
	.summary = "receive until the sender has ended",
	.params = {
		{ "n", 5, 1, MAX_MESSAGES, "messages" },
	},
	.main = run,
	.expect = expect,
);
