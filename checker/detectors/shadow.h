/* SPDX-License-Identifier: MIT */
/*
 * shadow.h - beside each byte of shared memory: who accessed it last.
 *
 * Memory is looked at in words of 8 bytes.  A word has a cell for each set of
 * its bytes that is accessed together; when two accesses overlap without being
 * of the same bytes, the word is split into bytes for the rest of the
 * execution.  So an access meets exactly those that had a byte in common, and
 * a word that is always accessed in one way is one cell.
 *
 * Everything carries the number of the execution it was written in, so a new
 * execution costs nothing.
 */
#ifndef MPCK_SHADOW_H
#define MPCK_SHADOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One access, as it is remembered. */
struct mpck_past {
	const void *pc;
	uint64_t step;
	uint32_t task;
	int32_t clock;		/* its task's own component; 0: none */
	uint32_t next;		/* reads: index of the next; 0: the last */
	uint8_t kind;		/* enum mpp_op_kind */
	bool atomic;
};

struct mpck_cell {
	struct mpck_past write;	/* the last one */
	uint32_t reads;		/* since then: first of a list; 0: none */
	uint32_t next;		/* of the word's cells; 0: the last */
	uint8_t bytes;		/* a bit for each of the word's */
};

struct mpck_shadow;

struct mpck_shadow *mpck_shadow_new(void);
void mpck_shadow_free(struct mpck_shadow *s);
void mpck_shadow_begin(struct mpck_shadow *s);
/* The bytes hold something else from now on. */
void mpck_shadow_forget(struct mpck_shadow *s, const void *inside, size_t size);

/* Calls fn with each cell of these bytes; of a cell that it is called with, all
 * bytes are meant. */
void mpck_shadow_each(struct mpck_shadow *s, const void *inside, size_t size,
		      void (*fn)(void *context, struct mpck_cell *cell),
		      void *context);

/* Reads in lists: by index; a new one, zeroed; one that is given back. */
struct mpck_past *mpck_shadow_read(struct mpck_shadow *s, uint32_t index);
uint32_t mpck_shadow_add_read(struct mpck_shadow *s);
void mpck_shadow_drop_read(struct mpck_shadow *s, uint32_t index);

/* A number kept with the word at the address; NULL: not shared memory.  0 when
 * an execution begins. */
uint32_t *mpck_shadow_tag(struct mpck_shadow *s, const void *inside);

#endif
