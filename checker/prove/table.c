/* SPDX-License-Identifier: MIT */
/* table.c - see table.h; linear probing, filled to three quarters and a bit. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* MAP_ANONYMOUS */
#endif
#include "prove/table.h"

#include <string.h>
#include <sys/mman.h>

enum { FIRST = 1 << 12, MOVED_AT_ONCE = 8, HUGE = 8 << 20 };

/* Mapped, not allocated: untouched pages cost nothing, and it goes back to the
 * system when the next one is filled. */
static void *map(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	/* Random places in many pages: each would miss the TLB as well. */
	if (size >= HUGE)
		madvise(p, size, MADV_HUGEPAGE);
	return p;
}

static void slots_free(struct mpck_slots *s)
{
	if (s->keys)
		munmap(s->keys, s->size * sizeof(*s->keys));
	if (s->values)
		munmap(s->values, s->size * sizeof(*s->values));
	*s = (struct mpck_slots){ 0 };
}

static bool slots_new(struct mpck_slots *s, uint64_t size, bool valued)
{
	*s = (struct mpck_slots){ .size = size };
	s->keys = map(size * sizeof(*s->keys));
	if (valued)
		s->values = map(size * sizeof(*s->values));
	if (s->keys && (s->values || !valued))
		return true;
	slots_free(s);
	return false;
}

bool mpck_table_init(struct mpck_table *t, bool valued)
{
	*t = (struct mpck_table){ .valued = valued };
	return slots_new(&t->now, FIRST, valued);
}

void mpck_table_fini(struct mpck_table *t)
{
	slots_free(&t->now);
	slots_free(&t->old);
	*t = (struct mpck_table){ 0 };
}

static bool is_free(struct mpck_key key)
{
	return !(key.low | key.high);
}

static bool equal(struct mpck_key a, struct mpck_key b)
{
	return a.low == b.low && a.high == b.high;
}

/* Where the key is, or the free slot where it would be. */
static uint64_t find(const struct mpck_slots *s, struct mpck_key key)
{
	uint64_t at = mpck_slots_home(s, key);

	while (!is_free(s->keys[at]) && !equal(s->keys[at], key))
		at = at + 1 == s->size ? 0 : at + 1;
	return at;
}

static void put(struct mpck_slots *s, uint64_t at, struct mpck_key key,
		const uint32_t *value)
{
	s->keys[at] = key;
	if (s->values && value)
		s->values[at] = *value;
}

/* What was moved stays where it was, so that the old table can be searched. */
static void move(struct mpck_table *t, uint64_t n)
{
	uint64_t end = t->moved + n;

	if (end > t->old.size)
		end = t->old.size;
	for (uint64_t i = t->moved; i < end; i++) {
		struct mpck_key key = t->old.keys[i];

		if (!is_free(key))
			put(&t->now, find(&t->now, key), key,
			    t->valued ? &t->old.values[i] : NULL);
	}
	t->moved = end;
	if (end == t->old.size) {
		slots_free(&t->old);
		t->moved = 0;
	}
}

static uint64_t bigger(uint64_t size)
{
	return size < FIRST * 16 ? size * 4 : size + size / 2;
}

bool mpck_table_reserve(struct mpck_table *t)
{
	struct mpck_slots next;

	if (t->count < t->now.size - t->now.size / 5)
		return true;
	if (t->old.size)
		move(t, t->old.size);
	if (!slots_new(&next, bigger(t->now.size), t->valued))
		return false;
	t->old = t->now;
	t->now = next;
	t->moved = 0;
	return true;
}

bool mpck_table_insert(struct mpck_table *t, struct mpck_key key,
		       uint32_t *value)
{
	uint64_t at;

	key.low += is_free(key);
	at = find(&t->now, key);
	if (!is_free(t->now.keys[at])) {
		if (value)
			*value = t->now.values[at];
		return false;
	}
	if (t->old.size) {
		uint64_t before = find(&t->old, key);

		if (!is_free(t->old.keys[before])) {
			if (value)
				*value = t->old.values[before];
			return false;
		}
	}
	put(&t->now, at, key, value);
	t->count++;
	if (t->old.size)
		move(t, MOVED_AT_ONCE);
	return true;
}

static size_t slot_bytes(const struct mpck_table *t)
{
	return sizeof(struct mpck_key) + (t->valued ? sizeof(uint32_t) : 0);
}

size_t mpck_table_footprint(const struct mpck_table *t)
{
	return (t->now.size + t->old.size) * slot_bytes(t);
}

size_t mpck_table_next_footprint(const struct mpck_table *t)
{
	if (t->count < t->now.size - t->now.size / 5)
		return mpck_table_footprint(t);
	return (t->now.size + bigger(t->now.size)) * slot_bytes(t);
}
