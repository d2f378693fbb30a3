# SPDX-License-Identifier: MIT
"""check.py json|junit|sarif FILE [CONDITION...]: is this a report of that format?

What its schema says, and what no schema can say: that indices refer to what is
there, that numbers agree, that values follow from each other.  A CONDITION is
an expression about r, the report as a whole, re, and more names that depend on
the format; see below.  Exit 77: python3-jsonschema is not installed.
"""
import json
import os
import re
import sys
import xml.etree.ElementTree as tree

SOURCES = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))


def follow_schema(report, *path):
    try:
        import jsonschema
    except ImportError:
        sys.exit(77)
    with open(os.path.join(SOURCES, *path)) as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.Draft7Validator(schema).validate(report)


def kinds():
    with open(os.path.join(SOURCES, "checker/include/mpck/findings.def")) as f:
        return re.findall(r'^FINDING\(\w+, "([^"]+)"', f.read(), re.M)


# JSON.  t: the first trace, e: the first explanation.

def check_trace(trace, cause):
    tasks, variables = len(trace["tasks"]), len(trace["variables"])
    steps = trace["steps"]
    indices = [s["index"] for s in steps]
    assert indices == sorted(set(indices))
    if steps:
        all_steps = len(steps) + trace["steps_left_out"]
        assert indices[0] == 0 and indices[-1] == all_steps - 1
    numbers = [s["number"] for s in steps if s["kind"] == "operation"]
    assert numbers == sorted(set(numbers))
    decisive = [s["index"] for s in steps if s["decisive"]]
    assert decisive == (cause["steps"] if cause else []), decisive
    held = {}
    for s in steps:
        assert s["task"] < tasks and all(b < tasks for b in s["blocked"])
        assert s["other"] is None or s["other"] < tasks
        assert s["variable"] is None or s["variable"] < variables
        if trace["steps_left_out"]:
            continue
        check_value(s, held, trace["variables"])
        for c in s["changes"]:
            assert c["variable"] < variables
            held[c["variable"]] = c["text"]
    if not trace["steps_left_out"]:
        assert len(numbers) == trace["operations"]
        assert sum(s["preempts"] for s in steps) == trace["preemptions"]


def check_value(s, held, variables):
    """A read gives, and a write replaces, what was written last."""
    if s["kind"] != "operation" or s["value"] is None:
        return
    if not variables[s["variable"]]["cell"]:
        return
    before = held.get(s["variable"], variables[s["variable"]]["initial"])
    if s["operation"] == "read":
        assert s["value"] == before and not s["changes"], s
    else:
        assert s["before"] == before, s


def check_json(name):
    with open(name, encoding="utf-8") as file:
        r = json.load(file)
    follow_schema(r, "docs", "schema", "mpcheck-1.schema.json")
    names = {"r": r, "t": r["trace"], "e": None}
    if r["trace"]:
        check_trace(r["trace"], None)
    for f in r["findings"]:
        e = f["explanation"]
        if not e:
            continue
        check_trace(e["trace"], e["cause"])
        assert e["shrunk"]["operations"] == e["trace"]["operations"]
        assert e["shrunk"]["preemptions"] == e["trace"]["preemptions"]
        names["e"] = names["e"] or e
        names["t"] = names["t"] or e["trace"]
    return names


# JUnit.  s: the suite, c: the case, p: the properties.

TOTALS = ("tests", "failures", "errors", "skipped", "time")


def check_totals(element, cases):
    assert {"name", *TOTALS} <= set(element.attrib), element.attrib
    assert int(element.get("tests")) == len(cases)
    for total, tag in (("failures", "failure"), ("errors", "error"),
                       ("skipped", "skipped")):
        assert int(element.get(total)) == sum(
            c.find(tag) is not None for c in cases), total
    assert float(element.get("time")) >= 0


def check_junit(name):
    with open(name, "rb") as file:
        text = file.read()
    assert text.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    text.decode("utf-8")
    r = tree.fromstring(text)
    assert r.tag == "testsuites" and r.get("name")
    suites = list(r)
    assert suites and all(s.tag == "testsuite" for s in suites)
    check_totals(r, r.findall("testsuite/testcase"))
    for s in suites:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d",
                            s.get("timestamp"))
        check_totals(s, s.findall("testcase"))
        assert [x.tag for x in s] == ["properties", "testcase"]
        assert all(set(x.attrib) == {"name", "value"}
                   for x in s.find("properties"))
        for c in s.findall("testcase"):
            check_case(c)
    c = suites[0].find("testcase")
    return {"r": r, "s": suites[0], "c": c,
            "p": {x.get("name"): x.get("value")
                  for x in suites[0].find("properties")}}


def check_case(c):
    assert set(c.attrib) == {"name", "classname", "time"} and all(
        c.attrib.values())
    tags = [x.tag for x in c]
    assert set(tags) <= {"failure", "error", "skipped", "system-out"}
    assert len(tags) == len(set(tags))
    assert len(set(tags) & {"failure", "error", "skipped"}) <= 1
    for x in c:
        if x.tag in ("failure", "error"):
            assert x.get("type") and x.get("message")
            assert "\n" not in x.get("message")
        if x.tag == "skipped":
            assert x.get("message")


# SARIF.  run: the run, results: of it, f: the locations of the first result's
# thread flows in the order of execution.

def check_places(run):
    """Each artifact location says what its artifact says."""
    seen = set()

    def walk(value):
        if isinstance(value, dict):
            if "artifactLocation" in value:
                at = value["artifactLocation"]
                seen.add(at["index"])
                artifact = run["artifacts"][at["index"]]["location"]
                assert {**artifact, "index": at["index"]} == at
            for x in value.values():
                walk(x)
        elif isinstance(value, list):
            for x in value:
                walk(x)

    walk(run["results"])
    assert seen == set(range(len(run["artifacts"])))
    for a in run["artifacts"]:
        rooted = "uriBaseId" in a["location"]
        relative = not re.match(r"[a-z]+:|/", a["location"]["uri"])
        assert relative or not rooted


def check_sarif(name):
    with open(name, encoding="utf-8") as file:
        r = json.load(file)
    follow_schema(r, "tests", "schemas", "sarif-2.1.0-required.schema.json")
    [run] = r["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [x["properties"]["kind"] for x in rules] == kinds()
    assert [x["id"] for x in rules] == [
        "MPCK%03d" % (i + 1) for i in range(len(rules))]
    check_places(run)
    prints = []
    first = []
    for result in run["results"]:
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["properties"]["kind"] == result["properties"]["kind"]
        assert (result["level"] == "note") == result["properties"]["expected"]
        prints += result["partialFingerprints"].values()
        ids = [x["id"] for x in result.get("relatedLocations", [])]
        assert ids == list(range(1, len(ids) + 1))
        for flow in result.get("codeFlows", []):
            steps = check_flow(flow)
            first = first or steps
    assert len(prints) == len(set(prints))
    return {"r": r, "run": run, "results": run["results"], "f": first}


def check_flow(flow):
    ids = [t["id"] for t in flow["threadFlows"]]
    assert len(ids) == len(set(ids))
    steps = []
    for thread in flow["threadFlows"]:
        orders = [x["executionOrder"] for x in thread["locations"]]
        assert orders == sorted(orders)
        steps += [{**x, "task": thread["id"]} for x in thread["locations"]]
    steps.sort(key=lambda x: x["executionOrder"])
    assert [x["executionOrder"] for x in steps] == list(
        range(1, len(steps) + 1))
    return steps


def main():
    kind, name, *conditions = sys.argv[1:]
    names = {"json": check_json, "junit": check_junit,
             "sarif": check_sarif}[kind](name) | {"re": re}
    for condition in conditions:
        if not eval("(" + condition + ")", names):
            sys.exit("not true: " + condition)


main()
