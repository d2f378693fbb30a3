/* SPDX-License-Identifier: MIT */
/*
 * asan.c - AddressSanitizer's settings for a program that switches stacks.
 *
 * Its fake stacks (use after return) would keep a task's variables outside
 * the window, where no image sees them.
 */
#include "machine/bytes.h"

#if MPCK_ASAN
const char *__asan_default_options(void);
__attribute__((visibility("default"))) const char *__asan_default_options(void)
{
	return "detect_stack_use_after_return=0";
}
#else
typedef int mpck_not_empty;	/* a translation unit has a declaration */
#endif
