/* SPDX-License-Identifier: MIT */
/*
 * image.h - the memory of a simulated process that is not in the window.
 *
 * An image is a copy of what is live: block and heap, the module's data, the
 * big parts' own pages, and per task its stack from the stack pointer up, with
 * thread-local data and errno at its top (window.h).
 */
#ifndef MPCK_IMAGE_H
#define MPCK_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "machine/taskset.h"

struct mpck_image;

/*
 * Saves the loaded process's live memory; sp by slot.  image may be NULL: a
 * new one is made.  Returns the image used.
 */
struct mpck_image *mpck_image_save(struct mpck_image *image,
				   mpck_taskset slots, void *const *sp);
/*
 * The image of a child: the loaded memory, and in `slot` a stack that holds a
 * copy of arg; sp[slot] becomes where the child's stack begins.
 * inherited: slots whose stacks, from sp[] up, the child gets a copy of; its
 * own then begins below what it inherits of `slot`.
 */
struct mpck_image *mpck_image_fork(struct mpck_image *image, unsigned slot,
				   const void *arg, size_t arg_size,
				   mpck_taskset inherited, void **sp);
/* Puts the image's memory in place of the loaded one. */
void mpck_image_load(const struct mpck_image *image);
void mpck_image_free(struct mpck_image *image);
/* A copy that the caller owns. */
struct mpck_image *mpck_image_copy(const struct mpck_image *image);
/* Whose stacks are in it. */
mpck_taskset mpck_image_slots(const struct mpck_image *image);
/* Replaces *hash by one of all its memory and of *hash itself. */
void mpck_image_hash(const struct mpck_image *image, uint64_t hash[2]);
size_t mpck_image_footprint(const struct mpck_image *image);
/* The small parts of an image, for a checksum; NULL image: nothing. */
const void *mpck_image_bytes(const struct mpck_image *image, size_t *size);

#endif
