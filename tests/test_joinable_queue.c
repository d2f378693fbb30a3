/* SPDX-License-Identifier: MIT */
/*
 * test_joinable_queue.c - what join waits for, and for whom it does not.
 */
#include <sched.h>
#include <stdlib.h>

#include "members.c"
#include "slots.c"
#include "joinable_queue.c"

#include <pthread.h>

#include "children.h"
#include "hook_help.h"
#include "unit.h"

#define MS ((int64_t)1000000)

static struct mpp_joinable_queue *queue_of(size_t capacity)
{
	struct mpp_joinable_queue *q = NULL;

	ck_assert_int_eq(mpp_joinable_queue_new(&q, capacity, 8), 0);
	return q;
}

static int put(struct mpp_joinable_queue *q, uint64_t x)
{
	return mpp_joinable_queue_put(q, &x, 0);
}

static int64_t get(struct mpp_joinable_queue *q, int64_t timeout_ns)
{
	int64_t x = 0;
	int err = mpp_joinable_queue_get(q, &x, timeout_ns);

	return err < 0 ? err : x;
}

static int join_now(struct mpp_joinable_queue *q)
{
	return mpp_joinable_queue_join(q, 0);
}

static int done(struct mpp_joinable_queue *q)
{
	return mpp_joinable_queue_task_done(q);
}

START_TEST(join_of_an_empty_queue_returns_at_once)
{
	struct mpp_joinable_queue *q = queue_of(1);

	ck_assert_int_eq(mpp_joinable_queue_join(q, MPP_FOREVER), 0);
	mpp_joinable_queue_free(q);
	mpp_joinable_queue_free(NULL);
	ck_assert_int_eq(mpp_joinable_queue_new(&q, 0, 8), MPP_EINVAL);
	ck_assert_int_eq(mpp_joinable_queue_new(&q, 8, 0), MPP_EINVAL);
	ck_assert_int_eq(mpp_joinable_queue_new(NULL, 8, 8), MPP_EINVAL);
}
END_TEST

START_TEST(join_waits_until_each_task_is_done_not_only_got)
{
	struct mpp_joinable_queue *q = queue_of(2);

	for (uint64_t i = 1; i <= 2; i++)
		ck_assert_int_eq(put(q, i), 0);
	ck_assert_int_eq(join_now(q), MPP_EAGAIN);
	ck_assert_int_eq(get(q, 0), 1);
	ck_assert_int_eq(get(q, 0), 2);
	ck_assert_uint_eq(mpp_joinable_queue_length(q), 0);
	ck_assert_int_eq(join_now(q), MPP_EAGAIN);
	ck_assert_int_eq(mpp_joinable_queue_join(q, MS), MPP_ETIMEDOUT);
	ck_assert_int_eq(done(q), 0);
	ck_assert_int_eq(join_now(q), MPP_EAGAIN);
	ck_assert_int_eq(done(q), 0);
	ck_assert_int_eq(join_now(q), 0);
	mpp_joinable_queue_free(q);
}
END_TEST

START_TEST(task_done_too_often_is_refused)
{
	struct mpp_joinable_queue *q = queue_of(2);

	ck_assert_int_eq(done(q), MPP_ESTATE);
	ck_assert_int_eq(put(q, 1), 0);
	ck_assert_int_eq(done(q), MPP_ESTATE); /* not got */
	ck_assert_int_eq(get(q, 0), 1);
	ck_assert_int_eq(done(q), 0);
	ck_assert_int_eq(done(q), MPP_ESTATE);
	ck_assert_int_eq(join_now(q), 0);
	mpp_joinable_queue_free(q);
}
END_TEST

/* Another's task is not mine to finish. */
START_TEST(task_done_is_said_by_who_got_the_task)
{
	struct mpp_joinable_queue *q = queue_of(2);
	pid_t pid;

	ck_assert_int_eq(put(q, 1), 0);
	ck_assert_int_eq(get(q, 0), 1);
	pid = fork();
	if (pid == 0)
		_exit(done(q) == MPP_ESTATE ? 0 : 1);
	ck_assert_int_eq(child_end(pid), 0);
	ck_assert_int_eq(join_now(q), MPP_EAGAIN);
	ck_assert_int_eq(done(q), 0);
	ck_assert_int_eq(join_now(q), 0);
	mpp_joinable_queue_free(q);
}
END_TEST

enum { TASKS = 2000 };

static void *work(void *queue)
{
	while (get(queue, MPP_FOREVER) >= 0)
		if (done(queue) < 0)
			return (void *)1;
	return NULL;
}

static int work_process(void *queue)
{
	return work(queue) ? 1 : 0;
}

static void put_all(struct mpp_joinable_queue *q)
{
	for (uint64_t i = 0; i < TASKS; i++)
		ck_assert_int_eq(mpp_joinable_queue_put(q, &i, MPP_FOREVER), 0);
}

START_TEST(join_returns_when_two_processes_have_done_all)
{
	struct mpp_joinable_queue *q = queue_of(8);
	pid_t workers[2];

	for (int i = 0; i < 2; i++)
		workers[i] = child_start(work_process, q);
	for (int round = 0; round < 3; round++) {
		put_all(q);
		ck_assert_int_eq(mpp_joinable_queue_join(q, MPP_FOREVER), 0);
		ck_assert_uint_eq(mpp_joinable_queue_length(q), 0);
		ck_assert_uint_eq(unfinished(mpp_inside(q)), 0);
	}
	ck_assert_int_eq(mpp_joinable_queue_close(q), 0);
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(child_end(workers[i]), 0);
	mpp_joinable_queue_free(q);
}
END_TEST

START_TEST(join_returns_when_two_threads_have_done_all)
{
	struct mpp_joinable_queue *q = queue_of(8);
	pthread_t t[2];
	void *result;

	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(pthread_create(&t[i], NULL, work, q), 0);
	put_all(q);
	ck_assert_int_eq(mpp_joinable_queue_join(q, MPP_FOREVER), 0);
	ck_assert_int_eq(mpp_joinable_queue_close(q), 0);
	for (int i = 0; i < 2; i++) {
		pthread_join(t[i], &result);
		ck_assert_ptr_null(result);
	}
	mpp_joinable_queue_free(q);
}
END_TEST

/* Gets n tasks and ends without a word. */
static int gets_one(void *queue)
{
	return get(queue, MPP_FOREVER) > 0 ? 0 : 1;
}

static int gets_two(void *queue)
{
	return gets_one(queue) || gets_one(queue);
}

START_TEST(join_does_not_wait_for_the_dead)
{
	struct mpp_joinable_queue *q = queue_of(4);

	for (uint64_t i = 1; i <= 3; i++)
		ck_assert_int_eq(put(q, i), 0);
	ck_assert_int_eq(mpp_joinable_queue_lost(q), 0);
	ck_assert_int_eq(child(gets_two, q), 0);
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(mpp_joinable_queue_join(q, MPP_FOREVER),
				 MPP_ELOST);
	ck_assert_int_eq(mpp_joinable_queue_lost(q), 2);
	ck_assert_int_eq(mpp_joinable_queue_forgive(q), 2);
	ck_assert_int_eq(mpp_joinable_queue_forgive(q), 0);
	ck_assert_int_eq(mpp_joinable_queue_lost(q), 0);
	ck_assert_int_eq(join_now(q), MPP_EAGAIN); /* the third one */
	ck_assert_int_eq(get(q, 0), 3);
	ck_assert_int_eq(done(q), 0);
	ck_assert_int_eq(join_now(q), 0);
	mpp_joinable_queue_free(q);
}
END_TEST

/* It sleeps in join already when the consumer, which has the task, dies. */
START_TEST(a_waiting_join_learns_of_a_death)
{
	struct mpp_joinable_queue *q = queue_of(4);
	struct mpp_joinable_queue *inside = mpp_inside(q);
	int got[2];
	char c;
	pid_t joiner, consumer;

	ck_assert_int_eq(pipe(got), 0);
	ck_assert_int_eq(put(q, 1), 0);
	consumer = fork();
	if (consumer == 0) {
		if (gets_one(q) || write(got[1], "g", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	ck_assert_int_eq(read(got[0], &c, 1), 1);
	joiner = fork();
	if (joiner == 0)
		_exit(mpp_joinable_queue_join(q, MPP_FOREVER) == MPP_ELOST
			      ? 0
			      : 1);
	while (!(mpp_now_load(&inside->finished.bell.word) & 1))
		sched_yield();
	ck_assert_int_eq(kill(consumer, SIGKILL), 0);
	ck_assert_int_eq(child_end(joiner), 0);
	ck_assert_int_eq(child_end(consumer), -1);
	mpp_joinable_queue_free(q);
}
END_TEST

/* 200 consumers: their seats are used again, their losses are not forgotten,
 * and neither is what is forgiven counted twice. */
START_TEST(losses_outlive_the_seat_of_their_consumer)
{
	struct mpp_joinable_queue *q = queue_of(4);

	for (int i = 1; i <= 200; i++) {
		ck_assert_int_eq(put(q, 1), 0);
		ck_assert_int_eq(child(gets_one, q), 0);
		ck_assert_int_eq(mpp_joinable_queue_lost(q), i);
	}
	ck_assert_int_eq(join_now(q), MPP_ELOST);
	ck_assert_int_eq(mpp_joinable_queue_forgive(q), 200);
	ck_assert_int_eq(join_now(q), 0);
	for (int i = 1; i <= 200; i++) {
		ck_assert_int_eq(put(q, 1), 0);
		ck_assert_int_eq(child(gets_one, q), 0);
		ck_assert_int_eq(mpp_joinable_queue_forgive(q), 1);
	}
	ck_assert_int_eq(join_now(q), 0);
	mpp_joinable_queue_free(q);
}
END_TEST

START_TEST(ends_as_a_queue_does)
{
	struct mpp_joinable_queue *q = queue_of(1);

	ck_assert_int_eq(mpp_joinable_queue_producer_done(q), MPP_ESTATE);
	ck_assert_int_eq(mpp_joinable_queue_producer(q), 0);
	ck_assert_int_eq(put(q, 1), 0);
	ck_assert_int_eq(put(q, 2), MPP_EAGAIN);
	ck_assert_int_eq(mpp_joinable_queue_producer_done(q), 0);
	ck_assert_int_eq(get(q, MPP_FOREVER), 1);
	ck_assert_int_eq(get(q, MPP_FOREVER), MPP_EPIPE);
	ck_assert_int_eq(done(q), 0);
	ck_assert_int_eq(mpp_joinable_queue_producer(q), 0);
	ck_assert_int_eq(get(q, MS), MPP_ETIMEDOUT);
	ck_assert_int_eq(mpp_joinable_queue_close(q), 0);
	ck_assert_int_eq(put(q, 1), MPP_ECLOSED);
	ck_assert_int_eq(get(q, MPP_FOREVER), MPP_EPIPE);
	ck_assert_int_eq(mpp_joinable_queue_join(q, MPP_FOREVER), 0);
	mpp_joinable_queue_free(q);
}
END_TEST

START_TEST(join_is_announced_as_one_wait_and_task_done_as_a_write)
{
	struct mpp_joinable_queue *q;

	hooks_install_door();
	q = queue_of(2);
	ck_assert_int_eq(put(q, 1), 0);
	ck_assert_int_eq(get(q, 0), 1);
	ck_assert_int_eq(hooked.kinds[MPP_OP_SEND], 1);
	ck_assert_int_eq(hooked.kinds[MPP_OP_ACQUIRE], 1);
	ck_assert_int_eq(hooked.kinds[MPP_OP_RECEIVE], 1);
	ck_assert_int_eq(hooked.before, 3);
	hooked.refuse = MPP_EAGAIN;
	ck_assert_int_eq(join_now(q), MPP_EAGAIN);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_AWAIT);
	ck_assert_ptr_eq(hooked.last.object, mpp_inside(q));
	ck_assert(!hooked.last.ready(&hooked.last, 1));
	hooked.refuse = 0;
	ck_assert_int_eq(done(q), 0);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_WRITE);
	ck_assert_int_eq(hooked.result, 0);
	ck_assert_int_eq(join_now(q), 0);
	ck_assert(hooked.last.ready(&hooked.last, 1));
	ck_assert_int_eq(done(q), MPP_ESTATE);
	ck_assert_int_eq(hooked.faults[MPP_FAULT_MISUSE], 1);
	ck_assert_int_eq(mpp_joinable_queue_lost(q), 0);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_READ);
	ck_assert_int_eq(mpp_joinable_queue_forgive(q), 0);
	ck_assert_int_eq(hooked.last.kind, MPP_OP_WRITE);
	mpp_joinable_queue_free(q);
	hooks_remove();
}
END_TEST

/* What is done leaves no trace, so that loops have few states. */
START_TEST(under_a_scheduler_a_round_leaves_equal_bytes)
{
	struct mpp_joinable_queue *q;
	struct mpp_joinable_queue *inside;
	static char before[1 << 14];
	size_t size;

	hooks_install_door();
	q = queue_of(2);
	inside = mpp_inside(q);
	size = inside->slots.total;
	ck_assert_uint_le(size, sizeof(before));
	for (int round = 0; round < 3; round++) {
		ck_assert_int_eq(put(q, 1), 0);
		ck_assert_int_eq(put(q, 2), 0);
		ck_assert_int_eq(get(q, 0), 1);
		ck_assert_int_eq(done(q), 0);
		ck_assert_int_eq(get(q, 0), 2);
		ck_assert_int_eq(done(q), 0);
		ck_assert_int_eq(join_now(q), 0);
		if (round > 0)
			ck_assert_mem_eq(before, inside, size);
		memcpy(before, inside, size);
	}
	mpp_joinable_queue_free(q);
	hooks_remove();
}
END_TEST

UNIT_MAIN(UNIT(join_of_an_empty_queue_returns_at_once)
	  UNIT(join_waits_until_each_task_is_done_not_only_got)
	  UNIT(task_done_too_often_is_refused)
	  UNIT(task_done_is_said_by_who_got_the_task)
	  UNIT(join_returns_when_two_processes_have_done_all)
	  UNIT(join_returns_when_two_threads_have_done_all)
	  UNIT(join_does_not_wait_for_the_dead)
	  UNIT(a_waiting_join_learns_of_a_death)
	  UNIT(losses_outlive_the_seat_of_their_consumer)
	  UNIT(ends_as_a_queue_does)
	  UNIT(join_is_announced_as_one_wait_and_task_done_as_a_write)
	  UNIT(under_a_scheduler_a_round_leaves_equal_bytes))
