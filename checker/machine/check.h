/* SPDX-License-Identifier: MIT */
/*
 * check.h - where mpck_check() goes when it fails outside the machine.
 */
#ifndef MPCK_CHECK_H
#define MPCK_CHECK_H

/*
 * Set by whoever runs a scenario natively, before it starts one; told
 * "check `x > 0' failed at file.c:12: why", by any process or thread.  May end
 * the caller itself; NULL: nobody listens.
 */
extern void (*mpck_check_sink)(const char *text);

#endif
