/* SPDX-License-Identifier: MIT */
/* where.c - source lines by libdw; loaded on first use, some 100 ms. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* asprintf */
#endif
#include "explore/where.h"

#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static Dwfl *dwfl;

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

/* clang writes no .debug_aranges, which dwfl_module_getsrc() needs: then the
 * compilation units are asked one by one. */
static const char *line_of(Dwfl_Module *module, Dwarf_Addr address, int *number)
{
	Dwfl_Line *line = dwfl_module_getsrc(module, address);
	Dwarf_Addr bias = 0;
	Dwarf_Die *unit = NULL;
	Dwarf_Line *found;

	if (line)
		return dwfl_lineinfo(line, NULL, number, NULL, NULL, NULL);
	while ((unit = dwfl_module_nextcu(module, unit, &bias))) {
		if (dwarf_haspc(unit, address - bias) <= 0)
			continue;
		found = dwarf_getsrc_die(unit, address - bias);
		if (found && dwarf_lineno(found, number) == 0)
			return dwarf_linesrc(found, NULL, NULL);
	}
	return NULL;
}

char *mpck_where(const void *pc, bool is_return)
{
	Dwarf_Addr address = (Dwarf_Addr)(uintptr_t)pc - is_return;
	Dwfl_Module *module;
	GElf_Off offset = 0;
	GElf_Sym symbol;
	const char *function;
	const char *file = NULL;
	char *text = NULL;
	int number = 0;

	if (!pc || !session())
		return NULL;
	module = dwfl_addrmodule(dwfl, address);
	if (!module)
		return NULL;
	function = dwfl_module_addrinfo(module, address, &offset, &symbol, NULL,
					NULL, NULL);
	file = line_of(module, address, &number);
	if (file && asprintf(&text, "%s:%d in %s", last_part(file), number,
			     function ? function : "?") < 0)
		return NULL;
	if (!file && function &&
	    asprintf(&text, "%s+0x%lx (no debug information)", function,
		     (unsigned long)offset) < 0)
		return NULL;
	return text;
}

void mpck_where_close(void)
{
	if (dwfl)
		dwfl_end(dwfl);
	dwfl = NULL;
}
