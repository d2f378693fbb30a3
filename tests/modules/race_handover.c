/* SPDX-License-Identifier: MIT */
/* race_handover.c - races and none: what one task hands to another. */
#include <mpp/barrier.h>
#include <mpp/event.h>
#include <mpp/once.h>
#include <mpp/queue.h>
#include <mpp/rwlock.h>
#include <mpp/semaphore.h>
#include "races.h"

UNUSED static struct mpp_queue *queue;

TASK(write_and_send)
{
	char message = 1;

	NO_ARGUMENT;
	set();
	must(mpp_queue_put(queue, &message, MPP_FOREVER));
	return 0;
}

TASK(send_and_write)
{
	char message = 1;

	NO_ARGUMENT;
	must(mpp_queue_put(queue, &message, MPP_FOREVER));
	must(mpp_raw_value_set(cell, 1)); /* LINE: sent_early 1 */
	return 0;
}

TASK(receive_and_read)
{
	char message;

	NO_ARGUMENT;
	must(mpp_queue_get(queue, &message, MPP_FOREVER));
	(void)mpp_raw_value_get(cell); /* LINE: sent_early 2 */
	return 0;
}

PROGRAM(sent)
{
	cell = new_cell(0);
	must(mpp_queue_new(&queue, 1, 1));
	both(write_and_send, receive_and_read);
	return 0;
}

PROGRAM(sent_early)
{
	cell = new_cell(0);
	must(mpp_queue_new(&queue, 1, 1));
	both(send_and_write, receive_and_read);
	return 0;
}

UNUSED static struct mpp_semaphore *permits;

TASK(write_and_give)
{
	NO_ARGUMENT;
	set();
	must(mpp_semaphore_release(permits, 1));
	return 0;
}

TASK(take_and_read)
{
	NO_ARGUMENT;
	must(mpp_semaphore_acquire(permits, MPP_FOREVER));
	(void)mpp_raw_value_get(cell); /* LINE: permits_left 2 */
	return 0;
}

TASK(write_then_give)
{
	NO_ARGUMENT;
	must(mpp_raw_value_set(cell, 1)); /* LINE: permits_left 1 */
	must(mpp_semaphore_release(permits, 1));
	return 0;
}

PROGRAM(permit)
{
	cell = new_cell(0);
	must(mpp_semaphore_new(&permits, 0));
	both(write_and_give, take_and_read);
	return 0;
}

PROGRAM(permits_left)
{
	cell = new_cell(0);
	must(mpp_semaphore_new(&permits, 1));
	both(write_then_give, take_and_read);
	return 0;
}

UNUSED static struct mpp_event *event;

TASK(write_and_tell)
{
	NO_ARGUMENT;
	set();
	must(mpp_event_set(event));
	return 0;
}

TASK(wait_and_read)
{
	NO_ARGUMENT;
	must(mpp_event_wait(event, MPP_FOREVER));
	(void)mpp_raw_value_get(cell);
	return 0;
}

PROGRAM(told)
{
	cell = new_cell(0);
	must(mpp_event_new(&event));
	both(write_and_tell, wait_and_read);
	return 0;
}

TASK(tell_and_write)
{
	NO_ARGUMENT;
	must(mpp_event_set(event));
	must(mpp_raw_value_set(cell, 1)); /* LINE: told_early 1 */
	return 0;
}

TASK(look_and_read)
{
	NO_ARGUMENT;
	if (mpp_event_is_set(event))
		(void)mpp_raw_value_get(cell); /* LINE: told_early 2 */
	return 0;
}

PROGRAM(told_early)
{
	cell = new_cell(0);
	must(mpp_event_new(&event));
	both(tell_and_write, look_and_read);
	return 0;
}

UNUSED static struct mpp_barrier *barrier;

TASK(write_and_meet)
{
	NO_ARGUMENT;
	set();
	(void)mpp_barrier_wait(barrier, MPP_FOREVER);
	return 0;
}

TASK(meet_and_read)
{
	NO_ARGUMENT;
	(void)mpp_barrier_wait(barrier, MPP_FOREVER);
	(void)mpp_raw_value_get(cell);
	return 0;
}

PROGRAM(met)
{
	cell = new_cell(0);
	must(mpp_barrier_new(&barrier, 2, NULL, NULL,
			     MPP_FOREVER));
	both(write_and_meet, meet_and_read);
	return 0;
}

UNUSED static struct mpp_rwlock *rw;

TASK(write_rw)
{
	NO_ARGUMENT;
	must(mpp_rwlock_acquire_write(rw, MPP_FOREVER));
	set();
	must(mpp_rwlock_release(rw));
	return 0;
}

TASK(read_rw)
{
	NO_ARGUMENT;
	must(mpp_rwlock_acquire_read(rw, MPP_FOREVER));
	(void)mpp_raw_value_get(cell); /* LINE: wrote_as_reader 2 */
	must(mpp_rwlock_release(rw));
	return 0;
}

TASK(write_as_reader)
{
	NO_ARGUMENT;
	must(mpp_rwlock_acquire_read(rw, MPP_FOREVER));
	must(mpp_raw_value_set(cell, 1)); /* LINE: wrote_as_reader 1 */
	must(mpp_rwlock_release(rw));
	return 0;
}

PROGRAM(wrote_as_writer)
{
	cell = new_cell(0);
	must(mpp_rwlock_new(&rw, 2));
	both(write_rw, read_rw);
	return 0;
}

PROGRAM(wrote_as_reader)
{
	cell = new_cell(0);
	must(mpp_rwlock_new(&rw, 2));
	both(write_as_reader, read_rw);
	return 0;
}

UNUSED static struct mpp_once *once;

UNUSED static int write_once(void *context, bool again)
{
	(void)context, (void)again;
	set();
	return 0;
}

TASK(make_and_read)
{
	NO_ARGUMENT;
	must(mpp_once_run(once, write_once, NULL, MPP_FOREVER));
	(void)mpp_raw_value_get(cell);
	return 0;
}

PROGRAM(made_once)
{
	cell = new_cell(0);
	must(mpp_once_new(&once));
	both(make_and_read, make_and_read);
	return 0;
}

MODULE_END;
