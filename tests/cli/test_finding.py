"""`rw finding …`: recorded once, read in from reports and runs, mended by one person and verified by another."""

import json
import threading
from dataclasses import replace

import pytest

from fakes.review_people import GOVERNANCE_YAML
from fakes.small_system import CODE, write_code, write_system
from roadworthy.cli.main import run
from roadworthy.core.errors import ConfigError, ConflictError, NotFoundError, NotPermittedError
from roadworthy.core.severity import Severity
from roadworthy.findings.model import (
    Closed,
    Confirmed,
    Dismissed,
    FindingChange,
    FindingSource,
    FindingTriaged,
    Likelihood,
    NoRegressionTest,
    OwnerAssigned,
    RiskAccepted,
    Verified,
)
from roadworthy.findings.state import FindingStatus
from roadworthy.runtime.findings.adding import Report, add_finding
from roadworthy.runtime.findings.importing import import_from
from roadworthy.runtime.findings.moving import all_findings, finding_named, take
from roadworthy.runtime.findings.recording import Sighting, record
from roadworthy.runtime.findings.stepping import close, fix
from roadworthy.runtime.workspace import Workspace

LEAKS = CODE.replace('return "I cannot tell you that."', 'return "PEAR-4711" if "3" in prompt else "No."')
REPORT = Report(
    title="Tells other customers' orders",
    rule="owasp LLM02",
    severity=Severity.BLOCK,
    source=FindingSource.USER_REPORT,
    component="answer-prompt",
    case="ticket-1",
)


@pytest.fixture
def root(tmp_path, monkeypatch):
    root = write_system(tmp_path / "desk")
    (root / "governance.yaml").write_text(GOVERNANCE_YAML)
    monkeypatch.chdir(root)
    monkeypatch.setenv("ROADWORTHY_ACTOR", "ada")
    return root


@pytest.fixture
def rw(root, capsys):
    def call(*arguments, code=0):
        capsys.readouterr()
        done = run([str(argument) for argument in arguments])
        found = capsys.readouterr()
        assert done == code, found.out + found.err
        return found

    return call


def at(root, actor="ada"):
    return Workspace(root=root, environ={"ROADWORTHY_ACTOR": actor})


def confirmed(root):
    """Have ada report it, bea confirm it and cem own it."""
    finding = add_finding(at(root), REPORT).id
    triaged = FindingTriaged(severity=Severity.BLOCK, likelihood=Likelihood.LIKELY, reason="seen")
    for step in (triaged, Confirmed(reason="so"), OwnerAssigned(owner="cem")):
        take(at(root, "bea"), finding, step)
    return finding


def test_a_report_is_listed_shown_and_counted_when_it_comes_again(rw, root):
    said = ("Tells other customers' orders", "--rule", "owasp LLM02", "--severity", "block", "--case", "ticket-1")
    finding = json.loads(rw("finding", "add", *said, "--component", "answer-prompt", "--format", "json").out)
    again = add_finding(at(root), REPORT)

    assert (finding["became"], again.became, again.id) == ("new", "seen_again", finding["id"])
    ((state, due),) = all_findings(at(root))
    assert (state.count, state.severity, due.allowed_days) == (2, Severity.BLOCK, 10)
    assert "2×" in rw("finding", "list").out
    shown = rw("finding", "show", state.finding.fingerprint).out
    assert "no rule of the policy asks for it" in shown
    assert "about component answer-prompt" in shown


def test_the_samples_that_failed_in_a_run_become_findings_once(rw, root):
    write_code(root, LEAKS)
    rw("assess")
    rw("eval", "run", "refusals")

    first = import_from(at(root), sarif=None, lint=False, run="refusals").findings
    second = import_from(at(root), sarif=None, lint=False, run="refusals").findings

    assert {one.title for one in first} == {
        f"prompt_leak: sample {sample} fails canary_leak" for sample in ("r3", "r13", "r23")
    }
    assert {one.became for one in first} == {"new"}
    assert {one.became for one in second} == {"known"}
    states = [state for state, _ in all_findings(at(root))]
    assert all(state.finding.policy_grade and not state.is_violation for state in states)
    assert {len(state.finding.cases) for state in states} == {1}
    assert "PEAR-4711" not in "".join(str(row) for row in at(root).ledger.rows("kind = 'finding'", ()))


def sarif(root, *, level="error", kind="fail", rule="no-eval", suppressed=False, prints=None):
    result = {
        "ruleId": rule,
        "level": level,
        "kind": kind,
        "message": {"text": "the user said: my card is 4111 1111 1111 1111"},
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": "prompts/answer.txt"}, "region": {"startLine": 1}}}
        ],
        "partialFingerprints": prints or {"primaryLocationLineHash": "abc:1"},
        "suppressions": [{"kind": "inSource"}] if suppressed else [],
    }
    rules = [{"id": "no-eval", "shortDescription": {"text": "eval() is called"}}]
    log = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "scan", "rules": rules}}, "results": [result]}]}
    path = root / "report.sarif"
    path.write_text(json.dumps(log))
    return path


def test_a_scanner_report_is_read_in_without_the_text_of_its_messages(root):
    (made,) = import_from(at(root), sarif=sarif(root), lint=False, run=None).findings

    state = finding_named(at(root), made.id)
    assert (state.finding.rule, state.finding.title) == ("scan: no-eval", "eval() is called")
    assert (state.severity, state.finding.place) == (Severity.BLOCK, "prompts/answer.txt:1")
    assert [subject.name for subject in state.about] == ["answer-prompt"]
    assert "4111" not in "".join(str(row) for row in at(root).ledger.rows("1 = 1", ()))


@pytest.mark.parametrize("given", [{"suppressed": True}, {"kind": "pass"}, {"kind": "notApplicable"}])
def test_what_is_no_finding_is_passed_over_and_counted(root, given):
    made = import_from(at(root), sarif=sarif(root, **given), lint=False, run=None)

    assert (made.findings, made.passed_over) == ((), 1)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "not JSON"),
        ("[]", "no SARIF 2.1.0 log"),
        ('{"version": "2.0.0", "runs": []}', "no SARIF 2.1.0 log"),
        ('{"version": "2.1.0", "runs": [{"results": [{}]}]}', "names no rule"),
        ("[" * 100_000, "not JSON"),
        ('{"version": "2.1.0", "runs": {"a": 1}}', "no SARIF 2.1.0 log"),
    ],
)
def test_a_report_that_is_none_is_an_error_and_nothing_is_written(root, text, problem):
    (root / "report.sarif").write_text(text)

    with pytest.raises(ConfigError, match=problem):
        import_from(at(root), sarif=root / "report.sarif", lint=False, run=None)
    assert all_findings(at(root)) == ()


@pytest.mark.parametrize("runs", [[None], [{"results": None}], [{"results": ["x"]}], [{"tool": []}]])
def test_a_report_of_odd_shape_has_no_findings(root, runs):
    (root / "report.sarif").write_text(json.dumps({"version": "2.1.0", "runs": runs}))

    assert import_from(at(root), sarif=root / "report.sarif", lint=False, run=None).findings == ()


def test_a_look_at_the_repository_and_its_report_are_the_same_findings(rw, root):
    (root / "prompts" / "answer.txt").write_text("Answer. The key is sk_live_" + "tR7kq92LmZx4Vb8NcW3pJd6y" + "\n")
    report = root / "lint.sarif"
    report.write_text(rw("lint", "--format", "sarif", code=1).out)

    looked = import_from(at(root), sarif=None, lint=True, run=None).findings
    read = import_from(at(root), sarif=report, lint=False, run=None).findings

    assert looked
    assert {one.id for one in read} == {one.id for one in looked}
    assert {one.became for one in read} == {"seen_again"}


def test_a_finding_is_closed_only_after_a_fix_evidence_and_a_test(rw, root):
    write_code(root, CODE)
    finding = confirmed(root)
    rw("freeze")
    fix(at(root, "cem"), finding, release="1.0.0", reason="filtered")

    with pytest.raises(NotFoundError, match="no evidence is called 'ev_0'"):
        take(at(root, "bea"), finding, Verified(evidence="ev_0", reason="x"))
    with pytest.raises(ConfigError, match="that is fixed cannot be closed"):
        close(at(root, "bea"), finding, test="refusals/r1", no_test=None)
    rw("assess")
    rw("eval", "run", "answers")
    evidence = at(root).evidence.all()[-1].record.id
    with pytest.raises(NotPermittedError, match="cem mended it, or had to: somebody else verifies"):
        take(at(root, "cem"), finding, Verified(evidence=evidence, reason="x"))
    take(at(root, "bea"), finding, Verified(evidence=evidence, reason="run again"))
    with pytest.raises(NotFoundError, match="task refusals has no sample 'r99'"):
        close(at(root, "bea"), finding, test="refusals/r99", no_test=None)
    with pytest.raises(NotPermittedError, match="cem mended it"):
        close(at(root, "cem"), finding, test=None, no_test="cannot be told")
    state = close(at(root, "bea"), finding, test="refusals/r1", no_test=None)

    assert (state.status, state.number) == (FindingStatus.CLOSED, 6)
    assert "kept mended by sample r1 of task refusals" in rw("finding", "show", finding).out
    assert add_finding(at(root), REPORT).became == "reopened"


@pytest.mark.parametrize(
    ("task", "problem"),
    [
        ("refusals", "says that sample r3 of task refusals still fails"),
        ("answers", "does not tell how sample r3 of task refusals goes now"),
    ],
)
def test_a_finding_is_verified_by_its_own_case_passing_and_by_nothing_else(rw, root, task, problem):
    write_code(root, LEAKS)
    rw("assess")
    rw("eval", "run", "refusals")
    found = import_from(at(root), sarif=None, lint=False, run="refusals").findings
    finding = next(one.id for one in found if "sample r3 " in one.title)
    take(at(root, "bea"), finding, Confirmed(reason="so"))
    rw("freeze")
    fix(at(root, "cem"), finding, release="1.0.0", reason="said to be filtered")
    rw("eval", "run", task, "--no-cache")

    with pytest.raises(ConfigError, match=problem):
        take(at(root, "bea"), finding, Verified(evidence=at(root).evidence.all()[-1].record.id, reason="x"))
    assert finding_named(at(root), finding).status is FindingStatus.FIXED


def test_what_a_finding_was_closed_with_must_still_be_there_and_signed(rw, root):
    tested = confirmed(root)
    untested = add_finding(at(root), replace(REPORT, case="ticket-2")).id
    take(at(root, "bea"), untested, Confirmed(reason="so"))
    rw("freeze")
    rw("assess")
    for finding in (tested, untested):
        fix(at(root, "cem"), finding, release="1.0.0", reason="filtered")
    rw("eval", "run", "answers")
    evidence = at(root).evidence.all()[-1].record.id
    for finding in (tested, untested):
        take(at(root, "bea"), finding, Verified(evidence=evidence, reason="run again"))
    close(at(root, "bea"), tested, test="refusals/r1", no_test=None)
    state, nothing = finding_named(at(root), untested), NoRegressionTest(reason="cannot be told")
    slipped = FindingChange(
        of=untested, number=state.number + 1, by="bea", at=state.last_at, step=Closed(regression=nothing)
    )
    at(root).finding_changes.add(slipped)
    task = root / "evals" / "refusals.yaml"

    assert finding_named(at(root), tested).status is FindingStatus.CLOSED
    task.write_text(task.read_text().replace("{id: r1,", "{id: r1-of-old,"))

    after = [finding_named(at(root), finding) for finding in (tested, untested)]
    assert [(one.status, one.status.is_open) for one in after] == [(FindingStatus.REOPENED, True)] * 2
    assert "the sample r1 of task refusals, which kept it mended, is gone" in after[0].reason
    assert "signed with no key" in after[1].reason
    task.write_text("not a task")
    assert "nobody can tell whether sample r1 of task refusals" in finding_named(at(root), tested).reason


def test_evidence_of_before_the_finding_or_about_something_else_verifies_nothing(rw, root):
    rw("assess")
    rw("eval", "run", "answers")
    before = at(root).evidence.all()[-1].record.id
    finding = confirmed(root)
    rw("freeze")
    fix(at(root, "cem"), finding, release="1.0.0", reason="filtered")

    with pytest.raises(ConfigError, match="observed before the finding was seen last"):
        take(at(root, "bea"), finding, Verified(evidence=before, reason="x"))


def test_a_finding_is_not_accepted_with_an_exception_that_there_is_not(root):
    finding = confirmed(root)

    with pytest.raises(NotFoundError, match="no exception is called 'exception_0'"):
        take(at(root, "bea"), finding, RiskAccepted(exception="exception_0", reason="x"))
    assert finding_named(at(root), finding).status is FindingStatus.CONFIRMED


@pytest.mark.parametrize(
    ("actor", "why"),
    [("ada", "ada reported it"), ("cem", "cem has to mend it"), ("dan", "holds no role"), ("zoe", "knows nobody")],
)
def test_who_may_not_dismiss_is_refused_and_only_that_is_written(root, actor, why):
    finding = confirmed(root)
    before = len(at(root).ledger.entries())

    with pytest.raises(NotPermittedError, match=why):
        take(at(root, actor), finding, Dismissed(reason="not so"))
    assert [entry.kind for entry in at(root).ledger.entries()[before:]] == ["refusal"]


def test_of_two_who_see_the_same_first_at_once_both_are_counted_and_one_finding_is_made(root):
    barrier = threading.Barrier(4)
    made = []

    def see(number):
        workspace = at(root, "bot")
        sighting = Sighting(
            source=FindingSource.MONITOR, rule="drift", title="It drifts", severity=Severity.WARN, seen_in=f"w{number}"
        )
        barrier.wait()
        try:
            made.extend(record(workspace, [sighting], system="echo-desk"))
        except ConflictError as fault:
            made.append(fault)

    threads = [threading.Thread(target=see, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    ((state, _),) = all_findings(at(root))
    recorded = [one for one in made if not isinstance(one, ConflictError)]
    assert len(made) == 4
    assert state.count == len(recorded)
    assert sum(one.became == "new" for one in recorded) == 1


def test_what_is_asked_wrongly_is_said(rw, root):
    finding = add_finding(at(root), REPORT).id
    for arguments, problem in (
        (("import",), "say from where"),
        (("import", "--lint", "--run", "x"), "say from where"),
        (("close", finding), "with a test, or with a reason"),
        (("close", finding, "--test", "refusals"), "'refusals' is no case"),
        (("show", "finding_0"), "no finding is called 'finding_0'"),
        (("add", "x", "--rule", "r", "--severity", "warn", "--component", "nope"), "no component is called 'nope'"),
    ):
        assert problem in rw("finding", *arguments, code=2).err


def test_a_finding_is_in_the_graph_with_what_treats_it(root):
    finding = confirmed(root)
    workspace = at(root)

    ((_, _, first),) = list(workspace.findings.traced())
    assert first.node.key == finding
    assert [(edge.kind.value, edge.target.label) for edge in first.edges] == [("about", "answer-prompt")]
