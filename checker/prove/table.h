/* SPDX-License-Identifier: MIT */
/*
 * table.h - the states that were visited: a set of 128-bit hashes, each with a
 * number if wanted.
 *
 * It grows without a pause: while a bigger table is filled from the old one, a
 * few entries with each insertion, both are looked at.
 */
#ifndef MPCK_TABLE_H
#define MPCK_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "machine/intern.h"

struct mpck_slots {
	struct mpck_key *keys;		/* {0, 0}: free */
	uint32_t *values;		/* NULL: none wanted */
	uint64_t size;
};

struct mpck_table {
	struct mpck_slots now, old;	/* old.size 0: nothing to move */
	uint64_t moved;			/* slots of old */
	uint64_t count;
	bool valued;
};

/* false: no memory. */
bool mpck_table_init(struct mpck_table *t, bool valued);
void mpck_table_fini(struct mpck_table *t);
/* Room for one more; false: no memory for a bigger table. */
bool mpck_table_reserve(struct mpck_table *t);
/* After a reserve.  true: it was not there.  value: given or found; may be
 * NULL. */
bool mpck_table_insert(struct mpck_table *t, struct mpck_key key,
		       uint32_t *value);
/* Bytes it has, and has while it grows next. */
size_t mpck_table_footprint(const struct mpck_table *t);
size_t mpck_table_next_footprint(const struct mpck_table *t);

/* The key's place; the same order of places in every size, so growing reads
 * and writes in sequence. */
static inline uint64_t mpck_slots_home(const struct mpck_slots *s,
				       struct mpck_key key)
{
	return (uint64_t)((unsigned __int128)key.high * s->size >> 64);
}

static inline void mpck_table_prefetch(const struct mpck_table *t,
				       struct mpck_key key)
{
	__builtin_prefetch(&t->now.keys[mpck_slots_home(&t->now, key)]);
}

#endif
