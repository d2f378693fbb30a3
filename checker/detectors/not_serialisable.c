/* SPDX-License-Identifier: MIT */
/*
 * not_serialisable.c - final values that no order of whole processes gives.
 *
 * The serial orders are run when the exploration is over, once for all its
 * outcomes: explore/serial.h.  Of a single execution there is nothing to see.
 */
#include "detectors/detector.h"

const struct mpck_detector_ops mpck_detector_not_serialisable = {
	.name = "not-serialisable",
	.summary = "final values that no order of whole processes gives",
	.kinds = MPCK_BIT(MPCK_NOT_SERIALISABLE),
};
