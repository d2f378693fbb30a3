/* SPDX-License-Identifier: MIT */
/* intern.c - see intern.h; open addressing with linear probing. */
#include "machine/intern.h"

#include <stdlib.h>
#include <string.h>

#include "basics.h"

uint32_t mpck_intern_find(const struct mpck_intern *t, struct mpck_key key)
{
	uint32_t mask = t->nslots - 1, at = (uint32_t)key.low & mask;

	for (; t->nslots && t->slots[at]; at = (at + 1) & mask) {
		const struct mpck_key *k = &t->keys[t->slots[at]];

		if (k->low == key.low && k->high == key.high)
			return t->slots[at];
	}
	return 0;
}

static void place(struct mpck_intern *t, uint32_t number)
{
	uint32_t mask = t->nslots - 1;
	uint32_t at = (uint32_t)t->keys[number].low & mask;

	while (t->slots[at])
		at = (at + 1) & mask;
	t->slots[at] = number;
}

static void grow(struct mpck_intern *t)
{
	t->nslots = t->nslots ? t->nslots * 2 : 256;
	t->room = t->nslots / 2;
	free(t->slots);
	t->slots = mpck_checked(calloc(t->nslots, sizeof(*t->slots)));
	t->keys = mpck_checked(realloc(t->keys, (t->room + 1) * sizeof(*t->keys)));
	t->objects = mpck_checked(realloc(t->objects,
				     (t->room + 1) * sizeof(*t->objects)));
	for (uint32_t i = 1; i <= t->count; i++)
		place(t, i);
}

uint32_t mpck_intern_add(struct mpck_intern *t, struct mpck_key key,
			 void *object)
{
	if (t->count == t->room)
		grow(t);
	t->keys[++t->count] = key;
	t->objects[t->count] = object;
	place(t, t->count);
	return t->count;
}

size_t mpck_intern_footprint(const struct mpck_intern *t)
{
	return t->nslots * sizeof(*t->slots) +
	       t->room * (sizeof(*t->keys) + sizeof(*t->objects));
}

void mpck_intern_fini(struct mpck_intern *t, void (*drop)(void *object))
{
	for (uint32_t i = 1; drop && i <= t->count; i++)
		drop(t->objects[i]);
	free(t->keys);
	free(t->objects);
	free(t->slots);
	memset(t, 0, sizeof(*t));
}
