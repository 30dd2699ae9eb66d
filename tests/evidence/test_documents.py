"""Documents say what the decision says, and refuse what its evidence does not."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.core.digest import digest_of, plain
from roadworthy.core.errors import EvidenceError
from roadworthy.evidence.documents.claim import Citations, Claim
from roadworthy.evidence.documents.junit import junit_of
from roadworthy.evidence.documents.markdown import inert, markdown_of
from roadworthy.evidence.documents.report import report_of
from roadworthy.evidence.documents.sarif import sarif_of
from roadworthy.evidence.documents.system_card import system_card_of
from roadworthy.evidence.documents.wording import Tone
from roadworthy.gates.model import RuleOutcome, Validity, Verdict
from roadworthy.gates.wording import percent

if TYPE_CHECKING:
    World = Any

HOSTILE = '<script>alert(1)</script> & "quoted" ]]> \u202egnp.exe \x00 | `code` [a](javascript:x) @all'


def hostile(world: World) -> Any:
    """The decision with hostile text wherever text can come from outside."""
    results = tuple(
        replace(r, reason=HOSTILE, title=HOSTILE, remediation=HOSTILE, command=HOSTILE, requirement=HOSTILE)
        for r in world.decision.results
    )
    return replace(world.decision, results=results, system=HOSTILE, version=HOSTILE, summary=HOSTILE)


def with_validity(world: World, validity: Validity) -> Any:
    results = tuple(
        replace(r, evidence=tuple(replace(u, validity=validity) for u in r.evidence)) for r in world.decision.results
    )
    return replace(world.decision, results=results)


def card(world: World, decision: Any = None, **system: Any) -> Any:
    return system_card_of(
        decision or world.decision,
        release=world.release,
        system=system,
        assessment=world.assessment,
        evidence=world.evidence,
    )


def test_a_measured_claim_cites_the_evidence_that_it_is_made_of(world: World) -> None:
    rule = next(r for r in world.decision.results if r.rule == "base/injection-indirect")
    item = next(e for e in world.evidence if e.result.task == "injection-docs")

    claim = Citations(world.decision, world.evidence).measured(rule, rule.judged[0])

    assert claim.text.startswith("canary_leak: 24 of 120 failed (20 %; 95 % bounds ")
    assert [(c.evidence, c.digest) for c in claim.cites] == [(item.id, digest_of(item))]


@pytest.mark.parametrize("validity", [v for v in Validity if v is not Validity.VALID])
def test_evidence_that_does_not_count_is_not_cited(world: World, validity: Validity) -> None:
    decision = with_validity(world, validity)

    with pytest.raises(EvidenceError, match="no valid evidence says"):
        report_of(decision, release=world.release, evidence=world.evidence)
    with pytest.raises(EvidenceError, match="no valid evidence says"):
        card(world, decision)
    with pytest.raises(EvidenceError, match="does not count"):
        Citations(decision, world.evidence).claim(
            "all is well",
            rule=decision.results[0].rule,
            evidence=[decision.results[0].evidence[0].id],
        )


def test_evidence_whose_digest_changed_since_is_refused(world: World) -> None:
    tampered = tuple(replace(e, type=e.type + "x") for e in world.evidence)

    with pytest.raises(EvidenceError, match="its digest changed"):
        report_of(world.decision, release=world.release, evidence=tampered)


def test_a_figure_that_is_in_no_evidence_is_refused(world: World) -> None:
    results = tuple(
        replace(r, judged=tuple(replace(j, events=j.events + 1) for j in r.judged)) for r in world.decision.results
    )

    with pytest.raises(EvidenceError, match="no valid evidence says"):
        card(world, replace(world.decision, results=results))


def test_a_claim_without_evidence_cannot_be_made(world: World) -> None:
    cites = Citations(world.decision, world.evidence)

    with pytest.raises(ValueError, match="cites nothing"):
        Claim(text="all is well", cites=())
    with pytest.raises(EvidenceError, match="no rule 'base/none'"):
        cites.claim("x", rule="base/none", evidence=["evd_1"])
    with pytest.raises(EvidenceError, match="was not looked at"):
        cites.claim("x", rule="base/leak-canary", evidence=["evd_1"])


def test_every_rule_stands_in_the_report_once_and_the_worst_first(world: World) -> None:
    report = report_of(world.decision, release=world.release, evidence=world.evidence)

    assert [g.anchor for g in report.groups] == ["refuted", "undecided", "owed", "holds"]
    shown = [row.rule for group in report.groups for row in group.rows]
    assert sorted(shown) == sorted(r.rule for r in world.decision.results)
    assert len(report.steps) == 5
    assert (report.word, report.tone) == ("Blocked", Tone.BAD)


def test_the_plot_puts_bar_and_interval_where_they_are(world: World) -> None:
    report = report_of(world.decision, release=world.release, evidence=world.evidence)
    failures, successes = report.panels

    row = next(r for r in failures.rows if r.rule == "base/injection-indirect")
    assert row.threshold < row.low < row.estimate < row.high <= 1.0
    assert row.allowed == (0.0, row.threshold)
    assert successes.rows[0].allowed == (successes.rows[0].threshold, 1.0)
    assert failures.ticks[0] == (0.0, "0 %")
    assert successes.ticks[-1] == (1.0, "100 %")


def test_the_card_shows_what_is_not_stated_and_what_does_not_hold(world: World) -> None:
    made = card(world, name="Desk", purpose="Helps.", users=["customers"], autonomy="supervised")

    assert [f.values for f in made.contact] == [(), ()]
    assert made.people[0].values == ("customers",)
    assert made.oversight[0].values == ("Acts; a person watches and can stop it",)
    assert {item.rule for item in made.limitations} == {
        r.rule for r in world.decision.results if r.outcome not in (RuleOutcome.PASS,)
    }
    assert "A person can step in" not in made.held


def test_every_figure_of_the_card_can_be_looked_up(world: World) -> None:
    ids = {(e.id, digest_of(e)) for e in world.evidence}

    made = plain(card(world))

    cited = {(c["evidence"], c["digest"]) for claim in made["claims"] for c in claim["cites"]}
    assert len(made["claims"]) == 5
    assert cited == ids


def test_code_scanning_gets_every_rule_with_something_left_to_do(world: World) -> None:
    log = sarif_of(world.decision, task_files={"injection-docs": "evals/injection.yaml"})

    run = log["runs"][0]
    by_rule = {r["ruleId"]: r for r in run["results"]}
    assert set(by_rule) == {r.rule for r in world.decision.results if r.outcome is not RuleOutcome.PASS}
    assert by_rule["base/injection-indirect"]["level"] == "error"
    assert by_rule["base/kill-switch"]["level"] == "warning"
    files = {rule: r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for rule, r in by_rule.items()}
    assert files["base/injection-indirect"] == "evals/injection.yaml"
    assert files["base/runbook"] == "roadworthy.yaml"
    for rule, found in by_rule.items():
        assert run["tool"]["driver"]["rules"][found["ruleIndex"]]["id"] == rule
    json.dumps(log)


def test_a_finding_keeps_its_fingerprint_from_release_to_release(world: World) -> None:
    one = sarif_of(world.decision)["runs"][0]["results"][0]["partialFingerprints"]
    two = sarif_of(replace(world.decision, release=digest_of("next")))["runs"][0]["results"][0]["partialFingerprints"]

    assert one["roadworthyRule/v1"] == two["roadworthyRule/v1"]
    assert one["roadworthyRelease/v1"] != two["roadworthyRelease/v1"]


def test_ci_gets_refuted_as_failure_and_undecided_as_error(world: World) -> None:
    suite = ElementTree.fromstring(junit_of(world.decision))  # noqa: S314 - our own text

    tags = {case.get("name"): [child.tag for child in case] for case in suite.iter("testcase")}
    assert tags["base/injection-indirect"] == ["failure"]
    assert tags["base/personal-data"] == ["error"]
    assert tags["base/runbook"] == ["system-out"]
    assert tags["base/leak-canary"] == []
    assert (suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("1", "2", "0")


@pytest.mark.parametrize(
    ("outcome", "tag"),
    [
        (RuleOutcome.FAIL, "failure"),
        (RuleOutcome.MISSING, "error"),
        (RuleOutcome.STALE, "error"),
        (RuleOutcome.UNDERPOWERED, "error"),
        (RuleOutcome.ERROR, "error"),
        (RuleOutcome.NOT_APPLICABLE, "skipped"),
        (RuleOutcome.PENDING, "skipped"),
    ],
)
def test_each_outcome_of_a_blocking_rule_has_its_element(world: World, outcome: RuleOutcome, tag: str) -> None:
    decision = replace(world.decision, results=(replace(world.decision.results[0], outcome=outcome),))

    suite = ElementTree.fromstring(junit_of(decision))  # noqa: S314 - our own text

    assert [child.tag for child in next(suite.iter("testcase"))] == [tag]


def test_hostile_text_stays_text_in_junit(world: World) -> None:
    suite = ElementTree.fromstring(junit_of(hostile(world)))  # noqa: S314 - our own text

    failure = next(suite.iter("failure"))
    assert failure.get("message", "").startswith('<script>alert(1)</script> & "quoted" ]]>')
    assert not list(suite.iter("script"))


def test_hostile_text_stays_text_in_a_comment(world: World) -> None:
    text = markdown_of(hostile(world))

    assert "<script" not in text
    assert "\u202e" not in text
    assert r"U\+202E" in text
    assert "@all" not in text
    rows = [line for line in text.splitlines() if line.startswith("| ") and "script" in line]
    assert rows
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 5 for row in rows)


@given(text=st.text(max_size=80))
def test_inert_text_has_no_line_breaks_tags_or_hidden_characters(text: str) -> None:
    shown = inert(text)

    assert "\n" not in shown
    assert "<" not in shown
    assert re.search(r"(?<!\\)[`\[\]|*_]", shown) is None
    assert all(character.isprintable() or character == "\u200b" for character in shown)


def test_a_comment_names_the_verdict_and_each_rule_that_is_owed(world: World) -> None:
    text = markdown_of(world.decision)

    assert text.startswith("## ⛔ Blocked: support-desk 2026.11.3")
    assert text.count("\n| ") == 7
    assert "rw eval run injection-docs" in text.replace("\\", "")


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_has_words(world: World, verdict: Verdict) -> None:
    report = report_of(replace(world.decision, verdict=verdict), release=world.release, evidence=world.evidence)

    assert report.word
    assert report.meaning.endswith(".")


@given(rate=st.floats(0.0, 1.0))
def test_a_rate_is_never_rounded_to_none_or_all(rate: float) -> None:
    assert (percent(rate) == "0 %") == (rate == 0.0)
    assert (percent(rate) == "100 %") == (rate == 1.0)
