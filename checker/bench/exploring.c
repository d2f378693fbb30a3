/* SPDX-License-Identifier: MIT */
/*
 * exploring.c - benchmark: executions of the first lesson a second, on one
 * core, from the start of ten processes to the last one's end, parent included.
 *
 * The same figures as `mpcheck scenario balance --interleavings 200000` prints.
 */
#include <stdio.h>
#include <string.h>

#include "bench/bench.h"
#include "explore/explore.h"

struct work {
	const char *scenario, *strategy;
	const char *set[2];
	uint64_t interleavings;
	double steps_ns;	/* of the last sample: time of one operation */
};

static bool set_all(struct mpck_module *module, const struct work *w)
{
	char sentence[MPCK_SENTENCE];

	for (int i = 0; i < 2; i++) {
		if (w->set[i] && mpck_module_set(module, w->set[i], sentence))
			return false;
	}
	return true;
}

static double executions(void *context)
{
	struct work *w = context;
	struct mpck_options options = { .strategy = w->strategy, .seed = 1,
					.interleavings = w->interleavings };
	char sentence[MPCK_SENTENCE];
	struct mpck_result result;
	struct mpck_module *module;
	double rate = -1;

	if (mpck_module_open(&module, w->scenario, sentence))
		return -1;
	if (set_all(module, w) &&
	    !mpck_explore(module, &options, &result, sentence)) {
		rate = (double)result.executions / result.seconds / 1e3;
		w->steps_ns = result.seconds * 1e9 / (double)result.steps;
		mpck_result_fini(&result);
	}
	mpck_module_close(module);
	return rate;
}

static double one_step(void *context)
{
	struct work *w = context;

	return executions(w) < 0 ? -1 : w->steps_ns;
}

static int exploring_run(FILE *out)
{
	struct work works[] = {
		{ "balance", "random", { NULL }, 200000, 0 },
		{ "balance-unlocked", "random", { NULL }, 200000, 0 },
		{ "raw-counter", "dfs", { "p=3", "k=2" }, 0, 0 },
	};
	static const char *const names[] = {
		"balance, random", "balance-unlocked, random",
		"raw-counter 3 x 2, dfs: 34,650",
	};
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(works) / sizeof(works[0]); i++) {
		char name[64];

		err = mpck_bench_time(out, names[i], "k executions/s",
				      executions, &works[i]);
		if (err < 0)
			return err;
		snprintf(name, sizeof(name), "  a visible operation of it");
		err = mpck_bench_time(out, name, "ns", one_step, &works[i]);
	}
	return err;
}

const struct mpck_bench mpck_bench_exploring = {
	.name = "exploring",
	.summary = "the checker: executions of the first lesson, one core",
	.run = exploring_run,
};
