/* SPDX-License-Identifier: MIT */
/*
 * endless.h - what endless.c and the test that generates programs for it agree
 * on: programs with jumps, so that they may go on for ever.
 *
 * A program is seven parameters: three functions of two parameters each, of
 * four operations of twelve bits, the first one lowest; and s, the rest.
 */
#ifndef MPCK_TESTS_ENDLESS_H
#define MPCK_TESTS_ENDLESS_H

#include <stdbool.h>
#include <stdint.h>

enum { SCRIPT = 8, FUNCTIONS = 3, KIDS = 3, CELLS = 3, LOCKS = 2, QUEUES = 2,
       PARAMS = 2 * FUNCTIONS + 1 };
#define PARAM_LETTERS "abcdefs"

struct program {
	int64_t param[PARAMS];
};

/* Each is one visible operation, except those of a lock that is held already,
 * or not at all: they are left out. */
enum kind {
	END,		/* of the function */
	SET,		/* cell = value */
	READ,		/* what it remembers = cell */
	WRITE,		/* cell = what it remembers */
	IF,		/* cell == value: jump */
	UNLESS,		/* cell != value: jump */
	LOOK,		/* at the cell, and jump */
	ACQUIRE,	/* lock */
	TRY,		/* lock; not free: jump */
	TIMED,		/* lock; not free in time: jump */
	RELEASE,	/* lock */
	PUT,		/* what it remembers into the queue, which has room for
			 * one */
	TRY_PUT,	/* full: jump */
	GET,
	TRY_GET,	/* empty: jump */
	KINDS
};

struct operation {
	enum kind kind;
	unsigned object, value;	/* 0..3 */
	unsigned target;	/* 0..SCRIPT; index of an operation */
};

/* The bits of parameter s. */
enum {
	KIDS_BITS = 0,		/* how many children */
	FUNCTION_BITS = 2,	/* two for each child */
	POLLS_BITS = 8,		/* 1 + the child that main asks for ever */
	UNOWNED_BITS = 10,
	THREADS_BIT = 12,	/* children are threads */
};

static inline unsigned bits(int64_t from, unsigned at, unsigned count)
{
	return (unsigned)(from >> at) & ((1u << count) - 1);
}

static inline struct operation operation(const struct program *p,
					 unsigned function, unsigned index)
{
	unsigned word = bits(p->param[2 * function + index / 4],
			     12 * (index % 4), 12);

	return (struct operation){ (enum kind)(word & 15), word >> 4 & 3,
				   word >> 6 & 3, word >> 8 & 15 };
}

static inline unsigned setup(const struct program *p, unsigned at,
			     unsigned count)
{
	return bits(p->param[2 * FUNCTIONS], at, count);
}

static inline unsigned kid_function(const struct program *p, unsigned kid)
{
	return setup(p, FUNCTION_BITS + 2 * kid, 2) % FUNCTIONS;
}

#endif
