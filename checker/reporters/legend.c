/* SPDX-License-Identifier: MIT */
/* legend.c - see legend.h. */
#include "reporters/legend.h"

#include <stdlib.h>

#include "basics.h"
#include "reporters/phrases.h"

const char *const mpck_marks[2][MPCK_MARKS] = {
	{ "|", "#", ":", "o", "<", ">", "=" },
	{ "\u2502", "\u258c", "\u250a", "\u25cf", "\u25c0", "\u00bb",
	  "\u25b6" },
};

/* "value#1, lock#1": what words without names are about. */
static char *objects(const struct mpck_lanes *l)
{
	const struct mpck_trace *t = l->timeline->trace;
	char *all = mpck_text("%s", ""), *longer;
	uint32_t told[2] = { MPCK_NO_VARIABLE, MPCK_NO_VARIABLE };

	for (size_t i = 0; i < l->rows.count; i++) {
		const struct mpck_row *row = &l->rows.row[i];
		uint32_t v = t->nsteps ? t->steps[row->first].variable
				       : MPCK_NO_VARIABLE;

		if (row->kind != MPCK_ROW_STEP || v >= t->nvariables ||
		    v == told[t->variables[v].cell])
			continue;
		told[t->variables[v].cell] = v;
		longer = mpck_text("%s%s%s", all, *all ? ", " : "on ",
				   t->variables[v].name);
		free(all);
		all = longer;
	}
	return all;
}

static char *and_then(char *line, char *more)
{
	char *both = mpck_text("%s%s%s", line, *line && *more ? "   " : "",
			       more);

	free(line);
	free(more);
	return both;
}

/* Names left out of the lanes, and what the marks mean. */
static char *legend(const struct mpck_lanes *l, const bool *used, bool file)
{
	static const struct { enum mpck_mark mark; const char *means; } all[] = {
		{ MPCK_MARK_DECIDES, "decides" },
		{ MPCK_MARK_PREEMPTS, "takes over" },
		{ MPCK_MARK_HOLDS, "holds a lock" },
		{ MPCK_MARK_WAITS, "waits" },
	};
	char *line = mpck_text("%s", "");

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		if (used[all[i].mark])
			line = and_then(line, mpck_text("%s %s",
				mpck_marks[l->style->unicode][all[i].mark],
				all[i].means));
	}
	if (l->wording == MPCK_WORDS_SHORT)
		line = and_then(line, objects(l));
	if (file && l->lines_only && l->file)
		line = and_then(line, mpck_text("in %s", l->file));
	return line;
}

void mpck_legend_print(FILE *out, const struct mpck_lanes *l,
		       const bool used[MPCK_MARKS], bool file)
{
	char *line = legend(l, used, file);

	if (*line)
		mpck_print_note(out, l->style, l->timeline->indent + 2, line);
	free(line);
}
