/* SPDX-License-Identifier: MIT */
/*
 * sarif_rules.c - the kinds of finding as rules of SARIF.
 *
 * MPCK001 is the first row of findings.def: new rows go to its end, or results
 * that others keep would change their rule.
 */
#include <ctype.h>

#include "reporters/json_parts.h"
#include "reporters/sarif_parts.h"

struct advice {
	const char *level, *what, *remedy;
};

static const struct advice advice[MPCK_FINDING_KINDS] = {
#define ADVICE(id, level, what, remedy) \
	[MPCK_##id] = { level, what, remedy },
#include "reporters/advice.def"
#undef ADVICE
};

void mpck_sarif_rule_id(enum mpck_finding_kind kind, char id[16])
{
	snprintf(id, 16, "MPCK%03u", (unsigned)kind + 1);
}

const char *mpck_sarif_level(enum mpck_finding_kind kind)
{
	return advice[kind].level ? advice[kind].level : "error";
}

/* "unexpected-value" as "UnexpectedValue". */
static void rule_name(enum mpck_finding_kind kind, char name[64])
{
	const char *from = mpck_finding_name(kind);
	bool first = true;
	size_t n = 0;

	for (; *from && n < 63; from++) {
		if (*from != '-')
			name[n++] = first ? (char)toupper((unsigned char)*from)
					  : *from;
		first = *from == '-';
	}
	name[n] = '\0';
}

static json_t *rule(enum mpck_finding_kind kind)
{
	const struct advice *a = &advice[kind];
	const char *meaning = mpck_finding_meaning(kind);
	char id[16], name[64];

	mpck_sarif_rule_id(kind, id);
	rule_name(kind, name);
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:{s:s}, s:{s:s}}",
		"id", id,
		"name", name,
		"shortDescription", mpck_message(meaning),
		"fullDescription", mpck_message(a->what ? a->what : meaning),
		"help", mpck_message(a->remedy ? a->remedy
				     : "Replay the schedule and look at the "
				       "operations whose order decides."),
		"defaultConfiguration", "level", mpck_sarif_level(kind),
		"properties", "kind", mpck_finding_name(kind));
}

json_t *mpck_sarif_rules(void)
{
	json_t *array = json_array();

	for (int kind = 0; kind < MPCK_FINDING_KINDS; kind++)
		json_array_append_new(array,
				      rule((enum mpck_finding_kind)kind));
	return array;
}
