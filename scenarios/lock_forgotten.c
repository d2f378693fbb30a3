/* SPDX-License-Identifier: MIT */
/*
 * lock_forgotten.c - all processes but one take the lock.
 *
 * Lesson:  001_12577a3fdf5be466.txt, "Locks".
 * Teaches: a lock is an agreement.  One process that does not keep it is enough
 *          to spoil the count for everybody: it writes its old copy over what
 *          the others did, or they write over what it did.
 */
#include <mpck/scenario.h>
#include <mpp/lock.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_PROCESSES = 60 };

struct job {
	struct mpp_raw_value *r;
	struct mpp_lock *lock;
	int64_t rounds;
};

static int careful(void *arg)
{
	const struct job *job = arg;

	for (int64_t i = 0; i < job->rounds; i++) {
		must(mpp_lock_acquire(job->lock, MPP_FOREVER));
		must(mpp_raw_value_set(job->r,
				       mpp_raw_value_get(job->r) + 1));
		must(mpp_lock_release(job->lock));
	}
	return 0;
}

static int careless(void *arg)
{
	const struct job *job = arg;

	for (int64_t i = 0; i < job->rounds; i++)
		must(mpp_raw_value_set(job->r,
				       mpp_raw_value_get(job->r) + 1));
	return 0;
}

static int run(void)
{
	struct mpp_process *processes[MAX_PROCESSES];
	struct job job = { .rounds = mpck_param("k") };
	int64_t p = mpck_param("p");

	must(mpp_raw_value_new(&job.r, 'i', 0));
	must(mpp_lock_new(&job.lock, 0));
	for (int64_t i = 0; i < p; i++)
		processes[i] = process(i == 0 ? careless : careful, &job,
				       sizeof(job));
	start_all(processes, p);
	join_all(processes, p);

	mpp_observe_int("counter", mpp_raw_value_get(job.r));
	mpp_lock_free(job.lock);
	mpp_raw_value_free(job.r);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t p = mpck_param("p");
	int64_t k = mpck_param("k");

	mpck_right(e, "counter", p * k);
	/*
	 * As without any lock.  p*k - m: while the careless one still holds
	 * its first copy, m of the others' rounds pass and are lost; m goes
	 * up to p*k - k, so k and above.  2 + m: all but one round of a
	 * careful process A are lost this way, A reads the 1, m more rounds
	 * of the careless one count after A's write: 2 up to k + 1.
	 */
	mpck_possible(e, "counter", k == 1 ? 1 : 2, p * k, 1);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_DATA_RACE);
	mpck_must_find(e, MPCK_MISUSE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
	mpck_must_find(e, MPCK_LOST_UPDATE);
}

MPCK_SCENARIO(
	.name = "lock-forgotten",
	.summary = "p processes add 1 k times, one of them without the lock",
	.source = "001_12577a3fdf5be466.txt",
	.params = {
		{ "p", 2, 2, MAX_PROCESSES, "processes" },
		{ "k", 2, 1, 1000, "rounds of each process" },
	},
	.main = run,
	.expect = expect,
);
