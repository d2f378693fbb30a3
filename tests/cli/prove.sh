#!/bin/sh
# SPDX-License-Identifier: MIT
# Strategies prove and auto: what a search of the states prints, and its codes.
. "$(dirname "$0")/common.sh"

# lacks PATTERN: grep -E does not find it in stdout.
lacks() { ! grep -Eq -- "$1" "$out" || wrong "stdout has: $1"; }

# auto is the default; a proof that finishes needs no execution.
run scenario balance
exits 0; content; narrow "$out"
says '^n=5, strategy auto$'
says '^\* balance=350'
says '[0-9] states, [0-9,]+ transitions, 1 final value$'
says '^twins: [0-9,]+ transitions? left out because a twin.s is the same$'
says '^silent: [0-9]+ of [0-9]+ objects? needs? no scheduling point, [0-9,]+ op'
says '^took '
says '^proved: balance=350 in (every interleaving|all 3,628,800 interleavings)$'
says '^assuming$'
lacks execution

# Counted: the values dfs finds, with its counts.
run scenario balance --strategy prove --count
exits 0; content; narrow "$out"
says '^n=5, strategy prove$'
says '^\* balance=350  *3,628,800  100\.0%  #+$'
says '^3,628,800 interleavings, '
says '^proved: balance=350 in all 3,628,800 interleavings$'
run scenario balance-unlocked --set n=2 --strategy prove --count
exits 0; content; narrow "$out"
says '^  balance=150  *704 +27\.9%  #+$'
says '^  a share of interleavings is not how often '
says '^2,520 interleavings, .*, 7 final values$'
says 'unexpected-value, 1,920 interleavings, expected$'
tells '^.*failed, as the lesson says: 1,920 of all 2,520 interleavings did not '
run scenario lock-order --strategy prove --count
exits 0; content; narrow "$out"
says '^  \(deadlock\)  *2 +33\.3%  #+$'
says '^deadlock, 2 interleavings, expected$'
run scenario cpu-sum --set n=1000 --strategy prove --count
exits 0; content
says ' in the only interleaving$'

# Numbers beyond any integer type: 30! and its like.
run scenario balance --set n=15 --strategy prove --count
exits 0; content; narrow "$out"
says '^\* balance=850  *2\.7e32  100\.0%'
says '^proved: balance=850 in all 2\.7e32 interleavings$'

# No expectation, and one that does not hold.
module open "#define NO_EXPECTATION
$lost_update"
run scenario "$scratch/open.so" --strategy prove --count
exits 0; content
says '^proved: no finding in any of 6 interleavings$'
module lost "$lost_update"
run scenario "$scratch/lost.so" --count
exits 1; content; narrow "$out"
says '^failed: '
says '^  replay  '
run scenario "$scratch/lost.so" --quiet
exits 1; content
says '(^|also +)unexpected-value'
lacks 'states|strategy'

# What the reductions leave out can be put back: the same answer.
run scenario balance-unlocked --set n=2 --count --no-symmetry --no-silent
exits 0; content; narrow "$out"
says '^n=2, strategy prove, no symmetry, no silent objects$'
lacks '^(twins|silent): '
says '^2,520 interleavings, '

# Who asks for a count gets it, unless there is a limit.
run scenario balance-unlocked --set n=2 --count --prove-seconds 60
exits 0; content
says '^n=2, strategy auto$'
says '^2,520 interleavings, '
run scenario balance-unlocked --set n=2 --count --interleavings 10
exits 0; content
says '^n=2, strategy auto$'

# 2^60 states without symmetry: not finished, and nothing wrong so far.
wide='balance --set n=30 --no-symmetry'
# shellcheck disable=SC2086	# several options
{
	run scenario $wide --strategy prove --seconds 0.3
	exits 124; content; narrow "$out"
	says ' states, .* so far'
	tells 'unknown: the proof did not finish: [0-9,]+ states in [0-9.]+ s;'
	tells '; the time ran out $'
	run scenario $wide --strategy prove --memory 32M
	exits 124; content; narrow "$out"
	tells 'unknown: the proof did not finish: .* filled the 32 MiB of --memory $'
	# auto samples then.
	run scenario $wide --prove-seconds 0.3 --interleavings 50 --seed 3
	exits 0; content; narrow "$out"
	says '^\* balance=1600  *50  100\.0%'
	says '^50 executions from seed 3, '
	says '^took .* to search'
	says '^took .* to sample'
	tells 'sampled: 50 executions, all ended with balance=1600; the proof did'
	tells ' not finish within 0\.3 s \([0-9,]+ states\) $'
}

# Who goes round in a circle: waiting for somebody, or for ever.
round='
#include <mpck/scenario.h>
#include <mpp/process.h>
#include <mpp/value.h>
static int turn(void *arg)
{
	struct mpp_value *v = *(struct mpp_value **)arg;
	TURN;
	return 0;
}
static int run(void)
{
	struct mpp_process *p;
	struct mpp_value *v;
	mpp_value_new(&v, (char)105, 0);
	mpp_process_new(&p, turn, &v, sizeof(v));
	mpp_process_start(p);
	mpp_value_set(v, 1);
	mpp_process_join(p, MPP_FOREVER);
	mpp_observe_int("flag", mpp_value_get(v));
	return 0;
}
static void expect(struct mpck_expect *e) { mpck_right(e, "flag", 1); }
MPCK_SCENARIO(.name = "round", .main = run, .expect = expect);'
module waits "#define TURN while (!mpp_value_get(v)) continue
$round"
run scenario "$scratch/waits.so"
exits 0; content; narrow "$out"
tells 'processes wait busily: this ends if every process that can go on does '
says '^proved: flag=1 in every interleaving that ends$'
module turns "#define TURN for (;;) mpp_value_set(v, !mpp_value_get(v))
$round"
run scenario "$scratch/turns.so"
exits 1; content; narrow "$out"
says '^livelock'
tells 'processes can go on for ever, also when every one that can go on does '
says '^failed: '

# Starvation: what is told of it in one run, and by its token.
run scenario starved
exits 0; content; narrow "$out"
says '^starvation, expected$'
tells 'Process-2 waits for lock#1 \(starved.c:[0-9]+ in stop\) for ever: each +time '
tells 'Process-1 acquires it again +\(starved.c:[0-9]+ in work\) '
# Where the state first comes back depends on what the compiler keeps in a register.
says '^      steps (2 to 4|3 to 5) repeat for ever$'
says '\(no end\): again from step [23]$'
tells 'another turn in them it ends +with stopped=1 '
tells 'while one waits that could go on again and again: +starvation '
token=$(sed -n 's/^  token   //p' "$out")
run replay starved "$token"
exits 0; content; narrow "$out"
says '^steps (2 to 4|3 to 5) repeat for ever$'
says '^starvation, expected$'
mkdir "$scratch/kept"
run corpus add starved "$token" --folder "$scratch/kept"
exits 0
run corpus run --folder "$scratch/kept"
exits 0
says '^still failing '
echo 'starvation: stop' >"$scratch/rules"
run scenario starved --suppressions "$scratch/rules"
exits 0
says '^1 starvation finding suppressed '
run scenario starved --set event=1
exits 0; content
says '^proved: stopped=1 in every interleaving that ends$'
finish
