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
	ck_assert_int_eq(writes(), 0); /* all has been in use */
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

static int tries_to_read(void)
{
	int err = mpp_rwlock_acquire_read(l, 0);

	return err == 0 ? 0 : err == MPP_EAGAIN ? 1 : 2;
}

static int writes_and_dies_inside(void)
{
	if (mpp_rwlock_acquire_write(l, 0) == 0)
		raise(SIGKILL);
	return 0;
}

/* A child that stops before its n-th step, and again m steps later. */
static pid_t stopping(int (*call)(void), unsigned n, unsigned m)
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		until_stop[0] = n;
		until_stop[1] = m;
		_exit(call());
	}
	return pid;
}

/* True: it has stopped (again); false: it has ended. */
static bool stopped(pid_t pid, int *status)
{
	ck_assert_int_eq(waitpid(pid, status, WUNTRACED), pid);
	return WIFSTOPPED(*status);
}

/* The reader stops at every place, and this process comes to write. */
START_TEST(of_a_reader_and_a_writer_one_gets_in)
{
	unsigned n = 1, wrote = 0;

	for (;; n++) {
		int err, status;
		pid_t reader;

		make();
		reader = stopping(tries_to_read, n, 0);
		if (!stopped(reader, &status))
			break;
		err = mpp_rwlock_acquire_write(l, 0);
		ck_assert(err == 0 || err == MPP_EAGAIN);
		kill(reader, SIGCONT);
		ck_assert(!stopped(reader, &status));
		ck_assert(WIFEXITED(status));
		ck_assert_int_eq(WEXITSTATUS(status), err == 0);
		wrote += err == 0;
		if (err == 0)
			ck_assert_int_eq(mpp_rwlock_release(l), 0);
		ck_assert_int_eq(still_works(n % 2), 0);
		end();
	}
	ck_assert_uint_ge(wrote, 3);
	ck_assert_uint_ge(n - wrote, 3);
	end();
}
END_TEST

/* While it stops, a writer dies inside; somebody is told, whatever it does
 * between, and whoever gives up because of it leaves the mark. */
static void stops_twice(unsigned n, unsigned m, bool *first, bool *second)
{
	int status, err = MPP_EAGAIN;
	bool died = false;
	pid_t reader;

	make();
	*second = false;
	reader = stopping(tries_to_read, n, m);
	*first = stopped(reader, &status);
	if (*first) {
		died = cut(writes_and_dies_inside, 0);
		kill(reader, SIGCONT);
		*second = stopped(reader, &status);
	}
	if (*second) {
		/* With a limit: it takes over and then waits. */
		err = mpp_rwlock_acquire_write(l, 1000000);
		if (err == MPP_EOWNERDEAD)
			ck_assert_int_eq(mpp_rwlock_consistent(l), 0);
		if (err != MPP_ETIMEDOUT)
			ck_assert_int_eq(mpp_rwlock_release(l), 0);
		ck_assert(err == MPP_ETIMEDOUT ||
			  err == (died ? MPP_EOWNERDEAD : 0));
		kill(reader, SIGCONT);
		ck_assert(!stopped(reader, &status));
	}
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(still_works(n % 2), died && err != MPP_EOWNERDEAD);
	end();
}

START_TEST(a_death_is_told_to_one_whoever_comes_between)
{
	bool first = true, second = true;

	for (unsigned n = 1; first; n++) {
		second = true;
		for (unsigned m = 1; first && second; m++)
			stops_twice(n, m, &first, &second);
	}
}
END_TEST

UNIT_MAIN(UNIT(a_dead_reader_leaves_no_trace)
	  UNIT(a_dead_writer_is_told_when_it_was_inside)
	  UNIT(a_dead_heir_passes_it_on)
	  UNIT(a_writer_that_gives_up_leaves_no_trace)
	  UNIT(a_writer_that_sleeps_outlives_a_reader)
	  UNIT(sleepers_outlive_a_writer)
	  UNIT(of_a_reader_and_a_writer_one_gets_in)
	  UNIT(a_death_is_told_to_one_whoever_comes_between))
