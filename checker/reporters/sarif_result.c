/* SPDX-License-Identifier: MIT */
/* sarif_result.c - a finding as a result of SARIF. */
#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "reporters/chosen.h"
#include "reporters/fingerprint.h"
#include "reporters/json_parts.h"
#include "reporters/phrases.h"
#include "reporters/sarif_parts.h"

/*
 * Locations.
 */
static json_t *step_location(const struct mpck_trace *t, size_t step,
			     struct mpck_artifacts *places, int id)
{
	const struct mpck_step *s = &t->steps[step];
	char *text = mpck_text("%s: %s", t->lanes[s->task].name, s->text);
	json_t *location = mpck_location(places, mpck_step_place(s), text, id);

	free(text);
	return location;
}

static json_t *nowhere(const struct mpck_report *report)
{
	return json_pack("{s:[{s:o, s:s}]}", "logicalLocations",
		"name", mpck_json_text(
			mpck_module_scenario(report->module)->name),
		"kind", "module");
}

/* The last of the deciding steps is where it goes wrong; the others are what
 * it goes wrong with. */
static void add_locations(json_t *result, const struct mpck_report *report,
			  const struct mpck_found *f,
			  struct mpck_artifacts *places)
{
	size_t steps[MPCK_CAUSE_STEPS], n = mpck_deciding(f, steps);
	json_t *related = json_array();

	json_object_set_new(result, "locations", json_pack("[o]",
		n ? step_location(&f->why->trace, steps[n - 1], places, -1)
		  : nowhere(report)));
	for (size_t i = 0; i + 1 < n; i++)
		json_array_append_new(related, step_location(
			&f->why->trace, steps[i], places, (int)i + 1));
	if (json_array_size(related))
		json_object_set(result, "relatedLocations", related);
	json_decref(related);
}

/*
 * The result.
 */
static json_t *fingerprints(const struct mpck_report *report, size_t index)
{
	char *text = mpck_fingerprint(report, index);
	json_t *value = json_pack("{s:s}", "mpcheckFinding/v1", text);

	free(text);
	return value;
}

static json_t *text_of(const struct mpck_found *f)
{
	const struct mpck_cause *c = f->why ? &f->why->cause : NULL;
	json_t *message;
	char *text;

	if (!c || !c->sentence)
		return mpck_message(mpck_finding_text(f));
	text = mpck_text("%s\n%s%s", mpck_finding_text(f), c->sentence,
			 mpck_is_doubtful(c) ? " (not verified)" : "");
	message = mpck_message(text);
	free(text);
	return message;
}

/* The command as one line. */
static json_t *replay(const struct mpck_report *report, const char *token)
{
	const struct mpck_style endless = { .width = 1 << 20 };
	char *words[MPCK_REPLAY_WORDS], *text = NULL;
	size_t n = mpck_replay_words(report, token, words), size;
	FILE *out = mpck_checked(open_memstream(&text, &size));
	json_t *value;

	mpck_print_command(out, &endless, 0, words, n);
	fclose(out);
	text[strcspn(text, "\n")] = '\0';
	value = mpck_json_text(text);
	free(text);
	mpck_words_fini(words, n);
	return value;
}

static json_t *properties(const struct mpck_report *report,
			  const struct mpck_found *f)
{
	json_t *bag = json_pack("{s:s, s:b, s:o}",
		"kind", mpck_finding_name(f->kind),
		"expected", f->expected,
		"executions", mpck_json_unsigned(f->executions));

	if (f->token && *f->token) {
		json_object_set_new(bag, "token", mpck_json_text(f->token));
		json_object_set_new(bag, "replay", replay(report, f->token));
	}
	if (!f->why)
		return bag;
	json_object_set_new(bag, "operations", mpck_json_unsigned(
		f->why->trace.operations));
	json_object_set_new(bag, "preemptions", json_integer(
		f->why->trace.preemptions));
	json_object_set_new(bag, "verified",
			    json_boolean(f->why->cause.verified));
	return bag;
}

static json_t *result(const struct mpck_report *report, size_t index,
		      struct mpck_artifacts *places)
{
	const struct mpck_found *f = &report->result->findings[index];
	char id[16];
	json_t *made;

	mpck_sarif_rule_id(f->kind, id);
	made = json_pack("{s:s, s:i, s:s, s:s, s:o, s:o, s:o}",
		"ruleId", id,
		"ruleIndex", (int)f->kind,
		"kind", "fail",
		"level", f->expected ? "note" : mpck_sarif_level(f->kind),
		"message", text_of(f),
		"partialFingerprints", fingerprints(report, index),
		"properties", properties(report, f));
	add_locations(made, report, f, places);
	if (f->why && f->why->trace.nsteps)
		json_object_set_new(made, "codeFlows", json_pack("[o]",
			mpck_sarif_flow(&f->why->trace, places)));
	return made;
}

json_t *mpck_sarif_results(const struct mpck_report *report,
			   struct mpck_artifacts *places)
{
	json_t *array = json_array();

	for (size_t i = 0; i < report->result->nfindings; i++)
		json_array_append_new(array, result(report, i, places));
	return array;
}
