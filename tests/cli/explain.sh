#!/bin/sh
# SPDX-License-Identifier: MIT
# mpcheck explain: every finding in full; a schedule; nothing wrong; bad input.
. "$(dirname "$0")/common.sh"

token() { sed -n 's/^  token   //p' "$out" | head -n 1; }

# A deadlock: who holds what, who waits where, by which calls.
run explain lock-order
exits 0; content; narrow "$out"
says '^deadlock, 2 interleavings, expected$'
says '^[ >]+[0-9]+  .*acquire lock#1.* lock_order\.c:25$'
says 'waits for lock#2.* lock_order\.c:26$'
says '\(deadlock\): main, Process-1 and Process-2 wait for ever$'
says '^    in add_one \(lock_order\.c:26\)$'
says '^  this schedule has [0-9]+ operations and [0-9]+ preemptions?'
says '^took [0-9.]+ s to explain: [0-9,]+ executions?$'
offers '^  replay  .*mpcheck replay lock-order m1-'
says '^failed, as the lesson says: '
deadlock=$(token)

# The same by its token.
run explain lock-order "$deadlock"
exits 0; content; narrow "$out"
says '^replay of one schedule$'
says '^deadlock, expected$'
says '\(deadlock\): main, Process-1 and Process-2 wait for ever$'
says '^    in add_one \(lock_order\.c:26\)$'

# A schedule that is right shows what it does: the other order, by its token.
run scenario lock-order --json -
right=$(grep -A 12 '"value": "counter=2"' "$out" | sed -n \
	's/.*"token": "\(.*\)".*/\1/p' | head -n 1)
[ -n "$right" ] || wrong 'no token of counter=2'
run explain lock-order "$right"
exits 1; content; narrow "$out"
says '^Nothing is wrong in this execution\.$'
says 'ends with counter=2$'
says '^ +[0-9]+ .*release lock#1'

# The short report has the timeline of the first finding, and says how to see
# more; what it read is told, also before a sleep.
run scenario balance-unlocked --set n=1
exits 0; content; narrow "$out"
says '^ +[0-9>]+ .*read balance 100'
says 'ends with balance=[0-9]+$'
offers '^  more    .*mpcheck explain balance-unlocked --set n=1$'
lines=$(wc -l <"$out")
[ "$lines" -le 45 ] || wrong "$lines lines"

# Many tasks: still narrow, and short where it is not asked for all.
for n in 10 20; do
	for locale in C C.UTF-8; do
		LC_ALL=$locale
		run scenario raw-counter --set p=$n --set k=2 \
			--strategy random --interleavings 50
		narrow "$out"
		lines=$(sed -n '/^unexpected-value\|^lost-update\|^data-race/,/^  token/p' \
			"$out" | wc -l)
		[ "$lines" -le 45 ] || wrong "$lines lines of the first finding"
		run explain raw-counter --set p=$n --set k=2
		exits 0; narrow "$out"
		LC_ALL=C
	done
done

# Nothing wrong at all.
run explain balance --set n=1
exits 0; content
says '^Nothing wrong was found\.$'
says '^proved: '

# Reports for machines, and colours.
run explain lock-order --json "$scratch/report.json"
exits 0
grep -q '"deadlock"' "$scratch/report.json" || wrong 'no JSON'
run explain lock-order --color=always
grep -q "$(printf '\033')" "$out" || wrong 'no colours'

refuses 'no scenario was given' explain
refuses "no scenario 'lock-ordr'; did you mean 'lock-order'" explain lock-ordr
refuses 'one too many' explain lock-order a b
refuses token explain lock-order garbage
refuses token explain balance "$deadlock"
refuses "no parameter 'm'" explain balance --set m=1
refuses '--audit needs a token' explain balance --audit
finish
