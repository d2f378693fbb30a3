/* SPDX-License-Identifier: MIT */
/*
 * python.c - a row of the table that Python's multiprocessing measures.
 *
 * Idea:    python3 runs a few lines that print one sample each; its own start
 *          is not in them.  Where it is not installed the row says so.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"

extern char **environ;

/* What every program may use; sample(f) calls f and prints what it returns. */
static const char prelude[] =
	"import multiprocessing as m, os, time\n"
	"m.set_start_method('fork')\n"
	"now = time.perf_counter_ns\n"
	"def sample(f, *arguments):\n"
	"    for _ in range(7): print(f(*arguments), flush=True)\n"
	"def together(count, body):\n"
	"    '''As mpck_bench_together(): nanoseconds until the last is done.'''\n"
	"    meet = m.Barrier(count)\n"
	"    def run(who): meet.wait(); body(who)\n"
	"    them = [m.Process(target=run, args=(i,)) for i in range(1, count)]\n"
	"    for p in them: p.start()\n"
	"    meet.wait()\n"
	"    start = now()\n"
	"    body(0)\n"
	"    for p in them: p.join()\n"
	"    return now() - start\n";

/* Its stdout, or NULL; stderr goes nowhere. */
static FILE *start(const char *program, pid_t *pid)
{
	char *argv[] = { "python3", "-c", NULL, NULL };
	posix_spawn_file_actions_t actions;
	int ends[2], err;
	FILE *answers;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return NULL;
	if (asprintf(&argv[2], "%s%s", prelude, program) < 0) {
		close(ends[0]);
		close(ends[1]);
		return NULL;
	}
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
					 O_WRONLY, 0);
	err = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	free(argv[2]);
	close(ends[1]);
	answers = err ? NULL : fdopen(ends[0], "r");
	if (!answers)
		close(ends[0]);
	return answers;
}

void mpck_bench_python(FILE *out, const char *what, const char *unit,
		       const char *program)
{
	double samples[MPCK_BENCH_SAMPLES];
	size_t count = 0;
	int status = 1;
	pid_t pid;
	FILE *answers = start(program, &pid);

	if (!answers) {
		mpck_bench_missing(out, what, "not installed");
		return;
	}
	while (count < MPCK_BENCH_SAMPLES &&
	       fscanf(answers, "%lf", &samples[count]) == 1)
		count++;
	fclose(answers);
	waitpid(pid, &status, 0);
	/* A shell's or container's python3 may lack multiprocessing. */
	if (status != 0 || count < MPCK_BENCH_SAMPLES)
		mpck_bench_missing(out, what, "could not be measured");
	else
		mpck_bench_row(out, what, unit, samples, count);
}
