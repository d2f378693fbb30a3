/* SPDX-License-Identifier: MIT */
/* locksets.c - the locks held at all accesses; see locksets.h. */
#include "detectors/locksets.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "basics.h"

enum { ROOM = 256 };		/* at first */

struct mpck_lockset {
	const void *cell;
	uint32_t task;
	uint32_t execution;
	struct mpck_grips_of always;
};

void mpck_locksets_begin(struct mpck_locksets *l)
{
	l->execution++;
}

void mpck_locksets_fini(struct mpck_locksets *l)
{
	free(l->at);
	*l = (struct mpck_locksets){ 0 };
}

static struct mpck_lockset *place_of(const struct mpck_locksets *l,
				     const void *cell, uint32_t task)
{
	const uint64_t words[2] = { (uintptr_t)cell, task };
	size_t at = XXH3_64bits(words, sizeof(words)) & (l->room - 1);

	while (l->at[at].cell &&
	       (l->at[at].cell != cell || l->at[at].task != task))
		at = (at + 1) & (l->room - 1);
	return &l->at[at];
}

static void make_room(struct mpck_locksets *l)
{
	struct mpck_lockset *old = l->at;
	size_t n = l->room;

	if (l->count * 2 < l->room)
		return;
	l->room = n ? n * 2 : ROOM;
	l->at = mpck_checked(calloc(l->room, sizeof(*l->at)));
	for (size_t i = 0; i < n; i++) {
		if (old[i].cell)
			*place_of(l, old[i].cell, old[i].task) = old[i];
	}
	free(old);
}

bool mpck_holds(const struct mpck_grips_of *held, const void *object)
{
	for (uint32_t i = 0; i < held->count; i++) {
		if (held->at[i].object == object)
			return true;
	}
	return false;
}

void mpck_keep_common(struct mpck_grips_of *all,
		      const struct mpck_grips_of *held)
{
	for (uint32_t i = 0; i < all->count;) {
		if (mpck_holds(held, all->at[i].object))
			i++;
		else
			all->at[i] = all->at[--all->count];
	}
}

void mpck_locksets_add(struct mpck_locksets *l, const void *cell, uint32_t task,
		       const struct mpck_grips_of *held)
{
	struct mpck_lockset *s;

	make_room(l);
	s = place_of(l, cell, task);
	if (!s->cell) {
		s->cell = cell;
		s->task = task;
		l->count++;
	}
	if (s->execution != l->execution) {
		s->execution = l->execution;
		s->always.count = held->count;
		memcpy(s->always.at, held->at,
		       held->count * sizeof(*held->at));
	} else if (s->always.count) {
		mpck_keep_common(&s->always, held);
	}
}

const struct mpck_grips_of *mpck_locksets_of(const struct mpck_locksets *l,
					     const void *cell, uint32_t task)
{
	const struct mpck_lockset *s = l->room ? place_of(l, cell, task) : NULL;

	return s && s->cell && s->execution == l->execution ? &s->always
							    : NULL;
}
