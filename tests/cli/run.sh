#!/bin/sh
# SPDX-License-Identifier: MIT
# mpcheck scenario: what a run prints, and its exit codes.
. "$(dirname "$0")/common.sh"

# Right, as expected.
run scenario balance --strategy random
exits 0; content; narrow "$out"
says '^balance: '
says '^n=5, strategy random, seed 1, 1,000 executions$'
says '^\* balance=350  *1,000  100\.0%  #+$'
says '^1,000 executions, .* steps .*, 1 final value$'
says '^sampled: 1,000 executions, all ended with balance=350; this is no proof$'

# Wrong, as the lesson says.
run scenario balance-unlocked --strategy random --seed 7
exits 0; content; narrow "$out"
says '(^|also +)unexpected-value, [0-9]+ executions, expected$'
says '^  token   [!-~]+$'
says '^failed, as the lesson says: '
tells ' of 1,000 executions did not end with balance=350 $'
run scenario missing-release --strategy random --interleavings 10
exits 0
says '\(deadlock\)'
says '^failed, as the lesson says: '

# Proved, with its assumptions.
run scenario balance --strategy dfs --set n=1
exits 0; content; narrow "$out"
says '^n=1, strategy dfs, to the end$'
says '^proved: balance=150 in all 2 interleavings$'
says '^assuming$'
says '^  - .*sequential'

# Wrong, and nobody expects it.
module lost "$lost_update"
run scenario "$scratch/lost.so" --strategy dfs
exits 1; content
says 'counter=1 '
says '^\* counter=2 '
says '^failed: '
run scenario "$scratch/lost.so" --strategy random --quiet
exits 1; content
says '^lost-update$'
says '^  also +unexpected-value, [0-9]+ executions$'
says '^failed: '
[ "$(grep -c '^lost-update:' "$out")" -eq 0 ] || wrong 'not quiet'

# Nothing expected: the distribution, no wrong or right.
module open "#define NO_EXPECTATION
$lost_update"
run scenario "$scratch/open.so" --strategy random --interleavings 200
exits 0; content
says '^  counter=1 '
says '^  counter=2 '
says '^sampled: 200 executions'

# The time is over first.
run scenario balance --strategy random --interleavings 1000000000000 \
	--seconds 0.3
exits 124
says '^sampled: '
tells '; the time ran out $'

# A report that cannot be written is no success.
code=0 command='mpcheck scenario balance >/dev/full'
"$mpcheck" scenario balance >/dev/full 2>"$err" || code=$?
exits 2
complains 'cannot write the report'
finish
