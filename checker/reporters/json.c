/* SPDX-License-Identifier: MIT */
/*
 * json.c - one run as one JSON object, schema 1: docs/json.md and
 * docs/schema/mpcheck-1.schema.json.
 *
 * Members may be added within a schema number, never removed or changed.
 * json_explanation.c writes the steps.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "detectors/detector.h"
#include "reporters/amounts.h"
#include "reporters/fingerprint.h"
#include "reporters/json_parts.h"
#include "reporters/phrases.h"

static json_t *assumptions(const struct mpck_result *r)
{
	json_t *array = json_array();

	for (size_t i = 0; i < r->nassumptions; i++)
		json_array_append_new(array, mpck_json_text(r->assumptions[i]));
	return array;
}

/* Of an outcome, of all with NULL; null when nobody counted. */
static json_t *interleavings(const struct mpck_report *report,
			     const struct mpck_outcome *o)
{
	char *amount = mpck_has_interleavings(report)
			       ? mpck_amount(report->result, o) : NULL;
	json_t *value = amount ? json_string(amount) : json_null();

	free(amount);
	return value;
}

static json_t *share(const struct mpck_report *report,
		     const struct mpck_outcome *o)
{
	const struct mpck_result *r = report->result;

	return mpck_has_interleavings(report) && mpck_is_counted(r)
		       ? json_real(mpck_share(r, o)) : json_null();
}

static json_t *outcomes(const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;
	json_t *array = json_array();

	for (size_t i = 0; i < r->noutcomes; i++) {
		const struct mpck_outcome *o = &r->outcomes[i];

		json_array_append_new(array, json_pack(
			"{s:o, s:o, s:o, s:o, s:b, s:b, s:b, s:o}",
			"value", mpck_json_text(o->text),
			"executions", mpck_json_unsigned(o->executions),
			"interleavings", interleavings(report, o),
			"share", share(report, o),
			"right", o->right,
			"possible", o->possible,
			"final", o->final,
			"token", mpck_json_text(o->token)));
	}
	return array;
}

static json_t *findings(const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;
	json_t *array = json_array();

	for (size_t i = 0; i < r->nfindings; i++) {
		const struct mpck_found *f = &r->findings[i];
		char *fingerprint = mpck_fingerprint(report, i);

		json_array_append_new(array, json_pack(
			"{s:s, s:o, s:s, s:o, s:o, s:o, s:b, s:o}",
			"kind", mpck_finding_name(f->kind),
			"key", json_sprintf("%016" PRIx64, f->key),
			"fingerprint", fingerprint,
			"message", mpck_json_text(f->message),
			"token", mpck_json_text(f->token),
			"executions", mpck_json_unsigned(f->executions),
			"expected", f->expected,
			"explanation", mpck_json_explanation(f->why)));
		free(fingerprint);
	}
	return array;
}

static json_t *suppressed(const struct mpck_result *r)
{
	json_t *array = json_array();

	for (size_t i = 0; i < r->nsuppressed; i++) {
		const struct mpck_suppressed *s = &r->suppressed[i];

		json_array_append_new(array, json_pack(
			"{s:s, s:o, s:o}",
			"kind", mpck_finding_name(s->kind),
			"by", mpck_json_text(s->by),
			"findings", mpck_json_unsigned(s->findings)));
	}
	return array;
}

static json_t *unmatched(const struct mpck_result *r)
{
	json_t *array = json_array();

	for (size_t i = 0; i < r->nunmatched; i++)
		json_array_append_new(array, mpck_json_text(r->unmatched[i]));
	return array;
}

static json_t *notes(const struct mpck_result *r)
{
	json_t *array = json_array();

	for (size_t i = 0; i < r->nnotes; i++)
		json_array_append_new(array, mpck_json_text(r->notes[i]));
	return array;
}

static json_t *space(const struct mpck_space_figures *s)
{
	static const char *const cycles[] = {
		[MPCK_CYCLE_NONE] = "none",
		[MPCK_CYCLE_WAITING] = "busy-wait",
		[MPCK_CYCLE_STARVING] = "starvation",
		[MPCK_CYCLE_LIVE] = "livelock",
	};

	if (!s->searched)
		return json_null();
	return json_pack("{s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:f,"
			 " s:f, s:s}",
		"finished", s->finished,
		"out_of_memory", s->out_of_memory,
		"depth", mpck_json_unsigned(s->depth),
		"deepest", mpck_json_unsigned(s->deepest),
		"bytes", mpck_json_unsigned(s->bytes),
		"restarts", mpck_json_unsigned(s->restarts),
		"audited", mpck_json_unsigned(s->audited),
		"silent_objects", mpck_json_unsigned(s->silent_objects),
		"visible_objects", mpck_json_unsigned(s->visible_objects),
		"done", s->finished ? 1.0 : s->done,
		"seconds", s->seconds,
		"cycle", cycles[s->cycle]);
}

/* Names of those that looked on. */
static json_t *detectors(const struct mpck_options *o)
{
	json_t *array = json_array();

	for (unsigned i = 0; o->detect && mpck_detectors[i]; i++) {
		if (!(o->undetected & MPCK_BIT(i)))
			json_array_append_new(array, json_string(
				mpck_detectors[i]->name));
	}
	return array;
}

static double rate(const struct mpck_result *r)
{
	double seconds = r->seconds - r->space.seconds;

	return seconds > 0 ? (double)r->executions / seconds : 0;
}

static void json_write(FILE *out, const struct mpck_report *report,
		       const struct mpck_style *style, bool began)
{
	const struct mpck_scenario *s = mpck_module_scenario(report->module);
	const struct mpck_result *r = report->result;
	json_t *root;

	(void)style;
	(void)began;
	root = json_pack("{s:i, s:o, s:o, s:s, s:o, s:s, s:b, s:o, s:o, s:o,"
			 " s:f, s:f, s:o, s:o, s:o, s:b, s:b, s:b, s:o, s:o,"
			 " s:o, s:o, s:{s:o, s:o}, s:o, s:o, s:o, s:o, s:o, s:o, s:o,"
			 " s:o, s:o}",
		"schema", 1,
		"scenario", mpck_json_text(s->name),
		"params", mpck_json_params(report->module),
		"strategy", report->options->strategy,
		"seed", json_sprintf("%" PRIu64, report->options->seed),
		"verdict", mpck_verdict_name(r->verdict),
		"as_expected", r->as_expected,
		"assumptions", assumptions(r),
		"executions", mpck_json_unsigned(r->executions),
		"steps", mpck_json_unsigned(r->steps),
		"seconds", r->seconds,
		"executions_per_second", rate(r),
		"outcomes", outcomes(report),
		"findings", findings(report),
		"reason", mpck_json_text(r->reason),
		"complete", r->complete,
		"interrupted", r->interrupted,
		"out_of_time", r->out_of_time,
		"longest", mpck_json_unsigned(r->longest),
		"interleavings", interleavings(report, NULL),
		"states", mpck_json_unsigned(r->space.states),
		"transitions", mpck_json_unsigned(r->space.transitions),
		"pruned",
			"twins", mpck_json_unsigned(r->space.twins),
			"silent", mpck_json_unsigned(r->space.silent),
		"space", space(&r->space),
		"detectors", detectors(report->options),
		"trace", mpck_json_trace(r->trace),
		"skipped", mpck_json_maybe(report->skipped),
		"suppressed", suppressed(r),
		"unmatched_suppressions", unmatched(r),
		"notes", notes(r),
		"by_names", mpck_json_maybe(r->named),
		"note", mpck_json_maybe(r->note));
	mpck_json_print(out, root);
}

const struct mpck_reporter_ops mpck_reporter_json = {
	.name = "json",
	.summary = "one JSON object (schema 1, see docs/json.md)",
	.write = json_write,
};
