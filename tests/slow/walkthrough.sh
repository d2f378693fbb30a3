#!/bin/sh
# SPDX-License-Identifier: MIT
# Follows CONTRIBUTING.md's walk-through word by word in a copy of the tree:
# "```c PATH" makes a file or adds to one that exists, "```sh" runs commands,
# and the lines of "```text" must then appear in their output.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset MPCHECK MPCHECK_SCENARIOS

mkdir "$work/tree"
cd "$SOURCE_DIR"
for entry in * .[!.]*; do
	case $entry in
	build | .git) ;;
	*) cp -R "$entry" "$work/tree" ;;
	esac
done
cd "$work/tree"

awk -v to="$work" '
	/^## /            { on = /^## Walk-through/ }
	!on               { next }
	!open && /^```/   { open = 1; kind = substr($1, 4); path = $2
			    if (kind != "c") path = to "/" kind; next }
	/^```$/           { open = 0; close(path); next }
	open              { print >>path }
' CONTRIBUTING.md

if ! [ -s "$work/sh" ] || ! [ -s "$work/text" ]; then
	echo "CONTRIBUTING.md has no walk-through that can be followed"
	exit 1
fi
sh -eu "$work/sh" >"$work/out" 2>&1 </dev/null || {
	echo "a command of the walk-through failed:"
	cat "$work/out"
	exit 1
}
while read -r line; do
	grep -qF -- "$line" "$work/out" || {
		echo "the walk-through promises '$line', but the output is:"
		cat "$work/out"
		exit 1
	}
done <"$work/text"
