/* SPDX-License-Identifier: MIT */
/*
 * mutants.h - kept mistakes.  The shipped library has none of them: there
 * MPCK_MUTANT() is 0.  A second build of it, for the tests, can make one.
 */
#ifndef MPCK_MUTANTS_H
#define MPCK_MUTANTS_H

#ifdef MPCK_WITH_MUTANTS

enum mpck_mutant {
	MPCK_MUTANT_NONE,
#define MUTANT(id, what) MPCK_MUTANT_##id,
#include "prove/mutants.def"
#undef MUTANT
	MPCK_MUTANTS
};

extern enum mpck_mutant mpck_mutant;	/* the one in force */
#define MPCK_MUTANT(id) (mpck_mutant == MPCK_MUTANT_##id)

#else

#define MPCK_MUTANT(id) 0

#endif
#endif
