/* SPDX-License-Identifier: MIT */
/* rounds.c - see rounds.h. */
#include "explore/rounds.h"

#include "explain/round.h"
#include "explore/comeback.h"

bool mpck_round_note(struct mpck_tally *tally, const struct mpck_round *round)
{
	struct mpck_seen_outcome *o = mpck_tally_outcome(
		tally, MPCK_END_STEPS, "", 0);
	struct mpck_seen_finding *f = mpck_tally_finding(
		tally, MPCK_NON_TERMINATION, 0);
	struct mpck_comeback c;

	if (!f)
		return true;	/* there are too many to keep it */
	o->trail.round = f->trail.round = *round;
	if (!mpck_comeback_look(&f->trail, &c))
		return false;
	f->kind = mpck_comeback_kind(&c);
	mpck_comeback_fini(&c);
	return f->kind != MPCK_NON_TERMINATION;
}

char *mpck_round_describe(const struct mpck_seen_finding *finding,
			  struct mpck_places *places)
{
	struct mpck_comeback c;
	char *message = NULL;

	if (!mpck_comeback_look(&finding->trail, &c))
		return NULL;
	if (mpck_comeback_kind(&c) == finding->kind) {
		mpck_round_record(&finding->trail);
		mpck_places_of(places, NULL);
		message = mpck_round_message(&finding->trail, &c);
	}
	mpck_comeback_fini(&c);
	return message;
}
