/* SPDX-License-Identifier: MIT */
/*
 * lost_update.c - an access of another task between two that belong together.
 *
 * A single execution does not say which accesses belong together; whether a
 * final value is wrong, and right without the disturbance, does.  So this is
 * looked for when the exploration is over: explore/disturbed.h.
 */
#include "detectors/detector.h"

const struct mpck_detector_ops mpck_detector_lost_update = {
	.name = "lost-update",
	.summary = "an access between two that belong together made it wrong",
	.kinds = MPCK_BIT(MPCK_LOST_UPDATE) |
		 MPCK_BIT(MPCK_UNSERIALISABLE_TRIPLE),
};
