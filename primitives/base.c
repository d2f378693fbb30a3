/* SPDX-License-Identifier: MIT */
/*
 * base.c - error texts from errors.def, the version, and the last word of a
 * libmpp that finds itself wrong.
 */
#include <stdio.h>
#include <stdlib.h>

#include <mpp/base.h>

#include "internal.h"

#ifndef MPP_VERSION
#define MPP_VERSION "0.1.0"
#endif

const char *mpp_strerror(int error)
{
	switch (error) {
	case 0:
		return "success";
#define MPP_ERROR(name, number, text) \
	case number: \
		return text;
#include <mpp/errors.def>
#undef MPP_ERROR
	}
	return "unknown error";
}

const char *mpp_version(void)
{
	return MPP_VERSION;
}

void mpp_bug(const char *sentence)
{
	fprintf(stderr, "libmpp: internal error: %s\n", sentence);
	abort();
}
