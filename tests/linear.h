/* SPDX-License-Identifier: MIT */
/*
 * linear.h - is a history explained by a plain sequential model?
 *
 * A history is linearizable if its calls can be put in one order in which each
 * has the result that the model gives, and no call comes before one that had
 * returned when it began.  With ten calls at most, all orders are tried.
 * Source:  Herlihy and Wing (1990); the search is Wing and Gong's (1993).
 */
#ifndef MPCK_TESTS_LINEAR_H
#define MPCK_TESTS_LINEAR_H

#include "explored.h"
#include "modules/history_calls.h"

enum { MOST_CALLS = 10, MODEL_BYTES = 256 };

struct history_call {
	int64_t what, argument, result, before;
};

struct history {
	struct history_call call[MOST_CALLS];
	bool made[MOST_CALLS];
};

/* May the call happen now, with its result?  Then it does. */
typedef bool model_step(void *state, const struct history_call *call);

static inline bool explains_rest(const struct history *h, unsigned left,
				 const unsigned char *state, model_step *step)
{
	if (left == 0)
		return true;
	for (int i = 0; i < MOST_CALLS; i++) {
		unsigned char next[MODEL_BYTES];

		if (!(left >> i & 1) || ((uint64_t)h->call[i].before & left))
			continue;
		memcpy(next, state, sizeof(next));
		if (step(next, &h->call[i]) &&
		    explains_rest(h, left & ~(1u << i), next, step))
			return true;
	}
	return false;
}

/* The model begins as zeros. */
static inline bool is_linearizable(const struct history *h, model_step *step)
{
	_Alignas(16) unsigned char state[MODEL_BYTES] = { 0 };
	unsigned all = 0;

	for (int i = 0; i < MOST_CALLS; i++)
		all |= (unsigned)h->made[i] << i;
	return explains_rest(h, all, state, step);
}

/* "c0=[0,0,0,0], x=2" */
static inline void read_history(struct history *h, const char *text)
{
	const char *p = text;
	unsigned n = 0;

	memset(h, 0, sizeof(*h));
	for (; (p = strchr(p, 'c')); p++) {
		struct history_call c;
		int i;

		if (sscanf(p, "c%d=[%" SCNd64 ",%" SCNd64 ",%" SCNd64
			      ",%" SCNd64 "]", &i, &c.what, &c.argument,
			   &c.result, &c.before) != 5)
			continue;
		h->call[i] = c;
		h->made[i] = true;
		n++;
	}
	ck_assert_msg(n > 0, "no call in: %s", text);
}

/*
 * What the calls returned, whatever overlapped: sets of texts such as
 * "c0=0 c1=42 ", sorted.
 */
struct results {
	char **texts;
	size_t count;
};

static inline int by_characters(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static inline void add_results(struct results *r, const char *history)
{
	struct history h;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	read_history(&h, history);
	for (int i = 0; i < MOST_CALLS; i++) {
		if (h.made[i])
			fprintf(out, "c%d=%" PRId64 " ", i, h.call[i].result);
	}
	fclose(out);
	r->texts = realloc(r->texts, (r->count + 1) * sizeof(*r->texts));
	ck_assert_ptr_nonnull(r->texts);
	r->texts[r->count++] = text;
}

static inline void sort_results(struct results *r)
{
	size_t n = 0;

	qsort(r->texts, r->count, sizeof(*r->texts), by_characters);
	for (size_t i = 0; i < r->count; i++) {
		if (n && !strcmp(r->texts[n - 1], r->texts[i]))
			free(r->texts[i]);
		else
			r->texts[n++] = r->texts[i];
	}
	r->count = n;
}

static inline void free_results(struct results *r)
{
	for (size_t i = 0; i < r->count; i++)
		free(r->texts[i]);
	free(r->texts);
}

/* At call grain, by the command, which has the libmpp that ships.  Detectors are
 * off, as they are here: an item left in its queue is what a program may want. */
static inline void whole_calls(struct results *r, const char *module)
{
	char command[2000], line[4000];
	const char *mpcheck = getenv("MPCHECK");
	FILE *in;

	snprintf(command, sizeof(command),
		 "%s scenario %s/%s.so --strategy prove --detect=none "
		 "--no-explain -q --json=- 2>/dev/null",
		 mpcheck ? mpcheck : TEST_SCENARIOS "/../mpcheck",
		 TEST_MODULES, module);
	in = popen(command, "r");
	ck_assert_ptr_nonnull(in);
	while (fgets(line, sizeof(line), in)) {
		if (strstr(line, "\"value\": \""))
			add_results(r, line);
	}
	ck_assert_int_eq(pclose(in), 0);
	sort_results(r);
}

/* What is seen between words is what is seen between calls. */
static inline void same_as_whole_calls(const struct explored *e,
				       const char *module)
{
	struct results steps = { NULL, 0 }, calls = { NULL, 0 };

	for (size_t i = 0; i < e->result.noutcomes; i++)
		add_results(&steps, e->result.outcomes[i].text);
	sort_results(&steps);
	whole_calls(&calls, module);
	ck_assert_uint_eq(steps.count, calls.count);
	for (size_t i = 0; i < steps.count; i++)
		ck_assert_str_eq(steps.texts[i], calls.texts[i]);
	printf("  %zu results at both grains\n", steps.count);
	free_results(&steps);
	free_results(&calls);
}

#endif
