/* SPDX-License-Identifier: MIT */
/*
 * module.c - a scenario's shared object: opening it, its parameters.
 *
 * A name is a file name of the scenario folder; the module's own .name is for
 * reports.  What a module calls (mpp_*, mpck_*) is resolved by this program.
 */
#include "machine/module.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine/nearest.h"

#ifndef MPCK_SCENARIOS_FROM_BIN
#define MPCK_SCENARIOS_FROM_BIN "../lib/mpcheck/scenarios"
#endif

struct mpck_module {
	void *handle;
	const struct mpck_scenario *scenario;
	char path[PATH_MAX];
	size_t nparams;
	int64_t values[MPCK_MAX_PARAMS];
};

/* The module mpck_param() answers for. */
static const struct mpck_module *selected;

__attribute__((format(printf, 2, 3)))
static int refuse(char sentence[MPCK_SENTENCE], const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(sentence, MPCK_SENTENCE, format, arguments);
	va_end(arguments);
	return MPCK_EUSAGE;
}

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

const char *mpck_scenario_folder(void)
{
	static const char *const places[] = { "scenarios",
					      MPCK_SCENARIOS_FROM_BIN };
	static char folder[PATH_MAX + 64];
	const char *given = getenv("MPCHECK_SCENARIOS");
	char bin[PATH_MAX];
	ssize_t length;

	if (given && *given)
		return given;
	length = readlink("/proc/self/exe", bin, sizeof(bin) - 1);
	bin[length > 0 ? length : 0] = '\0';
	if (strrchr(bin, '/'))
		*strrchr(bin, '/') = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		snprintf(folder, sizeof(folder), "%s/%s", bin, places[i]);
		if (is_folder(folder))
			break;
	}
	return folder;
}

/* Names the scenario nearest to `name`, or where to look. */
static int unknown(const char *name, char sentence[MPCK_SENTENCE])
{
	const char *folder = mpck_scenario_folder();
	struct mpck_nearest nearest;
	struct dirent *entry;
	DIR *dir;

	if (access(name, F_OK) == 0)
		return refuse(sentence, "there is no scenario '%s'; for the "
			      "file of that name type './%s'", name, name);
	dir = opendir(folder);
	if (!dir)
		return refuse(sentence, "cannot read the scenario folder "
			      "'%s' (%s); set MPCHECK_SCENARIOS",
			      folder, strerror(errno));
	mpck_nearest_init(&nearest, name);
	while ((entry = readdir(dir))) {
		size_t length = strlen(entry->d_name);

		if (length < 4 || strcmp(entry->d_name + length - 3, ".so"))
			continue;
		entry->d_name[length - 3] = '\0';
		mpck_nearest_offer(&nearest, entry->d_name);
	}
	closedir(dir);
	if (nearest.best[0])
		return refuse(sentence, "there is no scenario '%s'; did you "
			      "mean '%s'?", name, nearest.best);
	return refuse(sentence, "there is no scenario '%s'; 'mpcheck list' "
		      "shows them all", name);
}

/* Fills path with the file of a name or path. */
static int find_file(char path[PATH_MAX], const char *name,
		     char sentence[MPCK_SENTENCE])
{
	bool is_path = strchr(name, '/') != NULL;
	struct stat st;
	int n, fd;

	if (is_path)
		n = snprintf(path, PATH_MAX, "%s", name);
	else
		n = snprintf(path, PATH_MAX, "%s/%s.so",
			     mpck_scenario_folder(), name);
	if (n < 0 || n >= PATH_MAX)
		return refuse(sentence, "the scenario name is longer than %d "
			      "characters", PATH_MAX - 1);
	if (!is_path && (!*name || access(path, F_OK) != 0))
		return unknown(name, sentence);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return refuse(sentence, "cannot read '%s': %s", path,
			      strerror(errno));
	n = fstat(fd, &st);
	close(fd);
	if (n != 0 || !S_ISREG(st.st_mode))
		return refuse(sentence, "'%s' is not a scenario module: it is "
			      "not a regular file", path);
	return 0;
}

/* dlerror() without the path it starts with. */
static const char *reason(const char *path)
{
	const char *text = dlerror();
	size_t length = strlen(path);

	if (!text)
		return "unknown reason";
	if (strncmp(text, path, length) == 0 && text[length] == ':')
		text += length + 1 + (text[length + 1] == ' ');
	return text;
}

static size_t count_params(const struct mpck_scenario *scenario)
{
	size_t n = 0;

	while (n < MPCK_MAX_PARAMS && scenario->params[n].name)
		n++;
	return n;
}

/* Opens m->path and finds the scenario in it. */
static int load(struct mpck_module *m, char sentence[MPCK_SENTENCE])
{
	m->handle = dlopen(m->path, RTLD_NOW | RTLD_LOCAL);
	if (!m->handle)
		return refuse(sentence, "'%s' is not a scenario module: %s",
			      m->path, reason(m->path));
	m->scenario = dlsym(m->handle, MPCK_SCENARIO_SYMBOL);
	if (!m->scenario)
		return refuse(sentence, "'%s' is not a scenario module: it "
			      "defines no MPCK_SCENARIO(...)", m->path);
	if (m->scenario->abi != MPCK_SCENARIO_ABI)
		return refuse(sentence, "'%s' was built for scenario ABI %"
			      PRIu32 ", this mpcheck has %u; build it again",
			      m->path, m->scenario->abi, MPCK_SCENARIO_ABI);
	if (!m->scenario->main || !m->scenario->name)
		return refuse(sentence, "the scenario in '%s' has no .%s; add "
			      "it to its MPCK_SCENARIO(...)", m->path,
			      m->scenario->name ? "main" : "name");
	return 0;
}

int mpck_module_open(struct mpck_module **out, const char *name_or_path,
		     char sentence[MPCK_SENTENCE])
{
	struct mpck_module *m = calloc(1, sizeof(*m));
	int err;

	if (!m) {
		snprintf(sentence, MPCK_SENTENCE, "no memory left");
		return MPCK_EINTERNAL;
	}
	err = find_file(m->path, name_or_path, sentence);
	if (err < 0)
		goto fail;
	err = load(m, sentence);
	if (err < 0)
		goto fail;
	m->nparams = count_params(m->scenario);
	for (size_t i = 0; i < m->nparams; i++)
		m->values[i] = m->scenario->params[i].value;
	*out = m;
	return 0;
fail:
	mpck_module_close(m);
	return err;
}

void mpck_module_close(struct mpck_module *module)
{
	if (!module)
		return;
	if (selected == module)
		selected = NULL;
	if (module->handle)
		dlclose(module->handle);
	free(module);
}

const struct mpck_scenario *mpck_module_scenario(const struct mpck_module *m)
{
	return m->scenario;
}

const char *mpck_module_path(const struct mpck_module *m)
{
	return m->path;
}

const int64_t *mpck_module_values(const struct mpck_module *m)
{
	return m->values;
}

/* Index of the parameter called name[0..length), or nparams. */
static size_t find_param(const struct mpck_module *m, const char *name,
			 size_t length)
{
	size_t i = 0;

	while (i < m->nparams &&
	       (strlen(m->scenario->params[i].name) != length ||
		memcmp(m->scenario->params[i].name, name, length) != 0))
		i++;
	return i;
}

static int unknown_param(const struct mpck_module *m, const char *name,
			 int length, char sentence[MPCK_SENTENCE])
{
	char known[MPCK_SENTENCE / 2];
	size_t used = 0;

	if (!m->nparams)
		return refuse(sentence, "scenario %s has no parameter '%.*s': "
			      "it has none at all", m->scenario->name, length,
			      name);
	for (size_t i = 0; i < m->nparams && used < sizeof(known); i++)
		used += (size_t)snprintf(known + used, sizeof(known) - used,
					 "%s%s", i ? ", " : "",
					 m->scenario->params[i].name);
	return refuse(sentence, "scenario %s has no parameter '%.*s'; it has "
		      "%s", m->scenario->name, length, name, known);
}

int mpck_module_set(struct mpck_module *m, const char *assignment,
		    char sentence[MPCK_SENTENCE])
{
	const char *equals = strchr(assignment, '=');
	const struct mpck_param *param;
	size_t length, i;
	int64_t value;
	char *end;

	if (!equals || equals == assignment)
		return refuse(sentence, "'--set %s' is not of the form "
			      "name=number", assignment);
	length = (size_t)(equals - assignment);
	i = find_param(m, assignment, length);
	if (i == m->nparams)
		return unknown_param(m, assignment, (int)length, sentence);
	param = &m->scenario->params[i];
	errno = 0;
	value = strtoll(equals + 1, &end, 10);
	if (end == equals + 1 || *end || strchr(" \t\n\v\f\r+", equals[1]))
		return refuse(sentence, "parameter %s takes a whole number, "
			      "not '%s'", param->name, equals + 1);
	if (errno || value < param->min || value > param->max)
		return refuse(sentence, "parameter %s takes %" PRId64 " to %"
			      PRId64 ", not %s", param->name, param->min,
			      param->max, equals + 1);
	m->values[i] = value;
	return 0;
}

/* FNV-1a. */
static uint32_t mix(uint32_t hash, const void *data, size_t size)
{
	const unsigned char *p = data;

	while (size--)
		hash = (hash ^ *p++) * 16777619u;
	return hash;
}

uint32_t mpck_module_fingerprint(const struct mpck_module *m)
{
	const char *name = m->scenario->name;
	uint32_t hash = mix(2166136261u, name, strlen(name) + 1);

	for (size_t i = 0; i < m->nparams; i++) {
		name = m->scenario->params[i].name;
		hash = mix(hash, name, strlen(name) + 1);
		hash = mix(hash, &m->values[i], sizeof(m->values[i]));
	}
	return hash;
}

void mpck_module_select(const struct mpck_module *m)
{
	selected = m;
}

int64_t mpck_param(const char *name)
{
	size_t i;

	if (!selected) {
		fprintf(stderr, "mpcheck: mpck_param(\"%s\") was called when "
			"no scenario was running\n", name);
		_exit(2);
	}
	i = find_param(selected, name, strlen(name));
	if (i == selected->nparams) {
		char sentence[MPCK_SENTENCE];

		unknown_param(selected, name, (int)strlen(name), sentence);
		fprintf(stderr, "mpcheck: mpck_param(): %s\n", sentence);
		_exit(2);
	}
	return selected->values[i];
}

void *mpck_module_handle(const struct mpck_module *m)
{
	return m->handle;
}
