/* SPDX-License-Identifier: MIT */
/*
 * thread.c - one run of a scenario as threads of this process.
 *
 * main() runs in a thread of its own, so that this one can stop waiting.  This
 * one looks at a flag from time to time: helgrind and DRD do not know
 * pthread_timedjoin_np, and take glibc's own signal inside a
 * pthread_cond_timedwait for an error.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <mpp/hooks.h>

#include "basics.h"
#include "explore/observation.h"
#include "machine/check.h"
#include "native/data.h"
#include "native/run.h"

enum { LONGEST_PAUSE = 10000000 };	/* ns */

/* One run; outlives an abandoned one, so it is static. */
static struct {
	pthread_mutex_t lock;
	const struct mpck_module *module;
	struct mpck_collect seen;
	char *check;
	pthread_t main;
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

static void end_main(int status)
{
	pthread_mutex_lock(&run_state.lock);
	run_state.ended = true;
	run_state.status = status & 255;
	pthread_mutex_unlock(&run_state.lock);
}

/* A process is a thread here, so the thread ends. */
static void keep_check(const char *text)
{
	pthread_mutex_lock(&run_state.lock);
	if (!run_state.check)
		run_state.check = strdup(text);
	pthread_mutex_unlock(&run_state.lock);
	if (pthread_equal(pthread_self(), run_state.main))
		end_main(0);
	pthread_exit(NULL);
}

static void *run_main(void *unused)
{
	(void)unused;
	run_state.main = pthread_self();
	end_main(mpck_module_scenario(run_state.module)->main());
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

static bool has_ended(void)
{
	bool ended;

	pthread_mutex_lock(&run_state.lock);
	ended = run_state.ended;
	pthread_mutex_unlock(&run_state.lock);
	return ended;
}

static enum mpck_run_end await_end(const struct mpck_native_options *options)
{
	struct timespec pause = { .tv_nsec = 20000 };
	double deadline = mpck_seconds() + options->timeout;

	while (!has_ended()) {
		if (options->stop && *options->stop)
			return MPCK_RUN_STOPPED;
		if (mpck_seconds() >= deadline)
			return MPCK_RUN_HANGS;
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < LONGEST_PAUSE)
			pause.tv_nsec *= 2;
	}
	return MPCK_RUN_RETURNED;
}

int mpck_run_threads(const struct mpck_module *module,
		     const struct mpck_native_options *options,
		     struct mpck_run *run, char sentence[MPCK_SENTENCE])
{
	struct mpck_data data;
	pthread_t thread;
	int real, err;

	if (!mpck_data_keep(&data, module)) {
		snprintf(sentence, MPCK_SENTENCE, "no memory left");
		return MPCK_EINTERNAL;
	}
	run_state.module = module;
	run_state.ended = false;
	run_state.seen = (struct mpck_collect){ NULL, 0 };
	run_state.check = NULL;
	mpp_processes_as_threads = true;
	mpp_observe_sink = keep_observation;
	mpck_check_sink = keep_check;
	real = silence(options->verbose);
	err = pthread_create(&thread, NULL, run_main, NULL);
	if (err) {
		speak(real);
		mpck_data_free(&data);
		snprintf(sentence, MPCK_SENTENCE, "cannot start a thread: %s",
			 strerror(err));
		return MPCK_EINTERNAL;
	}
	run->end = await_end(options);
	pthread_mutex_lock(&run_state.lock);
	run->status = run_state.status;
	run->seen = run_state.seen;
	run->check = run_state.check;
	run_state.check = NULL;
	run_state.seen = (struct mpck_collect){ NULL, 0 };
	pthread_mutex_unlock(&run_state.lock);
	if (run->end == MPCK_RUN_RETURNED) {
		pthread_join(thread, NULL);
		mpck_data_restore(&data);
	}
	mpck_data_free(&data);
	speak(real);
	return 0;
}
