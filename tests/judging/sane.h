/* SPDX-License-Identifier: MIT */
/*
 * sane.h - makes thrown programs ones that may be judged.
 *
 * What stays open even when all interleavings are run must not show:
 *  - Numbers of tasks are given in the order of starts, which is a choice when
 *    two tasks start others or send signals: then pids are not asked.
 *  - Plain variables that threads share are no visible operations: the heap,
 *    rand() and the numbers of names.
 *  - Whether a child was started yet is not a visible question: a child asks
 *    only about those that were started before it.
 */
#ifndef MPCK_TESTS_JUDGING_SANE_H
#define MPCK_TESTS_JUDGING_SANE_H

#include "judging/program.h"

static inline bool main_starts_all(const struct program *p)
{
	if (has_daemons(p))
		return false;
	for (int f = 0; f < FUNCTIONS; f++) {
		if (has(p, f, START) || has(p, f, KILL) || has(p, f, TERMINATE))
			return false;
	}
	return true;
}

/* May a task of this function ask about child x? */
static inline bool may_ask(const struct program *p, int function, unsigned x)
{
	if (x == GRANDCHILD)
		return starts_grandchild(p, function);
	if (function == FUNCTIONS - 1)
		return false;
	for (int kid = 0; kid < kids_of(p); kid++) {
		if ((int)kid_function(p, kid) == function && kid <= (int)x)
			return false;
	}
	return true;
}

static inline bool is_sane_for_threads(unsigned kind, int function)
{
	return kind != HEAP && kind != RANDOM &&
	       (kind != START || function < 0);
}

static inline bool is_sane(const struct program *p, int function, unsigned op)
{
	unsigned kind = kind_of(op), x = operand_of(op);

	if (kind >= OPERATIONS || kind == NOTHING ||
	    (has_threads(p) && !is_sane_for_threads(kind, function)) ||
	    ((kind == PID || kind == PID_OF) && !main_starts_all(p)))
		return false;
	if (class_of(kind) != CLASS_KID)
		return true;
	if (function < 0)
		return (int)x < kids_of(p);
	if (kind == START)
		return function < FUNCTIONS - 1 && x == GRANDCHILD;
	return may_ask(p, function, x);
}

/* Starts are in the order of children, each once. */
static inline void order_starts(struct program *p)
{
	unsigned next = 0;

	for (int i = 0; i < length_of(p, -1);) {
		if (kind_of(operation(p, -1, i)) != START)
			i++;
		else if (next == KIDS)
			leave_out(p, -1, i);
		else
			set_operation(p, -1, i++, operation_of(START, next++));
	}
}

static inline void drop_insane(struct program *p)
{
	for (int f = -1; f < FUNCTIONS; f++) {
		for (int i = 0; i < length_of(p, f);) {
			if (is_sane(p, f, operation(p, f, i)))
				i++;
			else
				leave_out(p, f, i);
		}
	}
}

/* Equal programs are written alike. */
static inline void drop_unused(struct program *p)
{
	for (int kid = kids_of(p); kid < KIDS; kid++)
		set_bits(&p->param[CHILDREN], 8 * (unsigned)kid, 8, 0);
	for (int f = 0; f < FUNCTIONS; f++) {
		if (is_run(p, f))
			continue;
		p->param[FUNCTION + f] = 0;
		set_use(p, f, 0);
		set_ending(p, f, 0);
	}
}

/* main reads at its end what is written somewhere. */

static inline unsigned written_cells(unsigned op)
{
	unsigned kind = kind_of(op), cell = operand_of(op);

	if (kind != WRITE && kind != SET && kind != UPDATE && kind != ADD)
		return 0;
	if (cell == OWN_ITEM)
		return ((1u << ITEMS) - 1) << ITEM;
	if (cell == OWN_LOCKED_ITEM)
		return ((1u << LOCKED_ITEMS) - 1) << LOCKED_ITEM;
	return cell <= NARROW ? 1u << cell : 0;
}

static inline unsigned written_at_end(unsigned ending)
{
	if (ending == STORES || ending == STORES_OWN)
		return 1u << FINAL_ENDS;
	return ending == SUMS ? 1u << FINAL_SUM : 0;
}

static inline void set_final(struct program *p)
{
	unsigned mask = 0;

	for (int f = -1; f < FUNCTIONS; f++) {
		if (f >= 0 && !is_run(p, f))
			continue;
		for (int i = 0; i < script_length(f); i++)
			mask |= written_cells(operation(p, f, i));
		if (f >= 0)
			mask |= written_at_end(function_ending(p, f));
	}
	set_bits(&p->param[SETUP], FINAL_BITS, FINAL_SUM + 1, mask);
}

static inline void make_sane(struct program *p)
{
	order_starts(p);
	drop_insane(p);
	order_starts(p);
	drop_insane(p);
	drop_unused(p);
	set_final(p);
}

/*
 * About how many interleavings there are, as if nobody ever waited: programs
 * with too many are not worth a try.
 */

static inline int visible_operations(unsigned op)
{
	unsigned kind = kind_of(op), x = operand_of(op);

	switch (kind) {
	case UPDATE:
	case SPIN:
	case PRODUCER:
	case DONE:
		return 2;
	case ADD:
		return x < VALUE || (x >= ITEM && x != NARROW) ? 2 : 1;
	case TRY_JOIN:
	case TIMED_JOIN:
	case ALIVE:
	case CODE:
	case TERMINATE:
	case KILL:
	case NOW:
	case CHOOSE:
		return 1;
	default:
		return kind != NOTHING && kind != CONSISTENT && kind < START;
	}
}

/* Does somebody ask whether a task has ended? */
static inline bool asks_for_ends(const struct program *p)
{
	for (int f = -1; f < FUNCTIONS; f++) {
		for (unsigned kind = TRY_JOIN; kind <= KILL; kind++) {
			if (has(p, f, kind))
				return true;
		}
	}
	return false;
}

static inline int visible_of(const struct program *p, int function)
{
	int n = asks_for_ends(p);

	for (int i = 0; i < script_length(function); i++)
		n += visible_operations(operation(p, function, i));
	if (function_ending(p, function) != DIES)
		n++;
	if (starts_grandchild(p, function))
		n += visible_of(p, FUNCTIONS - 1);
	return n;
}

/* What main does while children may run. */
static inline int visible_of_main(const struct program *p)
{
	int n = 0, starts = 0, joins = 0;

	for (int i = 0; i < MAIN_SCRIPT; i++) {
		unsigned op = operation(p, -1, i);

		starts += kind_of(op) == START;
		joins += kind_of(op) == JOIN;
		if (starts)
			n += visible_operations(op);
	}
	if (joins < starts)
		n += __builtin_popcountll((uint64_t)p->param[SETUP] >>
					  FINAL_BITS);
	return n;
}

static inline double interleavings_at_most(const struct program *p)
{
	int all = visible_of_main(p);
	double count = 1;

	for (int kid = 0; kid < kids_of(p); kid++) {
		int n = visible_of(p, (int)kid_function(p, kid));

		for (int i = 1; i <= n; i++)
			count = count * ++all / i;
	}
	return count;
}

#endif
