/* SPDX-License-Identifier: MIT */
/*
 * test_kill_joinable_queue.c - users of the joinable queue killed at every step.
 *
 * Whoever dies, each task that was put is in the queue, done or lost, and join
 * says which.
 */
#include <pthread.h>

#include <mpp/joinable_queue.h>

#include "killing.h"

enum { SEATS = 64 };

static int put(struct mpp_joinable_queue *q, int64_t x)
{
	return mpp_joinable_queue_put(q, &x, IN_TIME);
}

static int64_t get(struct mpp_joinable_queue *q)
{
	int64_t x = 0;
	int err = mpp_joinable_queue_get(q, &x, IN_TIME);

	return err < 0 ? err : x;
}

static int join(struct mpp_joinable_queue *q)
{
	return mpp_joinable_queue_join(q, IN_TIME);
}

static int64_t length(struct mpp_joinable_queue *q)
{
	return (int64_t)mpp_joinable_queue_length(q);
}

static void *make_room_for(size_t capacity)
{
	struct mpp_joinable_queue *q = NULL;

	ck_assert_int_eq(mpp_joinable_queue_new(&q, capacity, 8), 0);
	return q;
}

static void *make_empty(void)
{
	return make_room_for(2);
}

static void *make_one(void)
{
	void *q = make_empty();

	ck_assert_int_eq(put(q, 1), 0);
	return q;
}

static void *make_two(void)
{
	void *q = make_one();

	ck_assert_int_eq(put(q, 2), 0);
	return q;
}

static void free_queue(void *q)
{
	mpp_joinable_queue_free(q);
}

/* Another one does what is left; every task is accounted for. */
static void all_is_known(struct mpp_joinable_queue *q, int64_t lost)
{
	ck_assert_int_eq(mpp_joinable_queue_lost(q), lost);
	while (length(q) > 0) {
		ck_assert_int_ne(mpp_joinable_queue_join(q, 0), 0);
		ck_assert_int_gt(get(q), 0);
		ck_assert_int_ne(mpp_joinable_queue_join(q, 0), 0);
		ck_assert_int_eq(mpp_joinable_queue_task_done(q), 0);
	}
	ck_assert_int_eq(mpp_joinable_queue_lost(q), lost);
	ck_assert_int_eq(join(q), lost ? MPP_ELOST : 0);
	ck_assert_int_eq(mpp_joinable_queue_forgive(q), lost);
	ck_assert_int_eq(mpp_joinable_queue_forgive(q), 0);
	ck_assert_int_eq(join(q), 0);
	ck_assert_int_eq(mpp_joinable_queue_task_done(q), MPP_ESTATE);
}

/* And all go on. */
static void works(struct mpp_joinable_queue *q)
{
	for (int64_t i = 1; i < 4; i++) {
		ck_assert_int_eq(put(q, i), 0);
		ck_assert_int_eq(mpp_joinable_queue_join(q, 0), MPP_EAGAIN);
		ck_assert_int_eq(get(q), i);
		ck_assert_int_eq(mpp_joinable_queue_task_done(q), 0);
		ck_assert_int_eq(join(q), 0);
	}
}

static int gets_one(void *q)
{
	return get(q) > 0 ? 0 : 1;
}

static int gets_and_does(void *q)
{
	return gets_one(q) || mpp_joinable_queue_task_done(q);
}

static int does_both(void *q)
{
	return gets_and_does(q) || gets_and_does(q);
}

/* Gets both, then does both. */
static int does_both_late(void *q)
{
	return gets_one(q) || gets_one(q) || mpp_joinable_queue_task_done(q) ||
	       mpp_joinable_queue_task_done(q);
}

static void two_are_known(void *q, bool killed)
{
	int64_t lost = mpp_joinable_queue_lost(q);

	ck_assert_int_ge(lost, 0);
	ck_assert_int_le(length(q) + lost, 2);
	if (!killed)
		ck_assert_int_eq(lost, 0);
	all_is_known(q, lost);
	works(q);
}

/* It comes through and ends without a word: that loses its task. */
static void the_first_may_be_lost(void *q, bool killed)
{
	int64_t lost = mpp_joinable_queue_lost(q);

	ck_assert_int_eq(length(q) + lost, 2);
	if (!killed)
		ck_assert_int_eq(lost, 1);
	all_is_known(q, lost);
	works(q);
}

static int puts_2(void *q)
{
	return put(q, 2);
}

static void one_is_there_or_two(void *q, bool killed)
{
	ck_assert_int_ge(length(q), killed ? 1 : 2);
	all_is_known(q, 0);
	works(q);
}

/* The queue is full until the victim sleeps. */
static int puts_3(void *q)
{
	return put(q, 3);
}

static void makes_room(void *q, pid_t victim)
{
	wait_until_asleep(victim);
	ck_assert_int_eq(gets_and_does(q), 0);
}

/* It is empty until the victim sleeps. */
static void brings_one(void *q, pid_t victim)
{
	wait_until_asleep(victim);
	ck_assert_int_eq(put(q, 1), 0);
}

static void one_is_known(void *q, bool killed)
{
	int64_t lost = mpp_joinable_queue_lost(q);

	ck_assert_int_le(length(q) + lost, 1);
	if (!killed)
		ck_assert_int_eq(length(q) + lost, 0);
	all_is_known(q, lost);
	works(q);
}

/*
 * A peer sleeps in join while the victim does the task.
 */
static pid_t sleeper;

enum { JOINED = 1, LOST = 2 };

static int joins(struct mpp_joinable_queue *q, unsigned may)
{
	int err = join(q);

	return err == 0	? !(may & JOINED) : err != MPP_ELOST || !(may & LOST);
}

static void *make_joiner_wait(void)
{
	void *q = make_one();

	PEER(sleeper, joins(q, JOINED | LOST));
	wait_until_asleep(sleeper);
	return q;
}

static void joiner_is_told(void *q, bool killed)
{
	int64_t lost;

	if (length(q) == 1) {
		ck_assert(killed);
		ck_assert(!has_died(sleeper));
		ck_assert_int_eq(gets_and_does(q), 0);
	}
	lost = mpp_joinable_queue_lost(q);
	reap_peer(sleeper);
	all_is_known(q, lost);
	works(q);
}

/* The victim sleeps in join, a peer does the task. */
static int joins_all(void *q)
{
	return join(q);
}

static void all_are_done(void *q, bool killed)
{
	(void)killed;
	all_is_known(q, 0);
	works(q);
}

/* Of two that join one is the victim. */
static void the_other_returns(void *q, bool killed)
{
	reap_peer(sleeper);
	all_are_done(q, killed);
}

static void does_the_task(void *q, pid_t victim)
{
	wait_until_asleep(victim);
	ck_assert_int_eq(gets_and_does(q), 0);
}

/* The one whose task it is dies while the victim sleeps in join. */
static int worker_says[2];

static int takes_it_away(void *q)
{
	char byte = 0;

	if (gets_one(q) || write(worker_says[1], &byte, 1) != 1)
		return 1;
	for (;;)
		pause();
}

static void *make_taken(void)
{
	void *q = make_one();
	char byte;

	ck_assert_int_eq(pipe(worker_says), 0);
	PEER(sleeper, takes_it_away(q));
	ck_assert_int_eq(read(worker_says[0], &byte, 1), 1);
	return q;
}

static void worker_dies(void *q, pid_t victim)
{
	int status;

	(void)q;
	wait_until_asleep(victim);
	kill(sleeper, SIGKILL);
	ck_assert_int_eq(waitpid(sleeper, &status, 0), sleeper);
	close(worker_says[0]);
	close(worker_says[1]);
}

static int joins_in_vain(void *q)
{
	return joins(q, LOST);
}

static void its_task_is_lost(void *q, bool killed)
{
	(void)killed;
	all_is_known(q, 1);
	works(q);
}

/*
 * Every seat is a dead one's who had a task: threads of a process that ends.
 */
static pthread_barrier_t all_have;

static void *gets_one_and_waits(void *q)
{
	if (gets_one(q))
		_exit(1);
	pthread_barrier_wait(&all_have);
	for (;;)
		pause();
}

static int takes_every_seat(void *q)
{
	pthread_t t;

	if (pthread_barrier_init(&all_have, NULL, SEATS + 1))
		return 1;
	for (int i = 0; i < SEATS; i++)
		if (pthread_create(&t, NULL, gets_one_and_waits, q))
			return 1;
	pthread_barrier_wait(&all_have);
	return 0;
}

static void *make_lost(void)
{
	void *q = make_room_for(SEATS + 2);
	pid_t pid;

	for (int i = 0; i < SEATS + 2; i++)
		ck_assert_int_eq(put(q, i + 1), 0);
	PEER(pid, takes_every_seat(q));
	reap_peer(pid);
	ck_assert_int_eq(mpp_joinable_queue_lost(q), SEATS);
	return q;
}

static void losses_are_kept(void *q, bool killed)
{
	int64_t lost = mpp_joinable_queue_lost(q);

	ck_assert_int_eq(lost + length(q), SEATS + 2);
	if (!killed)
		ck_assert_int_eq(lost, SEATS + 1);
	all_is_known(q, lost);
	works(q);
}

static int forgives(void *q)
{
	return mpp_joinable_queue_forgive(q) == SEATS ? 0 : 1;
}

static void forgiven_or_not(void *q, bool killed)
{
	int64_t lost = mpp_joinable_queue_lost(q);

	ck_assert(lost == 0 || (killed && lost == SEATS));
	ck_assert_int_eq(length(q), 2);
	all_is_known(q, lost);
	works(q);
}

/* The end. */
static int closes(void *q)
{
	return mpp_joinable_queue_close(q);
}

static void is_closed_or_not(void *q, bool killed)
{
	int err = put(q, 2);

	ck_assert(err == MPP_ECLOSED || (err == 0 && killed));
	all_is_known(q, 0);
	if (err == MPP_ECLOSED)
		ck_assert_int_eq(get(q), MPP_EPIPE);
	else
		works(q);
}

static int comes_puts_and_goes(void *q)
{
	return mpp_joinable_queue_producer(q) || put(q, 2) ||
	       mpp_joinable_queue_producer_done(q);
}

static void nobody_counts(void *q, bool killed)
{
	(void)killed;
	ck_assert_int_eq(mpp_joinable_queue_producer(q), 0);
	ck_assert_int_eq(mpp_joinable_queue_producer_done(q), 0);
	all_is_known(q, 0);
	ck_assert_int_eq(get(q), MPP_EPIPE);
}

static int frees_while_registered(void *q)
{
	int err = mpp_joinable_queue_producer(q) || gets_one(q);

	if (err == 0)
		mpp_joinable_queue_free(q); /* the test's mapping stays */
	return err;
}

static void lost_at_most(void *q, bool killed)
{
	int64_t lost = mpp_joinable_queue_lost(q);

	(void)killed;
	ck_assert_int_ge(lost + length(q), 0);
	ck_assert_int_le(lost + length(q), 2);
	ck_assert_int_ge(length(q), 1);
}

START_TEST(every_task_is_there_done_or_lost)
{
	static const struct killing cases[] = {
		{ make_two, gets_one, NULL, the_first_may_be_lost, free_queue },
		{ make_two, gets_and_does, NULL, two_are_known, free_queue },
		{ make_two, does_both, NULL, two_are_known, free_queue },
		{ make_two, does_both_late, NULL, two_are_known, free_queue },
		{ make_one, puts_2, NULL, one_is_there_or_two, free_queue },
		{ make_two, puts_3, makes_room, one_is_there_or_two,
		  free_queue },
		{ make_empty, gets_and_does, brings_one, one_is_known,
		  free_queue },
		{ make_joiner_wait, gets_and_does, NULL, joiner_is_told,
		  free_queue },
		{ make_one, closes, NULL, is_closed_or_not, free_queue },
		{ make_one, comes_puts_and_goes, NULL, nobody_counts,
		  free_queue },
		{ make_two, frees_while_registered, NULL, lost_at_most,
		  free_queue },
	};

	/* join reads three words of each seat, again and again. */
	static const struct killing many_reads[] = {
		{ make_one, joins_all, does_the_task, all_are_done,
		  free_queue },
		{ make_joiner_wait, joins_all, does_the_task,
		  the_other_returns, free_queue },
		{ make_taken, joins_in_vain, worker_dies, its_task_is_lost,
		  free_queue },
		{ make_lost, gets_one, NULL, losses_are_kept, free_queue },
		{ make_lost, forgives, NULL, forgiven_or_not, free_queue },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		cut_everywhere(&cases[i]);
	not_at_reads = true;
	for (size_t i = 0; i < sizeof(many_reads) / sizeof(*many_reads); i++)
		cut_everywhere(&many_reads[i]);
	EVERY_STORE_WAS_CUT("joinable_queue.c", "slots.h");
}
END_TEST

UNIT_MAIN(
	UNIT(every_task_is_there_done_or_lost)
)
