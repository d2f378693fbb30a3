# SPDX-License-Identifier: MIT
"""The work of run.sh, which says what it is."""
import json
import subprocess
import sys

MPCHECK, FORM, *SCENARIO = sys.argv[1:]
RUNS = 100
# What has no value: the same in the machine and in real runs.
NO_VALUE = {"(hang)": ("(deadlock)", "(no end)"), "(crash)": ("(stopped)",)}


def report(*options):
    command = [MPCHECK, "scenario", *SCENARIO, "--json", "-", *options]
    p = subprocess.run(command, stdin=subprocess.DEVNULL, text=True,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if p.returncode == 77:
        print(p.stderr, end="")
        sys.exit(77)
    if p.returncode:
        sys.exit(f"{' '.join(command)}: code {p.returncode}\n{p.stderr}")
    r = json.loads(p.stdout)
    surprises = [f for f in r["findings"] if not f["expected"]]
    if surprises or not r["as_expected"]:
        sys.exit(f"{' '.join(command)}: not as expected: {surprises}")
    return r


def main():
    machine = report("--strategy", "dfs")
    if not machine["complete"] or machine["verdict"] not in ("proved", "failed"):
        sys.exit(f"the search did not finish: {machine['reason']}; "
                 "make the program smaller")
    if FORM.startswith("dfs:"):
        wanted = FORM.split(":")[1]
        if wanted not in ("-", str(machine["executions"])):
            sys.exit(f"{machine['executions']} interleavings, not {wanted}")
        return
    possible = {o["value"] for o in machine["outcomes"]}
    if possible & {v for values in NO_VALUE.values() for v in values}:
        limits = ("--runs", "10", "--timeout", "0.3")
    else:	# a hang is an error, a busy computer is none
        limits = ("--runs", str(RUNS), "--timeout", "30")
    real = report("--" + FORM, *limits)
    for o in real["outcomes"]:
        if not possible & {o["value"], *NO_VALUE.get(o["value"], ())}:
            sys.exit(f"--{FORM} ends with {o['value']}, the machine never; "
                     f"it has {sorted(possible)}")
        if not o["possible"]:
            sys.exit(f"{o['value']} is outside the expectation")
    print(f"{len(real['outcomes'])} of {len(possible)} possible outcomes seen")


main()
