/* SPDX-License-Identifier: MIT */
/* bench.c - `mpcheck bench`: how fast it all is here; see checker/bench. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"

static int run(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--version")) {
		printf("mpcheck %s\n", mpck_version());
		return MPCK_EXIT_EXPECTED;
	}
	return mpck_bench_main(argc, argv);
}

const struct mpck_command mpck_command_bench = {
	.name = "bench",
	.summary = "measure libmpp and the checker on this machine",
	.run = run,
};
