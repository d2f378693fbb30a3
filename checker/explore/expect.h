/* SPDX-License-Identifier: MIT */
/*
 * expect.h - what a scenario's author expects, as questions one can ask.
 *
 * The collector behind mpck_right(), mpck_possible(), mpck_must_find() ... of
 * mpck/scenario.h.  Outcomes are whole texts, as reports print them.  Every
 * call accepts NULL: an expectation that states nothing.
 */
#ifndef MPCK_EXPECT_H
#define MPCK_EXPECT_H

#include "machine/module.h"

/*
 * Selects the module, runs its scenario's expect() and keeps what it says;
 * owned by the caller until mpck_expect_free().  NULL: the scenario has no
 * expect().
 */
struct mpck_expect *mpck_expect_new(const struct mpck_module *module);
/* Nobody looks for these: whoever must be found may be found. */
void mpck_expect_excuse(struct mpck_expect *e, unsigned kinds);
void mpck_expect_free(struct mpck_expect *e);

/* Anything stated at all? */
bool mpck_expect_stated(const struct mpck_expect *e);
/* Was any final value stated as possible? (right ones not counted) */
bool mpck_expect_states_possible(const struct mpck_expect *e);

/* The author wants this outcome; false when no right one was stated. */
bool mpck_expect_is_right(const struct mpck_expect *e, const char *outcome);
/*
 * Right, or stated as possible.  With no possible ones stated: right only;
 * with no right ones either: every outcome.
 */
bool mpck_expect_is_possible(const struct mpck_expect *e, const char *outcome);

/* Nobody looks for these kinds: they need not appear.  e may be NULL. */
void mpck_expect_no_look(struct mpck_expect *e, unsigned kinds);
/* The finding has to appear. */
bool mpck_expect_must(const struct mpck_expect *e, enum mpck_finding_kind kind);
/* The finding has to or may appear. */
bool mpck_expect_allows(const struct mpck_expect *e,
			enum mpck_finding_kind kind);
/* An execution need not end. */
bool mpck_expect_allows_no_end(const struct mpck_expect *e);

/* The right outcomes in the order they were stated; texts are borrowed. */
size_t mpck_expect_right_count(const struct mpck_expect *e);
const char *mpck_expect_right_text(const struct mpck_expect *e, size_t i);

#endif
