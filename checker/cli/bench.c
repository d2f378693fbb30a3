/* SPDX-License-Identifier: MIT */
/* bench.c - `mpcheck bench`: how fast libmpp is here; see checker/bench. */
#include "cli/command.h"

const struct mpck_command mpck_command_bench = {
	.name = "bench",
	.summary = "measure libmpp's primitives on this machine",
	.run = mpck_bench_main,
};
