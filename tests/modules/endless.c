/* SPDX-License-Identifier: MIT */
/*
 * endless.c - an interpreter: the parameters are a program of up to four tasks
 * that may go on for ever; see endless.h.
 *
 * Between two operations a task is its struct self, so that a task that comes
 * back to what it was is in the same state.
 */
#include <mpp/array.h>
#include <mpp/queue.h>

#include "module.h"

#include "endless.h"

struct self {
	unsigned at;		/* operation */
	int64_t value;		/* what it remembers */
	bool held[LOCKS];
};

static struct program program;
static struct mpp_raw_value *cells[CELLS];
static struct mpp_lock *locks[LOCKS];
static struct mpp_queue *queues[QUEUES];
static struct mpp_raw_array *ends;
static struct mpp_process *processes[KIDS];
static struct mpp_thread *threads[KIDS];

/* These tell whether to jump. */

static bool use_cell(struct self *s, struct operation o)
{
	struct mpp_raw_value *c = cells[o.object % CELLS];
	int64_t value;

	if (o.kind == SET || o.kind == WRITE) {
		mpp_raw_value_set(c, o.kind == SET ? o.value : s->value);
		return false;
	}
	value = mpp_raw_value_get(c);
	if (o.kind == READ)
		s->value = value;
	return o.kind == LOOK || (o.kind == IF && value == o.value) ||
	       (o.kind == UNLESS && value != o.value);
}

static bool use_lock(struct self *s, struct operation o)
{
	unsigned which = o.object % LOCKS;
	int64_t limit = o.kind == TRY ? 0
			: o.kind == TIMED ? MPP_SECONDS(1) : MPP_FOREVER;

	if (s->held[which] == (o.kind != RELEASE))
		return false;
	if (o.kind == RELEASE)
		must(mpp_lock_release(locks[which]));
	else if (mpp_lock_acquire(locks[which], limit) != 0)
		return true;
	s->held[which] = o.kind != RELEASE;
	return false;
}

static bool use_queue(struct self *s, struct operation o)
{
	struct mpp_queue *q = queues[o.object % QUEUES];

	if (o.kind == PUT || o.kind == TRY_PUT)
		return mpp_queue_put(q, &s->value,
				     o.kind == PUT ? MPP_FOREVER : 0) != 0;
	return mpp_queue_get(q, &s->value,
			     o.kind == GET ? MPP_FOREVER : 0) != 0;
}

__attribute__((noinline)) static void perform(struct self *s,
					      struct operation o)
{
	bool jump = o.kind < ACQUIRE ? use_cell(s, o)
		    : o.kind < PUT ? use_lock(s, o) : use_queue(s, o);

	s->at = jump ? o.target : s->at + 1;
}

/* Locks that are held are given back; what is remembered is told. */
__attribute__((noinline)) static void finish(struct self *s, unsigned function)
{
	for (unsigned i = 0; i < LOCKS; i++)
		use_lock(s, (struct operation){ RELEASE, i, 0, 0 });
	mpp_raw_array_set(ends, function, s->value);
}

static int run_function(unsigned function)
{
	struct self s = { .at = 0 };

	while (s.at < SCRIPT && operation(&program, function, s.at).kind)
		perform(&s, operation(&program, function, s.at));
	finish(&s, function);
	return 0;
}

static int function_a(void *arg)
{
	(void)arg;
	return run_function(0);
}

static int function_b(void *arg)
{
	(void)arg;
	return run_function(1);
}

static int function_c(void *arg)
{
	(void)arg;
	return run_function(2);
}

/* main */

static void begin(void)
{
	char name[2] = "";

	for (int i = 0; i < PARAMS; i++) {
		name[0] = PARAM_LETTERS[i];
		program.param[i] = mpck_param(name);
	}
	for (int i = 0; i < CELLS; i++)
		cells[i] = new_cell(0);
	for (unsigned i = 0; i < LOCKS; i++)
		locks[i] = new_lock(setup(&program, UNOWNED_BITS + i, 1)
					    ? MPP_LOCK_UNOWNED : 0);
	for (int i = 0; i < QUEUES; i++)
		must(mpp_queue_new(&queues[i], 1, sizeof(int64_t)));
	must(mpp_raw_array_new(&ends, 'q', FUNCTIONS));
}

/* All are made before one starts, so that twins inherit the same. */
static void make_kid(unsigned kid)
{
	static int (*const functions[])(void *) = { function_a, function_b,
						    function_c };
	int (*fn)(void *) = functions[kid_function(&program, kid)];

	if (setup(&program, THREADS_BIT, 1))
		must(mpp_thread_new(&threads[kid], fn, NULL, 0));
	else
		processes[kid] = process(fn, NULL, 0);
}

static void start_kid(unsigned kid)
{
	if (threads[kid])
		must(mpp_thread_start(threads[kid]));
	else
		must(mpp_process_start(processes[kid]));
}

static bool lives(unsigned kid)
{
	return threads[kid] ? mpp_thread_is_alive(threads[kid])
			    : mpp_process_is_alive(processes[kid]);
}

static void join_kid(unsigned kid)
{
	if (threads[kid])
		must(mpp_thread_join(threads[kid], MPP_FOREVER));
	else
		must(mpp_process_join(processes[kid], MPP_FOREVER));
}

static void observe_finally(void)
{
	int64_t c[CELLS], e[FUNCTIONS];

	for (int i = 0; i < CELLS; i++)
		c[i] = mpp_raw_value_get(cells[i]);
	mpp_raw_array_read(ends, 0, FUNCTIONS, e);
	mpp_observe("cells", c, CELLS, 'q');
	mpp_observe("ends", e, FUNCTIONS, 'q');
}

PROGRAM(program_by_parameters)
{
	unsigned kids, polls;

	begin();
	kids = setup(&program, KIDS_BITS, 2);
	polls = setup(&program, POLLS_BITS, 2);
	for (unsigned kid = 0; kid < kids; kid++)
		make_kid(kid);
	for (unsigned kid = 0; kid < kids; kid++)
		start_kid(kid);
	while (polls && polls <= kids && lives(polls - 1))
		;
	for (unsigned kid = 0; kid < kids; kid++)
		join_kid(kid);
	observe_finally();
	return 0;
}

#define PARAM(letter) { letter, 0, INT64_MIN, INT64_MAX, "see endless.h" }

MPCK_SCENARIO(
	.name = "endless",
	.summary = "a generated program that may go on for ever",
	.params = { PARAM("a"), PARAM("b"), PARAM("c"), PARAM("d"), PARAM("e"),
		    PARAM("f"), PARAM("s") },
	.main = program_by_parameters,
);
