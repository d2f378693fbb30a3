/* SPDX-License-Identifier: MIT */
/*
 * processes.c - benchmark: a process that does nothing, from start to join,
 * next to fork and waitpid.
 */
#include <sys/wait.h>
#include <unistd.h>

#include <mpp/process.h>

#include "bench/bench.h"

enum { ROUNDS = 100 };

static int nothing(void *unused)
{
	(void)unused;
	return 0;
}

static double process_us(void *unused)
{
	int64_t start = mpck_bench_now();

	(void)unused;
	for (int i = 0; i < ROUNDS; i++) {
		struct mpp_process *p;

		if (mpp_process_new(&p, nothing, NULL, 0) < 0 ||
		    mpp_process_start(p) < 0 ||
		    mpp_process_join(p, MPP_FOREVER) < 0)
			return -1;
		mpp_process_free(p);
	}
	return (double)(mpck_bench_now() - start) / ROUNDS / 1e3;
}

static double fork_us(void *unused)
{
	int64_t start = mpck_bench_now();

	(void)unused;
	for (int i = 0; i < ROUNDS; i++) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(0);
		if (pid < 0 || waitpid(pid, NULL, 0) != pid)
			return -1;
	}
	return (double)(mpck_bench_now() - start) / ROUNDS / 1e3;
}

static int processes_run(FILE *out)
{
	int err = mpck_bench_time(out, "mpp_process: start and join", "us",
				  process_us, NULL);

	return err ? err
		   : mpck_bench_time(out, "fork and waitpid", "us", fork_us,
				     NULL);
}

const struct mpck_bench mpck_bench_processes = {
	.name = "processes",
	.summary = "a process that does nothing",
	.run = processes_run,
};
