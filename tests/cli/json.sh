#!/bin/sh
# SPDX-License-Identifier: MIT
# --json: schema 1, written in full or not at all.
. "$(dirname "$0")/common.sh"
python3 -c 'import jsonschema' 2>/dev/null || {
	echo "skipped: python3-jsonschema is not installed"
	exit 77
}
file=$scratch/report.json
schema=$SOURCE_DIR/docs/schema/mpcheck-1.schema.json

# valid FILE CONDITION...: the report follows the schema and the conditions.
valid() {
	python3 "$here/../formats/check.py" json "$@" || wrong "JSON: $*"
}

run scenario balance --strategy random --json "$file"
exits 0; content
valid "$file" 'r["scenario"] == "balance" and r["params"] == {"n": 5}' \
	'r["verdict"] == "sampled" and r["as_expected"]'
valid "$file" 'r["strategy"] == "random" and r["seed"] == "1"' \
	'r["executions"] == 1000 and r["steps"] > 1000'
valid "$file" 'r["outcomes"][0]["value"] == "balance=350"' \
	'r["outcomes"][0]["executions"] == 1000 and not r["findings"]'
valid "$file" 'r["assumptions"] == []' \
	'r["interleavings"] is None and r["space"] is None' \
	'r["outcomes"][0]["share"] is None and r["states"] == 0'

run scenario balance-unlocked --strategy random \
	--seed 18446744073709551615 --json "$file"
exits 0
valid "$file" 'r["seed"] == "18446744073709551615"' \
	'r["verdict"] == "failed" and r["as_expected"]'
valid "$file" 'r["findings"][0]["kind"] == "unexpected-value"' \
	'r["findings"][0]["token"] and r["findings"][0]["message"]' \
	'sum(o["executions"] for o in r["outcomes"]) == 1000'

# Why it happens: every step, and what is referred to is there.
run scenario balance-unlocked --set n=2 --json "$file"
exits 0
valid "$file" 'r["findings"][0]["key"] == 16 * "0" and r["trace"] is None' \
	'[x["name"] for x in t["tasks"]][0] == "main"'
valid "$file" 'len(t["tasks"]) == 5 and t["operations"] == 9' \
	't["variables"] == [{"name": t["variables"][0]["name"],
	"initial": "100", "cell": True}]'
valid "$file" 't["outcome"].startswith("balance=")
	and t["outcome"] != "balance=200"' \
	'{f["file"] for x in t["steps"] if x["task"]
	for f in x["stack"]} == {"balance_unlocked.c"}'
valid "$file" '{f["function"] for x in t["steps"] if x["task"]
	for f in x["stack"]} == {"increase_balance", "decrease_balance"}' \
	'e["shrunk"]["operations_found"] >= t["operations"]
	and e["shrunk"]["preemptions_found"] >= t["preemptions"]'
run scenario balance-unlocked --set n=2 --no-explain --json "$file"
exits 0
valid "$file" 'r["findings"][0]["explanation"] is None'
token=$(python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["findings"][0]["token"])' "$file")
run replay balance-unlocked "$token" --set n=2 --json "$file"
exits 0
valid "$file" 'r["trace"]["operations"] == 9 and len(r["trace"]["tasks"]) == 5' \
	't["outcome"] == r["outcomes"][0]["value"]'
run scenario lock-twice --json "$file"
valid "$file" 'r["findings"][0]["kind"] == "deadlock"' \
	't["outcome"] == "(deadlock)" and t["steps"][-1]["blocked"]' \
	'any(x["kind"] == "wait" and x["operation"] == "acquire"
	for x in t["steps"])'

# A fingerprint is the same in every run, wherever the program is in memory, and
# the one of SARIF; it differs from finding to finding.
prints() {
	python3 - "$1" <<'END'
import json, sys
r = json.load(open(sys.argv[1]))
if "runs" in r:
    for x in r["runs"][0]["results"]:
        print(x["properties"]["kind"],
              x["partialFingerprints"]["mpcheckFinding/v1"])
else:
    for x in r["findings"]:
        print(x["kind"], x["fingerprint"])
END
}
for more in --explain-seconds=60 --no-explain; do
	for round in 1 2; do
		run scenario raw-counter --set p=2 --set k=1 "$more" \
			--json "$file" --report sarif="$scratch/report.sarif"
		exits 0
		prints "$file" >"$scratch/prints.$round"
	done
	[ "$(sort -u "$scratch/prints.1" | wc -l)" -ge 4 ] ||
		wrong "too few fingerprints: $(cat "$scratch/prints.1")"
	cmp "$scratch/prints.1" "$scratch/prints.2" ||
		wrong 'the fingerprints are those of one run only'
	prints "$scratch/report.sarif" | cmp - "$scratch/prints.2" ||
		wrong 'SARIF has other fingerprints'
done
rm "$scratch/report.sarif"

# Which detectors looked on, and that nothing ran.
run scenario balance --detect none --json "$file"
exits 0
valid "$file" 'r["detectors"] == []'
run scenario balance --json "$file"
rows=$(grep -c '^DETECTOR(' "$SOURCE_DIR/checker/detectors/detectors.def")
valid "$file" 'len(r["detectors"]) == '"$rows"' and r["skipped"] is None'
run scenario global-not-shared --threads --json "$file"
exits 77
valid "$file" '"threads" in r["skipped"] and r["verdict"] == "unknown"' \
	'r["executions"] == 0 and r["outcomes"] == r["findings"] == []'

# Each kind of finding there is, the schema knows.
python3 - "$schema" "$SOURCE_DIR/checker/include/mpck/findings.def" <<'END' ||
import json, re, sys
known = json.load(open(sys.argv[1]))["properties"]["findings"]["items"]
rows = re.findall(r'^FINDING\(\w+, "([^"]+)"', open(sys.argv[2]).read(), re.M)
assert rows and known["properties"]["kind"]["enum"] == rows
END
	wrong 'the schema lacks a kind'

run scenario balance --strategy dfs --set n=1 --json "$file"
exits 0
valid "$file" 'r["verdict"] == "proved" and r["executions"] == 2' \
	'r["assumptions"] and r["complete"]'
valid "$file" 'r["interleavings"] == "2" and r["seed"] == "0"' \
	'r["outcomes"][0]["share"] == 1 and r["space"] is None'

# A search: states, and interleavings when they are counted.
for strategy in prove auto; do
	run scenario balance-unlocked --strategy $strategy --set n=2 --count \
		--json "$file"
	exits 0
	valid "$file" 'r["strategy"] == "'$strategy'" and r["complete"]'
	valid "$file" 'r["executions"] == 0 and r["executions_per_second"] == 0' \
		'r["interleavings"] == "2520"'
	valid "$file" '["704"] == [o["interleavings"] for o in r["outcomes"]
		if o["value"] == "balance=150"]' \
		'abs(sum(o["share"] for o in r["outcomes"]) - 1) < 1e-4'
	valid "$file" 'sum(int(o["interleavings"]) for o in r["outcomes"]) == 2520' \
		'all(o["token"] for o in r["outcomes"])'
	valid "$file" 'r["states"] > 20 and r["transitions"] >= r["states"] - 1' \
		'r["space"]["finished"] and r["space"]["done"] == 1'
	valid "$file" 'r["space"]["cycle"] == "none" and r["pruned"]["twins"] > 0' \
		'not r["space"]["out_of_memory"] and r["space"]["bytes"] > 0' \
		'r["findings"][0]["executions"] == 0'
done
valid "$file" 'r["seed"] == "1"'

# More interleavings than a number of 64 bits holds, all digits.
run scenario balance --set n=15 --count --json "$file"
exits 0
valid "$file" 'r["verdict"] == "proved" and r["assumptions"]' \
	'r["interleavings"] == "265252859812191058636308480000000"'

# Not finished: what the search saw, or what a sample did.
run scenario balance --set n=30 --no-symmetry --strategy prove --seconds 0.3 \
	--json "$file"
exits 124
valid "$file" 'r["verdict"] == "unknown" and r["out_of_time"]' \
	'not r["space"]["finished"] and r["interleavings"] is None' \
	'r["states"] > 100 and 0 <= r["space"]["done"] <= 1'
run scenario balance --set n=30 --no-symmetry --prove-seconds 0.3 -n 50 \
	--json "$file"
exits 0
valid "$file" 'r["verdict"] == "sampled" and r["executions"] == 50' \
	'not r["space"]["finished"] and not r["complete"]'
valid "$file" 'r["outcomes"][0]["executions"] == 50' \
	'r["outcomes"][0]["interleavings"] is None'

module lost "$lost_update"
run scenario "$scratch/lost.so" --strategy dfs --json "$file"
exits 1
valid "$file" 'r["verdict"] == "failed" and not r["as_expected"]' \
	'r["executions"] == 6'

run scenario balance --native --runs 3 --json "$file"
exits 0
valid "$file" 'r["strategy"] == "native" and r["verdict"] == "sampled"' \
	'r["executions"] == 3 and r["steps"] == 0'

# "-": the JSON alone on stdout, the text on stderr.
run scenario balance --json -
exits 0
valid "$out" 'r["scenario"] == "balance"'
complains '^proved: '

# A file that is there keeps its mode and is replaced as a whole.
chmod 640 "$file"
run scenario balance --json "$file"
exits 0
[ "$(stat -c %a "$file")" = 640 ] || wrong 'the mode changed'
ln -s report.json "$scratch/link.json"
run scenario balance --json "$scratch/link.json"
exits 0
[ -L "$scratch/link.json" ] || wrong 'the link was replaced'

# An error leaves the old file and no other.
before=$(cksum <"$file")
run replay balance garbage --json "$file"
exits 2
[ "$(cksum <"$file")" = "$before" ] || wrong 'the old file changed'
set -- "$scratch"/report.json*
[ $# -eq 1 ] || wrong "left behind: $*"

# What is no regular file is written, not replaced.
run scenario balance --json /dev/null
exits 0
[ -c /dev/null ] || wrong '/dev/null was replaced'
finish
