/* SPDX-License-Identifier: MIT */
/* serial.c - see serial.h. */
#include "explore/serial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"
#include "explain/rerun.h"
#include "explore/judge.h"
#include "explore/token.h"

enum {
	MOST_STATES = 100000,	/* more orders than that are not tried */
	NAMED_VALUES = 4,	/* in a message */
};
static const double most_seconds = 1;

static bool states_nothing(const struct mpck_aftermath *a)
{
	return !mpck_expect_right_count(a->expect) &&
	       !mpck_expect_states_possible(a->expect);
}

static bool is_wanted(const struct mpck_aftermath *a,
		      const struct mpck_seen_outcome *o)
{
	char *text = mpck_outcome_text(o);
	bool wanted = mpck_expect_is_right(a->expect, text);

	free(text);
	return wanted;
}

/* Some serial execution ends, and all of them are known. */
static bool is_known(const struct mpck_aftermath *a)
{
	return a->serial.known && a->serial.ends.noutcomes;
}

static struct mpck_seen_outcome seen(enum mpck_end end, const void *bytes,
				     size_t size)
{
	return (struct mpck_seen_outcome){ .end = end, .bytes = (void *)bytes,
					   .size = size };
}

bool mpck_is_disturbed(const struct mpck_aftermath *a, enum mpck_end end,
		       const void *bytes, size_t size)
{
	struct mpck_seen_outcome o = seen(end, bytes, size);

	if (end != MPCK_END_NORMAL)
		return false;
	if (is_known(a) && mpck_serial_has(&a->serial, bytes, size))
		return false;
	if (mpck_expect_right_count(a->expect))
		return !is_wanted(a, &o);
	return states_nothing(a) && is_known(a) && !a->serial.talk;
}

bool mpck_is_undisturbed(const struct mpck_aftermath *a, enum mpck_end end,
			 const void *bytes, size_t size)
{
	struct mpck_seen_outcome o = seen(end, bytes, size);

	if (end != MPCK_END_NORMAL)
		return false;
	if (mpck_expect_right_count(a->expect))
		return is_wanted(a, &o);
	return is_known(a) && mpck_serial_has(&a->serial, bytes, size);
}

/* Of all outcomes that were seen, is there one to be looked into?  All that is
 * serial was seen by who saw everything: a single outcome is. */
static bool is_worth_it(const struct mpck_aftermath *a)
{
	size_t ends = 0, unwanted = 0;

	for (size_t i = 0; i < a->tally->noutcomes; i++) {
		const struct mpck_seen_outcome *o = &a->tally->outcomes[i];

		if (o->end != MPCK_END_NORMAL)
			continue;
		ends++;
		unwanted += !is_wanted(a, o);
	}
	if (mpck_expect_right_count(a->expect))
		return unwanted > 0;
	return states_nothing(a) && ends > (a->result->complete ? 1 : 0);
}

void mpck_serial_look(struct mpck_aftermath *a)
{
	struct mpck_serial_job job = {
		.no_symmetry = a->options->no_symmetry,
		.most_states = MOST_STATES, .stop = a->options->stop,
		.deadline = mpck_seconds() + most_seconds };

	a->serial = (struct mpck_serial){ .known = false };
	if (!is_worth_it(a))
		return;
	mpck_machine_teach(a->learned);
	mpck_serial_find(&job, &a->serial);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "balance=350", "x=1 or x=2", "one of 12 other values"; malloc'd. */
static char *serial_values(const struct mpck_serial *serial)
{
	size_t n = serial->ends.noutcomes;
	char *each[NAMED_VALUES], *text = NULL;
	size_t size;
	FILE *out;

	if (n > NAMED_VALUES)
		return mpck_text("one of %zu other values", n);
	for (size_t i = 0; i < n; i++)
		each[i] = mpck_outcome_text(&serial->ends.outcomes[i]);
	qsort(each, n, sizeof(*each), by_name);
	out = mpck_checked(open_memstream(&text, &size));
	for (size_t i = 0; i < n; i++) {
		fprintf(out, "%s%s", !i ? "" : i == n - 1 ? " or " : ", ",
			each[i]);
		free(each[i]);
	}
	fclose(out);
	return text;
}

/* Nobody says what is right: did tasks only access, lock, start and join in
 * this execution, too? */
static bool is_silent_work(const struct mpck_trail *trail)
{
	struct mpck_rerun r = { .choices = trail->choices,
				.count = trail->count, .record = true };
	const struct mpck_record *records;
	size_t n;

	mpck_rerun(&r);
	records = mpck_machine_records(&n);
	for (size_t i = 0; i < n; i++) {
		if ((records[i].kind == MPCK_EVENT_OP ||
		     records[i].kind == MPCK_EVENT_WAIT) &&
		    mpck_serial_talks(&records[i].op))
			return false;
	}
	return r.end == MPCK_END_NORMAL;
}

void mpck_add_found(const struct mpck_aftermath *a, struct mpck_found found,
		    const struct mpck_places *places)
{
	struct mpck_result *r = a->result;

	if (mpck_suppress(a->suppressions, found.kind, places, r)) {
		free(found.message);
		free(found.token);
		free(found.outcome);
		return;
	}
	r->findings = mpck_checked(realloc(r->findings, (r->nfindings + 1) *
					   sizeof(*r->findings)));
	found.expected = mpck_expect_allows(a->expect, found.kind) ||
			 mpck_expect_allows(a->expect, MPCK_UNEXPECTED_VALUE);
	r->findings[r->nfindings++] = found;
}

static char *message_of(const struct mpck_aftermath *a, const char *outcome,
			size_t others)
{
	char *serial = serial_values(&a->serial), *text;
	char also[60] = "";

	if (others)
		snprintf(also, sizeof(also), ", nor with %zu other value%s "
			 "that %s seen", others, others == 1 ? "" : "s",
			 others == 1 ? "was" : "were");
	text = mpck_text("no order of the processes, one after the other, "
			 "ends with %s%s; those give %s", outcome, also,
			 serial);
	free(serial);
	return text;
}

void mpck_find_unserialisable(const struct mpck_aftermath *a)
{
	const struct mpck_seen_outcome *first = NULL;
	struct mpck_found f = { .kind = MPCK_NOT_SERIALISABLE };
	size_t wrong = 0;

	if (!is_known(a)) {
		a->result->unsought |= MPCK_BIT(MPCK_NOT_SERIALISABLE);
		return;
	}
	for (size_t i = 0; i < a->tally->noutcomes; i++) {
		const struct mpck_seen_outcome *o = &a->tally->outcomes[i];

		if (!mpck_is_disturbed(a, o->end, o->bytes, o->size))
			continue;
		wrong++;
		f.executions += o->executions;
		/* Of very many outcomes, some have no schedule. */
		if (!first || !first->trail.choices ||
		    (o->trail.choices && o->trail.count < first->trail.count))
			first = o;
	}
	if (!wrong || (states_nothing(a) && !is_silent_work(&first->trail)))
		return;
	f.outcome = mpck_outcome_text(first);
	f.message = message_of(a, f.outcome, wrong - 1);
	f.token = mpck_token_of(a->learned, &first->trail, a->module);
	/* It happened all over the place. */
	mpck_add_found(a, f, &(struct mpck_places){ .count = 0 });
}
