/* SPDX-License-Identifier: MIT */
/* where.c - source lines by libdw; loaded on first use, some 100 ms. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* asprintf */
#endif
#include "explore/where.h"

#include <dwarf.h>
#include <errno.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* A place that is not remembered is looked up again: slower, not wrong. */
enum { SITES = 1024 };

static Dwfl *dwfl;
static struct {
	const void *pc;
	uint64_t site;
} sites[2][SITES];

static Dwfl *session(void)
{
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_linux_proc_find_elf,
		.find_debuginfo = dwfl_standard_find_debuginfo,
	};

	if (dwfl)
		return dwfl;
	dwfl = dwfl_begin(&callbacks);
	if (dwfl && dwfl_linux_proc_report(dwfl, getpid()) == 0)
		dwfl_report_end(dwfl, NULL, NULL);
	return dwfl;
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* As the compiler was given it, behind the folder it ran in. */
static char *absolute(const char *file, Dwarf_Die *unit)
{
	Dwarf_Attribute attribute;
	const char *folder = NULL;
	char *path = NULL;

	if (*file != '/' && unit &&
	    dwarf_attr_integrate(unit, DW_AT_comp_dir, &attribute))
		folder = dwarf_formstring(&attribute);
	if (folder && asprintf(&path, "%s/%s", folder, file) >= 0)
		return path;
	return strdup(file);
}

/* clang writes no .debug_aranges, which dwfl_module_getsrc() needs: then the
 * compilation units are asked one by one. */
static void find_line(Dwfl_Module *module, Dwarf_Addr address,
		      struct mpck_place *place)
{
	Dwfl_Line *line = dwfl_module_getsrc(module, address);
	Dwarf_Addr bias = 0;
	Dwarf_Die *unit = NULL;
	Dwarf_Line *found;
	const char *file;
	int number = 0;

	if (line) {
		file = dwfl_lineinfo(line, NULL, &number, NULL, NULL, NULL);
		unit = dwfl_linecu(line);
		if (file)
			place->path = absolute(file, unit);
		place->line = (unsigned)number;
		return;
	}
	while ((unit = dwfl_module_nextcu(module, unit, &bias))) {
		if (dwarf_haspc(unit, address - bias) <= 0)
			continue;
		found = dwarf_getsrc_die(unit, address - bias);
		if (!found || dwarf_lineno(found, &number))
			continue;
		file = dwarf_linesrc(found, NULL, NULL);
		if (file)
			place->path = absolute(file, unit);
		place->line = (unsigned)number;
		return;
	}
}

static struct mpck_place look_up(const void *pc, bool is_return,
				 GElf_Off *offset)
{
	Dwarf_Addr address = (Dwarf_Addr)(uintptr_t)pc - is_return;
	struct mpck_place place = { NULL, NULL, 0 };
	Dwfl_Module *module;
	GElf_Sym symbol;
	const char *function;

	if (!pc || !session())
		return place;
	module = dwfl_addrmodule(dwfl, address);
	if (!module)
		return place;
	function = dwfl_module_addrinfo(module, address, offset, &symbol, NULL,
					NULL, NULL);
	if (function)	/* "f.cold": what gcc split off it */
		place.function = strndup(function, strcspn(function, "."));
	find_line(module, address, &place);
	return place;
}

/* In the middle of an execution errno is that of the task, and so a part of the
 * state. */
static struct mpck_place place_of(const void *pc, bool is_return,
				  GElf_Off *offset)
{
	int error_number = errno;
	struct mpck_place place = look_up(pc, is_return, offset);

	errno = error_number;
	return place;
}

struct mpck_place mpck_place_of(const void *pc, bool is_return)
{
	GElf_Off offset = 0;

	return place_of(pc, is_return, &offset);
}

char *mpck_where(const void *pc, bool is_return)
{
	GElf_Off offset = 0;
	struct mpck_place p = place_of(pc, is_return, &offset);
	char *text = NULL;

	if (p.path && asprintf(&text, "%s:%u in %s", last_part(p.path), p.line,
			       p.function ? p.function : "?") < 0)
		text = NULL;
	if (!p.path && p.function &&
	    asprintf(&text, "%s+0x%lx (no debug information)", p.function,
		     (unsigned long)offset) < 0)
		text = NULL;
	free(p.path);
	free(p.function);
	return text;
}

static uint64_t look_up_site(const void *pc, bool is_return)
{
	struct mpck_place p = mpck_place_of(pc, is_return);
	uint64_t site = p.path ? XXH3_64bits_withSeed(p.path, strlen(p.path),
						      p.line)
			       : (uintptr_t)pc;

	free(p.path);
	free(p.function);
	return site;
}

uint64_t mpck_site(const void *pc, bool is_return)
{
	size_t at = ((uintptr_t)pc * UINT64_C(0x9e3779b97f4a7c15)) >> 54;

	if (sites[is_return][at].pc != pc) {
		sites[is_return][at].site = look_up_site(pc, is_return);
		sites[is_return][at].pc = pc;
	}
	return sites[is_return][at].site;
}

bool mpck_has_code(const void *pc, const char *path, unsigned line)
{
	Dwfl_Module *module = session() ? dwfl_addrmodule(dwfl, (uintptr_t)pc)
					: NULL;
	Dwfl_Line **lines = NULL;
	bool found = false;
	size_t n = 0;
	int number = 0;

	/* Gives the nearest ones. */
	if (!module || dwfl_module_getsrc_file(module, last_part(path),
					       (int)line, 0, &lines, &n))
		return false;
	for (size_t i = 0; i < n && !found; i++) {
		dwfl_lineinfo(lines[i], NULL, &number, NULL, NULL, NULL);
		found = (unsigned)number == line;
	}
	free(lines);
	return found;
}

void mpck_where_close(void)
{
	if (dwfl)
		dwfl_end(dwfl);
	dwfl = NULL;
	memset(sites, 0, sizeof(sites));	/* another module may come there */
}
