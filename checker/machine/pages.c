/* SPDX-License-Identifier: MIT */
/*
 * pages.c - exchange of big window parts by pages; see pages.h.
 */
#include "machine/pages.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "machine/bytes.h"

struct mpck_page_copy {
	uint32_t references;
	unsigned char bytes[MPCK_PAGE];
};

bool mpck_pages_open(struct mpck_pages *p, void *base, size_t size,
		     bool keep_baseline)
{
	*p = (struct mpck_pages){ .base = base,
				  .count = (uint32_t)(size / MPCK_PAGE) };
	p->own = calloc(p->count, 1);
	p->list = calloc(p->count, sizeof(*p->list));
	if (keep_baseline)
		p->baseline = malloc(size);
	if (!p->own || !p->list || (keep_baseline && !p->baseline)) {
		mpck_pages_close(p);
		return false;
	}
	if (keep_baseline)
		mpck_copy(p->baseline, base, size);
	return mprotect(base, size, PROT_READ) == 0;
}

void mpck_pages_close(struct mpck_pages *p)
{
	if (p->base)
		mprotect(p->base, (size_t)p->count * MPCK_PAGE,
			 PROT_READ | PROT_WRITE);
	free(p->own);
	free(p->list);
	free(p->baseline);
	*p = (struct mpck_pages){ 0 };
}

static unsigned char *place(const struct mpck_pages *p, uint32_t page)
{
	return p->base + (size_t)page * MPCK_PAGE;
}

static bool take(struct mpck_pages *p, uint32_t page)
{
	if (mprotect(place(p, page), MPCK_PAGE, PROT_READ | PROT_WRITE))
		return false;
	p->own[page] = 1;
	p->list[p->nlist++] = page;
	return true;
}

bool mpck_pages_fault(struct mpck_pages *p, const void *address)
{
	uintptr_t offset = (uintptr_t)address - (uintptr_t)p->base;

	if (!p->base || offset >= (uintptr_t)p->count * MPCK_PAGE)
		return false;
	if (p->own[offset / MPCK_PAGE])
		return false;
	return take(p, (uint32_t)(offset / MPCK_PAGE));
}

static struct mpck_page_copy *copy_new(const void *bytes)
{
	struct mpck_page_copy *c = malloc(sizeof(*c));

	if (!c)
		abort();	/* the machine cannot go on without its images */
	c->references = 1;
	mpck_copy(c->bytes, bytes, MPCK_PAGE);
	return c;
}

static void copy_drop(struct mpck_page_copy *c)
{
	if (--c->references == 0)
		free(c);
}

void mpck_page_set_clear(struct mpck_page_set *set)
{
	for (uint32_t i = 0; i < set->count; i++)
		copy_drop(set->entries[i].copy);
	free(set->entries);
	*set = (struct mpck_page_set){ 0 };
}

static void set_resize(struct mpck_page_set *set, uint32_t count)
{
	set->entries = realloc(set->entries, (count ? count : 1) *
			       sizeof(set->entries[0]));
	if (!set->entries)
		abort();
	set->count = count;
}

void mpck_page_set_copy(struct mpck_page_set *to,
			const struct mpck_page_set *from)
{
	mpck_page_set_clear(to);
	if (!from->count)
		return;
	set_resize(to, from->count);
	for (uint32_t i = 0; i < from->count; i++) {
		to->entries[i] = from->entries[i];
		to->entries[i].copy->references++;
	}
}

void mpck_pages_save(const struct mpck_pages *p, struct mpck_page_set *set)
{
	if (!p->nlist && !set->count)
		return;
	mpck_page_set_clear(set);
	set_resize(set, p->nlist);
	for (uint32_t i = 0; i < p->nlist; i++) {
		set->entries[i].page = p->list[i];
		set->entries[i].copy = copy_new(place(p, p->list[i]));
	}
}

static bool is_baseline(const struct mpck_pages *p, uint32_t page,
			const unsigned char *bytes)
{
	static const unsigned char zeros[MPCK_PAGE];

	return !memcmp(bytes, p->baseline ? p->baseline +
					    (size_t)page * MPCK_PAGE : zeros,
		       MPCK_PAGE);
}

void mpck_page_set_hash(const struct mpck_pages *p,
			const struct mpck_page_set *set, uint64_t hash[2])
{
	for (uint32_t i = 0; i < set->count; i++) {
		uint32_t page = set->entries[i].page;
		const unsigned char *bytes = set->entries[i].copy->bytes;
		XXH128_hash_t h;

		if (is_baseline(p, page, bytes))
			continue;
		h = XXH3_128bits_withSeed(bytes, MPCK_PAGE, page + 1);
		hash[0] += h.low64;
		hash[1] += h.high64;
	}
}

/* Gives every own page back its baseline. */
static void put_back(struct mpck_pages *p)
{
	for (uint32_t i = 0; i < p->nlist; i++) {
		uint32_t page = p->list[i];

		if (p->baseline)
			mpck_copy(place(p, page),
				  p->baseline + (size_t)page * MPCK_PAGE,
				  MPCK_PAGE);
		else
			mpck_zero(place(p, page), MPCK_PAGE);
		mprotect(place(p, page), MPCK_PAGE, PROT_READ);
		p->own[page] = 0;
	}
	p->nlist = 0;
}

void mpck_pages_load(struct mpck_pages *p, const struct mpck_page_set *set)
{
	if (!p->base)
		return;
	put_back(p);
	for (uint32_t i = 0; i < set->count; i++) {
		if (!take(p, set->entries[i].page))
			abort();
		mpck_copy(place(p, set->entries[i].page),
			  set->entries[i].copy->bytes, MPCK_PAGE);
	}
}
