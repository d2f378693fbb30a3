/* SPDX-License-Identifier: MIT */
/*
 * proofs.c - benchmark: proofs of known programs, one core.
 *
 * Each row is one proof, not repeated where it takes long; the least of the
 * samples is the one to compare.  "counted" is with the exact number of
 * interleavings for each final value.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bench/bench.h"
#include "explore/explore.h"

struct proof {
	const char *what, *scenario;
	const char *set[3];
	bool count;
	unsigned samples;
	double seconds;		/* a limit; 0: none */
};

static const struct proof proofs[] = {
	{ "balance n=5", "balance", { NULL }, false, 7, 0 },
	{ "balance n=5, counted", "balance", { NULL }, true, 7, 0 },
	{ "balance-unlocked n=5", "balance-unlocked", { NULL }, false, 5, 0 },
	{ "balance-unlocked n=5, counted", "balance-unlocked", { NULL }, true,
	  5, 0 },
	{ "raw-counter-locked 10 x 10", "raw-counter-locked", { NULL }, false,
	  3, 0 },
	{ "bank k=100", "bank", { "k=100" }, false, 5, 0 },
	{ "bank-unlocked k=30", "bank-unlocked", { "k=30" }, false, 3, 0 },
	{ "raw-counter 2 x 10", "raw-counter", { "p=2", "k=10" }, false, 3, 60 },
	{ "raw-counter 2 x 70", "raw-counter", { "p=2", "k=70" }, false, 1,
	  60 },
	{ "raw-counter 3 x 10", "raw-counter", { "p=3", "k=10" }, false, 3, 60 },
	{ "raw-counter 4 x 4", "raw-counter", { "p=4", "k=4" }, false, 3, 60 },
	{ "raw-counter 4 x 7", "raw-counter", { "p=4", "k=7" }, false, 1, 60 },
	{ "raw-counter 5 x 4", "raw-counter", { "p=5", "k=4" }, false, 1, 60 },
	{ "raw-counter 6 x 3", "raw-counter", { "p=6", "k=3" }, false, 1, 60 },
	{ "raw-counter 7 x 2", "raw-counter", { "p=7", "k=2" }, false, 1, 60 },
	{ "raw-counter 8 x 2", "raw-counter", { "p=8", "k=2" }, false, 1, 60 },
	{ "raw-counter 9 x 2", "raw-counter", { "p=9", "k=2" }, false, 1, 60 },
	{ "raw-counter 10 x 2", "raw-counter", { "p=10", "k=2" }, false, 1,
	  60 },
	{ "philosophers 6", "philosophers", { "n=6" }, false, 5, 0 },
	{ "philosophers-deadlock 6", "philosophers-deadlock", { "n=6" }, false,
	  5, 0 },
	{ "own-cells 8 x 50", "own-cells", { "p=8", "k=50" }, false, 5, 0 },
};

static bool set_all(struct mpck_module *module, const struct proof *p)
{
	char sentence[MPCK_SENTENCE];

	for (int i = 0; i < 3 && p->set[i]; i++) {
		if (mpck_module_set(module, p->set[i], sentence))
			return false;
	}
	return true;
}

/* Seconds; < 0: not possible.  Uncounted: of the pass that proves. */
static double prove(const struct proof *p, struct mpck_space_figures *figures)
{
	struct mpck_options options = { .strategy = "prove", .count = p->count,
					.seconds = p->seconds };
	char sentence[MPCK_SENTENCE];
	struct mpck_result result;
	struct mpck_module *module;
	double seconds = -1;

	if (mpck_module_open(&module, p->scenario, sentence))
		return -1;
	if (set_all(module, p) &&
	    !mpck_explore(module, &options, &result, sentence)) {
		*figures = result.space;
		seconds = p->count ? result.seconds : result.space.seconds;
		mpck_result_fini(&result);
	}
	mpck_module_close(module);
	return seconds;
}

static int measure(FILE *out, const struct proof *p)
{
	double samples[MPCK_BENCH_SAMPLES];
	struct mpck_space_figures f = { 0 };
	char unit[80];

	for (unsigned i = 0; i < p->samples; i++) {
		samples[i] = prove(p, &f) * 1e3;
		if (samples[i] < 0)
			return -1;
	}
	snprintf(unit, sizeof(unit), "ms  %s%" PRIu64 " states, %.1f M "
		 "transitions/s, %.0f bytes a state",
		 f.finished ? "" : "UNFINISHED, ", f.states,
		 (double)f.transitions / f.seconds / 1e6,
		 (double)f.bytes / (double)f.states);
	mpck_bench_row(out, p->what, unit, samples, p->samples);
	return 0;
}

static int proofs_run(FILE *out)
{
	for (size_t i = 0; i < sizeof(proofs) / sizeof(proofs[0]); i++) {
		int err = measure(out, &proofs[i]);

		if (err < 0)
			return err;
	}
	return 0;
}

const struct mpck_bench mpck_bench_proofs = {
	.name = "proofs",
	.summary = "the checker: whole state spaces, one core (several minutes)",
	.run = proofs_run,
};
