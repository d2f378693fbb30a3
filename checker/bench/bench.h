/* SPDX-License-Identifier: MIT */
/*
 * bench.h - `mpcheck bench`: groups of measurements, printed as one table.
 *
 * A group is one file and one row of benches.def.  Its run() measures what it
 * likes and hands each figure's samples to mpck_bench_row(); mpck_bench_time()
 * does both for a function that is to be repeated.
 */
#ifndef MPCK_BENCH_H
#define MPCK_BENCH_H

#include <mqueue.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { MPCK_BENCH_SAMPLES = 7 };

struct mpck_bench {
	const char *name; /* as typed after `mpcheck bench` */
	const char *summary; /* its heading */
	int (*run)(FILE *out); /* < 0: it could not be measured */
};

/* Prints median, least and greatest of the samples, which it sorts. */
void mpck_bench_row(FILE *out, const char *what, const char *unit,
		    double *samples, size_t count);

/*
 * One sample: does the work and returns the figure (nanoseconds an item, ...),
 * or a negative number when it cannot.
 */
typedef double mpck_bench_fn(void *context);

/* MPCK_BENCH_SAMPLES samples and their row.  < 0: fn could not. */
int mpck_bench_time(FILE *out, const char *what, const char *unit,
		    mpck_bench_fn *fn, void *context);

/* A row without figures, and why. */
void mpck_bench_missing(FILE *out, const char *what, const char *why);

/*
 * The row of a rival in Python: `program` calls sample() of python.c.  Says so
 * where python3 is not installed.
 */
void mpck_bench_python(FILE *out, const char *what, const char *unit,
		       const char *program);

/* A POSIX message queue without a name, or (mqd_t)-1. */
mqd_t mpck_bench_mq(size_t capacity, size_t size);

/* Nanoseconds of a clock that never goes back. */
int64_t mpck_bench_now(void);

/*
 * Runs body(context, 0) in this process and body(context, 1), ... in children,
 * all at once (they wait for each other first).  Nanoseconds until the last is
 * done, or < 0.
 */
double mpck_bench_together(unsigned processes,
			   int (*body)(void *context, unsigned who),
			   void *context);

int mpck_bench_main(int argc, char **argv);

#endif
