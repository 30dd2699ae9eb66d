"""Whether an exception lets a finding stay: it counts now, covers what has the finding, and its compensation holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from roadworthy.approvals.model import Consents
from roadworthy.core.errors import ConfigError, NotFoundError
from roadworthy.core.subject import Subject
from roadworthy.exceptions.model import ComponentScope, ExceptionState, HeldException
from roadworthy.exceptions.scope import in_scope, scope_text
from roadworthy.exceptions.standing import consent_to, state_of
from roadworthy.findings.state import FindingState
from roadworthy.gates.model import GateDecision
from roadworthy.gates.oversight.in_force import DecisionState
from roadworthy.inventory.release import Release
from roadworthy.runtime.oversight.relying import standing_now
from roadworthy.runtime.trust.bearing import exceptions_known
from roadworthy.runtime.trust.consents import consents_of
from roadworthy.runtime.workspace import Workspace


@dataclass(frozen=True)
class Acceptances:
    """What acceptances of findings are held against, read once for many."""

    workspace: Workspace

    @cached_property
    def _held(self) -> dict[str, HeldException]:
        return {held.exception.id: held for held in exceptions_known(self.workspace)}

    @cached_property
    def _consents(self) -> Consents:
        return consents_of(self.workspace)

    @cached_property
    def _releases(self) -> tuple[Release, ...]:
        return tuple(stored.record for stored in self.workspace.releases.all())

    def require_effective(self, state: FindingState, exception: str) -> None:
        """Check that ``exception`` lets the finding stay now.

        Raises:
            NotFoundError: If there is no such exception.
            ConfigError: If it does not, with the reason.
        """
        if exception not in self._held:
            raise NotFoundError(
                f"no exception is called {exception[:80]!r}", where="--exception", fix="see `rw exception list`"
            )
        if reason := self.why_not(state, exception):
            raise ConfigError(
                f"exception {exception} does not count for this finding: {reason}",
                where="--exception",
                fix=f"see `rw exception show {exception}`",
            )

    def why_not(self, state: FindingState, exception: str) -> str:
        """Return why ``exception`` does not let the finding stay now; empty where it does. Unknown is no."""
        held = self._held.get(exception)
        if held is None:
            return "its record is gone"
        if held.exception.system != state.finding.system:
            return f"it is of {held.exception.system}, and the finding of {state.finding.system}"
        governance, now = self.workspace.governance, self.workspace.clock.now()
        consent = consent_to(held, consents=self._consents, governance=governance, now=now)
        stands, reason = state_of(held, consent=consent, governance=governance, now=now)
        if stands is not ExceptionState.ACTIVE:
            return reason or f"it is {stands.value}"
        return _uncovered(held, state.about, releases=self._releases) or self._uncompensated(held)

    def _uncompensated(self, held: HeldException) -> str:
        """Return why the newest decision on a release in the exception's scope does not bear it out."""
        decision = self._decision(held)
        again = "run `rw gate`"
        if decision is None:
            return f"no decision says that what compensates it holds; {again}"
        standing = next((one for one in decision.exceptions if one.id == held.exception.id), None)
        if standing is None or standing.digest != held.digest:
            return f"decision {decision.id} does not know of it; {again}"
        if not standing.effective:
            return f"it had no effect in {decision.id}: {standing.reason}"
        stands = standing_now(self.workspace, decision)
        if stands.state is not DecisionState.IN_FORCE:
            return f"decision {decision.id}, which bore it out, is {stands.state.value}: {stands.reason}; {again}"
        return ""

    def _decision(self, held: HeldException) -> GateDecision | None:
        covered = {release.digest for release in self._releases if in_scope(held.exception, release)}
        return next((one for one in self.workspace.decisions.newest_first() if one.release in covered), None)


def _uncovered(held: HeldException, about: Collection[Subject], *, releases: Iterable[Release]) -> str:
    """Return what of ``about`` the exception does not reach; empty where it reaches everything that has the finding."""
    known = tuple(releases)
    covered = tuple(release for release in known if in_scope(held.exception, release))
    parts = {(part.key, part.digest) for release in covered for part in release.components}
    scope = held.exception.scope
    if isinstance(scope, ComponentScope):
        # Of the releases that have the component it reaches that component alone.
        parts = {(scope.component, scope.digest)}
        if not any(subject.kind == "component" for subject in about):
            return f"the finding names no component, and the exception is about {scope_text(scope)}"
    digests = {release.digest for release in covered}
    for subject in sorted(about):
        reached = (
            subject.digest in digests
            if subject.kind == "release"
            else subject.kind != "component" or (subject.name, subject.digest) in parts
        )
        if not reached:
            return f"it is about {scope_text(scope)}, and the finding is in {subject.kind} {subject.name} too"
    return ""
