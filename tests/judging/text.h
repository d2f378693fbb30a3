/* SPDX-License-Identifier: MIT */
/*
 * text.h - programs for judged.c as text, printed and read:
 *
 *	options: remember all, unowned 0
 *	main: start a; start a(1); join 1; read raw0; join 0
 *	a(kept): acquire lock0; update raw0; release lock0 -> stores
 *
 * A line per function that is run; in brackets how it uses its argument, after
 * the arrow what it does with what it remembers.  "start daemon a", "start
 * thread a"; a child starts and joins "d", other children are numbers.
 */
#ifndef MPCK_TESTS_JUDGING_TEXT_H
#define MPCK_TESTS_JUDGING_TEXT_H

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "judging/program.h"
#include "unit.h"

static const char *const cell_words[] = {
	"raw0", "raw1", "raw2", "raw3", "value0", "value1", "item0", "item1",
	"item2", "own_item", "locked0", "locked1", "own_locked", "narrow",
	"nothing", "made",
};
static const char *const lock_words[] = {
	"lock0", "lock1", "lock2", "own_lock", "rlock", "value_lock",
	"array_lock",
};
static const char *const queue_words[] = { "queue0", "queue1" };
static const char *const use_words[] = {
	"ignored", "kept", "early", "own", "told", "own_kept",
};
static const char *const ending_words[] = {
	"dies", "stores_own", "stores", "sums", "observes", "exits", "sends",
};
static const char *const memory_words[] = { "all", "a_little", "the_last" };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Printing. */

static inline const char *word(const char *const *words, size_t count,
			       unsigned index)
{
	return index < count ? words[index] : "?";
}
#define WORD(words, index) word(words, COUNT(words), index)

static inline void print_operand(FILE *out, enum operand_class class,
				 unsigned x)
{
	switch (class) {
	case CLASS_CELL:
		fprintf(out, " %s", WORD(cell_words, x));
		break;
	case CLASS_LOCK:
		fprintf(out, " %s", WORD(lock_words, x));
		break;
	case CLASS_QUEUE:
		fprintf(out, " %s", WORD(queue_words, x));
		break;
	case CLASS_KID:
		if (x == GRANDCHILD)
			fputs(" d", out);
		else
			fprintf(out, " %u", x);
		break;
	case CLASS_NUMBER:
		fprintf(out, " %u", x);
		break;
	default:
		break;
	}
}

static inline void print_start(FILE *out, const struct program *p, int kid)
{
	fprintf(out, " %s%s%c", kid_is_thread(p, kid) ? "thread " : "",
		kid_is_daemon(p, kid) ? "daemon " : "",
		'a' + (int)kid_function(p, kid));
	if (kid_argument(p, kid))
		fprintf(out, "(%u)", kid_argument(p, kid));
}

static inline void print_script(FILE *out, const struct program *p,
				int function)
{
	for (int i = 0; i < length_of(p, function); i++) {
		unsigned op = operation(p, function, i), kind = kind_of(op);

		fprintf(out, "%s %s", i ? ";" : "",
			kind < OPERATIONS ? operation_rows[kind].word : "?");
		if (kind == START && function < 0)
			print_start(out, p, (int)operand_of(op));
		else
			print_operand(out, class_of(kind), operand_of(op));
	}
}

static inline void print_options(FILE *out, const struct program *p)
{
	fprintf(out, "options: remember %s", WORD(memory_words, memory_of(p)));
	if (!bits(p->param[SETUP], UNOWNED_BITS, LOCKS))
		fputs(", owned", out);
	for (unsigned i = 0; i < LOCKS; i++) {
		if (bits(p->param[SETUP], UNOWNED_BITS + i, 1))
			fprintf(out, ", unowned %u", i);
	}
	if (bits(p->param[SETUP], ROOMY_BIT, 1))
		fputs(", roomy", out);
	fputc('\n', out);
}

static inline void print_program(FILE *out, const struct program *p)
{
	print_options(out, p);
	fputs("main:", out);
	print_script(out, p, -1);
	fputc('\n', out);
	for (int f = 0; f < FUNCTIONS; f++) {
		if (!is_run(p, f))
			continue;
		fprintf(out, "%c(%s):", 'a' + f,
			WORD(use_words, function_use(p, f)));
		print_script(out, p, f);
		fprintf(out, " -> %s\n",
			WORD(ending_words, function_ending(p, f)));
	}
}

/* " --set m=5 --set k=3": what is not 0. */
static inline void print_params(FILE *out, const struct program *p)
{
	for (int i = 0; i < PARAMS; i++) {
		if (p->param[i])
			fprintf(out, " --set %c=%" PRId64, PARAM_LETTERS[i],
				p->param[i]);
	}
}

/* Reading.  What a text does not say is left as it is, and noted as open. */

struct open {
	bool memory, locks, use[FUNCTIONS], ending[FUNCTIONS];
};

static inline unsigned find_word(const char *const *words, size_t count,
				 const char *wanted)
{
	for (unsigned i = 0; i < count; i++) {
		if (!strcmp(words[i], wanted))
			return i;
	}
	ck_abort_msg("'%s' is not known here", wanted);
}
#define FIND_WORD(words, wanted) find_word(words, COUNT(words), wanted)

static inline unsigned find_operation(const char *wanted)
{
	for (unsigned i = 0; i < OPERATIONS; i++) {
		if (!strcmp(operation_rows[i].word, wanted))
			return i;
	}
	ck_abort_msg("there is no operation '%s'", wanted);
}

static inline unsigned read_operand(enum operand_class class, const char *text)
{
	switch (class) {
	case CLASS_CELL:
		return FIND_WORD(cell_words, text);
	case CLASS_LOCK:
		return FIND_WORD(lock_words, text);
	case CLASS_QUEUE:
		return FIND_WORD(queue_words, text);
	case CLASS_KID:
		return *text == 'd' ? GRANDCHILD : (unsigned)atoi(text);
	default:
		return (unsigned)atoi(text);
	}
}

/* "thread a(1)" is main's next child. */
static inline void read_kid(struct program *p, const char *text)
{
	int kid = kids_of(p) - 1;
	bool thread = !strncmp(text, "thread ", 7);
	bool daemon = !strncmp(text, "daemon ", 7);

	ck_assert_int_lt(kid, KIDS);
	if (thread || daemon)
		text += 7;
	set_kid(p, kid, (unsigned)(*text - 'a'),
		text[1] ? (unsigned)atoi(text + 2) : 0);
	set_thread(p, kid, thread);
	set_daemon(p, kid, daemon);
}

static inline void read_operation(struct program *p, int function, char *text)
{
	char *operand = text + strcspn(text, " ");
	unsigned kind;
	bool room;

	if (*operand)
		*operand++ = '\0';
	kind = find_operation(text);
	if (kind == START && function < 0) {
		room = append(p, -1, START, (unsigned)kids_of(p));
		read_kid(p, operand);
	} else {
		room = append(p, function, kind,
			      read_operand(class_of(kind), operand));
	}
	ck_assert_msg(room, "no room for %s", text);
}

static inline void read_script(struct program *p, int function, char *text)
{
	char *next;

	for (; text; text = next) {
		text += strspn(text, " ");
		next = strchr(text, ';');
		if (next)
			*next++ = '\0';
		if (*text)
			read_operation(p, function, text);
	}
}

static inline void read_option(struct program *p, struct open *open,
			       const char *text)
{
	if (!strncmp(text, "remember ", 9)) {
		set_memory(p, FIND_WORD(memory_words, text + 9));
		open->memory = false;
	} else if (!strcmp(text, "roomy")) {
		set_roomy(p, true);
	} else {
		open->locks = false;
		if (!strncmp(text, "unowned ", 8))
			set_unowned(p, (unsigned)atoi(text + 8), true);
		else
			ck_assert_str_eq(text, "owned");
	}
}

static inline void read_options(struct program *p, struct open *open,
				char *text)
{
	for (char *at = strtok(text, ","); at; at = strtok(NULL, ","))
		read_option(p, open, at + strspn(at, " "));
}

/* "a(kept): ... -> stores" */
static inline void read_function(struct program *p, struct open *open,
				 char *head, char *script)
{
	int f = *head - 'a';
	char *ending = strstr(script, " -> ");

	ck_assert_msg(f >= 0 && f < FUNCTIONS, "no function %s", head);
	if (ending) {
		*ending = '\0';
		set_ending(p, f, FIND_WORD(ending_words, ending + 4));
		open->ending[f] = false;
	}
	if (head[1] == '(') {
		head[strlen(head) - 1] = '\0';
		set_use(p, f, FIND_WORD(use_words, head + 2));
		open->use[f] = false;
	}
	read_script(p, f, script);
}

static inline void read_line(struct program *p, struct open *open,
			     const char *line)
{
	char *head = strdup(line), *rest = strchr(head, ':');

	ck_assert_msg(rest != NULL, "no colon in '%s'", line);
	*rest++ = '\0';
	if (!strcmp(head, "options"))
		read_options(p, open, rest);
	else if (!strcmp(head, "main"))
		read_script(p, -1, rest);
	else
		read_function(p, open, head, rest);
	free(head);
}

static inline struct program read_program(const char *const *lines,
					  struct open *open)
{
	struct program p = { { 0 } };

	memset(open, true, sizeof(*open));
	while (*lines)
		read_line(&p, open, *lines++);
	return p;
}

#endif
