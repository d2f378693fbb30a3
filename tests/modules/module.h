/* SPDX-License-Identifier: MIT */
/*
 * module.h - small programs for the tests of the machine and the explorer.
 *
 * A file has several programs, PROGRAM(id) { ... }, and ends with MODULE_END.
 * A row MODULE(file, id) of modules.def builds <file>-<id>.so, whose main is
 * that program.  All have one parameter, n.
 */
#ifndef MPCK_TESTS_MODULE_H
#define MPCK_TESTS_MODULE_H

#include <mpck/scenario.h>
#include <mpp/lock.h>
#include <mpp/process.h>
#include <mpp/thread.h>
#include <mpp/value.h>
#include "common/processes.h"

#define PROGRAM(id) UNUSED static int id(void)
#define UNUSED __attribute__((unused))

/* Does on purpose what sanitizers would stop. */
#define UNCHECKED __attribute__((no_sanitize("undefined", "address")))

/* Hides from the compiler what is done with the memory at p. */
#define ESCAPE(p) __asm__ volatile("" : "+r"(p) : : "memory")

#define MODULE_TEXT(word) MODULE_TEXT_(word)
#define MODULE_TEXT_(word) #word
#define MODULE_END \
	MPCK_SCENARIO( \
		.name = MODULE_TEXT(MODULE_PROGRAM), \
		.summary = "for a test", \
		.params = { { "n", 0, INT64_MIN, INT64_MAX, "as needed" } }, \
		.main = MODULE_PROGRAM, \
	)

/* Shared cells that every process inherits with its globals. */
UNUSED static struct mpp_raw_value *cell, *other_cell;
UNUSED static struct mpp_lock *lock;

UNUSED static struct mpp_raw_value *new_cell(int64_t initial)
{
	struct mpp_raw_value *c = NULL;

	must(mpp_raw_value_new(&c, 'q', initial));
	return c;
}

UNUSED static struct mpp_lock *new_lock(unsigned flags)
{
	struct mpp_lock *l = NULL;

	must(mpp_lock_new(&l, flags));
	return l;
}

/* A visible operation without effect: everybody else may run here. */
UNUSED static void let_others_run(void)
{
	if (!cell)
		__builtin_trap();
	(void)mpp_raw_value_get(cell);
}

/* Observes under the name of child 1, 2 or 3. */
UNUSED static void tell(int who, int64_t value)
{
	static const char *const names[] = { "main", "a", "b", "c" };

	mpp_observe_int(names[who], value);
}

/* Starts `fn(&id)` as processes 1 ... n, n <= 3. */
UNUSED static void start_children(struct mpp_process **p, int n,
				  int (*fn)(void *))
{
	for (int id = 1; id <= n; id++)
		p[id - 1] = process(fn, &id, sizeof(id));
	start_all(p, n);
}

/* And joins them. */
UNUSED static void run_children(int n, int (*fn)(void *))
{
	struct mpp_process *p[3];

	start_children(p, n, fn);
	join_all(p, n);
}

/* The same as threads. */
UNUSED static void run_threads(int n, int (*fn)(void *))
{
	struct mpp_thread *t[3];

	for (int id = 1; id <= n; id++)
		must(mpp_thread_new(&t[id - 1], fn, &id, sizeof(id)));
	for (int i = 0; i < n; i++)
		must(mpp_thread_start(t[i]));
	for (int i = 0; i < n; i++) {
		must(mpp_thread_join(t[i], MPP_FOREVER));
		mpp_thread_free(t[i]);
	}
}

#endif
