/* SPDX-License-Identifier: MIT */
/*
 * test_formats.c - the formats that machines read, of explanations made here:
 * what they hold of a cause, and what they make of odd data.
 *
 * tests/formats/check.py judges what comes out; without python3-jsonschema only
 * what is looked at here is.
 */
#include <jansson.h>
#include <sys/wait.h>
#include <unistd.h>

#include "explain/explanation.h"
#include "explored.h"
#include "reporters/chosen.h"
#include "reporters/clean.h"
#include "reporters/reporters.h"

/*
 * One finding of the module "balance", by hand.
 */
struct made {
	struct mpck_module *module;
	struct mpck_options options;
	struct mpck_result result;
	struct mpck_report report;
	char *text;		/* what written() gave last */
	size_t size;
};

static char *copy(const char *text)
{
	return text ? strdup(text) : NULL;
}

static struct mpck_step *new_step(struct mpck_trace *t, uint32_t task)
{
	struct mpck_step *s;

	t->steps = realloc(t->steps, (t->nsteps + 1) * sizeof(*t->steps));
	ck_assert_ptr_nonnull(t->steps);
	s = &t->steps[t->nsteps++];
	*s = (struct mpck_step){ .task = task, .variable = MPCK_NO_VARIABLE,
				 .other = MPCK_NO_TASK };
	return s;
}

static void add_frame(struct mpck_step *s, const char *function,
		      const char *path, unsigned line)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	s->frames = realloc(s->frames, (s->nframes + 1) * sizeof(*s->frames));
	ck_assert_ptr_nonnull(s->frames);
	s->frames[s->nframes++] = (struct mpck_frame){
		.function = copy(function), .path = copy(path),
		.file = copy(slash ? slash + 1 : path), .line = line };
}

/* A read or a write of the only variable; `from` is what it held. */
static void access_step(struct mpck_trace *t, uint32_t task, bool write,
			const char *from, const char *value, unsigned line)
{
	struct mpck_step *s = new_step(t, task);
	char text[80];

	snprintf(text, sizeof(text), "%s value#1: %s",
		 write ? "write" : "read", value);
	s->kind = MPCK_STEP_OP;
	s->op = write ? MPP_OP_WRITE : MPP_OP_READ;
	s->number = ++t->operations;
	s->text = copy(text);
	s->brief = copy(text);
	s->variable = 0;
	s->value = copy(value);
	if (write) {
		s->before = copy(from);
		s->changes = calloc(1, sizeof(*s->changes));
		s->changes[s->nchanges++] = (struct mpck_change){
			0, copy(value) };
	}
	add_frame(s, "add", "/nowhere/a file.c", line);
	add_frame(s, "run", NULL, 0);
}

static void life_step(struct mpck_trace *t, uint32_t task,
		      enum mpck_step_kind kind, const char *text)
{
	struct mpck_step *s = new_step(t, task);

	s->kind = kind;
	s->text = copy(text);
	s->brief = copy(text);
}

static void begin_trace(struct mpck_trace *t)
{
	t->nlanes = 3;
	t->lanes = calloc(3, sizeof(*t->lanes));
	t->lanes[0] = (struct mpck_lane){ copy("main"), 0 };
	t->lanes[1] = (struct mpck_lane){ copy("Process-1"), 1 };
	t->lanes[2] = (struct mpck_lane){ copy("Process-2"), 2 };
	t->nvariables = 1;
	t->variables = calloc(1, sizeof(*t->variables));
	t->variables[0] = (struct mpck_variable){ copy("value#1"), copy("0"),
						  true };
	t->outcome = copy("x=1");
}

/* P1 reads, P2 reads and writes, P1 writes: indices 1, 2, 3 and 5. */
static void add_lost_update(struct mpck_trace *t, unsigned line)
{
	life_step(t, 0, MPCK_STEP_START, "starts Process-1");
	access_step(t, 1, false, NULL, "0", line);
	access_step(t, 2, false, NULL, "0", line);
	access_step(t, 2, true, "0", "1", line + 1);
	life_step(t, 2, MPCK_STEP_OUTPUT, "\x01 <&]]>\" \xff\n");
	access_step(t, 1, true, "1", "1", line + 1);
	life_step(t, 1, MPCK_STEP_END, "ends with exit code 0");
	t->steps[5].preempts = true;
	t->preemptions = 1;
}

static void set_cause(struct mpck_explanation *e, bool verified)
{
	static const size_t steps[] = { 1, 3, 5 };

	e->cause.sentence = copy("fails exactly when Process-2 writes "
				 "between the two");
	e->cause.verified = verified;
	for (size_t i = 0; i < 3; i++) {
		e->cause.steps[i] = steps[i];
		e->trace.steps[steps[i]].decisive = true;
	}
	e->cause.nsteps = 3;
	if (verified) {
		e->cause.flipped_outcome = copy("x=2");
		e->cause.flipped_token = copy("m1-abc-de-f");
	}
}

static struct mpck_found *add_finding(struct made *m,
				      enum mpck_finding_kind kind)
{
	struct mpck_result *r = &m->result;
	struct mpck_found *f;

	r->findings = realloc(r->findings, (r->nfindings + 1) *
			      sizeof(*r->findings));
	ck_assert_ptr_nonnull(r->findings);
	f = &r->findings[r->nfindings++];
	*f = (struct mpck_found){
		.kind = kind, .key = UINT64_MAX, .executions = 3,
		.message = copy("x=1 where x=2 is wanted\nand more"),
		.token = copy("m1-abc-cb-f") };
	return f;
}

static struct mpck_explanation *explain(struct mpck_found *f, unsigned line)
{
	struct mpck_explanation *e = calloc(1, sizeof(*e));

	ck_assert_ptr_nonnull(e);
	begin_trace(&e->trace);
	add_lost_update(&e->trace, line);
	e->operations_found = 9;
	e->preemptions_found = 4;
	e->executions = 17;
	f->why = e;
	return e;
}

static void begin(struct made *m)
{
	*m = (struct made){ .module = open_module("/balance") };
	m->options = (struct mpck_options){ .strategy = "random", .seed = 1,
					    .detect = true };
	m->result = (struct mpck_result){ .verdict = MPCK_FAILED,
					  .executions = 9 };
	m->report = (struct mpck_report){
		.program = "mpcheck", .target = "balance",
		.module = m->module, .options = &m->options,
		.result = &m->result };
}

static void finish(struct made *m)
{
	mpck_result_fini(&m->result);
	mpck_module_close(m->module);
	free(m->text);
}

static const char *written(struct made *m, enum mpck_reporter_id kind)
{
	const struct mpck_style plain = { .width = 80 };
	FILE *out;

	free(m->text);
	out = open_memstream(&m->text, &m->size);
	ck_assert_ptr_nonnull(out);
	mpck_reporters[kind]->write(out, &m->report, &plain, false);
	ck_assert_int_eq(fclose(out), 0);
	return m->text;
}

/* check.py agrees that it is one, and that the condition holds. */
static void judged(struct made *m, enum mpck_reporter_id kind,
		   const char *condition)
{
	char path[] = "/tmp/test_formats.XXXXXX";
	const char *text = written(m, kind);
	int fd = mkstemp(path), status;
	pid_t child;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, m->size), (ssize_t)m->size);
	close(fd);
	child = fork();
	if (child == 0) {
		execlp("python3", "python3", TEST_SOURCES
		       "/../formats/check.py", mpck_reporters[kind]->name,
		       path, condition, (char *)NULL);
		_exit(77);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	unlink(path);
	ck_assert(WIFEXITED(status));
	ck_assert_msg(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77,
		      "%s: %s\n%.2000s", mpck_reporters[kind]->name,
		      condition, m->text);
}

START_TEST(json_has_the_whole_cause)
{
	struct made m;
	struct mpck_explanation *e;
	json_t *root;
	const char *sentence;
	int verified, step, operations;

	begin(&m);
	e = explain(add_finding(&m, MPCK_LOST_UPDATE), 10);
	set_cause(e, true);
	root = json_loads(written(&m, MPCK_REPORTER_json), 0, NULL);
	ck_assert_int_eq(0, json_unpack(root,
		"{s:[{s:{s:{s:s, s:b, s:[i*]}, s:{s:i}}}]}", "findings",
		"explanation", "cause", "sentence", &sentence,
		"verified", &verified, "steps", &step,
		"shrunk", "operations_found", &operations));
	ck_assert_str_eq(sentence, e->cause.sentence);
	ck_assert_int_eq(verified, 1);
	ck_assert_int_eq(step, 1);
	ck_assert_int_eq(operations, 9);
	json_decref(root);
	judged(&m, MPCK_REPORTER_json,
	       "e['cause']['steps'] == [1, 3, 5] and e['cause']['flipped'] =="
	       " {'outcome': 'x=2', 'token': 'm1-abc-de-f'} and"
	       " e['shrunk'] == {'operations_found': 9, 'operations': 4,"
	       " 'preemptions_found': 4, 'preemptions': 1, 'executions': 17,"
	       " 'seconds': 0} and t['steps'][4]['text'] =="
	       " '\\x01 <&]]>\" \\ufffd\\n' and"
	       " r['findings'][0]['key'] == 16 * 'f'");
	finish(&m);
}
END_TEST

START_TEST(json_without_a_cause)
{
	struct made m;

	begin(&m);
	explain(add_finding(&m, MPCK_LOST_UPDATE), 10);
	add_finding(&m, MPCK_CRASH);
	judged(&m, MPCK_REPORTER_json,
	       "e['cause'] is None and len(t['steps']) == 7 and"
	       " r['findings'][1]['explanation'] is None and"
	       " t['steps'][1]['stack'] == ["
	       " {'function': 'add', 'file': 'a file.c',"
	       "  'path': '/nowhere/a file.c', 'line': 10},"
	       " {'function': 'run', 'file': None, 'path': None,"
	       "  'line': None}]");
	finish(&m);
}
END_TEST

START_TEST(junit_lists_the_steps_and_marks_what_decides)
{
	struct made m;
	const char *text;

	begin(&m);
	set_cause(explain(add_finding(&m, MPCK_LOST_UPDATE), 10), true);
	text = written(&m, MPCK_REPORTER_junit);
	ck_assert_ptr_nonnull(strstr(text, "cause: fails exactly when"));
	ck_assert_ptr_nonnull(strstr(text, "otherwise: x=2\n"));
	ck_assert_ptr_nonnull(strstr(text, "&gt;     1  Process-1   read "
				     "value#1: 0 (a file.c:10 in add)\n"));
	ck_assert_ptr_nonnull(strstr(text, "\n      2  Process-2   read "));
	judged(&m, MPCK_REPORTER_junit,
	       "c.find('failure').get('message') == 'x=1 where x=2 is wanted'"
	       " and c.find('failure').get('type') == 'lost-update'"
	       " and 'prints: \\ufffd <&]]>\" \\ufffd\\n' in"
	       " c.find('failure').text");
	finish(&m);
}
END_TEST

START_TEST(junit_says_what_is_not_verified)
{
	struct made m;

	begin(&m);
	set_cause(explain(add_finding(&m, MPCK_LOST_UPDATE), 10), false);
	ck_assert_ptr_nonnull(strstr(written(&m, MPCK_REPORTER_junit),
				     "between the two (not verified)\n"));
	ck_assert_ptr_null(strstr(m.text, "otherwise:"));
	finish(&m);
}
END_TEST

START_TEST(sarif_points_at_the_last_deciding_step)
{
	struct made m;

	begin(&m);
	set_cause(explain(add_finding(&m, MPCK_LOST_UPDATE), 10), true);
	judged(&m, MPCK_REPORTER_sarif,
	       "results[0]['locations'][0]['physicalLocation']['region'] =="
	       " {'startLine': 11} and"
	       " [x['message']['text'] for x in results[0]['locations'] +"
	       " results[0]['relatedLocations']] == ["
	       "'Process-1: write value#1: 1', 'Process-1: read value#1: 0',"
	       " 'Process-2: write value#1: 1'] and"
	       " [x['executionOrder'] for x in f if"
	       " x['importance'] == 'essential'] == [2, 4, 6] and"
	       " run['artifacts'] == [{'location': {'uri':"
	       " 'file:///nowhere/a%20file.c'}, 'sourceLanguage': 'c'}] and"
	       " results[0]['message']['text'].endswith('between the two') and"
	       " results[0]['properties']['verified'] and"
	       " f[1]['nestingLevel'] == 1 and"
	       " len(f[1]['stack']['frames']) == 2");
	finish(&m);
}
END_TEST

/* The fingerprint of the finding with this index. */
static char *print_of(struct made *m, size_t index)
{
	json_t *root = json_loads(written(m, MPCK_REPORTER_sarif), 0, NULL);
	json_t *run, *result;
	const char *text;

	ck_assert_ptr_nonnull(root);
	run = json_array_get(json_object_get(root, "runs"), 0);
	result = json_array_get(json_object_get(run, "results"), index);
	ck_assert_int_eq(0, json_unpack(result, "{s:{s:s}}",
					"partialFingerprints",
					"mpcheckFinding/v1", &text));
	text = copy(text);
	json_decref(root);
	return (char *)text;
}

static char *print_alone(enum mpck_finding_kind kind, unsigned line,
			 const char *function, const char *message)
{
	struct made m;
	struct mpck_found *f;
	struct mpck_frame *frame;
	char *print;

	begin(&m);
	f = add_finding(&m, kind);
	if (message) {
		free(f->message);
		f->message = copy(message);
	} else {
		set_cause(explain(f, line), true);
		frame = &f->why->trace.steps[5].frames[0];
		free(frame->function);
		frame->function = copy(function);
	}
	print = print_of(&m, 0);
	finish(&m);
	return print;
}

static void same(bool wanted, char *a, char *b)
{
	ck_assert_msg((strcmp(a, b) == 0) == wanted, "%s and %s", a, b);
	free(a);
	free(b);
}

START_TEST(fingerprints_survive_moved_lines_only)
{
	enum mpck_finding_kind lost = MPCK_LOST_UPDATE;

	same(true, print_alone(lost, 10, "add", NULL),
	     print_alone(lost, 90, "add", NULL));
	same(false, print_alone(lost, 10, "add", NULL),
	     print_alone(lost, 10, "subtract", NULL));
	same(false, print_alone(lost, 10, "add", NULL),
	     print_alone(MPCK_NOT_SERIALISABLE, 10, "add", NULL));
	same(true, print_alone(lost, 0, NULL, "wrong (a.c:7 in f)"),
	     print_alone(lost, 0, NULL, "wrong (a.c:123 in f)"));
	same(false, print_alone(lost, 0, NULL, "wrong (a.c:7 in f)"),
	     print_alone(lost, 0, NULL, "wrong (a.c:7 in g)"));
}
END_TEST

START_TEST(equal_findings_have_fingerprints_of_their_own)
{
	struct made m;
	char *first, *second;

	begin(&m);
	set_cause(explain(add_finding(&m, MPCK_LOST_UPDATE), 10), true);
	set_cause(explain(add_finding(&m, MPCK_LOST_UPDATE), 20), true);
	first = print_of(&m, 0);
	second = print_of(&m, 1);
	ck_assert_int_eq(strncmp(first, second, 16), 0);
	ck_assert_str_eq(first + 16, ":1");
	ck_assert_str_eq(second + 16, ":2");
	free(first);
	free(second);
	judged(&m, MPCK_REPORTER_sarif, "len(results) == 2");
	finish(&m);
}
END_TEST

/* A finding whose trace goes on and on. */
static void make_long(struct made *m, size_t steps)
{
	struct mpck_explanation *e =
		explain(add_finding(m, MPCK_NON_TERMINATION), 10);

	while (e->trace.nsteps < steps)
		access_step(&e->trace, 2, false, NULL, "1", 30);
	set_cause(e, false);
	e->cause.steps[2] = steps / 2;
	e->trace.steps[5].decisive = false;
	e->trace.steps[steps / 2].decisive = true;
}

START_TEST(long_schedules_lack_their_middle_but_what_decides)
{
	struct made m;

	begin(&m);
	make_long(&m, 30000);
	judged(&m, MPCK_REPORTER_json,
	       "len(t['steps']) == 10001 and t['steps_left_out'] == 19999 and"
	       " t['steps'][5000]['index'] == 15000 and"
	       " t['steps'][5001]['index'] == 25000");
	judged(&m, MPCK_REPORTER_sarif,
	       "len(f) == 1001 and f[500]['importance'] == 'essential' and"
	       " f[500]['properties'] == {'number': 14998} and"
	       " f[500]['state'] == {'value#1': {'text': '1'}}");
	judged(&m, MPCK_REPORTER_junit,
	       "'\\n  ... 14900 steps\\n>' in c.find('failure').text and"
	       " '\\n  ... 14899 steps\\n' in c.find('failure').text and"
	       " c.find('failure').text.count('value#1') == 198");
	finish(&m);
}
END_TEST

START_TEST(shown_steps_keep_their_order_and_the_ends)
{
	struct mpck_step steps[10] = { [5] = { .decisive = true } };
	struct mpck_trace t = { .steps = steps, .nsteps = 10 };
	static const size_t wanted[] = { 0, 1, 5, 8, 9 };
	size_t n, *shown = mpck_shown_steps(&t, 4, &n);

	ck_assert_uint_eq(n, 5);
	ck_assert_mem_eq(shown, wanted, sizeof(wanted));
	free(shown);
	shown = mpck_shown_steps(&t, 10, &n);
	ck_assert_uint_eq(n, 10);
	free(shown);
	t.nsteps = 0;
	shown = mpck_shown_steps(&t, 10, &n);
	ck_assert_uint_eq(n, 0);
	free(shown);
}
END_TEST

START_TEST(without_a_cause_a_kind_says_where_to_look)
{
	struct made m;
	struct mpck_found *f;
	struct mpck_trace *t;
	size_t steps[MPCK_CAUSE_STEPS];

	begin(&m);
	f = add_finding(&m, MPCK_LOST_UPDATE);
	ck_assert_uint_eq(mpck_deciding(f, steps), 0);
	t = &explain(f, 10)->trace;
	ck_assert_uint_eq(mpck_deciding(f, steps), 1);
	ck_assert_uint_eq(steps[0], 5);		/* the last write */
	f->kind = MPCK_CRASH;
	t->steps[6].result = -11;
	t->steps[6].task = 2;
	ck_assert_uint_eq(mpck_deciding(f, steps), 1);
	ck_assert_uint_eq(steps[0], 3);		/* of the one that died */
	f->kind = MPCK_DEADLOCK;
	t->steps[3].kind = t->steps[5].kind = MPCK_STEP_WAIT;
	t->steps[6].task = 0;
	ck_assert_uint_eq(mpck_deciding(f, steps), 1);
	ck_assert_uint_eq(steps[0], 5);		/* Process-2 printed since */
	t->steps[4].task = 0;
	ck_assert_uint_eq(mpck_deciding(f, steps), 2);
	ck_assert_uint_eq(steps[0], 3);
	ck_assert_uint_eq(steps[1], 5);
	t->steps[3].op = MPP_OP_JOIN;
	ck_assert_uint_eq(mpck_deciding(f, steps), 1);
	ck_assert_uint_eq(steps[0], 5);
	finish(&m);
}
END_TEST

static void cleans(const char *text, bool xml, const char *wanted)
{
	char *clean = mpck_clean(text, xml);

	ck_assert_str_eq(clean, wanted);
	free(clean);
}

#define SIGN "\xef\xbf\xbd"	/* U+FFFD */

START_TEST(what_is_no_utf8_is_replaced)
{
	cleans(NULL, false, "");
	cleans("a\tb\n", false, "a\tb\n");
	cleans("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", false,
	       "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
	cleans("\x80", false, SIGN);
	cleans("\xc3", false, SIGN);
	cleans("\xe2\x82", false, SIGN SIGN);
	cleans("\xc3(", false, SIGN "(");
	cleans("\xc0\xaf", false, SIGN SIGN);		/* overlong */
	cleans("\xe0\x80\xaf", false, SIGN SIGN SIGN);
	cleans("\xf0\x80\x80\xaf", false, SIGN SIGN SIGN SIGN);
	cleans("\xed\xa0\x80", false, SIGN SIGN SIGN);	/* surrogate */
	cleans("\xf4\x90\x80\x80", false, SIGN SIGN SIGN SIGN);
	cleans("\xff", false, SIGN);
}
END_TEST

START_TEST(what_xml_forbids_is_replaced)
{
	cleans("\x01\x1f\x1b[0m", false, "\x01\x1f\x1b[0m");
	cleans("\x01\x1f\x1b[0m", true, SIGN SIGN SIGN "[0m");
	cleans("\t\n\r ~\x7f", true, "\t\n\r ~\x7f");
	cleans("\xef\xbf\xbe\xef\xbf\xbf", true, SIGN SIGN);
	cleans("\xee\x80\x80", true, "\xee\x80\x80");
}
END_TEST

UNIT_MAIN(
	UNIT(json_has_the_whole_cause)
	UNIT(json_without_a_cause)
	UNIT(junit_lists_the_steps_and_marks_what_decides)
	UNIT(junit_says_what_is_not_verified)
	UNIT(sarif_points_at_the_last_deciding_step)
	UNIT(fingerprints_survive_moved_lines_only)
	UNIT(equal_findings_have_fingerprints_of_their_own)
	UNIT(long_schedules_lack_their_middle_but_what_decides)
	UNIT(shown_steps_keep_their_order_and_the_ends)
	UNIT(without_a_cause_a_kind_says_where_to_look)
	UNIT(what_is_no_utf8_is_replaced)
	UNIT(what_xml_forbids_is_replaced))
