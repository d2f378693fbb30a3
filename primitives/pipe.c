/* SPDX-License-Identifier: MIT */
/*
 * pipe.c - two connections.
 *
 * Idea:    a ring of bytes (ring.h) for each direction; a connection is the
 *          addresses of the ring that it puts into and the one it gets from.
 *          The rings are objects of their own, so that waiting at one has
 *          nothing to do with the other.
 * Death:   see ring.h: nothing has to be repaired.
 * Source:  multiprocessing.Pipe.
 */
#include <mpp/pipe.h>

#include "ring.h"

/* The program's addresses; never changed.  NULL: not in this direction. */
struct mpp_connection {
	struct mpp_ring *out;
	struct mpp_ring *in;
};

/* The ring from ends[1] to ends[0], and both ends. */
struct head {
	struct mpp_ring ring;
	struct mpp_connection ends[2] MPP_APART;
};

int mpp_pipe_new(struct mpp_connection *ends[2], bool duplex, size_t capacity)
{
	void *to_0, *to_1 = NULL;
	struct head *head;
	int err;

	if (!ends)
		return MPP_EINVAL;
	err = mpp_ring_new(&to_0, sizeof(*head), capacity, "pipe");
	if (err < 0)
		return err;
	if (duplex)
		err = mpp_ring_new(&to_1, sizeof(struct mpp_ring), capacity,
				   "pipe");
	if (err < 0) {
		mpp_ring_free(to_0);
		return err;
	}
	head = mpp_inside(to_0);
	head->ends[0] = (struct mpp_connection){ .in = to_0, .out = to_1 };
	head->ends[1] = (struct mpp_connection){ .in = to_1, .out = to_0 };
	ends[0] = &((struct head *)to_0)->ends[0];
	ends[1] = &((struct head *)to_0)->ends[1];
	return 0;
}

void mpp_pipe_free(struct mpp_connection *ends[2])
{
	struct mpp_connection first;

	if (!ends || !ends[0])
		return;
	first = *(struct mpp_connection *)mpp_inside(ends[0]);
	if (first.out)
		mpp_ring_free(first.out);
	mpp_ring_free(first.in);
}

/* NULL when the end has none. */
static struct mpp_ring *ring_out(const struct mpp_connection *end)
{
	const struct mpp_connection *c = mpp_inside(end);

	return c->out ? mpp_inside(c->out) : NULL;
}

static struct mpp_ring *ring_in(const struct mpp_connection *end)
{
	const struct mpp_connection *c = mpp_inside(end);

	return c->in ? mpp_inside(c->in) : NULL;
}

int mpp_connection_use(struct mpp_connection *end)
{
	struct mpp_ring *out = ring_out(end), *in = ring_in(end);
	int err = 0;

	if (out)
		err = mpp_members_enter(&out->senders, out, MPP_CALLER());
	if (in && err == 0)
		err = mpp_members_enter(&in->receivers, in, MPP_CALLER());
	return err;
}

int mpp_connection_close(struct mpp_connection *end)
{
	struct mpp_ring *out = ring_out(end), *in = ring_in(end);
	int sent = MPP_ESTATE, received = MPP_ESTATE;

	if (out)
		sent = mpp_members_leave(&out->senders, out,
					 &out->readable.bell, MPP_CALLER());
	if (in)
		received = mpp_members_leave(&in->receivers, in,
					     &in->writable.bell, MPP_CALLER());
	return sent == 0 || received == 0 ? 0 : MPP_ESTATE;
}

int mpp_connection_send_bytes(struct mpp_connection *end, const void *bytes,
			      size_t size, int64_t timeout_ns)
{
	struct mpp_ring *r = ring_out(end);
	int err;

	if (!r)
		return MPP_ESTATE;
	err = mpp_members_enter(&r->senders, r, MPP_CALLER());
	if (err < 0)
		return err;
	return mpp_ring_send(r, bytes, size, timeout_ns, MPP_CALLER());
}

int mpp_connection_recv_bytes(struct mpp_connection *end, void *buffer,
			      size_t room, size_t *size, int64_t timeout_ns)
{
	struct mpp_ring *r = ring_in(end);
	int err;

	if (!r)
		return MPP_ESTATE;
	err = mpp_members_enter(&r->receivers, r, MPP_CALLER());
	if (err < 0)
		return err;
	return mpp_ring_receive(r, buffer, room, size, timeout_ns,
				MPP_CALLER());
}

int mpp_connection_poll(struct mpp_connection *end, int64_t timeout_ns)
{
	struct mpp_ring *r = ring_in(end);

	if (!r)
		return MPP_ESTATE;
	return mpp_ring_poll(r, timeout_ns, MPP_CALLER());
}
