/* SPDX-License-Identifier: MIT */
/* names.c - objects that the program gives names. */
#include "module.h"

/* Two cells of one name, a lock, and one that keeps its own. */
PROGRAM(given)
{
	struct mpp_raw_value *third = new_cell(3);

	cell = new_cell(1);
	other_cell = new_cell(2);
	lock = new_lock(0);
	mpck_name(cell, "balance");
	mpck_name(other_cell, "balance");
	mpck_name(lock, "a name that is much too long");
	must(mpp_raw_value_set(cell, 5));
	must(mpp_raw_value_set(other_cell, 5));
	must(mpp_raw_value_set(third, 5));
	must(mpp_lock_acquire(lock, MPP_FOREVER));
	must(mpp_lock_release(lock));
	mpp_raw_value_free(cell);
	cell = new_cell(1);
	must(mpp_raw_value_set(cell, 6));
	return 0;
}

MODULE_END;
