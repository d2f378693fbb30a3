/* SPDX-License-Identifier: MIT */
/*
 * families.h - programs for judged.c, thrown by dice.
 *
 * A family is a way to throw.  Half of them are uniform in what they are about
 * (cells, locks, queues ...); half take a shape of shapes.def and change it a
 * little.  Program i of a family depends on (seed, family, i) alone.
 */
#ifndef MPCK_TESTS_JUDGING_FAMILIES_H
#define MPCK_TESTS_JUDGING_FAMILIES_H

#include "judging/sane.h"
#include "judging/text.h"

/* Dice. */

static uint64_t dice;

static inline void take_dice(uint64_t seed, uint64_t family, uint64_t index)
{
	dice = ((seed * 31 + family) << 32) + index * 1000;
}

/* SplitMix64 */
static inline unsigned below(size_t n)
{
	uint64_t z = ++dice * UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (unsigned)((z ^ z >> 31) >> 32) % (unsigned)n;
}

static inline bool percent(unsigned chance)
{
	return below(100) < chance;
}

static inline unsigned one_of(const unsigned char *from, size_t n)
{
	return from[below(n)];
}
#define ONE_OF(array) one_of(array, COUNT(array))

#define ABOUT(kinds) throw_about(kinds, COUNT(kinds))

/* What a program is about: few objects, so that tasks meet. */
struct topic {
	unsigned char kinds[6];	/* of operations */
	unsigned char cells[3], locks[2];
	size_t nkinds, ncells, nlocks;
	int kids;
};

static const unsigned char any_cell[] = {
	RAW, RAW, RAW, RAW + 1, RAW + 1, RAW + 2, VALUE, VALUE, VALUE + 1, ITEM,
	ITEM + 1, OWN_ITEM, LOCKED_ITEM, LOCKED_ITEM + 1, OWN_LOCKED_ITEM,
	NARROW,
};
static const unsigned char any_lock[] = {
	0, 0, 0, 1, 1, OWN_LOCK, RECURSIVE, LOCK_OF_VALUE, LOCK_OF_ARRAY,
};

static const unsigned char of_cells[] = { READ, WRITE, SET, UPDATE, ADD, IF,
					  SPIN, FORGET };
static const unsigned char of_locks[] = { ACQUIRE, ACQUIRE, TRY, TIMED, RELEASE,
					  RELEASE, CONSISTENT, READ, WRITE,
					  UPDATE, FORGET };
static const unsigned char of_queues[] = { PUT, PUT, TRY_PUT, TIMED_PUT, GET,
					   GET, TRY_GET, TIMED_GET, LENGTH,
					   PRODUCER, DONE, CLOSE, READ, WRITE,
					   UPDATE };
static const unsigned char of_lives[] = { TRY_JOIN, TIMED_JOIN, ALIVE, CODE,
					  TERMINATE, KILL, EXIT, CRASH, JOIN,
					  START, READ, WRITE, UPDATE, ACQUIRE,
					  RELEASE };
static const unsigned char of_identity[] = { NAME, PID, NAME_OF, PID_OF,
					     OBSERVE, OBSERVE, FORGET, RANDOM,
					     READ, WRITE, UPDATE, IF };
static const unsigned char of_the_rest[] = { MAKE, DROP, HEAP, SLEEP, NOW,
					     CHOOSE, READ, WRITE, UPDATE, ADD,
					     OBSERVE, START, JOIN };

static const unsigned char of_undefined[] = { UNDEFINE, UNDEFINE, UNDEFINE,
					      READ, READ, WRITE, SET, UPDATE,
					      ADD, IF, SPIN, MAKE, DROP,
					      FORGET };

static inline unsigned any_operand(const struct topic *t, unsigned kind)
{
	switch (class_of(kind)) {
	case CLASS_CELL:
		return percent(5) ? ONE_OF(any_cell)
				  : one_of(t->cells, t->ncells);
	case CLASS_LOCK:
		return one_of(t->locks, t->nlocks);
	case CLASS_KID:
		return kind == START || percent(20)
			       ? GRANDCHILD : below((size_t)t->kids);
	case CLASS_QUEUE:
		return percent(20);
	case CLASS_NUMBER:
		return below(3);
	default:
		return 0;
	}
}

static inline unsigned any_operation(const struct topic *t)
{
	unsigned kind = one_of(t->kinds, t->nkinds);

	return operation_of(kind, any_operand(t, kind));
}

static inline struct topic throw_topic(const unsigned char *kinds, size_t n)
{
	struct topic t = { .nkinds = 3 + below(4),
			   .ncells = percent(50) ? 1 : 2 + below(2),
			   .nlocks = 1 + below(2) };

	/* Something happens, and can be seen. */
	t.kinds[0] = percent(60) ? UPDATE : WRITE;
	t.kinds[1] = percent(60) ? READ : ADD;
	for (size_t i = 2; i < t.nkinds; i++)
		t.kinds[i] = (unsigned char)one_of(kinds, n);
	for (size_t i = 0; i < t.ncells; i++)
		t.cells[i] = (unsigned char)ONE_OF(any_cell);
	for (size_t i = 0; i < t.nlocks; i++)
		t.locks[i] = (unsigned char)ONE_OF(any_lock);
	t.kids = percent(10) ? 1 : percent(65) ? 2 : percent(80) ? 3 : 4;
	return t;
}

/* Functions. */

static inline unsigned throw_ending(void)
{
	return percent(20) ? DIES : 1 + below(ENDINGS - 1);
}

/* Often acquire and release surround something. */
static inline void throw_section(struct program *p, int function,
				 const struct topic *t)
{
	unsigned lock = one_of(t->locks, t->nlocks);

	if (!percent(8))
		append(p, function, percent(75) ? ACQUIRE
						: percent(50) ? TRY : TIMED,
		       lock);
	append(p, function, percent(50) ? UPDATE : READ,
	       one_of(t->cells, t->ncells));
	if (!percent(12))
		append(p, function, RELEASE, lock);
}

static inline bool has_locks(const struct topic *t)
{
	for (size_t i = 0; i < t->nkinds; i++) {
		if (class_of(t->kinds[i]) == CLASS_LOCK)
			return true;
	}
	return false;
}

static inline void throw_function(struct program *p, int function, unsigned n,
				  const struct topic *t)
{
	if (has_locks(t) && percent(60)) {
		throw_section(p, function, t);
		n = n > 3 ? n - 3 : 0;
	}
	for (; n; n--) {
		unsigned op = any_operation(t);

		append(p, function, kind_of(op), operand_of(op));
	}
	set_use(p, function, percent(40) ? IGNORED : below(USES));
	set_ending(p, function, throw_ending());
}

static inline void throw_kids(struct program *p, const struct topic *t)
{
	unsigned pattern = below(100);
	bool equal = percent(60), threads = percent(6);

	for (int kid = 0; kid < t->kids; kid++) {
		unsigned f = pattern < 50 ? 0
			     : pattern < 70 ? (unsigned)kid / 2
					    : (unsigned)kid % 3;

		set_kid(p, kid, f % 3, equal ? 0 : (unsigned)kid);
		set_thread(p, kid, threads && percent(80));
		set_daemon(p, kid, percent(4) && !kid_is_thread(p, kid));
	}
}

/* main */

static inline void throw_between(struct program *p, const struct topic *t,
				 unsigned chance)
{
	unsigned op = any_operation(t);

	if (percent(chance) && kind_of(op) != START)
		append(p, -1, kind_of(op), operand_of(op));
}

static inline void throw_join(struct program *p, unsigned kid)
{
	unsigned kind = percent(90) ? JOIN
			: percent(50) ? TIMED_JOIN : TRY_JOIN;

	if (!percent(10))
		append(p, -1, kind, kid);
}

/* In any order, with something between. */
static inline void throw_joins(struct program *p, const struct topic *t,
			       unsigned count)
{
	unsigned first = below(count);
	bool upward = percent(50);

	for (unsigned i = 0; i < count; i++) {
		throw_join(p, (upward ? first + i : first + count - i) % count);
		throw_between(p, t, 25);
	}
}

static inline void throw_main(struct program *p, const struct topic *t)
{
	unsigned first = (unsigned)t->kids;
	bool again = first > 1 && percent(15);

	throw_between(p, t, 30);
	if (again)
		first--;
	for (unsigned kid = 0; kid < first; kid++) {
		append(p, -1, START, kid);
		throw_between(p, t, 12);
	}
	throw_between(p, t, 40);
	throw_joins(p, t, first);
	if (again) {
		append(p, -1, START, first);
		throw_between(p, t, 25);
		throw_join(p, first);
	}
	throw_between(p, t, 15);
}

static inline void throw_options(struct program *p)
{
	set_memory(p, percent(40) ? ALL : below(MEMORIES));
	for (unsigned i = 0; i < LOCKS; i++)
		set_unowned(p, i, percent(35));
	set_roomy(p, percent(50));
}

static inline struct program throw_about(const unsigned char *kinds, size_t n)
{
	struct program p = { { 0 } };
	struct topic t = throw_topic(kinds, n);

	throw_options(&p);
	throw_kids(&p, &t);
	for (int f = 0; f < FUNCTIONS; f++)
		throw_function(&p, f, 1 + below(t.kids < 3 ? 4 : 2), &t);
	throw_main(&p, &t);
	return p;
}

/* Shapes. */

enum group { ORDER, TWINS, APART, LIFE, EMPTY };

struct shape {
	enum group group;
	const char *about;
	const char *lines[8];
};

static const struct shape shapes[] = {
#define SHAPE(group, about, ...) { group, about, { __VA_ARGS__ } },
#include "judging/shapes.def"
#undef SHAPE
};

static inline const struct shape *nth_shape(enum group group, uint64_t n)
{
	uint64_t count = 0;

	for (size_t i = 0; i < COUNT(shapes); i++)
		count += shapes[i].group == group;
	n %= count;
	for (size_t i = 0;; i++) {
		if (shapes[i].group == group && n-- == 0)
			return &shapes[i];
	}
}

static inline uint64_t shapes_in(enum group group)
{
	uint64_t count = 0;

	for (size_t i = 0; i < COUNT(shapes); i++)
		count += shapes[i].group == group;
	return count;
}

static inline void throw_what_is_open(struct program *p,
				      const struct open *open)
{
	if (open->memory)
		set_memory(p, percent(40) ? ALL : below(MEMORIES));
	for (unsigned i = 0; i < LOCKS && open->locks; i++)
		set_unowned(p, i, percent(40));
	for (int f = 0; f < FUNCTIONS; f++) {
		if (open->use[f])
			set_use(p, f, percent(50) ? IGNORED : below(USES));
		if (open->ending[f])
			set_ending(p, f, throw_ending());
	}
	if (percent(30))
		set_roomy(p, true);
}

/* Changes. */

static const unsigned char anything[] = {
	READ, READ, WRITE, WRITE, SET, UPDATE, UPDATE, ADD, IF, SPIN, ACQUIRE,
	ACQUIRE, TRY, TIMED, RELEASE, RELEASE, PUT, TRY_PUT, GET, TRY_GET,
	LENGTH, ALIVE, CODE, KILL, JOIN, EXIT, NAME, PID, OBSERVE, FORGET, MAKE,
};

static inline int any_function(const struct program *p)
{
	int f;

	do {
		f = (int)below(FUNCTIONS + 1) - 1;
	} while (f >= 0 && !is_run(p, f));
	return f;
}

static inline void insert_anything(struct program *p, const struct topic *t)
{
	int f = any_function(p);

	insert(p, f, (int)below((size_t)length_of(p, f) + 1), any_operation(t));
}

static inline void drop_anything(struct program *p)
{
	int f = any_function(p);
	int at = (int)below((size_t)length_of(p, f) + 1);

	if (kind_of(operation(p, f, at % script_length(f))) != START)
		leave_out(p, f, at);
}

static inline void change_operand(struct program *p, const struct topic *t)
{
	int f = any_function(p);
	int at = (int)below((size_t)length_of(p, f) + 1) % script_length(f);
	unsigned kind = kind_of(operation(p, f, at));

	if (kind != START)
		set_operation(p, f, at,
			      operation_of(kind, any_operand(t, kind)));
}

static inline void exchange(struct program *p)
{
	int f = any_function(p), n = length_of(p, f);
	int at = n < 2 ? 0 : (int)below((size_t)n - 1);
	unsigned first = operation(p, f, at);

	if (n < 2)
		return;
	set_operation(p, f, at, operation(p, f, at + 1));
	set_operation(p, f, at + 1, first);
}

/* One more child like another, joined at the end or not. */
static inline void add_twin(struct program *p)
{
	int kids = kids_of(p), like = (int)below((size_t)kids);
	int at = length_of(p, -1);

	if (kids == KIDS)
		return;
	while (at && kind_of(operation(p, -1, at - 1)) != START)
		at--;
	if (!insert(p, -1, at, operation_of(START, (unsigned)kids)))
		return;
	set_kid(p, kids, kid_function(p, like), kid_argument(p, like));
	if (percent(75))
		append(p, -1, JOIN, (unsigned)kids);
}

static inline void change_kid(struct program *p)
{
	int kid = (int)below((size_t)kids_of(p));

	if (percent(60))
		set_kid(p, kid, kid_function(p, kid), below(3));
	else if (percent(50))
		set_thread(p, kid, !kid_is_thread(p, kid));
	else
		set_kid(p, kid, below(2), kid_argument(p, kid));
}

static inline void change(struct program *p)
{
	struct topic t = throw_topic(anything, COUNT(anything));

	t.kids = kids_of(p);
	if (percent(60))
		t.cells[0] = RAW;
	t.locks[0] = 0;
	switch (below(8)) {
	case 0:
	case 1:
	case 2:
		insert_anything(p, &t);
		break;
	case 3:
		drop_anything(p);
		break;
	case 4:
		change_operand(p, &t);
		break;
	case 5:
		exchange(p);
		break;
	case 6:
		add_twin(p);
		break;
	default:
		change_kid(p);
		break;
	}
}

/* Each shape in turn: as it is first, then changed more and more. */
static inline struct program throw_like(enum group group, uint64_t index)
{
	const struct shape *s = nth_shape(group, index);
	uint64_t round = index / shapes_in(group);
	struct open open;
	struct program p = read_program(s->lines, &open);

	throw_what_is_open(&p, &open);
	for (unsigned n = round < 2 ? 0 : below(3); n; n--)
		change(&p);
	return p;
}

/* All families. */

enum family {
#define FAMILY(id, programs, thrown) FAMILY_##id,
#include "judging/families.def"
#undef FAMILY
	FAMILIES
};

static inline struct program throw_program(uint64_t seed, enum family family,
					   uint64_t index)
{
	struct program p = { { 0 } };

	take_dice(seed, family, index);
	switch (family) {
#define FAMILY(id, programs, thrown) \
	case FAMILY_##id: \
		p = thrown; \
		break;
#include "judging/families.def"
#undef FAMILY
	default:
		break;
	}
	make_sane(&p);
	return p;
}

#endif
