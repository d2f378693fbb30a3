/* SPDX-License-Identifier: MIT */
/*
 * array.h - `count` typed cells shared by processes: Array and RawArray.
 *
 * Types, wrap, lock and waits: as in value.h.  Each call on an item holds the
 * array's own lock, one for all items; read and write hold it for the whole
 * slice.
 * Indexes: 0..count-1; a negative index counts from the end, as in Python.
 * Death:   as in value.h; but of a process in mpp_array_write() it may leave a
 *          part of the slice written, which only the next explicit acquire of
 *          the lock is told.
 * Source:  multiprocessing.Array, multiprocessing.sharedctypes.RawArray.
 *
 * All calls on one object may overlap except free.
 * Visible operations: each call is one on an Array; on a RawArray read and
 * write are one an item.
 */
#ifndef MPP_ARRAY_H
#define MPP_ARRAY_H

#include <mpp/base.h>
#include <mpp/value.h>	/* MPP_WRAPPED, mpp_typesize() */

struct mpp_array;
struct mpp_raw_array;

/* `count` zeroed items (0 is allowed).  MPP_EINVAL, MPP_ENOMEM. */
MPP_API int mpp_array_new(struct mpp_array **out, char typecode, size_t count);
MPP_API void mpp_array_free(struct mpp_array *array);
MPP_API size_t mpp_array_length(struct mpp_array *array);
/* MPP_ERANGE: no such item, *out untouched. */
MPP_API int mpp_array_get(struct mpp_array *array, ptrdiff_t index, int64_t *out);
/* 0, MPP_WRAPPED or MPP_ERANGE (nothing stored). */
MPP_API int mpp_array_set(struct mpp_array *array, ptrdiff_t index, int64_t x);
MPP_API int mpp_array_get_double(struct mpp_array *array, ptrdiff_t index,
				 double *out);
MPP_API int mpp_array_set_double(struct mpp_array *array, ptrdiff_t index,
				 double x);
/* As get and set, but they wait at most timeout_ns for the lock. */
MPP_API int mpp_array_get_timed(struct mpp_array *array, ptrdiff_t index,
				int64_t *out, int64_t timeout_ns);
MPP_API int mpp_array_set_timed(struct mpp_array *array, ptrdiff_t index,
				int64_t x, int64_t timeout_ns);
/* Atomic changes of one item, which answer as those of value.h do. */
MPP_API int mpp_array_add(struct mpp_array *array, ptrdiff_t index, int64_t x);
MPP_API int mpp_array_update(struct mpp_array *array, ptrdiff_t index,
			     int64_t (*fn)(int64_t old, void *context),
			     void *context);
MPP_API int mpp_array_exchange(struct mpp_array *array, ptrdiff_t index,
			       int64_t x, int64_t *old);
/* 1: done.  0: not, *expected is what it is.  < 0: an error. */
MPP_API int mpp_array_compare_exchange(struct mpp_array *array,
				       ptrdiff_t index, int64_t *expected,
				       int64_t desired);
/* Copies items [first, first + count) out or in, in their own C type. */
MPP_API int mpp_array_read(struct mpp_array *array, size_t first, size_t count,
			   void *out);
MPP_API int mpp_array_write(struct mpp_array *array, size_t first,
			    size_t count, const void *items);
/* The array's own recursive lock: borrowed, dies with the array. */
MPP_API struct mpp_rlock *mpp_array_lock(struct mpp_array *array);

MPP_API int mpp_raw_array_new(struct mpp_raw_array **out, char typecode,
			      size_t count);
MPP_API void mpp_raw_array_free(struct mpp_raw_array *array);
MPP_API size_t mpp_raw_array_length(struct mpp_raw_array *array);
MPP_API int mpp_raw_array_get(struct mpp_raw_array *array, ptrdiff_t index,
			      int64_t *out);
MPP_API int mpp_raw_array_set(struct mpp_raw_array *array, ptrdiff_t index,
			      int64_t x);
MPP_API int mpp_raw_array_get_double(struct mpp_raw_array *array,
				     ptrdiff_t index, double *out);
MPP_API int mpp_raw_array_set_double(struct mpp_raw_array *array,
				     ptrdiff_t index, double x);
MPP_API int mpp_raw_array_read(struct mpp_raw_array *array, size_t first,
			       size_t count, void *out);
MPP_API int mpp_raw_array_write(struct mpp_raw_array *array, size_t first,
				size_t count, const void *items);

#endif
