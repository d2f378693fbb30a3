/* SPDX-License-Identifier: MIT */
/* prove.c - every state of the program, by prove/: no executions to choose. */
#include "strategies/strategy.h"

const struct mpck_strategy_ops mpck_strategy_prove = {
	.name = "prove",
	.summary = "every state the program can reach, equal ones once",
	.exhaustive = true,
	.searches = true,
};
