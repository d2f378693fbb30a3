/* SPDX-License-Identifier: MIT */
/*
 * waits.c - benchmark: two processes that wait for each other, by a condition
 * and at a barrier.
 *
 * Condition: each waits for its turn and gives the turn to the other; the
 * figure is the time of one hand-off.  Barrier: both come to it again and
 * again; the figure is the time of one round of both.
 */
#include <pthread.h>
#include <sys/mman.h>

#include "bench/bench.h"

enum { ROUNDS = 20000 };

struct shared {
	pthread_mutex_t mutex;
	pthread_cond_t condition;
	pthread_barrier_t barrier;
	unsigned turn; /* whose; under the rival's lock */
};

struct context {
	struct shared *s;
	int (*body)(void *context, unsigned who);
};

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
	{ "pthread_cond, hand-off", pthread_turns, 2 },
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

static int measure(FILE *out, struct shared *s)
{
	int err = 0;

	for (size_t i = 0; i < sizeof(rivals) / sizeof(*rivals) && !err; i++) {
		struct measured m = { { s, rivals[i].body }, rivals[i].each };

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
	struct shared *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int err = -1;

	if (s == MAP_FAILED)
		return -1;
	if (make_mutex(&s->mutex) == 0 && make_condition(&s->condition) == 0 &&
	    make_barrier(&s->barrier) == 0)
		err = measure(out, s);
	if (!err)
		python(out);
	munmap(s, sizeof(*s));
	return err;
}

const struct mpck_bench mpck_bench_waits = {
	.name = "waits",
	.summary = "a hand-off by a condition, and a meeting at a barrier",
	.run = waits_run,
};
