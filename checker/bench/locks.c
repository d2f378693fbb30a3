/* SPDX-License-Identifier: MIT */
/*
 * locks.c - benchmark: taking and giving back a lock, alone and contended.
 *
 * Each sample is many rounds of lock, one store, unlock.  The contended form
 * is two processes at it at once; the figure is time over all rounds of both.
 * A pipe with one byte and a message queue with one message are locks, too:
 * who has read it holds the lock.  A read-write lock is taken for reading, and
 * the word is read.
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

#include <mpp/lock.h>
#include <mpp/rlock.h>
#include <mpp/rwlock.h>
#include <mpp/semaphore.h>

#include "bench/bench.h"

enum { ROUNDS = 500000, KERNEL_ROUNDS = 10000 };

/* The rivals, and the word that every round stores to; shared. */
struct shared {
	pthread_mutex_t normal, robust;
	pthread_rwlock_t rwlock;
	sem_t semaphore;
	uint64_t word __attribute__((aligned(64)));
};

struct context {
	struct shared *s;
	struct mpp_lock *owned, *unowned;
	struct mpp_rlock *recursive;
	struct mpp_rwlock *rwlock;
	struct mpp_semaphore *semaphore;
	int pipe[2];
	mqd_t mq;
	int count; /* of rounds */
	int (*rounds)(void *context, unsigned who);
};

#define ROUND_FUNCTION(name, take, give) \
	static int name(void *context, unsigned who) \
	{ \
		struct context *c = context; \
		volatile uint64_t *word = &c->s->word; \
		int err = 0, count = c->count; \
\
		(void)who; \
		for (int i = 0; i < count; i++) { \
			err |= take; \
			*word = *word + 1; \
			err |= give; \
		} \
		return err; \
	}

ROUND_FUNCTION(owned, mpp_lock_acquire(c->owned, MPP_FOREVER),
	       mpp_lock_release(c->owned))
ROUND_FUNCTION(unowned, mpp_lock_acquire(c->unowned, MPP_FOREVER),
	       mpp_lock_release(c->unowned))
ROUND_FUNCTION(recursive, mpp_rlock_acquire(c->recursive, MPP_FOREVER),
	       mpp_rlock_release(c->recursive))
ROUND_FUNCTION(permit, mpp_semaphore_acquire(c->semaphore, MPP_FOREVER),
	       mpp_semaphore_release(c->semaphore, 1))
ROUND_FUNCTION(normal, pthread_mutex_lock(&c->s->normal),
	       pthread_mutex_unlock(&c->s->normal))
ROUND_FUNCTION(robust, pthread_mutex_lock(&c->s->robust),
	       pthread_mutex_unlock(&c->s->robust))
ROUND_FUNCTION(semaphore, sem_wait(&c->s->semaphore),
	       sem_post(&c->s->semaphore))

/* Readers do not exclude each other: these only read the word. */
#define READ_FUNCTION(name, take, give) \
	static int name(void *context, unsigned who) \
	{ \
		struct context *c = context; \
		const volatile uint64_t *word = &c->s->word; \
		int err = 0, count = c->count; \
\
		(void)who; \
		for (int i = 0; i < count; i++) { \
			err |= take; \
			(void)*word; \
			err |= give; \
		} \
		return err; \
	}

READ_FUNCTION(reading, mpp_rwlock_acquire_read(c->rwlock, MPP_FOREVER),
	      mpp_rwlock_release(c->rwlock))
READ_FUNCTION(pthread_reading, pthread_rwlock_rdlock(&c->s->rwlock),
	      pthread_rwlock_unlock(&c->s->rwlock))

static int kernel_says(ssize_t result)
{
	return result < 0 ? -1 : 0;
}

ROUND_FUNCTION(token, kernel_says(read(c->pipe[0], &(char){ 0 }, 1)),
	       kernel_says(write(c->pipe[1], "", 1)))
ROUND_FUNCTION(message, kernel_says(mq_receive(c->mq, &(char){ 0 }, 1, NULL)),
	       mq_send(c->mq, "", 1, 0))

static const struct {
	const char *alone, *contended;
	int (*rounds)(void *context, unsigned who);
	int count;
} rivals[] = {
	{ "mpp_lock (owned)", "mpp_lock (owned), 2 processes", owned,
	  ROUNDS },
	{ "mpp_lock (unowned)", "mpp_lock (unowned), 2 processes", unowned,
	  ROUNDS },
	{ "mpp_rlock", "mpp_rlock, 2 processes", recursive,
	  ROUNDS },
	{ "pthread mutex, shared", "pthread mutex, 2 processes", normal,
	  ROUNDS },
	{ "pthread mutex, robust", "pthread robust, 2 processes", robust,
	  ROUNDS },
	{ "mpp_semaphore", "mpp_semaphore, 2 processes", permit, ROUNDS },
	{ "sem_t", "sem_t, 2 processes", semaphore, ROUNDS },
	{ "mpp_rwlock, read", "mpp_rwlock, 2 readers", reading, ROUNDS },
	{ "pthread rwlock, read", "pthread rwlock, 2 readers", pthread_reading,
	  ROUNDS },
	{ "pipe with one byte", "pipe, 2 processes", token, KERNEL_ROUNDS },
	{ "POSIX mq with one message", "POSIX mq, 2 processes", message,
	  KERNEL_ROUNDS },
};

enum { RIVALS = sizeof(rivals) / sizeof(*rivals) };

static double alone(void *context)
{
	struct context *c = context;
	int64_t start = mpck_bench_now();

	if (c->rounds(c, 0))
		return -1;
	return (double)(mpck_bench_now() - start) / c->count;
}

static double contended(void *context)
{
	struct context *c = context;

	return mpck_bench_together(2, c->rounds, c) / (2.0 * c->count);
}

static int make_mutex(pthread_mutex_t *mutex, int robustness)
{
	pthread_mutexattr_t a;
	int err = pthread_mutexattr_init(&a);

	if (err)
		return err;
	err = pthread_mutexattr_setpshared(&a, PTHREAD_PROCESS_SHARED);
	if (!err)
		err = pthread_mutexattr_setrobust(&a, robustness);
	if (!err)
		err = pthread_mutex_init(mutex, &a);
	pthread_mutexattr_destroy(&a);
	return err;
}

static int make_rwlock(pthread_rwlock_t *lock)
{
	pthread_rwlockattr_t a;
	int err = pthread_rwlockattr_init(&a);

	if (err)
		return err;
	err = pthread_rwlockattr_setpshared(&a, PTHREAD_PROCESS_SHARED);
	if (!err)
		err = pthread_rwlock_init(lock, &a);
	pthread_rwlockattr_destroy(&a);
	return err;
}

/* Python's, with the lines that are measured. */
static void python(FILE *out, const char *what, const char *figure)
{
	char program[512];

	snprintf(program, sizeof(program),
		 "N = 100000\n"
		 "lock, word = m.Lock(), m.RawValue('q')\n"
		 "def rounds(who):\n"
		 "    for _ in range(N):\n"
		 "        lock.acquire(); word.value += 1; lock.release()\n"
		 "def alone():\n"
		 "    start = now(); rounds(0); return (now() - start) / N\n"
		 "def contended():\n"
		 "    return together(2, rounds) / (2 * N)\n"
		 "sample(%s)\n",
		 figure);
	mpck_bench_python(out, what, "ns", program);
}

static int measure_all(FILE *out, struct context *c, bool two)
{
	int err = 0;

	for (size_t i = 0; i < RIVALS && !err; i++) {
		const char *what = two ? rivals[i].contended : rivals[i].alone;

		c->rounds = rivals[i].rounds;
		c->count = rivals[i].count;
		if (c->rounds == message && c->mq == (mqd_t)-1)
			mpck_bench_missing(out, what, "not available here");
		else
			err = mpck_bench_time(out, what, "ns",
					      two ? contended : alone, c);
	}
	return err;
}

static int measure(FILE *out, struct context *c)
{
	int err = measure_all(out, c, false);

	if (!err)
		python(out, "Python Lock", "alone");
	if (!err)
		err = measure_all(out, c, true);
	if (!err)
		python(out, "Python Lock, 2 processes", "contended");
	return err;
}

/* A token in each. */
static int make_tokens(struct context *c)
{
	if (pipe(c->pipe) < 0)
		return -1;
	c->mq = mpck_bench_mq(1, 1);
	if (c->mq != (mqd_t)-1 && mq_send(c->mq, "", 1, 0) < 0)
		return -1;
	return kernel_says(write(c->pipe[1], "", 1));
}

static void free_tokens(struct context *c)
{
	close(c->pipe[0]);
	close(c->pipe[1]);
	if (c->mq != (mqd_t)-1)
		mq_close(c->mq);
}

static int locks_run(FILE *out)
{
	struct context c = { .pipe = { -1, -1 }, .mq = (mqd_t)-1 };
	int err = -1;

	c.s = mmap(NULL, sizeof(*c.s), PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (c.s == MAP_FAILED)
		return -1;
	if (make_tokens(&c) == 0 &&
	    make_mutex(&c.s->normal, PTHREAD_MUTEX_STALLED) == 0 &&
	    make_mutex(&c.s->robust, PTHREAD_MUTEX_ROBUST) == 0 &&
	    make_rwlock(&c.s->rwlock) == 0 &&
	    sem_init(&c.s->semaphore, 1, 1) == 0 &&
	    mpp_semaphore_new(&c.semaphore, 1) == 0 &&
	    mpp_rwlock_new(&c.rwlock, 0) == 0 &&
	    mpp_lock_new(&c.owned, 0) == 0 &&
	    mpp_lock_new(&c.unowned, MPP_LOCK_UNOWNED) == 0 &&
	    mpp_rlock_new(&c.recursive) == 0)
		err = measure(out, &c);
	free_tokens(&c);
	mpp_rwlock_free(c.rwlock);
	mpp_semaphore_free(c.semaphore);
	mpp_rlock_free(c.recursive);
	mpp_lock_free(c.unowned);
	mpp_lock_free(c.owned);
	munmap(c.s, sizeof(*c.s));
	return err;
}

const struct mpck_bench mpck_bench_locks = {
	.name = "locks",
	.summary = "lock, store, unlock: time of one round",
	.run = locks_run,
};
