"""Aliases of a real MLflow store: moved only behind the gate, with a history, and watched."""

from __future__ import annotations

import json
import shutil
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fakes.governed_system import write_governed_system
from fakes.small_system import CODE, module_of, write_code, write_system
from roadworthy.adapters.clock import SystemClock
from roadworthy.approvals.standing import ConsentStanding, ConsentState
from roadworthy.cli.main import run
from roadworthy.core.errors import ConflictError, EvidenceError, NotFoundError, VerificationError
from roadworthy.gates.oversight.in_force import DecisionStanding, DecisionState
from roadworthy.gates.recall import Recall, RecallCause
from roadworthy.governance.model import ConsentKind
from roadworthy.integrations.mlflow.registry import MlflowRegistry
from roadworthy.runtime.gating import judge_candidate
from roadworthy.runtime.pipeline.alias_moves import moves, record
from roadworthy.runtime.pipeline.promoting import (
    AliasState,
    PromotionRequest,
    check_alias,
    moves_of,
    promote,
    refusal_of,
)
from roadworthy.runtime.workspace import Workspace

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("mlflow")]


class Later(SystemClock):
    """A clock that is a year ahead."""

    def now(self) -> Any:
        return super().now() + timedelta(days=365)


class Shared:
    """A file store of MLflow with a run that made two models."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # MLflow warns of its own file store
            self.address = f"file://{folder}/store"
            self.registry = MlflowRegistry.open(tracking=self.address, registry=self.address)
            self.client: Any = self.registry._client
            self.run = self.client.create_run(self.client.create_experiment("desk")).info
            for name, content in {"right": b"weights", "other": b"other weights"}.items():
                (folder / name).mkdir()
                (folder / name / "model.bin").write_bytes(content)
                self.client.log_artifacts(self.run.run_id, str(folder / name), name)


class Store:
    """A model of its own in a shared file store of MLflow: version 1 is the release's, version 2 another."""

    def __init__(self, shared: Shared, model: str) -> None:
        self.address, self.registry, self.client = shared.address, shared.registry, shared.client
        self.run, self.model = shared.run, model
        self.client.create_registered_model(model)
        for name in ("right", "other"):
            self.client.create_model_version(model, source=f"{self.run.artifact_uri}/{name}", run_id=self.run.run_id)

    def tags(self, version: str) -> dict[str, str]:
        return dict(self.client.get_model_version(self.model, version).tags)


@pytest.fixture(scope="module", autouse=True)
def _environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        # Another store than the one in use. By default it is a database, for which MLflow loads a large module, in vain
        # where the database's libraries are missing, and again for each version that it lists.
        patch.setenv("MLFLOW_TRACKING_URI", f"file://{tmp_path_factory.mktemp('elsewhere')}")
        for name, value in {
            "MLFLOW_ALLOW_FILE_STORE": "true",
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "DO_NOT_TRACK": "true",
            "ROADWORTHY_ACTOR": "ci:release",
        }.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, _environment: None) -> Shared:
    return Shared(tmp_path_factory.mktemp("mlflow"))


@pytest.fixture
def store(shared: Shared, request: pytest.FixtureRequest) -> Store:
    return Store(shared, f"desk-{zlib.crc32(request.node.name.encode())}")


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory, _environment: None) -> Path:
    root = write_system(tmp_path_factory.mktemp("evaluated") / "desk")
    for command in (["assess"], ["eval", "run"]):
        assert run([*command, "-C", str(root)]) == 0
    return root


@pytest.fixture
def workspace(evaluated: Path, tmp_path: Path) -> Iterator[Workspace]:
    opened = Workspace(root=shutil.copytree(evaluated, tmp_path / "desk"))
    yield opened
    opened.ledger.close()


def asking(store: Store, *, version: str = "1", artifact: str = "") -> PromotionRequest:
    return PromotionRequest(model=store.model, version=version, alias="champion", artifact=artifact)


def test_an_alias_moves_on_a_decision_that_ships_and_both_sides_say_so(
    workspace: Workspace, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    done = promote(workspace, store.registry, asking(store))

    assert (done.exit_code, store.registry.alias(store.model, "champion")) == (0, "1")
    assert store.tags("1")["roadworthy.decision"] == done.decision.id
    run_tags = store.client.get_run(store.run.run_id).data.tags
    assert run_tags["roadworthy.pack_digest"] == store.tags("1")["roadworthy.pack_digest"]
    found = moves_of(workspace, store.registry, model=store.model, alias="champion")
    assert [(one.number, one.state, one.before, one.after, one.by) for one in found] == [
        (1, "begun", None, "1", "ci:release"),
        (2, "done", None, "1", "ci:release"),
    ]
    capsys.readouterr()
    command = ["mlflow", "history", store.model, "champion", "--tracking-uri", store.address, "-C", str(workspace.root)]
    assert run([*command, "--format", "json"]) == 0
    assert [one["state"] for one in json.loads(capsys.readouterr().out)] == ["begun", "done"]


def test_a_version_with_other_files_is_not_promoted_and_nothing_is_decided(workspace: Workspace, store: Store) -> None:
    with pytest.raises(EvidenceError, match="is not what component model is"):
        promote(workspace, store.registry, asking(store, version="2"))

    assert store.registry.alias(store.model, "champion") is None
    assert workspace.decisions.latest() is None


def test_what_the_registry_has_not_is_refused(workspace: Workspace, store: Store) -> None:
    with pytest.raises(NotFoundError, match="MLflow has no"):
        promote(workspace, store.registry, asking(store, version="9"))
    with pytest.raises(EvidenceError, match="has no artifact"):
        promote(workspace, store.registry, asking(store, artifact="../.."))


def test_a_release_that_is_blocked_keeps_the_alias_where_it_is_and_is_tagged_so(tmp_path: Path, store: Store) -> None:
    root = write_system(tmp_path / "bad")
    write_code(root, CODE.replace("I cannot tell you that.", "PEAR-4711"))
    assert module_of(root) in (root / "roadworthy.yaml").read_text()
    assert run(["assess", "-C", str(root)]) == 0
    assert run(["eval", "run", "-C", str(root)]) == 0
    store.registry.move(store.model, "champion", "2")

    command = ["mlflow", "promote", store.model, "--version", "1", "--alias", "champion"]
    code = run([*command, "--tracking-uri", store.address, "-C", str(root)])

    assert code == 1
    assert store.registry.alias(store.model, "champion") == "2"
    assert store.tags("1")["roadworthy.verdict"] == "blocked"


def test_an_alias_that_was_moved_around_the_gate_is_noticed(workspace: Workspace, store: Store) -> None:
    def standing(workspace: Workspace = workspace) -> tuple[AliasState, int]:
        report = check_alias(workspace, store.registry, model=store.model, alias="champion")
        return report.state, report.exit_code

    assert standing() == (AliasState.ABSENT, 0)
    store.registry.move(store.model, "champion", "2")
    assert standing() == (AliasState.UNRECORDED, 1)
    promote(workspace, store.registry, asking(store))
    assert standing() == (AliasState.AS_RECORDED, 0)
    assert standing(Workspace(root=workspace.root, clock=Later())) == (AliasState.LAPSED, 1)
    store.registry.move(store.model, "champion", "2")
    assert standing() == (AliasState.MOVED_AROUND, 1)
    store.client.delete_registered_model_alias(store.model, "champion")
    assert standing() == (AliasState.GONE, 1)


def test_a_promotion_that_was_killed_before_the_alias_moved_is_named(workspace: Workspace, store: Store) -> None:
    done = promote(workspace, store.registry, asking(store)).move
    assert done is not None
    record(workspace, replace(done, id=workspace.ids.new("move"), number=3, state="begun", before="1", after="2"))

    report = check_alias(workspace, store.registry, model=store.model, alias="champion")

    assert (report.state, report.exit_code) == (AliasState.INTERRUPTED, 3)


def test_two_who_move_an_alias_at_once_are_told_apart(workspace: Workspace, store: Store) -> None:
    done = promote(workspace, store.registry, asking(store)).move
    assert done is not None
    record(workspace, replace(done, id=workspace.ids.new("move"), number=3, by="one"))
    with pytest.raises(ConflictError, match=r".+"):
        record(workspace, replace(done, id=workspace.ids.new("move"), number=3, by="other"))


def test_a_move_that_nobody_signed_does_not_count(workspace: Workspace, store: Store) -> None:
    done = promote(workspace, store.registry, asking(store)).move
    assert done is not None
    moves(workspace).add(replace(done, id=workspace.ids.new("move"), number=3))
    with pytest.raises(VerificationError, match="carries no signature"):
        check_alias(workspace, store.registry, model=store.model, alias="champion")


def test_only_consent_in_force_or_not_asked_for_lets_an_alias_move(workspace: Workspace) -> None:
    shipped = judge_candidate(workspace).decision
    in_force = DecisionStanding(decision=shipped.id, state=DecisionState.IN_FORCE)

    def is_let(state: ConsentState) -> bool:
        consent = ConsentStanding(
            kind=ConsentKind.RELEASE, state=state, payload=shipped.release, request=None, reason="somebody is missing"
        )
        return refusal_of(replace(shipped, consent=consent), in_force) == ""

    assert refusal_of(shipped, in_force) == ""
    assert {state for state in ConsentState if is_let(state)} == {ConsentState.APPROVED, ConsentState.NOT_ASKED_FOR}


def test_a_decision_that_may_not_be_relied_on_any_more_lets_no_alias_move(workspace: Workspace) -> None:
    shipped = judge_candidate(workspace).decision
    for state in set(DecisionState) - {DecisionState.IN_FORCE}:
        standing = DecisionStanding(decision=shipped.id, state=state, reason="somebody took it back")
        assert "somebody took it back" in refusal_of(shipped, standing), state


def test_an_alias_lapses_when_evidence_of_its_decision_is_recalled_and_when_the_release_is_blocked_again(
    workspace: Workspace, store: Store
) -> None:
    promote(workspace, store.registry, asking(store))
    now = workspace.clock.now()
    workspace.recalls.add(
        Recall(
            id="recall_1", cause=RecallCause.COLLECTOR_FAULTY, reason="it counted wrong", producer="roadworthy-eval",
            recorded_by="ada", recorded_at=now,
        )
    )  # fmt: skip

    def standing() -> tuple[AliasState, str]:
        report = check_alias(Workspace(root=workspace.root), store.registry, model=store.model, alias="champion")
        return report.state, report.reason

    state, reason = standing()
    assert (state, "was recalled" in reason) == (AliasState.LAPSED, True)
    assert run(["gate", "-C", str(workspace.root)]) == 3
    assert standing()[0] is AliasState.LAPSED


def test_the_history_of_an_alias_outlives_the_key_that_signed_it_unless_that_was_stolen(
    workspace: Workspace, store: Store
) -> None:
    promote(workspace, store.registry, asking(store))
    assert run(["key", "rotate", "-C", str(workspace.root)]) == 0
    report = check_alias(Workspace(root=workspace.root), store.registry, model=store.model, alias="champion")
    assert report.state is AliasState.AS_RECORDED

    promote(Workspace(root=workspace.root), store.registry, asking(store))
    assert run(["key", "revoke", "-C", str(workspace.root)]) == 0
    with pytest.raises(VerificationError, match="by a key of the team that counts"):
        check_alias(Workspace(root=workspace.root), store.registry, model=store.model, alias="champion")


def test_with_a_governance_file_an_alias_moves_on_consent_alone_and_lapses_when_it_is_withdrawn(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_governed_system(tmp_path / "desk", keys=tmp_path / "keys")

    def do(who: str, *command: str) -> None:
        monkeypatch.setenv("ROADWORTHY_ACTOR", who)
        assert run([*command, "-C", str(root)]) == 0, command

    def promoted() -> tuple[int, str]:
        monkeypatch.setenv("ROADWORTHY_ACTOR", "robot")
        done = promote(Workspace(root=root), store.registry, asking(store))
        assert (done.move is None) == (done.exit_code != 0)
        return done.exit_code, done.reason

    key = ("--key", str(tmp_path / "keys" / "cleo.pem"))
    do("ada", "assess")
    do("ada", "eval", "run")
    do("ada", "approval", "request")
    code, reason = promoted()
    assert (code, "still to approve: release_manager" in reason) == (3, True)
    assert store.registry.alias(store.model, "champion") is None

    do("cleo", "approval", "approve", "echo-desk 1.0.0", "--role", "release_manager", *key)
    assert promoted()[0] == 0
    assert store.registry.alias(store.model, "champion") == "1"

    approval = Workspace(root=root).approvals.all()[0].record.id
    do("cleo", "approval", "withdraw", approval, "--reason", "I looked again", *key)
    report = check_alias(Workspace(root=root), store.registry, model=store.model, alias="champion")
    assert (report.state, "approved no more" in report.reason) == (AliasState.LAPSED, True)
    assert promoted()[0] == 3
    assert len(moves_of(Workspace(root=root), store.registry, model=store.model, alias="champion")) == 2
