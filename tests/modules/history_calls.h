/* SPDX-License-Identifier: MIT */
/* history_calls.h - what a call was: known to the modules and to the models. */
#ifndef MPCK_TESTS_HISTORY_CALLS_H
#define MPCK_TESTS_HISTORY_CALLS_H

enum {
	ACQUIRE, TRY_ACQUIRE, ACQUIRE_FOR, RELEASE,	/* locks; FOR: with a limit */
	PUT, TRY_PUT, GET, TRY_GET, LENGTH, CLOSE,	/* queues */
	REGISTER, DONE,					/* producers */
	READ, SET, ADD,					/* a Value */
	JOIN, TRY_JOIN, TASK_DONE,			/* a JoinableQueue */
	EMPTY, POLL, USE, LEAVE,			/* byte rings, ends */
};

#endif
