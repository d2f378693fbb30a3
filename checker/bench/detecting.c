/* SPDX-License-Identifier: MIT */
/*
 * detecting.c - benchmark: what looking on costs.  Random executions a second
 * of two lessons: without a detector, with each alone, with all; and proofs.
 */
#include <stdio.h>

#include "bench/bench.h"
#include "detectors/detector.h"
#include "explore/explore.h"

enum { EXECUTIONS = 50000 };

struct work {
	const char *scenario, *strategy;
	bool detect;
	unsigned undetected;
};

static int explore(const struct work *w, struct mpck_result *result)
{
	struct mpck_options options = {
		.strategy = w->strategy, .seed = 1,
		.interleavings = EXECUTIONS, .detect = w->detect,
		.undetected = w->undetected };
	char sentence[MPCK_SENTENCE];
	struct mpck_module *module;
	int err = mpck_module_open(&module, w->scenario, sentence);

	if (err)
		return err;
	err = mpck_explore(module, &options, result, sentence);
	mpck_module_close(module);
	return err;
}

static double executions(void *context)
{
	struct mpck_result result;
	double rate;

	if (explore(context, &result))
		return -1;
	rate = (double)result.executions / result.seconds / 1e3;
	mpck_result_fini(&result);
	return rate;
}

static double proof(void *context)
{
	struct mpck_result result;
	double milliseconds;

	if (explore(context, &result))
		return -1;
	milliseconds = result.space.seconds * 1e3;
	mpck_result_fini(&result);
	return milliseconds;
}

static unsigned all_detectors(void)
{
	unsigned all = 0;

	for (unsigned i = 0; mpck_detectors[i]; i++)
		all |= 1u << i;
	return all;
}

static int measure(FILE *out, const char *scenario, const char *who,
		   bool detect, unsigned undetected)
{
	struct work w = { scenario, "random", detect, undetected };
	char what[64];

	snprintf(what, sizeof(what), "%s, %s", scenario, who);
	return mpck_bench_time(out, what, "k executions/s", executions, &w);
}

static int measure_each(FILE *out, const char *scenario)
{
	unsigned all = all_detectors();
	int err = measure(out, scenario, "no detector", false, 0);

	for (unsigned i = 0; !err && mpck_detectors[i]; i++)
		err = measure(out, scenario, mpck_detectors[i]->name, true,
			      all & ~(1u << i));
	return err ? err : measure(out, scenario, "all detectors", true, 0);
}

static int measure_proof(FILE *out, const char *scenario, bool detect)
{
	struct work w = { scenario, "prove", detect, 0 };
	char what[64];

	snprintf(what, sizeof(what), "%s, proof, %s", scenario,
		 detect ? "all detectors" : "no detector");
	return mpck_bench_time(out, what, "ms", proof, &w);
}

static int detecting_run(FILE *out)
{
	int err = measure_each(out, "balance");

	if (!err)
		err = measure_each(out, "balance-unlocked");
	if (!err)
		err = measure_proof(out, "balance-unlocked", false);
	if (!err)
		err = measure_proof(out, "balance-unlocked", true);
	return err;
}

const struct mpck_bench mpck_bench_detecting = {
	.name = "detecting",
	.summary = "detectors: executions with and without them, one core",
	.run = detecting_run,
};
