/* SPDX-License-Identifier: MIT */
/*
 * correct.h - programs for judged.c in which nothing is wrong.
 *
 * Each task does all its accesses of common cells in one critical section, and
 * each cell has a lock that whoever accesses it holds; locks are taken in the
 * order of their numbers and released when all is done.  So every execution
 * ends as some order of the tasks, one after the other, does, whether what they
 * do commutes or not.  Outside the section a task does only what nobody sees.
 */
#ifndef MPCK_TESTS_JUDGING_CORRECT_H
#define MPCK_TESTS_JUDGING_CORRECT_H

#include "judging/families.h"

/* Lock i protects cells 2i and 2i + 1 of these. */
static const unsigned char protected_cells[] = {
	RAW, ITEM, RAW + 1, VALUE, RAW + 2, LOCKED_ITEM,
};

/* IF leaves the next operation out, so that must not be a release. */
static const unsigned char in_section[] = { READ, READ, WRITE, SET, UPDATE,
					    UPDATE, ADD };

static inline unsigned throw_protected(unsigned locks)
{
	unsigned i;

	do {
		i = below(COUNT(protected_cells));
	} while (!(locks >> i / 2 & 1));
	return protected_cells[i];
}

/* One section with one or two of the locks. */
static inline void throw_correct_section(struct program *p, int function)
{
	unsigned locks = percent(75) ? 1u << below(LOCKS)
				     : 7u & ~(1u << below(LOCKS));
	unsigned n = locks & (locks - 1) ? 1 + below(2) : 1 + below(3);

	for (unsigned i = 0; i < LOCKS; i++) {
		if (locks >> i & 1)
			append(p, function, ACQUIRE, i);
	}
	for (; n; n--) {
		unsigned kind = ONE_OF(in_section);

		append(p, function, kind, throw_protected(locks));
	}
	for (unsigned i = LOCKS; i-- > 0;) {
		if (locks >> i & 1)
			append(p, function, RELEASE, i);
	}
}

static inline void throw_correct_function(struct program *p, int function)
{
	throw_correct_section(p, function);
	if (percent(20))
		append(p, function, HEAP, 0);	/* if there is room */
	set_use(p, function, percent(50) ? IGNORED : KEPT);
	set_ending(p, function, percent(50) ? DIES : OBSERVES);
}

/* Kids of one function would observe under one name: the last one is seen, and
 * which that is is no choice of the program's. */
static inline bool observes_alone(const struct program *p, int function)
{
	int n = 0;

	for (int kid = 0; kid < kids_of(p); kid++)
		n += (int)kid_function(p, kid) == function;
	return n < 2;
}

/* Program `index` of a seed. */
static inline struct program throw_correct(uint64_t seed, uint64_t index)
{
	struct program p = { { 0 } };
	int kids;

	take_dice(seed, FAMILIES, index);
	kids = percent(60) ? 2 : 3;
	set_memory(&p, percent(60) ? ALL : below(MEMORIES));
	for (unsigned i = 0; i < LOCKS; i++)
		set_unowned(&p, i, percent(30));
	for (int f = 0; f < FUNCTIONS - 1; f++)
		throw_correct_function(&p, f);
	for (int kid = 0; kid < kids; kid++) {
		set_kid(&p, kid, below(FUNCTIONS - 1), below(2));
		set_thread(&p, kid, percent(25));
		append(&p, -1, START, (unsigned)kid);
	}
	if (percent(20))
		throw_correct_section(&p, -1);
	for (int kid = kids; kid-- > 0;)
		append(&p, -1, JOIN, (unsigned)kid);
	for (int f = 0; f < FUNCTIONS - 1; f++) {
		if (!observes_alone(&p, f))
			set_ending(&p, f, DIES);
	}
	make_sane(&p);
	return p;
}

#endif
