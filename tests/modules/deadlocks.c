/* SPDX-License-Identifier: MIT */
/* deadlocks.c - one program for each way in which nobody goes on. */
#include "module.h"

#include <mpp/barrier.h>
#include <mpp/condition.h>
#include <mpp/event.h>
#include <mpp/queue.h>
#include <mpp/rwlock.h>
#include <mpp/semaphore.h>

static struct mpp_lock *locks[12];
static struct mpp_queue *queue;
static struct mpp_event *event;
static struct mpp_condition *condition;
static struct mpp_barrier *barrier;
static struct mpp_semaphore *semaphore;

/* Starts fn n times, and waits for all of them. */
static void crowd(int64_t n, int (*fn)(void *))
{
	struct mpp_process *p[20];

	for (int64_t i = 0; i < n; i++)
		p[i] = process(fn, &i, sizeof(i));
	start_all(p, n);
	join_all(p, n);	/* the line is in processes.h */
}

static int acquire_once(void *arg)
{
	(void)arg;
	must(mpp_lock_acquire(lock, MPP_FOREVER));	/* LINE: once */
	return 0;
}

static int acquire_twice(void *arg)
{
	(void)arg;
	must(mpp_lock_acquire(lock, MPP_FOREVER));	/* LINE: taken */
	must(mpp_lock_acquire(lock, MPP_FOREVER));	/* LINE: again */
	return 0;
}

/* itself: one of n waits for itself, the others behind it. */
PROGRAM(itself)
{
	lock = new_lock(MPP_LOCK_UNOWNED);
	crowd(mpck_param("n"), acquire_twice);
	return 0;
}

/* exited: the first to come ends with it. */
PROGRAM(exited)
{
	lock = new_lock(MPP_LOCK_UNOWNED);
	crowd(2, acquire_once);
	return 0;
}

/* retaken: released in between; the line is that of the second time. */
static int release_and_retake(void *arg)
{
	(void)arg;
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	must(mpp_lock_release(lock));
	must(mpp_lock_acquire(lock, MPP_FOREVER));	/* LINE: retaken */
	return 0;
}

PROGRAM(retaken)
{
	lock = new_lock(MPP_LOCK_UNOWNED);
	crowd(1, release_and_retake);
	must(mpp_lock_acquire(lock, MPP_FOREVER));	/* LINE: main waits */
	return 0;
}

/* ring: each has its own lock, and waits for the next one's. */
static int ring_of_two(void *arg)
{
	int64_t i = *(int64_t *)arg, n = mpck_param("n");

	must(mpp_lock_acquire(locks[i], MPP_FOREVER));	/* LINE: own */
	must(mpp_barrier_wait(barrier, MPP_FOREVER));
	must(mpp_lock_acquire(locks[(i + 1) % n], MPP_FOREVER)); /* LINE: next */
	return 0;
}

PROGRAM(ring)
{
	int64_t n = mpck_param("n");

	for (int64_t i = 0; i < n; i++)
		locks[i] = new_lock(0);
	must(mpp_barrier_new(&barrier, (int)n, NULL, NULL, MPP_FOREVER));
	crowd(n, ring_of_two);
	return 0;
}

/* join_holding: who holds the lock waits for the end of who wants it. */
PROGRAM(join_holding)
{
	struct mpp_process *p = process(acquire_once, NULL, 0);

	lock = new_lock(0);
	must(mpp_lock_acquire(lock, MPP_FOREVER));	/* LINE: main holds */
	must(mpp_process_start(p));
	must(mpp_process_join(p, MPP_FOREVER));		/* LINE: main joins */
	return 0;
}

/* Queues. */
static int put_one(void *arg)
{
	char x = 1;

	(void)arg;
	must(mpp_queue_put(queue, &x, MPP_FOREVER));	/* LINE: put */
	return 0;
}

static int get_one(void *arg)
{
	char x;

	(void)arg;
	must(mpp_queue_get(queue, &x, MPP_FOREVER));	/* LINE: get */
	return 0;
}

/* producer_gone: one message, two who want one. */
PROGRAM(producer_gone)
{
	struct mpp_process *p[3];

	must(mpp_queue_new(&queue, 1, 1));
	p[0] = process(put_one, NULL, 0);
	p[1] = process(get_one, NULL, 0);
	p[2] = process(get_one, NULL, 0);
	start_all(p, 3);
	join_all(p, 3);
	return 0;
}

PROGRAM(never_sent)
{
	must(mpp_queue_new(&queue, 1, 1));
	(void)get_one(NULL);
	return 0;
}

/* producer_waits: for the end of who waits for its message. */
PROGRAM(producer_waits)
{
	must(mpp_queue_new(&queue, 1, 1));
	(void)put_one(NULL);
	crowd(2 + mpck_param("n"), get_one);	/* one place, no unrolled loop */
	return 0;
}

/* consumer_gone: two messages too many. */
PROGRAM(consumer_gone)
{
	must(mpp_queue_new(&queue, 1, 1));
	(void)put_one(NULL);
	crowd(1, get_one);
	(void)put_one(NULL);
	(void)put_one(NULL);
	return 0;
}

/* What somebody would have to say. */
static int wait_for_event(void *arg)
{
	(void)arg;
	must(mpp_event_wait(event, MPP_FOREVER));	/* LINE: event */
	return 0;
}

PROGRAM(never_set)
{
	must(mpp_event_new(&event));
	crowd(3, wait_for_event);
	return 0;
}

PROGRAM(never_notified)
{
	must(mpp_condition_new(&condition));
	must(mpp_condition_acquire(condition, MPP_FOREVER));
	must(mpp_condition_wait(condition, MPP_FOREVER)); /* LINE: condition */
	return 0;
}

PROGRAM(never_reached)
{
	must(mpp_barrier_new(&barrier, 2, NULL, NULL, MPP_FOREVER));
	must(mpp_barrier_wait(barrier, MPP_FOREVER));	/* LINE: barrier */
	return 0;
}

PROGRAM(never_given)
{
	must(mpp_semaphore_new(&semaphore, 0));
	must(mpp_semaphore_acquire(semaphore, MPP_FOREVER)); /* LINE: permit */
	return 0;
}

/* two_heads: one waits for a message, another for itself. */
static int get_or_twice(void *arg)
{
	return *(int64_t *)arg ? acquire_twice(arg) : get_one(arg);
}

PROGRAM(two_heads)
{
	must(mpp_queue_new(&queue, 1, 1));
	lock = new_lock(MPP_LOCK_UNOWNED);
	crowd(2, get_or_twice);
	return 0;
}

/* named: a writer waits for a reader, who waits for its end; the lock has a
 * name of the program's. */
static struct mpp_rwlock *shelf;

static int write_once(void *arg)
{
	(void)arg;
	must(mpp_rwlock_acquire_write(shelf, MPP_FOREVER)); /* LINE: write */
	return 0;
}

PROGRAM(named)
{
	must(mpp_rwlock_new(&shelf, 2));
	mpck_name(shelf, "shelf");
	must(mpp_rwlock_acquire_read(shelf, MPP_FOREVER)); /* LINE: read */
	crowd(1, write_once);
	return 0;
}

MODULE_END;
