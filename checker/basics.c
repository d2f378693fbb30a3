/* SPDX-License-Identifier: MIT */
/* basics.c - see basics.h. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* vasprintf */
#endif
#include "basics.h"

#include <stdarg.h>
#include <stdio.h>

char *mpck_text(const char *format, ...)
{
	char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		abort();
	va_end(arguments);
	return text;
}
