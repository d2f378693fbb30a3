/* SPDX-License-Identifier: MIT */
/*
 * waits.c - benchmark: two processes that wait for each other, by a condition,
 * by events, by semaphores and at a barrier.
 *
 * Condition: each waits for its turn and gives the turn to the other; the
 * figure is the time of one hand-off.  Event, semaphore: each waits for its
 * own and sets the other's; the same figure.  Barrier: both come to it again
 * and again; the figure is the time of one round of both.
 */
#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>

#include <mpp/barrier.h>
#include <mpp/condition.h>
#include <mpp/event.h>
#include <mpp/semaphore.h>

#include "bench/bench.h"

enum { ROUNDS = 20000 };

struct shared {
	pthread_mutex_t mutex;
	pthread_cond_t condition;
	pthread_barrier_t barrier;
	sem_t semaphore[2];
	unsigned turn; /* whose; under the rival's lock */
};

struct context {
	struct shared *s;
	struct mpp_condition *condition;
	struct mpp_barrier *barrier;
	struct mpp_event *event[2]; /* set: it is that one's turn */
	struct mpp_semaphore *semaphore[2];
	int (*body)(void *context, unsigned who);
};

static int mpp_turns(void *context, unsigned who)
{
	struct context *c = context;
	int err = 0;

	for (int i = 0; i < ROUNDS && !err; i++) {
		err = mpp_condition_acquire(c->condition, MPP_FOREVER);
		while (!err && c->s->turn != who)
			err = mpp_condition_wait(c->condition, MPP_FOREVER);
		c->s->turn = !who;
		err |= mpp_condition_notify(c->condition, 1);
		err |= mpp_condition_release(c->condition);
	}
	return err;
}

static int mpp_rounds(void *context, unsigned who)
{
	struct context *c = context;
	int index = 0;

	(void)who;
	for (int i = 0; i < ROUNDS && index >= 0; i++)
		index = mpp_barrier_wait(c->barrier, MPP_FOREVER);
	return index < 0 ? index : 0;
}

static int mpp_events(void *context, unsigned who)
{
	struct context *c = context;
	int err = 0;

	for (int i = 0; i < ROUNDS && !err; i++) {
		err = mpp_event_wait(c->event[who], MPP_FOREVER);
		err |= mpp_event_clear(c->event[who]);
		err |= mpp_event_set(c->event[!who]);
	}
	return err;
}

static int mpp_semaphores(void *context, unsigned who)
{
	struct context *c = context;
	int err = 0;

	for (int i = 0; i < ROUNDS && !err; i++) {
		err = mpp_semaphore_acquire(c->semaphore[who], MPP_FOREVER);
		err |= mpp_semaphore_release(c->semaphore[!who], 1);
	}
	return err;
}

static int posix_semaphores(void *context, unsigned who)
{
	struct shared *s = ((struct context *)context)->s;
	int err = 0;

	for (int i = 0; i < ROUNDS && !err; i++) {
		err = sem_wait(&s->semaphore[who]);
		err |= sem_post(&s->semaphore[!who]);
	}
	return err;
}

static int pthread_turns(void *context, unsigned who)
{
	struct shared *s = ((struct context *)context)->s;
	int err = 0;

	for (int i = 0; i < ROUNDS && !err; i++) {
		err = pthread_mutex_lock(&s->mutex);
		while (s->turn != who)
			err |= pthread_cond_wait(&s->condition, &s->mutex);
		s->turn = !who;
		err |= pthread_cond_signal(&s->condition);
		err |= pthread_mutex_unlock(&s->mutex);
	}
	return err;
}

static int pthread_rounds(void *context, unsigned who)
{
	struct shared *s = ((struct context *)context)->s;

	(void)who;
	for (int i = 0; i < ROUNDS; i++) {
		int err = pthread_barrier_wait(&s->barrier);

		if (err && err != PTHREAD_BARRIER_SERIAL_THREAD)
			return err;
	}
	return 0;
}

/* `each`: what one process does in its ROUNDS, so many count. */
static const struct {
	const char *what;
	int (*body)(void *context, unsigned who);
	double each;
} rivals[] = {
	{ "mpp_condition, hand-off", mpp_turns, 2 },
	{ "pthread_cond, hand-off", pthread_turns, 2 },
	{ "mpp_event, hand-off", mpp_events, 2 },
	{ "mpp_semaphore, hand-off", mpp_semaphores, 2 },
	{ "sem_t, hand-off", posix_semaphores, 2 },
	{ "mpp_barrier, round of 2", mpp_rounds, 1 },
	{ "pthread_barrier, round of 2", pthread_rounds, 1 },
};

struct measured {
	struct context context;
	double each;
};

static double ns(void *measured)
{
	struct measured *m = measured;

	m->context.s->turn = 0;
	return mpck_bench_together(2, m->context.body, &m->context) /
	       (ROUNDS * m->each);
}

static int make_mutex(pthread_mutex_t *mutex)
{
	pthread_mutexattr_t a;
	int err = pthread_mutexattr_init(&a);

	if (err)
		return err;
	err = pthread_mutexattr_setpshared(&a, PTHREAD_PROCESS_SHARED);
	if (!err)
		err = pthread_mutex_init(mutex, &a);
	pthread_mutexattr_destroy(&a);
	return err;
}

static int make_condition(pthread_cond_t *condition)
{
	pthread_condattr_t a;
	int err = pthread_condattr_init(&a);

	if (err)
		return err;
	err = pthread_condattr_setpshared(&a, PTHREAD_PROCESS_SHARED);
	if (!err)
		err = pthread_cond_init(condition, &a);
	pthread_condattr_destroy(&a);
	return err;
}

static int make_barrier(pthread_barrier_t *barrier)
{
	pthread_barrierattr_t a;
	int err = pthread_barrierattr_init(&a);

	if (err)
		return err;
	err = pthread_barrierattr_setpshared(&a, PTHREAD_PROCESS_SHARED);
	if (!err)
		err = pthread_barrier_init(barrier, &a, 2);
	pthread_barrierattr_destroy(&a);
	return err;
}

/* The first turn is 0's; so is the next after each sample. */
static int make_turns(struct context *c)
{
	int err = 0;

	for (unsigned who = 0; who < 2 && !err; who++) {
		err = sem_init(&c->s->semaphore[who], 1, !who);
		if (!err)
			err = mpp_semaphore_new(&c->semaphore[who], !who);
		if (!err)
			err = mpp_event_new(&c->event[who]);
	}
	return err ? err : mpp_event_set(c->event[0]);
}

static int make(struct context *c)
{
	if (make_mutex(&c->s->mutex) || make_condition(&c->s->condition) ||
	    make_barrier(&c->s->barrier) || make_turns(c) ||
	    mpp_condition_new(&c->condition) < 0)
		return -1;
	return mpp_barrier_new(&c->barrier, 2, NULL, NULL, MPP_FOREVER);
}

static void unmake(struct context *c)
{
	mpp_barrier_free(c->barrier);
	mpp_condition_free(c->condition);
	for (unsigned who = 0; who < 2; who++) {
		mpp_event_free(c->event[who]);
		mpp_semaphore_free(c->semaphore[who]);
	}
}

static int measure(FILE *out, const struct context *c)
{
	int err = 0;

	for (size_t i = 0; i < sizeof(rivals) / sizeof(*rivals) && !err; i++) {
		struct measured m = { *c, rivals[i].each };

		m.context.body = rivals[i].body;
		err = mpck_bench_time(out, rivals[i].what, "ns", ns, &m);
	}
	return err;
}

static void python(FILE *out)
{
	mpck_bench_python(
		out, "Python Condition, hand-off", "ns",
		"N = 2000\n"
		"change, turn = m.Condition(), m.RawValue('i')\n"
		"def turns(who):\n"
		"    for _ in range(N):\n"
		"        with change:\n"
		"            while turn.value != who: change.wait()\n"
		"            turn.value = 1 - who\n"
		"            change.notify()\n"
		"def handoff(): return together(2, turns) / (2 * N)\n"
		"sample(handoff)\n");
	mpck_bench_python(
		out, "Python Barrier, round of 2", "ns",
		"N = 1000\n"
		"barrier = m.Barrier(2)\n"
		"def rounds(who):\n"
		"    for _ in range(N): barrier.wait()\n"
		"def meet(): return together(2, rounds) / N\n"
		"sample(meet)\n");
}

static int waits_run(FILE *out)
{
	struct context c = { 0 };
	int err;

	c.s = mmap(NULL, sizeof(*c.s), PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (c.s == MAP_FAILED)
		return -1;
	err = make(&c);
	if (!err)
		err = measure(out, &c);
	if (!err)
		python(out);
	unmake(&c);
	munmap(c.s, sizeof(*c.s));
	return err;
}

const struct mpck_bench mpck_bench_waits = {
	.name = "waits",
	.summary = "a hand-off from process to process, and a meeting at a barrier",
	.run = waits_run,
};
