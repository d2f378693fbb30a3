#!/bin/sh
# SPDX-License-Identifier: MIT
# Ctrl-C: a report of what is known, then code 130.
. "$(dirname "$0")/common.sh"
command -v python3 >/dev/null || exit 77

# The first progress line on a terminal is the sign to interrupt.
cat >"$scratch/interrupt.py" <<'END'
import json, os, pty, signal, subprocess, sys
mpcheck, scratch = sys.argv[1:]

def interrupted(*arguments):
    ours, theirs = pty.openpty()
    p = subprocess.Popen([mpcheck, "scenario", *arguments],
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=theirs)
    os.close(theirs)
    seen = b""
    while b"\r" not in seen:
        seen += os.read(ours, 4096)
    p.send_signal(signal.SIGINT)
    try:
        while os.read(ours, 4096):
            pass
    except OSError:
        pass
    text = p.stdout.read().decode()
    return p.wait(), text

forever = ["--strategy", "random", "-n", "1000000000000"]
path = scratch + "/report.json"
code, text = interrupted("balance", *forever, "--json", path)
assert code == 130, (code, text)
assert "balance=350" in text and "sampled: " in text, text
assert text.split()[-1] == "interrupted", text
report = json.load(open(path))
assert report["interrupted"] and report["executions"] > 0, report

code, text = interrupted("balance-unlocked", *forever)
assert code == 130, (code, text)
assert "unexpected-value" in text and "  replay  " in text, text

# A search: how far it came.  auto does not begin to sample then.
wide = ["balance", "--set", "n=30", "--no-symmetry"]
for options in ["--strategy", "prove"], ["--prove-seconds", "1000"]:
    code, text = interrupted(*wide, *options, "--json", path)
    assert code == 130, (code, text)
    assert " states, " in text and " so far" in text, text
    assert "unknown: the proof did not finish: " in text, text
    assert text.split()[-1] == "interrupted", text
    report = json.load(open(path))
    assert report["interrupted"] and report["states"] > 0, report
    assert not report["space"]["finished"] and not report["executions"], report

code, text = interrupted("balance", "--native", "--runs", "1000000")
assert code == 130, (code, text)
assert "balance=350" in text, text
END
command='mpcheck, interrupted'
python3 "$scratch/interrupt.py" "$mpcheck" "$scratch" >"$out" 2>"$err" ||
	wrong 'see stderr'
finish
