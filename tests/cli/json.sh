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

# valid FILE CONDITION: the report follows the schema and the condition.
valid() {
	python3 - "$schema" "$1" "$2" <<'END' || wrong "JSON: $2"
import json, sys
import jsonschema
schema, r = json.load(open(sys.argv[1])), json.load(open(sys.argv[2]))
jsonschema.Draft7Validator.check_schema(schema)
jsonschema.Draft7Validator(schema).validate(r)
sys.exit(0 if eval(sys.argv[3]) else "not true: " + sys.argv[3])
END
}

run scenario balance --strategy random --json "$file"
exits 0; content
valid "$file" 'r["scenario"] == "balance" and r["params"] == {"n": 5}'
valid "$file" 'r["verdict"] == "sampled" and r["as_expected"]'
valid "$file" 'r["strategy"] == "random" and r["seed"] == "1"'
valid "$file" 'r["executions"] == 1000 and r["steps"] > 1000'
valid "$file" 'r["outcomes"][0]["value"] == "balance=350"'
valid "$file" 'r["outcomes"][0]["executions"] == 1000 and not r["findings"]'
valid "$file" 'r["assumptions"] == []'
valid "$file" 'r["interleavings"] is None and r["space"] is None'
valid "$file" 'r["outcomes"][0]["share"] is None and r["states"] == 0'

run scenario balance-unlocked --strategy random \
	--seed 18446744073709551615 --json "$file"
exits 0
valid "$file" 'r["seed"] == "18446744073709551615"'
valid "$file" 'r["verdict"] == "failed" and r["as_expected"]'
valid "$file" 'r["findings"][0]["kind"] == "unexpected-value"'
valid "$file" 'r["findings"][0]["token"] and r["findings"][0]["message"]'
valid "$file" 'sum(o["executions"] for o in r["outcomes"]) == 1000'

run scenario balance --strategy dfs --set n=1 --json "$file"
exits 0
valid "$file" 'r["verdict"] == "proved" and r["executions"] == 2'
valid "$file" 'r["assumptions"] and r["complete"]'
valid "$file" 'r["interleavings"] == "2" and r["seed"] == "0"'
valid "$file" 'r["outcomes"][0]["share"] == 1 and r["space"] is None'

# A search: states, and interleavings when they are counted.
for strategy in prove auto; do
	run scenario balance-unlocked --strategy $strategy --set n=2 --count \
		--json "$file"
	exits 0
	valid "$file" 'r["strategy"] == "'$strategy'" and r["complete"]'
	valid "$file" 'r["executions"] == 0 and r["executions_per_second"] == 0'
	valid "$file" 'r["interleavings"] == "2520"'
	valid "$file" '["704"] == [o["interleavings"] for o in r["outcomes"]
		if o["value"] == "balance=150"]'
	valid "$file" 'abs(sum(o["share"] for o in r["outcomes"]) - 1) < 1e-4'
	valid "$file" 'sum(int(o["interleavings"]) for o in r["outcomes"]) == 2520'
	valid "$file" 'all(o["token"] for o in r["outcomes"])'
	valid "$file" 'r["states"] > 20 and r["transitions"] >= r["states"] - 1'
	valid "$file" 'r["space"]["finished"] and r["space"]["done"] == 1'
	valid "$file" 'r["space"]["cycle"] == "none" and r["pruned"]["twins"] > 0'
	valid "$file" 'not r["space"]["out_of_memory"] and r["space"]["bytes"] > 0'
	valid "$file" 'r["findings"][0]["executions"] == 0'
done
valid "$file" 'r["seed"] == "1"'

# More interleavings than a number of 64 bits holds, all digits.
run scenario balance --set n=15 --count --json "$file"
exits 0
valid "$file" 'r["verdict"] == "proved" and r["assumptions"]'
valid "$file" 'r["interleavings"] == "265252859812191058636308480000000"'

# Not finished: what the search saw, or what a sample did.
run scenario balance --set n=30 --no-symmetry --strategy prove --seconds 0.3 \
	--json "$file"
exits 124
valid "$file" 'r["verdict"] == "unknown" and r["out_of_time"]'
valid "$file" 'not r["space"]["finished"] and r["interleavings"] is None'
valid "$file" 'r["states"] > 100 and 0 <= r["space"]["done"] <= 1'
run scenario balance --set n=30 --no-symmetry --prove-seconds 0.3 -n 50 \
	--json "$file"
exits 0
valid "$file" 'r["verdict"] == "sampled" and r["executions"] == 50'
valid "$file" 'not r["space"]["finished"] and not r["complete"]'
valid "$file" 'r["outcomes"][0]["executions"] == 50'
valid "$file" 'r["outcomes"][0]["interleavings"] is None'

module lost "$lost_update"
run scenario "$scratch/lost.so" --strategy dfs --json "$file"
exits 1
valid "$file" 'r["verdict"] == "failed" and not r["as_expected"]'
valid "$file" 'r["executions"] == 6'

run scenario balance --native --runs 3 --json "$file"
exits 0
valid "$file" 'r["strategy"] == "native" and r["verdict"] == "sampled"'
valid "$file" 'r["executions"] == 3 and r["steps"] == 0'

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
