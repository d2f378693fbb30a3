/* SPDX-License-Identifier: MIT */
/*
 * annotate.h - tells helgrind and DRD what our futex words mean.
 *
 * Idea:    they know pthread locks, not ours.  Told who takes and releases a
 *          lock, and that the lock's own words are meant to be contended, they
 *          stay silent about correct programs and still see raw accesses.
 * Cost:    one predictable branch when not on valgrind.
 * Note:    DRD understands helgrind's requests for locks and happens-before;
 *          only "do not watch these bytes" differs.  drd.h must come second.
 * Source:  valgrind/helgrind.h, valgrind/drd.h.
 */
#ifndef MPP_ANNOTATE_H
#define MPP_ANNOTATE_H

#include <stdbool.h>
#include <stddef.h>

#if defined(__has_include) && !defined(MPP_NO_VALGRIND)
#if __has_include(<valgrind/helgrind.h>) && __has_include(<valgrind/drd.h>)
#define MPP_HAVE_VALGRIND 1
#include <valgrind/helgrind.h>
#include <valgrind/drd.h>
#endif
#endif

#ifdef MPP_HAVE_VALGRIND

/* shared.c; set once, by a constructor */
extern bool mpp_on_valgrind __attribute__((visibility("hidden")));

static inline bool mpp_valgrind(void)
{
	return __builtin_expect(mpp_on_valgrind, 0);
}

#define MPP_TELL(request) \
	do { \
		if (mpp_valgrind()) { \
			request; \
		} \
	} while (0)

static inline void mpp_tell_lock_new(void *lock)
{
	MPP_TELL(ANNOTATE_RWLOCK_CREATE(lock));
}

static inline void mpp_tell_lock_free(void *lock)
{
	MPP_TELL(ANNOTATE_RWLOCK_DESTROY(lock));
}

static inline void mpp_tell_acquired(void *lock)
{
	MPP_TELL(ANNOTATE_RWLOCK_ACQUIRED(lock, 1));
}

static inline void mpp_tell_released(void *lock)
{
	MPP_TELL(ANNOTATE_RWLOCK_RELEASED(lock, 1));
}

/*
 * What comes before mpp_tell_before(p) is ordered before what follows
 * mpp_tell_after(p) in another thread: put and get of a queue.
 */
static inline void mpp_tell_before(void *p)
{
	MPP_TELL(ANNOTATE_HAPPENS_BEFORE(p));
}

static inline void mpp_tell_after(void *p)
{
	MPP_TELL(ANNOTATE_HAPPENS_AFTER(p));
}

/* These words are contended on purpose: do not watch them. */
static inline void mpp_tell_words(void *p, size_t size)
{
	MPP_TELL(VALGRIND_HG_DISABLE_CHECKING(p, size);
		 ANNOTATE_BENIGN_RACE_SIZED(p, size, "libmpp"));
}

/* Nobody has touched this memory yet: forget what was here. */
static inline void mpp_tell_fresh(void *p, size_t size)
{
	MPP_TELL(VALGRIND_HG_ENABLE_CHECKING(p, size);
		 VALGRIND_HG_CLEAN_MEMORY(p, size);
		 VALGRIND_DO_CLIENT_REQUEST_STMT(
			 VG_USERREQ__DRD_FINISH_SUPPRESSION, p, size, 0, 0, 0));
}

#else

static inline bool mpp_valgrind(void)
{
	return false;
}

static inline void mpp_tell_lock_new(void *lock)
{
	(void)lock;
}

static inline void mpp_tell_lock_free(void *lock)
{
	(void)lock;
}

static inline void mpp_tell_acquired(void *lock)
{
	(void)lock;
}

static inline void mpp_tell_released(void *lock)
{
	(void)lock;
}

static inline void mpp_tell_before(void *p)
{
	(void)p;
}

static inline void mpp_tell_after(void *p)
{
	(void)p;
}

static inline void mpp_tell_words(void *p, size_t size)
{
	(void)p;
	(void)size;
}

static inline void mpp_tell_fresh(void *p, size_t size)
{
	(void)p;
	(void)size;
}

#endif

#endif
