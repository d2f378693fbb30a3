/* SPDX-License-Identifier: MIT */
/* memory.c - what belongs to a process alone, and what to a task alone. */
#include <errno.h>
#include <fenv.h>
#include <stdlib.h>
#include <string.h>

#include "module.h"

/* globals: each sees what it wrote itself, whoever ran in between. */
static int global = 1;
static int zeroed[4];

static int change_globals(void *arg)
{
	int id = *(int *)arg;

	global += id;
	let_others_run();
	zeroed[3] = 10 * id;
	let_others_run();
	tell(id, zeroed[3] + global);
	return 0;
}

PROGRAM(globals)
{
	cell = new_cell(0);
	run_children(2, change_globals);
	tell(0, zeroed[3] + global);
	return 0;
}

/* heap */
static int *block;

static int change_heap(void *arg)
{
	int id = *(int *)arg;
	int *mine;

	block[2] += id;
	let_others_run();
	mine = malloc(100);
	mine[0] = 10 * id;
	let_others_run();
	tell(id, mine[0] + block[2]);
	return 0;
}

PROGRAM(heap)
{
	cell = new_cell(0);
	block = malloc(3 * sizeof(*block));
	block[2] = 1;
	run_children(2, change_heap);
	tell(0, block[2]);
	return 0;
}

/* stack: a child gets its parent's stack as it was at start. */
struct on_stack {
	int *local;
	int id;
};

static int change_stack(void *arg)
{
	const struct on_stack *job = arg;

	let_others_run();
	*job->local += job->id;
	let_others_run();
	tell(job->id, *job->local);
	return 0;
}

PROGRAM(stack)
{
	struct mpp_process *p[2];
	int local = 5;
	struct on_stack job = { &local, 1 };

	cell = new_cell(0);
	p[0] = process(change_stack, &job, sizeof(job));
	job.id = 2;
	p[1] = process(change_stack, &job, sizeof(job));
	must(mpp_process_start(p[0]));
	local = 50;
	must(mpp_process_start(p[1]));
	local = 500;
	join_all(p, 2);
	tell(0, local);
	return 0;
}

/* error_number */
static int change_errno(void *arg)
{
	int id = *(int *)arg;

	errno = id;
	let_others_run();
	let_others_run();
	tell(id, errno);
	return 0;
}

PROGRAM(error_number)
{
	cell = new_cell(0);
	errno = 7;
	run_children(2, change_errno);
	tell(0, errno);
	return 0;
}

PROGRAM(error_number_of_threads)
{
	cell = new_cell(0);
	errno = 7;
	run_threads(2, change_errno);
	tell(0, errno);
	return 0;
}

/* error_number_at_start: as with fork(2), and pthread_create(3). */
static int tell_errno(void *arg)
{
	tell(*(int *)arg, errno);
	return 0;
}

PROGRAM(error_number_at_start)
{
	struct mpp_process *p;
	struct mpp_thread *t;
	int id = 1;

	p = process(tell_errno, &id, sizeof(id));
	errno = 7;
	must(mpp_process_start(p));
	join_all(&p, 1);
	id = 2;
	must(mpp_thread_new(&t, tell_errno, &id, sizeof(id)));
	errno = 7;
	must(mpp_thread_start(t));
	must(mpp_thread_join(t, MPP_FOREVER));
	return 0;
}

/* thread_local_data */
static _Thread_local int own = 3;
static _Thread_local char own_zeroed[40];

static int change_own(void *arg)
{
	int id = *(int *)arg;
	int before = own;

	own += id;
	let_others_run();
	own_zeroed[39] += (char)id;
	let_others_run();
	tell(id, 100 * before + 10 * own + own_zeroed[39]);
	return 0;
}

/* A process inherits its parent's, a thread begins anew. */
PROGRAM(thread_local_data)
{
	cell = new_cell(0);
	own = 5;
	run_children(2, change_own);
	tell(0, 10 * own + own_zeroed[39]);
	return 0;
}

PROGRAM(thread_local_data_of_threads)
{
	cell = new_cell(0);
	own = 5;
	run_threads(2, change_own);
	tell(0, 10 * own + own_zeroed[39]);
	return 0;
}

/* rounding: how this task rounds 1/3, a value above or below it. */
static int64_t third(void)
{
	volatile double one = 1, three = 3;
	double quotient = one / three;
	int64_t bits;

	memcpy(&bits, &quotient, sizeof(bits));
	return bits & 15;	/* to nearest 5, upward 6 */
}

static int round_upward(void *arg)
{
	int id = *(int *)arg;

	if (id == 1)
		fesetround(FE_UPWARD);
	let_others_run();
	let_others_run();
	tell(id, third());
	return 0;
}

PROGRAM(rounding)
{
	cell = new_cell(0);
	run_children(2, round_upward);
	tell(0, third());
	return 0;
}

PROGRAM(rounding_of_threads)
{
	cell = new_cell(0);
	run_threads(2, round_upward);
	tell(0, third());
	return 0;
}

/* rounding_at_start: inherited, by processes and by threads. */
static int tell_rounding(void *arg)
{
	tell(*(int *)arg, third());
	return 0;
}

PROGRAM(rounding_at_start)
{
	fesetround(FE_UPWARD);
	run_children(1, tell_rounding);
	tell(0, third());
	return 0;
}

PROGRAM(rounding_at_start_of_threads)
{
	fesetround(FE_UPWARD);
	run_threads(1, tell_rounding);
	tell(0, third());
	return 0;
}

/* random_numbers: a child goes on where its parent was, alone. */
static int draw(void)
{
	int sum = 0;

	for (int i = 1; i <= 3; i++) {
		sum = sum * 31 + rand() % 10;
		let_others_run();
	}
	return sum;
}

static int draw_in_child(void *arg)
{
	tell(*(int *)arg, draw());
	return 0;
}

PROGRAM(random_numbers)
{
	int first;

	cell = new_cell(0);
	srand(7);
	first = rand();
	run_children(2, draw_in_child);
	tell(0, draw());
	srand(7);
	tell(3, first == rand());
	return 0;
}

/* tokens: strtok() keeps its place by process. */
static int next_token(void *arg)
{
	char *a = strtok(NULL, " "), *b;

	let_others_run();
	b = strtok(NULL, " ");
	tell(*(int *)arg, a && b ? 10 * (*a - '0') + *b - '0' : -1);
	return 0;
}

PROGRAM(tokens)
{
	static char text[] = "1 2 3 4";

	cell = new_cell(0);
	strtok(text, " ");
	run_children(2, next_token);
	tell(0, atoi(strtok(NULL, " ")));
	return 0;
}

/* threads_share: globals and heap, with no protection. */
static int add_to_both(void *arg)
{
	(void)arg;
	global++;
	let_others_run();
	block[0]++;
	let_others_run();
	return 0;
}

PROGRAM(threads_share)
{
	cell = new_cell(0);
	block = calloc(1, sizeof(*block));
	run_threads(3, add_to_both);
	tell(0, 10 * global + block[0]);
	return 0;
}

/* threads_own_stacks */
static int keep_on_stack(void *arg)
{
	int id = *(int *)arg;
	char mine[200], *p = mine;
	int sum = 0;

	ESCAPE(p);
	memset(p, id, sizeof(mine));
	let_others_run();
	for (size_t i = 0; i < sizeof(mine); i++)
		sum += p[i];
	tell(id, sum);
	return 0;
}

PROGRAM(threads_own_stacks)
{
	cell = new_cell(0);
	run_threads(3, keep_on_stack);
	return 0;
}

/* threads_of_a_child: they share with their process, not with its parent. */
static int child_of_threads(void *arg)
{
	(void)arg;
	run_threads(2, add_to_both);
	tell(1, 10 * global + block[0]);
	return 0;
}

PROGRAM(threads_of_a_child)
{
	cell = new_cell(0);
	block = calloc(1, sizeof(*block));
	run_children(1, child_of_threads);
	tell(0, 10 * global + block[0]);
	return 0;
}

/* pointer_to_a_thread: another task's stack is readable, and lives. */
static int *shown;

static int show_local(void *arg)
{
	int local = 4;

	(void)arg;
	shown = &local;
	mpp_raw_value_set(cell, 1);
	while (mpp_raw_value_get(other_cell) == 0)
		continue;
	shown = NULL;
	tell(1, local);
	return 0;
}

PROGRAM(pointer_to_a_thread)
{
	struct mpp_thread *t;

	cell = new_cell(0);
	other_cell = new_cell(0);
	must(mpp_thread_new(&t, show_local, NULL, 0));
	must(mpp_thread_start(t));
	while (mpp_raw_value_get(cell) == 0)
		continue;
	*shown += 5;
	mpp_raw_value_set(other_cell, 1);
	must(mpp_thread_join(t, MPP_FOREVER));
	return 0;
}



/* stack_by_tls: only thread-local data tells a child where its parent's stack
 * is. */
static _Thread_local int *through_tls;

static int read_through_tls(void *arg)
{
	tell(*(int *)arg, *through_tls);
	return 0;
}

PROGRAM(stack_by_tls)
{
	volatile int here = 42;
	int id = 1;
	struct mpp_process *p;

	through_tls = (int *)&here;
	p = process(read_through_tls, &id, sizeof(id));
	must(mpp_process_start(p));
	join_all(&p, 1);
	return here - 42;
}

/* stack_of_a_sibling: a thread starts a process, which reads the first
 * thread's stack. */
static int *of_main;

static int read_of_main(void *arg)
{
	tell(*(int *)arg, *of_main);
	return 0;
}

static int start_a_reader(void *arg)
{
	int id = *(int *)arg;
	struct mpp_process *p = process(read_of_main, &id, sizeof(id));

	must(mpp_process_start(p));
	join_all(&p, 1);
	return 0;
}

PROGRAM(stack_of_a_sibling)
{
	volatile int here = 43;
	int id = 1;
	struct mpp_thread *t;

	of_main = (int *)&here;
	must(mpp_thread_new(&t, start_a_reader, &id, sizeof(id)));
	must(mpp_thread_start(t));
	must(mpp_thread_join(t, MPP_FOREVER));
	return here - 43;
}

/* names: each process numbers the ones it makes. */
static int tell_number(void *arg)
{
	const char *name = mpp_current_name();

	tell(*(int *)arg, atoi(strrchr(name, '-') + 1));
	return 0;
}

static int make_one(void *arg)
{
	struct mpp_process *p = process(tell_number, arg, sizeof(int));

	let_others_run();
	must(mpp_process_start(p));
	join_all(&p, 1);
	return 0;
}

PROGRAM(names)
{
	cell = new_cell(0);
	run_children(2, make_one);
	return 0;
}

MODULE_END;
