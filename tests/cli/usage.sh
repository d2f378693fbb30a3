#!/bin/sh
# SPDX-License-Identifier: MIT
# Bad input: one sentence that says what, where and what to do; code 2.
. "$(dirname "$0")/common.sh"

refuses 'no command was given'
refuses "no command 'scenaro'; did you mean 'scenario'" scenaro balance
refuses "no command 'xyzzy'; 'mpcheck --help'" xyzzy

refuses 'no scenario was given' scenario
refuses "no scenario 'balnce'; did you mean 'balance'" scenario balnce
refuses "no scenario 'balance-unlockd'; did you mean 'balance-unlocked'" \
	scenario balance-unlockd
refuses "no scenario 'zzzzzz'; 'mpcheck list'" scenario zzzzzz
refuses "no scenario ''" scenario ''
refuses 'one too many' scenario balance bank

refuses "no strategy 'rnd'; there are .*random.*dfs" \
	scenario balance --strategy rnd
refuses 'mpcheck replay balance TOKEN' scenario balance --strategy replay
for n in -5 x 1x '' ' 1' 1.5 0x10 18446744073709551616 1e3; do
	refuses '--interleavings takes a whole number' \
		scenario balance "--interleavings=$n"
done
refuses '--interleavings 0 .* takes 1 or more' \
	scenario balance --interleavings 0
refuses '--interleavings 0 .* takes 1 or more' \
	scenario balance --strategy random --interleavings 0
refuses 'prove has no use for --interleavings' \
	scenario balance --strategy prove --interleavings 5
for option in --count --no-symmetry --no-silent --memory=1G; do
	refuses "${option%=*} has no meaning with --strategy random" \
		scenario balance --strategy random $option
	refuses "${option%=*} has no meaning with --native" \
		scenario balance --native $option
done
refuses '--prove-seconds has no meaning with --strategy prove' \
	scenario balance --strategy prove --prove-seconds 1
for strategy in prove dfs round-robin; do
	refuses "$strategy has no use for --seed" \
		scenario balance --strategy $strategy --seed 1
done
for strategy in prove auto; do
	refuses 'add --strategy random or dfs' \
		scenario balance --strategy $strategy --audit
done
for size in 0 x '' K -1 1.5G 12KB 1P 99999999999999999999 18014398509481984K; do
	refuses '--memory takes a size such as 512M' \
		scenario balance "--memory=$size"
done
refuses '--prove-seconds takes a number of seconds' \
	scenario balance --prove-seconds 0
refuses '--seed takes a whole number' scenario balance --seed x
refuses '--max-steps takes a whole number' scenario balance --max-steps 0
for s in 0 -1 x 1s '' nan inf; do
	refuses '--seconds takes a number of seconds' \
		scenario balance "--seconds=$s"
done
refuses '--color takes auto, always or never' scenario balance --color=red

refuses "no parameter 'm'; it has n" scenario balance --set m=1
refuses 'not of the form name=number' scenario balance --set n
refuses 'takes a whole number' scenario balance --set n=many
refuses 'takes 1 to [0-9]+, not 0' scenario balance --set n=0
refuses 'takes 1 to [0-9]+, not 99999999999999999999' \
	scenario balance --set n=99999999999999999999

refuses "cannot write '/nonexistent/x.json'" \
	scenario balance --json /nonexistent/x.json
refuses 'cannot write' scenario balance --json "$scratch"
refuses "both write '-'" scenario balance --json - --text -
refuses 'text and json, both write' \
	scenario balance --text a --text b --report json=a
refuses "no kind of report 'xml'; there are .*text, .*json" \
	scenario balance --report xml=a.xml
refuses "no kind of report ''" scenario balance --report =a.xml
for report in json json= ''; do
	refuses '--report takes KIND=FILE' scenario balance "--report=$report"
done
set --
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17; do
	set -- "$@" --json "$scratch/$n"
done
refuses 'more than 16 report files' scenario balance "$@"

for names in nonsense '' all, ,all 'all,nonsense'; do
	refuses '--detect: .* no detector' scenario balance "--detect=$names"
	refuses '--no-detect: .* no detector' \
		scenario balance "--no-detect=$names"
done
for option in --detect=none --no-detect=all --no-explain \
		--explain-seconds=1; do
	refuses "${option%=*} has no meaning with --native" \
		scenario balance --native $option
done
refuses '--explain-seconds takes a number of seconds' \
	scenario balance --explain-seconds 0
refuses '--no-explain and --explain-seconds exclude' \
	scenario balance --explain-seconds 2 --no-explain

refuses "cannot read './nope.so'" scenario ./nope.so
echo 'no module' >"$scratch/text.so"
refuses "text.so' is not a scenario module" scenario "$scratch/text.so"
: >"$scratch/empty.so"
refuses "empty.so' is not a scenario module" scenario "$scratch/empty.so"
refuses 'not a regular file' scenario "$scratch/"
module plain 'int nothing;'
refuses 'defines no MPCK_SCENARIO' scenario "$scratch/plain.so"
module unresolved 'int no_such_function(void); int f(void);
	int f(void) { return no_such_function(); }'
refuses 'no_such_function' scenario "$scratch/unresolved.so"
module abi '#include <mpck/scenario.h>
	static int run(void) { return 0; }
	MPP_API const struct mpck_scenario mpck_scenario_v1;
	const struct mpck_scenario mpck_scenario_v1 =
		{ .abi = 77, .name = "abi", .main = run };'
refuses 'ABI 77, this mpcheck has 1' scenario "$scratch/abi.so"
module mainless '#include <mpck/scenario.h>
	MPCK_SCENARIO(.name = "mainless");'
refuses 'has no .main' scenario "$scratch/mainless.so"
: >"$scratch/local"
(cd "$scratch" && "$mpcheck" scenario local) >"$out" 2>"$err"
code=$? command='mpcheck scenario local'
exits 2; complains "type './local'"

refuses 'no scenario was given' replay
refuses 'no token was given' replay balance
refuses 'one too many' replay balance a b
refuses token replay balance garbage
refuses token replay balance ''

refuses 'exclude each other' scenario balance --native --threads
refuses '--strategy has no meaning with --native' \
	scenario balance --native --strategy dfs
refuses '--interleavings has no meaning with --threads' \
	scenario balance --threads --interleavings 3
refuses '--runs needs --native or --threads' scenario balance --runs 3
refuses '--runs takes a whole number from 1' scenario balance --native --runs 0
refuses "no scenario 'balnce'; did you mean 'balance'" list balnce
refuses "cannot read './nope.so'" list --json ./nope.so

# What argp refuses itself comes with a hint.
run scenario balance --nonsense
exits 2; silent
complains 'nonsense'
complains 'mpcheck scenario --help'
run scenario balance --seed
exits 2; silent
complains 'requires an argument'
finish
