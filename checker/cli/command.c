/* SPDX-License-Identifier: MIT */
/* command.c - the table of subcommands, and what they have in common. */
#include "cli/command.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/nearest.h"

#ifndef MPCK_VERSION
#define MPCK_VERSION "unversioned"
#endif

#define COMMAND(id) extern const struct mpck_command mpck_command_##id;
#include "cli/commands.def"
#undef COMMAND

static const struct mpck_command *const commands[] = {
#define COMMAND(id) &mpck_command_##id,
#include "cli/commands.def"
#undef COMMAND
};
enum { NCOMMANDS = sizeof(commands) / sizeof(*commands) };

const char *mpck_program = "mpcheck";

/* "mpcheck scenario": in front of every sentence. */
static char speaker[64] = "mpcheck";

const char *mpck_version(void)
{
	return MPCK_VERSION;
}

void mpck_complain(const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "%s: ", speaker);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

void mpck_refuse(const struct argp_state *state, const char *format, ...)
{
	va_list arguments;

	(void)state;
	fprintf(stderr, "%s: ", speaker);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(MPCK_EXIT_USAGE);
}

uint64_t mpck_parse_count(const struct argp_state *state, const char *option,
			  const char *text, uint64_t lo, uint64_t hi)
{
	bool digits = *text && !text[strspn(text, "0123456789")];
	uint64_t n;

	errno = 0;
	n = strtoull(text, NULL, 10);
	if (digits && !errno && n >= lo && n <= hi)
		return n;
	mpck_refuse(state, "%s takes a whole number from %" PRIu64 " to %"
		    PRIu64 ", not '%s'", option, lo, hi, text);
}

/* How often 1024 a suffix is; -1: no suffix. */
static int power_of(const char *suffix)
{
	static const char letters[] = "KMGT";
	const char *at;

	if (!*suffix)
		return 0;
	at = suffix[1] ? NULL
		       : strchr(letters, toupper((unsigned char)*suffix));
	return at ? (int)(at - letters) + 1 : -1;
}

uint64_t mpck_parse_size(const struct argp_state *state, const char *option,
			 const char *text)
{
	size_t digits = strspn(text, "0123456789");
	int power = power_of(text + digits);
	uint64_t n;

	errno = 0;
	n = strtoull(text, NULL, 10);
	if (digits && n && !errno && power >= 0 &&
	    n <= UINT64_MAX >> (10 * power))
		return n << (10 * power);
	mpck_refuse(state, "%s takes a size such as 512M or 2G (bytes, or K, "
		    "M, G, T: powers of 1024), not '%s'", option, text);
}

double mpck_parse_seconds(const struct argp_state *state, const char *option,
			  const char *text)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end != text && !*end && isfinite(seconds) && seconds > 0 &&
	    seconds <= 1e9)
		return seconds;
	mpck_refuse(state, "%s takes a number of seconds above 0, not '%s'",
		    option, text);
}

int mpck_dispatch(int argc, char **argv)
{
	struct mpck_nearest nearest;

	for (size_t i = 0; i < NCOMMANDS; i++) {
		if (strcmp(argv[0], commands[i]->name) != 0)
			continue;
		snprintf(speaker, sizeof(speaker), "mpcheck %s", argv[0]);
		argv[0] = speaker;
		return commands[i]->run(argc, argv);
	}
	mpck_nearest_init(&nearest, argv[0]);
	for (size_t i = 0; i < NCOMMANDS; i++)
		mpck_nearest_offer(&nearest, commands[i]->name);
	if (nearest.best[0])
		mpck_complain("there is no command '%s'; did you mean '%s'?",
			      argv[0], nearest.best);
	else
		mpck_complain("there is no command '%s'; 'mpcheck --help' "
			      "shows them", argv[0]);
	return MPCK_EXIT_USAGE;
}

char *mpck_commands_help(void)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	fputs("Commands:\n", out);
	for (size_t i = 0; i < NCOMMANDS; i++)
		fprintf(out, "  %-10s %s\n", commands[i]->name,
			commands[i]->summary);
	fputs("\n'mpcheck COMMAND --help' says more about each.\n\n"
	      "Exit codes: 0 as the scenario's expectation says, 1 not so, "
	      "2 usage, 3 internal error, 77 skipped, 124 no answer within "
	      "the budget, 130 interrupted.", out);
	fclose(out);
	return text;
}
