/* SPDX-License-Identifier: MIT */
/* token.c - writing and reading tokens; the form is in token.h. */
#include "explore/token.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "basics.h"

static const char letters[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
static const char digits36[] = "0123456789abcdefghijklmnopqrstuvwxyz";

static unsigned check_of(const char *text, size_t length)
{
	uint32_t sum = 2166136261u;	/* FNV-1a */

	for (size_t i = 0; i < length; i++)
		sum = (sum ^ (unsigned char)text[i]) * 16777619u;
	return sum % (36 * 36);
}

static void write_choice(FILE *out, uint16_t choice, size_t times)
{
	for (; times; times = times > 2 ? 0 : times - 1) {
		if (times > 2)
			fprintf(out, "%zu", times);
		if (choice < 52)
			fputc(letters[choice], out);
		else
			fprintf(out, "_%u_", choice);
	}
}

static void write_choices(FILE *out, const uint16_t *choices, size_t count)
{
	for (size_t i = 0, n; i < count; i += n) {
		for (n = 1; i + n < count && choices[i + n] == choices[i];)
			n++;
		write_choice(out, choices[i], n);
	}
	if (!count)
		fputc('0', out);
}

char *mpck_token_of(struct mpck_learned learned, const struct mpck_trail *trail,
		    const struct mpck_module *module)
{
	const struct mpck_round *round = &trail->round;
	char *text = NULL;
	size_t size;
	FILE *out;
	unsigned check;

	if (!trail->choices)
		return mpck_checked(strdup(""));
	out = mpck_checked(open_memstream(&text, &size));
	fprintf(out, "m1%s%s", learned.clock ? "c" : "",
		learned.exits ? "x" : "");
	if (round->count)
		fprintf(out, "r%" PRIu64 ".%" PRIu64, round->before,
			round->count);
	fprintf(out, "-%06x-", mpck_module_fingerprint(module) & 0xffffff);
	write_choices(out, trail->choices, trail->count);
	fflush(out);
	check = check_of(text, size);
	fprintf(out, "-%c%c", digits36[check / 36], digits36[check % 36]);
	fclose(out);
	return text;
}

static int broken(char sentence[MPCK_SENTENCE], const char *text,
		  const char *why)
{
	snprintf(sentence, MPCK_SENTENCE,
		 "broken token '%.60s': %s; copy it whole from the report", text,
		 why);
	return MPCK_EUSAGE;
}

/* The three fields behind the flags; false: not there. */
static bool split(const char *text, const char *field[4])
{
	field[0] = text;
	for (int i = 1; i < 4; i++) {
		field[i] = strchr(field[i - 1], '-');
		if (!field[i])
			return false;
		field[i]++;
	}
	return true;
}

enum { MOST_CHOICES = 100000000 };

/* "N.K-"; the flags end with it. */
static bool read_round(struct mpck_round *round, const char *text)
{
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return false;
	round->before = strtoull(text, &end, 10);
	if (*end != '.' || !isdigit((unsigned char)end[1]))
		return false;
	round->count = strtoull(end + 1, &end, 10);
	return *end == '-' && round->count && round->count <= MOST_CHOICES &&
	       round->before <= MOST_CHOICES;
}

static bool read_flags(struct mpck_token *token, const char *text)
{
	if (strncmp(text, "m1", 2))
		return false;
	for (text += 2; *text != '-'; text++) {
		if (*text == 'c')
			token->learned.clock = true;
		else if (*text == 'x')
			token->learned.exits = true;
		else
			return *text == 'r' &&
			       read_round(&token->round, text + 1);
	}
	return true;
}

/* One choice at *at; moves on; -1: none. */
static long read_choice(const char **at)
{
	const char *letter;
	char *end;
	long choice;

	if (**at == '_' && isdigit((unsigned char)(*at)[1])) {
		choice = strtol(*at + 1, &end, 10);
		*at = end + 1;
		return *end == '_' && choice >= 0 && choice <= UINT16_MAX
			       ? choice : -1;
	}
	letter = **at ? strchr(letters, **at) : NULL;
	if (!letter)
		return -1;
	(*at)++;
	return letter - letters;
}

static bool append(struct mpck_token *t, size_t *room, long choice,
		   unsigned long times)
{
	if (times > MOST_CHOICES - t->count)
		return false;
	if (t->count + times > *room) {
		uint16_t *more;

		*room = (t->count + times) * 2;
		more = realloc(t->choices, *room * sizeof(*more));
		if (!more)
			return false;
		t->choices = more;
	}
	while (times--)
		t->choices[t->count++] = (uint16_t)choice;
	return true;
}

static bool read_choices(struct mpck_token *t, const char *at)
{
	size_t room = 0;

	t->choices = mpck_checked(malloc(sizeof(*t->choices)));
	if (!strncmp(at, "0-", 2))
		return true;
	while (*at != '-') {
		unsigned long times = 1;
		long choice;

		if (isdigit((unsigned char)*at)) {
			char *end;

			times = strtoul(at, &end, 10);
			at = end;
		}
		choice = read_choice(&at);
		if (choice < 0 || !times || !append(t, &room, choice, times))
			return false;
	}
	return true;
}

int mpck_token_read(struct mpck_token *token, const char *text,
		    const struct mpck_module *module,
		    char sentence[MPCK_SENTENCE])
{
	const char *field[4];
	unsigned check;

	*token = (struct mpck_token){ 0 };
	if (!text || !split(text, field) || !read_flags(token, text))
		return broken(sentence, text ? text : "", "it has not the form "
			      "m1-......-...-..");
	check = check_of(text, (size_t)(field[3] - 1 - text));
	if (field[3][0] != digits36[check / 36] ||
	    field[3][1] != digits36[check % 36] || field[3][2])
		return broken(sentence, text, "its last two letters do not "
			      "match the rest");
	if (strtoul(field[1], NULL, 16) !=
	    (mpck_module_fingerprint(module) & 0xffffff)) {
		snprintf(sentence, MPCK_SENTENCE,
			 "the token belongs to another scenario or to other "
			 "parameters than '%s' now has; give the same --set",
			 mpck_module_scenario(module)->name);
		return MPCK_EUSAGE;
	}
	if (!read_choices(token, field[2])) {
		free(token->choices);
		token->choices = NULL;
		return broken(sentence, text, "its choices cannot be read");
	}
	return 0;
}
