# SPDX-License-Identifier: MIT
"""compare.py PROGRAMS DOC [--write]

Runs the small programs in C (PROGRAMS) and in Python and compares what they
say, line by line, with the rows of <topic>.def, and the tables of DOC with the
rows.  --write writes these tables instead.
"""
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
TEXT = r'"([^"]*)"'
BEGIN = '<!-- the rows of tests/python -->\n'


class Row:
    def __init__(self, line):
        same = re.fullmatch(rf'SAME\((\w+), {TEXT}\)', line)
        if same:
            self.name, self.python = same.groups()
            self.libmpp, self.reason = self.python, None
            return
        differs = re.fullmatch(
            rf'DIFFERS\((\w+), {TEXT}, {TEXT}, {TEXT}\)', line)
        if not differs:
            sys.exit(f'not a row: {line}')
        self.name, self.python, self.libmpp, self.reason = differs.groups()
        if self.python == self.libmpp or not self.reason:
            sys.exit(f'{self.name}: no difference, or no reason')


def code(path):
    """A .def file's lines without its comments."""
    text = re.sub(r'/\*.*?\*/', '', path.read_text(), flags=re.S)
    return [line for line in text.splitlines() if line.strip()]


def topics():
    """Heading and rows of each topic."""
    answer = []
    for line in code(HERE / 'topics.def'):
        topic, heading = re.fullmatch(rf'TOPIC\((\w+), {TEXT}\)', line).groups()
        rows = [Row(line) for line in code(HERE / f'{topic}.def')]
        answer.append((heading, rows))
    return answer


def table(head, lines):
    yield '| ' + ' | '.join(head) + ' |\n'
    yield '|---' * len(head) + '|\n'
    for cells in lines:
        yield '| ' + ' | '.join(cells) + ' |\n'
    yield '\n'


def tables(all_topics):
    for heading, rows in all_topics:
        yield f'\n## {heading}\n\n'
        differing = [row for row in rows if row.reason]
        if differing:
            yield from table(
                ('program', 'Python', 'libmpp', 'reason'),
                ((f'`{row.name}`', row.python, row.libmpp, row.reason)
                 for row in differing))
        yield from table(
            ('program', 'both'),
            ((f'`{row.name}`', row.python)
             for row in rows if not row.reason))


def said(command, names):
    """What each program says, by name."""
    result = subprocess.run([*command, *names], stdout=subprocess.PIPE,
                            text=True, check=False)
    lines = (line.partition(': ') for line in result.stdout.splitlines())
    return {name: answer for name, _, answer in lines}


def main(programs, doc, write=None):
    all_topics = topics()
    rows = [row for _, rows in all_topics for row in rows]
    names = [row.name for row in rows]
    failures = 0

    def wrong(sentence):
        nonlocal failures
        failures += 1
        print(f'FAILED: {sentence}')

    if len(set(names)) != len(names):
        wrong('two rows have one name')
    path = pathlib.Path(doc)
    page = path.read_text()
    begin = page.index(BEGIN) + len(BEGIN)
    wanted = page[:begin] + ''.join(tables(all_topics)).rstrip('\n') + '\n'
    if write:
        path.write_text(wanted)
        return 0
    if page != wanted:
        wrong(f'{doc} does not say what the rows say (compare.py --write)')
    in_c = said([programs], names)
    in_python = said([sys.executable, HERE / 'programs.py'], names)
    for row in rows:
        for side, answers, expected in (('Python', in_python, row.python),
                                        ('libmpp', in_c, row.libmpp)):
            answer = answers.get(row.name, 'nothing at all')
            if answer != expected:
                wrong(f'{row.name}: {side} says "{answer}", '
                      f'not "{expected}"')
    differing = sum(1 for row in rows if row.reason)
    print(f'{len(rows)} programs: {len(rows) - differing} meant to say the '
          f'same, {differing} to differ; {failures} failures')
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
