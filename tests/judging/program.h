/* SPDX-License-Identifier: MIT */
/*
 * program.h - writing and reading the programs that judged.c interprets.
 */
#ifndef MPCK_TESTS_JUDGING_PROGRAM_H
#define MPCK_TESTS_JUDGING_PROGRAM_H

#include "modules/judged.h"

enum operand_class { CLASS_NONE, CLASS_CELL, CLASS_LOCK, CLASS_QUEUE, CLASS_KID,
		     CLASS_NUMBER };

static const struct operation_row {
	const char *word;
	enum operand_class operand;
} operation_rows[] = {
#define OPERATION(id, word, operand) { word, CLASS_##operand },
#include "modules/judged.def"
#undef OPERATION
};

static inline enum operand_class class_of(unsigned kind)
{
	return kind < OPERATIONS ? operation_rows[kind].operand : CLASS_NONE;
}

/* Writing. */

static inline void set_bits(int64_t *to, unsigned at, unsigned count,
			    unsigned value)
{
	uint64_t mask = ((UINT64_C(1) << count) - 1) << at;

	*to = (int64_t)(((uint64_t)*to & ~mask) | (uint64_t)value << at);
}

static inline int script_length(int function)
{
	return function < 0 ? MAIN_SCRIPT : SCRIPT;
}

static inline void set_operation(struct program *p, int function, int index,
				 unsigned operation)
{
	int script = function < 0 ? MAIN + index / SCRIPT : FUNCTION + function;

	set_bits(&p->param[script], 10 * (unsigned)(index % SCRIPT), 10,
		 operation);
}

/* Where a script's operations end. */
static inline int length_of(const struct program *p, int function)
{
	int n = script_length(function);

	while (n && !operation(p, function, n - 1))
		n--;
	return n;
}

/* false: no room. */
static inline bool insert(struct program *p, int function, int at,
			  unsigned inserted)
{
	int n = length_of(p, function);

	if (n == script_length(function))
		return false;
	for (int i = n; i > at; i--)
		set_operation(p, function, i, operation(p, function, i - 1));
	set_operation(p, function, at, inserted);
	return true;
}

static inline bool append(struct program *p, int function, unsigned kind,
			  unsigned operand)
{
	return insert(p, function, length_of(p, function),
		      operation_of(kind, operand));
}

static inline void leave_out(struct program *p, int function, int at)
{
	int n = length_of(p, function);

	for (int i = at; i < n - 1; i++)
		set_operation(p, function, i, operation(p, function, i + 1));
	if (at < n)
		set_operation(p, function, n - 1, NOTHING);
}

static inline void set_kid(struct program *p, int kid, unsigned function,
			   unsigned argument)
{
	set_bits(&p->param[CHILDREN], 8 * (unsigned)kid, 5,
		 function | argument << 2);
}

static inline void set_thread(struct program *p, int kid, bool thread)
{
	set_bits(&p->param[CHILDREN], 8 * (unsigned)kid + 5, 1, thread);
}

static inline void set_daemon(struct program *p, int kid, bool daemon)
{
	set_bits(&p->param[CHILDREN], 8 * (unsigned)kid + 6, 1, daemon);
}

static inline void set_use(struct program *p, int function, unsigned use)
{
	set_bits(&p->param[SETUP], FUNCTION_BITS + 6 * (unsigned)function, 3,
		 use);
}

static inline void set_ending(struct program *p, int function, unsigned ending)
{
	set_bits(&p->param[SETUP], FUNCTION_BITS + 6 * (unsigned)function + 3,
		 3, ending);
}

static inline void set_memory(struct program *p, unsigned memory)
{
	set_bits(&p->param[SETUP], MEMORY_BITS, 2, memory);
}

static inline void set_unowned(struct program *p, unsigned lock, bool unowned)
{
	set_bits(&p->param[SETUP], UNOWNED_BITS + lock, 1, unowned);
}

static inline void set_roomy(struct program *p, bool roomy)
{
	set_bits(&p->param[SETUP], ROOMY_BIT, 1, roomy);
}

/* Reading. */

static inline bool has(const struct program *p, int function, unsigned kind)
{
	for (int i = 0; i < script_length(function); i++) {
		if (kind_of(operation(p, function, i)) == kind)
			return true;
	}
	return false;
}

/* How many children main starts. */
static inline int kids_of(const struct program *p)
{
	int n = 0;

	for (int i = 0; i < MAIN_SCRIPT; i++)
		n += kind_of(operation(p, -1, i)) == START;
	return n;
}

/* d is the children's children's; it starts nobody. */
static inline bool starts_grandchild(const struct program *p, int function)
{
	return function < FUNCTIONS - 1 && has(p, function, START);
}

static inline bool is_run(const struct program *p, int function)
{
	for (int kid = 0; kid < kids_of(p); kid++) {
		int f = (int)kid_function(p, kid);

		if (f == function || (function == FUNCTIONS - 1 &&
				      starts_grandchild(p, f)))
			return true;
	}
	return false;
}

static inline bool has_threads(const struct program *p)
{
	for (int kid = 0; kid < kids_of(p); kid++) {
		if (kid_is_thread(p, kid))
			return true;
	}
	return false;
}

static inline bool has_daemons(const struct program *p)
{
	for (int kid = 0; kid < kids_of(p); kid++) {
		if (kid_is_daemon(p, kid))
			return true;
	}
	return false;
}

/* Two children that run the same function, with the same argument or not. */
static inline bool has_twins(const struct program *p)
{
	for (int i = 0; i < kids_of(p); i++) {
		for (int k = 0; k < i; k++) {
			if (kid_function(p, i) == kid_function(p, k))
				return true;
		}
	}
	return false;
}

#endif
