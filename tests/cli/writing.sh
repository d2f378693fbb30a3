#!/bin/sh
# SPDX-License-Identifier: MIT
# docs/scenarios.md: its program compiles with its command and does what the
# page says.
. "$(dirname "$0")/common.sh"

page=$SOURCE_DIR/docs/scenarios.md
# block KIND: the first code block of that kind
block()
{
	awk -v start="\`\`\`$1" '$0 == start { on = 1; next }
		on && /^```$/ { exit } on' "$page"
}
block c >"$scratch/mine.c"
block sh | sed '$d' >"$scratch/compile"
block sh | tail -n 1 >"$scratch/run"
grep -qx 'build/release/mpcheck scenario ./mine.so' "$scratch/run" || {
	echo "the page's last command is another one"
	exit 1
}

command='the compile command of docs/scenarios.md'
(cd "$SOURCE_DIR" && sed "s|mine\.c|$scratch/mine.c|; s|mine\.so|$scratch/mine.so|
	s|^gcc|$CC|" "$scratch/compile" | sh -eu) >"$out" 2>"$err" ||
	wrong 'it failed'
content
run scenario "$scratch/mine.so"
exits 1
says '^! counter=1( |$)'
says '^\* counter=2( |$)'
says '^  replay  '
run scenario "$scratch/mine.so" --strategy dfs
says '^failed: '
finish
