/* SPDX-License-Identifier: MIT */
/*
 * markers.h - what a source says itself is to be left alone: a comment
 *
 *	mpck: allow data-race, lost-update
 *
 * on the line of a finding, or on the line above it.
 */
#ifndef MPCK_MARKERS_H
#define MPCK_MARKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mpck_marker {
	char *path;		/* "/home/me/balance.c" */
	unsigned line;
	uint32_t kinds;		/* MPCK_BIT() */
	char *unknown;		/* a word of it that is no kind; NULL: none */
	bool used;
};

struct mpck_markers {
	struct mpck_marker *at;
	size_t count, room;
	char **read;		/* files whose markers are here */
	size_t nread;
};

/* Reads the file's markers, once; a file that cannot be read has none. */
void mpck_markers_read(struct mpck_markers *markers, const char *path);
void mpck_markers_fini(struct mpck_markers *markers);

/* The kind of finding called so, of `length` bytes; -1: none. */
int mpck_kind_named(const char *name, size_t length);

#endif
