/* SPDX-License-Identifier: MIT */
/*
 * hooks.c - the three settings by which a program or a scheduler changes what
 * libmpp does.  Set before the first process is started, then only read.
 */
#include <mpp/hooks.h>

const struct mpp_hooks *mpp_hooks_installed;
void (*mpp_observe_sink)(const char *name, const void *values, size_t count,
			 char typecode);
bool mpp_processes_as_threads;
