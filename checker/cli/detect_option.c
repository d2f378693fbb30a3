/* SPDX-License-Identifier: MIT */
/* detect_option.c - detectors by their names; see detect_option.h. */
#include "cli/detect_option.h"

#include <string.h>

#include "cli/command.h"
#include "detectors/detector.h"

static bool is(const char *name, const char *text, size_t length)
{
	return strlen(name) == length && !strncmp(name, text, length);
}

__attribute__((noreturn))
static void refuse(const struct argp_state *state, const char *option,
		   const char *text, size_t length)
{
	char known[400] = "";
	size_t used = 0;

	if (!mpck_detectors[0])
		mpck_refuse(state, "%s: this mpcheck has no detector '%.*s', "
			    "nor any other", option, (int)length, text);
	for (size_t i = 0; mpck_detectors[i] && used < sizeof(known); i++)
		used += (size_t)snprintf(known + used, sizeof(known) - used,
					 "%s%s", i ? ", " : "",
					 mpck_detectors[i]->name);
	mpck_refuse(state, "%s: there is no detector '%.*s'; there are %s, "
		    "and all, none", option, (int)length, text, known);
}

static unsigned one(const struct argp_state *state, const char *option,
		    const char *text, size_t length)
{
	if (is("all", text, length))
		return ~0u;
	if (is("none", text, length))
		return 0;
	for (unsigned i = 0; mpck_detectors[i]; i++) {
		if (is(mpck_detectors[i]->name, text, length))
			return MPCK_BIT(i);
	}
	refuse(state, option, text, length);
}

unsigned mpck_parse_detectors(const struct argp_state *state,
			      const char *option, const char *text)
{
	unsigned named = 0;
	size_t length;

	for (;; text += length + 1) {
		length = strcspn(text, ",");
		named |= one(state, option, text, length);
		if (!text[length])
			return named;
	}
}

void mpck_detectors_help(FILE *out)
{
	if (mpck_detectors[0])
		fputs("\nDetectors, beside what is always noticed:\n", out);
	for (size_t i = 0; mpck_detectors[i]; i++)
		fprintf(out, "  %-18s %s\n", mpck_detectors[i]->name,
			mpck_detectors[i]->summary);
}
