#!/bin/sh
# SPDX-License-Identifier: MIT
# --help and --version, of the command and of each of its commands.
. "$(dirname "$0")/common.sh"

run --help
exits 0; content; narrow "$out"
for name in scenario list replay bench; do
	says "^  $name "
done
says '^Exit codes: 0 '
says '124 .* 130 interrupted'
grep -o '^COMMAND([a-z]*)' "$SOURCE_DIR/checker/cli/commands.def" |
	sed 's/COMMAND(\(.*\))/\1/' >"$scratch/commands"
while read -r name; do
	run "$name" --help
	exits 0; content; narrow "$out"
	says "^Usage: mpcheck $name"
	run "$name" --version
	exits 0; content
	says '^mpcheck [0-9]+\.[0-9]+\.[0-9]+$'
done <"$scratch/commands"
[ -s "$scratch/commands" ] || wrong "commands.def has no rows"

run --version
exits 0; content
says '^mpcheck [0-9]+\.[0-9]+\.[0-9]+$'

# Strategies and reporters come from their tables.
run scenario --help
for name in $(sed -n 's/^STRATEGY([a-z_]*, "\(.*\)")/\1/p' \
		"$SOURCE_DIR/checker/strategies/strategies.def"); do
	[ "$name" = replay ] || says "^  $name  *[a-z]"
done
for name in $(sed -n 's/^REPORTER(\(.*\))/\1/p' \
		"$SOURCE_DIR/checker/reporters/reporters.def"); do
	says "^ +--$name=FILE"
	tells "KIND is one of ([a-z]+, +)*$name"
done

# Detectors, too: as many as the table has, each by its name.
rows=$(grep -c '^DETECTOR(' "$SOURCE_DIR/checker/detectors/detectors.def")
sed -n '/^Detectors/,/^$/s/^  \([a-z-]*\)  *[a-z].*/\1/p' "$out" >"$scratch/names"
[ "$(wc -l <"$scratch/names")" -eq "$rows" ] || wrong "not $rows detectors"
while read -r name; do
	run scenario global-not-shared --no-detect "$name" --detect "all,$name"
	exits 0
done <"$scratch/names"
finish
