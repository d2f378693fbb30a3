/* SPDX-License-Identifier: MIT */
/*
 * main.c - mpcheck: checks C programs of several processes that share memory.
 *
 * Options before the command belong to mpcheck, everything after it to the
 * command; commands.def lists the commands.
 */
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"

static void print_version(FILE *out, struct argp_state *state)
{
	(void)state;
	fprintf(out, "mpcheck %s\n", mpck_version());
}

static char *add_commands(int key, const char *text, void *input)
{
	(void)input;
	return key == ARGP_KEY_HELP_POST_DOC ? mpck_commands_help()
					     : (char *)text;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	int *command = state->input;

	(void)argument;
	switch (key) {
	case ARGP_KEY_ARG:
		*command = state->next - 1;
		state->next = state->argc;	/* the rest is the command's */
		return 0;
	case ARGP_KEY_NO_ARGS:
		mpck_refuse(state, "no command was given; try 'mpcheck "
			    "scenario balance', or 'mpcheck --help'");
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.parser = parse,
	.args_doc = "COMMAND [ARGUMENT...]",
	.doc = "Runs C programs of several processes under its own scheduler "
	       "and says whether every interleaving ends right.\v ",
	.help_filter = add_commands,
};

int main(int argc, char **argv)
{
	int command = 0;

	argp_err_exit_status = MPCK_EXIT_USAGE;
	argp_program_version_hook = print_version;
	if (argc > 0)
		mpck_program = argv[0];
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &command);
	return mpck_dispatch(argc - command, argv + command);
}
