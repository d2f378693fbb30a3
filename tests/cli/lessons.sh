#!/bin/sh
# SPDX-License-Identifier: MIT
# docs/lessons.md tells the truth: every shipped scenario has a row, and the
# small known answers are what dfs finds.
. "$(dirname "$0")/common.sh"
command -v python3 >/dev/null || exit 77

cat >"$scratch/lessons.py" <<'END'
import json, re, subprocess, sys
mpcheck, page = sys.argv[1:]
text = open(page, encoding="utf-8").read()
tables, answers = text.split("## Small known answers")
failures = 0

def wrong(sentence):
    global failures
    failures += 1
    print(sentence)

def rows(text):
    for line in text.splitlines():
        cells = [c.strip() for c in line.strip("|").split("|")]
        if line.startswith("|") and not cells[0].startswith(("scenario", "-")):
            yield cells

shipped = json.loads(subprocess.run([mpcheck, "list", "--json"], check=True,
                                    stdout=subprocess.PIPE).stdout)
shipped = {s["name"] for s in shipped["scenarios"]}
written = {cells[0] for cells in rows(tables)}
if shipped != written:
    wrong(f"in one of list and page only: {sorted(shipped ^ written)}")

def pairs(text):
    """'2: 32, (deadlock): 2' and '-5, 5: 2 each' as a dictionary."""
    each = re.fullmatch(r"(.*): (\d+) each", text)
    if each:
        return {v.strip(): int(each[2]) for v in each[1].split(",")}
    return {v: int(n.replace(",", ""))
            for v, n in re.findall(r"(\S+): ([\d,]*\d)", text)}

def check(name, params, count, wanted):
    command = [mpcheck, "scenario", name, "--strategy", "dfs", "--json", "-"]
    for p in params.split():
        command += ["--set", p]
    r = json.loads(subprocess.run(command, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL).stdout)
    where = f"{name} {params}"
    if not r["complete"] or r["executions"] != int(count.replace(",", "")):
        wrong(f"{where}: {r['executions']} interleavings, the page: {count}")
    seen = {o["value"].split("=")[-1]: o["executions"] for o in r["outcomes"]}
    if seen != wanted:
        wrong(f"{where}: {seen}, the page: {wanted}")

checked = 0
for names, params, count, outcomes in rows(answers):
    for name in names.split(", "):
        check(name, params, count, pairs(outcomes))
        checked += 1
print(f"{checked} known answers")
sys.exit(failures > 0 or checked < 10)
END
command='docs/lessons.md'
python3 "$scratch/lessons.py" "$mpcheck" "$SOURCE_DIR/docs/lessons.md" \
	>"$out" 2>"$err" || wrong 'see stdout'
finish
