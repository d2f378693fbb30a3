/* SPDX-License-Identifier: MIT */
/* choices.c - for strategies, tokens and expectations. */
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
