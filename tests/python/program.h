/* SPDX-License-Identifier: MIT */
/*
 * program.h - what the small programs share.
 *
 * Each is a function without arguments that says its result with say(); it has
 * a process (and session) of its own, so names and counters start afresh and
 * what it leaves running ends with it.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <mpp/base.h>
#include <mpp/process.h>

struct program {
	const char *name; /* NULL: the table's end */
	void (*run)(void);
};

/* What Python's programs wait for what never comes. */
#define A_WHILE MPP_SECONDS(0.3)

/* Adds to the result; a blank goes between what two calls say. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* "refused" for an error, else "accepted". */
void say_refused(int err);
/* "done", or the error's name: "MPP_EPERM". */
void say_error(int err);
/* Of an acquire: "taken", "would wait", "timed out" or the error's name. */
void say_taken(int err);
/* Ends the program when a call that has to work did not. */
void must(int err);

/* Passing once lets one waiter go on, now or later. */
struct gate {
	int fd[2];
};
void gate_new(struct gate *gate);
void gate_pass(struct gate *gate);
void gate_wait(struct gate *gate);
/* True when everybody else who could pass has ended, within a while. */
bool gate_is_lost(struct gate *gate);

struct mpp_process *start_child(int (*fn)(void *));
/* The exit code. */
int join_child(struct mpp_process *child);
int run_child(int (*fn)(void *));
int kill_child(struct mpp_process *child);

#endif
