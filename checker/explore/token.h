/* SPDX-License-Identifier: MIT */
/*
 * token.h - a schedule as short text.
 *
 *   m1[c][x]-FINGERPRINT-CHOICES-CHECK     for example  m1-5f3a9c-a3bcB-k7
 *
 * c, x: what the exploration had learnt (machine.h: clock, exits).
 * FINGERPRINT: scenario name and parameters, six hexadecimal digits.
 * CHOICES: one letter a choice, a..z A..Z for 0..51, larger ones as _52_; a
 * number before one repeats it.  0 when there was no choice.
 * CHECK: two letters that a mistyped token fails.
 */
#ifndef MPCK_TOKEN_H
#define MPCK_TOKEN_H

#include "machine/machine.h"

struct mpck_token {
	struct mpck_learned learned;
	uint16_t *choices;	/* malloc'd; the owner frees it */
	size_t count;
};

/* The text of a schedule, malloc'd. */
char *mpck_token_write(struct mpck_learned learned, const uint16_t *choices,
		       size_t count, const struct mpck_module *module);
/* MPCK_EUSAGE and a sentence when the text is no token of this scenario. */
int mpck_token_read(struct mpck_token *token, const char *text,
		    const struct mpck_module *module,
		    char sentence[MPCK_SENTENCE]);

#endif
