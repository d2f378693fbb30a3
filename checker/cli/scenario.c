/* SPDX-License-Identifier: MIT */
/* scenario.c - `mpcheck scenario`: runs a scenario many times. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/detect_option.h"
#include "cli/session.h"
#include "reporters/phrases.h"
#include "strategies/strategy.h"

enum {
	DEFAULT_RUNS = 100,
	DEFAULT_RUNS_HANGING = 3,	/* each costs its whole timeout */
};
static const double default_timeout = 2, default_timeout_threads = 60;
static const double default_prove_seconds = 2;
static const char usual_strategy[] = "auto";	/* when none is typed */

enum {
	KEY_SEED = 0x200, KEY_SECONDS, KEY_NATIVE, KEY_THREADS, KEY_RUNS,
	KEY_TIMEOUT, KEY_COUNT, KEY_NO_SYMMETRY, KEY_NO_SILENT, KEY_MEMORY,
	KEY_PROVE_SECONDS, KEY_UNCONFIRMED,
};

/* What was typed; NULL or 0: not. */
struct typed {
	struct mpck_session session;
	bool native, threads;
	bool interleavings, seed;
	uint64_t runs;
	const char *search_option;	/* the last that only prove, auto have */
	const char *machine_option;	/* the last that only the machine has */
	const char *native_option;	/* the last that only native runs have */
};

static const struct argp_option options[] = {
	{ "interleavings", 'n', "N", 0,
	  "Executions to run (default 1000; with auto, if the proof does not "
	  "finish; 0: until nothing is left, which dfs does by default)", 1 },
	{ "strategy", 's', "NAME", 0,
	  "How to explore; see below (default auto)", 1 },
	{ "seed", KEY_SEED, "N", 0, "Seed of random choices (default 1)", 1 },
	{ "seconds", KEY_SECONDS, "S", 0,
	  "Stop after S seconds; exit code 124 when there is no answer by "
	  "then", 1 },
	{ "prove-seconds", KEY_PROVE_SECONDS, "S", 0,
	  "With auto: give the proof S seconds before it samples (default 2)",
	  2 },
	{ "count", KEY_COUNT, NULL, 0,
	  "With prove, auto: count the interleavings that give each final "
	  "value, however long it takes; alone it means --strategy prove",
	  2 },
	{ "memory", KEY_MEMORY, "SIZE", 0,
	  "With prove, auto: bytes for the search, or 512M, 2G (default: half "
	  "of what is free)", 2 },
	{ "no-symmetry", KEY_NO_SYMMETRY, NULL, 0,
	  "With prove, auto: do not merge what equal processes did", 2 },
	{ "no-silent", KEY_NO_SILENT, NULL, 0,
	  "With prove, auto: every access to a shared object is a scheduling "
	  "point", 2 },
	{ "unconfirmed", KEY_UNCONFIRMED, NULL, 0,
	  "Also say what looks wrong but could not be made to happen", 2 },
	{ "native", KEY_NATIVE, NULL, 0,
	  "Run real processes instead, under the kernel's scheduler", 3 },
	{ "threads", KEY_THREADS, NULL, 0,
	  "Run real threads of mpcheck instead, for helgrind and DRD", 3 },
	{ "runs", KEY_RUNS, "N", 0,
	  "With --native, --threads: how many runs (default 100)", 3 },
	{ "timeout", KEY_TIMEOUT, "S", 0,
	  "With --native, --threads: a run that takes longer hangs (default "
	  "2 s; threads 60 s)", 3 },
	{ "verbose", 'v', NULL, 0,
	  "With --native, --threads: show on stderr what the program prints",
	  3 },
	{ .name = NULL },
};

static char *strategies_help(void)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	fputs("NAME is a scenario of 'mpcheck list'; FILE is a module of your "
	      "own, with a '/' in it: ./mine.so\n\nStrategies:\n", out);
	for (size_t i = 0; i < mpck_nstrategies; i++) {
		if (strcmp(mpck_strategies[i]->name, "replay") != 0)
			fprintf(out, "  %-12s %s\n", mpck_strategies[i]->name,
				mpck_strategies[i]->summary);
	}
	mpck_detectors_help(out);
	fclose(out);
	return text;
}

static char *add_strategies(int key, const char *text, void *input)
{
	(void)input;
	return key == ARGP_KEY_HELP_POST_DOC ? strategies_help()
					     : (char *)text;
}

/* Options that belong to one way of running are refused with the other. */
static void check_forms(const struct argp_state *state, const struct typed *t)
{
	const char *machine_option = t->machine_option
					     ? t->machine_option
					     : t->session.machine_option;

	if (t->native && t->threads)
		mpck_refuse(state, "--native and --threads exclude each "
			    "other; give one of them");
	if ((t->native || t->threads) && machine_option)
		mpck_refuse(state, "%s has no meaning with %s; leave it out%s",
			    machine_option,
			    t->native ? "--native" : "--threads",
			    t->interleavings ? " (--runs N says how often)"
					     : "");
	if (!t->native && !t->threads && t->native_option)
		mpck_refuse(state, "%s needs --native or --threads",
			    t->native_option);
}

/* So are options that mean nothing to the strategy. */
static void check_strategy(const struct argp_state *state,
			   const struct typed *t)
{
	const struct mpck_options *o = &t->session.options;
	const struct mpck_strategy_ops *strategy =
		mpck_strategy_find(o->strategy);

	if (!strategy)
		return;		/* the session says so */
	if (t->search_option && !strategy->searches)
		mpck_refuse(state, "%s has no meaning with --strategy %s; it "
			    "is for prove and auto", t->search_option,
			    o->strategy);
	if (o->prove_seconds > 0 && !strategy->otherwise)
		mpck_refuse(state, "--prove-seconds has no meaning with "
			    "--strategy %s; --seconds S limits it",
			    o->strategy);
	if (t->interleavings && strategy->searches && !strategy->otherwise)
		mpck_refuse(state, "%s has no use for --interleavings: it "
			    "visits states, not executions; --seconds S or "
			    "--memory SIZE limits it", o->strategy);
	if (t->seed && !mpck_is_random(o->strategy))
		mpck_refuse(state, "%s has no use for --seed: nothing in it "
			    "is random", o->strategy);
	if (o->audit && strategy->searches)
		mpck_refuse(state, "--audit compares executions, and %s may "
			    "need none; add --strategy random or dfs",
			    o->strategy);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct typed *t = state->input;
	struct mpck_session *s = &t->session;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = s;
		return 0;
	case 'n':
		s->options.interleavings =
			mpck_parse_count(state, "--interleavings", argument, 0,
					 UINT64_MAX);
		t->interleavings = true;
		t->machine_option = "--interleavings";
		return 0;
	case 's':
		s->options.strategy = argument;
		t->machine_option = "--strategy";
		return 0;
	case KEY_SEED:
		s->options.seed = mpck_parse_count(state, "--seed", argument,
						   0, UINT64_MAX);
		t->seed = true;
		t->machine_option = "--seed";
		return 0;
	case KEY_PROVE_SECONDS:
		s->options.prove_seconds =
			mpck_parse_seconds(state, "--prove-seconds", argument);
		t->machine_option = "--prove-seconds";
		return 0;
	case KEY_COUNT:
		s->options.count = true;
		t->search_option = t->machine_option = "--count";
		return 0;
	case KEY_MEMORY:
		s->options.memory = mpck_parse_size(state, "--memory",
						    argument);
		t->search_option = t->machine_option = "--memory";
		return 0;
	case KEY_NO_SYMMETRY:
		s->options.no_symmetry = true;
		t->search_option = t->machine_option = "--no-symmetry";
		return 0;
	case KEY_NO_SILENT:
		s->options.no_silent = true;
		t->search_option = t->machine_option = "--no-silent";
		return 0;
	case KEY_UNCONFIRMED:
		s->options.unconfirmed = true;
		t->machine_option = "--unconfirmed";
		return 0;
	case KEY_SECONDS:
		s->options.seconds = mpck_parse_seconds(state, "--seconds",
							argument);
		return 0;
	case KEY_NATIVE:
		t->native = true;
		return 0;
	case KEY_THREADS:
		t->threads = true;
		return 0;
	case KEY_RUNS:
		t->runs = mpck_parse_count(state, "--runs", argument, 1,
					   UINT64_MAX);
		t->native_option = "--runs";
		return 0;
	case KEY_TIMEOUT:
		s->timeout = mpck_parse_seconds(state, "--timeout", argument);
		t->native_option = "--timeout";
		return 0;
	case 'v':
		s->verbose = true;
		t->native_option = "--verbose";
		return 0;
	case ARGP_KEY_ARG:
		if (s->target)
			mpck_refuse(state, "one scenario at a time: '%s' is "
				    "one too many", argument);
		s->target = argument;
		return 0;
	case ARGP_KEY_END:
		if (!s->target)
			mpck_refuse(state, "no scenario was given; 'mpcheck "
				    "list' shows them");
		check_forms(state, t);
		if (!t->native && !t->threads)
			check_strategy(state, t);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "NAME|FILE",
	.doc = "Proves what every interleaving of a scenario ends with, or "
	       "samples them, and reports its final values, what went wrong, "
	       "and how much that says.\v ",
	.children = mpck_session_children,
	.help_filter = add_strategies,
};

/* Whether the scenario never ends by itself; false when it cannot be read:
 * the session says why. */
static bool hangs_natively(const char *target)
{
	char sentence[MPCK_SENTENCE];
	struct mpck_module *module;
	bool hangs;

	if (mpck_module_open(&module, target, sentence) < 0)
		return false;
	hangs = mpck_module_scenario(module)->needs & MPCK_NATIVE_HANGS;
	mpck_module_close(module);
	return hangs;
}

static void apply_defaults(struct typed *t)
{
	struct mpck_session *s = &t->session;
	const struct mpck_strategy_ops *strategy;

	if (t->native || t->threads) {
		s->form = t->native ? MPCK_FORM_NATIVE : MPCK_FORM_THREADS;
		s->options.strategy = t->native ? "native" : "threads";
		s->options.seed = 0;
		if (!t->runs)
			t->runs = hangs_natively(s->target) ?
				DEFAULT_RUNS_HANGING : DEFAULT_RUNS;
		s->options.interleavings = t->runs;
		if (s->timeout == 0)
			s->timeout = t->native ? default_timeout
					       : default_timeout_threads;
		return;
	}
	strategy = mpck_strategy_find(s->options.strategy);
	if (!t->interleavings && !(strategy && strategy->exhaustive))
		s->options.interleavings = MPCK_DEFAULT_EXECUTIONS;
	if (!mpck_is_random(s->options.strategy))
		s->options.seed = 0;	/* as reports say it */
	if (strategy && strategy->otherwise && s->options.prove_seconds == 0)
		s->options.prove_seconds = default_prove_seconds;
}

/* Who asks for a count wants it, and no sample after two seconds. */
static void choose_counting(struct typed *t)
{
	struct mpck_options *o = &t->session.options;

	if (o->count && o->prove_seconds == 0 && !t->interleavings &&
	    !t->seed && o->strategy == usual_strategy)
		o->strategy = "prove";
}

static int run(int argc, char **argv)
{
	struct typed typed = {
		.session = {
			.form = MPCK_FORM_MACHINE,
			.options = { .strategy = usual_strategy, .seed = 1 },
		},
	};

	argp_parse(&argp, argc, argv, 0, NULL, &typed);
	choose_counting(&typed);
	apply_defaults(&typed);
	return mpck_session_run(&typed.session);
}

const struct mpck_command mpck_command_scenario = {
	.name = "scenario",
	.summary = "run a scenario under many interleavings",
	.run = run,
};
