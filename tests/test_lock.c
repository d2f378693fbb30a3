/* SPDX-License-Identifier: MIT */
/*
 * test_lock.c - Lock: ownership, death of the holder, company of the C
 * library's own robust mutexes, announcements.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>

#include <mpp/lock.h>

#include "hook_help.h"
#include "lock_help.h"
#include "unit.h"

static struct mpp_lock *lock, *other;

static struct mpp_lock *new_lock(unsigned flags)
{
	struct mpp_lock *l = NULL;

	ck_assert_int_eq(mpp_lock_new(&l, flags), 0);
	return l;
}

static int acquire_and_stop(void *p)
{
	(void)p;
	mpp_lock_acquire(lock, MPP_FOREVER);
	return pause();
}

static int acquire_and_exit(void *p)
{
	(void)p;
	return mpp_lock_acquire(lock, MPP_FOREVER);
}

static int acquire_for_ever(void *p)
{
	(void)p;
	return -mpp_lock_acquire(lock, MPP_FOREVER);
}

static int try_acquire(void *p)
{
	(void)p;
	return -mpp_lock_acquire(lock, 0);
}

static int release(void *p)
{
	(void)p;
	return -mpp_lock_release(lock);
}

/* A lock whose holder has just died. */
static struct mpp_lock *orphaned_lock(void)
{
	lock = new_lock(0);
	ck_assert_int_eq(reaped(forked(acquire_and_exit, NULL)), 0);
	return lock;
}

START_TEST(a_new_lock_is_free)
{
	lock = new_lock(0);
	ck_assert_int_eq(mpp_lock_acquire(lock, 0), 0);
	ck_assert_int_eq(mpp_lock_release(lock), 0);
	mpp_lock_free(lock);
}
END_TEST

START_TEST(unknown_flags_are_refused)
{
	struct mpp_lock *l = (struct mpp_lock *)&l;

	ck_assert_int_eq(mpp_lock_new(&l, 8), MPP_EINVAL);
	ck_assert_ptr_eq(l, (struct mpp_lock *)&l);
}
END_TEST

START_TEST(free_of_nothing_is_fine)
{
	mpp_lock_free(NULL);
}
END_TEST

START_TEST(the_holder_is_refused_a_second_time)
{
	lock = new_lock(0);
	mpp_lock_acquire(lock, MPP_FOREVER);
	ck_assert_int_eq(mpp_lock_acquire(lock, MPP_FOREVER), MPP_EDEADLK);
	ck_assert_int_eq(mpp_lock_acquire(lock, 0), MPP_EDEADLK);
	ck_assert_int_eq(mpp_lock_release(lock), 0);
}
END_TEST

START_TEST(release_of_a_free_lock_is_refused)
{
	lock = new_lock(0);
	ck_assert_int_eq(mpp_lock_release(lock), MPP_EPERM);
}
END_TEST

START_TEST(release_by_another_process_is_refused)
{
	lock = new_lock(0);
	mpp_lock_acquire(lock, MPP_FOREVER);
	ck_assert_int_eq(reaped(forked(release, NULL)), -MPP_EPERM);
	ck_assert_int_eq(mpp_lock_release(lock), 0);
}
END_TEST

START_TEST(a_forked_child_of_the_holder_is_no_holder)
{
	lock = new_lock(0);
	mpp_lock_acquire(lock, MPP_FOREVER);
	ck_assert_int_eq(reaped(forked(try_acquire, NULL)), -MPP_EAGAIN);
}
END_TEST

START_TEST(a_limit_that_passes_is_told)
{
	lock = new_lock(0);
	mpp_lock_acquire(lock, MPP_FOREVER);
	pid_t pid = fork();
	if (pid == 0)
		_exit(-mpp_lock_acquire(lock, 1000000));
	ck_assert_int_eq(reaped(pid), -MPP_ETIMEDOUT);
}
END_TEST

START_TEST(a_negative_limit_does_not_wait)
{
	lock = new_lock(0);
	mpp_lock_acquire(lock, MPP_FOREVER);
	pid_t pid = fork();
	if (pid == 0)
		_exit(-mpp_lock_acquire(lock, -5));
	ck_assert_int_eq(reaped(pid), -MPP_EAGAIN);
}
END_TEST

START_TEST(release_wakes_a_waiter)
{
	lock = new_lock(0);
	mpp_lock_acquire(lock, MPP_FOREVER);
	pid_t pid = forked(acquire_for_ever, NULL);
	until_somebody_waits(lock);
	mpp_lock_release(lock);
	ck_assert_int_eq(reaped(pid), 0);
}
END_TEST

START_TEST(release_wakes_every_waiter_in_turn)
{
	pid_t pid[4];

	lock = new_lock(MPP_LOCK_UNOWNED);
	mpp_lock_acquire(lock, MPP_FOREVER);
	for (int i = 0; i < 4; i++) {
		pid[i] = fork();
		if (pid[i] == 0) {
			mpp_lock_acquire(lock, MPP_FOREVER);
			_exit(-mpp_lock_release(lock));
		}
	}
	until_somebody_waits(lock);
	mpp_lock_release(lock);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(reaped(pid[i]), 0);
}
END_TEST

START_TEST(four_processes_count_right_under_the_lock)
{
	enum { ROUNDS = 20000 };
	pid_t pid[4];
	volatile int *count = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	lock = new_lock(0);
	for (int i = 0; i < 4; i++) {
		pid[i] = fork();
		if (pid[i] == 0) {
			for (int k = 0; k < ROUNDS; k++) {
				mpp_lock_acquire(lock, MPP_FOREVER);
				*count = *count + 1;
				mpp_lock_release(lock);
			}
			_exit(0);
		}
	}
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(reaped(pid[i]), 0);
	ck_assert_int_eq(*count, 4 * ROUNDS);
}
END_TEST

START_TEST(sigkill_of_the_holder_wakes_a_waiter_with_eownerdead)
{
	lock = new_lock(0);
	pid_t holder = forked(acquire_and_stop, NULL);
	until_somebody_holds(lock);
	pid_t waiter = forked(acquire_for_ever, NULL);
	until_somebody_waits(lock);
	kill(holder, SIGKILL);
	ck_assert_int_eq(reaped(waiter), -MPP_EOWNERDEAD);
	ck_assert_int_eq(reaped(holder), -SIGKILL);
}
END_TEST

START_TEST(sigkill_of_a_waiter_leaves_the_others_waiting_well)
{
	lock = new_lock(0);
	mpp_lock_acquire(lock, MPP_FOREVER);
	pid_t first = forked(acquire_for_ever, NULL);
	until_somebody_waits(lock);
	kill(first, SIGKILL);
	ck_assert_int_eq(reaped(first), -SIGKILL);
	pid_t second = forked(acquire_for_ever, NULL);
	mpp_lock_release(lock);
	ck_assert_int_eq(reaped(second), 0);
}
END_TEST

START_TEST(normal_exit_of_the_holder_is_told_too)
{
	orphaned_lock();
	ck_assert_int_eq(mpp_lock_acquire(lock, 0), MPP_EOWNERDEAD);
}
END_TEST

/* What the workers below share. */
struct progress {
	uint32_t inside; /* must be 0 or 1 */
	uint32_t rounds;
	uint32_t wrong;
};

static int work_until_killed(void *argument)
{
	struct progress *s = argument;

	for (;;) {
		int err = mpp_lock_acquire(lock, MPP_FOREVER);

		if (err == MPP_EOWNERDEAD) {
			__atomic_store_n(&s->inside, 0, __ATOMIC_SEQ_CST);
			mpp_lock_consistent(lock);
		} else if (err) {
			return 1;
		}
		if (__atomic_fetch_add(&s->inside, 1, __ATOMIC_SEQ_CST) != 0)
			s->wrong++;
		__atomic_fetch_add(&s->rounds, 1, __ATOMIC_SEQ_CST);
		__atomic_fetch_sub(&s->inside, 1, __ATOMIC_SEQ_CST);
		if (mpp_lock_release(lock) < 0)
			return 2;
	}
}

START_TEST(killed_at_any_moment_they_never_stop_the_others)
{
	enum { WORKERS = 3, KILLS = 150 };
	pid_t pid[WORKERS];
	struct progress *s = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint32_t seed = 1, until;

	lock = new_lock(0);
	for (int i = 0; i < WORKERS; i++)
		pid[i] = forked(work_until_killed, s);
	for (int i = 0; i < KILLS; i++) {
		seed = seed * 1664525 + 1013904223;
		until = __atomic_load_n(&s->rounds, __ATOMIC_SEQ_CST) + 1 +
			(seed >> 16) % 200;
		while ((int32_t)(__atomic_load_n(&s->rounds, __ATOMIC_SEQ_CST) -
				 until) < 0)
			sched_yield();
		kill(pid[i % WORKERS], SIGKILL);
		ck_assert_int_eq(reaped(pid[i % WORKERS]), -SIGKILL);
		pid[i % WORKERS] = forked(work_until_killed, s);
	}
	for (int i = 0; i < WORKERS; i++) {
		kill(pid[i], SIGKILL);
		ck_assert_int_eq(reaped(pid[i]), -SIGKILL);
	}
	ck_assert_uint_eq(s->wrong, 0);
	until = (uint32_t)-mpp_lock_acquire(lock, 0);
	ck_assert(until == 0 || until == -MPP_EOWNERDEAD);
}
END_TEST

static void *acquire_in_thread(void *p)
{
	mpp_lock_acquire(p, MPP_FOREVER);
	return NULL;
}

START_TEST(the_end_of_a_holding_thread_is_told)
{
	pthread_t thread;

	lock = new_lock(0);
	ck_assert_int_eq(pthread_create(&thread, NULL, acquire_in_thread, lock),
			 0);
	pthread_join(thread, NULL);
	ck_assert_int_eq(mpp_lock_acquire(lock, MPP_FOREVER), MPP_EOWNERDEAD);
}
END_TEST

START_TEST(consistent_makes_an_orphaned_lock_usual)
{
	orphaned_lock();
	mpp_lock_acquire(lock, 0);
	ck_assert_int_eq(mpp_lock_consistent(lock), 0);
	ck_assert_int_eq(mpp_lock_consistent(lock), MPP_EINVAL);
	ck_assert_int_eq(mpp_lock_release(lock), 0);
	ck_assert_int_eq(mpp_lock_acquire(lock, 0), 0);
}
END_TEST

START_TEST(release_without_consistent_is_not_recoverable)
{
	orphaned_lock();
	mpp_lock_acquire(lock, 0);
	ck_assert_int_eq(mpp_lock_release(lock), 0);
	ck_assert_int_eq(mpp_lock_acquire(lock, MPP_FOREVER),
			 MPP_ENOTRECOVERABLE);
	ck_assert_int_eq(mpp_lock_release(lock), MPP_EPERM);
}
END_TEST

START_TEST(not_recoverable_wakes_every_waiter)
{
	pid_t pid[3];

	orphaned_lock();
	mpp_lock_acquire(lock, 0);
	for (int i = 0; i < 3; i++)
		pid[i] = forked(acquire_for_ever, NULL);
	until_somebody_waits(lock);
	mpp_lock_release(lock);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(reaped(pid[i]), -MPP_ENOTRECOVERABLE);
}
END_TEST

START_TEST(an_heir_that_dies_has_an_heir)
{
	orphaned_lock();
	ck_assert_int_eq(reaped(forked(acquire_for_ever, NULL)),
			 -MPP_EOWNERDEAD);
	ck_assert_int_eq(mpp_lock_acquire(lock, 0), MPP_EOWNERDEAD);
}
END_TEST

START_TEST(consistent_without_a_death_is_refused)
{
	lock = new_lock(0);
	ck_assert_int_eq(mpp_lock_consistent(lock), MPP_EINVAL);
	mpp_lock_acquire(lock, 0);
	ck_assert_int_eq(mpp_lock_consistent(lock), MPP_EINVAL);
}
END_TEST

START_TEST(many_held_locks_are_all_told)
{
	enum { N = 50 };
	struct mpp_lock *l[N];

	for (int i = 0; i < N; i++)
		l[i] = new_lock(0);
	pid_t pid = fork();
	if (pid == 0) {
		for (int i = 0; i < N; i++)
			mpp_lock_acquire(l[i], MPP_FOREVER);
		for (int i = 0; i < N; i += 2) /* out of order */
			mpp_lock_release(l[i]);
		raise(SIGKILL);
	}
	ck_assert_int_eq(reaped(pid), -SIGKILL);
	for (int i = 0; i < N; i++)
		ck_assert_int_eq(mpp_lock_acquire(l[i], 0),
				 i % 2 ? MPP_EOWNERDEAD : 0);
}
END_TEST

START_TEST(a_held_lock_may_be_freed_by_its_holder)
{
	lock = new_lock(0);
	other = new_lock(0);
	mpp_lock_acquire(lock, 0);
	mpp_lock_acquire(other, 0);
	mpp_lock_free(lock);
	lock = new_lock(0); /* the same memory again */
	ck_assert_int_eq(mpp_lock_acquire(lock, 0), 0);
	ck_assert_int_eq(mpp_lock_release(other), 0);
	ck_assert_int_eq(mpp_lock_release(lock), 0);
}
END_TEST

static pthread_mutex_t *robust_mutexes(int n)
{
	pthread_mutex_t *m = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	for (int i = 0; i < n; i++)
		pthread_mutex_init(&m[i], &attr);
	pthread_mutexattr_destroy(&attr);
	return m;
}

START_TEST(robust_mutexes_of_the_c_library_work_between_ours)
{
	pthread_mutex_t *m = robust_mutexes(3);

	lock = new_lock(0);
	other = new_lock(0);
	pid_t pid = fork();
	if (pid == 0) {
		pthread_mutex_lock(&m[0]);
		mpp_lock_acquire(lock, 0);
		pthread_mutex_lock(&m[1]);
		mpp_lock_acquire(other, 0);
		pthread_mutex_lock(&m[2]);
		pthread_mutex_unlock(&m[1]); /* from the middle */
		mpp_lock_release(lock);
		raise(SIGKILL);
	}
	ck_assert_int_eq(reaped(pid), -SIGKILL);
	ck_assert_int_eq(pthread_mutex_trylock(&m[0]), EOWNERDEAD);
	ck_assert_int_eq(pthread_mutex_trylock(&m[1]), 0);
	ck_assert_int_eq(pthread_mutex_trylock(&m[2]), EOWNERDEAD);
	ck_assert_int_eq(mpp_lock_acquire(lock, 0), 0);
	ck_assert_int_eq(mpp_lock_acquire(other, 0), MPP_EOWNERDEAD);
}
END_TEST

START_TEST(ours_work_between_robust_mutexes_of_the_c_library)
{
	pthread_mutex_t *m = robust_mutexes(2);

	lock = new_lock(0);
	other = new_lock(0);
	pid_t pid = fork();
	if (pid == 0) {
		mpp_lock_acquire(lock, 0);
		pthread_mutex_lock(&m[0]);
		mpp_lock_acquire(other, 0);
		pthread_mutex_lock(&m[1]);
		mpp_lock_release(other); /* from the middle */
		pthread_mutex_unlock(&m[0]);
		raise(SIGKILL);
	}
	ck_assert_int_eq(reaped(pid), -SIGKILL);
	ck_assert_int_eq(mpp_lock_acquire(lock, 0), MPP_EOWNERDEAD);
	ck_assert_int_eq(mpp_lock_acquire(other, 0), 0);
	ck_assert_int_eq(pthread_mutex_trylock(&m[0]), 0);
	ck_assert_int_eq(pthread_mutex_trylock(&m[1]), EOWNERDEAD);
}
END_TEST

START_TEST(anybody_may_release_an_unowned_lock)
{
	lock = new_lock(MPP_LOCK_UNOWNED);
	mpp_lock_acquire(lock, 0);
	ck_assert_int_eq(reaped(forked(release, NULL)), 0);
	ck_assert_int_eq(mpp_lock_acquire(lock, 0), 0);
}
END_TEST

START_TEST(an_unowned_lock_makes_its_holder_wait)
{
	lock = new_lock(MPP_LOCK_UNOWNED);
	mpp_lock_acquire(lock, 0);
	ck_assert_int_eq(mpp_lock_acquire(lock, 0), MPP_EAGAIN);
	ck_assert_int_eq(mpp_lock_acquire(lock, 1000), MPP_ETIMEDOUT);
}
END_TEST

START_TEST(an_unowned_lock_stays_held_when_its_holder_is_gone)
{
	lock = new_lock(MPP_LOCK_UNOWNED);
	ck_assert_int_eq(reaped(forked(acquire_and_exit, NULL)), 0);
	ck_assert_int_eq(mpp_lock_acquire(lock, 0), MPP_EAGAIN);
	ck_assert_int_eq(mpp_lock_release(lock), 0);
	ck_assert_int_eq(mpp_lock_release(lock), MPP_EPERM);
}
END_TEST

START_TEST(acquire_and_release_are_announced_once_each)
{
	lock = new_lock(0);
	hooks_install();
	mpp_lock_acquire(lock, MPP_FOREVER);
	mpp_lock_release(lock);
	hooks_remove();
	ck_assert_int_eq(hooked.before, 2);
	ck_assert_int_eq(hooked.after, 2);
	ck_assert_int_eq(hooked.kinds[MPP_OP_ACQUIRE], 1);
	ck_assert_int_eq(hooked.kinds[MPP_OP_RELEASE], 1);
	ck_assert_ptr_eq(hooked.last.object, lock);
}
END_TEST

START_TEST(a_refusal_by_the_scheduler_has_no_effect)
{
	lock = new_lock(0);
	hooks_install();
	hooked.refuse = MPP_ETIMEDOUT;
	ck_assert_int_eq(mpp_lock_acquire(lock, 5), MPP_ETIMEDOUT);
	ck_assert_int_eq(hooked.after, 0);
	hooks_remove();
	ck_assert_uint_eq(lock_word(lock), 0);
}
END_TEST

START_TEST(release_of_a_lock_not_held_is_a_misuse)
{
	lock = new_lock(0);
	hooks_install();
	ck_assert_int_eq(mpp_lock_release(lock), MPP_EPERM);
	hooks_remove();
	ck_assert_int_eq(hooked.faults[MPP_FAULT_MISUSE], 1);
	ck_assert_str_eq(hooked.text, "release of a lock that is not held");
}
END_TEST

START_TEST(a_scheduler_decides_who_the_holder_is)
{
	lock = new_lock(0);
	hooks_install_scheduler();
	hooked.self = 7;
	ck_assert_int_eq(mpp_lock_acquire(lock, MPP_FOREVER), 0);
	ck_assert_uint_eq(lock_word(lock), 7);
	ck_assert_ptr_eq(hooked.last.death, lock);
	ck_assert(hooked.last.ready(&hooked.last, 7)); /* EDEADLK */
	ck_assert(!hooked.last.ready(&hooked.last, 8));
	hooked.self = 8;
	ck_assert_int_eq(mpp_lock_release(lock), MPP_EPERM);
	ck_assert_str_eq(hooked.text,
			 "release of a lock that another one holds");
	hooked.self = 7;
	ck_assert_int_eq(mpp_lock_acquire(lock, MPP_FOREVER), MPP_EDEADLK);
	ck_assert_int_eq(mpp_lock_release(lock), 0);
	hooks_remove();
}
END_TEST

START_TEST(a_scheduler_plays_the_kernel_at_a_death)
{
	lock = new_lock(0);
	hooks_install_scheduler();
	hooked.self = 7;
	mpp_lock_acquire(lock, MPP_FOREVER);
	*hooked.last.death = FUTEX_OWNER_DIED;
	hooked.self = 8;
	ck_assert(hooked.last.ready(&hooked.last, 8));
	ck_assert_int_eq(mpp_lock_acquire(lock, MPP_FOREVER), MPP_EOWNERDEAD);
	ck_assert_int_eq(mpp_lock_consistent(lock), 0);
	ck_assert_int_eq(mpp_lock_release(lock), 0);
	ck_assert_uint_eq(lock_word(lock), 0);
	hooks_remove();
}
END_TEST

START_TEST(an_unowned_lock_is_never_ready_for_its_holder)
{
	lock = new_lock(MPP_LOCK_UNOWNED);
	hooks_install_scheduler();
	hooked.self = 7;
	mpp_lock_acquire(lock, MPP_FOREVER);
	ck_assert(!hooked.last.ready(&hooked.last, 7));
	ck_assert_ptr_null(hooked.last.death);
	hooks_remove();
}
END_TEST

/* clang-format off */
UNIT_MAIN(UNIT(a_new_lock_is_free)
	  UNIT(unknown_flags_are_refused)
	  UNIT(free_of_nothing_is_fine)
	  UNIT(the_holder_is_refused_a_second_time)
	  UNIT(release_of_a_free_lock_is_refused)
	  UNIT(release_by_another_process_is_refused)
	  UNIT(a_forked_child_of_the_holder_is_no_holder)
	  UNIT(a_limit_that_passes_is_told)
	  UNIT(a_negative_limit_does_not_wait)
	  UNIT(release_wakes_a_waiter)
	  UNIT(release_wakes_every_waiter_in_turn)
	  UNIT(four_processes_count_right_under_the_lock)
	  UNIT(sigkill_of_the_holder_wakes_a_waiter_with_eownerdead)
	  UNIT(sigkill_of_a_waiter_leaves_the_others_waiting_well)
	  UNIT(normal_exit_of_the_holder_is_told_too)
	  UNIT(killed_at_any_moment_they_never_stop_the_others)
	  UNIT(the_end_of_a_holding_thread_is_told)
	  UNIT(consistent_makes_an_orphaned_lock_usual)
	  UNIT(release_without_consistent_is_not_recoverable)
	  UNIT(not_recoverable_wakes_every_waiter)
	  UNIT(an_heir_that_dies_has_an_heir)
	  UNIT(consistent_without_a_death_is_refused)
	  UNIT(many_held_locks_are_all_told)
	  UNIT(a_held_lock_may_be_freed_by_its_holder)
	  UNIT(robust_mutexes_of_the_c_library_work_between_ours)
	  UNIT(ours_work_between_robust_mutexes_of_the_c_library)
	  UNIT(anybody_may_release_an_unowned_lock)
	  UNIT(an_unowned_lock_makes_its_holder_wait)
	  UNIT(an_unowned_lock_stays_held_when_its_holder_is_gone)
	  UNIT(acquire_and_release_are_announced_once_each)
	  UNIT(a_refusal_by_the_scheduler_has_no_effect)
	  UNIT(release_of_a_lock_not_held_is_a_misuse)
	  UNIT(a_scheduler_decides_who_the_holder_is)
	  UNIT(a_scheduler_plays_the_kernel_at_a_death)
	  UNIT(an_unowned_lock_is_never_ready_for_its_holder))
