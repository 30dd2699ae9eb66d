"""A finding that is accepted stays accepted for as long as its signed exception counts, and no minute longer."""

import json
from datetime import timedelta

import pytest

from fakes.governed_system import write_governed_system
from roadworthy.adapters.clock import SystemClock
from roadworthy.cli.main import run
from roadworthy.core.errors import ConfigError
from roadworthy.core.severity import Severity
from roadworthy.core.subject import Subject
from roadworthy.findings.model import Confirmed, FindingSource, RiskAccepted, Verified
from roadworthy.findings.state import FindingStatus
from roadworthy.runtime.findings.adding import Report, add_finding
from roadworthy.runtime.findings.moving import all_findings, finding_named, take
from roadworthy.runtime.findings.recording import Sighting, record
from roadworthy.runtime.findings.stepping import close, fix
from roadworthy.runtime.oversight.signing import KeyChoice
from roadworthy.runtime.workspace import Workspace

REPORT = Report(title="It leaks", rule="leaks", severity=Severity.WARN, source=FindingSource.AUDIT)


@pytest.mark.slow
def test_an_accepted_finding_is_open_again_when_its_exception_ends(tmp_path, monkeypatch, capsys):
    root = write_governed_system(tmp_path / "desk", keys=tmp_path / "keys")
    monkeypatch.chdir(root)

    def rw(*arguments, by="ada", code=0):
        monkeypatch.setenv("ROADWORTHY_ACTOR", by)
        capsys.readouterr()
        assert run(list(arguments)) == code, capsys.readouterr().err
        return capsys.readouterr().out

    def at(actor):
        return Workspace(root=root, environ={"ROADWORTHY_ACTOR": actor})

    rw("assess")
    rw("eval", "run", "refusals")
    expires = (SystemClock().now() + timedelta(days=10)).date().isoformat()
    asked = rw(
        *("exception", "request", "desk/answers-right", "--reason-code", "not_yet_feasible"),
        *("--justification", "the samples come next week", "--compensate", "desk/refusals-hold"),
        *("--expires", expires, "--format", "json"),
    )
    exception = json.loads(asked)["exception"]["id"]
    finding = add_finding(at("ada"), REPORT).id
    take(at("dora"), finding, Confirmed(reason="so"))
    accept = RiskAccepted(exception=exception, reason="until the samples are here")

    with pytest.raises(ConfigError, match="does not count for this finding: it is not approved"):
        take(at("dora"), finding, accept)
    rw(
        *("exception", "approve", exception, "--role", "ai_owner"),
        *("--key", str(tmp_path / "keys" / "ben.pem")),
        by="ben",
    )
    with pytest.raises(ConfigError, match="no decision says that what compensates it holds"):
        take(at("dora"), finding, accept)
    rw("gate", code=3)
    assert take(at("dora"), finding, accept).status is FindingStatus.RISK_ACCEPTED
    assert finding_named(at("ada"), finding).status is FindingStatus.RISK_ACCEPTED

    # Another one is in a component that no release has which the exception is about.
    other = Subject(kind="component", name="answer-prompt", digest="sha256:" + "0" * 64)
    sighting = Sighting(
        source=FindingSource.AUDIT, rule="r", title="t", severity=Severity.WARN, seen_in="audit", about=(other,)
    )
    (elsewhere,) = record(at("ada"), [sighting], system="echo-desk")
    take(at("dora"), elsewhere.id, Confirmed(reason="so"))
    with pytest.raises(ConfigError, match="the finding is in component answer-prompt too"):
        take(at("dora"), elsewhere.id, accept)

    rw("exception", "revoke", exception, "--reason", "we test it now", by="dora")

    state, due = next(pair for pair in all_findings(at("ada")) if pair[0].finding.id == finding)
    assert (state.status, due.is_running) == (FindingStatus.REOPENED, True)
    assert exception in state.reason

    # Mended after all; that nothing can test it is signed by somebody else, with a key of theirs.
    rw("freeze")
    fix(at("ada"), finding, release="1.0.0", reason="filtered")
    rw("eval", "run", "refusals", "--no-cache")
    evidence = at("ada").evidence.all()[-1].record.id
    take(at("dora"), finding, Verified(evidence=evidence, reason="run again"))
    own, others = (KeyChoice(key=tmp_path / "keys" / f"{name}.pem") for name in ("ben", "cleo"))
    for signing, problem in ((None, "say with which key you sign"), (others, "this is no key of ben")):
        with pytest.raises(ConfigError, match=problem):
            close(at("ben"), finding, test=None, no_test="the log is gone", signing=signing)
    assert close(at("ben"), finding, test=None, no_test="the log is gone", signing=own).number == 5
    assert "signed with ben-key" in rw("finding", "show", finding)

    # What it was verified with is recalled: it is open again, whatever was signed.
    rw("evidence", "recall", evidence, "--cause", "evidence_false", "--reason", "it read the wrong log", by="ben")
    assert "counts no more: it was recalled" in finding_named(at("ada"), finding).reason
    assert finding_named(at("ada"), finding).status is FindingStatus.REOPENED
