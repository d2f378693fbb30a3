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
	const struct mpck_scenario *s = mpck_module_scenario(report->module);
	const int64_t *values = mpck_module_values(report->module);
	char text[128];
	size_t n = 0;

	add(words, &n, report->program);
	add(words, &n, "replay");
	add(words, &n, report->target);
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
