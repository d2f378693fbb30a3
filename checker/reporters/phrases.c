/* SPDX-License-Identifier: MIT */
/* phrases.c - words that several parts of a report need. */
#include "reporters/phrases.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "reporters/amounts.h"
#include "strategies/strategy.h"

bool mpck_has_no_answer(const struct mpck_result *r)
{
	return r->verdict != MPCK_FAILED && !r->complete &&
	       (r->out_of_time || r->verdict == MPCK_UNKNOWN);
}

bool mpck_is_native(const struct mpck_report *report)
{
	return report->form == MPCK_FORM_NATIVE ||
	       report->form == MPCK_FORM_THREADS;
}

bool mpck_has_interleavings(const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;

	return mpck_is_search(r) ? r->interleavings != NULL
				 : report->form == MPCK_FORM_MACHINE &&
				   r->complete;
}

bool mpck_is_searching(const char *strategy)
{
	const struct mpck_strategy_ops *ops = mpck_strategy_find(strategy);

	return ops && ops->searches;
}

bool mpck_is_random(const char *strategy)
{
	const struct mpck_strategy_ops *ops = mpck_strategy_find(strategy);

	return ops && !ops->exhaustive && strcmp(strategy, "round-robin") != 0;
}

char *mpck_run_name(const struct mpck_module *module)
{
	const struct mpck_scenario *s = mpck_module_scenario(module);
	const int64_t *values = mpck_module_values(module);
	char *text = NULL;
	size_t size;
	FILE *out = mpck_checked(open_memstream(&text, &size));

	fputs(s->name, out);
	for (size_t i = 0; i < MPCK_MAX_PARAMS && s->params[i].name; i++) {
		if (values[i] != s->params[i].value)
			fprintf(out, " %s=%" PRId64, s->params[i].name,
				values[i]);
	}
	fclose(out);
	return text;
}

const char *mpck_noun(const struct mpck_report *report, uint64_t n)
{
	if (mpck_is_native(report))
		return n == 1 ? "run" : "runs";
	if (report->result &&
	    (report->result->complete || mpck_is_search(report->result)))
		return n == 1 ? "interleaving" : "interleavings";
	return n == 1 ? "execution" : "executions";
}

bool mpck_is_doubtful(const struct mpck_cause *c)
{
	return !c->verified && c->evidence != MPCK_SAID;
}

const char *mpck_doubt(const struct mpck_cause *c)
{
	return c->evidence == MPCK_BOTH_ORDERS
		? "no execution was found that makes the two directly one "
		  "after the other"
		: "no execution was found that differs in this order alone";
}

static void print_params(FILE *out, const struct mpck_module *module)
{
	const struct mpck_scenario *s = mpck_module_scenario(module);
	const int64_t *values = mpck_module_values(module);

	for (size_t i = 0; i < MPCK_MAX_PARAMS && s->params[i].name; i++)
		fprintf(out, "%s%s=%" PRId64, i ? " " : "", s->params[i].name,
			values[i]);
	if (s->params[0].name)
		fputs(", ", out);
}

/* What makes a search another one. */
static void print_search_options(FILE *out, const struct mpck_options *o)
{
	if (o->no_symmetry)
		fputs(", no symmetry", out);
	if (o->no_silent)
		fputs(", no silent objects", out);
}

static void print_how(FILE *out, const struct mpck_report *report)
{
	const struct mpck_options *o = report->options;

	switch (report->form) {
	case MPCK_FORM_REPLAY:
		fputs("replay of one schedule", out);
		return;
	case MPCK_FORM_NATIVE:
		fputs("real processes", out);
		break;
	case MPCK_FORM_THREADS:
		fputs("real threads", out);
		break;
	case MPCK_FORM_MACHINE:
		fprintf(out, "strategy %s", o->strategy);
		if (mpck_is_searching(o->strategy)) {
			print_search_options(out, o);
			return;
		}
		if (mpck_is_random(o->strategy))
			fprintf(out, ", seed %" PRIu64, o->seed);
		if (!o->interleavings) {
			fputs(", to the end", out);
			return;
		}
		break;
	}
	fprintf(out, ", %s %s%s", MPCK_COUNT(o->interleavings),
		report->form == MPCK_FORM_MACHINE ? "execution" : "run",
		o->interleavings == 1 ? "" : "s");
	if (o->audit)
		fputs(", each run twice", out);
}

void mpck_print_setting(FILE *out, const struct mpck_report *report)
{
	print_params(out, report->module);
	print_how(out, report);
}

void mpck_wrap_printed(FILE *out, const struct mpck_style *style,
		       void (*print)(FILE *, const struct mpck_report *),
		       const struct mpck_report *report, int indent)
{
	char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	if (!memory)
		return;
	print(memory, report);
	if (fclose(memory) == 0)
		mpck_wrap(out, style, indent, indent, text);
	free(text);
}

void mpck_print_note(FILE *out, const struct mpck_style *style, int indent,
		     const char *text)
{
	mpck_paint(out, style, MPCK_DIM);
	fprintf(out, "%*s", indent, "");
	mpck_wrap(out, style, indent, indent, text);
	mpck_paint(out, style, MPCK_PLAIN);
}

/* Without memory the line lacks the word: a report is still printed. */
static void add(char *words[], size_t *n, const char *text)
{
	words[*n] = strdup(text);
	*n += words[*n] != NULL;
}

size_t mpck_replay_words(const struct mpck_report *report, const char *token,
			 char *words[MPCK_REPLAY_WORDS])
{
	return mpck_command_words(report, "replay", token, words);
}

size_t mpck_command_words(const struct mpck_report *report, const char *command,
			  const char *token, char *words[MPCK_REPLAY_WORDS])
{
	const struct mpck_scenario *s = mpck_module_scenario(report->module);
	const int64_t *values = mpck_module_values(report->module);
	char text[128];
	size_t n = 0;

	add(words, &n, report->program);
	add(words, &n, command);
	add(words, &n, report->target);
	if (token)
		add(words, &n, token);
	for (size_t i = 0; i < MPCK_MAX_PARAMS && s->params[i].name; i++) {
		if (values[i] == s->params[i].value)
			continue;
		snprintf(text, sizeof(text), "%s=%" PRId64, s->params[i].name,
			 values[i]);
		add(words, &n, "--set");
		add(words, &n, text);
	}
	if (report->options->max_steps) {
		snprintf(text, sizeof(text), "%" PRIu64,
			 report->options->max_steps);
		add(words, &n, "--max-steps");
		add(words, &n, text);
	}
	return n;
}

void mpck_words_fini(char **words, size_t nwords)
{
	for (size_t i = 0; i < nwords; i++)
		free(words[i]);
}
