/* SPDX-License-Identifier: MIT */
/* choices.c - for strategies, tokens and expectations. */
#include <stdlib.h>

#include "module.h"

/* tree: three tasks that write one digit each, twice. */
static int write_digit(void *arg)
{
	int id = *(int *)arg;
	int64_t rounds = mpck_param("n");

	for (int64_t i = 0; i < rounds; i++)
		must(mpp_raw_value_set(cell,
				       mpp_raw_value_get(cell) * 4 + id));
	return 0;
}

PROGRAM(digits)
{
	cell = new_cell(0);
	run_children(3, write_digit);
	mpp_observe_int("x", mpp_raw_value_get(cell));
	return 0;
}

/* forced: nothing to choose. */
PROGRAM(forced)
{
	cell = new_cell(0);
	let_others_run();
	mpp_observe_int("x", 1);
	return 0;
}

/* uncontrolled_value: differs whenever it is run. */
PROGRAM(uncontrolled_value)
{
	mpp_observe_int("x", lrand48());
	return 0;
}

/* uncontrolled_choices: other choices whenever it is run. */
static int sometimes(void *arg)
{
	(void)arg;
	/* What comes before the first choice is executed once. */
	let_others_run();
	for (long n = lrand48() % 4; n >= 0; n--)
		let_others_run();
	return 0;
}

PROGRAM(uncontrolled_choices)
{
	cell = new_cell(0);
	run_children(3, sometimes);
	return 0;
}

/* names: n different names are observed. */
PROGRAM(names)
{
	int64_t n = mpck_param("n");

	for (int64_t i = 0; i < n; i++) {
		char name[] = { 'v', (char)('a' + i / 10), (char)('a' + i % 10),
				'\0' };

		mpp_observe_int(name, i);
	}
	return 0;
}

MODULE_END;
