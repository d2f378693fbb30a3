/* SPDX-License-Identifier: MIT */
/* expects.c - a scenario with an expectation that states nothing. */
#include "module.h"

static int main_of_scenario(void)
{
	return 0;
}

static void expect(struct mpck_expect *e)
{
	(void)e;
}

MPCK_SCENARIO(
	.name = "expects-nothing",
	.summary = "for a test",
	.main = main_of_scenario,
	.expect = expect,
);
