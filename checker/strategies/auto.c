/* SPDX-License-Identifier: MIT */
/* auto.c - a proof if a small budget is enough for it, else a sample. */
#include "strategies/strategy.h"

const struct mpck_strategy_ops mpck_strategy_auto = {
	.name = "auto",
	.summary = "prove; if that takes too long, random (default)",
	.searches = true,
	.otherwise = "random",
};
