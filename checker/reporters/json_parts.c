/* SPDX-License-Identifier: MIT */
/* json_parts.c - see json_parts.h. */
#include "reporters/json_parts.h"

#include <inttypes.h>
#include <stdlib.h>

#include "reporters/clean.h"

/* Readers that keep numbers as doubles lose bits above this. */
static const uint64_t exact_max = UINT64_C(1) << 53;

json_t *mpck_json_unsigned(uint64_t n)
{
	if (n > exact_max)
		return json_sprintf("%" PRIu64, n);
	return json_integer((json_int_t)n);
}

json_t *mpck_json_signed(int64_t n)
{
	if (n > (int64_t)exact_max || n < -(int64_t)exact_max)
		return json_sprintf("%" PRId64, n);
	return json_integer(n);
}

json_t *mpck_json_text(const char *text)
{
	char *clean = mpck_clean(text, false);
	json_t *value = json_string(clean);

	free(clean);
	return value;
}

json_t *mpck_json_maybe(const char *text)
{
	return text ? mpck_json_text(text) : json_null();
}

json_t *mpck_json_params(const struct mpck_module *module)
{
	const struct mpck_scenario *s = mpck_module_scenario(module);
	const int64_t *values = mpck_module_values(module);
	json_t *object = json_object();

	for (size_t i = 0; i < MPCK_MAX_PARAMS && s->params[i].name; i++)
		json_object_set_new(object, s->params[i].name,
				    mpck_json_signed(values[i]));
	return object;
}

void mpck_json_print(FILE *out, json_t *root)
{
	if (!root || json_dumpf(root, out, JSON_INDENT(2) |
				JSON_REAL_PRECISION(6)) != 0)
		fputs("{\"schema\":1,\"error\":\"no memory left\"}", out);
	fputc('\n', out);
	json_decref(root);
}
