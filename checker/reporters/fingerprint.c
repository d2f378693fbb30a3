/* SPDX-License-Identifier: MIT */
/*
 * fingerprint.c - which finding it is, in every run; see fingerprint.h.
 *
 * It is made of the kind, the scenario, and the functions and objects of the
 * steps that decide, in any order; of the message where nothing decides.
 */
#include "reporters/fingerprint.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "basics.h"
#include "reporters/chosen.h"
#include "reporters/phrases.h"

const char *mpck_finding_text(const struct mpck_found *f)
{
	return f->message ? f->message : mpck_finding_meaning(f->kind);
}

/* A message without line numbers: "cells.c:21 in f" as "cells.c in f". */
static uint64_t hash_message(const char *text)
{
	char *kept = mpck_checked(strdup(text)), *to = kept;
	uint64_t hash;

	while (*text) {
		if (*text == ':' && isdigit((unsigned char)text[1]))
			text += 1 + strspn(text + 1, "0123456789");
		else
			*to++ = *text++;
	}
	hash = XXH3_64bits(kept, (size_t)(to - kept));
	free(kept);
	return hash;
}

static uint64_t hash_step(const struct mpck_trace *t, const struct mpck_step *s)
{
	const struct mpck_frame *f = mpck_step_place(s);
	const char *operation = mpck_operation_name(s->op);
	char *text = mpck_text("%s %s %s %s", mpck_step_name(s->kind),
			       operation ? operation : "",
			       f ? f->function
			       : s->nframes ? s->frames[0].function : "",
			       s->variable == MPCK_NO_VARIABLE
				       ? "" : t->variables[s->variable].name);
	uint64_t hash = XXH3_64bits(text, strlen(text));

	free(text);
	return hash;
}

static uint64_t hash_finding(const struct mpck_report *report,
			     const struct mpck_found *f)
{
	const char *scenario = mpck_module_scenario(report->module)->name;
	size_t steps[MPCK_CAUSE_STEPS], n = mpck_deciding(f, steps);
	uint64_t sum = n ? 0 : hash_message(mpck_finding_text(f));
	char text[256];
	int length;

	/* A sum: which of the two came first is chance. */
	for (size_t i = 0; i < n; i++)
		sum += hash_step(&f->why->trace, &f->why->trace.steps[steps[i]]);
	length = snprintf(text, sizeof(text), "%s %s %016" PRIx64,
			  mpck_finding_name(f->kind), scenario, sum);
	return XXH3_64bits(text, (size_t)length < sizeof(text)
					 ? (size_t)length : sizeof(text) - 1);
}

char *mpck_fingerprint(const struct mpck_report *report, size_t index)
{
	const struct mpck_found *all = report->result->findings;
	uint64_t hash = hash_finding(report, &all[index]);
	unsigned before = 0;

	for (size_t i = 0; i < index; i++)
		before += hash_finding(report, &all[i]) == hash;
	return mpck_text("%016" PRIx64 ":%u", hash, before + 1);
}
