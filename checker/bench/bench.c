/* SPDX-License-Identifier: MIT */
/*
 * bench.c - the entry of `mpcheck bench`: which groups, the table, the clock.
 *
 * Idea:    every figure is measured MPCK_BENCH_SAMPLES times; on a busy machine
 *          the least is the one to compare.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/bench.h"

enum { OK = 0, FAILED = 1, USAGE = 2 };

#define BENCH(id) extern const struct mpck_bench mpck_bench_##id;
#include "benches.def"
#undef BENCH

static const struct mpck_bench *const benches[] = {
#define BENCH(id) &mpck_bench_##id,
#include "benches.def"
#undef BENCH
};

enum { BENCHES = sizeof(benches) / sizeof(*benches) };

int64_t mpck_bench_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Three digits that matter: 9.51, 95.1, 951. */
static int decimals(double x)
{
	return x < 10 ? 2 : x < 100 ? 1 : 0;
}

void mpck_bench_row(FILE *out, const char *what, const char *unit,
		    double *samples, size_t count)
{
	double least, middle, most;

	qsort(samples, count, sizeof(*samples), by_size);
	least = samples[0];
	middle = samples[count / 2];
	most = samples[count - 1];
	fprintf(out, "  %-38s %9.*f %9.*f %9.*f  %s\n", what, decimals(middle),
		middle, decimals(least), least, decimals(most), most, unit);
	fflush(out);
}

void mpck_bench_missing(FILE *out, const char *what, const char *why)
{
	fprintf(out, "  %-38s %s\n", what, why);
	fflush(out);
}

mqd_t mpck_bench_mq(size_t capacity, size_t size)
{
	struct mq_attr attributes = { .mq_maxmsg = (long)capacity,
				      .mq_msgsize = (long)size };
	char name[32];
	mqd_t mq;

	snprintf(name, sizeof(name), "/mpcheck-bench-%d", getpid());
	mq = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
	if (mq != (mqd_t)-1)
		mq_unlink(name);
	return mq;
}

int mpck_bench_time(FILE *out, const char *what, const char *unit,
		    mpck_bench_fn *fn, void *context)
{
	double samples[MPCK_BENCH_SAMPLES];

	for (size_t i = 0; i < MPCK_BENCH_SAMPLES; i++) {
		samples[i] = fn(context);
		if (samples[i] < 0)
			return -1;
	}
	mpck_bench_row(out, what, unit, samples, MPCK_BENCH_SAMPLES);
	return 0;
}

/* Children that have come to the start; shared. */
static void wait_for_all(unsigned *here, unsigned processes)
{
	__atomic_fetch_add(here, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(here, __ATOMIC_SEQ_CST) < processes)
		sched_yield();
}

double mpck_bench_together(unsigned processes,
			   int (*body)(void *context, unsigned who),
			   void *context)
{
	pid_t pids[16] = { 0 };
	int64_t start;
	int failed = 0;
	unsigned *here = mmap(NULL, sizeof(*here), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (here == MAP_FAILED || processes > 16)
		return -1;
	fflush(NULL);
	for (unsigned who = 1; who < processes; who++) {
		pids[who] = fork();
		if (pids[who] == 0) {
			wait_for_all(here, processes);
			_exit(body(context, who) ? 1 : 0);
		}
		if (pids[who] < 0) { /* nobody may wait for it */
			__atomic_fetch_add(here, 1, __ATOMIC_SEQ_CST);
			failed = 1;
		}
	}
	wait_for_all(here, processes);
	start = mpck_bench_now();
	failed |= body(context, 0);
	for (unsigned who = 1; who < processes; who++) {
		int status = 1;

		if (pids[who] > 0)
			waitpid(pids[who], &status, 0);
		failed |= status;
	}
	start = mpck_bench_now() - start;
	munmap(here, sizeof(*here));
	return failed ? -1 : (double)start;
}

static int run(const struct mpck_bench *bench)
{
	printf("%s - %s\n", bench->name, bench->summary);
	if (bench->run(stdout) == 0)
		return OK;
	fflush(stdout);
	fprintf(stderr, "mpcheck bench: %s could not be measured here\n",
		bench->name);
	return FAILED;
}

static const struct mpck_bench *find(const char *name)
{
	for (size_t i = 0; i < BENCHES; i++)
		if (strcmp(benches[i]->name, name) == 0)
			return benches[i];
	return NULL;
}

static int unknown(const char *name)
{
	fprintf(stderr, "mpcheck bench: there is no group \"%s\"; there are",
		name);
	for (size_t i = 0; i < BENCHES; i++)
		fprintf(stderr, "%s %s", i ? "," : "", benches[i]->name);
	fprintf(stderr, "\n");
	return USAGE;
}

static int help(void)
{
	printf("Usage: mpcheck bench [GROUP...]\n"
	       "Measures libmpp on this machine, next to what it "
	       "replaces.\n\n");
	for (size_t i = 0; i < BENCHES; i++)
		printf("  %-12s %s\n", benches[i]->name, benches[i]->summary);
	return OK;
}

int mpck_bench_main(int argc, char **argv)
{
	int code = OK;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0)
			return help();
		if (!find(argv[i]))
			return unknown(argv[i]);
	}
	printf("  %-38s %9s %9s %9s\n", "", "median", "min", "max");
	if (argc < 2) {
		for (size_t i = 0; i < BENCHES; i++)
			code |= run(benches[i]);
	}
	for (int i = 1; i < argc; i++)
		code |= run(find(argv[i]));
	return code;
}
