/* SPDX-License-Identifier: MIT */
/* test_kill_rwlock.c - readers and writers killed at every step. */
#include <mpp/rwlock.h>
#include <mpp/value.h>

#include "killing.h"

/* What the lock is for: 1 while somebody writes. */
struct guarded {
	struct mpp_rwlock *l;
	struct mpp_raw_value *data;
	int *gate; /* see holds_it() */
};

static int after_write(struct guarded *g, int err)
{
	if (err && err != MPP_EOWNERDEAD)
		return 1;
	if (err == MPP_EOWNERDEAD) {
		mpp_raw_value_set(g->data, 0);
		if (mpp_rwlock_consistent(g->l))
			return 2;
	}
	if (mpp_raw_value_get(g->data) != 0)
		return 3;
	mpp_raw_value_set(g->data, 1);
	mpp_raw_value_set(g->data, 0);
	return mpp_rwlock_release(g->l) ? 4 : 0;
}

static int writes(void *object)
{
	struct guarded *g = object;

	return after_write(g, mpp_rwlock_acquire_write(g->l, IN_TIME));
}

/* It holds the lock alone when it is told of a death. */
static int reads(void *object)
{
	struct guarded *g = object;
	int err = mpp_rwlock_acquire_read(g->l, IN_TIME);

	if (err == MPP_EOWNERDEAD)
		return after_write(g, err);
	if (err)
		return 1;
	return mpp_raw_value_get(g->data) ? 3 : mpp_rwlock_release(g->l);
}

static void *make_for(int64_t readers)
{
	struct guarded *g = calloc(1, sizeof(*g));

	ck_assert_ptr_nonnull(g);
	ck_assert_int_eq(mpp_rwlock_new(&g->l, readers), 0);
	ck_assert_int_eq(mpp_raw_value_new(&g->data, 'q', 0), 0);
	g->gate = mmap(NULL, sizeof(*g->gate), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(g->gate, MAP_FAILED);
	ck_assert_int_eq(writes(g), 0); /* all has been in use */
	return g;
}

static void *make(void)
{
	return make_for(2);
}

static void end(void *object)
{
	struct guarded *g = object;

	mpp_rwlock_free(g->l);
	mpp_raw_value_free(g->data);
	munmap(g->gate, sizeof(*g->gate));
	free(g);
}

/*
 * The lock can be had at once, for writing and reading, in either order.  Who
 * is told of a death repairs; if nobody is, the data is whole.  The times told.
 */
static int still_works(struct guarded *g, bool reader_first)
{
	int told = 0;

	for (int i = 0; i < 3; i++) {
		bool read = (i % 2 == 0) == reader_first;
		int err = read ? mpp_rwlock_acquire_read(g->l, 0)
			       : mpp_rwlock_acquire_write(g->l, 0);

		if (err == MPP_EOWNERDEAD) {
			told++;
			mpp_raw_value_set(g->data, 0);
			ck_assert_int_eq(mpp_rwlock_consistent(g->l), 0);
			err = 0;
		}
		ck_assert_int_eq(err, 0);
		ck_assert_int_eq(mpp_raw_value_get(g->data), 0);
		ck_assert_int_eq(mpp_rwlock_release(g->l), 0);
	}
	ck_assert_int_eq(mpp_rwlock_release(g->l), MPP_EPERM);
	ck_assert_int_le(told, 1);
	return told;
}

static int times_told;

/* Nobody has written, so nobody is told. */
static void no_trace_for_a_reader(void *g, bool killed)
{
	(void)killed;
	ck_assert_int_eq(still_works(g, true), 0);
}

static void no_trace_for_a_writer(void *g, bool killed)
{
	(void)killed;
	ck_assert_int_eq(still_works(g, false), 0);
}

static void reader_is_told(void *g, bool killed)
{
	int told = still_works(g, true);

	ck_assert_int_le(told, killed);
	times_told += told;
}

static void writer_is_told(void *g, bool killed)
{
	int told = still_works(g, false);

	ck_assert_int_le(told, killed);
	times_told += told;
}

/*
 * Alone.
 */
static int reads_again_and_is_refused(void *object)
{
	struct guarded *g = object;

	return mpp_rwlock_acquire_read(g->l, IN_TIME) ||
	       mpp_rwlock_acquire_write(g->l, IN_TIME) != MPP_EDEADLK ||
	       reads(g) || mpp_rwlock_release(g->l) ||
	       mpp_rwlock_release(g->l) != MPP_EPERM;
}

static int tries_both(void *object)
{
	struct guarded *g = object;

	return mpp_rwlock_acquire_read(g->l, 0) || mpp_rwlock_release(g->l) ||
	       mpp_rwlock_acquire_write(g->l, 0) ||
	       mpp_rwlock_acquire_read(g->l, 0) != MPP_EDEADLK ||
	       mpp_rwlock_release(g->l);
}

static int frees_while_reading(void *object)
{
	struct guarded *g = object;
	int err = mpp_rwlock_acquire_read(g->l, 0);

	if (err == 0)
		mpp_rwlock_free(g->l); /* the mapping is the test's: it stays */
	return err;
}

/*
 * Heirs.
 */
static int dies_writing(void *object)
{
	struct guarded *g = object;

	if (mpp_rwlock_acquire_write(g->l, IN_TIME))
		return 1;
	mpp_raw_value_set(g->data, 1);
	return 0; /* its exit is its death */
}

static void *make_orphan(void)
{
	void *g = make();
	pid_t pid;

	PEER(pid, dies_writing(g));
	reap_peer(pid);
	return g;
}

static int dies_reading(void *object)
{
	struct guarded *g = object;

	return mpp_rwlock_acquire_read(g->l, IN_TIME) ||
	       mpp_rwlock_acquire_read(g->l, IN_TIME);
}

/* Both seats are a dead one's. */
static void *make_dead_reader(void)
{
	void *g = make();
	pid_t pid;

	PEER(pid, dies_reading(g));
	reap_peer(pid);
	return g;
}

static void test_reads(struct guarded *g)
{
	ck_assert_int_eq(mpp_rwlock_acquire_read(g->l, 0), 0);
}

static void test_releases(struct guarded *g)
{
	ck_assert_int_eq(mpp_rwlock_release(g->l), 0);
}

/* It has the writer's lock and waits for a reader: it has written nothing. */
static void *make_dead_waiter(void)
{
	struct guarded *g = make();
	int status;
	pid_t pid;

	test_reads(g);
	PEER(pid, writes(g));
	wait_until_asleep(pid);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status));
	test_releases(g);
	return g;
}

/* Without a repair: not recoverable. */
static int forsakes(void *object)
{
	struct guarded *g = object;

	return mpp_rwlock_acquire_write(g->l, 0) != MPP_EOWNERDEAD ||
	       mpp_rwlock_release(g->l);
}

static void is_orphan_or_lost(void *object, bool killed)
{
	struct guarded *g = object;
	int err = mpp_rwlock_acquire_read(g->l, IN_TIME);

	if (err == MPP_ENOTRECOVERABLE) {
		ck_assert_int_eq(mpp_rwlock_acquire_write(g->l, IN_TIME),
				 MPP_ENOTRECOVERABLE);
		return;
	}
	ck_assert(killed);
	ck_assert_int_eq(after_write(g, err), 0);
	ck_assert_int_eq(still_works(g, true), 0);
}

/*
 * One sleeps for the other.
 */
static pid_t sleeper[2];

static void *make_read(void)
{
	struct guarded *g = make();

	test_reads(g);
	return g;
}

static void *make_read_by_all(void)
{
	struct guarded *g = make_for(1);

	test_reads(g);
	return g;
}

static void *make_written(void)
{
	struct guarded *g = make();

	ck_assert_int_eq(mpp_rwlock_acquire_write(g->l, 0), 0);
	return g;
}

static void *make_written_and_wanted(void)
{
	void *g = make_written();

	PEER(sleeper[0], reads(g));
	PEER(sleeper[1], writes(g));
	wait_until_asleep(sleeper[0]);
	wait_until_asleep(sleeper[1]);
	return g;
}

static void lets_go(void *g, pid_t victim)
{
	wait_until_asleep(victim);
	test_releases(g);
}

/* One of the sleepers may have been told, and has repaired. */
static void sleepers_had_it(void *g, bool killed)
{
	reap_peer(sleeper[0]);
	reap_peer(sleeper[1]);
	writer_is_told(g, killed);
}

static int gives_up_writing(void *object)
{
	struct guarded *g = object;

	return mpp_rwlock_acquire_write(g->l, 1000) != MPP_ETIMEDOUT ||
	       mpp_rwlock_acquire_write(g->l, 0) != MPP_EAGAIN;
}

/* It stands in nobody's way. */
static void still_read(void *g, bool killed)
{
	test_reads(g);
	test_releases(g);
	test_releases(g);
	no_trace_for_a_writer(g, killed);
}

static int gives_up_reading(void *object)
{
	struct guarded *g = object;

	return mpp_rwlock_acquire_read(g->l, 1000) != MPP_ETIMEDOUT ||
	       mpp_rwlock_acquire_read(g->l, 0) != MPP_EAGAIN;
}

static void still_written(void *g, bool killed)
{
	test_releases(g);
	no_trace_for_a_reader(g, killed);
}

/* The victim is inside until somebody sleeps. */
static int holds_it(struct guarded *g, int err)
{
	if (err)
		return 1;
	__atomic_store_n(g->gate, 1, __ATOMIC_RELEASE);
	while (__atomic_load_n(g->gate, __ATOMIC_ACQUIRE) != 2)
		sched_yield();
	return mpp_rwlock_release(g->l);
}

static int reads_for_a_while(void *object)
{
	struct guarded *g = object;

	return holds_it(g, mpp_rwlock_acquire_read(g->l, IN_TIME));
}

static int writes_for_a_while(void *object)
{
	struct guarded *g = object;

	return holds_it(g, mpp_rwlock_acquire_write(g->l, IN_TIME));
}

static void until_it_is_inside(struct guarded *g, pid_t victim)
{
	while (!has_died(victim) && !__atomic_load_n(g->gate, __ATOMIC_ACQUIRE))
		sched_yield();
}

static void open_gate(struct guarded *g)
{
	wait_until_asleep(sleeper[0]);
	wait_until_asleep(sleeper[1]);
	__atomic_store_n(g->gate, 2, __ATOMIC_RELEASE);
}

/* The first writer waits for the reader, the second for the first. */
static void two_want_to_write(void *g, pid_t victim)
{
	until_it_is_inside(g, victim);
	PEER(sleeper[0], writes(g));
	PEER(sleeper[1], writes(g));
	open_gate(g);
}

static void two_want_to_read(void *g, pid_t victim)
{
	until_it_is_inside(g, victim);
	PEER(sleeper[0], reads(g));
	PEER(sleeper[1], reads(g));
	open_gate(g);
}

static void one_wants_each(void *g, pid_t victim)
{
	until_it_is_inside(g, victim);
	PEER(sleeper[0], reads(g));
	PEER(sleeper[1], writes(g));
	open_gate(g);
}

static void writers_had_it(void *g, bool killed)
{
	reap_peer(sleeper[0]);
	reap_peer(sleeper[1]);
	no_trace_for_a_reader(g, killed);
}

START_TEST(a_dead_reader_leaves_no_trace_and_a_dead_writer_is_told)
{
	static const struct killing cases[] = {
		{ make, reads, NULL, no_trace_for_a_reader, end },
		{ make, reads, NULL, no_trace_for_a_writer, end },
		{ make, writes, NULL, reader_is_told, end },
		{ make, writes, NULL, writer_is_told, end },
		{ make, reads_again_and_is_refused, NULL,
		  no_trace_for_a_writer, end },
		{ make, tries_both, NULL, writer_is_told, end },
		{ make, frees_while_reading, NULL, no_trace_for_a_writer, end },
		{ make_orphan, writes, NULL, reader_is_told, end },
		{ make_orphan, writes, NULL, writer_is_told, end },
		{ make_orphan, reads, NULL, reader_is_told, end },
		{ make_orphan, forsakes, NULL, is_orphan_or_lost, end },
		{ make_dead_reader, reads, NULL, no_trace_for_a_reader, end },
		{ make_dead_reader, writes, NULL, writer_is_told, end },
		{ make_dead_waiter, reads, NULL, no_trace_for_a_reader, end },
		{ make_dead_waiter, reads, NULL, no_trace_for_a_writer, end },
		{ make_dead_waiter, writes, NULL, writer_is_told, end },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		cut_everywhere(&cases[i]);
	ck_assert_int_ge(times_told, 8);
	EVERY_STORE_WAS_CUT("rwlock.c");
}
END_TEST

START_TEST(who_sleeps_for_the_lock_outlives_who_dies)
{
	static const struct killing cases[] = {
		{ make_read, gives_up_writing, NULL, still_read, end },
		{ make_written, gives_up_reading, NULL, still_written, end },
		{ make_written, reads, lets_go, no_trace_for_a_reader, end },
		{ make_written, writes, lets_go, reader_is_told, end },
		{ make_read, writes, lets_go, writer_is_told, end },
		{ make_read_by_all, reads, lets_go, no_trace_for_a_reader,
		  end },
		{ make_written_and_wanted, writes, lets_go, sleepers_had_it,
		  end },
		{ make_written_and_wanted, reads, lets_go, sleepers_had_it,
		  end },
		{ make, reads_for_a_while, two_want_to_write, writers_had_it,
		  end },
		{ make, writes_for_a_while, two_want_to_read, sleepers_had_it,
		  end },
		{ make, writes_for_a_while, one_wants_each, sleepers_had_it,
		  end },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		cut_everywhere(&cases[i]);
	EVERY_STORE_WAS_CUT("rwlock.c", "futex_lock.h", "bell.h", "try_word",
			    "sleep_on");
}
END_TEST

/*
 * A reader stops before its n-th step, and again m steps later; meanwhile
 * others come, and die.
 */
static unsigned until_stop[2]; /* 0: never */

static int stop_there(const struct mpp_op *op)
{
	(void)op;
	if (until_stop[0] && --until_stop[0] == 0) {
		raise(SIGSTOP);
		until_stop[0] = until_stop[1];
		until_stop[1] = 0;
	}
	return 0;
}

static int tries_to_read(struct guarded *g)
{
	int err = mpp_rwlock_acquire_read(g->l, 0);

	return err == 0 ? 0 : err == MPP_EAGAIN ? 1 : 2;
}

static pid_t start_stopping(struct guarded *g, unsigned n, unsigned m)
{
	static const struct mpp_hooks stopping = { .abi = sizeof(stopping),
						   .before = stop_there };
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		until_stop[0] = n;
		until_stop[1] = m;
		mpp_hooks_installed = &stopping;
		_exit(tries_to_read(g));
	}
	return pid;
}

/* True: it has stopped (again); false: it has ended. */
static bool has_stopped(pid_t pid, int *status)
{
	ck_assert_int_eq(waitpid(pid, status, WUNTRACED), pid);
	return WIFSTOPPED(*status);
}

START_TEST(of_a_reader_and_a_writer_one_gets_in)
{
	unsigned n = 1, wrote = 0;
	struct guarded *g;

	for (;; n++) {
		int err, status;
		pid_t reader;

		g = make();
		reader = start_stopping(g, n, 0);
		if (!has_stopped(reader, &status))
			break;
		err = mpp_rwlock_acquire_write(g->l, 0);
		ck_assert(err == 0 || err == MPP_EAGAIN);
		kill(reader, SIGCONT);
		ck_assert(!has_stopped(reader, &status));
		ck_assert(WIFEXITED(status));
		ck_assert_int_eq(WEXITSTATUS(status), err == 0);
		wrote += err == 0;
		if (err == 0)
			test_releases(g);
		ck_assert_int_eq(still_works(g, n % 2), 0);
		end(g);
	}
	ck_assert_uint_ge(wrote, 3);
	ck_assert_uint_ge(n - wrote, 3);
	end(g);
}
END_TEST

/* While it stops, a writer dies inside; somebody is told, whatever it does
 * between, and whoever gives up because of it leaves the mark. */
static void stops_twice(unsigned n, unsigned m, bool *first, bool *second)
{
	int status, err = MPP_EAGAIN;
	struct guarded *g = make();
	bool died = false;
	pid_t reader, writer;

	*second = false;
	reader = start_stopping(g, n, m);
	*first = has_stopped(reader, &status);
	if (*first) {
		PEER(writer, mpp_rwlock_acquire_write(g->l, 0) ? 1 : 0);
		ck_assert_int_eq(waitpid(writer, &status, 0), writer);
		died = status == 0;
		kill(reader, SIGCONT);
		*second = has_stopped(reader, &status);
	}
	if (*second) {
		/* With a limit: it takes over and then waits. */
		err = mpp_rwlock_acquire_write(g->l, 1000000);
		if (err == MPP_EOWNERDEAD)
			ck_assert_int_eq(mpp_rwlock_consistent(g->l), 0);
		if (err != MPP_ETIMEDOUT)
			test_releases(g);
		ck_assert(err == MPP_ETIMEDOUT ||
			  err == (died ? MPP_EOWNERDEAD : 0));
		kill(reader, SIGCONT);
		ck_assert(!has_stopped(reader, &status));
	}
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(still_works(g, n % 2), died && err != MPP_EOWNERDEAD);
	end(g);
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

UNIT_MAIN(
	UNIT(a_dead_reader_leaves_no_trace_and_a_dead_writer_is_told)
	UNIT(who_sleeps_for_the_lock_outlives_who_dies)
	UNIT(of_a_reader_and_a_writer_one_gets_in)
	UNIT(a_death_is_told_to_one_whoever_comes_between)
)
