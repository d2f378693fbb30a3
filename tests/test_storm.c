/* SPDX-License-Identifier: MIT */
/*
 * test_storm.c - many processes use every primitive and are killed at random,
 * at any instruction, while others go on.
 *
 * Idea:    workers visit stations, each an object with an invariant of its own.
 *          A worker is killed by a timer that it sets itself (SIGKILL after a
 *          random time up to LIFE), so the places are those of the machine, not
 *          of any list; the test replaces it.
 * Hangs:   every call has a limit, and to reach it is a failure.  In the end
 *          nobody is killed any more, and each worker and the test visit every
 *          station once: what the dead left must not stop them.
 * Random:  the seed is fixed, the moments of death are not.  A correct library
 *          never fails; how likely a wrong one passes depends on the mistake
 *          (test_kill_*.c are the systematic ones).
 * Length:  STORM_SECONDS in the environment, else 3.
 */
#include <inttypes.h>
#include <time.h>

#include <mpp/process.h>

#include "killing.h"
#include "storm.h"

enum { WORKERS = 6, LIFE_US = 150 * 1000 };

/* Shared by all: what happened, for the report. */
static struct {
	uint64_t visits[STATIONS];
	uint64_t told[STATIONS];	/* deaths that a station's calls told of */
	uint64_t kills;
} *seen;

static uint64_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005 + 1442695040888963407;
	return *state >> 33;
}

/* From now on it may happen anywhere. */
static void die_soon(uint64_t us)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL,
				  .sigev_signo = SIGKILL };
	struct itimerspec when = {
		.it_value = { .tv_nsec = (long)us * 1000 + 1 }
	};
	timer_t timer;

	if (timer_create(CLOCK_MONOTONIC, &event, &timer) < 0 ||
	    timer_settime(timer, 0, &when, NULL) < 0)
		_exit(1);
}

static void visit(unsigned station, uint64_t *random)
{
	bool told = false;
	const char *wrong = stations[station].visit(next_random(random), &told);

	if (wrong) {
		fprintf(stderr, "%s: %s\n", stations[station].name, wrong);
		_exit(1);
	}
	__atomic_fetch_add(&seen->visits[station], 1, __ATOMIC_RELAXED);
	if (told)
		__atomic_fetch_add(&seen->told[station], 1, __ATOMIC_RELAXED);
}

static pid_t start_worker(uint64_t seed, bool last)
{
	pid_t pid = fork();
	uint64_t random = seed;

	ck_assert_int_ge(pid, 0);
	if (pid > 0)
		return pid;
	if (!last)
		die_soon(next_random(&random) % LIFE_US);
	for (unsigned i = 0; !last || i < STATIONS; i++)
		visit(last ? i : (unsigned)(next_random(&random) % STATIONS),
		      &random);
	_exit(0);
}

static int64_t storm_ns(void)
{
	const char *text = getenv("STORM_SECONDS");

	return MPP_SECONDS(text ? atof(text) : 3);
}

START_TEST(whoever_is_killed_the_others_go_on)
{
	unsigned before = descriptors();
	int64_t end = mpp_now_ns() + storm_ns();
	uint64_t seed = 1, random = 1;
	pid_t pid[WORKERS];
	int status;

	seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(seen, MAP_FAILED);
	for (unsigned i = 0; i < STATIONS; i++)
		stations[i].make();
	for (int i = 0; i < WORKERS; i++)
		pid[i] = start_worker(seed++, false);
	while (mpp_now_ns() < end) {
		pid_t dead = waitpid(-1, &status, 0);

		ck_assert_msg(WIFSIGNALED(status) &&
				      WTERMSIG(status) == SIGKILL,
			      "a worker failed: status %#x", (unsigned)status);
		seen->kills++;
		for (int i = 0; i < WORKERS; i++) {
			if (pid[i] == dead)
				pid[i] = start_worker(seed++, false);
		}
	}
	for (int i = 0; i < WORKERS; i++)
		ck_assert_int_eq(waitpid(pid[i], &status, 0), pid[i]);
	for (int i = 0; i < WORKERS; i++)
		pid[i] = start_worker(seed++, true);
	for (int i = 0; i < WORKERS; i++)
		reap_peer(pid[i]);
	for (unsigned i = 0; i < STATIONS; i++) {
		visit(i, &random);
		printf("%-18s %9" PRIu64 " visits, told of %" PRIu64
		       " deaths\n", stations[i].name, seen->visits[i],
		       seen->told[i]);
		ck_assert_uint_gt(seen->visits[i], WORKERS);
		stations[i].free();
	}
	printf("%" PRIu64 " kills\n", seen->kills);
	ck_assert_uint_gt(seen->kills, 0);
	munmap(seen, sizeof(*seen));
	nothing_is_left(before);
}
END_TEST

UNIT_MAIN(
	UNIT(whoever_is_killed_the_others_go_on)
)
