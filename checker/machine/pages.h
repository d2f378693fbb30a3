/* SPDX-License-Identifier: MIT */
/*
 * pages.h - a big part of the window, exchanged by pages.
 *
 * In place, a page either equals the baseline and is read-only, or belongs to
 * the loaded process and is writable.  The first write to a page faults, and
 * the page becomes the process's own.  So a switch costs what the two processes
 * changed, not the size of the part.
 */
#ifndef MPCK_PAGES_H
#define MPCK_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MPCK_PAGE = 4096 };

struct mpck_pages {
	unsigned char *base;		/* page-aligned; NULL: part not used */
	uint32_t count;			/* pages */
	unsigned char *baseline;	/* their first content; NULL: zeros */
	unsigned char *own;		/* by page: 1 if the loaded process's */
	uint32_t *list;			/* the own pages, in order of first use */
	uint32_t nlist;
};

struct mpck_page_copy;	/* counted reference to one page's bytes */

struct mpck_page_set {
	uint32_t count;
	struct { uint32_t page; struct mpck_page_copy *copy; } *entries;
};

/* keep_baseline: the content now is the baseline; otherwise zeros are. */
bool mpck_pages_open(struct mpck_pages *p, void *base, size_t size,
		     bool keep_baseline);
void mpck_pages_close(struct mpck_pages *p);
/* A write fault inside the part; async-signal-safe. */
bool mpck_pages_fault(struct mpck_pages *p, const void *address);

void mpck_pages_save(const struct mpck_pages *p, struct mpck_page_set *set);
void mpck_pages_load(struct mpck_pages *p, const struct mpck_page_set *set);
void mpck_page_set_copy(struct mpck_page_set *to, const struct mpck_page_set *from);
/* Adds to *hash the pages that differ from the baseline; their order, and that
 * others were written as well, does not matter. */
void mpck_page_set_hash(const struct mpck_pages *p,
			const struct mpck_page_set *set, uint64_t hash[2]);
void mpck_page_set_clear(struct mpck_page_set *set);

#endif
