#!/bin/sh
# SPDX-License-Identifier: MIT
# No source file lies about that no table and no list names.
set -eu
cd "$SOURCE_DIR"

commands=$BUILD_DIR/compile_commands.json
[ -f "$commands" ] || exit 77
code=0
for file in primitives/*.c checker/*/*.c scenarios/*.c \
	tests/*.c tests/conformance/*.c; do
	case $file in
	*/switch_*.c) continue ;;	# one of several, by platform
	esac
	grep -qF "$PWD/$file\"" "$commands" || {
		echo "$file is in no table and no list: it is not built"
		code=1
	}
done
exit $code
