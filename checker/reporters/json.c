/* SPDX-License-Identifier: MIT */
/*
 * json.c - one run as one JSON object, schema 1: docs/json.md and
 * docs/schema/mpcheck-1.schema.json.
 *
 * Members may be added within a schema number, never removed or changed.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "reporters/amounts.h"
#include "reporters/phrases.h"

/* Readers that keep numbers as doubles lose bits above this. */
static const uint64_t exact_max = UINT64_C(1) << 53;

/* A number, or a text when a double would not hold it. */
static json_t *json_unsigned(uint64_t n)
{
	if (n > exact_max)
		return json_sprintf("%" PRIu64, n);
	return json_integer((json_int_t)n);
}

static json_t *json_signed(int64_t n)
{
	if (n > (int64_t)exact_max || n < -(int64_t)exact_max)
		return json_sprintf("%" PRId64, n);
	return json_integer(n);
}

/* Never NULL; bytes that are no UTF-8 are replaced. */
static json_t *json_text(const char *text)
{
	json_t *value = json_string(text ? text : "");
	char clean[1024];
	size_t i;

	if (value)
		return value;
	for (i = 0; text[i] && i < sizeof(clean) - 1; i++)
		clean[i] = (unsigned char)text[i] < 0x80 ? text[i] : '?';
	clean[i] = '\0';
	return json_string(clean);
}

static json_t *params(const struct mpck_module *module)
{
	const struct mpck_scenario *s = mpck_module_scenario(module);
	const int64_t *values = mpck_module_values(module);
	json_t *object = json_object();

	for (size_t i = 0; i < MPCK_MAX_PARAMS && s->params[i].name; i++)
		json_object_set_new(object, s->params[i].name,
				    json_signed(values[i]));
	return object;
}

static json_t *assumptions(const struct mpck_result *r)
{
	json_t *array = json_array();

	for (size_t i = 0; i < r->nassumptions; i++)
		json_array_append_new(array, json_text(r->assumptions[i]));
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
			"value", json_text(o->text),
			"executions", json_unsigned(o->executions),
			"interleavings", interleavings(report, o),
			"share", share(report, o),
			"right", o->right,
			"possible", o->possible,
			"final", o->final,
			"token", json_text(o->token)));
	}
	return array;
}

static json_t *findings(const struct mpck_result *r)
{
	json_t *array = json_array();

	for (size_t i = 0; i < r->nfindings; i++) {
		const struct mpck_found *f = &r->findings[i];

		json_array_append_new(array, json_pack(
			"{s:s, s:o, s:o, s:o, s:b}",
			"kind", mpck_finding_name(f->kind),
			"message", json_text(f->message),
			"token", json_text(f->token),
			"executions", json_unsigned(f->executions),
			"expected", f->expected));
	}
	return array;
}

static json_t *notes(const struct mpck_result *r)
{
	json_t *array = json_array();

	for (size_t i = 0; i < r->nnotes; i++)
		json_array_append_new(array, json_text(r->notes[i]));
	return array;
}

static json_t *space(const struct mpck_space_figures *s)
{
	static const char *const cycles[] = {
		[MPCK_CYCLE_NONE] = "none",
		[MPCK_CYCLE_WAITING] = "busy-wait",
		[MPCK_CYCLE_LIVE] = "livelock",
	};

	if (!s->searched)
		return json_null();
	return json_pack("{s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:f,"
			 " s:f, s:s}",
		"finished", s->finished,
		"out_of_memory", s->out_of_memory,
		"depth", json_unsigned(s->depth),
		"deepest", json_unsigned(s->deepest),
		"bytes", json_unsigned(s->bytes),
		"restarts", json_unsigned(s->restarts),
		"audited", json_unsigned(s->audited),
		"silent_objects", json_unsigned(s->silent_objects),
		"visible_objects", json_unsigned(s->visible_objects),
		"done", s->finished ? 1.0 : s->done,
		"seconds", s->seconds,
		"cycle", cycles[s->cycle]);
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
			 " s:o, s:o, s:{s:o, s:o}, s:o, s:o}",
		"schema", 1,
		"scenario", json_text(s->name),
		"params", params(report->module),
		"strategy", report->options->strategy,
		"seed", json_sprintf("%" PRIu64, report->options->seed),
		"verdict", mpck_verdict_name(r->verdict),
		"as_expected", r->as_expected,
		"assumptions", assumptions(r),
		"executions", json_unsigned(r->executions),
		"steps", json_unsigned(r->steps),
		"seconds", r->seconds,
		"executions_per_second", rate(r),
		"outcomes", outcomes(report),
		"findings", findings(r),
		"reason", json_text(r->reason),
		"complete", r->complete,
		"interrupted", r->interrupted,
		"out_of_time", r->out_of_time,
		"longest", json_unsigned(r->longest),
		"interleavings", interleavings(report, NULL),
		"states", json_unsigned(r->space.states),
		"transitions", json_unsigned(r->space.transitions),
		"pruned",
			"twins", json_unsigned(r->space.twins),
			"silent", json_unsigned(r->space.silent),
		"space", space(&r->space),
		"notes", notes(r));
	if (!root || json_dumpf(root, out, JSON_INDENT(2) |
				JSON_REAL_PRECISION(6)) != 0)
		fputs("{\"schema\":1,\"error\":\"no memory left\"}", out);
	fputc('\n', out);
	json_decref(root);
}

const struct mpck_reporter_ops mpck_reporter_json = {
	.name = "json",
	.summary = "one JSON object (schema 1, see docs/json.md)",
	.write = json_write,
};
