/* SPDX-License-Identifier: MIT */
/* locks.c - locks taken in one order, in both, and in both without harm. */
#include "module.h"

#include <mpp/event.h>
#include <mpp/rlock.h>
#include <mpp/rwlock.h>
#include <mpp/semaphore.h>

static struct mpp_lock *a, *b, *c, *gate;
static struct mpp_rwlock *rw;
static struct mpp_semaphore *s, *t;
static struct mpp_value *v;

static void make(void)
{
	a = new_lock(0);
	b = new_lock(0);
	c = new_lock(0);
	gate = new_lock(0);
	cell = new_cell(0);
	must(mpp_rwlock_new(&rw, 2));
	must(mpp_semaphore_new(&s, 1));
	must(mpp_semaphore_new(&t, 1));
	must(mpp_value_new(&v, 'q', 0));
}

static void nest(struct mpp_lock *first, struct mpp_lock *second)
{
	must(mpp_lock_acquire(first, MPP_FOREVER));
	must(mpp_lock_acquire(second, MPP_FOREVER));
	must(mpp_lock_release(second));
	must(mpp_lock_release(first));
}

static void pause_for(int64_t operations)
{
	while (operations--)
		let_others_run();
}

/* Both at a time, each by its function. */
static void run_both(int (*one)(void *), int (*other)(void *))
{
	struct mpp_process *p[2] = { process(one, NULL, 0),
				     process(other, NULL, 0) };

	start_all(p, 2);
	join_all(p, 2);
	mpp_observe_int("x", 1);
}

static int a_then_b(void *arg)
{
	(void)arg;
	must(mpp_lock_acquire(a, MPP_FOREVER));	/* LINE: first a */
	must(mpp_lock_acquire(b, MPP_FOREVER));	/* LINE: then b */
	must(mpp_lock_release(b));
	must(mpp_lock_release(a));
	return 0;
}

static int b_then_a(void *arg)
{
	(void)arg;
	must(mpp_lock_acquire(b, MPP_FOREVER));	/* LINE: first b */
	must(mpp_lock_acquire(a, MPP_FOREVER));	/* LINE: then a */
	must(mpp_lock_release(a));
	must(mpp_lock_release(b));
	return 0;
}

PROGRAM(inversion)
{
	make();
	run_both(a_then_b, b_then_a);
	return 0;
}

/* rare: the second comes n operations late. */
static int late_b_then_a(void *arg)
{
	pause_for(mpck_param("n"));
	return b_then_a(arg);
}

PROGRAM(rare)
{
	make();
	run_both(a_then_b, late_b_then_a);
	return 0;
}

PROGRAM(one_order)
{
	make();
	run_both(a_then_b, a_then_b);
	return 0;
}

/* gated: the same locks, under a third. */
static int gated_a_then_b(void *arg)
{
	must(mpp_lock_acquire(gate, MPP_FOREVER));
	(void)a_then_b(arg);
	must(mpp_lock_release(gate));
	return 0;
}

static int gated_b_then_a(void *arg)
{
	must(mpp_lock_acquire(gate, MPP_FOREVER));
	(void)b_then_a(arg);
	must(mpp_lock_release(gate));
	return 0;
}

PROGRAM(gated)
{
	make();
	run_both(gated_a_then_b, gated_b_then_a);
	return 0;
}

/* alone: one task, both orders. */
static int both_orders(void *arg)
{
	(void)a_then_b(arg);
	return b_then_a(arg);
}

static int look_around(void *arg)
{
	(void)arg;
	let_others_run();
	return 0;
}

PROGRAM(alone)
{
	make();
	run_both(both_orders, look_around);
	return 0;
}

/* joined: the first is over when the second begins. */
PROGRAM(joined)
{
	struct mpp_process *p[2] = { process(a_then_b, NULL, 0),
				     process(b_then_a, NULL, 0) };

	make();
	start_all(&p[0], 1);
	join_all(&p[0], 1);
	start_all(&p[1], 1);
	join_all(&p[1], 1);
	mpp_observe_int("x", 1);
	return 0;
}

/* before_start: the parent does it before there is a child. */
PROGRAM(before_start)
{
	make();
	nest(a, b);
	run_both(b_then_a, look_around);
	return 0;
}

/* told: the second waits for a permit that the first gives when it is done. */
static struct mpp_semaphore *done;

static int a_then_b_then_tell(void *arg)
{
	pause_for(mpck_param("n"));
	(void)a_then_b(arg);
	must(mpp_semaphore_release(done, 1));
	return 0;
}

static int wait_then_b_then_a(void *arg)
{
	pause_for(mpck_param("n"));
	must(mpp_semaphore_acquire(done, MPP_FOREVER));
	return b_then_a(arg);
}

PROGRAM(told)
{
	make();
	must(mpp_semaphore_new(&done, 0));
	run_both(a_then_b_then_tell, wait_then_b_then_a);
	return 0;
}

/* tried: who cannot have the second lock gives up. */
static int b_then_try_a(void *arg)
{
	(void)arg;
	must(mpp_lock_acquire(b, MPP_FOREVER));
	if (mpp_lock_acquire(a, 0) == 0)
		must(mpp_lock_release(a));
	must(mpp_lock_release(b));
	return 0;
}

PROGRAM(tried)
{
	make();
	run_both(a_then_b, b_then_try_a);
	return 0;
}

/* three: a ring of three locks; each comes n operations after the one before. */
static int nest_by_id(void *arg)
{
	int id = *(int *)arg;

	pause_for(mpck_param("n") * id);
	if (id == 1)
		nest(a, b);
	else if (id == 2)
		nest(b, c);
	else
		nest(c, a);
	return 0;
}

PROGRAM(three)
{
	make();
	run_children(3, nest_by_id);
	mpp_observe_int("x", 1);
	return 0;
}

/* readers: a reader-writer lock and a lock, in both orders. */
static int read_then_a(void *arg)
{
	(void)arg;
	must(mpp_rwlock_acquire_read(rw, MPP_FOREVER));
	must(mpp_lock_acquire(a, MPP_FOREVER));
	must(mpp_lock_release(a));
	must(mpp_rwlock_release(rw));
	return 0;
}

static int a_then_read(void *arg)
{
	(void)arg;
	must(mpp_lock_acquire(a, MPP_FOREVER));
	must(mpp_rwlock_acquire_read(rw, MPP_FOREVER));
	must(mpp_rwlock_release(rw));
	must(mpp_lock_release(a));
	return 0;
}

static int a_then_write(void *arg)
{
	(void)arg;
	must(mpp_lock_acquire(a, MPP_FOREVER));
	must(mpp_rwlock_acquire_write(rw, MPP_FOREVER));
	must(mpp_rwlock_release(rw));
	must(mpp_lock_release(a));
	return 0;
}

PROGRAM(readers)
{
	make();
	run_both(read_then_a, a_then_read);
	return 0;
}

PROGRAM(writer)
{
	make();
	run_both(read_then_a, a_then_write);
	return 0;
}

/* semaphores: of one permit each, used as locks. */
static void nest_semaphores(struct mpp_semaphore *first,
			    struct mpp_semaphore *second)
{
	must(mpp_semaphore_acquire(first, MPP_FOREVER));
	must(mpp_semaphore_acquire(second, MPP_FOREVER));
	must(mpp_semaphore_release(second, 1));
	must(mpp_semaphore_release(first, 1));
}

static int s_then_t(void *arg)
{
	(void)arg;
	nest_semaphores(s, t);
	return 0;
}

static int t_then_s(void *arg)
{
	(void)arg;
	nest_semaphores(t, s);
	return 0;
}

PROGRAM(semaphores)
{
	make();
	run_both(s_then_t, t_then_s);
	return 0;
}

/* guarded: the lock of a Value is taken by each access to it. */
static int a_then_value(void *arg)
{
	(void)arg;
	must(mpp_lock_acquire(a, MPP_FOREVER));
	must(mpp_value_set(v, 1));
	must(mpp_lock_release(a));
	return 0;
}

static int value_then_a(void *arg)
{
	(void)arg;
	must(mpp_rlock_acquire(mpp_value_lock(v), MPP_FOREVER));
	must(mpp_lock_acquire(a, MPP_FOREVER));
	must(mpp_lock_release(a));
	must(mpp_rlock_release(mpp_value_lock(v)));
	return 0;
}

PROGRAM(guarded)
{
	make();
	run_both(a_then_value, value_then_a);
	return 0;
}

MODULE_END;
