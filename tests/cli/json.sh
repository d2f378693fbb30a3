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

run scenario balance --json "$file"
exits 0; content
valid "$file" 'r["scenario"] == "balance" and r["params"] == {"n": 5}'
valid "$file" 'r["verdict"] == "sampled" and r["as_expected"]'
valid "$file" 'r["strategy"] == "random" and r["seed"] == "1"'
valid "$file" 'r["executions"] == 1000 and r["steps"] > 1000'
valid "$file" 'r["outcomes"][0]["value"] == "balance=350"'
valid "$file" 'r["outcomes"][0]["executions"] == 1000 and not r["findings"]'
valid "$file" 'r["assumptions"] == []'

run scenario balance-unlocked --seed 18446744073709551615 --json "$file"
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
complains '^sampled: '

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
