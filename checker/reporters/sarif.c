/* SPDX-License-Identifier: MIT */
/*
 * sarif.c - one run as SARIF 2.1.0, for code scanning and editors.
 *
 * Source: Static Analysis Results Interchange Format, OASIS standard 2.1.0.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "reporters/json_parts.h"
#include "reporters/phrases.h"
#include "reporters/sarif_parts.h"

#ifndef MPCK_VERSION
#define MPCK_VERSION "0.0.0"
#endif

static const char schema[] =
	"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
	"sarif-schema-2.1.0.json";

static json_t *tool(void)
{
	return json_pack("{s:{s:s, s:s, s:o}}", "driver",
		"name", "mpcheck",
		"semanticVersion", MPCK_VERSION,
		"rules", mpck_sarif_rules());
}

/* What stands in the way of an answer; NULL: nothing. */
static json_t *notification(const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;
	const char *text = report->skipped ? report->skipped
			   : r->interrupted ? "the run was interrupted"
			   : mpck_has_no_answer(r)
				   ? "no answer within the time or memory given"
				   : NULL;

	return text ? json_pack("{s:s, s:o}",
				"level", report->skipped ? "note" : "warning",
				"message", mpck_message(text))
		    : NULL;
}

/* A folder's URI ends with a slash. */
static json_t *folder(const char *path)
{
	char *uri = mpck_file_uri(path);
	json_t *location = json_pack("{s:o}", "uri", json_sprintf(
		"%s%s", uri, uri[strlen(uri) - 1] == '/' ? "" : "/"));

	free(uri);
	return location;
}

static json_t *invocation(const struct mpck_report *report,
			  const struct mpck_artifacts *places)
{
	const struct mpck_result *r = report->result;
	json_t *note = notification(report);
	json_t *made = json_pack("{s:b}", "executionSuccessful",
				 !r->interrupted &&
				 (report->skipped || !mpck_has_no_answer(r)));

	if (places->root)
		json_object_set_new(made, "workingDirectory",
				    folder(places->root));
	if (note)
		json_object_set_new(made, "toolExecutionNotifications",
				    json_pack("[o]", note));
	return made;
}

static json_t *properties(const struct mpck_report *report)
{
	const struct mpck_result *r = report->result;

	return json_pack("{s:o, s:o, s:s, s:o, s:s, s:b, s:o}",
		"scenario", mpck_json_text(
			mpck_module_scenario(report->module)->name),
		"params", mpck_json_params(report->module),
		"strategy", report->options->strategy,
		"seed", json_sprintf("%" PRIu64, report->options->seed),
		"verdict", mpck_verdict_name(r->verdict),
		"asExpected", r->as_expected,
		"reason", mpck_json_text(r->reason));
}

/* Runs with equal ids are the same check, done again. */
static json_t *automation(const struct mpck_report *report)
{
	char *name = mpck_run_name(report->module);
	char *id = mpck_text("mpcheck/%s/", name);
	json_t *details = json_pack("{s:o}", "id", mpck_json_text(id));

	free(id);
	free(name);
	return details;
}

static json_t *run(const struct mpck_report *report)
{
	struct mpck_artifacts places;
	json_t *made, *results;

	mpck_artifacts_init(&places);
	results = mpck_sarif_results(report, &places);
	made = json_pack("{s:o, s:o, s:[o], s:o, s:O, s:o}",
		"tool", tool(),
		"automationDetails", automation(report),
		"invocations", invocation(report, &places),
		"results", results,
		"artifacts", places.artifacts,
		"properties", properties(report));
	if (places.root)
		json_object_set_new(made, "originalUriBaseIds", json_pack(
			"{s:o}", "SRCROOT", folder(places.root)));
	mpck_artifacts_fini(&places);
	return made;
}

static void sarif_write(FILE *out, const struct mpck_report *report,
			const struct mpck_style *style, bool began)
{
	(void)style;
	(void)began;
	mpck_json_print(out, json_pack("{s:s, s:s, s:[o]}",
		"$schema", schema,
		"version", "2.1.0",
		"runs", run(report)));
}

const struct mpck_reporter_ops mpck_reporter_sarif = {
	.name = "sarif",
	.summary = "SARIF 2.1.0, for code scanning and editors",
	.write = sarif_write,
};
