/* SPDX-License-Identifier: MIT */
/*
 * segment.h - bytes that processes share, with a name or without one.
 *
 * Shape:   `size` bytes, exactly as asked, zeroed; the handle is the calling
 *          process's own.  Processes started later have it too, a copy each:
 *          they see the same bytes, and what one closes stays open elsewhere.
 *          Any other program finds a named segment by its name, and an unnamed
 *          one by a descriptor that was passed to it.
 * Memory:  the segment's bytes are the program's: libmpp neither locks nor
 *          orders them.  Their pages are reserved at once, so that memory that
 *          is not there is an error of create and new, not a SIGBUS later.
 * End:     nobody tracks names.  A name, and the memory behind it, stays until
 *          somebody calls mpp_segment_unlink(), also when all processes have
 *          ended; the bytes go with the name and the last handle.  Who creates
 *          unlinks, as a rule; an unnamed segment needs none of that.
 * Death:   a name appears with its segment complete, by one step: a process
 *          that is killed in create leaves nothing, and open never finds half
 *          a segment of ours.  Killed later it leaves the name (see End).
 * Errors:  every call that fails leaves nothing: no name, no descriptor, no
 *          mapping.  errno then says what the system said.
 * Source:  multiprocessing.shared_memory.SharedMemory, whose segments these
 *          are under Linux, so the two can open each other's.  Unlike it there
 *          is no resource tracker that unlinks what others still use.
 *
 * Calls on one handle may overlap except close and free, which the process
 * orders after its others; calls on a name may overlap.
 * Visible operations: read and write are one an aligned piece of at most 8
 * bytes, plain.  What the program does at mpp_segment_address() announces
 * nothing: under the checker, which cannot see it, that memory is closed and
 * touching it is a finding, so a program that is to be checked uses read and
 * write.  There segments have no names and no descriptors (MPP_ENOTSUP), and
 * close and free do nothing.
 */
#ifndef MPP_SEGMENT_H
#define MPP_SEGMENT_H

#include <mpp/base.h>

struct mpp_segment;

enum { MPP_SEGMENT_NAME = 250 };	/* bytes of a name at most */

/*
 * Makes a segment for the user's own processes (mode 0600).  MPP_EEXIST: the
 * name is taken.  MPP_EINVAL: size 0, or not a name: empty, ".", "..", longer
 * than MPP_SEGMENT_NAME, or with a slash.  MPP_ENOSPC, MPP_ENOMEM, MPP_EMFILE,
 * MPP_EACCES, MPP_ESYSTEM.
 */
MPP_API int mpp_segment_create(struct mpp_segment **out, const char *name,
			       size_t size);
/*
 * The segment of that name.  MPP_ENOENT; MPP_EACCES: another user's;
 * MPP_EAGAIN: another program made the name and not yet the bytes; MPP_EINVAL,
 * MPP_ENOMEM, MPP_EMFILE, MPP_ESYSTEM.
 */
MPP_API int mpp_segment_open(struct mpp_segment **out, const char *name);
/*
 * Makes one without a name; its size can never change.  MPP_EINVAL: size 0.
 * MPP_ENOSPC, MPP_ENOMEM, MPP_EMFILE, MPP_ESYSTEM.
 */
MPP_API int mpp_segment_new(struct mpp_segment **out, size_t size);
/*
 * The segment behind a descriptor, which stays the caller's.  MPP_EINVAL: it is
 * not open, not of a segment or not for reading and writing; MPP_ENOMEM,
 * MPP_EMFILE, MPP_ESYSTEM.
 */
MPP_API int mpp_segment_open_descriptor(struct mpp_segment **out, int fd);
/* Takes the name away; who has the segment open keeps it.  MPP_ENOENT,
 * MPP_EACCES, MPP_EINVAL, MPP_ESYSTEM. */
MPP_API int mpp_segment_unlink(const char *name);

/* Where its bytes are in this process, on a page of their own; NULL: closed. */
MPP_API void *mpp_segment_address(struct mpp_segment *segment);
MPP_API size_t mpp_segment_size(struct mpp_segment *segment);
/* To pass to another program (SCM_RIGHTS, or across exec: it is close-on-exec);
 * borrowed until close.  MPP_ECLOSED. */
MPP_API int mpp_segment_descriptor(struct mpp_segment *segment);
/*
 * Copies bytes [offset, offset + size) out or in; ordered with nothing: use a
 * lock.  MPP_ERANGE: not all inside, nothing copied; MPP_ECLOSED; MPP_EINVAL.
 */
MPP_API int mpp_segment_read(struct mpp_segment *segment, size_t offset,
			     void *buffer, size_t size);
MPP_API int mpp_segment_write(struct mpp_segment *segment, size_t offset,
			      const void *buffer, size_t size);

/* Takes the bytes from this process; again: no effect. */
MPP_API void mpp_segment_close(struct mpp_segment *segment);
/* Closes, and forgets the handle. */
MPP_API void mpp_segment_free(struct mpp_segment *segment);

#endif
