/* SPDX-License-Identifier: MIT */
/*
 * hook_help.h - a hook table that counts, for tests of announcements.
 */
#ifndef MPCK_TESTS_HOOK_HELP_H
#define MPCK_TESTS_HOOK_HELP_H

#include <stdio.h>
#include <string.h>

#include <mpp/hooks.h>

/* What the hooks have seen, and what they are to answer. */
static struct {
	int before, after;
	int kinds[MPP_OP_KINDS];
	int faults[MPP_FAULT_MISUSE + 1];
	int refuse; /* before() returns this when it is not 0 */
	int result; /* of the last after() */
	uint64_t value;
	uint32_t self;
	struct mpp_op last;
	char text[200];
} hooked;

static inline int hooked_before(const struct mpp_op *op)
{
	hooked.before++;
	hooked.kinds[op->kind]++;
	hooked.last = *op;
	return hooked.refuse;
}

static inline void hooked_after(const struct mpp_op *op, int result,
				uint64_t value)
{
	(void)op;
	hooked.after++;
	hooked.result = result;
	hooked.value = value;
}

static inline void hooked_fault(int kind, const struct mpp_op *op,
				const char *text)
{
	(void)op;
	hooked.faults[kind]++;
	snprintf(hooked.text, sizeof(hooked.text), "%s", text);
}

static inline uint32_t hooked_self(void)
{
	return hooked.self;
}

static struct mpp_hooks hook_table;

/* A table that counts; the primitives then act natively. */
static inline void hooks_install(void)
{
	memset(&hooked, 0, sizeof(hooked));
	hook_table = (struct mpp_hooks){
		.abi = sizeof(hook_table),
		.before = hooked_before,
		.after = hooked_after,
		.fault = hooked_fault,
	};
	mpp_hooks_installed = &hook_table;
}

/* And one that says who asks, as a scheduler does. */
static inline void hooks_install_scheduler(void)
{
	hooks_install();
	hooked.self = 1;
	hook_table.self = hooked_self;
}

static inline void hooks_remove(void)
{
	mpp_hooks_installed = NULL;
}

#endif
