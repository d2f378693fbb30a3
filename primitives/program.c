/* SPDX-License-Identifier: MIT */
/*
 * program.c - what a program asks of itself: its name, the clock, sleep, exit,
 * and the final values it names.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mpp/process.h>
#include <mpp/value.h>

#include "task.h"
#include "types.h"

static char process_name[MPP_NAME_SIZE]; /* set in a forked child */
static __thread struct mpp_body *current_body; /* of a thread of ours */

void mpp_process_is(const char *name)
{
	memset(process_name, 0, sizeof(process_name));
	strncpy(process_name, name, sizeof(process_name) - 1);
	current_body = NULL; /* the parent's thread that forked */
}

void mpp_thread_is(struct mpp_body *body)
{
	current_body = body;
}

/* An operation on nothing that anybody else could touch. */
static MPP_ANNOUNCED int announce(uint8_t kind, int64_t timeout_ns, const void *pc,
			     struct mpp_op *op)
{
	*op = (struct mpp_op){ .pc = pc,
			       .timeout_ns = timeout_ns,
			       .kind = kind };
	return mpp_before(op);
}

const char *mpp_current_name(void)
{
	struct mpp_op op;

	if (MPP_HOOKED() && mpp_hooks_installed->name) {
		if (announce(MPP_OP_IDENTITY, MPP_FOREVER, MPP_CALLER(), &op) >=
		    0)
			mpp_after(&op, 0, 0);
		return mpp_hooks_installed->name();
	}
	if (current_body)
		return current_body->name;
	return process_name[0] ? process_name : "MainProcess";
}

void mpp_exit(int code)
{
	if (MPP_HOOKED() && mpp_hooks_installed->exit)
		mpp_hooks_installed->exit(code & 255);
	if (current_body && current_body->is_process) {
		current_body->result = code & 255;
		pthread_exit(NULL);
	}
	fflush(NULL);
	mpp_end_daemons();
	_exit(code & 255);
}

static void sleep_natively(int64_t ns)
{
	int64_t end = mpp_deadline(ns);
	struct timespec t = { .tv_sec = end / 1000000000,
			      .tv_nsec = end % 1000000000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) ==
	       EINTR)
		;
}

void mpp_sleep(int64_t ns)
{
	struct mpp_op op;
	bool timed = false; /* by the scheduler's clock */

	if (MPP_HOOKED()) {
		if (announce(MPP_OP_SLEEP, mpp_limit(ns), MPP_CALLER(), &op) <
		    0)
			return;
		timed = mpp_hooks_installed->now_ns != NULL;
	}
	if (!timed && ns > 0)
		sleep_natively(ns);
	if (MPP_HOOKED())
		mpp_after(&op, 0, 0);
}

int64_t mpp_now_ns(void)
{
	struct mpp_op op;
	int64_t now;

	if (!MPP_HOOKED())
		return mpp_native_now();
	announce(MPP_OP_CLOCK, MPP_FOREVER, MPP_CALLER(), &op);
	now = mpp_hooks_installed->now_ns ? mpp_hooks_installed->now_ns()
					  : mpp_native_now();
	mpp_after(&op, 0, (uint64_t)now);
	return now;
}

/* The shortest text that reads back as the same double (or float). */
static void print_floating(double x, bool is_float)
{
	char text[40];

	for (int digits = is_float ? 6 : 15; digits <= 17; digits++) {
		double back;

		snprintf(text, sizeof(text), "%.*g", digits, x);
		back = is_float ? (double)strtof(text, NULL)
				: strtod(text, NULL);
		if (back == x)
			break;
	}
	fputs(text, stdout);
}

static void print_item(const char *item, const struct mpp_type *type)
{
	char digits[MPP_WIDE_TEXT];
	uint64_t aligned = 0;
	uint64_t bits;

	memcpy(&aligned, item, type->size);
	bits = mpp_bits_load(&aligned, type);
	if (type->is_floating)
		print_floating(mpp_bits_double(bits, type), type->size == 4);
	else
		fputs(mpp_wide_text(mpp_bits_wide(bits, type), digits), stdout);
}

/* One line, even when several threads print. */
static void print(const char *name, const char *values, size_t count,
		  const struct mpp_type *type)
{
	flockfile(stdout);
	printf("%s=%s", name, count == 1 ? "" : "[");
	for (size_t i = 0; i < count; i++) {
		if (i)
			putchar(',');
		print_item(values + i * type->size, type);
	}
	puts(count == 1 ? "" : "]");
	funlockfile(stdout);
}

void mpp_observe(const char *name, const void *values, size_t count,
		 char typecode)
{
	if (MPP_HOOKED() && mpp_hooks_installed->observe)
		mpp_hooks_installed->observe(name, values, count, typecode);
	else if (mpp_observe_sink)
		mpp_observe_sink(name, values, count, typecode);
	else
		print(name, values, mpp_typesize(typecode) ? count : 0,
		      mpp_type(typecode));
}

void mpp_observe_int(const char *name, int64_t value)
{
	mpp_observe(name, &value, 1, 'q');
}

void mpp_observe_double(const char *name, double value)
{
	mpp_observe(name, &value, 1, 'd');
}
