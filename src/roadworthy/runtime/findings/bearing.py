"""Whether evidence shows that a finding is mended, and whether what it was closed with still counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.core.errors import ConfigError, NotFoundError, RoadworthyError
from roadworthy.core.evidence import Evidence
from roadworthy.core.records import Stored
from roadworthy.core.result import Failure, Success
from roadworthy.evals.model import SampleResult
from roadworthy.findings.model import CaseRef, FindingChange, NoRegressionTest, RegressionTest
from roadworthy.findings.state import FindingState, FindingStatus
from roadworthy.gates.oversight.recalled import is_recalled
from roadworthy.gates.recall import Recall
from roadworthy.gates.validity import component_digests
from roadworthy.runtime.findings.signing import closure_key, needs_signature
from roadworthy.runtime.gating import signature_holds
from roadworthy.runtime.trust.bearing import recalls_known
from roadworthy.runtime.workspace import Workspace


@dataclass(frozen=True)
class Proofs:
    """What findings were verified and closed with, read once for many."""

    workspace: Workspace

    @cached_property
    def _recalls(self) -> tuple[Recall, ...]:
        return recalls_known(self.workspace)

    @cached_property
    def _cases(self) -> frozenset[CaseRef] | None:
        """Every sample of every task; None: the tasks do not read."""
        try:
            return frozenset(_cases(self.workspace))
        except RoadworthyError:
            return None

    @cached_property
    def _closings(self) -> dict[str, Stored[FindingChange]]:
        """The last change of each finding that closed it without a test."""
        stored = self.workspace.finding_changes.all()
        return {one.record.of: one for one in stored if needs_signature(one.record)}

    def why_open(self, state: FindingState) -> str:
        """Return why a verified or closed finding is open again all the same; empty where it is not."""
        if state.status not in (FindingStatus.VERIFIED, FindingStatus.CLOSED):
            return ""
        return self._unverified(state) or self._untested(state)

    def _unverified(self, state: FindingState) -> str:
        try:
            stored = self.workspace.evidence.get(state.verified_with or "")
        except NotFoundError:
            return f"evidence {state.verified_with}, with which it was verified, is gone"
        if why := self.why_not_counted(stored):
            return f"evidence {stored.record.id}, with which it was verified, counts no more: {why}"
        return ""

    def why_not_counted(self, stored: Stored[Evidence]) -> str:
        """Return why a piece of evidence counts for nothing; empty where it does."""
        if not signature_holds(stored, self.workspace.keyring):
            return "its signature does not hold"
        recall = next((one for one in self._recalls if is_recalled(one, stored.record)), None)
        return "" if recall is None else f"it was recalled ({recall.id}): {recall.reason}"

    def _untested(self, state: FindingState) -> str:
        match state.regression:
            case NoRegressionTest() if self.closing_key(state) is None:
                return "that it needs no regression test is signed with no key that the governance file has of them"
            case RegressionTest(case=case):
                return self._lost(case)
        return ""

    def _lost(self, case: CaseRef) -> str:
        cases = self._cases
        if cases is None:
            return (
                f"the tasks do not read, so nobody can tell whether sample {case.sample} of task {case.task} is there"
            )
        if case not in cases:
            return f"the sample {case.sample} of task {case.task}, which kept it mended, is gone"
        return ""

    def closing_key(self, state: FindingState) -> str | None:
        """Return the id of the key with which it was signed that a finding needs no regression test.

        None: it is not closed so, or no key that the governance file has of who closed it made the signature.
        """
        closing = self._closings.get(state.finding.id)
        if closing is None or not isinstance(state.regression, NoRegressionTest):
            return None
        return closure_key(self.workspace, closing, finding=self.workspace.findings.get(state.finding.id).digest)


def require_verifies(workspace: Workspace, state: FindingState, reference: str) -> None:
    """Check that evidence shows that a finding is mended: it counts, is about the release, is new enough, and passed.

    Raises:
        NotFoundError: If there is no such evidence.
        ConfigError: If it shows nothing of the kind.
    """
    stored = workspace.evidence.get(reference)
    evidence = stored.record
    if state.fixed_in is None or state.fixed_at is None:
        raise ConfigError("nobody said which release mends it", where=state.finding.id, fix="see `rw finding fix`")
    release = workspace.releases.record(state.fixed_in)
    _require_about(evidence, {release.digest, *component_digests(release).values()}, version=release.version)
    again = f"run the check again on release {release.version}"
    skew = timedelta(seconds=0 if workspace.governance is None else workspace.governance.clock_skew_s)
    if why := Proofs(workspace).why_not_counted(stored):
        problem = f"counts for nothing: {why}"
    elif evidence.observed_at < state.last_seen:
        problem = "was observed before the finding was seen last"
    elif evidence.observed_at > workspace.clock.now() + skew:
        problem = "is dated in the future"
    else:
        problem = _shows_otherwise(workspace, state, evidence)
    if problem:
        raise ConfigError(f"evidence {evidence.id} {problem}", where="--evidence", fix=again)


def _require_about(evidence: Evidence, of_release: set[str], *, version: str) -> None:
    about = {subject.digest for subject in evidence.subjects}
    if not about or not about <= of_release:
        raise ConfigError(
            f"evidence {evidence.id} is about something that release {version} does not have",
            where="--evidence",
            fix=f"run the check on release {version}, and name what comes of it",
        )


def _shows_otherwise(workspace: Workspace, state: FindingState, evidence: Evidence) -> str:
    """Return what speaks against a finding being mended in ``evidence``; empty where nothing does."""
    if evidence.declaration is not None and not evidence.declaration.supports:
        return "says that it does not hold"
    if evidence.proof is not None and evidence.proof.escaped:
        return f"proves that {evidence.proof.escaped[0]} goes unnoticed"
    if evidence.result is None:
        return ""
    if evidence.result.imported is not None:
        return "" if not state.finding.cases else "is of another tool, which does not say how the finding's case went"
    results = tuple(workspace.runs.results(evidence.result.run))
    return _of_cases(state.finding.cases, task=evidence.result.task, results=results)


def _of_cases(cases: tuple[CaseRef, ...], *, task: str, results: tuple[SampleResult, ...]) -> str:
    failed = {one.sample for one in results if any(isinstance(score.outcome, Failure) for score in one.scores)}
    passed = {one.sample for one in results if any(isinstance(score.outcome, Success) for score in one.scores)}
    for case in cases:
        if case.task != task or case.sample not in passed | failed:
            return f"does not tell how sample {case.sample} of task {case.task} goes now"
        if case.sample in failed:
            return f"says that sample {case.sample} of task {case.task} still fails"
    if not cases and failed:
        return f"has samples that fail ({', '.join(sorted(failed)[:3])}), and the finding names none that is to pass"
    return "" if passed else "has no sample that passed"


def require_case(workspace: Workspace, case: CaseRef) -> None:
    """Check that a task of the manifest asks a sample.

    Raises:
        NotFoundError: If it does not.
    """
    known = frozenset(_cases(workspace))
    if case in known:
        return
    if case.task not in {one.task for one in known}:
        raise NotFoundError(f"no task is called {case.task[:80]!r}", where="--test", fix="see `rw plan`")
    raise NotFoundError(
        f"task {case.task} has no sample {case.sample[:80]!r}",
        where="--test",
        fix="add it to the task, or make it with `rw suites capture`",
    )


def _cases(workspace: Workspace) -> Iterator[CaseRef]:
    for task in workspace.task_files.load(load_manifest(workspace.manifest_path).tasks):
        for sample in task.samples:
            yield CaseRef(task=task.id, sample=sample.id)
