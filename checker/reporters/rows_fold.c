/* SPDX-License-Identifier: MIT */
/*
 * rows_fold.c - fewer rows: who runs alone, equal rounds, then what is far from
 * what decides.
 */
#include "reporters/rows.h"

#include <stdlib.h>
#include <string.h>

#include "basics.h"

enum { LONGEST_ROUND = 12, FEWEST_ROUNDS = 3, TOLD_OPERATIONS = 2 };

void mpck_rows_join(struct mpck_rows *r, size_t a, size_t b, char *text)
{
	size_t last = r->row[b].last;

	for (size_t i = a; i <= b; i++)
		free(r->row[i].text);
	r->row[a] = (struct mpck_row){ .kind = MPCK_ROW_NOTE, .text = text,
				       .first = r->row[a].first, .last = last,
				       .dim = true };
	memmove(&r->row[a + 1], &r->row[b + 1],
		(r->count - b - 1) * sizeof(*r->row));
	r->count -= b - a;
}

static bool is_decisive(const struct mpck_trace *t, const struct mpck_row *row)
{
	return row->kind == MPCK_ROW_STEP && t->steps[row->first].decisive;
}

static bool is_of_task(const struct mpck_row *row)
{
	return row->kind == MPCK_ROW_STEP || row->kind == MPCK_ROW_ROUNDS;
}

/*
 * Who runs alone: all its rows stand together, and nobody else has begun then
 * and not ended.
 */
struct span { size_t first, last; };	/* rows; first > last: none */

static void find_spans(const struct mpck_rows *r, struct span *spans)
{
	for (size_t i = 0; i < MPCK_MAX_TASKS; i++)
		spans[i] = (struct span){ SIZE_MAX, 0 };
	for (size_t i = 0; i < r->count; i++) {
		struct span *s = &spans[r->row[i].task % MPCK_MAX_TASKS];

		if (!is_of_task(&r->row[i]))
			continue;
		s->first = s->first < i ? s->first : i;
		s->last = i;
	}
}

static bool runs_alone(const struct mpck_rows *r, const struct mpck_trace *t,
		       const struct span *spans, uint32_t task)
{
	const struct span *own = &spans[task];

	if (own->first >= own->last)
		return false;
	for (size_t i = own->first; i <= own->last; i++) {
		const struct mpck_step *s = &t->steps[r->row[i].first];

		if (!is_of_task(&r->row[i]) || r->row[i].task != task ||
		    mpck_is_in_round(t, r->row[i].first) ||
		    s->kind != MPCK_STEP_OP || s->decisive || s->result < 0)
			return false;
	}
	for (size_t i = 0; i < MPCK_MAX_TASKS; i++) {
		if (i != task && spans[i].first < own->first &&
		    spans[i].last != SIZE_MAX && spans[i].last > own->last)
			return false;
	}
	return true;
}

/* "; value#1 from 100 to 300", if the rows speak of one cell. */
static char *evolution(const struct mpck_rows *r, const struct mpck_trace *t,
		       size_t a, size_t b)
{
	const struct mpck_step *first = NULL, *last = NULL;
	const char *from;

	for (size_t i = r->row[a].first; i <= r->row[b].last; i++) {
		const struct mpck_step *s = &t->steps[i];

		if (s->kind != MPCK_STEP_OP || s->variable >= t->nvariables ||
		    !t->variables[s->variable].cell || !s->value)
			continue;
		if (first && first->variable != s->variable)
			return mpck_text("%s", "");
		first = first ? first : s;
		last = s;
	}
	from = first ? (first->before ? first->before : first->value) : NULL;
	return from && strcmp(from, last->value) != 0
		? mpck_text("; %s from %s to %s",
			    t->variables[first->variable].name, from,
			    last->value)
		: mpck_text("%s", "");
}

static char *one_alone(const struct mpck_rows *r, const struct mpck_trace *t,
		       size_t a, size_t b)
{
	const char *name = t->lanes[r->row[a].task].name;
	char *text = mpck_text("%s runs alone: ", name), *longer, *one;

	if (b - a + 1 > TOLD_OPERATIONS + 1) {
		one = evolution(r, t, a, b);
		longer = mpck_text("%s%zu operations%s", text, b - a + 1, one);
		free(one);
		free(text);
		return longer;
	}
	for (size_t i = a; i <= b; i++) {
		one = mpck_step_words(t, r->row[i].first, MPCK_WORDS_NAMES);
		longer = mpck_text("%s%s%s", text, i > a ? ", " : "", one);
		free(one);
		free(text);
		text = longer;
	}
	return text;
}

static char *several_alone(const struct mpck_rows *r,
			   const struct mpck_trace *t, size_t a, size_t b,
			   mpck_taskset tasks)
{
	char *who = mpck_tasks_words(t, tasks), *what = evolution(r, t, a, b);
	char *text = mpck_text("%s, one by one%s", who, what);

	free(who);
	free(what);
	return text;
}

static void fold_alone(struct mpck_rows *r, const struct mpck_trace *t)
{
	struct span spans[MPCK_MAX_TASKS];
	mpck_taskset alone = 0, others = 0;

	find_spans(r, spans);
	for (uint32_t i = 0; i < MPCK_MAX_TASKS && i < t->nlanes; i++) {
		if (spans[i].first == SIZE_MAX)
			continue;
		if (runs_alone(r, t, spans, i))
			alone |= mpck_set_of(i);
		else
			others |= mpck_set_of(i);
	}
	if (!others)	/* then that is the story */
		return;
	for (size_t a = 0; a < r->count; a++) {
		mpck_taskset tasks = 0;
		size_t b = a;

		while (b < r->count && is_of_task(&r->row[b]) &&
		       mpck_set_has(alone, r->row[b].task))
			tasks |= mpck_set_of(r->row[b++].task);
		if (tasks)
			mpck_rows_join(r, a, b - 1, tasks & (tasks - 1)
				? several_alone(r, t, a, b - 1, tasks)
				: one_alone(r, t, a, b - 1));
	}
}

/*
 * Equal rounds of a loop, by one task and by nobody else in between.
 */
static bool is_equal_step(const struct mpck_trace *t, const struct mpck_row *x,
			  const struct mpck_row *y)
{
	const struct mpck_step *a = &t->steps[x->first];
	const struct mpck_step *b = &t->steps[y->first];

	return x->kind == MPCK_ROW_STEP && y->kind == MPCK_ROW_STEP &&
	       a->kind == MPCK_STEP_OP && b->kind == MPCK_STEP_OP &&
	       a->task == b->task && a->op == b->op && !b->preempts &&
	       a->variable == b->variable && !a->decisive && !b->decisive &&
	       (a->result < 0) == (b->result < 0) &&
	       (!a->nframes || !b->nframes ||
		a->frames[0].line == b->frames[0].line);
}

static size_t rounds_at(const struct mpck_rows *r, const struct mpck_trace *t,
			size_t at, size_t length)
{
	size_t same = 0;

	while (at + length + same < r->count &&
	       is_equal_step(t, &r->row[at + same],
			     &r->row[at + length + same]))
		same++;
	return 1 + same / length;
}

static void fold_rounds_at(struct mpck_rows *r, size_t at, size_t length,
			   size_t rounds)
{
	size_t end = at + rounds * length;
	struct mpck_row *row = &r->row[at + length];

	*row = (struct mpck_row){ .kind = MPCK_ROW_ROUNDS, .rounds = rounds,
				  .first = row->first, .task = row->task,
				  .last = r->row[end - 1].last,
				  .dim = row->dim };
	memmove(row + 1, &r->row[end], (r->count - end) * sizeof(*row));
	r->count -= end - (at + length + 1);
}

static void fold_rounds(struct mpck_rows *r, const struct mpck_trace *t)
{
	for (size_t at = 0; at < r->count; at++) {
		for (size_t length = 1; length <= LONGEST_ROUND; length++) {
			size_t n = rounds_at(r, t, at, length);

			if (n < FEWEST_ROUNDS)
				continue;
			fold_rounds_at(r, at, length, n);
			at += length;
			break;
		}
	}
}

/*
 * A wait that ends: its lane shows it as well.
 */
static bool wait_ends(const struct mpck_trace *t, size_t step,
			    const size_t *last)
{
	const struct mpck_step *s = &t->steps[step];

	return s->kind == MPCK_STEP_WAIT && !s->decisive &&
	       last[s->task % MPCK_MAX_TASKS] > step;
}

static void leave_out_waits(struct mpck_rows *r, const struct mpck_trace *t)
{
	size_t last[MPCK_MAX_TASKS] = { 0 }, kept = 0;

	for (size_t i = 0; i < t->nsteps; i++)
		last[t->steps[i].task % MPCK_MAX_TASKS] = i;
	for (size_t i = 0; i < r->count; i++) {
		if (r->row[i].kind != MPCK_ROW_STEP ||
		    !wait_ends(t, r->row[i].first, last))
			r->row[kept++] = r->row[i];
	}
	r->count = kept;
}

/*
 * What is far from what decides.
 */
struct scored { size_t row, score; };

static int by_score(const void *a, const void *b)
{
	const struct scored *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x->row > y->row ? -1 : x->row < y->row;
}

/* Rows between this one and the nearest that decides; FAR: as good as none. */
enum { FAR = 12 };

static size_t distance(const struct mpck_rows *r, const struct mpck_trace *t,
		       size_t i)
{
	for (size_t d = 0; d < FAR; d++) {
		if ((i >= d && is_decisive(t, &r->row[i - d])) ||
		    (i + d < r->count && is_decisive(t, &r->row[i + d])))
			return d;
	}
	return FAR;
}

static size_t score_of(const struct mpck_rows *r, const struct mpck_trace *t,
		       size_t i, mpck_taskset deciders)
{
	const struct mpck_row *row = &r->row[i];
	bool step = row->kind == MPCK_ROW_STEP;
	size_t score = 2 * (FAR - distance(r, t, i));

	if (row->kind == MPCK_ROW_END || row->begins_round ||
	    is_decisive(t, row))
		return 1000;
	if (row->kind == MPCK_ROW_NOTE && row->dim && (!i || i + 2 == r->count))
		return 40;	/* what leads up to it, and what follows */
	if (step && t->steps[row->first].kind != MPCK_STEP_OP)
		score += 30;
	if (step && t->steps[row->first].preempts)
		score += 10;
	if (step && mpck_is_in_round(t, row->first))
		score += 20;
	if (is_of_task(row) && mpck_set_has(deciders, row->task))
		score += 15;
	return score;
}

/* Lines with this row kept as well: a stretch that is not is one line. */
static size_t lines_with(const bool *kept, size_t n, size_t i, size_t lines)
{
	bool left = i && !kept[i - 1], right = i + 1 < n && !kept[i + 1];

	return lines + 1 + (left && right) - (!left && !right);
}

static char *gap_words(const struct mpck_rows *r, const struct mpck_trace *t,
		       size_t a, size_t b)
{
	mpck_taskset tasks = 0;
	size_t n = 0;
	char *who, *text;

	for (size_t i = r->row[a].first; i <= r->row[b].last; i++) {
		if (t->steps[i].kind != MPCK_STEP_OP)
			continue;
		n++;
		tasks |= mpck_set_of(t->steps[i].task);
	}
	who = mpck_tasks_words(t, tasks);
	text = n ? mpck_text("%zu operation%s of %s", n, n == 1 ? "" : "s",
			     who)
		 : mpck_text("...");
	free(who);
	return text;
}

static void fold_gaps(struct mpck_rows *r, const struct mpck_trace *t,
		      const bool *kept, size_t n)
{
	size_t at = 0;

	for (size_t i = 0; i < n; at++) {
		size_t end = i;

		while (end < n && !kept[end])
			end++;
		if (end > i + 1)
			mpck_rows_join(r, at, at + end - i - 1,
				       gap_words(r, t, at, at + end - i - 1));
		i = end > i ? end : i + 1;
	}
}

static void fold_far(struct mpck_rows *r, const struct mpck_trace *t,
		     size_t most)
{
	size_t n = r->count, lines = 1;
	struct scored *order = mpck_checked(calloc(n, sizeof(*order)));
	bool *kept = mpck_checked(calloc(n, sizeof(*kept)));
	mpck_taskset deciders = 0;

	for (size_t i = 0; i < n; i++) {
		if (is_decisive(t, &r->row[i]))
			deciders |= mpck_set_of(r->row[i].task);
	}
	for (size_t i = 0; i < n; i++)
		order[i] = (struct scored){ i, score_of(r, t, i, deciders) };
	qsort(order, n, sizeof(*order), by_score);
	for (size_t i = 0; i < n; i++) {
		size_t with = lines_with(kept, n, order[i].row, lines);

		if (with > most && order[i].score < 1000)
			continue;
		kept[order[i].row] = true;
		lines = with;
	}
	fold_gaps(r, t, kept, n);
	free(order);
	free(kept);
}

void mpck_rows_fold(struct mpck_rows *r, const struct mpck_trace *t,
		    enum mpck_folding folding, size_t most)
{
	if (folding == MPCK_FOLD_MUCH)
		fold_alone(r, t);
	if (folding != MPCK_FOLD_NOTHING)
		fold_rounds(r, t);
	if (most && r->count > most)
		leave_out_waits(r, t);
	if (most && r->count > most)
		fold_far(r, t, most);
}
