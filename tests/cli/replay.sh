#!/bin/sh
# SPDX-License-Identifier: MIT
# The token and the replay line of a failing run lead to the same finding.
. "$(dirname "$0")/common.sh"

# token: that of the last report.
token() { sed -n 's/^  token   //p' "$out" | head -n 1; }

# again: runs the replay line of the last report as the shell reads it.
again() {
	sed -n '/^  replay  /,/[^\\]$/p' "$out" | sed 's/^  replay  //' |
		sed '/[^\\]$/q' >"$scratch/line"
	command=$(cat "$scratch/line")
	code=0
	sh "$scratch/line" >"$out" 2>"$err" </dev/null || code=$?
}

module lost "$lost_update"
mkdir "$scratch/it's here"
mv "$scratch/lost.so" "$scratch/it's here/"
run scenario "$scratch/it's here/lost.so" --strategy dfs --set by=7
exits 1
again
exits 1; content; narrow "$out"
says '^by=7, replay of one schedule$'
says '^ +[0-9]+  Process-[12] .*lost\.c:[0-9]+'
says '^ends with counter=7$'
says '(^|also +)unexpected-value$'
says '^failed: '

run scenario balance-unlocked --strategy random --seed 3 --set n=2
exits 0
token=$(token)
again
exits 0; content; narrow "$out"
says '^failed, as the lesson says: '
cp "$out" "$scratch/first"
run replay balance-unlocked "$token" --set n=2
exits 0
cmp -s "$out" "$scratch/first" || wrong 'two replays differ'

# A deadlock, by its token.
run scenario missing-release --strategy random --interleavings 1
exits 0
again
exits 0; narrow "$out"
says '^deadlock, expected$'
says '^ends with \(deadlock\)$'

# The token of other parameters or of another scenario is refused.
refuses token replay balance-unlocked "$token"
refuses token replay balance-unlocked "$token" --set n=3
refuses token replay balance "$token" --set n=2
refuses token replay balance-unlocked "${token}x" --set n=2
refuses token replay balance-unlocked "x$token" --set n=2

# Quiet: no events.
run replay balance-unlocked "$token" --set n=2 --quiet
exits 0
[ "$(grep -c 'Process-1' "$out")" -eq 0 ] || wrong 'not quiet'
says '^failed, as the lesson says: '
finish
