/* SPDX-License-Identifier: MIT */
/* thread_shared.c - threads of a process and another process, one Value. */
#include <mpck/scenario.h>
#include <mpp/thread.h>
#include <mpp/value.h>
#include "common/processes.h"

struct job {
	struct mpp_value *v;
	int64_t amount;
};

static int add(void *arg)
{
	const struct job *job = arg;

	must(mpp_value_set(job->v, mpp_value_get(job->v) + job->amount));
	return (int)job->amount;
}

static int add_in_child(void *arg)
{
	add(arg);
	return 0;
}

static int run(void)
{
	struct job one = { .amount = 1 }, ten = { .amount = 10 };
	struct mpp_process *p[1];
	struct mpp_thread *t;
	int result = 0;

	must(mpp_value_new(&one.v, 'i', 0));
	ten.v = one.v;
	must(mpp_thread_new(&t, add, &one, sizeof(one)));
	p[0] = process(add_in_child, &ten, sizeof(ten));
	start_all(p, 1);	/* before the thread: fork with one thread */
	must(mpp_thread_start(t));
	must(mpp_thread_join(t, MPP_FOREVER));
	must(mpp_thread_result(t, &result));
	join_all(p, 1);
	mpp_observe_int("result", result);
	mpp_observe_int("value", mpp_value_get(one.v));
	mpp_thread_free(t);
	mpp_value_free(one.v);
	return 0;
}

MPCK_SCENARIO(
	.name = "thread-shared",
	.summary = "a thread and a process add to one Value",
	.main = run,
);
