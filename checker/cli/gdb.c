/* SPDX-License-Identifier: MIT */
/*
 * gdb.c - `mpcheck replay --gdb`: gdb on mpcheck, stopped where it matters.
 *
 * gdb runs this command again with the hidden option --stop-at, which makes the
 * machine call mpck_gdb_here() (machine/stop.c) in the right task; its
 * breakpoint goes up from there to the first frame of the program itself.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* memfd_create */
#endif
#include "cli/gdb.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "basics.h"
#include "cli/decisive.h"
#include "explain/explanation.h"
#include "reporters/rows.h"

enum { WORDS = 16 + 2 * MPCK_SETS };

/* SIGSEGV is how the machine lets stacks grow; a real one calls
 * mpck_gdb_here(), too. */
static const char script[] =
	"handle SIGVTALRM nostop noprint pass\n"
	"handle SIGSEGV nostop noprint pass\n"
	"break mpck_gdb_here\n"
	"commands\n"
	"silent\n"
	"while (unsigned long)$pc < (unsigned long)mpck_gdb_low || "
	"(unsigned long)$pc >= (unsigned long)mpck_gdb_high\n"
	"up-silently\n"
	"end\n"
	"frame\n"
	"end\n"
	"run\n";

size_t mpck_gdb_stops(const char *text, struct mpck_stop stops[MPCK_STOPS])
{
	size_t n = 0;

	while (*text && n < MPCK_STOPS) {
		struct mpck_stop s = { 0 };
		unsigned kind = 0;
		int length = 0;

		if (sscanf(text, "%" SCNu32 ":%u:%" SCNu64 "%n", &s.task,
			   &kind, &s.done, &length) < 3 &&
		    sscanf(text, "%" SCNu64 "%n", &s.step, &length) < 1)
			return 0;
		s.kind = (uint8_t)kind;
		stops[n++] = s;
		text += length;
		if (*text && *text++ != ',')
			return 0;
	}
	return n;
}

/* Operations that a task has performed before this step. */
static uint64_t done_before(const struct mpck_trace *t, size_t step)
{
	uint64_t done = 0;

	for (size_t i = 0; i < step; i++)
		done += t->steps[i].kind == MPCK_STEP_OP &&
			t->steps[i].task == t->steps[step].task;
	return done;
}

static char *stop_at(const struct mpck_trace *t, size_t step)
{
	const struct mpck_step *s = &t->steps[step];

	return s->number
		? mpck_text("%" PRIu64, s->number)
		: mpck_text("%u:%u:%" PRIu64, s->task, (unsigned)s->op,
			    done_before(t, step));
}

static bool waits_for_ever(const struct mpck_trace *t, size_t step)
{
	for (size_t i = step + 1; i < t->nsteps; i++) {
		if (t->steps[i].task == t->steps[step].task)
			return false;
	}
	return t->steps[step].kind == MPCK_STEP_WAIT &&
	       t->steps[step].op != MPP_OP_JOIN;
}

static bool is_decisive(const struct mpck_trace *t, size_t step)
{
	return t->steps[step].decisive;
}

static bool is_last(const struct mpck_trace *t, size_t step)
{
	return t->steps[step].number && t->steps[step].number == t->operations;
}

/* "5,9": those that are so; "" if none is. */
static char *list(const struct mpck_trace *t,
		  bool (*is_it)(const struct mpck_trace *, size_t))
{
	char *all = mpck_text("%s", "");
	int n = 0;

	for (size_t i = 0; i < t->nsteps && n < MPCK_STOPS; i++) {
		char *one, *longer;

		if (!is_it(t, i))
			continue;
		n++;
		one = stop_at(t, i);
		longer = mpck_text("%s%s%s", all, *all ? "," : "", one);
		free(one);
		free(all);
		all = longer;
	}
	return all;
}

/* What decides, or who waits for ever, or the last operation. */
static char *choose_stops(struct mpck_result *r)
{
	char *stops;

	mpck_mark_decisive(r);
	stops = list(r->trace, is_decisive);
	if (!*stops) {
		free(stops);
		stops = list(r->trace, waits_for_ever);
	}
	if (!*stops) {
		free(stops);
		stops = list(r->trace, is_last);
	}
	return stops;
}

/* The commands, in memory: gdb reads them from a file. */
static int script_file(void)
{
	int fd = memfd_create("mpcheck.gdb", 0);

	if (fd >= 0 && write(fd, script, sizeof(script) - 1) !=
			       (ssize_t)sizeof(script) - 1) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static void become_gdb(const struct mpck_session *s, const char *stops, int fd)
{
	const char *words[WORDS] = { "gdb", "-q", "-x" };
	char *file = mpck_text("/proc/%ld/fd/%d", (long)getpid(), fd);
	char *steps = mpck_text("%" PRIu64, s->options.max_steps);
	char self[4096] = "";
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	size_t n = 3;

	words[n++] = file;
	words[n++] = "--args";
	words[n++] = length > 0 ? self : "mpcheck";
	words[n++] = "replay";
	for (size_t i = 0; i < s->nsets; i++) {
		words[n++] = "--set";
		words[n++] = s->sets[i];
	}
	if (s->options.max_steps) {
		words[n++] = "--max-steps";
		words[n++] = steps;
	}
	words[n++] = "--stop-at";
	words[n++] = stops;
	words[n++] = "--";
	words[n++] = s->target;
	words[n++] = s->options.token;
	fflush(NULL);
	execvp("gdb", (char *const *)words);
	free(file);
	free(steps);
}

int mpck_gdb(const struct mpck_session *s, struct mpck_result *r,
	     const struct mpck_style *style, char sentence[MPCK_SENTENCE])
{
	uint64_t operations = r->trace ? r->trace->operations : 0;
	char *stops;
	int fd;

	(void)style;
	if (s->at && strtoull(s->at, NULL, 10) > operations) {
		snprintf(sentence, MPCK_SENTENCE, "there is no step %s: this "
			 "execution has %" PRIu64, s->at, operations);
		return MPCK_EUSAGE;
	}
	if (!operations) {
		snprintf(sentence, MPCK_SENTENCE, "nothing happens in this "
			 "execution: there is nowhere to stop");
		return MPCK_EUSAGE;
	}
	stops = s->at ? mpck_text("%s", s->at) : choose_stops(r);
	fd = script_file();
	become_gdb(s, stops, fd);
	snprintf(sentence, MPCK_SENTENCE, errno == ENOENT
		 ? "gdb is not installed; install it, or walk through the "
		   "schedule with --step" : "gdb cannot be started: %s",
		 strerror(errno));
	free(stops);
	if (fd >= 0)
		close(fd);
	return MPCK_EUSAGE;
}
