/* SPDX-License-Identifier: MIT */
/* barrier_killed.c - Barrier: a registered party is killed wherever it is. */
#include <mpck/scenario.h>
#include <mpp/barrier.h>
#include <mpp/thread.h>
#include "common/gate.h"
#include "common/processes.h"

struct job {
	struct mpp_barrier *barrier;
	struct mpp_queue *gate;
};

static int party(void *arg)
{
	const struct job *job = arg;
	int index;

	must(mpp_barrier_register(job->barrier));
	gate_open(job->gate);
	index = mpp_barrier_wait(job->barrier, MPP_FOREVER);
	must(index);
	must(mpp_barrier_leave(job->barrier));
	return 0;
}

static int kills(void *arg)
{
	return mpp_process_kill(*(struct mpp_process **)arg);
}

static int run(void)
{
	struct mpp_process *victim;
	struct mpp_thread *killer;
	struct job job = { .gate = gate_new() };

	must(mpp_barrier_new(&job.barrier, 2, NULL, NULL, MPP_FOREVER));
	victim = process(party, &job, sizeof(job));
	must(mpp_process_start(victim));
	gate_pass(job.gate);
	must(mpp_thread_new(&killer, kills, &victim, sizeof(victim)));
	must(mpp_thread_start(killer));
	mpp_observe_int("wait",
			mpp_barrier_wait(job.barrier, MPP_FOREVER));
	must(mpp_thread_join(killer, MPP_FOREVER));
	must(mpp_process_join(victim, MPP_FOREVER));
	mpp_observe_int("broken", mpp_barrier_is_broken(job.barrier));
	mpp_process_free(victim);
	mpp_thread_free(killer);
	mpp_barrier_free(job.barrier);
	mpp_queue_free(job.gate);
	return 0;
}

MPCK_SCENARIO(
	.name = "barrier-killed",
	.summary = "a registered party is killed wherever it is",
	.needs = MPCK_NEEDS_PROCESSES,
	.main = run,
);
