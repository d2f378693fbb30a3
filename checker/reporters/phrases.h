/* SPDX-License-Identifier: MIT */
/* phrases.h - what a report says in words: the verdict, the replay line. */
#ifndef MPCK_PHRASES_H
#define MPCK_PHRASES_H

#include "reporters/reporters.h"

/* "executions" or "runs"; the singular for 1. */
const char *mpck_noun(const struct mpck_report *report, uint64_t n);

/* The verdict in one sentence, without its first word and a full stop:
 * " 1,000 executions, all ended with balance=350; this is no proof". */
void mpck_print_verdict(FILE *out, const struct mpck_report *report);

/* "mpcheck replay NAME TOKEN --set ..." as words; the count is returned and
 * `words` has room for MPCK_REPLAY_WORDS.  Released with mpck_words_fini(). */
enum { MPCK_REPLAY_WORDS = 4 + 2 * MPCK_MAX_PARAMS + 2 };
size_t mpck_replay_words(const struct mpck_report *report, const char *token,
			 char *words[MPCK_REPLAY_WORDS]);
void mpck_words_fini(char **words, size_t nwords);

#endif
