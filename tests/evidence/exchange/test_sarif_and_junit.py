"""Every SARIF log of ours is valid by the official schema, and every JUnit file follows the grammar that CI reads."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from fakes.run_results import results
from roadworthy.cli.main import run
from roadworthy.evidence.documents.junit import junit_of
from roadworthy.evidence.documents.pack_junit import pack_junit, whole_junit
from roadworthy.evidence.documents.runs.sarif import run_sarif
from roadworthy.evidence.documents.sarif import sarif_of
from roadworthy.evidence.exchange.source import DecidedRelease
from roadworthy.runtime.exporting import export_sarif
from roadworthy.runtime.workspace import Workspace

SCHEMA = Path(__file__).parent / "schemas" / "sarif-2.1.0.schema.json"


@pytest.fixture(scope="module")
def faults() -> Any:
    validator = jsonschema.Draft7Validator(json.loads(SCHEMA.read_text()))
    return lambda log: [f"{list(e.absolute_path)}: {e.message[:200]}" for e in validator.iter_errors(log)]


def fingerprints(log: Any) -> list[tuple[str, ...]]:
    return [tuple(one["partialFingerprints"].values()) for part in log["runs"] for one in part["results"]]


def test_the_schema_refuses_what_is_no_sarif(faults: Any) -> None:
    assert faults({"version": "2.1.0", "runs": [{"tool": {}}]})
    assert faults({"version": "2.0.0", "runs": []})


@pytest.mark.parametrize("which", ["blocked", "shipped"])
def test_a_decision_is_valid_sarif(which: str, faults: Any, request: pytest.FixtureRequest) -> None:
    source: DecidedRelease = request.getfixturevalue(which)
    log = sarif_of(source.decision)

    assert faults(log) == []
    assert len(set(fingerprints(log))) == len(log["runs"][0]["results"])


def test_a_runs_failing_samples_are_valid_sarif_with_a_fingerprint_each(desk: Workspace, faults: Any) -> None:
    plan = desk.run_plans.all()[0].record
    first, again = (
        run_sarif(plan, results({"a": marks, "b": "f", "c": "s"}), file="evals/answers.yaml", version="0.1.0")
        for marks in ("f", "ff")
    )

    assert faults(first) == []
    assert faults(export_sarif(desk, plan)) == []
    assert len(set(fingerprints(first))) == 2
    assert fingerprints(first) == fingerprints(again)


def test_a_lint_report_is_valid_sarif(tmp_path: Path, faults: Any, capsys: pytest.CaptureFixture[str]) -> None:
    key = "ghp_" + "a1B2c3D4e5F6" * 3
    (tmp_path / "app.py").write_text(f"first = '{key}'\nsecond = '{key[::-1]}'\n# {key}x\n")
    assert run(["lint", "--root", str(tmp_path), "--format", "sarif"]) == 1
    log = json.loads(capsys.readouterr().out)

    assert faults(log) == []
    assert log["runs"][0]["results"]
    assert all(fingerprints(log))


_CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase"},
    "properties": {"property"},
    "property": set(),
    "testcase": {"properties", "failure", "error", "skipped", "system-out"},
    "failure": set(),
    "error": set(),
    "skipped": set(),
    "system-out": set(),
}
_COUNTS = {"tests", "failures", "errors", "skipped"}
_ATTRIBUTES = {
    "testsuites": (set(), {"name", "time", *_COUNTS}),
    "testsuite": ({"name", "tests"}, {"timestamp", "time", "hostname", *_COUNTS}),
    "properties": (set(), set()),
    "property": ({"name", "value"}, set()),
    "testcase": ({"name", "classname"}, {"time"}),
    "failure": (set(), {"message", "type"}),
    "error": (set(), {"message", "type"}),
    "skipped": (set(), {"message"}),
    "system-out": (set(), set()),
}


def against_the_grammar(text: str) -> list[str]:
    """What of a file the grammar of Jenkins' and Surefire's readers does not know, and counts that are wrong."""
    wrong = []
    for node in (root := ET.fromstring(text)).iter():  # noqa: S314 - made here
        needed, allowed = _ATTRIBUTES.get(node.tag, (set(), set()))
        if node.tag not in _CHILDREN or not needed <= set(node.attrib) <= needed | allowed:
            wrong.append(f"{node.tag}: {sorted(node.attrib)}")
        wrong += [f"{child.tag} in {node.tag}" for child in node if child.tag not in _CHILDREN.get(node.tag, set())]
        if node.tag == "testcase" and sum(child.tag in {"failure", "error", "skipped"} for child in node) > 1:
            wrong.append("two outcomes of one case")
    for suite in (root, *root.iter("testsuite")):
        for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            if name in suite.attrib and int(suite.attrib[name]) != len(list(suite.iter(tag))):
                wrong.append(f"{suite.tag}: {name}")
    return wrong


def test_the_grammar_refuses_what_is_no_junit() -> None:
    assert against_the_grammar('<testsuites tests="1"><testsuite name="a" tests="0"/></testsuites>')
    assert against_the_grammar('<testsuites><testsuite name="a" tests="0"><case/></testsuite></testsuites>')


@pytest.mark.parametrize("which", ["blocked", "shipped"])
def test_a_decision_is_junit_that_ci_reads(which: str, request: pytest.FixtureRequest) -> None:
    assert against_the_grammar(junit_of(request.getfixturevalue(which).decision)) == []


def test_runs_and_pack_tests_are_junit_that_ci_reads(desk: Workspace) -> None:
    from roadworthy.runtime.evaluation.reporting import render_run

    for stored in desk.run_plans.all():
        made = b"".join(render_run(desk, stored.record, form="junit", baseline=None, with_texts=False))
        assert against_the_grammar(made.decode()) == []
    suite = pack_junit("desk", rules=["desk/a", "desk/b"], failed=[], owed=["desk/b: <uncovered> & so"])
    assert against_the_grammar(whole_junit([suite])) == []
