/* SPDX-License-Identifier: MIT */
/* keys.c - see keys.h. */
#include "cli/keys.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { ESCAPE = 27, ESCAPE_WAITS = 50, COLUMNS = 80, NARROWEST = 40 };

static struct termios before;
static bool raw;
static volatile sig_atomic_t resized, ended;
static const int caught[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGWINCH };
static struct sigaction old[sizeof(caught) / sizeof(*caught)];

static void note(int signo)
{
	if (signo == SIGWINCH)
		resized = 1;
	else
		ended = 1;
}

static void say(const char *text)
{
	fputs(text, stdout);
	fflush(stdout);
}

bool mpck_keys_open(void)
{
	struct sigaction action = { .sa_handler = note };
	struct termios t;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) ||
	    tcgetattr(STDIN_FILENO, &before) != 0)
		return false;
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(caught) / sizeof(*caught); i++)
		sigaction(caught[i], &action, &old[i]);
	t = before;
	t.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
	t.c_iflag &= ~(tcflag_t)(IXON | ICRNL);
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &t) != 0)
		return false;
	raw = true;
	say("\033[?1049h\033[?25l");
	return true;
}

void mpck_keys_close(void)
{
	if (!raw)
		return;
	raw = false;
	say("\033[?25h\033[?1049l");
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	for (size_t i = 0; i < sizeof(caught) / sizeof(*caught); i++)
		sigaction(caught[i], &old[i], NULL);
}

void mpck_keys_size(int *rows, int *columns)
{
	struct winsize size;

	*rows = 24;
	*columns = COLUMNS;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
		return;
	if (size.ws_row)
		*rows = size.ws_row;
	if (size.ws_col && size.ws_col < COLUMNS)
		*columns = size.ws_col < NARROWEST ? NARROWEST : size.ws_col;
}

/* The next byte; -1: none, or none within `milliseconds`. */
static int next_byte(int milliseconds)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	unsigned char byte;

	if (ended || resized || poll(&p, 1, milliseconds) <= 0)
		return -1;
	return read(STDIN_FILENO, &byte, 1) == 1 ? byte : -1;
}

static enum mpck_key key_of(int c)
{
	static const struct { char c; enum mpck_key key; } keys[] = {
		{ 'n', MPCK_KEY_FORWARD }, { ' ', MPCK_KEY_FORWARD },
		{ 'j', MPCK_KEY_FORWARD }, { 'l', MPCK_KEY_FORWARD },
		{ '\r', MPCK_KEY_FORWARD }, { '\n', MPCK_KEY_FORWARD },
		{ 'p', MPCK_KEY_BACK }, { 'k', MPCK_KEY_BACK },
		{ 'h', MPCK_KEY_BACK }, { 0x7f, MPCK_KEY_BACK },
		{ 'd', MPCK_KEY_DECISIVE }, { 't', MPCK_KEY_PREEMPTION },
		{ 'g', MPCK_KEY_FIRST }, { 'G', MPCK_KEY_LAST },
		{ '?', MPCK_KEY_HELP }, { 'q', MPCK_KEY_END },
		{ 3, MPCK_KEY_END }, { 4, MPCK_KEY_END },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		if (keys[i].c == c)
			return keys[i].key;
	}
	return MPCK_KEY_UNKNOWN;
}

/* Arrows, Home and End; of other sequences the end is looked for. */
static enum mpck_key escape(void)
{
	int c = next_byte(ESCAPE_WAITS);

	if (c != '[' && c != 'O')
		return MPCK_KEY_UNKNOWN;
	do
		c = next_byte(ESCAPE_WAITS);
	while (c == ';' || (c >= '0' && c <= '9'));
	switch (c) {
	case 'B': case 'C':
		return MPCK_KEY_FORWARD;
	case 'A': case 'D':
		return MPCK_KEY_BACK;
	case 'H':
		return MPCK_KEY_FIRST;
	case 'F':
		return MPCK_KEY_LAST;
	default:
		return MPCK_KEY_UNKNOWN;
	}
}

/* "12g": digits until something else comes. */
static enum mpck_key from_terminal(uint64_t *number)
{
	int c = next_byte(-1);

	*number = 0;
	if (c < '1' || c > '9') {
		if (c >= 0)
			return c == ESCAPE ? escape() : key_of(c);
		if (resized && !ended) {
			resized = 0;
			return MPCK_KEY_RESIZED;
		}
		return MPCK_KEY_END;
	}
	for (; c >= '0' && c <= '9'; c = next_byte(-1)) {
		if (*number < UINT32_MAX)
			*number = *number * 10 + (uint64_t)(c - '0');
	}
	return MPCK_KEY_NUMBER;
}

/* A command is a line: a key's character, a word that begins with it, or a
 * number; an empty one goes on. */
static enum mpck_key from_line(uint64_t *number)
{
	static const char *const words[] = {
		"next", "previous", "decisive", "takes over", "help", "quit",
	};
	static const char letters[] = "npdt?q";
	char line[80];
	size_t length;

	if (!fgets(line, sizeof(line), stdin))
		return MPCK_KEY_END;
	length = strcspn(line, "\r\n");
	line[length] = '\0';
	if (length && line[strspn(line, "0123456789")] == '\0') {
		*number = strtoull(line, NULL, 10);
		return MPCK_KEY_NUMBER;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcmp(line, words[i]) == 0)
			return key_of(letters[i]);
	}
	return length > 1 ? MPCK_KEY_UNKNOWN
			  : key_of(length ? line[0] : '\n');
}

enum mpck_key mpck_keys_next(uint64_t *number)
{
	return raw ? from_terminal(number) : from_line(number);
}
