/* SPDX-License-Identifier: MIT */
/*
 * judged.c - an interpreter: the parameters are a program of up to five tasks.
 *
 * See judged.h for the encoding; test_judge.c generates such programs and
 * compares a search of their states with all their interleavings.
 *
 * All that a task remembers between two operations is its struct self, so that
 * tasks that remember the same are in the same state.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <mpp/array.h>
#include <mpp/hooks.h>
#include <mpp/queue.h>
#include <mpp/rlock.h>

#include "module.h"

#include "judged.h"

struct self {
	int64_t seen;		/* what it remembers */
	struct mpp_value *made;
	struct mpp_process *child;
	int own;		/* which lock and item is its own */
};

static struct program program;
static bool used[OPERATIONS];

static struct mpp_raw_value *raws[RAWS];
static struct mpp_value *values[VALUES], *narrow, *sum;
static struct mpp_raw_array *items, *ends;
static struct mpp_array *locked_items;
static struct mpp_lock *locks[LOCKS];
static struct mpp_rlock *recursive;
static struct mpp_queue *queues[QUEUES];
static struct mpp_process *processes[KIDS];
static struct mpp_thread *threads[KIDS];

static int64_t remember(int64_t seen, int64_t value)
{
	switch (memory_of(&program)) {
	case THE_LAST:
		return 1 + (value & 3);
	case A_LITTLE:
		return (((seen * 3 + value) % 5) + 5) % 5;
	default:
		return (seen * 31 + value) % 10007;
	}
}

/* What it writes depends on what it remembers. */
static int64_t written(int64_t seen)
{
	return memory_of(&program) == ALL ? seen * 3 + 1 : (seen & 1) + 1;
}

/* Cells. */

static int64_t get(const struct self *s, unsigned x)
{
	int64_t value = 0;

	if (x < VALUE)
		return mpp_raw_value_get(raws[x - RAW]);
	if (x < ITEM)
		return mpp_value_get(values[x - VALUE]);
	if (x == OWN_ITEM)
		x = ITEM + (unsigned)s->own % ITEMS;
	if (x == OWN_LOCKED_ITEM)
		x = LOCKED_ITEM + (unsigned)s->own % LOCKED_ITEMS;
	if (x < LOCKED_ITEM)
		mpp_raw_array_get(items, (ptrdiff_t)x - ITEM, &value);
	else if (x < NARROW)
		mpp_array_get(locked_items, (ptrdiff_t)x - LOCKED_ITEM,
			      &value);
	else if (x == NARROW)
		value = mpp_value_get(narrow);
	else if (x == MADE && s->made)
		value = mpp_value_get(s->made);
	return value;
}

static void set(const struct self *s, unsigned x, int64_t value)
{
	if (x < VALUE)
		mpp_raw_value_set(raws[x - RAW], value);
	else if (x < ITEM)
		mpp_value_set(values[x - VALUE], value);
	if (x == OWN_ITEM)
		x = ITEM + (unsigned)s->own % ITEMS;
	if (x == OWN_LOCKED_ITEM)
		x = LOCKED_ITEM + (unsigned)s->own % LOCKED_ITEMS;
	if (x >= ITEM && x < LOCKED_ITEM)
		mpp_raw_array_set(items, (ptrdiff_t)x - ITEM, value);
	else if (x >= LOCKED_ITEM && x < NARROW)
		mpp_array_set(locked_items, (ptrdiff_t)x - LOCKED_ITEM,
			      value);
	else if (x == NARROW)
		mpp_value_set(narrow, value);
	else if (x == MADE && s->made)
		mpp_value_set(s->made, value);
}

static void add(const struct self *s, unsigned x)
{
	if (x >= VALUE && x < ITEM)
		mpp_value_add(values[x - VALUE], 1);
	else if (x == NARROW)
		mpp_value_add(narrow, 1);
	else
		set(s, x, get(s, x) + 1);
}

/* Some operands are several items: the first two of a RawArray, an Array. */
static void undefine(const struct self *s, unsigned x)
{
	if (x < VALUE)
		mpck_undefined(raws[x - RAW]);
	else if (x < ITEM)
		mpck_undefined(values[x - VALUE]);
	else if (x < OWN_ITEM)
		mpck_undefined_items(items, x - ITEM, x == ITEM ? 2 : 1);
	else if (x == OWN_ITEM)
		mpck_undefined_items(items, (unsigned)s->own % ITEMS, 1);
	else if (x < OWN_LOCKED_ITEM)
		mpck_undefined_items(locked_items, x - LOCKED_ITEM, 1);
	else if (x == OWN_LOCKED_ITEM)
		mpck_undefined(locked_items);
	else if (x == NARROW)
		mpck_undefined(narrow);
	else if (x == MADE && s->made)
		mpck_undefined(s->made);
}

static void access_cell(struct self *s, unsigned kind, unsigned x)
{
	switch (kind) {
	case READ:
		s->seen = remember(s->seen, get(s, x));
		break;
	case WRITE:
		set(s, x, written(s->seen));
		break;
	case SET:
		set(s, x, 1);
		break;
	case UPDATE:
		set(s, x, get(s, x) + 1);
		break;
	default:
		add(s, x);
		break;
	}
}

/* Remembers at which of two looks the cell was not 0. */
static void spin(struct self *s, unsigned x)
{
	int i = 0;

	while (i < 2 && !get(s, x))
		i++;
	s->seen = remember(s->seen, i);
}

/* Locks. */

static int64_t limit(unsigned kind, unsigned timed, unsigned try)
{
	return kind == timed ? MPP_SECONDS(1) : kind == try ? 0 : MPP_FOREVER;
}

static int use_rlock(struct mpp_rlock *l, unsigned kind)
{
	if (kind == RELEASE)
		return mpp_rlock_release(l);
	if (kind == CONSISTENT)
		return mpp_rlock_consistent(l);
	return mpp_rlock_acquire(l, limit(kind, TIMED, TRY));
}

static int use_lock(struct mpp_lock *l, unsigned kind)
{
	if (kind == RELEASE)
		return mpp_lock_release(l);
	if (kind == CONSISTENT)
		return mpp_lock_consistent(l);
	return mpp_lock_acquire(l, limit(kind, TIMED, TRY));
}

static void do_lock(struct self *s, unsigned kind, unsigned which)
{
	unsigned number = which == OWN_LOCK ? (unsigned)s->own : which;
	int err;

	if (which == RECURSIVE)
		err = use_rlock(recursive, kind);
	else if (which == LOCK_OF_VALUE)
		err = use_rlock(mpp_value_lock(values[0]), kind);
	else if (which == LOCK_OF_ARRAY)
		err = use_rlock(mpp_array_lock(locked_items), kind);
	else
		err = use_lock(locks[number % LOCKS], kind);
	s->seen = remember(s->seen, err);
}

/* Queues. */

static int64_t use_queue(struct mpp_queue *q, unsigned kind, int64_t message)
{
	int err;

	switch (kind) {
	case PUT:
	case TRY_PUT:
	case TIMED_PUT:
		return mpp_queue_put(q, &message,
				     limit(kind, TIMED_PUT, TRY_PUT));
	case LENGTH:
		return (int64_t)mpp_queue_length(q);
	case PRODUCER:
		return mpp_queue_producer(q);
	case DONE:
		return mpp_queue_producer_done(q);
	case CLOSE:
		return mpp_queue_close(q);
	default:
		err = mpp_queue_get(q, &message,
				    limit(kind, TIMED_GET, TRY_GET));
		return err ? err : message;
	}
}

/* Lives. */

static int start_kid(int kid)
{
	return threads[kid] ? mpp_thread_start(threads[kid])
			    : mpp_process_start(processes[kid]);
}

static int join_kid(int kid, int64_t limit_ns)
{
	return threads[kid] ? mpp_thread_join(threads[kid], limit_ns)
			    : mpp_process_join(processes[kid], limit_ns);
}

static int64_t ask_process(struct mpp_process *p, unsigned kind)
{
	const char *name;
	int code = 99;

	switch (kind) {
	case ALIVE:
		return mpp_process_is_alive(p);
	case CODE:
		mpp_process_exitcode(p, &code);
		return code;
	case TERMINATE:
		return mpp_process_terminate(p);
	case KILL:
		return mpp_process_kill(p);
	case NAME_OF:
		name = mpp_process_name(p);
		return name[strlen(name) - 1];
	default:
		return mpp_process_pid(p);
	}
}

static int64_t ask_thread(struct mpp_thread *t, unsigned kind)
{
	int code = 99;

	if (kind == ALIVE)
		return mpp_thread_is_alive(t);
	if (kind == CODE)
		mpp_thread_result(t, &code);
	return code;
}

static int function_d(void *arg);

static int64_t grandchild(struct self *s, unsigned kind)
{
	int argument = s->own;

	if (kind == START && !s->child) {
		s->child = process(function_d, &argument, sizeof(argument));
		return mpp_process_start(s->child);
	}
	if (!s->child || kind == START)
		return 0;
	if (kind == JOIN || kind == TRY_JOIN || kind == TIMED_JOIN)
		return mpp_process_join(s->child,
					limit(kind, TIMED_JOIN, TRY_JOIN));
	return ask_process(s->child, kind);
}

static int64_t life(struct self *s, unsigned kind, unsigned kid)
{
	int k = (int)kid % KIDS;

	if (kid == GRANDCHILD)
		return grandchild(s, kind);
	if (kind == START)
		return start_kid(k);
	if (kind == JOIN || kind == TRY_JOIN || kind == TIMED_JOIN)
		return join_kid(k, limit(kind, TIMED_JOIN, TRY_JOIN));
	return threads[k] ? ask_thread(threads[k], kind)
			  : ask_process(processes[k], kind);
}

/* The rest. */

static int64_t choose(void)
{
	struct mpp_op op = { .kind = MPP_OP_CHOOSE, .choices = 2,
			     .timeout_ns = MPP_FOREVER };
	int taken = 0;

	if (mpp_hooks_installed) {
		taken = mpp_hooks_installed->before(&op);
		mpp_hooks_installed->after(&op, taken, 0);
	}
	return taken;
}

static int64_t last_of_own_name(void)
{
	const char *name = mpp_current_name();

	return name[strlen(name) - 1];
}

static void make(struct self *s)
{
	if (!s->made)
		must(mpp_value_new(&s->made, 'q', 1));
}

static void drop(struct self *s)
{
	mpp_value_free(s->made);
	s->made = NULL;
}

/* A block of a size that depends on what was seen, and gone again. */
static void use_heap(const struct self *s)
{
	char *p = malloc((size_t)(s->seen & 63) + 1);

	if (!p)
		return;
	*p = 1;
	ESCAPE(p);
	free(p);
}

static void observe_numbered(unsigned number, int64_t value)
{
	static const char *const names[] = { "o0", "o1", "o2", "o3" };

	mpp_observe_int(names[number % 4], value);
}

/* What needs no operand. */
static int64_t other(struct self *s, unsigned kind)
{
	switch (kind) {
	case NAME:
		return last_of_own_name();
	case PID:
		return getpid();
	case NOW:
		return mpp_now_ns() / MPP_SECONDS(1);
	case RANDOM:
		return rand() & 7;
	case CHOOSE:
		return choose();
	case MAKE:
		make(s);
		return 0;
	case DROP:
		drop(s);
		return 0;
	case HEAP:
		use_heap(s);
		return 0;
	default:
		mpp_sleep(MPP_SECONDS(1));
		return 0;
	}
}

/* How many operations further it goes on: 2 leaves one out. */
__attribute__((noinline)) static int perform(struct self *s, unsigned operation)
{
	unsigned kind = kind_of(operation), x = operand_of(operation);

	if (kind == NOTHING)
		return 1;
	if (kind == IF)
		return get(s, x) ? 1 : 2;
	if (kind == SPIN)
		spin(s, x);
	else if (kind <= ADD)
		access_cell(s, kind, x);
	else if (kind <= CONSISTENT)
		do_lock(s, kind, x);
	else if (kind <= CLOSE)
		s->seen = remember(s->seen, use_queue(queues[x % QUEUES], kind,
						      written(s->seen)));
	else if (kind <= KILL || kind == NAME_OF || kind == PID_OF)
		s->seen = remember(s->seen, life(s, kind, x));
	else if (kind == EXIT)
		mpp_exit((int)x);
	else if (kind == CRASH)
		abort();
	else if (kind == OBSERVE)
		observe_numbered(x, s->seen);
	else if (kind == FORGET)
		s->seen = 0;
	else if (kind == UNDEFINE)
		undefine(s, x);
	else
		s->seen = remember(s->seen, other(s, kind));
	return 1;
}

/* Children. */

/* How many operations are left out. */
static int take_argument(struct self *s, int *argument, unsigned use)
{
	int a = *argument;

	if (use == OWN || use == OWN_KEPT)
		s->own = a;
	if (use == KEPT || use == OWN_KEPT)
		s->seen += a;
	if (use == TOLD)
		mpp_observe_int("argument", a);
	if (use == EARLY || use == TOLD)
		*argument = 0;
	return use == EARLY ? a & 1 : 0;
}

__attribute__((noinline)) static int finish(struct self *s, int function)
{
	static const char *const names[] = { "a", "b", "c", "d" };

	switch (function_ending(&program, function)) {
	case STORES_OWN:
		mpp_raw_array_set(ends, s->own % 4, s->seen);
		break;
	case STORES:
		mpp_raw_array_set(ends, 4 + function, s->seen);
		break;
	case SUMS:
		mpp_value_add(sum, s->seen);
		break;
	case OBSERVES:
		mpp_observe_int(names[function], s->seen);
		break;
	case EXITS:
		return (int)(s->seen % 3);
	case SENDS:
		use_queue(queues[0], TRY_PUT, s->seen);
		break;
	default:
		break;
	}
	return 0;
}

static int run_function(int function, int *argument)
{
	struct self s = { .seen = 1 };
	int i = take_argument(&s, argument, function_use(&program, function));

	while (i < SCRIPT)
		i += perform(&s, operation(&program, function, i));
	return finish(&s, function);
}

static int function_a(void *arg)
{
	return run_function(0, arg);
}

static int function_b(void *arg)
{
	return run_function(1, arg);
}

static int function_c(void *arg)
{
	return run_function(2, arg);
}

static int function_d(void *arg)
{
	return run_function(3, arg);
}

static void make_kid(int kid)
{
	static int (*const functions[])(void *) = { function_a, function_b,
						    function_c, function_d };
	int (*fn)(void *) = functions[kid_function(&program, kid)];
	int argument = (int)kid_argument(&program, kid);

	if (kid_is_thread(&program, kid)) {
		must(mpp_thread_new(&threads[kid], fn, &argument,
				    sizeof(argument)));
		return;
	}
	processes[kid] = process(fn, &argument, sizeof(argument));
	must(mpp_process_set_daemon(processes[kid],
				    kid_is_daemon(&program, kid)));
}

/* The beginning: what is never used is not made, it would only cost time. */

static void find_used(void)
{
	for (int f = -1; f < FUNCTIONS; f++) {
		for (int i = 0; i < (f < 0 ? MAIN_SCRIPT : SCRIPT); i++)
			used[kind_of(operation(&program, f, i))] = true;
		used[TRY_PUT] |= f >= 0 &&
				 function_ending(&program, f) == SENDS;
	}
}

static bool any_used(unsigned first, unsigned last)
{
	for (unsigned kind = first; kind <= last; kind++) {
		if (used[kind])
			return true;
	}
	return false;
}

static void make_cells(void)
{
	for (int i = 0; i < RAWS; i++)
		raws[i] = new_cell(0);
	for (int i = 0; i < VALUES; i++)
		must(mpp_value_new(&values[i], 'q', 0));
	must(mpp_value_new(&narrow, 'b', INT8_MAX - 1));
	must(mpp_value_new(&sum, 'q', 0));
	must(mpp_raw_array_new(&items, 'q', ITEMS));
	must(mpp_raw_array_new(&ends, 'q', 8));
	must(mpp_array_new(&locked_items, 'q', LOCKED_ITEMS));
}

static void make_locks(void)
{
	unsigned unowned = bits(program.param[SETUP], UNOWNED_BITS, LOCKS);

	for (int i = 0; i < LOCKS; i++)
		locks[i] = new_lock(unowned & 1u << i ? MPP_LOCK_UNOWNED : 0);
	must(mpp_rlock_new(&recursive));
}

static void make_queues(void)
{
	size_t room = 1 + bits(program.param[SETUP], ROOMY_BIT, 1);

	for (int i = 0; i < QUEUES; i++)
		must(mpp_queue_new(&queues[i], room, sizeof(int64_t)));
}

static void begin(void)
{
	char name[2] = "";

	for (int i = 0; i < PARAMS; i++) {
		name[0] = PARAM_LETTERS[i];
		program.param[i] = mpck_param(name);
	}
	find_used();
	make_cells();
	if (any_used(ACQUIRE, CONSISTENT))
		make_locks();
	if (any_used(PUT, CLOSE))
		make_queues();
	for (int i = 0; i < KIDS; i++)
		make_kid(i);
}

static void observe_finally(const struct self *s)
{
	static const char *const names[] = {
		"raw0", "raw1", "raw2", "raw3", "value0", "value1", "item0",
		"item1", "item2", "", "locked0", "locked1", "", "narrow",
	};
	int64_t at_end[8] = { 0 };

	mpp_observe_int("main", s->seen);
	for (unsigned x = 0; x <= NARROW; x++) {
		if (final(&program, x))
			mpp_observe_int(names[x], get(s, x));
	}
	if (final(&program, FINAL_ENDS)) {
		mpp_raw_array_read(ends, 0, 8, at_end);
		mpp_observe("ends", at_end, 8, 'q');
	}
	if (final(&program, FINAL_SUM))
		mpp_observe_int("sum", mpp_value_get(sum));
}

PROGRAM(program_by_parameters)
{
	struct self s = { .seen = 1 };
	int i = 0;

	begin();
	while (i < MAIN_SCRIPT)
		i += perform(&s, operation(&program, -1, i));
	observe_finally(&s);
	return 0;
}

#define SCRIPT_PARAM(letter) \
	{ letter, 0, INT64_MIN, INT64_MAX, "see judged.h" }

MPCK_SCENARIO(
	.name = "judged",
	.summary = "a generated program",
	.params = { SCRIPT_PARAM("m"), SCRIPT_PARAM("n"), SCRIPT_PARAM("a"),
		    SCRIPT_PARAM("b"), SCRIPT_PARAM("c"), SCRIPT_PARAM("d"),
		    SCRIPT_PARAM("k"), SCRIPT_PARAM("s") },
	.main = program_by_parameters,
);
