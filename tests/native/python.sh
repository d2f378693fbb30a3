#!/bin/sh
# SPDX-License-Identifier: MIT
# The same small programs with libmpp and with Python's multiprocessing, and
# the page that says where they differ and why: see tests/python/topics.def.
cd "$SOURCE_DIR" || exit 1
command -v python3 >/dev/null || { echo 'skipped: no python3'; exit 77; }
python3 -c 'import _multiprocessing' 2>/dev/null ||
	{ echo 'skipped: python3 has no multiprocessing'; exit 77; }
exec python3 tests/python/compare.py "$BUILD_DIR/tests/python_programs" \
	docs/python.md
