#!/bin/sh
# SPDX-License-Identifier: MIT
# mpcheck replay --step: commands from a file, keys on a terminal.
. "$(dirname "$0")/common.sh"

run scenario balance-unlocked --set n=1 --strategy dfs
token=$(sed -n 's/^  token   //p' "$out" | head -n 1)
[ -n "$token" ] || wrong 'no token'

# steps COMMAND...: one a line.
steps() {
	command="--step with: $*"
	printf '%s\n' "$@" >"$scratch/commands"
	code=0
	"$mpcheck" replay balance-unlocked "$token" --set n=1 --step \
		>"$out" 2>"$err" <"$scratch/commands" || code=$?
}
# headlines: of the scenes, in order, as "1 2 1".
headlines() {
	sed -n 's/^step \([0-9]*\) of .*/\1/p' "$out" | tr '\n' ' '
}

steps q
exits 0
says '^[a-z].*: Process-[12] |^between steps: '
says '^-- shared memory -+$'

# From wherever it starts: 2, then forward and back.
steps 2 n p p q
exits 0
[ "$(headlines | sed 's/.*2 3 2 1 $/yes/')" = yes ] ||
	wrong "went $(headlines)"

# Values change, and the one that did is marked; the line is shown.
steps 1 n n n q
says '^  balance = 100$'
says '^  \*balance = (50|200)$'
says '^-- balance_unlocked\.c:[0-9]+ -+$'
says '^> +[0-9]+ .*mpp_value_set\(job->balance, local_copy\)'
says '^  in (increase|decrease)_balance \(balance_unlocked\.c:[0-9]+\)$'

# Ends.
steps g p q
says '^this is the start$'
steps G n q
says '^this is the end$'
says '^the end: balance='
steps 99999 q
says '^there is no such step$'
steps '?' q
says '^t  *the next place where a task takes over$'
steps wat q
says '^\? shows the keys'
# A line that is empty goes on; the file may just end.
steps 1 ''
exits 0
[ "$(headlines | sed 's/.*1 2 $/yes/')" = yes ] || wrong "went $(headlines)"
steps t q
grep -q ', taking over$' "$out" || wrong 'no preemption found'

# Where the source is not there any more, it says so.
module lost "$lost_update"
run scenario "$scratch/lost.so" --strategy dfs
lost=$(sed -n 's/^  token   //p' "$out" | head -n 1)
rm "$scratch/lost.c"
command='--step without source'
printf '1\nq\n' | "$mpcheck" replay "$scratch/lost.so" "$lost" --step \
	>"$out" 2>"$err"
says 'lost\.c cannot be read$'

refuses 'exclude each other' replay balance-unlocked "$token" --set n=1 \
	--step --gdb
refuses 'report of kind json has no meaning with --step' replay balance-unlocked "$token" \
	--set n=1 --step --json -
refuses token replay balance-unlocked garbage --step

command -v python3 >/dev/null || finish
cat >"$scratch/terminal.py" <<'END'
import fcntl, os, pty, re, select, signal, struct, subprocess, sys, termios

class Terminal:
    """mpcheck on a terminal of its own; keys, and what it draws."""
    def __init__(self, arguments, rows=24, columns=80):
        self.fd, end = pty.openpty()
        self.end = end
        self.resize(rows, columns)
        self.before = termios.tcgetattr(end)
        self.p = subprocess.Popen(arguments, stdin=end, stdout=end, stderr=end,
            start_new_session=True, env=dict(os.environ, TERM="xterm"))
        self.drawn = b""
    def resize(self, rows, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ,
                    struct.pack("HHHH", rows, columns, 0, 0))
    def until(self, text):
        """Reads on until this was drawn; an end of it all is an error."""
        while text not in self.drawn:
            ready = select.select([self.fd], [], [], 60)[0]
            assert ready, (text, self.drawn)
            self.drawn += os.read(self.fd, 65536)
    def screen(self, text):
        """Reads on until a whole screen with this was drawn; it."""
        while True:
            self.until(b"\033[J")
            drawn, self.drawn = self.drawn.split(b"\033[J", 1)
            if text in drawn:
                return drawn.split(b"\033[H")[-1]
    def press(self, keys, text):
        os.write(self.fd, keys)
        return self.screen(text)
    def ends(self, keys=None):
        self.drawn = b""
        if keys:
            os.write(self.fd, keys)
        self.until(b"\033[?1049l")
        self.p.wait()
        after = termios.tcgetattr(self.end)
        assert after == self.before, "the terminal is not as it was"

mpcheck, token = sys.argv[1:]
line = [mpcheck, "replay", "balance-unlocked", token, "--set", "n=1", "--step"]

t = Terminal(line)
t.until(b"\033[?1049h")
t.screen(b"q quit")
t.press(b"1g", b"step 1 of ")
t.press(b" ", b"step 2 of ")
t.press(b"\033[C", b"step 3 of ")
t.press(b"\033[D", b"step 2 of ")
t.press(b"k", b"step 1 of ")
t.press(b"j", b"step 2 of ")
t.press(b"?", b"round and round")
t.press(b"G", b"the end: balance=")
t.press(b"t", b", taking over")
# Smaller: everything is drawn again, and fits.
t.resize(12, 50)
os.kill(t.p.pid, signal.SIGWINCH)
screen = t.screen(b"shared memory")
assert screen.count(b"\r\n") < 12, screen
lines = re.sub(b"\033\\[[0-9;?]*[a-zA-Z]", b"", screen).split(b"\r\n")
assert max(len(line.strip(b"\r")) for line in lines) <= 50, lines
t.ends(b"q")
assert t.p.returncode == 0, t.p.returncode

for how in b"\x03", b"\x04":
    t = Terminal(line)
    t.until(b"\033[J")
    t.ends(how)
    assert t.p.returncode == 0, t.p.returncode
t = Terminal(line)
t.until(b"\033[J")
os.kill(t.p.pid, signal.SIGTERM)
t.ends()
END
command='mpcheck replay --step on a terminal'
python3 "$scratch/terminal.py" "$mpcheck" "$token" >"$out" 2>"$err" ||
	wrong 'see stderr'
finish
