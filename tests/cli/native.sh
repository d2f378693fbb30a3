#!/bin/sh
# SPDX-License-Identifier: MIT
# --native and --threads: real runs, what they show, and what they leave.
. "$(dirname "$0")/common.sh"

run scenario balance --native --runs 5
exits 0; content; narrow "$out"
says '^n=5, real processes, 5 runs$'
says '^\* balance=350  *5  100\.0%'
says '^sampled: 5 runs, all ended with balance=350; this proves nothing$'

run scenario balance --threads --runs 5
exits 0; content; narrow "$out"
says '^n=5, real threads, 5 runs$'
says '^\* balance=350  *5  100\.0%'

# Threads cannot show private memory, nor be killed.
for name in global-not-shared missing-release; do
	run scenario $name --threads --runs 1
	exits 77; silent
	complains 'skipped: '
done

# A hang is counted, its processes are killed.
run scenario missing-release --native --timeout 0.3
exits 0; content
says '^  \(hang\)  *3  100\.0%'
says '^failed, as the lesson says: 3 of 3 runs did not end within 0.3 s$'

# What the program prints is not in the way.
module talk '#include <mpck/scenario.h>
#include <mpp/process.h>
#include <stdio.h>
static int run(void)
{
	puts("I am talking");
	mpp_observe_int("answer", 42);
	return 0;
}
static void expect(struct mpck_expect *e) { mpck_right(e, "answer", 42); }
MPCK_SCENARIO(.name = "talk", .main = run, .expect = expect);'
for form in --native --threads; do
	run scenario "$scratch/talk.so" $form --runs 2
	exits 0; content
	[ "$(grep -c talking "$out")" -eq 0 ] || wrong 'the program was heard'
	run scenario "$scratch/talk.so" $form --runs 2 --verbose
	exits 0
	[ "$(grep -c talking "$err")" -eq 2 ] || wrong 'it was not heard'
	[ "$(grep -c talking "$out")" -eq 0 ] || wrong 'heard on stdout'
done

# A value outside the expectation, a crash, a failing main, a hang: code 1.
odd='#include <mpck/scenario.h>
#include <mpp/process.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
static int run(void)
{
	mpp_observe_int("answer", 42);
	ODD;
}
static void expect(struct mpck_expect *e) { mpck_right(e, "answer", RIGHT); }
MPCK_SCENARIO(.name = "odd", .main = run, .expect = expect);'
module value "#define ODD return 0
#define RIGHT 41
$odd"
run scenario "$scratch/value.so" --native --runs 2
exits 1
says '^! answer=42 '
says '^\* answer=41  *0 '
says '^failed: 2 of 2 runs ended with a value that the expectation does not'
module crash "#define ODD abort()
#define RIGHT 42
$odd"
run scenario "$scratch/crash.so" --native --runs 2
exits 1
says '^! \(crash\)  *2 '
says '^failed: 2 of 2 runs were ended by signal 6'
module fails "#define ODD return 3
#define RIGHT 42
$odd"
run scenario "$scratch/fails.so" --native --runs 2
exits 1
says '^failed: main returned 3 in 2 of 2 runs$'

# A run that hangs with a child and a grandchild; nobody stays behind.  They
# carry a number nobody else has as their name.
module hang "#include <sys/prctl.h>
#define ODD prctl(PR_SET_NAME, \"mpck$$\"); fork(); fork(); for (;;) pause()
#define RIGHT 42
$odd"
run scenario "$scratch/hang.so" --native --runs 1 --timeout 0.3
exits 1
says '^! \(hang\) '
says '^failed: 1 of 1 runs did not end within 0.3 s'
! grep -sqx "mpck$$" /proc/[0-9]*/comm || wrong 'processes were left behind'
# In this process there is no group to kill: a module without children.
module stuck "#define ODD pause()
#define RIGHT 42
$odd"
run scenario "$scratch/stuck.so" --threads --runs 2 --timeout 0.3
exits 1
says '^! \(hang\)  *1 '
finish
