/* SPDX-License-Identifier: MIT */
/*
 * judged.h - what judged.c and the tests that generate programs for it agree
 * on: the encoding.
 *
 * A program is eight parameters.  Six are scripts of SCRIPT operations of ten
 * bits, the first one lowest: main's (two), and those of the functions a, b, c
 * and d.  k says which child runs which function with which argument, s the
 * rest.  d is for children of children.
 */
#ifndef MPCK_TESTS_JUDGED_H
#define MPCK_TESTS_JUDGED_H

#include <stdbool.h>
#include <stdint.h>

enum { SCRIPT = 6, MAIN_SCRIPT = 2 * SCRIPT, FUNCTIONS = 4, KIDS = 4 };

/* The parameters, in the order of their letters in "mnabcdks". */
enum { MAIN, MAIN_MORE, FUNCTION, CHILDREN = FUNCTION + FUNCTIONS, SETUP,
       PARAMS };
#define PARAM_LETTERS "mnabcdks"

struct program {
	int64_t param[PARAMS];
};

enum {
#define OPERATION(id, text, operand) id,
#include "judged.def"
#undef OPERATION
	OPERATIONS
};

/* Operands. */
enum {
	/* CELL: RawValue 0..3, Value 0..1, items of a RawArray and an Array */
	RAW = 0, VALUE = 4, ITEM = 6, OWN_ITEM = 9, LOCKED_ITEM = 10,
	OWN_LOCKED_ITEM = 12, NARROW = 13, MADE = 15,
	RAWS = 4, VALUES = 2, ITEMS = 3, LOCKED_ITEMS = 2,
	/* LOCK: lock 0..2, the one chosen by the argument, ... */
	OWN_LOCK = 3, RECURSIVE = 4, LOCK_OF_VALUE = 5, LOCK_OF_ARRAY = 6,
	LOCKS = 3, QUEUES = 2,
	/* KID: main's children 0..3; the child of a child */
	GRANDCHILD = 8,
};

/* How a function uses its argument. */
enum use {
	IGNORED,	/* not at all */
	KEPT,		/* in what it remembers */
	EARLY,		/* is the first operation left out?  Then cleared. */
	OWN,		/* which lock and item is its own */
	TOLD,		/* observed, then cleared */
	OWN_KEPT,	/* OWN and KEPT */
	USES
};

/* What it does with what it remembers at its end. */
enum ending {
	DIES,
	STORES_OWN,	/* in a place chosen by the argument */
	STORES,		/* in the function's place */
	SUMS,		/* adds it to a Value */
	OBSERVES,	/* under the function's name */
	EXITS,		/* ends with it as exit code */
	SENDS,		/* puts it into queue 0, if there is room */
	ENDINGS
};

/* What it remembers of what it sees. */
enum memory { ALL, A_LITTLE, THE_LAST, MEMORIES };

/* The bits of parameter s. */
enum {
	UNOWNED_BITS = 0,	/* lock 0..2: unowned */
	ROOMY_BIT = 3,		/* queues have two places */
	MEMORY_BITS = 4,
	FUNCTION_BITS = 8,	/* use and ending, three bits each */
	FINAL_BITS = 32,	/* what main reads at the end: */
	FINAL_ENDS = MADE,	/* ... a bit per cell, and these two */
	FINAL_SUM = MADE + 1,
};

static inline unsigned bits(int64_t from, unsigned at, unsigned count)
{
	return (unsigned)(from >> at) & ((1u << count) - 1);
}

/* Operation `index` of main (function -1) or of function 0..3. */
static inline unsigned operation(const struct program *p, int function,
				 int index)
{
	int script = function < 0 ? MAIN + index / SCRIPT : FUNCTION + function;

	return bits(p->param[script], 10 * (unsigned)(index % SCRIPT), 10);
}

static inline unsigned kind_of(unsigned operation)
{
	return operation >> 4;
}

static inline unsigned operand_of(unsigned operation)
{
	return operation & 15;
}

static inline unsigned operation_of(unsigned kind, unsigned operand)
{
	return kind << 4 | operand;
}

/* Which function child `kid` runs, with which argument, and as what. */
static inline unsigned kid_function(const struct program *p, int kid)
{
	return bits(p->param[CHILDREN], 8 * (unsigned)kid, 2);
}

static inline unsigned kid_argument(const struct program *p, int kid)
{
	return bits(p->param[CHILDREN], 8 * (unsigned)kid + 2, 3);
}

static inline bool kid_is_thread(const struct program *p, int kid)
{
	return bits(p->param[CHILDREN], 8 * (unsigned)kid + 5, 1);
}

static inline bool kid_is_daemon(const struct program *p, int kid)
{
	return bits(p->param[CHILDREN], 8 * (unsigned)kid + 6, 1);
}

static inline unsigned function_use(const struct program *p, int function)
{
	return bits(p->param[SETUP], FUNCTION_BITS + 6 * (unsigned)function, 3);
}

static inline unsigned function_ending(const struct program *p, int function)
{
	return bits(p->param[SETUP], FUNCTION_BITS + 6 * (unsigned)function + 3,
		    3);
}

static inline unsigned memory_of(const struct program *p)
{
	return bits(p->param[SETUP], MEMORY_BITS, 2);
}

static inline bool final(const struct program *p, unsigned what)
{
	return bits(p->param[SETUP], FINAL_BITS + what, 1);
}

#endif
