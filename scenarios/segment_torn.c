/* SPDX-License-Identifier: MIT */
/*
 * segment_torn.c - segment_record.c without its lock.
 *
 * Family:  multiprocessing.shared_memory: bytes that nobody guards but you.
 * Teaches: a copy is not one access.  The reader may have one half of the
 *          record from before and the other from after.
 *
 * What goes wrong: the writer copies its amount, then its sum; the reader does
 * the same.  [7,0]: it reads both between the writer's two.  [0,7]: the writer
 * does both between the reader's two.
 */
#include <mpck/scenario.h>
#include <mpp/segment.h>
#include "common/processes.h"

struct record {
	int64_t amount;
	int64_t sum;	/* the same, to see a half */
};

static int writer(void *arg)
{
	struct mpp_segment *segment = *(struct mpp_segment **)arg;
	struct record record = { .amount = 7, .sum = 7 };

	must(mpp_segment_write(segment, 0, &record, sizeof(record)));
	return 0;
}

static int reader(void *arg)
{
	struct mpp_segment *segment = *(struct mpp_segment **)arg;
	struct record record;

	must(mpp_segment_read(segment, 0, &record, sizeof(record)));
	mpp_observe("record", &record, 2, 'q');
	return 0;
}

static int run(void)
{
	struct mpp_segment *segment;
	struct mpp_process *p[2];

	must(mpp_segment_new(&segment, sizeof(struct record)));
	p[0] = process(writer, &segment, sizeof(segment));
	p[1] = process(reader, &segment, sizeof(segment));
	start_all(p, 2);
	join_all(p, 2);

	mpp_segment_free(segment);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right_text(e, "record=[0,0]");
	mpck_right_text(e, "record=[7,7]");
	mpck_possible_text(e, "record=[7,0]");
	mpck_possible_text(e, "record=[0,7]");
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_DATA_RACE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
}

MPCK_SCENARIO(
	.name = "segment-torn",
	.summary = "a record in a shared segment, copied without a lock",
	.main = run,
	.expect = expect,
);
