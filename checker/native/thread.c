/* SPDX-License-Identifier: MIT */
/*
 * thread.c - one run of a scenario as threads of this process.
 *
 * main() runs in a thread of its own, so that this one can stop waiting.  A
 * condition variable says that it ended: helgrind and DRD know those, but not
 * pthread_timedjoin_np.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <mpp/hooks.h>

#include "explore/observation.h"
#include "native/run.h"

/* One run; outlives an abandoned one, so it is static. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	const struct mpck_module *module;
	struct mpck_collect seen;
	bool ended;
	int status;
} run_state = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void keep_observation(const char *name, const void *values,
			     size_t count, char typecode)
{
	char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	if (!memory)
		return;
	mpck_observation_print(memory, name, values, count, typecode);
	if (fclose(memory) == 0) {
		pthread_mutex_lock(&run_state.lock);
		mpck_collect_add(&run_state.seen, text, size);
		pthread_mutex_unlock(&run_state.lock);
	}
	free(text);
}

static void *run_main(void *unused)
{
	int status = mpck_module_scenario(run_state.module)->main();

	(void)unused;
	pthread_mutex_lock(&run_state.lock);
	run_state.ended = true;
	run_state.status = status & 255;
	pthread_cond_signal(&run_state.changed);
	pthread_mutex_unlock(&run_state.lock);
	return NULL;
}

/* stdout goes nowhere, or, verbose, to stderr; returns the real one. */
static int silence(bool verbose)
{
	int real, other;

	fflush(stdout);
	real = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	other = verbose ? dup(STDERR_FILENO)
			: open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (other >= 0) {
		dup2(other, STDOUT_FILENO);
		close(other);
	}
	return real;
}

static void speak(int real)
{
	fflush(stdout);
	if (real >= 0) {
		dup2(real, STDOUT_FILENO);
		close(real);
	}
}

static struct timespec add_seconds(struct timespec t, double seconds)
{
	t.tv_sec += (time_t)seconds;
	t.tv_nsec += (long)((seconds - (double)(time_t)seconds) * 1e9);
	if (t.tv_nsec >= 1000000000) {
		t.tv_nsec -= 1000000000;
		t.tv_sec++;
	}
	return t;
}

static bool passed(struct timespec t)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > t.tv_sec ||
	       (now.tv_sec == t.tv_sec && now.tv_nsec >= t.tv_nsec);
}

/* Called with the lock held. */
static enum mpck_run_end await_end(const struct mpck_native_options *options)
{
	struct timespec now, deadline;

	clock_gettime(CLOCK_MONOTONIC, &now);
	deadline = add_seconds(now, options->timeout);
	while (!run_state.ended) {
		struct timespec soon;

		if (options->stop && *options->stop)
			return MPCK_RUN_STOPPED;
		if (passed(deadline))
			return MPCK_RUN_HANGS;
		clock_gettime(CLOCK_MONOTONIC, &now);
		soon = add_seconds(now, 0.05);
		pthread_cond_timedwait(&run_state.changed, &run_state.lock,
				       &soon);
	}
	return MPCK_RUN_RETURNED;
}

static void init_condition(void)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&run_state.changed, &attributes);
	pthread_condattr_destroy(&attributes);
}

int mpck_run_threads(const struct mpck_module *module,
		     const struct mpck_native_options *options,
		     struct mpck_run *run, char sentence[MPCK_SENTENCE])
{
	pthread_t thread;
	int real, err;

	init_condition();
	run_state.module = module;
	run_state.ended = false;
	run_state.seen = (struct mpck_collect){ NULL, 0 };
	mpp_processes_as_threads = true;
	mpp_observe_sink = keep_observation;
	real = silence(options->verbose);
	err = pthread_create(&thread, NULL, run_main, NULL);
	if (err) {
		speak(real);
		snprintf(sentence, MPCK_SENTENCE, "cannot start a thread: %s",
			 strerror(err));
		return MPCK_EINTERNAL;
	}
	pthread_mutex_lock(&run_state.lock);
	run->end = await_end(options);
	run->status = run_state.status;
	run->seen = run_state.seen;
	run_state.seen = (struct mpck_collect){ NULL, 0 };
	pthread_mutex_unlock(&run_state.lock);
	if (run->end == MPCK_RUN_RETURNED)
		pthread_join(thread, NULL);
	speak(real);
	return 0;
}
