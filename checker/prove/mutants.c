/* SPDX-License-Identifier: MIT */
/* mutants.c - the kept mistake in force; nothing in the shipped library. */
#include "prove/mutants.h"

#ifdef MPCK_WITH_MUTANTS
enum mpck_mutant mpck_mutant;
#else
typedef int mpck_no_mutants;	/* a file must not be empty */
#endif
