/* SPDX-License-Identifier: MIT */
/*
 * races.h - two processes and one cell: what the programs of races.c and
 * race_*.c have in common.
 *
 * They have what orders two accesses, and the same thing used so that it does
 * not.  Where there is a race, its two lines are marked with the program's name.
 */
#ifndef MPCK_TESTS_RACES_H
#define MPCK_TESTS_RACES_H

#include "module.h"

UNUSED static struct mpp_process *start(int (*fn)(void *))
{
	struct mpp_process *p = process(fn, NULL, 0);

	must(mpp_process_start(p));
	return p;
}

UNUSED static void both(int (*first)(void *), int (*second)(void *))
{
	struct mpp_process *p[] = { start(first), start(second) };

	join_all(p, 2);
}

#define TASK(name) UNUSED static int name(void *unused_)
#define NO_ARGUMENT (void)unused_

UNUSED static void set(void)
{
	must(mpp_raw_value_set(cell, 1));
}

#endif
