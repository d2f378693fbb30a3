/* SPDX-License-Identifier: MIT */
/* event.c - the programs of event.def. */
#include <mpp/event.h>

#include "program.h"

static struct mpp_event *event;
static struct gate waiting;

static void make(void)
{
	must(mpp_event_new(&event));
	gate_new(&waiting);
}

static void say_is_set(void)
{
	say("%s", mpp_event_is_set(event) ? "yes" : "no");
}

static void say_waited(int err)
{
	if (err == 0)
		say("set");
	else
		say_taken(err);
}

static void event_is_made_clear(void)
{
	make();
	say_is_set();
}

static void event_is_set(void)
{
	make();
	must(mpp_event_set(event));
	say_is_set();
}

static void event_is_cleared(void)
{
	make();
	must(mpp_event_set(event));
	must(mpp_event_clear(event));
	say_is_set();
}

static void wait_for_a_set_event(void)
{
	make();
	must(mpp_event_set(event));
	say_waited(mpp_event_wait(event, MPP_FOREVER));
}

static void wait_for_an_event_that_stays_clear(void)
{
	make();
	say_waited(mpp_event_wait(event, A_WHILE));
}

static int set(void *unused)
{
	(void)unused;
	return mpp_event_set(event);
}

static void event_set_by_a_child(void)
{
	make();
	start_child(set);
	say_waited(mpp_event_wait(event, MPP_FOREVER));
}

static int wait_for_it(void *unused)
{
	(void)unused;
	gate_pass(&waiting);
	return mpp_event_wait(event, MPP_FOREVER);
}

static void event_set_while_a_child_waits(void)
{
	struct mpp_process *child;

	make();
	child = start_child(wait_for_it);
	gate_wait(&waiting);
	must(mpp_event_set(event));
	say_waited((int8_t)join_child(child));
}

static void event_set_after_a_waiter_was_killed(void)
{
	struct mpp_process *child;

	make();
	child = start_child(wait_for_it);
	gate_wait(&waiting);
	kill_child(child);
	say_error(mpp_event_set(event));
}

const struct program python_event[] = {
#define SAME(id, result) { #id, id },
#define DIFFERS(id, python, libmpp, reason) { #id, id },
#include "event.def"
	{ 0 },
};
