/* SPDX-License-Identifier: MIT */
/*
 * check.c - mpck_check() of scenarios: a condition that did not hold.
 *
 * Like assert(), it ends the process: what follows a broken assumption says
 * nothing.  In the machine that is a finding of its own kind, at the line of
 * the check; natively the one who runs the scenario is told, and the process
 * ends with the exit code that a shell gives for abort().
 */
#include "machine/check.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <mpp/process.h>

#include "machine/core.h"

enum { ABORTED = 128 + SIGABRT };	/* exit code, natively */

void (*mpck_check_sink)(const char *text);

/* Calls with more arguments than registers pass a pointer to them. */
struct failure {
	const void *pc;
	const char *text;
};

static uint64_t do_fail(uint64_t failure, uint64_t b, uint64_t c, uint64_t d,
			uint64_t e)
{
	const struct failure *f = (const struct failure *)failure;

	(void)b, (void)c, (void)d, (void)e;
	mpck_fault_add(MPCK_ASSERTION, mpck_core.current, f->pc, "%s: %s",
		       mpck_task_infos[mpck_core.current].name, f->text);
	mpck_run.whole = true;
	return 0;
}

static void fail_natively(const char *text) __attribute__((noreturn));

static void fail_natively(const char *text)
{
	fprintf(stderr, "%s\n", text);
	if (mpck_check_sink)
		mpck_check_sink(text);
	mpp_exit(ABORTED);
}

void mpck_check_failed(const char *file, int line, const char *condition,
		       const char *format, ...)
{
	const char *name = strrchr(file, '/');
	char text[160], why[100];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why, sizeof(why), format, arguments);
	va_end(arguments);
	snprintf(text, sizeof(text), "check `%s' failed at %s:%d%s%s",
		 condition, name ? name + 1 : file, line, *why ? ": " : "",
		 why);
	if (mpp_hooks_installed != &mpck_hooks &&
	    mpp_hooks_installed != &mpck_stepping_hooks)
		fail_natively(text);
	mpck_on_scheduler(do_fail, (uintptr_t)&(struct failure){
				  __builtin_return_address(0), text },
			  0, 0, 0, 0);
	mpck_hook_exit(-SIGABRT);
}
