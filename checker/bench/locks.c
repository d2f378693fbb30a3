/* SPDX-License-Identifier: MIT */
/*
 * locks.c - benchmark: taking and giving back a lock, alone and contended.
 *
 * Each sample is many rounds of lock, one store, unlock.  The contended form
 * is two processes at it at once; the figure is time over all rounds of both.
 */
#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>

#include <mpp/lock.h>
#include <mpp/rlock.h>

#include "bench/bench.h"

enum { ROUNDS = 500000 };

/* The rivals, and the word that every round stores to; shared. */
struct shared {
	pthread_mutex_t normal, robust;
	sem_t semaphore;
	uint64_t word __attribute__((aligned(64)));
};

struct context {
	struct shared *s;
	struct mpp_lock *owned, *unowned;
	struct mpp_rlock *recursive;
	int (*rounds)(void *context, unsigned who);
};

#define ROUND_FUNCTION(name, take, give) \
	static int name(void *context, unsigned who) \
	{ \
		struct context *c = context; \
		volatile uint64_t *word = &c->s->word; \
		int err = 0; \
\
		(void)who; \
		for (int i = 0; i < ROUNDS; i++) { \
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
ROUND_FUNCTION(normal, pthread_mutex_lock(&c->s->normal),
	       pthread_mutex_unlock(&c->s->normal))
ROUND_FUNCTION(robust, pthread_mutex_lock(&c->s->robust),
	       pthread_mutex_unlock(&c->s->robust))
ROUND_FUNCTION(semaphore, sem_wait(&c->s->semaphore),
	       sem_post(&c->s->semaphore))

static const struct {
	const char *alone, *contended;
	int (*rounds)(void *context, unsigned who);
} rivals[] = {
	{ "mpp_lock (owned)", "mpp_lock (owned), 2 processes", owned },
	{ "mpp_lock (unowned)", "mpp_lock (unowned), 2 processes", unowned },
	{ "mpp_rlock", "mpp_rlock, 2 processes", recursive },
	{ "pthread mutex, shared", "pthread mutex, 2 processes", normal },
	{ "pthread mutex, robust", "pthread robust, 2 processes", robust },
	{ "sem_t", "sem_t, 2 processes", semaphore },
};

enum { RIVALS = sizeof(rivals) / sizeof(*rivals) };

static double alone(void *context)
{
	struct context *c = context;
	int64_t start = mpck_bench_now();

	if (c->rounds(c, 0))
		return -1;
	return (double)(mpck_bench_now() - start) / ROUNDS;
}

static double contended(void *context)
{
	struct context *c = context;

	return mpck_bench_together(2, c->rounds, c) / (2.0 * ROUNDS);
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

static int measure(FILE *out, struct context *c)
{
	int err = 0;

	for (size_t i = 0; i < RIVALS && !err; i++) {
		c->rounds = rivals[i].rounds;
		err = mpck_bench_time(out, rivals[i].alone, "ns", alone, c);
	}
	for (size_t i = 0; i < RIVALS && !err; i++) {
		c->rounds = rivals[i].rounds;
		err = mpck_bench_time(out, rivals[i].contended, "ns", contended,
				      c);
	}
	return err;
}

static int locks_run(FILE *out)
{
	struct context c = { 0 };
	int err = -1;

	c.s = mmap(NULL, sizeof(*c.s), PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (c.s == MAP_FAILED)
		return -1;
	if (make_mutex(&c.s->normal, PTHREAD_MUTEX_STALLED) == 0 &&
	    make_mutex(&c.s->robust, PTHREAD_MUTEX_ROBUST) == 0 &&
	    sem_init(&c.s->semaphore, 1, 1) == 0 &&
	    mpp_lock_new(&c.owned, 0) == 0 &&
	    mpp_lock_new(&c.unowned, MPP_LOCK_UNOWNED) == 0 &&
	    mpp_rlock_new(&c.recursive) == 0)
		err = measure(out, &c);
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
