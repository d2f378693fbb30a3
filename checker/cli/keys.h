/* SPDX-License-Identifier: MIT */
/*
 * keys.h - single keys from a terminal, or commands from lines of a file.
 *
 * A terminal is put into raw mode and onto its second screen, and back in any
 * case but SIGKILL.
 */
#ifndef MPCK_KEYS_H
#define MPCK_KEYS_H

#include <stdbool.h>
#include <stdint.h>

enum mpck_key {
	MPCK_KEY_END,		/* of the input; q, Ctrl-C, Ctrl-D; a signal */
	MPCK_KEY_FORWARD, MPCK_KEY_BACK,
	MPCK_KEY_DECISIVE, MPCK_KEY_PREEMPTION,
	MPCK_KEY_FIRST, MPCK_KEY_LAST,
	MPCK_KEY_NUMBER,	/* to this step */
	MPCK_KEY_HELP,
	MPCK_KEY_RESIZED,	/* the terminal was */
	MPCK_KEY_UNKNOWN,
};

/* true: stdin and stdout are terminals; keys come one by one. */
bool mpck_keys_open(void);
void mpck_keys_close(void);
/* Waits for the next one; *number: of MPCK_KEY_NUMBER. */
enum mpck_key mpck_keys_next(uint64_t *number);
/* Rows of the terminal, and its columns up to 80. */
void mpck_keys_size(int *rows, int *columns);

#endif
