#!/bin/sh
# SPDX-License-Identifier: MIT
# The same seed gives the same report; only the line "took" knows the clock.
. "$(dirname "$0")/common.sh"

# same ARGUMENT...: two runs of the command print the same.
same() {
	run "$@"
	grep -v '^took ' "$out" >"$scratch/first"
	run "$@"
	grep -v '^took ' "$out" >"$scratch/second"
	cmp "$scratch/first" "$scratch/second" || wrong 'two runs differ'
	[ -s "$scratch/first" ] || wrong 'nothing was printed'
}
random='--strategy random --seed 5'
# shellcheck disable=SC2086	# several options
{
	same scenario balance-unlocked $random
	same scenario balance-unlocked $random --audit --interleavings 200
	exits 0
	same scenario raw-counter $random --interleavings 300
}
same scenario balance-unlocked --strategy dfs --set n=1
same scenario lock-order --strategy round-robin --interleavings 1
same scenario lock-order
same scenario balance-unlocked --strategy prove --count --set n=2

run scenario balance-unlocked --strategy random --seed 5
grep -v '^took ' "$out" >"$scratch/first"
run scenario balance-unlocked --strategy random --seed 6
grep -v '^took ' "$out" >"$scratch/second"
! cmp -s "$scratch/first" "$scratch/second" || wrong 'the seed has no effect'
finish
