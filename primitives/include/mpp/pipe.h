/* SPDX-License-Identifier: MIT */
/*
 * pipe.h - two connections: what is sent at one is received at the other.
 *
 * Shape:   a ring of `capacity` bytes (rounded up to 64 at least, and to 8) for
 *          each direction.  A message of any size goes through: one that is
 *          larger than the ring in pieces, while its receiver takes them.
 * Order:   FIFO per sender; messages of several senders are never mixed.
 * Users:   every process that was started later has both handles, so having
 *          one says nothing.  A process (a thread, in fact) uses an end from
 *          its first send or receive there, or mpp_connection_use(), until
 *          mpp_connection_close() or its own end of any kind.  Sending makes a
 *          sender of it, receiving a receiver, use both.
 * End:     receive returns MPP_EPIPE when the other end had senders, none is
 *          left and all was received; send when it had receivers and none is
 *          left.  Nobody is missed before the first one came.
 * Death:   a message that fits the ring is there wholly or not at all.  Of a
 *          larger one, whose sender dies or gives up in the middle, the
 *          receiver is told: MPP_ECUT.  The rest of one whose receiver did is
 *          passed over by the next receiver.  No lock stays held.
 * Source:  multiprocessing.Pipe.  Unlike it an end of file always comes,
 *          several processes may use one end, and each call has a time limit.
 *
 * All calls may overlap except free.
 * Visible operations: send_bytes and recv_bytes are one for each piece (a
 * message that fits the ring is one), poll is one; the first use of an end is
 * two more for each direction.
 */
#ifndef MPP_PIPE_H
#define MPP_PIPE_H

#include <mpp/base.h>

struct mpp_connection;

/*
 * duplex: both ends send and receive; else ends[0] receives and ends[1] sends.
 * MPP_EINVAL: capacity is 0.  MPP_ENOMEM.
 */
MPP_API int mpp_pipe_new(struct mpp_connection *ends[2], bool duplex,
			 size_t capacity);
/* Both ends, as mpp_pipe_new() gave them. */
MPP_API void mpp_pipe_free(struct mpp_connection *ends[2]);
/* MPP_ENOMEM: 64 others use this end already. */
MPP_API int mpp_connection_use(struct mpp_connection *end);
/* The caller uses it no more; MPP_ESTATE: it did not. */
MPP_API int mpp_connection_close(struct mpp_connection *end);
/*
 * 0; MPP_EPIPE; MPP_ETIMEDOUT; MPP_EAGAIN when there is no room and timeout_ns
 * is 0; MPP_ECUT: the limit passed in the middle of a message larger than the
 * ring; MPP_ENOMEM as above; MPP_ESTATE: this end only receives.
 */
MPP_API int mpp_connection_send_bytes(struct mpp_connection *end,
				      const void *bytes, size_t size,
				      int64_t timeout_ns);
/*
 * 0, and *size (unless NULL) is the message's; MPP_EPIPE; MPP_ETIMEDOUT;
 * MPP_EAGAIN when there is none and timeout_ns is 0; MPP_ECUT: of this message
 * no more will come (what came is gone, the buffer is undefined), or the limit
 * passed in its middle.  MPP_EMSGSIZE: it has more than `room` bytes, *size is
 * how many, and it stays.  MPP_ENOMEM as above; MPP_ESTATE: this end only
 * sends.
 */
MPP_API int mpp_connection_recv_bytes(struct mpp_connection *end, void *buffer,
				      size_t room, size_t *size,
				      int64_t timeout_ns);
/* 0: receive would find a message or the end; MPP_ETIMEDOUT, MPP_EAGAIN. */
MPP_API int mpp_connection_poll(struct mpp_connection *end,
				int64_t timeout_ns);

#endif
