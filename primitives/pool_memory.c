/* SPDX-License-Identifier: MIT */
/*
 * pool_memory.c - the memory of a pool's jobs.
 *
 * Idea:    workers cannot see what is mapped after their start.  So each pool
 *          reserves the addresses of as much shared memory as the machine has;
 *          maker and workers open as much of it as a job says it needs, and
 *          only what is touched is ever allocated.  Each row of the table has
 *          a small piece of its own; larger ones lie behind those, first fit,
 *          and large ones are given back to the system.
 *          Under a scheduler all see all, and each job allocates.
 */
#define _GNU_SOURCE
#include <sys/mman.h>

#include "pool_parts.h"

enum {
	OWN = 16 << 10, /* bytes of a row's own piece */
	PIECES = MPP_JOBS * OWN, /* opened before the workers start */
	SMALL = 1 << 20, /* bytes of a job that stay allocated */
	PAGE = 4096, /* or a multiple of it */
};

/* As much as there is memory; less where the limits are tighter.  Closed, so
 * that neither a core dump nor a tool takes it for memory in use. */
int mpp_pool_reserve(struct mpp_pool *p)
{
	size_t size;
	void *memory;

	if (mpp_scheduled())
		return 0; /* see mpp_pool_provide() */
	size = (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
	for (; size >= 2 * PIECES; size /= 2) {
		memory =
			mmap(NULL, size, PROT_NONE,
			     MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (memory == MAP_FAILED)
			continue;
		p->memory = memory;
		p->memory_size = size;
		return mpp_pool_open_memory(p, &p->opened, PIECES);
	}
	return MPP_ENOMEM;
}

void mpp_pool_unreserve(struct mpp_pool *p)
{
	if (p->memory)
		munmap(p->memory, p->memory_size);
}

int mpp_pool_open_memory(const struct mpp_pool *p, size_t *opened, size_t size)
{
	size_t more = *opened ? *opened : PIECES;

	if (MPP_LIKELY(size <= *opened) || mpp_scheduled())
		return 0;
	while (more < size && more < p->memory_size)
		more *= 2;
	if (more > p->memory_size)
		more = p->memory_size;
	if (size > more || mprotect(p->memory, more, PROT_READ | PROT_WRITE))
		return MPP_ENOMEM;
	*opened = more;
	return 0;
}

static bool is_behind(const struct mpp_result *r)
{
	return r->memory && r->size > OWN;
}

/* The end of a piece that reaches into [at, at + size); 0: it is free. */
static size_t blocked_until(const struct mpp_pool *p, size_t at, size_t size)
{
	for (unsigned i = 0; i < p->jobs; i++) {
		const struct mpp_result *r = &p->row[i];
		size_t start = (size_t)(r->memory - p->memory);

		if (is_behind(r) && start < at + size && at < start + r->size)
			return start + r->size;
	}
	return 0;
}

/* Every free piece begins where another one ends: tries go up to there, and
 * the first free place of those above each other is the lowest. */
static size_t first_fit(const struct mpp_pool *p, size_t size)
{
	size_t at = PIECES, next;

	while ((next = blocked_until(p, at, size)))
		at = next;
	return at;
}

static int provide_scheduled(struct mpp_result *r, size_t size)
{
	void *user = mpp_shared_alloc(size, "pool job");

	if (!user)
		return MPP_ENOMEM;
	r->memory = mpp_inside(user);
	r->size = size;
	return 0;
}

int mpp_pool_provide(struct mpp_pool *p, struct mpp_result *r, size_t size)
{
	size_t at;
	int err;

	if (mpp_scheduled())
		return provide_scheduled(r, size);
	if (size > OWN)
		size = (size + PAGE - 1) & ~(size_t)(PAGE - 1);
	at = size > OWN ? first_fit(p, size) : mpp_row_number(p, r) * OWN;
	err = mpp_pool_open_memory(p, &p->opened, at + size);
	if (err < 0)
		return err;
	r->memory = p->memory + at;
	r->size = size;
	return 0;
}

void mpp_pool_give_back(struct mpp_pool *p, struct mpp_result *r)
{
	(void)p;
	if (!r->memory)
		return;
	if (mpp_scheduled())
		mpp_shared_free(mpp_outside(r->memory), r->size);
	else if (r->size > SMALL)
		(void)madvise(r->memory, r->size, MADV_REMOVE);
	r->memory = NULL;
	r->size = 0;
}
