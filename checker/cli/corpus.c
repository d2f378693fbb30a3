/* SPDX-License-Identifier: MIT */
/*
 * corpus.c - `mpcheck corpus`: failing schedules kept in a folder, one readable
 * file each, and followed again after every change of the program.
 *
 * A kept schedule is
 *   still failing         a finding of the same kind shows again;
 *   fixed                 the schedule was followed to its end, and nothing of
 *                         that kind shows;
 *   no longer applicable  it could not be followed any more, and nothing shows.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "basics.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/schedule_file.h"
#include "reporters/reporters.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

static const char suffix[] = ".schedule";
static const char default_folder[] = "corpus";

enum { KEY_FOLDER = 0x500, KEY_SET };

struct corpus {
	const char *what;		/* add, run, list */
	const char *folder;
	const char *words[64];		/* behind it */
	size_t nwords;
	const char *sets[MPCK_FILE_SETS];
	size_t nsets;
};

static int complain(int err, const char *sentence)
{
	mpck_complain("%s", sentence);
	return err == MPCK_EUSAGE ? MPCK_EXIT_USAGE : MPCK_EXIT_INTERNAL;
}

/*
 * Following one schedule.
 */
static int open_scenario(struct mpck_module **module, const char *name,
			 const char *const *sets, size_t nsets,
			 char sentence[MPCK_SENTENCE])
{
	int err = mpck_module_open(module, name, sentence);

	for (size_t i = 0; !err && i < nsets; i++) {
		err = mpck_module_set(*module, sets[i], sentence);
		if (err)
			mpck_module_close(*module);
	}
	return err;
}

static int follow(struct mpck_module *module, const char *token,
		  struct mpck_result *result, char sentence[MPCK_SENTENCE])
{
	const struct mpck_options o = {
		.strategy = "replay", .interleavings = 1, .token = token,
		.record = true, .detect = true, .stop = &mpck_interrupted };

	return mpck_explore(module, &o, result, sentence);
}

static const struct mpck_found *shown(const struct mpck_result *r,
				      const char *kind)
{
	for (size_t i = 0; i < r->nfindings; i++) {
		if (!strcmp(mpck_finding_name(r->findings[i].kind), kind))
			return &r->findings[i];
	}
	return NULL;
}

/*
 * add
 */
static void fill(struct mpck_schedule_file *f, const struct corpus *c,
		 const struct mpck_result *r)
{
	f->scenario = mpck_checked(strdup(c->words[0]));
	for (size_t i = 0; i < c->nsets; i++)
		f->sets[f->nsets++] = mpck_checked(strdup(c->sets[i]));
	f->finding = mpck_checked(strdup(
		mpck_finding_name(r->findings[0].kind)));
	if (r->noutcomes)
		f->outcome = mpck_checked(strdup(r->outcomes[0].text));
	f->follow = mpck_checked(strdup(r->named));
}

/* "corpus/balance-unlocked-lost-update-1f3a.schedule" */
static char *path_for(const struct corpus *c,
		      const struct mpck_schedule_file *f,
		      const struct mpck_module *module)
{
	uint64_t hash = XXH3_64bits(f->follow, strlen(f->follow)) +
			mpck_module_fingerprint(module);

	return mpck_text("%s/%s-%s-%04x%s", c->folder,
			 mpck_module_scenario(module)->name, f->finding,
			 (unsigned)(hash & 0xffff), suffix);
}

static int write_file(const char *path, const struct mpck_schedule_file *f,
		      const struct mpck_result *r, char sentence[MPCK_SENTENCE])
{
	struct mpck_output out;
	int err = mpck_output_open(&out, path, sentence);

	if (!err) {
		mpck_schedule_file_write(out.file, f, r);
		err = mpck_output_commit(&out, sentence);
	}
	mpck_output_fini(&out);
	return err;
}

static int keep(const struct corpus *c, struct mpck_module *module,
		char sentence[MPCK_SENTENCE])
{
	struct mpck_schedule_file f = { 0 };
	struct mpck_result r;
	char *path;
	int err = follow(module, c->words[1], &r, sentence);

	if (!err && !r.nfindings) {
		snprintf(sentence, MPCK_SENTENCE, "nothing is wrong in this "
			 "execution, so there is nothing to keep");
		err = MPCK_EUSAGE;
	}
	if (!err && mkdir(c->folder, 0777) && errno != EEXIST) {
		snprintf(sentence, MPCK_SENTENCE, "cannot make the folder "
			 "'%s': %s", c->folder, strerror(errno));
		err = MPCK_EUSAGE;
	}
	if (!err) {
		fill(&f, c, &r);
		path = path_for(c, &f, module);
		err = write_file(path, &f, &r, sentence);
		if (!err)
			printf("kept %s\n", path);
		free(path);
	}
	mpck_schedule_file_fini(&f);
	mpck_result_fini(&r);
	return err;
}

static int add(const struct corpus *c)
{
	char sentence[MPCK_SENTENCE];
	struct mpck_module *module;
	int err;

	if (c->nwords != 2) {
		mpck_complain("'corpus add' takes a scenario and a token; a "
			      "report's replay line has both");
		return MPCK_EXIT_USAGE;
	}
	err = open_scenario(&module, c->words[0], c->sets, c->nsets, sentence);
	if (!err) {
		err = keep(c, module, sentence);
		mpck_module_close(module);
	}
	return err ? complain(err, sentence) : MPCK_EXIT_EXPECTED;
}

/*
 * run and list
 */
struct totals {
	size_t failing, unexpected, fixed, gone;
};

/* What became of it, as a line. */
static void say(const char *path, const char *what, const char *more)
{
	printf("%-20s  %s%s%s\n", what, path, more ? "\n                      "
	       : "", more ? more : "");
}

static void judge(const struct mpck_schedule_file *f, const char *path,
		  const struct mpck_result *r, struct totals *t)
{
	const struct mpck_found *found = shown(r, f->finding);
	char *more;

	if (found) {
		t->failing++;
		t->unexpected += !found->expected;
		more = mpck_text("%s%s: %.*s", f->finding,
				 found->expected ? ", expected" : "",
				 (int)strcspn(found->message, "\n"),
				 found->message);
		say(path, "still failing", more);
		free(more);
	} else if (r->nfindings) {
		t->failing++;
		t->unexpected += !r->findings[0].expected;
		more = mpck_text("%s in place of %s",
				 mpck_finding_name(r->findings[0].kind),
				 f->finding);
		say(path, "fails otherwise", more);
		free(more);
	} else if (r->note && strstr(r->note, "did not come")) {
		t->gone++;
		say(path, "no longer applicable", r->note);
	} else {
		t->fixed++;
		say(path, "fixed", NULL);
	}
}

static void run_one(const char *path, struct totals *t, int *code)
{
	char sentence[MPCK_SENTENCE];
	struct mpck_schedule_file f;
	struct mpck_module *module;
	struct mpck_result r;
	int err = mpck_schedule_file_read(&f, path, sentence);

	if (err) {
		*code = complain(err, sentence);
		return;
	}
	err = open_scenario(&module, f.scenario, (const char *const *)f.sets,
			    f.nsets, sentence);
	if (err) {
		t->gone++;
		say(path, "no longer applicable", sentence);
		mpck_schedule_file_fini(&f);
		return;
	}
	err = follow(module, f.follow, &r, sentence);
	if (err)
		*code = complain(err, sentence);
	else
		judge(&f, path, &r, t);
	mpck_result_fini(&r);
	mpck_module_close(module);
	mpck_schedule_file_fini(&f);
}

static void list_one(const char *path, struct totals *t, int *code)
{
	char sentence[MPCK_SENTENCE];
	struct mpck_schedule_file f;
	int err = mpck_schedule_file_read(&f, path, sentence);

	(void)t;
	if (err) {
		*code = complain(err, sentence);
		return;
	}
	printf("%s\n  %s", path, f.scenario);
	for (size_t i = 0; i < f.nsets; i++)
		printf(" %s", f.sets[i]);
	printf(": %s%s%s\n", f.finding, f.outcome ? ", " : "",
	       f.outcome ? f.outcome : "");
	mpck_schedule_file_fini(&f);
}

static int is_schedule(const struct dirent *e)
{
	size_t n = strlen(e->d_name), end = sizeof(suffix) - 1;

	return n > end && !strcmp(e->d_name + n - end, suffix);
}

/* The files given, or all of the folder in the order of their names. */
static int each(const struct corpus *c,
		void (*fn)(const char *, struct totals *, int *),
		struct totals *t, size_t *files)
{
	struct dirent **entries;
	int code = MPCK_EXIT_EXPECTED;
	int n;

	for (size_t i = 0; i < c->nwords; i++)
		fn(c->words[i], t, &code);
	*files = c->nwords;
	if (c->nwords)
		return code;
	n = scandir(c->folder, &entries, is_schedule, alphasort);
	if (n < 0) {
		mpck_complain("cannot read the folder '%s': %s; 'corpus add' "
			      "makes one, --folder names another", c->folder,
			      strerror(errno));
		return MPCK_EXIT_USAGE;
	}
	for (int i = 0; i < n; i++) {
		char *path = mpck_text("%s/%s", c->folder,
				       entries[i]->d_name);

		if (!mpck_interrupted) {
			fn(path, t, &code);
			++*files;
		}
		free(path);
		free(entries[i]);
	}
	free(entries);
	return code;
}

static int run_all(const struct corpus *c)
{
	struct totals t = { 0 };
	size_t files;
	int code;

	mpck_catch_interrupts();
	code = each(c, run_one, &t, &files);
	if (code == MPCK_EXIT_USAGE && !files)
		return code;
	printf("%zu schedule%s: %zu still failing, %zu fixed, %zu no longer "
	       "applicable%s\n", files, files == 1 ? "" : "s", t.failing,
	       t.fixed, t.gone, mpck_interrupted ? "; interrupted" : "");
	if (mpck_interrupted)
		return MPCK_EXIT_INTERRUPTED;
	return code ? code : t.unexpected ? MPCK_EXIT_UNEXPECTED
					  : MPCK_EXIT_EXPECTED;
}

static int list_all(const struct corpus *c)
{
	struct totals t = { 0 };
	size_t files;

	return each(c, list_one, &t, &files);
}

/*
 * Options.
 */
static const struct argp_option options[] = {
	{ "folder", KEY_FOLDER, "DIR", 0,
	  "Where the schedules are (default: corpus)", 1 },
	{ "set", KEY_SET, "NAME=N", 0,
	  "With add: a parameter, as in the run that printed the token", 1 },
	{ .name = NULL },
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct corpus *c = state->input;

	switch (key) {
	case KEY_FOLDER:
		c->folder = argument;
		return 0;
	case KEY_SET:
		if (c->nsets == MPCK_FILE_SETS)
			mpck_refuse(state, "more than %d --set options",
				    MPCK_FILE_SETS);
		c->sets[c->nsets++] = argument;
		return 0;
	case ARGP_KEY_ARG:
		if (!c->what)
			c->what = argument;
		else if (c->nwords == sizeof(c->words) / sizeof(*c->words))
			mpck_refuse(state, "more than %zu files; --folder DIR "
				    "takes a whole folder", c->nwords);
		else
			c->words[c->nwords++] = argument;
		return 0;
	case ARGP_KEY_END:
		if (!c->what)
			mpck_refuse(state, "say what: add, run or list");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "add NAME|FILE TOKEN\nrun [SCHEDULE...]\nlist "
		    "[SCHEDULE...]",
	.doc = "Keeps failing schedules, one readable file each, and follows "
	       "them again: each is still failing, fixed, or no longer "
	       "applicable.\vSchedules are kept by names of tasks, operations "
	       "and objects, so they survive edits of the program.  'run' ends "
	       "with exit code 1 when one still fails and its scenario does "
	       "not expect it.",
};

static int run(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*fn)(const struct corpus *);
	} whats[] = { { "add", add }, { "run", run_all },
		      { "list", list_all } };
	struct corpus c = { .folder = default_folder };

	argp_parse(&argp, argc, argv, 0, NULL, &c);
	for (size_t i = 0; i < sizeof(whats) / sizeof(*whats); i++) {
		if (strcmp(c.what, whats[i].name))
			continue;
		if (c.nsets && whats[i].fn != add) {
			mpck_complain("--set is for 'corpus add'; a kept "
				      "schedule has its parameters");
			return MPCK_EXIT_USAGE;
		}
		return whats[i].fn(&c);
	}
	mpck_complain("'%s' is not known; say add, run or list", c.what);
	return MPCK_EXIT_USAGE;
}

const struct mpck_command mpck_command_corpus = {
	.name = "corpus",
	.summary = "keep failing schedules and run them again",
	.run = run,
};
