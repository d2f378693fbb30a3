/* SPDX-License-Identifier: MIT */
/*
 * once.c - four processes need a table; the first to come makes it.  That one
 * crashes half way, so the next makes it again.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <mpp/array.h>
#include <mpp/once.h>
#include <mpp/process.h>

enum { USERS = 4, ITEMS = 100 };

struct job {
	struct mpp_once *once;
	struct mpp_array *squares;
};

static void must(int result, const char *what)
{
	if (result == 0)
		return;
	fprintf(stderr, "%s: %s\n", what, mpp_strerror(result));
	exit(1);
}

static int make_table(void *context, bool again)
{
	const struct job *job = context;

	for (int i = 0; i < ITEMS; i++) {
		must(mpp_array_set(job->squares, i, i * i), "set");
		if (!again && i == ITEMS / 2)
			raise(SIGKILL);
	}
	printf("the table is made, %s\n", again ? "again" : "at once");
	return 0;
}

static int user(void *arg)
{
	struct job *job = arg;
	int64_t last;

	must(mpp_once_run(job->once, make_table, job, MPP_FOREVER), "once");
	must(mpp_array_get(job->squares, ITEMS - 1, &last), "get");
	return last == (ITEMS - 1) * (ITEMS - 1) ? 0 : 1;
}

int main(void)
{
	struct mpp_process *p[USERS];
	struct job job;
	int good = 0, killed = 0;

	must(mpp_once_new(&job.once), "once");
	must(mpp_array_new(&job.squares, 'q', ITEMS), "array");
	for (int i = 0; i < USERS; i++) {
		must(mpp_process_new(&p[i], user, &job, sizeof(job)), "new");
		must(mpp_process_start(p[i]), "start");
	}
	for (int i = 0; i < USERS; i++) {
		int code = 1;

		must(mpp_process_join(p[i], MPP_FOREVER), "join");
		mpp_process_exitcode(p[i], &code);
		good += code == 0;
		killed += code == -SIGKILL;
		mpp_process_free(p[i]);
	}
	printf("%d killed, %d found the table whole\n", killed, good);
	return killed == 1 && good == USERS - 1 ? 0 : 1;
}
