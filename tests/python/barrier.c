/* SPDX-License-Identifier: MIT */
/* barrier.c - the programs of barrier.def. */
#include <mpp/barrier.h>

#include "program.h"

static struct mpp_barrier *barrier;

static void make(int parties, int (*action)(void *))
{
	must(mpp_barrier_new(&barrier, parties, action, NULL, MPP_FOREVER));
}

static void say_passed(int number)
{
	if (number >= 0)
		say("%d", number);
	else if (number == MPP_EBROKEN)
		say("broken");
	else
		say_taken(number);
}

static int pass(void *unused)
{
	(void)unused;
	return mpp_barrier_wait(barrier, MPP_FOREVER);
}

static void barrier_of_one(void)
{
	make(1, NULL);
	say_passed(pass(NULL));
	say_passed(pass(NULL));
}

static void barrier_of_two_numbers_its_parties(void)
{
	struct mpp_process *child;
	int mine;

	make(2, NULL);
	child = start_child(pass);
	mine = pass(NULL);
	must(mine);
	say("%d", mine + join_child(child)); /* 0 and 1, whoever was first */
}

static void barrier_has_its_parties(void)
{
	make(3, NULL);
	say("%d", mpp_barrier_parties(barrier));
}

static void barrier_whose_others_do_not_come(void)
{
	make(2, NULL);
	say_passed(mpp_barrier_wait(barrier, A_WHILE));
	say_passed(pass(NULL));
}

static void barrier_after_abort(void)
{
	make(1, NULL);
	must(mpp_barrier_abort(barrier));
	say_passed(pass(NULL));
}

static void barrier_after_abort_and_reset(void)
{
	make(1, NULL);
	must(mpp_barrier_abort(barrier));
	must(mpp_barrier_reset(barrier));
	say_passed(pass(NULL));
}

static int actions;

static int count_action(void *unused)
{
	(void)unused;
	actions++;
	return 0;
}

static void barrier_action_runs_once_a_cycle(void)
{
	make(1, count_action);
	must(pass(NULL));
	must(pass(NULL));
	say("%d", actions);
}

static int fail(void *unused)
{
	(void)unused;
	return 1;
}

static void barrier_action_that_fails_breaks_it(void)
{
	make(1, fail);
	(void)pass(NULL);
	say_passed(pass(NULL));
}

static void barrier_of_none(void)
{
	say_refused(mpp_barrier_new(&barrier, 0, NULL, NULL, MPP_FOREVER));
}

const struct program python_barrier[] = {
#define SAME(id, result) { #id, id },
#define DIFFERS(id, python, libmpp, reason) { #id, id },
#include "barrier.def"
	{ 0 },
};
