/* SPDX-License-Identifier: MIT */
/*
 * rwlock_reading_writer.c - rwlock.c, with a writer that acquires to read.
 *
 * Family:  readers and writers (Courtois, Heymans, Parnas: Concurrent control
 *          with "readers" and "writers", 1971).
 * Teaches: a share excludes writers only, and here nobody is one: readers see
 *          half of a change.
 */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include <mpp/rwlock.h>
#include <mpp/value.h>
#include "common/processes.h"

enum { MAX_EACH = 20 };

struct room {
	struct mpp_raw_value *a, *b;	/* equal when nobody writes */
	struct mpp_rwlock *lock;
	struct mpp_raw_array *torn;	/* 1: this reader saw a and b differ */
	int64_t number;			/* of the reader */
};

static int reader(void *arg)
{
	const struct room *room = arg;

	must(mpp_rwlock_acquire_read(room->lock, MPP_FOREVER));
	int64_t a = mpp_raw_value_get(room->a);
	int64_t b = mpp_raw_value_get(room->b);
	must(mpp_rwlock_release(room->lock));
	if (a != b)
		must(mpp_raw_array_set(room->torn, room->number, 1));
	return 0;
}

static int writer(void *arg)
{
	const struct room *room = arg;

	must(mpp_rwlock_acquire_read(room->lock, MPP_FOREVER));
	int64_t next = mpp_raw_value_get(room->a) + 1;
	must(mpp_raw_value_set(room->a, next));
	must(mpp_raw_value_set(room->b, next));
	must(mpp_rwlock_release(room->lock));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[2 * MAX_EACH];
	int64_t readers = mpck_param("readers");
	int64_t writers = mpck_param("writers");
	struct room room = { .number = 0 };
	int64_t torn = 0;

	must(mpp_raw_value_new(&room.a, 'i', 0));
	must(mpp_raw_value_new(&room.b, 'i', 0));
	must(mpp_rwlock_new(&room.lock, 2 * MAX_EACH));
	must(mpp_raw_array_new(&room.torn, 'i', (size_t)readers));
	for (int64_t i = 0; i < writers; i++)
		p[readers + i] = process(writer, &room, sizeof(room));
	for (int64_t i = 0; i < readers; i++) {
		room.number = i;
		p[i] = process(reader, &room, sizeof(room));
	}
	start_all(p, readers + writers);
	join_all(p, readers + writers);

	for (int64_t i = 0; i < readers; i++) {
		int64_t one;

		must(mpp_raw_array_get(room.torn, i, &one));
		torn += one;
	}
	mpp_observe_int("torn", torn);
	mpp_raw_array_free(room.torn);
	mpp_rwlock_free(room.lock);
	mpp_raw_value_free(room.b);
	mpp_raw_value_free(room.a);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "torn", 0);
	mpck_possible(e, "torn", 0, mpck_param("readers"), 1);
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_DATA_RACE);
	mpck_may_find(e, MPCK_MISUSE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
}

MPCK_SCENARIO(
	.name = "rwlock-reading-writer",
	.summary = "a writer acquires the lock for reading",
	.params = {
		{ "readers", 2, 1, MAX_EACH, "processes that read a and b" },
		{ "writers", 1, 1, MAX_EACH, "processes that add 1 to both" },
	},
	.main = run,
	.expect = expect,
);
