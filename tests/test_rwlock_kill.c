/* SPDX-License-Identifier: MIT */
/*
 * test_rwlock_kill.c - a user of a reader-writer lock killed at every place,
 * those inside the lock's slow paths (lock.c) too.
 */
#include "cut.h"

#define release_announced lock_release_announced
#include "lock.c"
#undef release_announced
#include "rwlock.c"

static struct mpp_rwlock *l;
static uint32_t *data; /* shared: 1 while somebody writes */

static int reads(void)
{
	int err = mpp_rwlock_acquire_read(l, MPP_FOREVER);

	if (err < 0)
		return 1;
	return mpp_rwlock_release(l) ? 2 : 0;
}

static int writes(void)
{
	int err = mpp_rwlock_acquire_write(l, MPP_FOREVER);

	if (err < 0 && err != MPP_EOWNERDEAD)
		return 1;
	if (err == MPP_EOWNERDEAD && mpp_rwlock_consistent(l))
		return 2;
	mpp_store(data, 1);
	mpp_store(data, 0);
	return mpp_rwlock_release(l) ? 3 : 0;
}

static int writes_with_a_limit(void)
{
	int err = mpp_rwlock_acquire_write(l, 1);

	return err == MPP_ETIMEDOUT ? 0 : 1;
}

static void make(void)
{
	ck_assert_int_eq(mpp_rwlock_new(&l, 2), 0);
	data = mpp_shared_alloc(64, "data");
	*data = 0;
}

static void end(void)
{
	mpp_rwlock_free(l);
	mpp_shared_free(data, 64);
}

/*
 * The lock can be had at once, for writing and reading, in either order.  Who
 * is told of a death repairs; if nobody is, the data is whole.  The times told.
 */
static int still_works(bool reader_first)
{
	int told = 0;

	for (int i = 0; i < 3; i++) {
		bool read = (i % 2 == 0) == reader_first;
		int err = read ? mpp_rwlock_acquire_read(l, 0)
			       : mpp_rwlock_acquire_write(l, 0);

		if (err == MPP_EOWNERDEAD) {
			told++;
			mpp_store(data, 0);
			ck_assert_int_eq(mpp_rwlock_consistent(l), 0);
			err = 0;
		}
		ck_assert_int_eq(err, 0);
		ck_assert_uint_eq(mpp_load(data), 0);
		ck_assert_int_eq(mpp_rwlock_release(l), 0);
	}
	ck_assert_int_eq(mpp_rwlock_release(l), MPP_EPERM);
	ck_assert_int_le(told, 1);
	return told;
}

START_TEST(a_dead_reader_leaves_no_trace)
{
	for (int first = 0; first < 2; first++) {
		bool killed = true;
		unsigned n = 1;

		for (; killed; n++) {
			make();
			killed = cut(reads, n);
			ck_assert_int_eq(still_works(first), 0);
			end();
		}
		ck_assert_uint_ge(n, 12);
	}
}
END_TEST

START_TEST(a_dead_writer_is_told_when_it_was_inside)
{
	for (int first = 0; first < 2; first++) {
		bool killed = true;
		unsigned n = 1;
		int told = 0;

		for (; killed; n++) {
			int now;

			make();
			killed = cut(writes, n);
			now = still_works(first);
			ck_assert(killed || !now);
			told += now;
			end();
		}
		ck_assert_uint_ge(n, 14);
		ck_assert_int_ge(told, 3); /* before, between, after */
	}
}
END_TEST

/* The one that is told dies at every place, too. */
START_TEST(a_dead_heir_passes_it_on)
{
	enum { INSIDE = 14 };
	bool killed = true;

	for (unsigned n = 1; killed; n++) {
		make();
		ck_assert(cut(writes, INSIDE));
		ck_assert_uint_eq(l->inside, 1);
		killed = cut(writes, n);
		(void)still_works(n % 2);
		end();
	}
}
END_TEST

/* It gives up behind a reader, and is cut on its way out. */
START_TEST(a_writer_that_gives_up_leaves_no_trace)
{
	bool killed = true;
	unsigned n = 1;

	for (; killed; n++) {
		make();
		ck_assert_int_eq(mpp_rwlock_acquire_read(l, 0), 0);
		killed = cut(writes_with_a_limit, n);
		ck_assert_int_eq(mpp_rwlock_acquire_read(l, 0), 0);
		ck_assert_int_eq(mpp_rwlock_release(l), 0);
		ck_assert_int_eq(mpp_rwlock_release(l), 0);
		ck_assert_int_eq(still_works(n % 2), 0);
		end();
	}
	ck_assert_uint_ge(n, 20);
}
END_TEST

static void until_listening(struct mpp_bell *bell)
{
	while (!(mpp_load(&bell->word) & 1))
		mpp_pause();
}

/* The last reader is cut, its wake too: the writer goes on. */
START_TEST(a_writer_that_sleeps_outlives_a_reader)
{
	bool killed = true;

	for (unsigned n = 1; killed; n++) {
		pid_t writer;

		make();
		ck_assert_int_eq(mpp_rwlock_acquire_read(l, 0), 0);
		writer = cut_start(writes, 0);
		until_listening(&l->left);
		/* A share of this thread, given up by a child is none: so the
		 * thread leaves, and the child comes and is cut. */
		ck_assert_int_eq(mpp_rwlock_release(l), 0);
		killed = cut(reads, n);
		ck_assert(!cut_end(writer));
		ck_assert_int_eq(still_works(n % 2), 0);
		end();
	}
}
END_TEST

/* A reader and a writer sleep while a writer is cut inside. */
START_TEST(sleepers_outlive_a_writer)
{
	bool killed = true;

	for (unsigned n = 1; killed; n++) {
		pid_t reader, writer, dying;

		make();
		ck_assert_int_eq(mpp_rwlock_acquire_write(l, 0), 0);
		reader = cut_start(reads, 0);
		writer = cut_start(writes, 0);
		until_listening(&l->opened);
		dying = cut_start(writes, n);
		ck_assert_int_eq(mpp_rwlock_release(l), 0);
		killed = cut_end(dying);
		ck_assert(!cut_end(writer));
		/* It may have been told, and then ends without a repair. */
		(void)waitpid(reader, NULL, 0);
		(void)still_works(n % 2);
		end();
	}
}
END_TEST

UNIT_MAIN(UNIT(a_dead_reader_leaves_no_trace)
	  UNIT(a_dead_writer_is_told_when_it_was_inside)
	  UNIT(a_dead_heir_passes_it_on)
	  UNIT(a_writer_that_gives_up_leaves_no_trace)
	  UNIT(a_writer_that_sleeps_outlives_a_reader)
	  UNIT(sleepers_outlive_a_writer))
