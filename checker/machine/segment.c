/* SPDX-License-Identifier: MIT */
/*
 * segment.c - shared memory of the machine: allocation by first fit of equal
 * size, so that the same program always gets the same addresses.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* memfd_create */
#endif
#include "machine/segment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "machine/bytes.h"
#include "machine/core.h"
#include "machine/undefined.h"

enum { MAX_SEGMENTS = 4096 };

struct segment {
	uint32_t offset, size;
	uint32_t ordinal;		/* among those of the same name, from 1 */
	uint8_t live : 1;
	uint8_t given : 1;		/* the name is the program's */
	uint8_t kind;			/* of kinds[]; 0: another */
	char name[18];
};

/* What libmpp calls its objects, that somebody asks for. */
static const char *const kinds[] = {
	"", "lock", "rlock", "rwlock", "semaphore", "bounded semaphore",
	"condition", "event", "barrier", "once", "value", "array",
	"raw value", "raw array", "atomic", "segment",
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

struct table {
	uint32_t count;
	uint32_t end;			/* bytes in use, from the start */
	uint32_t dead;			/* how many are not live */
	struct segment at[MAX_SEGMENTS];
};

static struct table now, before;
uint32_t mpck_segments_dead;		/* now.dead, for all to see */
static uint64_t generation;		/* grows with every change of `now` */
static unsigned char *saved;		/* bytes of `before` */
static size_t saved_room;

static bool map(int fd, uintptr_t at, int protection)
{
	return mmap((void *)at, MPCK_SHARED_LIMIT, protection,
		    MAP_SHARED | MAP_NORESERVE | MAP_FIXED_NOREPLACE, fd, 0) ==
	       (void *)at;
}

bool mpck_segments_open(void)
{
	int fd = memfd_create("mpcheck-shared", MFD_CLOEXEC);
	bool ok = fd >= 0 && ftruncate(fd, (off_t)MPCK_SHARED_LIMIT) == 0 &&
		  map(fd, MPCK_SHARED_USER, PROT_NONE) &&
		  map(fd, MPCK_SHARED_INSIDE, PROT_READ | PROT_WRITE);

	if (fd >= 0)
		close(fd);
	now.count = now.end = now.dead = mpck_segments_dead = 0;
	return ok;
}

void mpck_segments_close(void)
{
	munmap((void *)MPCK_SHARED_USER, MPCK_SHARED_LIMIT);
	munmap((void *)MPCK_SHARED_INSIDE, MPCK_SHARED_LIMIT);
	free(saved);
	saved = NULL;
	saved_room = 0;
	mpck_undefined_close();
}

void mpck_segments_reset(void)
{
	mpck_zero((void *)MPCK_SHARED_INSIDE, now.end);
	now.count = now.end = now.dead = mpck_segments_dead = 0;
	generation++;
	mpck_undefined_reset();
}

static void copy_table(struct table *to, const struct table *from)
{
	to->count = from->count;
	to->end = from->end;
	to->dead = from->dead;
	memcpy(to->at, from->at, from->count * sizeof(from->at[0]));
}

void mpck_segments_snapshot(void)
{
	if (saved_room < now.end) {
		free(saved);
		saved_room = now.end;
		saved = malloc(saved_room);
		if (!saved)
			abort();
	}
	copy_table(&before, &now);
	mpck_copy(saved, (void *)MPCK_SHARED_INSIDE, now.end);
	mpck_definedness_snapshot();
}

void mpck_segments_restore(void)
{
	if (now.end > before.end)
		mpck_zero((char *)MPCK_SHARED_INSIDE + before.end,
			  now.end - before.end);
	mpck_copy((void *)MPCK_SHARED_INSIDE, saved, before.end);
	mpck_definedness_restore();
	now.dead = mpck_segments_dead = before.dead;
	if (now.count != before.count || now.end != before.end)
		copy_table(&now, &before);
	else
		for (uint32_t i = 0; i < now.count; i++)
			now.at[i].live = before.at[i].live;
}

uint64_t mpck_segments_generation(void)
{
	return generation;
}

size_t mpck_segments_end(void)
{
	return now.end;
}

size_t mpck_segments_table(const void **table)
{
	*table = &now;
	return offsetof(struct table, at) + now.count * sizeof(now.at[0]);
}

void mpck_segments_load(const void *table, const void *bytes, size_t size)
{
	const struct table *t = table;

	if (now.end > size)
		mpck_zero((char *)MPCK_SHARED_INSIDE + size, now.end - size);
	mpck_copy((void *)MPCK_SHARED_INSIDE, bytes, size);
	if (t) {
		copy_table(&now, t);
		mpck_segments_dead = now.dead;
		generation++;
	}
}

uint64_t mpck_segments_checksum(void)
{
	return XXH3_64bits(saved, before.end) * 31 +
	       XXH3_64bits(before.at, before.count * sizeof(before.at[0])) +
	       mpck_definedness_checksum();
}

static struct segment *reusable(uint32_t size)
{
	for (uint32_t i = 0; i < now.count; i++) {
		if (!now.at[i].live && now.at[i].size == size)
			return &now.at[i];
	}
	return NULL;
}

static uint32_t next_ordinal(const char *name)
{
	uint32_t n = 1;

	for (uint32_t i = 0; i < now.count; i++)
		n += now.at[i].live && !strcmp(now.at[i].name, name);
	return n;
}

static uint8_t kind_of(const char *name)
{
	uint8_t kind = KINDS - 1;

	while (kind && strcmp(kinds[kind], name) != 0)
		kind--;
	return kind;
}

static void give_name(struct segment *s, const char *name, bool given)
{
	memset(s->name, 0, sizeof(s->name));	/* tables are compared */
	s->given = given;
	s->live = false;			/* not its own namesake */
	snprintf(s->name, sizeof(s->name), "%s", name);
	s->ordinal = next_ordinal(s->name);
	s->live = true;
	generation++;
}

void mpck_segment_rename(const void *user, const char *name)
{
	uint32_t offset = (uint32_t)((uintptr_t)user - MPCK_SHARED_USER);

	for (uint32_t i = 0; i < now.count; i++) {
		if (now.at[i].offset == offset && now.at[i].live)
			give_name(&now.at[i], name, true);
	}
}

void *mpck_segment_new(size_t size, const char *name)
{
	size_t rounded = (size + 63) & ~(size_t)63;
	struct segment *s;

	if (!size || rounded > MPCK_SHARED_LIMIT)
		return NULL;	/* no machine has that much */
	s = reusable((uint32_t)rounded);
	if (!s) {
		/* Ours, not the program's: nothing may be claimed then. */
		if (now.count == MAX_SEGMENTS ||
		    now.end + rounded > MPCK_SHARED_LIMIT) {
			mpck_run.out_of_room = true;
			return NULL;
		}
		s = &now.at[now.count++];
		*s = (struct segment){ .offset = now.end,
				       .size = (uint32_t)rounded };
		now.end += (uint32_t)rounded;
	} else {
		mpck_segments_dead = --now.dead;
	}
	give_name(s, name ? name : "segment", false);
	s->kind = kind_of(s->name);
	return (void *)(MPCK_SHARED_USER + s->offset);
}

void mpck_segment_free(void *user, size_t size)
{
	uint32_t offset = (uint32_t)((uintptr_t)user - MPCK_SHARED_USER);

	(void)size;
	for (uint32_t i = 0; i < now.count; i++) {
		if (now.at[i].offset == offset && now.at[i].live) {
			mpck_zero((void *)(MPCK_SHARED_INSIDE + offset),
				  now.at[i].size);
			mpck_define(offset, now.at[i].size, true);
			now.at[i].live = false;
			mpck_segments_dead = ++now.dead;
			generation++;
			return;
		}
	}
}

bool mpck_segment_look_dead(const void *inside)
{
	uint32_t offset = (uint32_t)((uintptr_t)inside - MPCK_SHARED_INSIDE);

	if ((uintptr_t)inside - MPCK_SHARED_INSIDE >= now.end)
		return false;
	for (uint32_t i = 0; i < now.count; i++) {
		const struct segment *s = &now.at[i];

		if (offset - s->offset < s->size)
			return !s->live;
	}
	return false;
}

const void *mpck_segment_start(const void *inside)
{
	uint32_t offset = (uint32_t)((uintptr_t)inside - MPCK_SHARED_INSIDE);

	for (uint32_t i = 0; i < now.count; i++) {
		const struct segment *s = &now.at[i];

		if (offset - s->offset < s->size)
			return (void *)(MPCK_SHARED_INSIDE + s->offset);
	}
	return inside;
}

const char *mpck_segment_kind(const void *inside)
{
	uint32_t offset = (uint32_t)((uintptr_t)inside - MPCK_SHARED_INSIDE);

	for (uint32_t i = 0; i < now.count; i++) {
		if (offset - now.at[i].offset < now.at[i].size)
			return kinds[now.at[i].kind];
	}
	return "";
}

/* "balance", "lock#2"; a name that the program gave needs a number only from
 * its second use on. */
static int print_name(const struct segment *s, char text[64])
{
	return s->given && s->ordinal == 1
		       ? snprintf(text, 64, "%s", s->name)
		       : snprintf(text, 64, "%s#%u", s->name, s->ordinal);
}

void mpck_segment_name(const void *inside, char text[64])
{
	uint32_t offset = (uint32_t)((uintptr_t)inside - MPCK_SHARED_INSIDE);

	for (uint32_t i = 0; i < now.count; i++) {
		const struct segment *s = &now.at[i];

		if (offset - s->offset >= s->size)
			continue;
		int n = print_name(s, text);

		if (offset != s->offset)
			snprintf(text + n, 64 - (size_t)n, "+%u",
				 offset - s->offset);
		return;
	}
	snprintf(text, 64, "shared memory +%u", offset);
}

bool mpck_segment_is_user(const void *address)
{
	return (uintptr_t)address - MPCK_SHARED_USER < MPCK_SHARED_LIMIT;
}
