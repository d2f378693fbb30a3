/* SPDX-License-Identifier: MIT */
/*
 * hook_help.h - a hook table that counts, for tests of announcements.
 */
#ifndef MPCK_TESTS_HOOK_HELP_H
#define MPCK_TESTS_HOOK_HELP_H

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

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

/*
 * And one under which the program's addresses cannot be read at all: what it
 * is given lies DOOR bytes before the memory that libmpp works on.
 */
enum { DOOR = 1 << 20 };

static char *door_memory;
static size_t door_used;

static inline void *hooked_share(size_t size, const char *name)
{
	char *user = door_memory + door_used;

	(void)name;
	door_used += (size + 63) / 64 * 64;
	return door_used <= DOOR ? user : NULL;
}

static inline void hooked_unshare(void *user, size_t size)
{
	(void)user;
	(void)size;
}

static inline void hooks_install_door(void)
{
	hooks_install_scheduler();
	door_used = 0;
	door_memory = mmap(NULL, 2 * DOOR, PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	mprotect(door_memory + DOOR, DOOR, PROT_READ | PROT_WRITE);
	hook_table.share = hooked_share;
	hook_table.unshare = hooked_unshare;
	hook_table.door = DOOR;
}

static inline void hooks_remove(void)
{
	mpp_hooks_installed = NULL;
}

#endif
