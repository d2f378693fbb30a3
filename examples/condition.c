/* SPDX-License-Identifier: MIT */
/*
 * condition.c - one process counts down, two wait until the number is low enough
 * for them.
 */
#include <stdio.h>
#include <stdlib.h>

#include <mpp/condition.h>
#include <mpp/process.h>
#include <mpp/value.h>

struct job {
	struct mpp_condition *changed;
	struct mpp_raw_value *number;	/* under the condition's lock */
	int64_t wanted;
};

static void must(int result, const char *what)
{
	if (result >= 0)
		return;
	fprintf(stderr, "%s: %s\n", what, mpp_strerror(result));
	exit(1);
}

static bool is_low(void *context)
{
	const struct job *job = context;

	return mpp_raw_value_get(job->number) <= job->wanted;
}

static int watcher(void *arg)
{
	struct job *job = arg;

	must(mpp_condition_acquire(job->changed, MPP_FOREVER), "acquire");
	must(mpp_condition_wait_for(job->changed, is_low, job, MPP_SECONDS(10)),
	     "wait");
	printf("it is %d or less\n", (int)job->wanted);
	must(mpp_condition_release(job->changed), "release");
	return 0;
}

static void count_down(const struct job *job, int64_t from)
{
	for (int64_t n = from; n >= 0; n--) {
		must(mpp_condition_acquire(job->changed, MPP_FOREVER),
		     "acquire");
		must(mpp_raw_value_set(job->number, n), "set");
		must(mpp_condition_notify_all(job->changed), "notify");
		must(mpp_condition_release(job->changed), "release");
	}
}

int main(void)
{
	struct mpp_process *p[2];
	struct job job;
	int failed = 0;

	must(mpp_condition_new(&job.changed), "condition");
	must(mpp_raw_value_new(&job.number, 'i', 1000), "value");
	for (int i = 0; i < 2; i++) {
		job.wanted = i ? 10 : 500;
		must(mpp_process_new(&p[i], watcher, &job, sizeof(job)), "new");
		must(mpp_process_start(p[i]), "start");
	}
	count_down(&job, 1000);
	for (int i = 0; i < 2; i++) {
		int code = 1;

		must(mpp_process_join(p[i], MPP_FOREVER), "join");
		mpp_process_exitcode(p[i], &code);
		failed += code != 0;
		mpp_process_free(p[i]);
	}
	return failed;
}
