/* SPDX-License-Identifier: MIT */
/* history_calls.h - what a call was: known to the modules and to the models. */
#ifndef MPCK_TESTS_HISTORY_CALLS_H
#define MPCK_TESTS_HISTORY_CALLS_H

enum {
	ACQUIRE, TRY_ACQUIRE, ACQUIRE_FOR, RELEASE,	/* locks; FOR: with a limit */
	PUT, TRY_PUT, GET, TRY_GET, LENGTH, CLOSE,	/* queues */
	REGISTER, DONE,					/* producers */
	READ, SET, ADD,					/* a Value */
	WAITED, NOTIFY, CHANGE, CHANGED,		/* conditions; WAIT as well */
	FLAG_SET, FLAG_CLEAR, FLAG_LOOK, TRY_WAIT,	/* Event */
	WAIT_BEGINS, WAIT,				/* its two halves */
	RUN_BEGINS, RUN, ONCE_LOOK,			/* Once; a run's halves */
	ARRIVE, PASS, ARRIVE_FOR, PASS_FOR,		/* a Barrier's wait */
	ABORT, RESET, COUNT_WAITING, LOOK_BROKEN,	/* Barrier */
	TAKE_READ, TRY_READ, READ_FOR,			/* of an RWLock */
	JOIN, TRY_JOIN, TASK_DONE,			/* a JoinableQueue */
	EMPTY, POLL, USE, LEAVE,			/* byte rings, ends */
};

/* What a run of a Once found to do. */
enum {
	RAN_NOT, RAN_FIRST, RAN_AGAIN,
};

#endif
