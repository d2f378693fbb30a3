/* SPDX-License-Identifier: MIT */
/* run.h - one native run: the two ways to do it (fork.c, thread.c). */
#ifndef MPCK_NATIVE_RUN_H
#define MPCK_NATIVE_RUN_H

#include "native/collect.h"
#include "native/native.h"

enum mpck_run_end {
	MPCK_RUN_RETURNED,	/* status: what main returned, 0..255 */
	MPCK_RUN_CRASHED,	/* status: the signal */
	MPCK_RUN_HANGS,		/* did not end within the timeout */
	MPCK_RUN_STOPPED,	/* *stop was set: no result */
};

struct mpck_run {
	enum mpck_run_end end;
	int status;
	struct mpck_collect seen;
	char *check;		/* the first mpck_check() that failed; NULL */
};

/* Both fill *run and return 0, or an enum mpck_error with a sentence. */
int mpck_run_forked(const struct mpck_module *module,
		    const struct mpck_native_options *options,
		    struct mpck_run *run, char sentence[MPCK_SENTENCE]);
int mpck_run_threads(const struct mpck_module *module,
		     const struct mpck_native_options *options,
		     struct mpck_run *run, char sentence[MPCK_SENTENCE]);

#endif
