/* SPDX-License-Identifier: MIT */
/*
 * test_kill_process.c - parents killed at every step of start, join and exit
 * code: their children go on, and who has the handle is told nothing false.
 */
#include <sys/prctl.h>

#include <mpp/process.h>
#include <mpp/value.h>

#include "killing.h"

/* Orphans are the test's from now on. */
static void adopt(void)
{
	ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
}

static struct mpp_process *child;
static struct mpp_value *done;

static int sets_done(void *arg)
{
	(void)arg;
	steps_left = 0;	/* this is not the victim */
	return mpp_value_set(done, 1) == 0 ? 7 : 1;
}

static void *make_child(void)
{
	done = NULL;
	child = NULL;
	ck_assert_int_eq(mpp_value_new(&done, 'i', 0), 0);
	ck_assert_int_eq(mpp_process_new(&child, sets_done, NULL, 0), 0);
	return child;
}

static void free_child(void *c)
{
	mpp_process_free(c);
	mpp_value_free(done);
}

static int starts_and_joins(void *c)
{
	int code = -1;

	return mpp_process_start(c) || mpp_process_join(c, IN_TIME) ||
	       mpp_process_exitcode(c, &code) != 1 || code != 7 ||
	       mpp_process_is_alive(c);
}

/* The child, if there is one, ends by itself; its code is told or unknown. */
static void child_went_on(void *c, bool killed)
{
	int code = -1, told, status = -1;

	if (waitpid(-1, &status, 0) > 0) {
		ck_assert(killed);
		ck_assert(WIFEXITED(status) || WIFSIGNALED(status));
	}
	told = mpp_process_exitcode(c, &code);
	if (told)
		ck_assert_int_eq(code, 7);
	else
		ck_assert(killed);
	ck_assert(!mpp_process_is_alive(c) || !told);
}

START_TEST(children_of_a_killed_parent_go_on)
{
	static const struct killing parent = { make_child, starts_and_joins,
					       NULL, child_went_on,
					       free_child };

	adopt();
	cut_everywhere(&parent);
}
END_TEST

UNIT_MAIN(
	UNIT(children_of_a_killed_parent_go_on)
)
