/* SPDX-License-Identifier: MIT */
/*
 * verbs.c - the words; see verbs.h.
 *
 * Most operations have one verb whatever they are done to.  Objects that are no
 * cells have some of their own: nobody "writes" an event.
 */
#include "explain/verbs.h"

#include <string.h>

static const struct mpck_verb verbs[MPP_OP_KINDS] = {
	[MPP_OP_READ] = { "reads", "read" },
	[MPP_OP_WRITE] = { "writes", "wrote" },
	[MPP_OP_RMW] = { "updates", "updated" },
	[MPP_OP_ACQUIRE] = { "acquires", "acquired" },
	[MPP_OP_RELEASE] = { "releases", "released" },
	[MPP_OP_ENQUEUE] = { "begins to wait for", "began to wait for" },
	[MPP_OP_AWAIT] = { "waits for", "waited for" },
	[MPP_OP_NOTIFY] = { "notifies", "notified" },
	[MPP_OP_SEND] = { "sends to", "sent to" },
	[MPP_OP_RECEIVE] = { "receives from", "received from" },
	[MPP_OP_TAKE] = { "takes a permit of", "took a permit of" },
	[MPP_OP_GIVE] = { "gives a permit to", "gave a permit to" },
	[MPP_OP_JOIN] = { "joins", "joined" },
	[MPP_OP_EXIT] = { "ends", "ended" },
	[MPP_OP_SIGNAL] = { "signals", "signalled" },
	[MPP_OP_POLL] = { "asks about", "asked about" },
	[MPP_OP_SLEEP] = { "sleeps", "slept" },
	[MPP_OP_CLOCK] = { "reads the clock", "read the clock" },
	[MPP_OP_CHOOSE] = { "chooses", "chose" },
};

/* Objects that are no cells, and what is done with them. */
static const struct {
	const char *object;	/* NULL: any other */
	enum mpp_op_kind op;
	struct mpck_verb verb;
} special[] = {
	{ "event", MPP_OP_NOTIFY, { "sets", "set" } },
	{ "event", MPP_OP_WRITE, { "clears", "cleared" } },
	{ "barrier", MPP_OP_ENQUEUE, { "comes to", "came to" } },
	{ "barrier", MPP_OP_NOTIFY, { "completes", "completed" } },
	{ "rwlock", MPP_OP_TAKE, { "acquires", "acquired" } },
	{ "rwlock", MPP_OP_GIVE, { "releases", "released" } },
	{ "value", MPP_OP_READ, { "reads", "read" } },
	{ "raw", MPP_OP_READ, { "reads", "read" } },
	{ "array", MPP_OP_READ, { "reads", "read" } },
	{ "segment", MPP_OP_READ, { "reads", "read" } },
	{ "segment", MPP_OP_WRITE, { "writes", "wrote" } },
	{ "array", MPP_OP_WRITE, { "writes", "wrote" } },
	{ NULL, MPP_OP_READ, { "looks at", "looked at" } },
	{ NULL, MPP_OP_WRITE, { "changes", "changed" } },
};

static bool fits(const struct mpck_variable *v, const char *object)
{
	return !object || !strncmp(v->name, object, strlen(object));
}

struct mpck_verb mpck_verb_of(const struct mpck_trace *t,
			      const struct mpck_step *s)
{
	const struct mpck_variable *v =
		s->variable < t->nvariables ? &t->variables[s->variable] : NULL;

	if (s->op == MPP_OP_RMW && s->before && !strcmp(s->before, s->value))
		return (struct mpck_verb){ "tries to update",
					   "tried to update" };
	for (size_t i = 0; v && !v->cell &&
			   i < sizeof(special) / sizeof(*special); i++) {
		if (special[i].op == s->op && fits(v, special[i].object))
			return special[i].verb;
	}
	return s->op < MPP_OP_KINDS && verbs[s->op].now
		       ? verbs[s->op] : (struct mpck_verb){ "uses", "used" };
}
