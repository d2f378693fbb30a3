/* SPDX-License-Identifier: MIT */
/*
 * readers_writers.c - many readers or one writer, made from a lock and a gate.
 *
 * Family:  readers and writers (Courtois, Heymans, Parnas: Concurrent control
 *          with "readers" and "writers", 1971; the first problem there).
 * Teaches: the first reader to come in shuts the door behind it, the last to
 *          leave opens it; a lock guards the count of readers.  Who opens the
 *          door need not be who shut it, so the door is a gate and no lock.
 */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include <mpp/lock.h>
#include <mpp/value.h>
#include "common/gate.h"
#include "common/processes.h"

enum { MAX_EACH = 20 };

struct room {
	struct mpp_raw_value *a, *b;	/* equal when nobody writes */
	struct mpp_raw_value *readers;	/* inside */
	struct mpp_lock *counting;	/* of readers */
	struct mpp_queue *door;		/* open when the room is free */
	struct mpp_raw_array *torn;	/* 1: this reader saw a and b differ */
	int64_t number;			/* of the reader */
};

static void enter(const struct room *room)
{
	must(mpp_lock_acquire(room->counting, MPP_FOREVER));
	int64_t readers = mpp_raw_value_get(room->readers) + 1;
	must(mpp_raw_value_set(room->readers, readers));
	if (readers == 1)
		gate_pass(room->door);
	must(mpp_lock_release(room->counting));
}

static void leave(const struct room *room)
{
	must(mpp_lock_acquire(room->counting, MPP_FOREVER));
	int64_t readers = mpp_raw_value_get(room->readers) - 1;
	must(mpp_raw_value_set(room->readers, readers));
	if (readers == 0)
		gate_open(room->door);
	must(mpp_lock_release(room->counting));
}

static int reader(void *arg)
{
	const struct room *room = arg;

	enter(room);
	int64_t a = mpp_raw_value_get(room->a);
	int64_t b = mpp_raw_value_get(room->b);
	leave(room);
	if (a != b)
		must(mpp_raw_array_set(room->torn, room->number, 1));
	return 0;
}

static int writer(void *arg)
{
	const struct room *room = arg;

	gate_pass(room->door);
	int64_t next = mpp_raw_value_get(room->a) + 1;
	must(mpp_raw_value_set(room->a, next));
	must(mpp_raw_value_set(room->b, next));
	gate_open(room->door);
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
	must(mpp_raw_value_new(&room.readers, 'i', 0));
	must(mpp_lock_new(&room.counting, 0));
	room.door = gate_new();
	gate_open(room.door);
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
	mpp_queue_free(room.door);
	mpp_lock_free(room.counting);
	mpp_raw_value_free(room.readers);
	mpp_raw_value_free(room.b);
	mpp_raw_value_free(room.a);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "torn", 0);
}

MPCK_SCENARIO(
	.name = "readers-writers",
	.summary = "the first reader shuts the door, the last one opens it",
	.params = {
		{ "readers", 2, 1, MAX_EACH, "processes that read a and b" },
		{ "writers", 1, 1, MAX_EACH, "processes that add 1 to both" },
	},
	.main = run,
	.expect = expect,
);
