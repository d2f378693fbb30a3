/* SPDX-License-Identifier: MIT */
/*
 * lore.c - see lore.h.
 *
 * An object is known by the address of its cell.  Cells of one 8-byte word that
 * are accessed in different sizes, or by a slice, are one object: the word.
 */
#include "prove/lore.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <mpp/hooks.h>

#include "detectors/access.h"
#include "machine/machine.h"
#include "prove/mutants.h"

enum {
	COMMON_LOCKS = 4,	/* remembered for each object */
	MAX_NAMED = 64,		/* classes; more: none is anonymous */
	MAX_OBSERVED = 32,
	MAX_SLICE = 4096,	/* bytes; longer ones: nothing is silent */
};
#define MANY UINT32_MAX
#define NOBODY (UINT32_MAX - 1)

struct object {
	uintptr_t key;		/* 0: free; else the address, or word + 1 */
	uint32_t user;		/* task, MANY, NOBODY: not touched in this pass */
	bool visible;		/* learnt, and kept */
	bool mixed;		/* of a word: its cells are one object; kept */
	uint8_t size;		/* of a word: its cells' */
	bool written, used;
	uint8_t nlocks;
	const void *locks[COMMON_LOCKS];	/* held at every access */
};

struct observed {
	uint64_t name;		/* its hash */
	uint32_t user;
};

struct mpck_lore {
	bool symmetry, silent;	/* wanted in this pass */
	bool changed;
	bool nothing_silent;	/* learnt */
	uint64_t named[MAX_NAMED];
	size_t nnamed;
	struct object *objects;	/* hash table */
	size_t nobjects, room;
	uint32_t allocator;
	struct observed observed[MAX_OBSERVED];
	size_t nobserved;
};

struct mpck_lore *mpck_lore_new(void)
{
	struct mpck_lore *l = calloc(1, sizeof(*l));

	if (!l)
		abort();
	l->room = 1024;
	l->objects = calloc(l->room, sizeof(*l->objects));
	if (!l->objects)
		abort();
	return l;
}

void mpck_lore_free(struct mpck_lore *l)
{
	if (!l)
		return;
	free(l->objects);
	free(l);
}

void mpck_lore_begin(struct mpck_lore *l, bool symmetry, bool silent)
{
	l->symmetry = symmetry;
	l->silent = silent;
	l->changed = false;
	l->allocator = NOBODY;
	l->nobserved = 0;
	for (size_t i = 0; i < l->room; i++) {
		struct object *o = &l->objects[i];

		o->user = NOBODY;
		o->written = o->used = false;
		o->nlocks = 0;
	}
}

bool mpck_lore_changed(const struct mpck_lore *l)
{
	return l->changed;
}

void mpck_lore_objects(const struct mpck_lore *l, uint64_t *silent,
		       uint64_t *visible)
{
	*silent = *visible = 0;
	for (size_t i = 0; i < l->room; i++) {
		const struct object *o = &l->objects[i];

		if (!o->key || !o->used)
			continue;
		if (o->visible || l->nothing_silent || !l->silent)
			++*visible;
		else
			++*silent;
	}
}

static void learn(struct mpck_lore *l, bool *what)
{
	if (*what || !l->silent)
		return;
	*what = true;
	if (!MPCK_MUTANT(NO_RESTART_AFTER_TOUCHING))
		l->changed = true;
}

/*
 * Objects.
 */
static size_t place(const struct mpck_lore *l, uintptr_t key)
{
	size_t at = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 20) &
		    (l->room - 1);

	while (l->objects[at].key && l->objects[at].key != key)
		at = (at + 1) & (l->room - 1);
	return at;
}

static void grow(struct mpck_lore *l)
{
	struct object *old = l->objects;
	size_t room = l->room;

	l->room *= 2;
	l->objects = calloc(l->room, sizeof(*l->objects));
	if (!l->objects)
		abort();
	for (size_t i = 0; i < room; i++) {
		if (old[i].key)
			l->objects[place(l, old[i].key)] = old[i];
	}
	free(old);
}

static struct object *object(struct mpck_lore *l, uintptr_t key)
{
	struct object *o = &l->objects[place(l, key)];

	if (o->key)
		return o;
	if (l->nobjects * 2 > l->room) {
		grow(l);
		o = &l->objects[place(l, key)];
	}
	l->nobjects++;
	*o = (struct object){ .key = key, .user = NOBODY };
	return o;
}

static uintptr_t word_of(uintptr_t address)
{
	return (address & ~(uintptr_t)7) + 1;
}

/* The object that a cell belongs to: itself, or its word, if that is mixed; which
 * is learnt here. */
static struct object *cell(struct mpck_lore *l, uintptr_t address,
			   uint32_t size)
{
	struct object *word = object(l, word_of(address));

	if (!word->size)
		word->size = (uint8_t)size;
	else if (word->size != size)
		learn(l, &word->mixed);
	return word->mixed ? word : object(l, address);
}

/* Calls fn for each object that the operation touches; stops at false. */
static bool each_object(struct mpck_lore *l, const struct mpp_op *op,
			bool (*fn)(struct mpck_lore *, struct object *,
				   void *), void *context)
{
	uintptr_t at = (uintptr_t)op->object;

	/* Of several items, perhaps, and across words. */
	bool undefines = mpck_undefines(op);

	/* Bytes of a segment have no type. */
	if (op->size <= 8 && !undefines && (op->typecode || (op->size &&
					       op->order == MPP_PLAIN)))
		return fn(l, cell(l, at, op->size), context);
	if (op->size <= 8 && !undefines) /* a lock, a queue: all of it */
		return fn(l, object(l, at), context);
	for (uintptr_t word = at & ~(uintptr_t)7; word < at + op->size;
	     word += 8) {
		struct object *o = object(l, word_of(word));

		learn(l, &o->mixed);
		if (!fn(l, o, context))
			return false;
	}
	return true;
}

/* An access of its own for the guard, unless the caller holds it anyway. */
static bool takes_guard(uint32_t task, const struct mpp_op *op)
{
	const void *locks[64];
	size_t n = op->guard ? mpck_world_locks(task, locks, 64) : 0;

	for (size_t i = 0; i < n; i++) {
		if (locks[i] == op->guard)
			return false;
	}
	return op->guard != NULL;
}

static bool is_silent_object(struct mpck_lore *l, struct object *o, void *c)
{
	(void)l, (void)c;
	return !o->visible;
}

static bool is_silent(void *context, uint32_t task, const struct mpp_op *op)
{
	struct mpck_lore *l = context;

	/* What is on no object has a scheduling point. */
	if (!l->silent || l->nothing_silent || !mpck_is_on_object(op) ||
	    op->kind == MPP_OP_AWAIT || mpck_world_has_siblings(task))
		return false;
	/* The time that a wait takes may be looked at. */
	if (op->timeout_ns != MPP_FOREVER && op->timeout_ns > 0)
		return false;
	if (mpck_world_sleeps(task) && !MPCK_MUTANT(WAKING_IS_SILENT))
		return false;	/* its waking moves the clock */
	if (mpck_world_is_alone(task))
		return true;
	if (takes_guard(task, op) &&
	    object(l, (uintptr_t)op->guard)->visible)
		return false;
	return each_object(l, op, is_silent_object, NULL);
}

struct touch {
	uint32_t user;
	bool write;
	const void *locks[64];
	size_t nlocks;
};

static void keep_common(struct object *o, const struct touch *t)
{
	uint8_t n = 0;

	if (!o->used) {
		for (size_t i = 0; i < t->nlocks && n < COMMON_LOCKS; i++)
			o->locks[n++] = t->locks[i];
		o->nlocks = n;
		return;
	}
	for (uint8_t i = 0; i < o->nlocks; i++) {
		for (size_t k = 0; k < t->nlocks; k++) {
			if (t->locks[k] == o->locks[i]) {
				o->locks[n++] = o->locks[i];
				break;
			}
		}
	}
	o->nlocks = n;
}

static bool touch_object(struct mpck_lore *l, struct object *o, void *context)
{
	const struct touch *t = context;

	keep_common(o, t);
	o->used = true;
	o->user = o->user == NOBODY ? t->user
		  : o->user == t->user ? o->user : MANY;
	o->written |= t->write;
	if (o->user == MANY && o->written && !o->nlocks)
		learn(l, &o->visible);
	return true;
}

/* MPCK_MUTANT: conflicts count only where both are enabled at once. */
static bool somebody_else_is_about_to(uint32_t task, const struct mpp_op *op)
{
	for (uint32_t t = 0; t < mpck_machine_tasks(); t++) {
		struct mpck_task_view v = mpck_machine_task(t);

		if (t != task && v.state == MPCK_TASK_PENDING &&
		    v.op->object == op->object)
			return true;
	}
	return false;
}

/* The task's end marks the locks that it holds as a dead owner's, and who waits
 * at a queue for its producers may go on: nobody else has to hold a lock for
 * that. */
static void touch_by_end(struct mpck_lore *l, uint32_t task)
{
	struct touch end = { .user = mpck_world_user(task), .write = true };
	const void *locks[64];
	size_t n = mpck_world_locks(task, locks, 64);

	for (size_t i = 0; i < n; i++) {
		uintptr_t lock = (uintptr_t)locks[i];
		uintptr_t whole = (uintptr_t)mpck_world_segment(locks[i]);

		touch_object(l, object(l, lock), &end);
		if (whole != lock)
			touch_object(l, object(l, whole), &end);
	}
}

/* A process ends with all its threads, whatever they hold. */
static void touch_by_exit(struct mpck_lore *l, uint32_t task,
			  const struct mpp_op *op)
{
	uint32_t process = mpck_machine_task(task).process;
	bool whole = op->arg[0];

	for (uint32_t t = 0; t < mpck_machine_tasks(); t++) {
		struct mpck_task_view v = mpck_machine_task(t);

		if (t == task || (whole && v.process == process &&
				  v.state != MPCK_TASK_ENDED))
			touch_by_end(l, t);
	}
}

static void touched(void *context, uint32_t task, const struct mpp_op *op)
{
	struct mpck_lore *l = context;
	struct touch t = { .write = op->kind != MPP_OP_READ };

	if (op->kind == MPP_OP_EXIT && !mpck_world_is_alone(task) &&
	    !MPCK_MUTANT(END_TOUCHES_NOTHING))
		touch_by_exit(l, task, op);
	if (!mpck_is_on_object(op) || mpck_world_is_alone(task))
		return;
	if (MPCK_MUTANT(READS_DO_NOT_COUNT) && !t.write)
		return;
	if (MPCK_MUTANT(UNDEFINING_IS_NO_ACCESS) && mpck_undefines(op))
		return;
	if (MPCK_MUTANT(CO_ENABLED) && !somebody_else_is_about_to(task, op))
		return;
	t.user = MPCK_MUTANT(CLASS_IS_ONE_TASK) ? 0 : mpck_world_user(task);
	t.nlocks = mpck_world_locks(task, t.locks, 63);
	if (op->size > MAX_SLICE)
		learn(l, &l->nothing_silent);
	if (takes_guard(task, op)) {
		struct touch guard = t;

		guard.write = true;
		touch_object(l, object(l, (uintptr_t)op->guard), &guard);
		t.locks[t.nlocks++] = op->guard;
	}
	each_object(l, op, touch_object, &t);
}

/*
 * What happens without an announcement: its order is that of the operations
 * before it, so it has to be one task's too.
 */
static void use(struct mpck_lore *l, uint32_t *user, uint32_t task)
{
	uint32_t u = mpck_world_user(task);

	*user = *user == NOBODY ? u : *user == u ? u : MANY;
	if (*user == MANY)
		learn(l, &l->nothing_silent);
}

static void observed(void *context, uint32_t task, const char *name)
{
	struct mpck_lore *l = context;
	uint64_t hash;

	if (mpck_world_is_alone(task) || MPCK_MUTANT(OBSERVING_IS_PRIVATE))
		return;
	hash = XXH3_64bits(name, strlen(name));
	for (size_t i = 0; i < l->nobserved; i++) {
		if (l->observed[i].name == hash) {
			use(l, &l->observed[i].user, task);
			return;
		}
	}
	if (l->nobserved == MAX_OBSERVED) {
		learn(l, &l->nothing_silent);
		return;
	}
	l->observed[l->nobserved] = (struct observed){ hash, NOBODY };
	use(l, &l->observed[l->nobserved++].user, task);
}

static void allocated(void *context, uint32_t task, bool given_back)
{
	struct mpck_lore *l = context;

	if (mpck_world_is_alone(task))
		return;
	use(l, &l->allocator, task);
	if (given_back)
		learn(l, &l->nothing_silent);
}

/* What a task does silently just before its end is all done, or none. */
static void killed(void *context)
{
	struct mpck_lore *l = context;

	if (!MPCK_MUTANT(KILLS_COME_LATE))
		learn(l, &l->nothing_silent);
}

void mpck_lore_stopped(struct mpck_lore *l)
{
	learn(l, &l->nothing_silent);
}

/*
 * Names.
 */
static bool has_name(void *context, uint64_t class)
{
	const struct mpck_lore *l = context;

	if (!l->symmetry || l->nnamed == MAX_NAMED)
		return true;
	for (size_t i = 0; i < l->nnamed; i++) {
		if (l->named[i] == class)
			return true;
	}
	return false;
}

static void named(void *context, uint64_t class)
{
	struct mpck_lore *l = context;

	if (has_name(l, class))
		return;
	l->named[l->nnamed++] = class;
	if (!MPCK_MUTANT(NO_RESTART_AFTER_NAMING))
		l->changed = true;
}

const struct mpck_watcher mpck_lore_watcher = {
	.is_silent = is_silent,
	.touched = touched,
	.observed = observed,
	.allocated = allocated,
	.killed = killed,
	.named = named,
	.has_name = has_name,
};
