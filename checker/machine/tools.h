/* SPDX-License-Identifier: MIT */
/*
 * tools.h - what ASan and valgrind must be told about stacks that we switch.
 *
 * ASan keeps the bounds of the stack in use; valgrind takes what lies below a
 * stack pointer for gone.  Without either, nothing here costs anything.
 */
#ifndef MPCK_TOOLS_H
#define MPCK_TOOLS_H

#include "machine/bytes.h"

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#define MPCK_VALGRIND 1
#else
#define MPCK_VALGRIND 0
#define RUNNING_ON_VALGRIND 0
#endif

#if MPCK_ASAN
#include <sanitizer/common_interface_defs.h>
#endif

/* True under valgrind; asked once. */
extern bool mpck_on_valgrind __attribute__((visibility("hidden")));

/* The code that runs next uses this stack. */
static inline void mpck_tell_stack(const void *bottom, size_t size)
{
#if MPCK_ASAN
	void *fake;

	__sanitizer_start_switch_fiber(&fake, bottom, size);
	__sanitizer_finish_switch_fiber(NULL, NULL, NULL);
#else
	(void)bottom;
	(void)size;
#endif
}

/* Memory of a task that does not run: whole, whatever a stack pointer says. */
static inline void mpck_tell_memory(const void *at, size_t size)
{
#if MPCK_VALGRIND
	if (__builtin_expect(mpck_on_valgrind, 0))
		(void)VALGRIND_MAKE_MEM_DEFINED(at, size);
#else
	(void)at;
	(void)size;
#endif
}

static inline void mpck_tell_new_stack(const void *low, const void *high)
{
#if MPCK_VALGRIND
	if (mpck_on_valgrind)
		(void)VALGRIND_STACK_REGISTER(low, (const char *)high - 1);
#else
	(void)low;
	(void)high;
#endif
}

#endif
