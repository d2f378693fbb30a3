/* SPDX-License-Identifier: MIT */
/*
 * token.h - a schedule as short text.
 *
 *   m1[c][x][rN.K]-FINGERPRINT-CHOICES-CHECK    for example  m1-5f3a9c-a3bcB-k7
 *
 * c, x: what the exploration had learnt (machine.h: clock, exits).
 * rN.K: after the first N operations K more lead back to the state they began
 * in.  The token ends there; an execution would repeat them for ever.
 * FINGERPRINT: scenario name and parameters, six hexadecimal digits.
 * CHOICES: one letter a choice, a..z A..Z for 0..51, larger ones as _52_; a
 * number before one repeats it.  0 when there was no choice.
 * CHECK: two letters that a mistyped token fails.
 */
#ifndef MPCK_TOKEN_H
#define MPCK_TOKEN_H

#include "explore/tally.h"
#include "machine/machine.h"

struct mpck_token {
	struct mpck_learned learned;
	uint16_t *choices;	/* malloc'd; the owner frees it */
	size_t count;
	struct mpck_round round;
};

/* The text of a trail, malloc'd; "" if there is none. */
char *mpck_token_of(struct mpck_learned learned, const struct mpck_trail *trail,
		    const struct mpck_module *module);

/* MPCK_EUSAGE and a sentence when the text is no token of this scenario. */
int mpck_token_read(struct mpck_token *token, const char *text,
		    const struct mpck_module *module,
		    char sentence[MPCK_SENTENCE]);

#endif
