#!/bin/sh
# SPDX-License-Identifier: MIT
# The machine under memcheck: its stacks, images and heaps are told to it.
. "$(dirname "$0")/memcheck.sh"

# Few of them: each takes 5 s, for the marking of the windows' 3 GiB.
memcheck 0 scenario balance --strategy random --interleavings 20 --audit
memcheck 0 scenario array-unlocked --set n=1 --strategy dfs \
	--json "$scratch/json"
memcheck 0 scenario missing-release --strategy random --interleavings 5
memcheck 0 scenario pool-map --strategy random --interleavings 5
memcheck 0 scenario threads-square-cube --strategy random --interleavings 5
memcheck 0 scenario balance-unlocked --strategy prove --count --set n=1
memcheck 0 scenario lock-order
memcheck 0 list

# A deadlock's token, replayed.
"$mpcheck" scenario lock-order --strategy dfs --no-explain \
	--json "$scratch/json" >/dev/null
token=$(sed -n 's/.*"token": "\(..*\)".*/\1/p' "$scratch/json" | tail -n 1)
memcheck 0 replay lock-order "$token"

# Usage errors free what they had.
memcheck 2 scenario balnce
memcheck 2 scenario balance --set n=0
memcheck 2 replay balance broken
finish
