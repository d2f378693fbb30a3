/* SPDX-License-Identifier: MIT */
/*
 * readers_writers_miscount.c - readers_writers.c, the count without its lock.
 *
 * Family:  readers and writers (Courtois, Heymans, Parnas: Concurrent control
 *          with "readers" and "writers", 1971; the first problem there).
 * Teaches: the count decides who shuts and opens the door, so a lost update
 *          of the count is a door that stays shut or opens too early.
 *
 * What goes wrong: a reader that has counted itself and still waits at the door
 * makes the next one think that the room is theirs: it goes in to the writer.
 * After a lost update the last to leave does not know that it is the last, and
 * all others wait for ever; or somebody takes itself for the last and opens the
 * door while others read.  With three readers all of them can see a and b
 * differ, with two only one: who counted first has the door, and the other one
 * cannot take itself for the last while the first is counted.
 */
#include <mpck/scenario.h>
#include <mpp/array.h>
#include <mpp/value.h>
#include "common/gate.h"
#include "common/processes.h"

enum { MAX_EACH = 20 };

struct room {
	struct mpp_raw_value *a, *b;	/* equal when nobody writes */
	struct mpp_raw_value *readers;	/* inside */
	struct mpp_queue *door;		/* open when the room is free */
	struct mpp_raw_array *torn;	/* 1: this reader saw a and b differ */
	int64_t number;			/* of the reader */
};

static void enter(const struct room *room)
{
	int64_t readers = mpp_raw_value_get(room->readers) + 1;

	must(mpp_raw_value_set(room->readers, readers));
	if (readers == 1)
		gate_pass(room->door);
}

static void leave(const struct room *room)
{
	int64_t readers = mpp_raw_value_get(room->readers) - 1;

	must(mpp_raw_value_set(room->readers, readers));
	if (readers == 0)
		gate_open(room->door);
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
	mpp_raw_value_free(room.readers);
	mpp_raw_value_free(room.b);
	mpp_raw_value_free(room.a);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	int64_t readers = mpck_param("readers");

	mpck_right(e, "torn", 0);
	if (readers == 1)
		return;		/* alone, nobody can interfere */
	mpck_possible(e, "torn", 0, readers == 2 ? 1 : readers, 1);
	mpck_possible_text(e, "(deadlock)");
	mpck_must_find(e, MPCK_UNEXPECTED_VALUE);
	mpck_must_find(e, MPCK_NOT_SERIALISABLE);
	mpck_may_find(e, MPCK_LOST_UPDATE);
	mpck_must_find(e, MPCK_DEADLOCK);
	mpck_must_find(e, MPCK_DATA_RACE);
}

MPCK_SCENARIO(
	.name = "readers-writers-miscount",
	.summary = "readers change their count without a lock",
	.needs = MPCK_NATIVE_HANGS,	/* sometimes */
	.params = {
		{ "readers", 2, 1, MAX_EACH, "processes that read a and b" },
		{ "writers", 1, 1, MAX_EACH, "processes that add 1 to both" },
	},
	.main = run,
	.expect = expect,
);
