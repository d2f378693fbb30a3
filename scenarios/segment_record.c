/* SPDX-License-Identifier: MIT */
/*
 * segment_record.c - a record of 16 bytes in a shared segment, under a lock.
 *
 * Family:  multiprocessing.shared_memory: bytes that nobody guards but you.
 * Teaches: a copy into a segment is many accesses, not one.  Whoever copies a
 *          record in or out holds its lock meanwhile; then the reader has the
 *          record from before or the one from after.
 */
#include <mpck/scenario.h>
#include <mpp/lock.h>
#include <mpp/segment.h>
#include "common/processes.h"

struct record {
	int64_t amount;
	int64_t sum;	/* the same, to see a half */
};

struct job {
	struct mpp_segment *segment;
	struct mpp_lock *lock;
};

static int writer(void *arg)
{
	const struct job *job = arg;
	struct record record = { .amount = 7, .sum = 7 };

	must(mpp_lock_acquire(job->lock, MPP_FOREVER));
	must(mpp_segment_write(job->segment, 0, &record, sizeof(record)));
	must(mpp_lock_release(job->lock));
	return 0;
}

static int reader(void *arg)
{
	const struct job *job = arg;
	struct record record;

	must(mpp_lock_acquire(job->lock, MPP_FOREVER));
	must(mpp_segment_read(job->segment, 0, &record, sizeof(record)));
	must(mpp_lock_release(job->lock));
	mpp_observe("record", &record, 2, 'q');
	return 0;
}

static int run(void)
{
	struct mpp_process *p[2];
	struct job job;

	must(mpp_segment_new(&job.segment, sizeof(struct record)));
	must(mpp_lock_new(&job.lock, 0));
	p[0] = process(writer, &job, sizeof(job));
	p[1] = process(reader, &job, sizeof(job));
	start_all(p, 2);
	join_all(p, 2);

	mpp_lock_free(job.lock);
	mpp_segment_free(job.segment);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right_text(e, "record=[0,0]");
	mpck_right_text(e, "record=[7,7]");
}

MPCK_SCENARIO(
	.name = "segment-record",
	.summary = "a record in a shared segment, copied under a lock",
	.main = run,
	.expect = expect,
);
