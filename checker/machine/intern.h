/* SPDX-License-Identifier: MIT */
/*
 * intern.h - small numbers for things that are known by their 128-bit hash.
 *
 * Numbers start at 1 and are never taken back; 0 means none.
 */
#ifndef MPCK_INTERN_H
#define MPCK_INTERN_H

#include <stddef.h>
#include <stdint.h>

struct mpck_key {
	uint64_t low, high;
};

struct mpck_intern {
	struct mpck_key *keys;	/* by number */
	void **objects;		/* likewise; owned by whoever adds them */
	uint32_t count, room;
	uint32_t *slots;	/* hash table of numbers */
	uint32_t nslots;	/* power of two, or 0 */
};

/* 0: not there. */
uint32_t mpck_intern_find(const struct mpck_intern *t, struct mpck_key key);
/* The key is not there yet. */
uint32_t mpck_intern_add(struct mpck_intern *t, struct mpck_key key,
			 void *object);
size_t mpck_intern_footprint(const struct mpck_intern *t);
/* drop may be NULL. */
void mpck_intern_fini(struct mpck_intern *t, void (*drop)(void *object));

#endif
