/* SPDX-License-Identifier: MIT */
/*
 * heap.h - malloc and friends for simulated processes.
 *
 * Canonical: a request gets the lowest free slot of its size class, and freed
 * memory is cleared, so the same requests give the same bytes whatever ran in
 * between.  Used by the task whose process is loaded, on its own memory.
 */
#ifndef MPCK_HEAP_H
#define MPCK_HEAP_H

#include <stdbool.h>
#include <stddef.h>

void *mpck_heap_alloc(size_t size);	/* zeroed, 16-aligned; NULL: full */
/* False: not a live allocation of this heap. */
bool mpck_heap_free(void *p);
size_t mpck_heap_size(const void *p);	/* usable bytes; 0: not ours */

#endif
