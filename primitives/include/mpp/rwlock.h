/* SPDX-License-Identifier: MIT */
/*
 * rwlock.h - many readers or one writer.
 *
 * Shape:   room for `readers` shares at one time, further readers wait; one
 *          writer, alone.
 * Order:   a writer that waits keeps new readers out, so readers never starve
 *          a writer.  Writers that come without a pause can starve readers.
 * Again:   a thread that reads may acquire for reading again, also while a
 *          writer waits, and releases as often.  To acquire for writing what
 *          one holds in any way is MPP_EDEADLK: there is no upgrade.
 * Owner:   a thread holds its shares; only it can release them.
 * Death:   a dead reader's share is given back; who waits for it goes on within
 *          50 ms.  When a writer dies, the next to acquire gets MPP_EOWNERDEAD
 *          and holds the lock alone, *also if it came to read*, so that it can
 *          repair.  It then calls mpp_rwlock_consistent() before release, or
 *          the lock is MPP_ENOTRECOVERABLE for good.  A writer that dies while
 *          it still waits has written nothing, and nobody is told.
 * Source:  Python has none; the shape is pthread_rwlock_t, which a dead writer
 *          keeps for ever.
 *
 * All calls on one lock may overlap except free.
 * Visible operations: acquire_read and release are one each.  acquire_write is
 * one; two when it has to wait for readers, and a third when it gives up then.
 */
#ifndef MPP_RWLOCK_H
#define MPP_RWLOCK_H

#include <mpp/base.h>

struct mpp_rwlock;

enum { MPP_MAX_READERS = 4096 };

/*
 * readers: 1 .. MPP_MAX_READERS, or 0 for 64; a writer looks at each of their
 * places.  MPP_EINVAL, MPP_ENOMEM; MPP_ENOTSUP as in mpp_lock_new().
 */
MPP_API int mpp_rwlock_new(struct mpp_rwlock **out, int64_t readers);
MPP_API void mpp_rwlock_free(struct mpp_rwlock *lock);
/*
 * 0: held.  MPP_EOWNERDEAD: held alone, see above.  MPP_ETIMEDOUT; MPP_EAGAIN
 * when timeout_ns is 0 and somebody holds it or is about to.  MPP_EDEADLK: the
 * caller waits for itself.  MPP_ENOTRECOVERABLE.
 */
MPP_API int mpp_rwlock_acquire_read(struct mpp_rwlock *lock,
				    int64_t timeout_ns);
MPP_API int mpp_rwlock_acquire_write(struct mpp_rwlock *lock,
				     int64_t timeout_ns);
/* Whatever the caller holds; of several shares one.  MPP_EPERM: nothing. */
MPP_API int mpp_rwlock_release(struct mpp_rwlock *lock);
/* After MPP_EOWNERDEAD: the data is whole again.  MPP_EINVAL otherwise. */
MPP_API int mpp_rwlock_consistent(struct mpp_rwlock *lock);

#endif
