/* SPDX-License-Identifier: MIT */
/* pipe.c - a child answers what it is asked, until nobody asks any more. */
#include <mpp/pipe.h>
#include <mpp/process.h>
#include <stdio.h>

static int answer(void *arg)
{
	struct mpp_connection *end = *(struct mpp_connection **)arg;
	long x;

	while (mpp_connection_recv_bytes(end, &x, sizeof(x), NULL,
					 MPP_FOREVER) == 0) {
		x *= x;
		if (mpp_connection_send_bytes(end, &x, sizeof(x),
					      MPP_FOREVER) < 0)
			return 1;
	}
	return 0;
}

int main(void)
{
	struct mpp_connection *ends[2];
	struct mpp_process *child;

	if (mpp_pipe_new(ends, true, 4096) < 0 ||
	    mpp_process_new(&child, answer, &ends[1], sizeof(ends[1])) < 0 ||
	    mpp_process_start(child) < 0)
		return 1;
	for (long x = 2; x <= 4; x++) {
		long squared;

		if (mpp_connection_send_bytes(ends[0], &x, sizeof(x),
					      MPP_FOREVER) < 0 ||
		    mpp_connection_recv_bytes(ends[0], &squared,
					      sizeof(squared), NULL,
					      MPP_SECONDS(10)) < 0)
			return 1;
		printf("%ld %ld\n", x, squared);
	}
	mpp_connection_close(ends[0]);	/* the child sees the end */
	mpp_process_join(child, MPP_FOREVER);
	mpp_process_free(child);
	mpp_pipe_free(ends);
	return 0;
}
