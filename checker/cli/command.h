/* SPDX-License-Identifier: MIT */
/*
 * command.h - what the subcommands of mpcheck have in common.
 */
#ifndef MPCK_COMMAND_H
#define MPCK_COMMAND_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

enum mpck_exit {
	MPCK_EXIT_EXPECTED = 0,		/* as the expectation says */
	MPCK_EXIT_UNEXPECTED = 1,	/* not so */
	MPCK_EXIT_USAGE = 2,
	MPCK_EXIT_INTERNAL = 3,
	MPCK_EXIT_SKIPPED = 77,
	MPCK_EXIT_NO_ANSWER = 124,	/* the budget was spent first */
	MPCK_EXIT_INTERRUPTED = 130,
};

struct mpck_command {
	const char *name;
	const char *summary;
	/* argv[0] is "mpcheck NAME"; returns an enum mpck_exit. */
	int (*run)(int argc, char **argv);
};

extern const char *mpck_program;	/* argv[0] of mpcheck itself */
const char *mpck_version(void);
/* Runs the command called argv[0], or says what is wrong with that name. */
int mpck_dispatch(int argc, char **argv);

/* One line a command, for --help; the caller frees it. */
char *mpck_commands_help(void);

/* One sentence on stderr, after the command's name. */
__attribute__((format(printf, 1, 2)))
void mpck_complain(const char *format, ...);
/* As in parsers: the sentence, then exit code 2. */
__attribute__((format(printf, 2, 3), noreturn))
void mpck_refuse(const struct argp_state *state, const char *format, ...);

/* "--name takes a whole number from lo to hi, not 'text'", or the number. */
uint64_t mpck_parse_count(const struct argp_state *state, const char *option,
			  const char *text, uint64_t lo, uint64_t hi);
/* "2G" as bytes; or "--name takes a size such as 512M or 2G, ...". */
uint64_t mpck_parse_size(const struct argp_state *state, const char *option,
			 const char *text);
/* "--name takes a number of seconds above 0, not 'text'", or the number. */
double mpck_parse_seconds(const struct argp_state *state, const char *option,
			  const char *text);

/* bench.c calls it; checker/bench has it. */
int mpck_bench_main(int argc, char **argv);

#endif
