/* SPDX-License-Identifier: MIT */
/* serial.c - programs whose final values some order of the tasks gives, or none.
 */
#include <mpp/atomic.h>
#include <mpp/queue.h>

#include "module.h"

static struct mpp_queue *queue;
static struct mpp_atomic *word;

/* The parent's work comes before its child's, or behind. */
static int sets_two(void *unused)
{
	(void)unused;
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	must(mpp_raw_value_set(cell, 2));
	must(mpp_lock_release(lock));
	return 0;
}

PROGRAM(parent_and_child)
{
	struct mpp_process *p = process(sets_two, NULL, 0);

	cell = new_cell(0);
	lock = new_lock(0);
	let_others_run();	/* it runs, and starts */
	start_all(&p, 1);
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	must(mpp_raw_value_set(cell, 1));
	must(mpp_lock_release(lock));
	join_all(&p, 1);
	mpp_observe_int("cell", mpp_raw_value_get(cell));
	return 0;
}

/* Both are right, but not at once. */
static int copies(void *arg)
{
	if (*(int *)arg == 1)
		must(mpp_raw_value_set(cell, mpp_raw_value_get(other_cell) + 1));
	else
		must(mpp_raw_value_set(other_cell, mpp_raw_value_get(cell) + 1));
	return 0;
}

PROGRAM(two_cells)
{
	cell = new_cell(0);
	other_cell = new_cell(0);
	run_children(2, copies);
	mpp_observe_int("a", mpp_raw_value_get(cell));
	mpp_observe_int("b", mpp_raw_value_get(other_cell));
	return 0;
}

/* The same with atomics: they may be meant to meet. */
static int copies_atomics(void *arg)
{
	if (*(int *)arg == 1)
		must(mpp_raw_value_set(cell, mpp_atomic_load(word) + 1));
	else
		mpp_atomic_store(word, mpp_raw_value_get(cell) + 1);
	return 0;
}

PROGRAM(with_an_atomic)
{
	cell = new_cell(0);
	must(mpp_atomic_new(&word, 0));
	run_children(2, copies_atomics);
	mpp_observe_int("a", mpp_raw_value_get(cell));
	mpp_observe_int("b", mpp_atomic_load(word));
	return 0;
}

/* One asks and waits for an answer: turns are meant. */
static int asks(void *arg)
{
	int64_t m = *(int *)arg;

	if (m == 1) {
		must(mpp_raw_value_set(cell, 1));
		must(mpp_queue_get(queue, &m, MPP_FOREVER));
		tell(1, mpp_raw_value_get(cell));
	} else {
		tell(2, mpp_raw_value_get(cell));
		must(mpp_queue_put(queue, &m, MPP_FOREVER));
		must(mpp_raw_value_set(cell, 2));
	}
	return 0;
}

PROGRAM(with_a_queue)
{
	cell = new_cell(0);
	must(mpp_queue_new(&queue, 1, sizeof(int64_t)));
	run_children(2, asks);
	return 0;
}

/* Each waits, busily, for the other; cell says whose turn it is. */
static int in_turns(void *arg)
{
	int id = *(int *)arg;

	for (int round = 0; round < 2; round++) {
		while (mpp_raw_value_get(cell) != id)
			;
		must(mpp_raw_value_set(other_cell,
				       mpp_raw_value_get(other_cell) * 2 + id));
		must(mpp_raw_value_set(cell, 3 - id));
	}
	return 0;
}

PROGRAM(busy_turns)
{
	cell = new_cell(1);
	other_cell = new_cell(0);
	run_children(2, in_turns);
	mpp_observe_int("turns", mpp_raw_value_get(other_cell));
	return 0;
}

/* n processes that add 1 in n rounds: so many orders, one of them up to twins. */
static int adds(void *arg)
{
	for (int64_t i = 0; i < *(int *)arg; i++)
		must(mpp_raw_value_set(cell, mpp_raw_value_get(cell) + 1));
	return 0;
}

PROGRAM(twins)
{
	struct mpp_process *p[10];
	int rounds = (int)mpck_param("n");

	cell = new_cell(0);
	for (int i = 0; i < 10; i++)
		p[i] = process(adds, &rounds, sizeof(rounds));
	start_all(p, 10);
	join_all(p, 10);
	mpp_observe_int("cell", mpp_raw_value_get(cell));
	return 0;
}

/* All are different, and what they do depends on the order. */
static int appends(void *arg)
{
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	must(mpp_raw_value_set(cell, mpp_raw_value_get(cell) * 10 +
				     *(int *)arg));
	must(mpp_lock_release(lock));
	return 0;
}

PROGRAM(different)
{
	cell = new_cell(0);
	lock = new_lock(0);
	run_children(3, appends);
	mpp_observe_int("order", mpp_raw_value_get(cell));
	return 0;
}

MODULE_END;
