/* SPDX-License-Identifier: MIT */
/* history_rwlock.c - calls of RWLock; the argument is who. */
#include <mpp/rwlock.h>

#include "history.h"

UNUSED static struct mpp_rwlock *rwlock;
UNUSED static int64_t seats = 2;

UNUSED static void make_objects(void)
{
	must(mpp_rwlock_new(&rwlock, seats));
}

#define READS(number, who) \
	CALL(number, TAKE_READ, who, \
	     mpp_rwlock_acquire_read(rwlock, MPP_FOREVER))
#define WRITES(number, who) \
	CALL(number, ACQUIRE, who, mpp_rwlock_acquire_write(rwlock, MPP_FOREVER))
#define LEAVES(number, who) \
	CALL(number, RELEASE, who, mpp_rwlock_release(rwlock))

TASK(reads_0)
{
	READS(0, 0);
	LEAVES(1, 0);
	return 0;
}

TASK(reads_1)
{
	READS(2, 1);
	LEAVES(3, 1);
	return 0;
}

TASK(writes_1)
{
	WRITES(2, 1);
	LEAVES(3, 1);
	return 0;
}

TASK(writes_2)
{
	WRITES(4, 2);
	LEAVES(5, 2);
	return 0;
}

PROGRAM(reader_writer)
{
	RUN_HISTORY(reads_0, writes_2);
	return 0;
}

/* One more that reads is not observed: it need not be, and there are fewer
 * states. */
TASK(reads_unseen)
{
	must(mpp_rwlock_acquire_read(rwlock, MPP_FOREVER));
	must(mpp_rwlock_release(rwlock));
	return 0;
}

PROGRAM(readers_writer)
{
	RUN_HISTORY(reads_0, writes_2, reads_unseen);
	return 0;
}

PROGRAM(writers_reader)
{
	seats = 1;
	RUN_HISTORY(writes_1, writes_2, reads_unseen);
	return 0;
}

/* Also behind the writer that waits for it. */
TASK(reads_again)
{
	READS(0, 0);
	READS(1, 0);
	LEAVES(2, 0);
	LEAVES(3, 0);
	return 0;
}

PROGRAM(again)
{
	RUN_HISTORY(reads_again, writes_2);
	return 0;
}

PROGRAM(one_seat)
{
	seats = 1;
	RUN_HISTORY(reads_0, reads_1);
	return 0;
}

/* With a limit, or a try. */
static void reads_if(int64_t timeout_ns)
{
	struct call c = begin_call(0, timeout_ns ? READ_FOR : TRY_READ, 0);
	int64_t err = mpp_rwlock_acquire_read(rwlock, timeout_ns);

	end_call(c, err);
	if (err == 0)
		LEAVES(1, 0);
}

static void writes_if(int64_t timeout_ns)
{
	struct call c = begin_call(4, timeout_ns ? ACQUIRE_FOR : TRY_ACQUIRE,
				   2);
	int64_t err = mpp_rwlock_acquire_write(rwlock, timeout_ns);

	end_call(c, err);
	if (err == 0)
		LEAVES(5, 2);
}

TASK(reads_for)
{
	reads_if(1000);
	return 0;
}

TASK(writes_for)
{
	writes_if(1000);
	return 0;
}

PROGRAM(limits)
{
	RUN_HISTORY(reads_for, writes_for);
	return 0;
}

TASK(tries_to_read)
{
	reads_if(0);
	return 0;
}

TASK(tries_to_write)
{
	writes_if(0);
	return 0;
}

PROGRAM(tries)
{
	RUN_HISTORY(tries_to_read, tries_to_write);
	return 0;
}

/* Nobody waits for itself, whatever the other does. */
TASK(reads_to_write)
{
	READS(0, 0);
	WRITES(1, 0);
	LEAVES(2, 0);
	LEAVES(3, 0);
	return 0;
}

TASK(writes_to_read)
{
	WRITES(4, 2);
	READS(5, 2);
	WRITES(6, 2);
	LEAVES(7, 2);
	return 0;
}

PROGRAM(refused)
{
	RUN_HISTORY(reads_to_write, writes_to_read);
	return 0;
}

MODULE_END;
