/* SPDX-License-Identifier: MIT */
/* phrases.h - words that several parts of a report need. */
#ifndef MPCK_PHRASES_H
#define MPCK_PHRASES_H

#include "explain/explanation.h"
#include "reporters/reporters.h"

/* It visits states; `otherwise` it may still sample. */
bool mpck_is_searching(const char *strategy);
/* Some of its choices are random. */
bool mpck_is_random(const char *strategy);

/* Time or memory ended it before there was one: exit code 124. */
bool mpck_has_no_answer(const struct mpck_result *result);

bool mpck_is_native(const struct mpck_report *report);
/* What was counted are all interleavings: by a search, or one by one. */
bool mpck_has_interleavings(const struct mpck_report *report);
/* "balance", or with parameters that are not the default "balance n=2";
 * malloc'd. */
char *mpck_run_name(const struct mpck_module *module);
/* "executions" or "runs"; the singular for 1. */
const char *mpck_noun(const struct mpck_report *report, uint64_t n);

/* It claims more than was executed. */
bool mpck_is_doubtful(const struct mpck_cause *cause);
/* What was not found: "no execution was found that ..." */
const char *mpck_doubt(const struct mpck_cause *cause);

/* "n=2, strategy random, seed 1, 1,000 executions": what was asked for. */
void mpck_print_setting(FILE *out, const struct mpck_report *report);

/* Prints what `print` writes, wrapped from column 0. */
void mpck_wrap_printed(FILE *out, const struct mpck_style *style,
		       void (*print)(FILE *, const struct mpck_report *),
		       const struct mpck_report *report, int indent);
/* A dim remark, indented. */
void mpck_print_note(FILE *out, const struct mpck_style *style, int indent,
		     const char *text);

/* "mpcheck replay NAME TOKEN --set ..." as words; the count is returned and
 * `words` has room for MPCK_REPLAY_WORDS.  Released with mpck_words_fini(). */
enum { MPCK_REPLAY_WORDS = 4 + 2 * MPCK_MAX_PARAMS + 2 };
size_t mpck_replay_words(const struct mpck_report *report, const char *token,
			 char *words[MPCK_REPLAY_WORDS]);
/* Likewise of another command; token may be NULL. */
size_t mpck_command_words(const struct mpck_report *report, const char *command,
			  const char *token, char *words[MPCK_REPLAY_WORDS]);
void mpck_words_fini(char **words, size_t nwords);

#endif
