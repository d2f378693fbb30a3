/* SPDX-License-Identifier: MIT */
#include <mpck/scenario.h>
#include <mpp/process.h>

static int run(void)
{
	mpp_observe_int("answer", 42);
	return 0;
}

static void expect(struct mpck_expect *e)
{
	mpck_right(e, "answer", 42);
}

MPCK_SCENARIO(.name = "mine", .summary = "one value", .main = run,
	      .expect = expect);
