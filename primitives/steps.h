/* SPDX-License-Identifier: MIT */
/*
 * steps.h - step grain: what words.h does besides, when built with MPP_STEPS.
 *
 * Idea:    each use of a word is a site, listed in the section mpp_sites; its
 *          step is announced like any operation (hooks.h), with the site in
 *          arg[1].  Calls announce nothing of their own then, but starts,
 *          joins, exits and observations do.
 * Futexes: under a scheduler a futex call is two operations on the word, and
 *          who sleeps stands in mpp_futexes, shared memory that the scheduler
 *          provides.  The longest sleeper is woken first, as the kernel does
 *          with tasks of one priority.
 */
#ifndef MPP_STEPS_H
#define MPP_STEPS_H

#include <mpp/hooks.h>

#define MPP_STEPPED true

/* As large as its alignment, so that the section is an array. */
struct mpp_site {
	const char *file;
	const char *function;
	uint32_t line;
	uint32_t kind;		/* enum mpp_op_kind */
} __attribute__((aligned(32)));

/* All of the library that is linked. */
extern const struct mpp_site __start_mpp_sites[], __stop_mpp_sites[];

/* True when a scheduler decides, between any two words. */
static inline bool mpp_stepping(void)
{
	return MPP_HOOKED() && mpp_hooks_installed->self;
}

void mpp_step(const struct mpp_site *site, const void *word, size_t size);
int mpp_step_wait(const uint32_t *word, uint32_t expected, int64_t deadline_ns);
void mpp_step_wake(const uint32_t *word, int count);
/* For a scheduler in the kernel's place: the holder of this lock has died, and
 * one who sleeps on it is woken.  Announces nothing. */
void mpp_step_died(const uint32_t *word);

/* A mistake that a test wants; MPP_MUTANT(id) is false in what ships. */
enum {
	MPP_MUTANT_NONE,
#define MPP_MUTATION(id, unit, text) MPP_MUTANT_##id,
#include "mutants.def"
#undef MPP_MUTATION
};
extern int mpp_mutant;
#define MPP_MUTANT(id) (mpp_mutant == MPP_MUTANT_##id)

/* Who sleeps on which word; NULL without a scheduler. */
struct mpp_sleeper {
	const uint32_t *word;	/* NULL: free */
	uint32_t place;		/* 1: has slept longest; 0: woken */
	uint32_t unused;
};
enum { MPP_SLEEPERS = 16 };
extern struct mpp_sleeper *mpp_futexes;
extern const size_t mpp_futexes_size;

#define MPP_STEP(kind_, word_) \
	__extension__({ \
		static const struct mpp_site mpp_site_here \
			__attribute__((section("mpp_sites"), used)) = { \
				__FILE__, __func__, __LINE__, kind_ }; \
		mpp_step(&mpp_site_here, word_, sizeof(*(word_))); \
	})

#endif
