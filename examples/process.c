/* SPDX-License-Identifier: MIT */
/*
 * process.c - three children with different ends, and what their parent learns.
 */
#include <stdio.h>
#include <stdlib.h>

#include <mpp/process.h>

static int work(void *arg)
{
	int n = *(int *)arg;

	if (n == 2)
		mpp_sleep(MPP_SECONDS(3600)); /* until it is terminated */
	printf("%s got %d\n", mpp_current_name(), n);
	return n;
}

static void must(int result, const char *what)
{
	if (result >= 0)
		return;
	fprintf(stderr, "%s: %s\n", what, mpp_strerror(result));
	exit(1);
}

int main(void)
{
	struct mpp_process *children[3], *running[3];
	int count;

	for (int i = 0; i < 3; i++) {
		must(mpp_process_new(&children[i], work, &i, sizeof(i)), "new");
		/* None outlives this program, however it ends. */
		must(mpp_process_set_daemon(children[i], true), "daemon");
		must(mpp_process_start(children[i]), "start");
	}
	/* The first two end by themselves, in any order. */
	must(mpp_process_join(children[0], MPP_SECONDS(60)), "join");
	must(mpp_process_join(children[1], MPP_SECONDS(60)), "join");
	count = mpp_active_children(running, 3);
	must(count, "active children");
	for (int i = 0; i < count; i++)
		printf("still running: %s\n", mpp_process_name(running[i]));
	must(mpp_process_terminate(children[2]), "terminate");
	must(mpp_process_join(children[2], MPP_SECONDS(60)), "join");
	for (int i = 0; i < 3; i++) {
		int code = 0;

		(void)mpp_process_exitcode(children[i], &code);
		printf("%s: exit code %d\n", mpp_process_name(children[i]),
		       code);
		mpp_process_free(children[i]);
	}
	return 0;
}
