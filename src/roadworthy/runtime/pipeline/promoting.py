"""Moves an alias of a model registry only behind a gate, keeps the history, and notices who went around."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from roadworthy.core.digest import Digest, digest_of, digest_of_bytes
from roadworthy.core.errors import ConfigError, EvidenceError, StoreError
from roadworthy.gates.model import GateDecision
from roadworthy.gates.oversight.in_force import DecisionStanding, DecisionState
from roadworthy.integrations.mlflow.registry import MlflowRegistry, ModelVersion
from roadworthy.inventory.model import FileComponent
from roadworthy.inventory.release import ComponentVersion
from roadworthy.runtime.candidate import Candidate, read_candidate
from roadworthy.runtime.gating import judge_candidate, record_decision
from roadworthy.runtime.oversight.relying import standing_now
from roadworthy.runtime.packing import write_pack
from roadworthy.runtime.pipeline.alias_moves import AliasMove, alias_id, history, last_done, record
from roadworthy.runtime.workspace import Workspace

Files = Sequence[tuple[str, Digest]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionRequest:
    """Which version somebody wants an alias to point to."""

    model: str
    version: str
    alias: str
    component: str | None = None
    """Key of the component that the model is; None: the only one of type ``model``."""

    artifact: str = ""
    """File or folder of the version's artifacts that the component is; empty: all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """What came of it."""

    decision: GateDecision
    move: AliasMove | None
    """None: the alias was not moved."""

    reason: str
    exit_code: int


def promote(workspace: Workspace, registry: MlflowRegistry, request: PromotionRequest) -> Promotion:
    """Gate the release and move the alias if it ships and people's consent to it is in force.

    Version and run are tagged with the decision whatever it is.

    Raises:
        EvidenceError: If the version is not what the release's component is, or nobody can tell. Nothing is
            decided and the alias stays.
        ConflictError: If somebody else moved the alias at the same time; it stays.
    """
    version = registry.version(request.model, request.version)
    candidate = read_candidate(workspace)
    component = _component(candidate, request.component)
    files = registry.files(version, below=request.artifact) if version.is_ready else ()
    _require_same(candidate, component, files, version=version)
    stored = record_decision(workspace, judge_candidate(workspace, candidate=candidate))
    decision, pack = stored.record, _pack(workspace, stored.record)
    registry.tag(version, _tags(decision, digest=stored.digest, pack=pack))
    refusal = refusal_of(decision, standing_now(workspace, decision))
    if refusal:
        return Promotion(decision=decision, move=None, reason=refusal, exit_code=decision.verdict.exit_code or 3)
    of = alias_id(registry.address, request.model, request.alias)
    move = AliasMove(
        id=workspace.ids.new("move"),
        of=of,
        number=len(history(workspace, of)) + 1,
        state="begun",
        registry=registry.address,
        model=request.model,
        alias=request.alias,
        before=registry.alias(request.model, request.alias),
        after=version.version,
        component=component.key,
        content=digest_of(sorted(files)),
        release=candidate.release.digest,
        decision=decision.id,
        decision_digest=stored.digest,
        verdict=decision.verdict,
        pack=pack,
        valid_until=decision.valid_until,
        by=workspace.actor,
        at=workspace.clock.now(),
    )
    done = _carry_out(workspace, registry, move)
    return Promotion(decision=decision, move=done, reason="the alias was moved", exit_code=0)


def _carry_out(workspace: Workspace, registry: MlflowRegistry, move: AliasMove) -> AliasMove:
    record(workspace, move)
    registry.move(move.model, move.alias, move.after)
    if registry.alias(move.model, move.alias) != move.after:
        raise StoreError(
            f"the alias {move.alias} does not point to version {move.after} although MLflow moved it",
            where=move.of,
            fix="somebody may have moved it at the same time: run `rw mlflow check`",
        )
    done = replace(move, id=workspace.ids.new("move"), number=move.number + 1, state="done", at=workspace.clock.now())
    record(workspace, done)
    return done


def refusal_of(decision: GateDecision, standing: DecisionStanding) -> str:
    """Return why ``decision`` lets no alias move; empty where it does.

    It does where it ships, no consent is outstanding, and nothing that it rests on fell away since it was taken.
    """
    if decision.verdict.exit_code != 0:
        return f"the gate says {decision.verdict.value.replace('_', ' ')}: {decision.summary}"
    consent = decision.consent
    if consent is not None and not consent.state.is_consent:
        return f"consent is {consent.state.value.replace('_', ' ')}: {consent.reason}"
    if standing.state is not DecisionState.IN_FORCE:
        return f"the decision is {standing.state.value.replace('_', ' ')}: {standing.reason}"
    return ""


def _pack(workspace: Workspace, decision: GateDecision) -> Digest:
    path, _, _ = write_pack(workspace, decision.id, workspace.state / "packs" / f"{decision.id}.rwpack.zip")
    return digest_of_bytes(path.read_bytes())


def _tags(decision: GateDecision, *, digest: Digest, pack: Digest) -> dict[str, str]:
    return {
        "roadworthy.decision": decision.id,
        "roadworthy.decision_digest": digest,
        "roadworthy.verdict": decision.verdict.value,
        "roadworthy.release": decision.release,
        "roadworthy.pack_digest": pack,
        "roadworthy.valid_until": decision.valid_until.isoformat(),
    }


def _component(candidate: Candidate, key: str | None) -> ComponentVersion:
    models = [one for one in candidate.release.components if one.type in ("model", "adapter")]
    found = [one for one in models if key is None or one.key == key]
    if len(found) != 1:
        known = ", ".join(one.key for one in models) or "none"
        raise ConfigError(
            f"{'several components are' if found else 'no component is'} such a model",
            where="--component",
            fix=f"name one of type model or adapter: {known}",
        )
    return found[0]


def _require_same(candidate: Candidate, component: ComponentVersion, files: Files, *, version: ModelVersion) -> None:
    """Refuse a version whose files are not those of the component. Tags and names prove nothing."""
    if not version.is_ready:
        raise EvidenceError(f"version {version.version} of {version.model} is not ready", fix="try again later")
    spec = next(one for one in candidate.manifest.components if one.key == component.key)
    declared = spec.digest if isinstance(spec, FileComponent) else None
    if component.files:
        is_same = _are_same(component.files, files)
    elif declared is not None:
        is_same = declared in (digest_of(sorted(files)), *(digest for _, digest in files if len(files) == 1))
    else:
        is_same = False
    if not is_same:
        raise EvidenceError(
            f"version {version.version} of {version.model} is not what component {component.key} is: "
            f"its {len(files)} files have other names or digests",
            where=f"{version.model}/{version.version}",
            fix="register the files that the release names, or name the part of them with --artifact",
        )


def _are_same(wanted: Files, found: Files) -> bool:
    if len(wanted) == len(found) == 1:
        return wanted[0][1] == found[0][1]
    return sorted(wanted) == sorted(found)


def open_registry(*, tracking: str | None, registry: str | None) -> MlflowRegistry:
    """Open the registry that the addresses name, else MLflow's own variables."""
    return MlflowRegistry.open(tracking=tracking, registry=registry)


def moves_of(workspace: Workspace, registry: MlflowRegistry, *, model: str, alias: str) -> tuple[AliasMove, ...]:
    """Return every move of an alias, oldest first.

    Raises:
        VerificationError: If the log's moves do not hold.
    """
    return history(workspace, alias_id(registry.address, model, alias))


class AliasState(StrEnum):
    """How an alias stands against what our log says of it."""

    AS_RECORDED = "as_recorded"
    MOVED_AROUND = "moved_around"
    """It points elsewhere than where we last moved it."""

    UNRECORDED = "unrecorded"
    """We never moved it."""

    INTERRUPTED = "interrupted"
    """A move was begun, and nothing says that it was finished."""

    GONE = "gone"
    LAPSED = "lapsed"
    """It points where we moved it, and the decision for that ran out, was voided, or was taken again otherwise."""

    ABSENT = "absent"
    """There is no such alias, and we never moved it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasReport:
    """How an alias stands."""

    state: AliasState
    reason: str
    points_to: str | None
    recorded: str | None
    """Version that we moved it to last."""

    moves: tuple[AliasMove, ...]

    @property
    def exit_code(self) -> int:
        """0 as recorded or absent, 3 where nobody can tell, 1 where somebody went around or it lapsed."""
        if self.state in (AliasState.AS_RECORDED, AliasState.ABSENT):
            return 0
        return 3 if self.state is AliasState.INTERRUPTED else 1


def check_alias(workspace: Workspace, registry: MlflowRegistry, *, model: str, alias: str) -> AliasReport:
    """Hold what an alias points to against what our log says.

    Raises:
        NotFoundError: If there is no such model.
        VerificationError: If the log's moves do not hold.
    """
    found = history(workspace, alias_id(registry.address, model, alias))
    points_to = registry.alias(model, alias)
    last = last_done(found)
    state, reason = _standing(found, points_to, lapse=_lapse(workspace, last) if last else "")
    return AliasReport(
        state=state, reason=reason, points_to=points_to, recorded=last.after if last else None, moves=found
    )


def _lapse(workspace: Workspace, move: AliasMove) -> str:
    """Return why the decision for a move may be relied on no more; empty where it may."""
    if workspace.clock.now() >= move.valid_until:
        return f"decision {move.decision} was in force until {move.valid_until:%Y-%m-%d %H:%M} UTC"
    decision = workspace.decisions.get(move.decision).record
    standing = standing_now(workspace, decision)
    if standing.superseded_by is not None:
        # The same release was decided on again, and that one speaks for it now.
        decision = workspace.decisions.get(standing.superseded_by).record
        standing = standing_now(workspace, decision)
    refusal = refusal_of(decision, standing)
    return f"decision {decision.id} lets it through no more: {refusal}" if refusal else ""


def _standing(found: Sequence[AliasMove], points_to: str | None, *, lapse: str) -> tuple[AliasState, str]:
    last = last_done(found)
    if found and found[-1].state == "begun" and points_to in (found[-1].before, found[-1].after):
        return AliasState.INTERRUPTED, f"a move to version {found[-1].after} was begun; promote it again"
    if last is None:
        if points_to is None:
            return AliasState.ABSENT, "there is no such alias"
        return AliasState.UNRECORDED, f"it points to version {points_to} and was never moved through a gate"
    if points_to is None:
        return AliasState.GONE, f"it pointed to version {last.after} and was removed"
    if points_to != last.after:
        return AliasState.MOVED_AROUND, f"it was moved to version {last.after} and points to {points_to} now"
    if lapse:
        return AliasState.LAPSED, lapse
    return AliasState.AS_RECORDED, f"decision {last.decision} lets version {last.after} through"
