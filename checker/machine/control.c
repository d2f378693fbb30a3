/* SPDX-License-Identifier: MIT */
/*
 * control.c - the import control list applied to a module.
 *
 * The module's own relocations are patched, never global symbols: the C
 * library's insides must not end up in a window.  An import that is neither
 * supplied nor known pure goes through a thunk that notes the call.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* dladdr1 */
#endif
#include "machine/core.h"

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/elf.h"
#include "machine/supplied.h"

enum { MAX_UNCONTROLLED = 256 };

struct control {
	const char *name;
	void *function;		/* NULL: pure */
};

static const struct control controls[] = {
#define SUPPLIED(name, function) { #name, (void *)function },
#define PURE(name) { #name, NULL },
#define PURE_PREFIX(prefix)
#include "machine/controls.def"
#undef SUPPLIED
#undef PURE
#undef PURE_PREFIX
};

static const char *const prefixes[] = {
#define SUPPLIED(name, function)
#define PURE(name)
#define PURE_PREFIX(prefix) prefix,
#include "machine/controls.def"
#undef SUPPLIED
#undef PURE
#undef PURE_PREFIX
};

static struct uncontrolled {
	char *name;
	void *function;
	bool called;
} uncontrolled[MAX_UNCONTROLLED];
static size_t nuncontrolled;
static const char *called[MAX_UNCONTROLLED];
static size_t ncalled;

#if defined(__x86_64__) && !defined(MPCK_SWITCH_UCONTEXT)
#define HAVE_THUNKS 1
extern const char mpck_thunks[];
#define THUNK(index) (mpck_thunks + 16 * (index))
#else
#define HAVE_THUNKS 0
#define THUNK(index) NULL
#endif

static void note(struct uncontrolled *u)
{
	if (u->called)
		return;
	u->called = true;
	called[ncalled++] = u->name;
}

/* Called by thunk number `index`; returns where to go on. */
void *mpck_thunk_called(uint64_t index);
void *mpck_thunk_called(uint64_t index)
{
	note(&uncontrolled[index]);
	return uncontrolled[index].function;
}

static const struct control *find(const char *symbol)
{
	for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
		if (!strcmp(controls[i].name, symbol))
			return &controls[i];
	}
	return NULL;
}

static bool has_pure_prefix(const char *symbol)
{
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		if (!strncmp(symbol, prefixes[i], strlen(prefixes[i])))
			return true;
	}
	return false;
}

/* A variable cannot go through a thunk. */
static bool is_variable(const void *address)
{
	Dl_info info;
	const ElfW(Sym) *symbol = NULL;

	return dladdr1(address, &info, (void **)&symbol, RTLD_DL_SYMENT) &&
	       symbol && ELF64_ST_TYPE(symbol->st_info) == STT_OBJECT;
}

static void divert(const char *symbol, void **place)
{
	struct uncontrolled *u;

	if (nuncontrolled == MAX_UNCONTROLLED) {
		called[0] = "one of more than 256 other functions";
		ncalled = ncalled ? ncalled : 1;
		return;
	}
	u = &uncontrolled[nuncontrolled];
	*u = (struct uncontrolled){ .name = strdup(symbol),
				    .function = *place };
	/* Without a thunk, importing it counts as calling it. */
	if (!HAVE_THUNKS || is_variable(*place))
		note(u);
	else
		*place = (void *)THUNK(nuncontrolled);
	nuncontrolled++;
}

static void control(const char *symbol, void **place, void *context)
{
	const struct control *c = find(symbol);

	(void)context;
	if (c && c->function)
		*place = c->function;
	else if (!c && !has_pure_prefix(symbol) && *place)
		divert(symbol, place);
}

bool mpck_control_module(void *handle, char sentence[MPCK_SENTENCE])
{
	return mpck_imports(handle, control, NULL, sentence);
}

/* What was diverted goes where it went. */
static void restore(const char *symbol, void **place, void *context)
{
	(void)symbol, (void)context;
	for (size_t i = 0; i < nuncontrolled; i++) {
		if (HAVE_THUNKS && *place == (void *)THUNK(i))
			*place = uncontrolled[i].function;
	}
}

void mpck_control_reset(void *handle)
{
	char ignored[MPCK_SENTENCE];

	mpck_imports(handle, restore, NULL, ignored);
	for (size_t i = 0; i < nuncontrolled; i++)
		free(uncontrolled[i].name);
	nuncontrolled = ncalled = 0;
}

const char *const *mpck_machine_uncontrolled(size_t *count)
{
	*count = ncalled;
	return called;
}
