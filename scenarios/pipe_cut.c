/* SPDX-License-Identifier: MIT */
/*
 * pipe_cut.c - a sender is killed while it sends what is larger than the pipe.
 *
 * Teaches: the receiver gets the whole message, or is told that it was cut, or
 *          that nobody is left: never half of it, and never nothing for ever.
 */
#include <mpck/scenario.h>
#include <mpp/pipe.h>
#include <string.h>
#include "common/processes.h"

enum { LARGE = 70 };	/* two pieces in a ring of 64 bytes */

struct job {
	struct mpp_connection *end[2];
};

static int send_large(void *arg)
{
	const struct job *job = arg;
	char large[LARGE];

	memset(large, 'x', sizeof(large));
	must(mpp_connection_send_bytes(job->end[1], "", 0, MPP_FOREVER));
	must(mpp_connection_send_bytes(job->end[1], large, sizeof(large),
				       MPP_FOREVER));
	return 0;
}

static int run(void)
{
	struct mpp_process *p = NULL;
	char large[LARGE];
	struct job job;
	size_t size;
	int err;

	must(mpp_pipe_new(job.end, false, 64));
	p = process(send_large, &job, sizeof(job));
	must(mpp_process_start(p));
	must(mpp_connection_recv_bytes(job.end[0], large, 0, &size,
				       MPP_FOREVER));	/* it uses the pipe */
	must(mpp_process_kill(p));
	err = mpp_connection_recv_bytes(job.end[0], large, sizeof(large),
					&size, MPP_FOREVER);
	for (size_t i = 0; err == 0 && i < LARGE; i++)
		if (size != LARGE || large[i] != 'x')
			err = 1;
	mpp_observe_int("received", err);
	must(mpp_process_join(p, MPP_FOREVER));
	mpp_process_free(p);
	mpp_pipe_free(job.end);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "received", 0);
	mpck_right(e, "received", MPP_ECUT);
	mpck_right(e, "received", MPP_EPIPE);
	mpck_may_find(e, MPCK_CHILD_FAILURE);	/* it was killed */
}

MPCK_SCENARIO(
	.name = "pipe-cut",
	.summary = "a sender killed in a large message: whole, cut, or the end",
	.needs = MPCK_NEEDS_PROCESSES,
	.main = run,
	.expect = expect,
);
