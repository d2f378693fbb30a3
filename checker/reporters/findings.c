/* SPDX-License-Identifier: MIT */
/*
 * findings.c - the findings of the text report.
 *
 * One bug is often found in several ways: a race, the update that it loses, the
 * value that comes out.  Those share a headline; what it is called is the
 * finding that says most, the others are a line each.  The first bug that was
 * explained shows its timeline, the others say how to see theirs.
 */
#include "reporters/findings.h"

#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "explain/explanation.h"
#include "reporters/amounts.h"
#include "reporters/details.h"
#include "reporters/phrases.h"
#include "reporters/rows.h"
#include "reporters/timeline.h"

enum {
	SHOWN = 10,		/* bugs */
	ALSO_SHOWN = 4,		/* further findings of one */
	TOKEN_SHOWN = 60,
	LINES = 20,		/* of a timeline, beside head and legend */
};

/* How much a kind says of the mistake; small: more. */
static unsigned rank_of(enum mpck_finding_kind kind)
{
	static const unsigned char ranks[] = {
		[MPCK_CRASH] = 1, [MPCK_ASSERTION] = 1,
		[MPCK_OUTSIDE_DOOR] = 1,
		[MPCK_DEADLOCK] = 2, [MPCK_LOST_UPDATE] = 3,
		[MPCK_DATA_RACE] = 4, [MPCK_LOCK_ORDER] = 5,
		[MPCK_NOT_SERIALISABLE] = 7, [MPCK_CHILD_FAILURE] = 8,
		[MPCK_UNEXPECTED_VALUE] = 9,
	};

	return (size_t)kind < sizeof(ranks) && ranks[kind] ? ranks[kind] : 6;
}

/* A finding of the report, and the one whose bug it shows as well. */
struct item {
	const struct mpck_found *found;
	size_t place;		/* in the result: the order until now */
	size_t head;		/* index of its headline; its own: it is one */
};

static int by_importance(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	unsigned rx = rank_of(x->found->kind), ry = rank_of(y->found->kind);

	if (x->found->expected != y->found->expected)
		return x->found->expected ? 1 : -1;
	if (!x->found->why != !y->found->why)
		return x->found->why ? -1 : 1;
	if (rx != ry)
		return rx < ry ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

/* The variable that decides; NULL: not known. */
static const char *deciding_variable(const struct mpck_found *f)
{
	const struct mpck_cause *c = f->why ? &f->why->cause : NULL;

	for (size_t i = 0; c && i < c->nsteps; i++) {
		uint32_t v = f->why->trace.steps[c->steps[i]].variable;

		if (v < f->why->trace.nvariables)
			return f->why->trace.variables[v].name;
	}
	return NULL;
}

/* Kinds that say how it ends, not what the mistake is. */
static bool is_derived(enum mpck_finding_kind kind)
{
	return kind == MPCK_UNEXPECTED_VALUE || kind == MPCK_NOT_SERIALISABLE;
}

/* The schedule that shows `head` ends wrong, too. */
static bool ends_wrong(const struct mpck_result *r,
		       const struct mpck_found *head)
{
	const char *how = head->why ? head->why->trace.outcome : NULL;

	for (size_t i = 0; how && i < r->noutcomes; i++) {
		if (strcmp(r->outcomes[i].text, how) == 0)
			return r->outcomes[i].final && !r->outcomes[i].right;
	}
	return false;
}

static bool is_same_bug(const struct mpck_result *r,
			const struct mpck_found *head,
			const struct mpck_found *f)
{
	const char *a = deciding_variable(head), *b = deciding_variable(f);

	if (head->expected != f->expected || head->kind == MPCK_DEADLOCK ||
	    f->kind == MPCK_DEADLOCK)
		return false;
	if (head->token && *head->token && f->token &&
	    strcmp(head->token, f->token) == 0)
		return true;
	if (a && b && strcmp(a, b) == 0)
		return true;
	return is_derived(f->kind) && !is_derived(head->kind) &&
	       ends_wrong(r, head);
}

static struct item *sorted(const struct mpck_report *report, size_t *n)
{
	const struct mpck_result *r = report->result;
	struct item *items = mpck_checked(calloc(r->nfindings + 1,
						 sizeof(*items)));

	*n = 0;
	for (size_t i = 0; i < r->nfindings; i++) {
		if (!report->brief || !r->findings[i].expected)
			items[(*n)++] = (struct item){ &r->findings[i], i, 0 };
	}
	qsort(items, *n, sizeof(*items), by_importance);
	for (size_t i = 0; i < *n; i++) {
		size_t head = 0;

		while (head < i &&
		       (items[head].head != head ||
			!is_same_bug(r, items[head].found, items[i].found)))
			head++;
		items[i].head = head;
	}
	return items;
}

/* "lost-update, 12 executions, expected" */
static void print_name(FILE *out, const struct mpck_report *report,
		       const struct mpck_style *style,
		       const struct mpck_found *f)
{
	char *amount = mpck_finding_amount(report->result, f);

	mpck_paint(out, style, f->expected ? MPCK_NOTE : MPCK_BAD);
	fputs(mpck_finding_name(f->kind), out);
	mpck_paint(out, style, MPCK_PLAIN);
	if (amount && report->form != MPCK_FORM_REPLAY)
		fprintf(out, ", %s %s", MPCK_DECIMAL(amount),
			mpck_noun(report, strcmp(amount, "1") == 0 ? 1 : 2));
	free(amount);
	if (f->expected)
		fputs(", expected", out);
	fputc('\n', out);
}

/* A finding in its headline's shadow: its name, how its message begins. */
static void print_also(FILE *out, const struct mpck_report *report,
		       const struct mpck_style *style,
		       const struct mpck_found *f)
{
	const char *message = f->message ? f->message : "";
	char *line = mpck_words("%.*s", (int)strcspn(message, "\n"), message);
	int columns = mpck_columns(line), room = style->width - 10;

	fputs("  also    ", out);
	print_name(out, report, style, f);
	fprintf(out, "%*s", 10, "");
	if (report->whole)
		mpck_wrap(out, style, 10, 10, message);
	else
		mpck_print_cut(out, style, line, columns < room ? columns
								: room);
	if (!report->whole)
		fputc('\n', out);
	free(line);
}

static void print_all_also(FILE *out, const struct mpck_report *report,
			   const struct mpck_style *style,
			   const struct item *items, size_t n, size_t head)
{
	size_t count = 0;

	for (size_t i = head + 1; i < n; i++) {
		if (items[i].head != head)
			continue;
		if (count++ < ALSO_SHOWN || report->whole)
			print_also(out, report, style, items[i].found);
	}
	if (count > ALSO_SHOWN && !report->whole)
		fprintf(out, "  also    %zu more\n", count - ALSO_SHOWN);
}

static void print_words(FILE *out, const struct mpck_style *style,
			const char *label, char **words, size_t n)
{
	fputs(label, out);
	mpck_print_command(out, style, 10, words, n);
	mpck_words_fini(words, n);
}

static void print_replay(FILE *out, const struct mpck_report *report,
			 const struct mpck_style *style, const char *token)
{
	char *words[MPCK_REPLAY_WORDS];
	size_t n;

	if (strlen(token) <= TOKEN_SHOWN)
		fprintf(out, "  token   %s\n", token);
	n = mpck_replay_words(report, token, words);
	print_words(out, style, "  replay  ", words, n);
}

/* What there is to see of the finding. */
static void print_timeline(FILE *out, const struct mpck_report *report,
			   const struct mpck_style *style,
			   const struct mpck_found *f)
{
	const struct mpck_timeline timeline = {
		.trace = &f->why->trace,
		.folding = report->whole ? MPCK_FOLD_LOOPS : MPCK_FOLD_MUCH,
		.most = report->whole ? 0 : LINES, .here = MPCK_NO_STEP,
		.bad = !f->expected || f->kind != MPCK_UNEXPECTED_VALUE };

	fputc('\n', out);
	mpck_timeline_print(out, style, &timeline);
	fputc('\n', out);
}

/* Kinds whose cause, with the picture, says all that the message does.  The
 * other messages name what no cause has: a condition, a line, an object. */
static bool is_told_by_cause(enum mpck_finding_kind kind)
{
	return is_derived(kind) || kind == MPCK_DEADLOCK ||
	       kind == MPCK_DATA_RACE || kind == MPCK_LOST_UPDATE ||
	       kind == MPCK_UNSERIALISABLE_TRIPLE;
}

static void print_head(FILE *out, const struct mpck_report *report,
		       const struct mpck_style *style, const struct item *items,
		       size_t n, size_t i, bool timeline)
{
	const struct mpck_found *f = items[i].found;
	bool told = timeline && f->why && f->why->cause.sentence &&
		    is_told_by_cause(f->kind);

	print_name(out, report, style, f);
	if (!told || report->whole) {
		fputs("  ", out);
		mpck_wrap(out, style, 2, 2, f->message ? f->message
			  : mpck_finding_meaning(f->kind));
	}
	mpck_print_cause(out, style, f);
	if (f->why && timeline)
		print_timeline(out, report, style, f);
	if (report->whole && f->why)
		mpck_print_details(out, report, style, f);
	print_all_also(out, report, style, items, n, i);
	if (f->token && *f->token &&
	    (report->whole || report->form != MPCK_FORM_REPLAY))
		print_replay(out, report, style, f->token);
}

/* Once, behind the first timeline. */
static void print_hint(FILE *out, const struct mpck_report *report,
		       const struct mpck_style *style)
{
	char *words[MPCK_REPLAY_WORDS];
	size_t n;

	if (report->whole || report->form != MPCK_FORM_MACHINE)
		return;
	n = mpck_command_words(report, "explain", NULL, words);
	mpck_paint(out, style, MPCK_DIM);
	print_words(out, style, "  more    ", words, n);
	mpck_paint(out, style, MPCK_PLAIN);
}

void mpck_print_findings(FILE *out, const struct mpck_report *report,
			 const struct mpck_style *style)
{
	size_t n, shown = 0, left = 0;
	struct item *items = sorted(report, &n);
	bool timeline = report->whole || report->form != MPCK_FORM_REPLAY;

	for (size_t i = 0; i < n; i++) {
		if (items[i].head != i)
			continue;
		if (shown == SHOWN && !report->whole) {
			left++;
			continue;
		}
		shown++;
		print_head(out, report, style, items, n, i, timeline);
		if (items[i].found->why && timeline && !report->whole) {
			print_hint(out, report, style);
			timeline = false;
		}
		fputc('\n', out);
	}
	if (left)
		fprintf(out, "and %zu more findings; --json FILE has them "
			"all\n\n", left);
	free(items);
}
