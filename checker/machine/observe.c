/* SPDX-License-Identifier: MIT */
/*
 * observe.c - observed final values, kept binary.
 *
 * A name gets a number when it is first seen in this run of mpcheck; an
 * execution's outcome is the last value of each number, in their order, as
 * bytes.  So two executions agree iff their bytes do, and text is made only
 * for reports.
 */
#include "machine/core.h"

#include <stdlib.h>
#include <string.h>

#include "explore/observation.h"

enum { MAX_NAMES = 32 };

struct slot {
	size_t room;
	uint32_t size;		/* 0: not observed in this execution */
	uint32_t count;
	char typecode;
	unsigned char *bytes;
};

static char *names[MAX_NAMES];
static uint32_t nnames;
static struct slot slots[MAX_NAMES], kept[MAX_NAMES];

/* What stands before each value in an outcome. */
struct head {
	uint32_t name, count, size;
	uint32_t typecode;	/* no padding: outcomes are compared as bytes */
};

static uint64_t generation;	/* grows with every change of slots[] */
static unsigned char *outcome;
static size_t outcome_room;

static size_t width(char typecode)
{
	static const char codes[] = "cbBuhHiIlLqQfd";
	static const uint8_t sizes[] = { 1, 1, 1, 4, 2, 2, 4, 4, 8, 8, 8, 8,
					 4, 8 };
	const char *at = strchr(codes, typecode);

	return at && typecode ? sizes[at - codes] : 1;
}

static uint32_t number_of(const char *name)
{
	for (uint32_t i = 0; i < nnames; i++) {
		if (names[i] == name || !strcmp(names[i], name))
			return i;
	}
	if (nnames == MAX_NAMES) {
		mpck_run.out_of_room = true;
		return 0;
	}
	names[nnames] = strdup(name);
	return nnames++;
}

static void store(struct slot *s, const void *values, uint32_t size,
		  uint32_t count, char typecode)
{
	if (s->room < size) {
		free(s->bytes);
		s->room = size;
		s->bytes = malloc(size);
		if (!s->bytes)
			abort();
	}
	if (size)
		memcpy(s->bytes, values, size);
	s->size = size;
	s->count = count;
	s->typecode = typecode;
}

void mpck_observe(const char *name, const void *values, size_t count,
		  char typecode)
{
	struct slot *s = &slots[number_of(name)];

	generation++;
	store(s, values, (uint32_t)(count * width(typecode)), (uint32_t)count,
	      typecode);
}

uint64_t mpck_observe_generation(void)
{
	return generation;
}

void mpck_observe_reset(void)
{
	generation++;
	for (uint32_t i = 0; i < MAX_NAMES; i++) {
		slots[i].size = 0;
		slots[i].typecode = 0;
	}
}

void mpck_observe_forget(void)
{
	for (uint32_t i = 0; i < nnames; i++) {
		free(names[i]);
		free(slots[i].bytes);
		free(kept[i].bytes);
	}
	memset(slots, 0, sizeof(slots));
	memset(kept, 0, sizeof(kept));
	nnames = 0;
}

void mpck_observe_snapshot(void)
{
	for (uint32_t i = 0; i < nnames; i++)
		store(&kept[i], slots[i].bytes, slots[i].size, slots[i].count,
		      slots[i].typecode);
}

void mpck_observe_restore(void)
{
	for (uint32_t i = 0; i < nnames; i++)
		store(&slots[i], kept[i].bytes, kept[i].size, kept[i].count,
		      kept[i].typecode);
}

const void *mpck_machine_outcome(size_t *size)
{
	size_t at = 0;

	for (uint32_t i = 0; i < nnames; i++) {
		struct head h = { i, slots[i].count, slots[i].size,
				  (unsigned char)slots[i].typecode };
		size_t need = at + sizeof(h) + h.size;

		if (!h.typecode)
			continue;
		if (outcome_room < need) {
			outcome_room = need * 2;
			outcome = realloc(outcome, outcome_room);
			if (!outcome)
				abort();
		}
		memcpy(outcome + at, &h, sizeof(h));
		if (h.size)
			memcpy(outcome + at + sizeof(h), slots[i].bytes,
			       h.size);
		at = need;
	}
	*size = at;
	return outcome;
}

void mpck_observe_load(const void *bytes, size_t size)
{
	const unsigned char *at = bytes;

	mpck_observe_reset();
	generation++;
	for (size_t i = 0; i + sizeof(struct head) <= size;) {
		struct head h;

		memcpy(&h, at + i, sizeof(h));
		i += sizeof(h);
		store(&slots[h.name], at + i, h.size, h.count,
		      (char)h.typecode);
		i += h.size;
	}
}

struct shown {
	struct head head;
	const unsigned char *bytes;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(names[((const struct shown *)a)->head.name],
		      names[((const struct shown *)b)->head.name]);
}

void mpck_outcome_print(FILE *out, const void *bytes, size_t size)
{
	const unsigned char *at = bytes;
	struct shown shown[MAX_NAMES];
	size_t n = 0;

	for (size_t i = 0; i + sizeof(struct head) <= size && n < MAX_NAMES;) {
		memcpy(&shown[n].head, at + i, sizeof(struct head));
		shown[n].bytes = at + i + sizeof(struct head);
		i += sizeof(struct head) + shown[n++].head.size;
	}
	if (n)
		qsort(shown, n, sizeof(shown[0]), by_name);
	for (size_t i = 0; i < n; i++) {
		if (i)
			fputc(' ', out);
		mpck_observation_print(out, names[shown[i].head.name],
				       shown[i].bytes, shown[i].head.count,
				       shown[i].head.typecode);
	}
}
