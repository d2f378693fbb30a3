#!/bin/sh
# SPDX-License-Identifier: MIT
# --report: several files at once, each in full or not at all; JUnit and SARIF
# as their readers want them.
. "$(dirname "$0")/common.sh"
python3 -c 'import jsonschema' 2>/dev/null || {
	echo "skipped: python3-jsonschema is not installed"
	exit 77
}

# valid KIND FILE [CONDITION...]: see tests/formats/check.py.
valid() {
	python3 "$here/../formats/check.py" "$@" || wrong "$*"
}

# Several at once, one kind twice; stdout stays for people.
cd "$scratch" || exit 1
run scenario balance-unlocked --set n=2 --report json=a.json \
	--report sarif=a.sarif --report junit=a.xml --report json=b.json \
	--report text=a.txt --junit c.xml
exits 0; content
says '^failed, as the lesson says'
valid json a.json 'r["scenario"] == "balance-unlocked"'
valid json b.json 'len(t["tasks"]) == 5'
valid junit a.xml
valid junit c.xml
valid sarif a.sarif
grep -q '^failed, as the lesson says' a.txt || wrong 'the text is not there'
set -- ./*
[ $# -eq 8 ] || wrong "left behind: $*"	# with out and err

# "-" is stdout, and the report for people goes to stderr.
run scenario balance-unlocked --set n=2 --report junit=- --report sarif=d.sarif
exits 0
valid junit "$out"
valid sarif d.sarif
complains '^failed, as the lesson says'

# A file that cannot be opened is said before anything runs, and no other file
# is touched.
before=$(cksum a.json a.xml)
refuses "cannot write '/nonexistent/x.xml'" scenario balance \
	--report json=a.json --report junit=/nonexistent/x.xml \
	--report junit=a.xml
[ "$(cksum a.json a.xml)" = "$before" ] || wrong 'a file changed'
set -- ./a.json* ./a.xml*
[ $# -eq 2 ] || wrong "left behind: $*"

# One that cannot be written in the end costs no other.
if [ -w /dev/full ]; then
	run scenario balance --report sarif=/dev/full --report json=e.json \
		--report sarif=e.sarif
	exits 2
	says '^proved: '
	complains "cannot write '/dev/full'"
	[ "$(wc -l <"$err")" -eq 1 ] || wrong 'not one line on stderr'
	valid json e.json 'r["verdict"] == "proved"'
	valid sarif e.sarif 'results == [] and f == []'
	code=0
	"$mpcheck" scenario balance --report json=f.json >/dev/full \
		2>"$err" || code=$?
	command='mpcheck >/dev/full'
	exits 2
	complains 'cannot write the report'
	valid json f.json 'r["verdict"] == "proved"'
fi

#
# JUnit.
#
run scenario balance --report junit=g.xml
exits 0
valid junit g.xml 'c.get("name") == "balance" and [x.tag for x in c] == ["system-out"]' \
	'p["param.n"] == "5" and p["verdict"] == "proved"' \
	'p["strategy"] == "auto" and int(p["states"]) > 0' \
	'"proved: balance=350" in c.find("system-out").text'
run scenario balance-unlocked --set n=2 --report junit=g.xml
valid junit g.xml 'c.get("name") == "balance-unlocked n=2" and
	s.get("failures") == "0"' \
	're.search(r"replay[\s\\]+balance-unlocked", c.find("system-out").text) and
	re.search(r"--set[\s\\]+n=2", c.find("system-out").text)'

module lost "$lost_update"
run scenario ./lost.so --report junit=g.xml
exits 1
valid junit g.xml 's.get("failures") == r.get("failures") == "1"' \
	'c.find("failure").get("type") == "unexpected-value"' \
	'c.find("failure").get("message") ==
	"counter=1 where counter=2 is wanted"' \
	'"Process-1   write value#1: 1 (lost.c:11 in add)" in
	c.find("failure").text' \
	'[c.find("failure").text.count(x) for x in
	("\nlost-update: ", "\nnot-serialisable: ", "\nunexpected-value: ",
	"\nsteps:\n")] == [1, 1, 1, 1]'

run scenario global-not-shared --threads --report junit=g.xml \
	--report sarif=g.sarif --report text=g.txt
exits 77
complains '^mpcheck scenario: skipped: scenario global-not-shared cannot run'
valid junit g.xml 's.get("skipped") == "1" and
	"threads" in c.find("skipped").get("message")'
valid sarif g.sarif 'run["invocations"][0]["executionSuccessful"] and
	run["invocations"][0]["toolExecutionNotifications"][0]["level"] == "note"'
grep -q '^skipped: scenario global-not-shared' g.txt || wrong 'no text'

run scenario balance --set n=30 --no-symmetry --strategy prove --seconds 0.3 \
	--report junit=g.xml --report sarif=g.sarif
exits 124
valid junit g.xml 's.get("errors") == "1" and
	c.find("error").get("type") == "no-answer"'
valid sarif g.sarif 'not run["invocations"][0]["executionSuccessful"]'

# What a program prints may be any bytes, and its names, too.
module bytes '
#include <stdio.h>
#include <mpck/scenario.h>
#include <mpp/process.h>
#include <mpp/value.h>
static int two(void *arg)
{
	printf("\001\002 <&]]>\" \377\376 \303\251 \355\240\200 \033[31m\n");
	return mpp_value_set(*(struct mpp_value **)arg, 2);
}
static int run(void)
{
	struct mpp_process *p;
	struct mpp_value *v;
	mpp_value_new(&v, (char)105, 0);
	mpp_process_new(&p, two, &v, sizeof(v));
	mpp_process_start(p);
	mpp_observe_int("x", mpp_value_get(v));
	mpp_process_join(p, MPP_FOREVER);
	return 0;
}
static void expect(struct mpck_expect *e)
{
	mpck_right(e, "x", 2);
}
MPCK_SCENARIO(.name = "bytes <&\"> \001 \377", .summary = "\002\377",
	.main = run, .expect = expect);'
run scenario ./bytes.so --report junit=g.xml --report json=g.json \
	--report sarif=g.sarif
exits 1
valid junit g.xml \
	'"prints: \ufffd\ufffd <&]]>\" \ufffd\ufffd \u00e9 \ufffd\ufffd\ufffd \ufffd[31m" in
	c.find("failure").text' \
	's.get("name") == "bytes <&\"> \ufffd \ufffd"'
valid json g.json 'any(x["text"].startswith("\x01\x02 <&]]>\" \ufffd\ufffd \u00e9 ")
	for x in t["steps"])'
valid sarif g.sarif 'any("\x01\x02 <&]]>\" \ufffd" in
	x["location"]["message"]["text"] for x in f)'

#
# SARIF.
#
run scenario ./lost.so --report sarif=g.sarif
exits 1
valid sarif g.sarif 'results[0]["ruleId"] == "MPCK001" and
	results[0]["level"] == "error"' \
	'[x["location"]["uri"] for x in run["artifacts"]] ==
	["lost.c"] and run["artifacts"][0]["location"]["uriBaseId"] == "SRCROOT"' \
	'results[0]["locations"][0]["physicalLocation"]["region"]
	== {"startLine": 11}' \
	'results[0]["properties"]["replay"].endswith(
	"mpcheck replay ./lost.so " + results[0]["properties"]["token"])' \
	'{x["task"] for x in f} ==
	{"main", "Process-1", "Process-2"}' \
	'[x["state"]["value#1"]["text"] for x in f
	if x.get("properties")] == ["0", "0", "1", "1", "1"]'
cp g.sarif old.sarif

# Line numbers move, and the fingerprint stays; another function, another one.
prints() {
	python3 -c 'import json, sys
for r in json.load(open(sys.argv[1]))["runs"][0]["results"]:
	print(r["partialFingerprints"],
		r["locations"][0].get("physicalLocation", {}).get("region"))' "$1"
}
module lost "


$lost_update"
run scenario ./lost.so --set by=2 --report sarif=g.sarif
exits 1
[ "$(prints old.sarif | sed 's/11}$/14}/')" = "$(prints g.sarif)" ] ||
	wrong 'the fingerprint moved with the lines'
module lost "$(printf '%s\n' "$lost_update" | sed 's/add\([(,]\)/more\1/')"
run scenario ./lost.so --report sarif=g.sarif
exits 1
[ "$(prints old.sarif)" != "$(prints g.sarif)" ] ||
	wrong 'the fingerprint does not know the function'

# From elsewhere files have their whole path; names are made URIs.
mkdir 'a b%c' elsewhere
(cd 'a b%c' && printf '%s\n' "$lost_update" >'x y.c' && "$CC" -std=gnu11 \
	-shared -fPIC -O2 -g -I"$SOURCE_DIR/primitives/include" \
	-I"$SOURCE_DIR/checker/include" -Wl,-z,now -o x.so 'x y.c') || exit 1
run scenario './a b%c/x.so' --report sarif=g.sarif
valid sarif g.sarif 'run["artifacts"][0]["location"]["uri"] ==
	"a%20b%25c/x%20y.c"'
cd elsewhere || exit 1
run scenario '../a b%c/x.so' --report sarif=g.sarif
valid sarif g.sarif 'run["artifacts"][0]["location"]["uri"].startswith("file:///")
	and run["artifacts"][0]["location"]["uri"].endswith("/a%20b%25c/x%20y.c")
	and "uriBaseId" not in run["artifacts"][0]["location"]'
cd .. || exit 1

# Expected, of a deadlock, without debug information, of real processes.
run scenario lock-order --report sarif=g.sarif
valid sarif g.sarif 'results[0]["level"] == "note" and
	results[0]["ruleId"] == "MPCK002"' \
	'{x["logicalLocations"][0]["name"] for x in
	results[0]["locations"] + results[0]["relatedLocations"]} == {"add_one"}' \
	'"wait" in f[-1]["location"]["message"]["text"]'
"$CC" -std=gnu11 -shared -fPIC -O2 -I"$SOURCE_DIR/primitives/include" \
	-I"$SOURCE_DIR/checker/include" -Wl,-z,now -o lost.so lost.c || exit 1
run scenario ./lost.so --report sarif=g.sarif --report json=g.json \
	--report junit=g.xml
exits 1
valid sarif g.sarif 'run["artifacts"] == []'
valid json g.json
valid junit g.xml
run scenario lock-twice --native --runs 1 --timeout 0.5 --report sarif=g.sarif \
	--report junit=g.xml
valid sarif g.sarif 'all("codeFlows" not in x for x in results)'
valid junit g.xml 'p["strategy"] == "native"'
finish
