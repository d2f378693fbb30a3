/* SPDX-License-Identifier: MIT */
/*
 * sarif_places.c - source files as SARIF's artifacts, and locations in them.
 *
 * Below the current directory a file is named from there (SRCROOT), so that a
 * report means the same on another machine.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "basics.h"
#include "reporters/json_parts.h"
#include "reporters/sarif_parts.h"

static const char root_id[] = "SRCROOT";

json_t *mpck_message(const char *text)
{
	return json_pack("{s:o}", "text", mpck_json_text(text));
}

void mpck_artifacts_init(struct mpck_artifacts *p)
{
	*p = (struct mpck_artifacts){ .root = getcwd(NULL, 0),
				   .artifacts = json_array() };
}

void mpck_artifacts_fini(struct mpck_artifacts *p)
{
	for (size_t i = 0; i < p->count; i++)
		free(p->uris[i]);
	free(p->uris);
	free(p->root);
	json_decref(p->artifacts);
}

/* What stands for itself in the path of a URI. */
static bool is_plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || strchr("/-._~+", c);
}

static char *encode(const char *scheme, const char *path)
{
	static const char digits[] = "0123456789ABCDEF";
	char *uri = mpck_checked(malloc(strlen(scheme) + 3 * strlen(path) + 1));
	char *to = stpcpy(uri, scheme);

	for (; *path; path++) {
		unsigned char c = (unsigned char)*path;

		if (is_plain(c)) {
			*to++ = *path;
		} else {
			*to++ = '%';
			*to++ = digits[c >> 4];
			*to++ = digits[c & 15];
		}
	}
	*to = '\0';
	return uri;
}

char *mpck_file_uri(const char *path)
{
	return encode("file://", path);
}

/* Where a path goes on below the root; NULL: it is not there. */
static const char *below(const struct mpck_artifacts *p, const char *path)
{
	size_t length = p->root ? strlen(p->root) : 0;

	if (length == 0 || strncmp(path, p->root, length) != 0)
		return NULL;
	if (path[length] == '/')
		return path + length + 1;
	return length == 1 ? path + 1 : NULL;	/* the root of all */
}

static size_t artifact(struct mpck_artifacts *p, char *uri, bool rooted)
{
	json_t *location;

	for (size_t i = 0; i < p->count; i++) {
		if (strcmp(p->uris[i], uri) == 0) {
			free(uri);
			return i;
		}
	}
	p->uris = mpck_checked(realloc(p->uris, (p->count + 1) *
				       sizeof(*p->uris)));
	p->uris[p->count] = uri;
	location = json_pack("{s:s}", "uri", uri);
	if (rooted)
		json_object_set_new(location, "uriBaseId",
				    json_string(root_id));
	json_array_append_new(p->artifacts, json_pack(
		"{s:o, s:s}", "location", location, "sourceLanguage", "c"));
	return p->count++;
}

/* Links and "../" are followed where the file is there. */
static json_t *artifact_location(struct mpck_artifacts *p, const char *path)
{
	char *real = realpath(path, NULL);
	const char *name = real ? real : path;
	const char *inside = below(p, name);
	char *uri = inside ? encode("", inside)
		    : *name == '/' ? mpck_file_uri(name) : encode("", name);
	json_t *location = json_pack("{s:s}", "uri", uri);

	if (inside)
		json_object_set_new(location, "uriBaseId",
				    json_string(root_id));
	json_object_set_new(location, "index", json_integer(
		(json_int_t)artifact(p, uri, inside != NULL)));
	free(real);
	return location;
}

json_t *mpck_location(struct mpck_artifacts *p, const struct mpck_frame *frame,
		      const char *message, int id)
{
	json_t *location = json_object();

	if (id >= 0)
		json_object_set_new(location, "id", json_integer(id));
	if (frame && frame->path && frame->line)
		json_object_set_new(location, "physicalLocation", json_pack(
			"{s:o, s:{s:i}}",
			"artifactLocation", artifact_location(p, frame->path),
			"region", "startLine", (int)frame->line));
	if (frame && frame->function)
		json_object_set_new(location, "logicalLocations", json_pack(
			"[{s:o, s:s}]",
			"name", mpck_json_text(frame->function),
			"kind", "function"));
	if (message)
		json_object_set_new(location, "message",
				    mpck_message(message));
	return location;
}
