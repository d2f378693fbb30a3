/* SPDX-License-Identifier: MIT */
/* list.c - `mpcheck list`: the scenarios of the scenario folder, or named ones. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "cli/command.h"
#include "machine/module.h"
#include "reporters/json_parts.h"
#include "reporters/style.h"

enum { KEY_JSON = 0x100, NAME_COLUMNS = 26, PARAM_COLUMNS = 12 };

static const struct argp_option options[] = {
	{ "json", KEY_JSON, NULL, 0,
	  "Print one JSON object (schema 1, see docs/json.md)", 0 },
	{ .name = NULL },
};

struct wanted {
	bool json;
	char **named;		/* NAME or FILE, each */
	int nnamed;		/* 0: the whole folder */
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct wanted *w = state->input;

	switch (key) {
	case KEY_JSON:
		w->json = true;
		return 0;
	case ARGP_KEY_ARG:
		w->named[w->nnamed++] = argument;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[NAME|FILE]...",
	.doc = "Lists the scenarios of the scenario folder, or those named, "
	       "with their parameters.\vA FILE is a module of your own, with "
	       "a '/' in it: ./mine.so.  The folder is $MPCHECK_SCENARIOS, or beside the "
	       "command, or where it was installed.",
};

static int is_module(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 3 && strcmp(entry->d_name + length - 3, ".so") == 0;
}

/* Without the suffix: "array" stands before "array-unlocked". */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	const char *x = (*a)->d_name, *y = (*b)->d_name;
	size_t lx = strlen(x) - 3, ly = strlen(y) - 3;
	int order = memcmp(x, y, lx < ly ? lx : ly);

	return order ? order : (lx > ly) - (lx < ly);
}

static void print_scenario(const char *name, const struct mpck_scenario *s)
{
	const struct mpck_style style = { .width = 80 };

	printf("%-*s ", NAME_COLUMNS, name);
	if (strlen(name) > NAME_COLUMNS)
		printf("\n%*s", NAME_COLUMNS + 1, "");
	mpck_wrap(stdout, &style, NAME_COLUMNS + 1, NAME_COLUMNS + 1,
		  s->summary ? s->summary : "");
	for (size_t i = 0; i < MPCK_MAX_PARAMS && s->params[i].name; i++) {
		const struct mpck_param *p = &s->params[i];
		char *text;
		int column;

		column = printf("  %s=%" PRId64, p->name, p->value);
		if (column < NAME_COLUMNS)
			column += printf("%*s", NAME_COLUMNS - column, "");
		column += printf(" ");
		if (asprintf(&text, "%s (%" PRId64 " to %" PRId64 ")",
			     p->meaning ? p->meaning : "", p->min,
			     p->max) < 0)
			return;
		mpck_wrap(stdout, &style, column, NAME_COLUMNS + 1, text);
		free(text);
	}
}

static json_t *scenario_json(const char *name, const struct mpck_module *m)
{
	const struct mpck_scenario *s = mpck_module_scenario(m);
	json_t *params = json_array();

	for (size_t i = 0; i < MPCK_MAX_PARAMS && s->params[i].name; i++) {
		const struct mpck_param *p = &s->params[i];

		json_array_append_new(params, json_pack(
			"{s:s, s:o, s:o, s:o, s:s}",
			"name", p->name,
			"default", mpck_json_signed(p->value),
			"min", mpck_json_signed(p->min),
			"max", mpck_json_signed(p->max),
			"meaning", p->meaning ? p->meaning : ""));
	}
	return json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:o}",
		"name", name,
		"summary", s->summary ? s->summary : "",
		"source", s->source ? s->source : "",
		"file", mpck_module_path(m),
		"needs_processes", (s->needs & MPCK_NEEDS_PROCESSES) != 0,
		"native_hangs", (s->needs & MPCK_NATIVE_HANGS) != 0,
		"params", params);
}

/* Prints one scenario, or adds it to the array. */
static void list_one(const char *name, const struct mpck_module *module,
		     json_t *array)
{
	if (array)
		json_array_append_new(array, scenario_json(name, module));
	else
		print_scenario(name, mpck_module_scenario(module));
}

static int list_named(const struct wanted *w, json_t *array)
{
	char sentence[MPCK_SENTENCE];
	struct mpck_module *module;

	for (int i = 0; i < w->nnamed; i++) {
		if (mpck_module_open(&module, w->named[i], sentence) < 0) {
			mpck_complain("%s", sentence);
			return MPCK_EXIT_USAGE;
		}
		list_one(mpck_module_scenario(module)->name, module, array);
		mpck_module_close(module);
	}
	return MPCK_EXIT_EXPECTED;
}

/* What is no module is left out. */
static void list_file(char *file, json_t *array)
{
	char sentence[MPCK_SENTENCE];
	struct mpck_module *module;

	file[strlen(file) - 3] = '\0';	/* .so */
	if (mpck_module_open(&module, file, sentence) < 0) {
		mpck_complain("left out: %s", sentence);
		return;
	}
	list_one(file, module, array);
	mpck_module_close(module);
}

static int list_folder(json_t *array)
{
	const char *folder = mpck_scenario_folder();
	struct dirent **files;
	int n = scandir(folder, &files, is_module, by_name);

	if (n < 0) {
		mpck_complain("cannot read the scenario folder '%s' (%s); "
			      "set MPCHECK_SCENARIOS", folder,
			      strerror(errno));
		return MPCK_EXIT_USAGE;
	}
	for (int i = 0; i < n; i++) {
		list_file(files[i]->d_name, array);
		free(files[i]);
	}
	free(files);
	return MPCK_EXIT_EXPECTED;
}

static void print_json(json_t *array)
{
	json_t *root = json_pack("{s:i, s:O}", "schema", 1, "scenarios",
				 array);

	json_dumpf(root, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(root);
}

static int run(int argc, char **argv)
{
	struct wanted w = {
		.named = mpck_checked(calloc((size_t)argc, sizeof(char *))),
	};
	json_t *array = NULL;
	int code;

	argp_parse(&argp, argc, argv, 0, NULL, &w);
	if (w.json)
		array = json_array();
	code = w.nnamed ? list_named(&w, array) : list_folder(array);
	if (array && code == MPCK_EXIT_EXPECTED)
		print_json(array);
	json_decref(array);
	free(w.named);
	if (fflush(stdout) != 0) {
		mpck_complain("cannot write the list: %s", strerror(errno));
		return MPCK_EXIT_USAGE;
	}
	return code;
}

const struct mpck_command mpck_command_list = {
	.name = "list",
	.summary = "list the scenarios and their parameters",
	.run = run,
};
