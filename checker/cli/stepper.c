/* SPDX-License-Identifier: MIT */
/*
 * stepper.c - `mpcheck replay --step`: forward and back through one execution.
 *
 * It walks over what was recorded, so that back is as cheap as forward.  On a
 * terminal each key redraws the screen; otherwise commands are read line by
 * line, and each prints one scene.
 */
#include "cli/stepper.h"

#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "cli/decisive.h"
#include "cli/keys.h"
#include "explain/explanation.h"
#include "reporters/rows.h"
#include "reporters/scene.h"

struct stepper {
	const struct mpck_trace *trace;
	struct mpck_style style;
	size_t *stops;		/* steps that are worth a stop */
	size_t nstops, at;	/* at: index of stops */
	bool terminal;
	const char *remark;	/* shown once; NULL: none */
};

static const char help[] =
	"n, space, right, j   one step forward\n"
	"p, left, k           one step back\n"
	"d                    the next operation that decides (round and round)\n"
	"t                    the next place where a task takes over\n"
	"g, G                 the start, the end\n"
	"12g                  step 12 (line by line: 12)\n"
	"q                    quit";

static void find_stops(struct stepper *s)
{
	struct mpck_rows rows;

	mpck_rows_make(&rows, s->trace, MPCK_FOLD_NOTHING, 0);
	s->stops = mpck_checked(calloc(rows.count + 1, sizeof(*s->stops)));
	for (size_t i = 0; i < rows.count; i++) {
		if (rows.row[i].kind == MPCK_ROW_STEP)
			s->stops[s->nstops++] = rows.row[i].first;
	}
	mpck_rows_fini(&rows);
}

static bool decides(const struct mpck_step *s)
{
	return s->decisive;
}

static bool takes_over(const struct mpck_step *s)
{
	return s->preempts;
}

/* The next one behind this, or the first of all. */
static void seek(struct stepper *s, bool (*is_it)(const struct mpck_step *),
		 const char *none)
{
	for (size_t i = 1; i <= s->nstops; i++) {
		size_t to = (s->at + i) % s->nstops;

		if (is_it(&s->trace->steps[s->stops[to]])) {
			s->at = to;
			return;
		}
	}
	s->remark = none;
}

static void go_to(struct stepper *s, uint64_t number)
{
	for (size_t i = 0; i < s->nstops; i++) {
		if (s->trace->steps[s->stops[i]].number == number) {
			s->at = i;
			return;
		}
	}
	s->remark = "there is no such step";
}

static void move(struct stepper *s, enum mpck_key key, uint64_t number)
{
	switch (key) {
	case MPCK_KEY_FORWARD:
		if (s->at + 1 < s->nstops)
			s->at++;
		else
			s->remark = "this is the end";
		break;
	case MPCK_KEY_BACK:
		if (s->at)
			s->at--;
		else
			s->remark = "this is the start";
		break;
	case MPCK_KEY_DECISIVE:
		seek(s, decides, "no operation is known to decide");
		break;
	case MPCK_KEY_PREEMPTION:
		seek(s, takes_over, "no task takes over from one that could "
		     "go on");
		break;
	case MPCK_KEY_FIRST:
		s->at = 0;
		break;
	case MPCK_KEY_LAST:
		s->at = s->nstops - 1;
		break;
	case MPCK_KEY_NUMBER:
		go_to(s, number);
		break;
	case MPCK_KEY_HELP:
		s->remark = help;
		break;
	case MPCK_KEY_UNKNOWN:
		s->remark = "? shows the keys, q quits";
		break;
	default:
		break;
	}
}

static void print_foot(FILE *out, const struct stepper *s)
{
	const char *outcome = s->trace->outcome;

	if (s->remark)
		fprintf(out, "%s\n", s->remark);
	else if (s->at + 1 == s->nstops && outcome)
		fprintf(out, "the end: %s\n", outcome);
	if (!s->terminal)
		return;
	mpck_paint(out, &s->style, MPCK_DIM);
	mpck_print_cut(out, &s->style, "n next  p back  d decides  t takes "
		       "over  g G ends  ? help  q quit", s->style.width);
	mpck_paint(out, &s->style, MPCK_PLAIN);
}

/* Lines that the foot takes. */
static int foot(const struct stepper *s)
{
	int lines = 2;

	for (const char *p = s->remark ? s->remark : ""; *p; p++)
		lines += *p == '\n';
	return lines;
}

/* The drawing over the old one, line by line: nothing flickers. */
static void put_screen(const char *text, int rows)
{
	fputs("\033[H", stdout);
	for (int i = 0; i < rows && *text; i++) {
		size_t length = strcspn(text, "\n");

		if (i)
			fputs("\r\n", stdout);
		fwrite(text, 1, length, stdout);
		fputs("\033[K", stdout);
		text += length + (text[length] == '\n');
	}
	fputs("\033[J", stdout);
	fflush(stdout);
}

static void draw(struct stepper *s)
{
	struct mpck_scene scene = { .trace = s->trace,
				    .at = s->stops[s->at] };
	char *text = NULL;
	size_t size;
	FILE *out = s->terminal ? open_memstream(&text, &size) : stdout;
	int rows = 0;

	mpck_checked(out);
	if (s->terminal) {
		mpck_keys_size(&rows, &s->style.width);
		scene.lines = rows - foot(s);
	}
	mpck_scene_print(out, &s->style, &scene);
	print_foot(out, s);
	s->remark = NULL;
	if (s->terminal) {
		fclose(out);
		put_screen(text, rows);
		free(text);
	} else {
		fputc('\n', out);
		fflush(out);
	}
}

static void walk(struct stepper *s)
{
	uint64_t number = 0;
	enum mpck_key key;

	draw(s);
	while ((key = mpck_keys_next(&number)) != MPCK_KEY_END) {
		move(s, key, number);
		draw(s);
	}
}

int mpck_stepper(const struct mpck_session *session, struct mpck_result *result,
		 const struct mpck_style *style, char sentence[MPCK_SENTENCE])
{
	struct stepper s = { .trace = result->trace, .style = *style };

	(void)session;
	if (s.trace) {
		mpck_mark_decisive(result);
		find_stops(&s);
	}
	if (!s.nstops) {
		free(s.stops);
		snprintf(sentence, MPCK_SENTENCE, "nothing happens in this "
			 "execution: there is nothing to step through");
		return MPCK_EUSAGE;
	}
	s.terminal = mpck_keys_open();
	walk(&s);
	mpck_keys_close();
	free(s.stops);
	return 0;
}
