/* SPDX-License-Identifier: MIT */
/*
 * pipe_write_end_kept.c - pipe_end.c, but the reader uses the write end too.
 *
 * Teaches: the end comes when every user of the other end is gone.  The parent
 *          is one itself: it waits for its own end.  With files this happens
 *          to whoever forgets to close an inherited descriptor.
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
	must(mpp_connection_use(job.end[1]));	/* what for? */
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
	mpck_possible_text(e, "(deadlock)");
	mpck_must_find(e, MPCK_DEADLOCK);
}

MPCK_SCENARIO(
	.name = "pipe-write-end-kept",
	.summary = "as pipe-end, but the reader uses the write end: no end",
	.params = {
		{ "n", 5, 1, MAX_MESSAGES, "messages" },
	},
	.needs = MPCK_NATIVE_HANGS,
	.main = run,
	.expect = expect,
);
