/* SPDX-License-Identifier: MIT */
/*
 * base.h - what every libmpp header needs: export marks, errors, time limits.
 *
 * Units:   time limits in nanoseconds.  MPP_FOREVER has no limit, 0 does not
 *          wait, a negative limit counts as 0.
 * Errors:  calls return 0 (or a count) or a negative MPP_E* of errors.def;
 *          output parameters are untouched on failure.
 * Handles: a pointer to a shared object names it in every process that was
 *          started after the object was made.  It is never dereferenced by
 *          the program: under the checker that is a finding.
 */
#ifndef MPP_BASE_H
#define MPP_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define MPP_EXTERN_C extern "C"
#else
#define MPP_EXTERN_C extern
#endif
#define MPP_API MPP_EXTERN_C __attribute__((visibility("default")))

#define MPP_FOREVER INT64_MAX
#define MPP_SECONDS(n) ((int64_t)((n) * 1000000000.0))

enum mpp_error {
#define MPP_ERROR(name, number, text) MPP_##name = number,
#include <mpp/errors.def>
#undef MPP_ERROR
};

/* The sentence for an error number; never NULL, static storage. */
MPP_API const char *mpp_strerror(int error);

/* "major.minor.patch" of the library that is running. */
MPP_API const char *mpp_version(void);

#endif
