/* SPDX-License-Identifier: MIT */
/*
 * event_pulse.c - an Event set and cleared at once, by the same process.
 *
 * Teaches: a wait that has begun is never missed by a set, even if the flag is
 *          clear again when the waiter looks: libmpp's Event counts its sets.
 *          (Python's looks at the flag only.)  Of the three places where the
 *          wait can begin two are therefore right: before the set, and between.
 *
 * What goes wrong: the third.  A wait that begins after the clear waits for a
 * set that has been.  The cure is event_turns.c.
 */
#include <mpck/scenario.h>
#include <mpp/event.h>
#include "common/processes.h"

static int waiter(void *arg)
{
	struct mpp_event **event = arg;

	must(mpp_event_wait(*event, MPP_FOREVER));
	mpp_observe_int("seen", 1);
	return 0;
}

static int setter(void *arg)
{
	struct mpp_event **event = arg;

	must(mpp_event_set(*event));
	must(mpp_event_clear(*event));
	return 0;
}

static int run(void)
{
	struct mpp_process *p[2];
	struct mpp_event *event;

	must(mpp_event_new(&event));
	p[0] = process(waiter, &event, sizeof(event));
	p[1] = process(setter, &event, sizeof(event));
	start_all(p, 2);
	join_all(p, 2);

	mpp_event_free(event);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "seen", 1);
	mpck_possible(e, "seen", 1, 1, 1);
	mpck_possible_text(e, "(deadlock)");
	mpck_must_find(e, MPCK_DEADLOCK);
}

MPCK_SCENARIO(
	.name = "event-pulse",
	.summary = "an event set and cleared before the wait begins",
	.needs = MPCK_NATIVE_HANGS,	/* sometimes */
	.main = run,
	.expect = expect,
);
