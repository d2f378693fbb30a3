/* SPDX-License-Identifier: MIT */
/*
 * event.c - three processes wait for one signal to start; then they are told to
 * stop by SIGINT's handler, which may set an Event.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <mpp/event.h>
#include <mpp/process.h>
#include <mpp/value.h>

enum { RUNNERS = 3 };

struct job {
	struct mpp_event *start, *stop;
	struct mpp_value *started, *stopped;
};

static struct mpp_event *stop;

static void on_interrupt(int signo)
{
	(void)signo;
	mpp_event_set(stop);
}

static void must(int result, const char *what)
{
	if (result >= 0)
		return;
	fprintf(stderr, "%s: %s\n", what, mpp_strerror(result));
	exit(1);
}

static int runner(void *arg)
{
	const struct job *job = arg;

	must(mpp_event_wait(job->start, MPP_FOREVER), "wait for the start");
	must(mpp_value_add(job->started, 1), "count");
	must(mpp_event_wait(job->stop, MPP_FOREVER), "wait for the stop");
	must(mpp_value_add(job->stopped, 1), "count");
	return 0;
}

int main(void)
{
	struct mpp_process *p[RUNNERS];
	struct job job;

	must(mpp_event_new(&job.start), "event");
	must(mpp_event_new(&job.stop), "event");
	must(mpp_value_new(&job.started, 'i', 0), "value");
	must(mpp_value_new(&job.stopped, 'i', 0), "value");
	stop = job.stop;
	signal(SIGINT, on_interrupt);
	for (int i = 0; i < RUNNERS; i++) {
		must(mpp_process_new(&p[i], runner, &job, sizeof(job)), "new");
		must(mpp_process_start(p[i]), "start");
	}
	printf("too early: %s\n",
	       mpp_strerror(mpp_event_wait(job.start, MPP_SECONDS(0.01))));
	mpp_event_set(job.start);
	raise(SIGINT);
	for (int i = 0; i < RUNNERS; i++) {
		must(mpp_process_join(p[i], MPP_FOREVER), "join");
		mpp_process_free(p[i]);
	}
	printf("started %d, stopped %d\n", (int)mpp_value_get(job.started),
	       (int)mpp_value_get(job.stopped));
	return mpp_value_get(job.stopped) == RUNNERS ? 0 : 1;
}
