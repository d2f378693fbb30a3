/* SPDX-License-Identifier: MIT */
/*
 * session.c - one run of a scenario, its reports, the exit code.
 *
 * What can be wrong with the user's input is looked at before anything runs:
 * the module, its parameters, the strategy, the report files.
 */
#include "cli/session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "native/native.h"
#include "reporters/phrases.h"
#include "strategies/strategy.h"

/* Everything of one run; ended by fini(). */
struct run {
	struct mpck_session *session;
	struct mpck_module *module;
	struct mpck_result result;
	struct mpck_report report;
	struct mpck_output outputs[MPCK_FILES];
	FILE *out;			/* where the text goes */
	struct mpck_style style;
	struct mpck_progress progress;
	bool began;			/* the headline is printed */
	bool abandoned;			/* threads still run: see native.h */
};

static int exit_of_error(int err, const char *sentence)
{
	mpck_complain("%s", sentence);
	return err == MPCK_EUSAGE ? MPCK_EXIT_USAGE : MPCK_EXIT_INTERNAL;
}

static bool is_native(const struct mpck_session *s)
{
	return s->form == MPCK_FORM_NATIVE || s->form == MPCK_FORM_THREADS;
}

static int unknown_strategy(const char *name, char sentence[MPCK_SENTENCE])
{
	size_t used = (size_t)snprintf(sentence, MPCK_SENTENCE,
				       "there is no strategy '%s'; there are",
				       name);

	for (size_t i = 0; i < mpck_nstrategies; i++) {
		const char *known = mpck_strategies[i]->name;

		if (strcmp(known, "replay") == 0 || used >= MPCK_SENTENCE)
			continue;
		used += (size_t)snprintf(sentence + used, MPCK_SENTENCE - used,
					 " %s", known);
	}
	return MPCK_EUSAGE;
}

static int check_strategy(const struct mpck_session *s,
			  char sentence[MPCK_SENTENCE])
{
	const struct mpck_strategy_ops *strategy;

	if (is_native(s) || s->form == MPCK_FORM_REPLAY)
		return 0;
	strategy = mpck_strategy_find(s->options.strategy);
	if (!strategy)
		return unknown_strategy(s->options.strategy, sentence);
	if (strcmp(strategy->name, "replay") == 0) {
		snprintf(sentence, MPCK_SENTENCE, "a schedule is replayed "
			 "with 'mpcheck replay %s TOKEN'", s->target);
		return MPCK_EUSAGE;
	}
	if (!s->options.interleavings && !strategy->exhaustive) {
		snprintf(sentence, MPCK_SENTENCE, "--interleavings 0 (to the "
			 "end) needs a strategy that has one, such as dfs; %s "
			 "takes 1 or more", strategy->name);
		return MPCK_EUSAGE;
	}
	return 0;
}

/* A native run only sees that a value is wrong, not where. */
static int check_suppressions(const struct mpck_session *s,
			      char sentence[MPCK_SENTENCE])
{
	if (!is_native(s) || !s->options.suppressions)
		return 0;
	snprintf(sentence, MPCK_SENTENCE, "--suppressions has no meaning with "
		 "%s; leave it out", s->form == MPCK_FORM_NATIVE ? "--native"
								 : "--threads");
	return MPCK_EUSAGE;
}

static int open_module(struct run *run, char sentence[MPCK_SENTENCE])
{
	const struct mpck_session *s = run->session;
	int err = mpck_module_open(&run->module, s->target, sentence);

	for (size_t i = 0; !err && i < s->nsets; i++)
		err = mpck_module_set(run->module, s->sets[i], sentence);
	return err;
}

static int open_outputs(struct run *run, char sentence[MPCK_SENTENCE])
{
	const struct mpck_session *s = run->session;

	run->out = stdout;
	for (size_t i = 0; i < s->nfiles; i++) {
		int err = mpck_output_open(&run->outputs[i], s->files[i].file,
					   sentence);

		if (err < 0)
			return err;
		if (run->outputs[i].file == stdout)
			run->out = stderr;
	}
	return 0;
}

static void begin(struct run *run)
{
	if (run->began)
		return;
	run->began = true;
	mpck_reporters[0]->begin(run->out, &run->report, &run->style);
}

/* The headline comes with the first figures: not before an error. */
static void on_progress(const struct mpck_result *so_far, void *context)
{
	struct run *run = context;

	if (run->session->show)
		return;
	begin(run);
	mpck_progress_show(so_far, &run->progress);
}

static int explore(struct run *run, char sentence[MPCK_SENTENCE])
{
	const struct mpck_session *s = run->session;
	struct mpck_options *o = &run->session->options;

	o->detect = true;
	o->undetected = (s->detect_given ? ~s->detect : 0) | s->no_detect;
	o->explain = !s->no_explain;
	o->stop = &mpck_interrupted;
	o->progress = on_progress;
	o->progress_context = run;
	return mpck_explore(run->module, o, &run->result, sentence);
}

static int run_native(struct run *run, char sentence[MPCK_SENTENCE])
{
	const struct mpck_session *s = run->session;
	struct mpck_native_options o = {
		.runs = s->options.interleavings,
		.timeout = s->timeout,
		.seconds = s->options.seconds,
		.threads = s->form == MPCK_FORM_THREADS,
		.verbose = s->verbose,
		.progress = on_progress,
		.progress_context = run,
		.stop = &mpck_interrupted,
	};

	return mpck_native_run(run->module, &o, &run->result, &run->abandoned,
			       sentence);
}

static void fill_report(struct run *run)
{
	const struct mpck_session *s = run->session;

	run->style = mpck_style_for(run->out, s->color);
	run->report = (struct mpck_report){
		.program = mpck_program,
		.target = s->target,
		.module = run->module,
		.form = s->form,
		.options = &s->options,
		.brief = s->quiet,
		.whole = s->whole,
	};
	run->progress.total = s->options.interleavings;
	run->progress.seconds = s->options.seconds;
	run->progress.noun = is_native(s) ? "runs" : "executions";
}

static int exit_code(const struct mpck_result *r)
{
	if (r->interrupted)
		return MPCK_EXIT_INTERRUPTED;
	if (mpck_has_no_answer(r))
		return MPCK_EXIT_NO_ANSWER;
	return r->as_expected ? MPCK_EXIT_EXPECTED : MPCK_EXIT_UNEXPECTED;
}

/* What people see. */
static int show(struct run *run, char sentence[MPCK_SENTENCE])
{
	const struct mpck_session *s = run->session;

	run->report.result = &run->result;
	if (s->show)
		return s->show(s, &run->result, &run->style, sentence);
	mpck_reporters[0]->write(run->out, &run->report, &run->style,
				 run->began);
	return 0;
}

/* One that cannot be written does not keep the others from it; the first says
 * why. */
static int write_files(struct run *run, char sentence[MPCK_SENTENCE])
{
	const struct mpck_style plain = { .width = 80 };
	char another[MPCK_SENTENCE];
	int err = 0;

	for (size_t i = 0; i < run->session->nfiles; i++) {
		struct mpck_output *o = &run->outputs[i];
		enum mpck_reporter_id kind = run->session->files[i].kind;
		int now;

		mpck_reporters[kind]->write(o->file, &run->report, &plain,
					    false);
		now = mpck_output_commit(o, err ? another : sentence);
		if (!err)
			err = now;
	}
	return err;
}

static int write_reports(struct run *run, char sentence[MPCK_SENTENCE])
{
	int err = show(run, sentence);

	if (err < 0)
		return err;
	if (fflush(run->out) == 0 && !ferror(run->out))
		return write_files(run, sentence);
	err = errno;
	write_files(run, sentence);
	snprintf(sentence, MPCK_SENTENCE, "cannot write the report: %s",
		 strerror(err));
	return MPCK_EUSAGE;
}

/* Report files say so as well: who collects them misses none. */
static int skip(struct run *run, const char *reason,
		char sentence[MPCK_SENTENCE])
{
	int err = open_outputs(run, sentence);

	if (err < 0)
		return err;
	fill_report(run);
	run->result.verdict = MPCK_UNKNOWN;
	run->result.as_expected = true;
	run->result.reason = strdup(reason);
	run->report.skipped = reason;
	run->report.result = &run->result;
	err = write_files(run, sentence);
	if (err < 0)
		return err;
	mpck_complain("skipped: %s", reason);
	return MPCK_EXIT_SKIPPED;
}

/* Opens, runs and reports; an enum mpck_error with its sentence, or an enum
 * mpck_exit. */
static int go(struct run *run, char sentence[MPCK_SENTENCE])
{
	struct mpck_session *s = run->session;
	const char *refusal;
	int err;

	if ((err = check_strategy(s, sentence)) < 0 ||
	    (err = check_suppressions(s, sentence)) < 0 ||
	    (err = open_module(run, sentence)) < 0)
		return err;
	refusal = mpck_native_refusal(run->module, s->form == MPCK_FORM_THREADS);
	if (refusal) {
		char reason[MPCK_SENTENCE];

		snprintf(reason, sizeof(reason), "scenario %s cannot run as "
			 "threads: %s", s->target, refusal);
		return skip(run, reason, sentence);
	}
	mpck_catch_interrupts();
	if ((err = open_outputs(run, sentence)) < 0)
		return err;
	fill_report(run);
	mpck_progress_begin(&run->progress, s->quiet);
	err = is_native(s) ? run_native(run, sentence)
			   : explore(run, sentence);
	mpck_progress_end(&run->progress);
	if (err < 0)
		return err;
	err = write_reports(run, sentence);
	return err < 0 ? err : exit_code(&run->result);
}

int mpck_session_run(struct mpck_session *session)
{
	struct run run = { .session = session };
	char sentence[MPCK_SENTENCE] = "";
	int code = go(&run, sentence);

	if (code < 0)
		code = exit_of_error(code, sentence);
	for (size_t i = 0; i < session->nfiles; i++)
		mpck_output_fini(&run.outputs[i]);
	mpck_result_fini(&run.result);
	if (!run.abandoned)
		mpck_module_close(run.module);
	return code;
}
