#!/bin/sh
# SPDX-License-Identifier: MIT
# Colours, bars and width; progress belongs to terminals.
. "$(dirname "$0")/common.sh"
escape=$(printf '\033')

coloured() { grep -q "$escape" "$1"; }

run scenario balance
! coloured "$out" || wrong 'colours without a terminal'
content
run scenario balance --color=always
coloured "$out" || wrong 'no colours with --color=always'
run scenario balance --color=never
! coloured "$out" || wrong 'colours with --color=never'

# ASCII in the C locale, blocks where UTF-8 is spoken.
run scenario balance-unlocked --strategy random
! LC_ALL=C grep -q '[^ -~]' "$out" || wrong 'not plain ASCII'
LC_ALL=C.UTF-8
run scenario balance-unlocked --strategy random
grep -q '█' "$out" || wrong 'no blocks'
LC_ALL=C

for locale in C C.UTF-8; do
	for name in array-unlocked raw-counter bank-unlocked missing-release \
			lock-order overflow; do
		LC_ALL=$locale
		for how in random 'auto --prove-seconds 0.1' \
				'prove --count --seconds 0.5'; do
			# shellcheck disable=SC2086	# several options
			run scenario $name --strategy $how
			narrow "$out"
		done
		LC_ALL=C
	done
done

command -v python3 >/dev/null || finish
# On a terminal: progress on stderr, cleared at the end; colours on stdout
# unless NO_COLOR is set.
cat >"$scratch/terminal.py" <<'END'
import os, pty, select, subprocess, sys
def terminal(arguments, **environment):
    """What the command writes to terminals as stdout, stderr."""
    ends = [pty.openpty(), pty.openpty()]
    p = subprocess.Popen(arguments, stdin=subprocess.DEVNULL,
                         stdout=ends[0][1], stderr=ends[1][1],
                         env=dict(os.environ, TERM="xterm", **environment))
    for e in ends:
        os.close(e[1])
    texts = {e[0]: b"" for e in ends}
    live = set(texts)
    while live:
        for fd in select.select(list(live), [], [])[0]:
            try:
                data = os.read(fd, 65536)
            except OSError:
                data = b""
            if not data:
                live.discard(fd)
            texts[fd] += data
    return p.wait(), texts[ends[0][0]], texts[ends[1][0]]

mpcheck = sys.argv[1]
long = [mpcheck, "scenario", "balance", "--strategy", "random",
        "-n", "1000000000", "--seconds", "1"]
code, out, err = terminal(long)
assert code == 124, code
assert b"\033[" in out, "no colours on a terminal"
assert b"executions/s" not in err and b" executions, " in err, err
assert b" left" in err, "no time left"
last = err.rstrip(b"\r").split(b"\r")[-1]
assert last.strip() == b"", "progress is not cleared: %r" % last
assert all(len(line) < 80 for line in err.split(b"\r")), "too wide"
code, out, err = terminal(long, NO_COLOR="1")
assert b"\033[" not in out, "colours with NO_COLOR"
code, out, err = terminal(long + ["--quiet"])
assert err == b"", "progress with --quiet"

# A search shows states, and then, when auto samples, executions.
search = [mpcheck, "scenario", "balance", "--set", "n=30", "--no-symmetry"]
code, out, err = terminal(search + ["--strategy", "prove", "--seconds", "1"])
assert code == 124, code
assert b" states, " in err and b", depth " in err and b"iB" in err, err
assert b"executions" not in err, err
assert all(len(line) < 80 for line in err.split(b"\r")), "too wide"
code, out, err = terminal(search + ["--prove-seconds", "0.5", "-n", "1000000000",
                                    "--seconds", "1.5"])
assert code == 124, code
assert b" states, " in err, err
assert b" executions, " in err.split(b" states, ")[-1], err
END
command='mpcheck on a terminal'
python3 "$scratch/terminal.py" "$mpcheck" >"$out" 2>"$err" || wrong 'see stderr'
finish
