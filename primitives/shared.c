/* SPDX-License-Identifier: MIT */
/*
 * shared.c - memory that every process started later has in common.
 *
 * Idea:    arenas of anonymous shared mappings.  An arena is divided in units
 *          of one cache line; a bitmap in private memory says which are taken,
 *          first fit.  Large objects are mappings of their own.
 * Fork:    the parent's arenas stay mapped in the child, so its handles work,
 *          but the child allocates from arenas of its own and frees nothing in
 *          the parent's: who allocated an object frees it.
 * End:     an arena is unmapped with its last object (one empty arena is
 *          kept, so that new/free in a loop costs no system call).  Anonymous
 *          mappings vanish with the last process that has them: nothing leaks
 *          on any kind of death.
 * Source:  multiprocessing.heap.  Unlike it no object shares a cache line.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "internal.h"

enum {
	UNITS = 4096, /* in an arena: 256 KiB */
	LARGE = UNITS / 8 * MPP_LINE, /* bytes; above: a mapping of its own */
	BITS = 64,
};

struct arena {
	struct arena *next;
	char *base;
	size_t taken; /* units */
	size_t start; /* no free unit before this one */
	uint64_t map[UNITS / BITS]; /* 1: taken */
};

/* What this process allocates from; emptied in a child. */
static struct arena *arenas;
static pthread_mutex_t arenas_lock = PTHREAD_MUTEX_INITIALIZER;

#ifdef MPP_HAVE_VALGRIND
bool mpp_on_valgrind;
#endif

static void before_fork(void)
{
	pthread_mutex_lock(&arenas_lock);
}

static void after_fork(void)
{
	pthread_mutex_unlock(&arenas_lock);
}

static void in_child(void)
{
	while (arenas) {
		struct arena *a = arenas;

		arenas = a->next;
		free(a);
	}
	pthread_mutex_unlock(&arenas_lock);
}

__attribute__((constructor)) static void prepare(void)
{
#ifdef MPP_HAVE_VALGRIND
	mpp_on_valgrind = RUNNING_ON_VALGRIND != 0;
#endif
	pthread_atfork(before_fork, after_fork, in_child);
}

static void *map_pages(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static struct arena *arena_new(void)
{
	struct arena *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->base = map_pages((size_t)UNITS * MPP_LINE);
	if (!a->base) {
		free(a);
		return NULL;
	}
	a->next = arenas;
	arenas = a;
	return a;
}

static bool is_taken(const struct arena *a, size_t unit)
{
	return a->map[unit / BITS] >> (unit % BITS) & 1;
}

static void mark(struct arena *a, size_t first, size_t n, bool taken)
{
	for (size_t i = first; i < first + n; i++) {
		uint64_t bit = UINT64_C(1) << (i % BITS);

		if (taken)
			a->map[i / BITS] |= bit;
		else
			a->map[i / BITS] &= ~bit;
	}
	a->taken += taken ? n : -n;
}

/* The first n free units in a row; UNITS: none. */
static size_t find_room(struct arena *a, size_t n)
{
	size_t run = 0;

	while (a->start < UNITS && is_taken(a, a->start))
		a->start++;
	for (size_t i = a->start; i < UNITS; i++) {
		if (run == 0 && a->map[i / BITS] == UINT64_MAX) {
			i |= BITS - 1; /* a full word: skip it */
			continue;
		}
		run = is_taken(a, i) ? 0 : run + 1;
		if (run == n)
			return i + 1 - n;
	}
	return UNITS;
}

static void *take(size_t n)
{
	size_t at = UNITS;
	struct arena *a;

	for (a = arenas; a; a = a->next) {
		if (UNITS - a->taken >= n)
			at = find_room(a, n);
		if (at < UNITS)
			break;
	}
	if (!a) {
		a = arena_new();
		at = 0;
	}
	if (!a)
		return NULL;
	mark(a, at, n, true);
	return a->base + at * MPP_LINE;
}

/* Unmaps empty arenas but one. */
static void drop_empty(void)
{
	bool kept = false;

	for (struct arena **link = &arenas; *link;) {
		struct arena *a = *link;

		if (a->taken || !kept) {
			kept |= !a->taken;
			link = &a->next;
			continue;
		}
		*link = a->next;
		munmap(a->base, (size_t)UNITS * MPP_LINE);
		free(a);
	}
}

/* Nothing to do for an object of the parent's arenas. */
static void give_back(char *p, size_t n)
{
	for (struct arena *a = arenas; a; a = a->next) {
		uintptr_t at = (uintptr_t)p - (uintptr_t)a->base;

		if (at >= (size_t)UNITS * MPP_LINE)
			continue;
		mark(a, at / MPP_LINE, n, false);
		if (at / MPP_LINE < a->start)
			a->start = at / MPP_LINE;
		if (!a->taken)
			drop_empty();
		return;
	}
}

static size_t units(size_t size)
{
	return size ? (size + MPP_LINE - 1) / MPP_LINE : 1;
}

void *mpp_shared_alloc(size_t size, const char *name)
{
	void *p;

	if (MPP_HOOKED() && mpp_hooks_installed->share)
		return mpp_hooks_installed->share(size ? size : 1, name);
	if (size > PTRDIFF_MAX)
		return NULL;
	if (size > LARGE)
		return map_pages(size);
	pthread_mutex_lock(&arenas_lock);
	p = take(units(size));
	pthread_mutex_unlock(&arenas_lock);
	if (p) {
		mpp_tell_fresh(p, units(size) * MPP_LINE);
		memset(p, 0, units(size) * MPP_LINE);
	}
	return p;
}

void mpp_shared_free(void *user, size_t size)
{
	if (!user)
		return;
	if (MPP_HOOKED() && mpp_hooks_installed->share) {
		if (mpp_hooks_installed->unshare)
			mpp_hooks_installed->unshare(user, size ? size : 1);
		return;
	}
	if (size > LARGE) {
		munmap(user, size);
		return;
	}
	pthread_mutex_lock(&arenas_lock);
	give_back(user, units(size));
	pthread_mutex_unlock(&arenas_lock);
}
