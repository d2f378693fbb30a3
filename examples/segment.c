/* SPDX-License-Identifier: MIT */
/*
 * segment.c - two programs share memory by a name: this one makes the segment
 * and runs itself again, as a program that knows the name only.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <mpp/process.h>
#include <mpp/segment.h>

enum { SIZE = 64 };

static void must(int result, const char *what)
{
	if (result >= 0)
		return;
	fprintf(stderr, "%s: %s\n", what, mpp_strerror(result));
	exit(1);
}

/* The second program. */
static int answer(const char *name)
{
	struct mpp_segment *segment;
	char *text;

	must(mpp_segment_open(&segment, name), "open");
	text = mpp_segment_address(segment);
	printf("second program reads \"%s\"\n", text);
	strcpy(text, "hello, first program");
	mpp_segment_free(segment);
	return 0;
}

static int run_second(void *name)
{
	execl("/proc/self/exe", "segment", (char *)name, (char *)NULL);
	return 127;
}

int main(int argc, char **argv)
{
	struct mpp_segment *segment;
	struct mpp_process *second;
	char name[40];
	int code = 1;

	if (argc == 2)
		return answer(argv[1]);
	snprintf(name, sizeof(name), "mpp-example-%d", (int)getpid());
	must(mpp_segment_create(&segment, name, SIZE), "create");
	strcpy(mpp_segment_address(segment), "hello, second program");
	must(mpp_process_new(&second, run_second, name, sizeof(name)), "new");
	must(mpp_process_start(second), "start");
	must(mpp_process_join(second, MPP_FOREVER), "join");
	/* Nobody else will: a name stays until it is unlinked. */
	must(mpp_segment_unlink(name), "unlink");
	(void)mpp_process_exitcode(second, &code);
	printf("first program reads \"%s\"\n",
	       (char *)mpp_segment_address(segment));
	mpp_segment_free(segment);
	mpp_process_free(second);
	return code;
}
