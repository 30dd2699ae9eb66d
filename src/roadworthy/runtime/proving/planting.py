"""Plants one fault into the clean copy, and takes it out again so that nothing of it is left."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from roadworthy.adapters.exemplars import load_exemplars
from roadworthy.core.digest import plain
from roadworthy.evals.model import ScorerSpec, Task
from roadworthy.policy.faults import (
    AddComponent,
    Edit,
    EditTask,
    Fault,
    LoosenPolicy,
    LoseRevision,
    RegressTarget,
    RemoveFile,
    SetField,
    SpoilAssessment,
    SpoilEvidence,
    WriteFile,
)
from roadworthy.policy.model import Pack
from roadworthy.runtime.assessing import assess_now
from roadworthy.runtime.candidate import read_candidate
from roadworthy.runtime.proving.answers import bad_reply
from roadworthy.runtime.proving.baseline import Clean, measure
from roadworthy.runtime.proving.manifest import PlainManifest, content_of, put_aside
from roadworthy.runtime.proving.opening import close, open_copy
from roadworthy.runtime.proving.places import NoPlaceError
from roadworthy.runtime.proving.scratch import Scratch
from roadworthy.runtime.proving.spoiling import spoil, spoil_assessment
from roadworthy.runtime.proving.tasks import FOLDER, task_path, write_answers, write_definition
from roadworthy.runtime.workspace import STATE, Workspace

_IN_STATE = (EditTask, RegressTarget, LoosenPolicy)
"""Edits that write beside the ledger."""


@dataclass(frozen=True, slots=True)
class _Moved:
    """A file of the copy that a fault touched."""

    place: Path
    aside: Path | None
    """Where the file itself waits; None: there was none."""


class Planter:
    """Plants faults into one copy, one after the other.

    Args:
        scratch: The copy.
        clean: What it is without a fault.
        packs: The packs that bind it, by reference.
    """

    def __init__(self, scratch: Scratch, clean: Clean, packs: Mapping[str, Pack]) -> None:
        self._scratch = scratch
        self._clean = clean
        self._packs = packs
        self._moved: list[_Moved] = []
        self._looser: dict[int, dict[str, Any]] = {}

    @contextmanager
    def planted(self, fault: Fault) -> Iterator[Workspace]:
        """Hold ``fault`` in the copy while the context lasts; give the workspace to decide in.

        Raises:
            NoPlaceError: If one of its edits has no place in this system.
            RoadworthyError: If what is to be asked or assessed again cannot be.
        """
        workspace: Workspace | None = None
        try:
            manifest = self._clean.manifest.copy()
            for edit in fault.plant:
                self._edit(manifest, edit)
            if manifest.data != self._clean.manifest.data:
                manifest.write()
            workspace = self._with_ledger(fault)
            self._assess(workspace, fault, manifest)
            self._ask_again(workspace, fault)
            yield workspace
        finally:
            if workspace is not None:
                close(workspace)
            self._undo()
            self.put_state_back(all=any(isinstance(edit, _IN_STATE) for edit in fault.plant))

    def _edit(self, manifest: PlainManifest, edit: Edit) -> None:
        match edit:
            case SetField():
                manifest.set_field(edit)
            case AddComponent():
                manifest.add_component(edit)
            case LoosenPolicy():
                self._loosen(manifest, edit)
            case WriteFile():
                place = manifest.place_of(edit.path)
                content = content_of(edit, before=place.read_bytes() if place.is_file() else b"")
                self._put_aside(place)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
            case RemoveFile():
                place = manifest.place_of(edit.path)
                if not place.is_file():
                    raise NoPlaceError(f"there is no file {edit.path}")
                self._put_aside(place)
            case LoseRevision():
                self._put_aside(self._scratch.root / ".git")
            case EditTask():
                self._edit_tasks(edit)
            case SpoilEvidence() | SpoilAssessment() | RegressTarget():
                pass  # done in the ledger, when all files are as they will be

    def _put_aside(self, place: Path) -> None:
        if any(moved.place == place for moved in self._moved):
            place.unlink(missing_ok=True)
            return
        there = place.exists()
        aside = self._scratch.folder / "aside" / str(len(self._moved))
        if there:
            put_aside(place, aside)
        self._moved.append(_Moved(place, aside if there else None))

    def _undo(self) -> None:
        """Put every file back where it was, the manifest and the ledger too."""
        for moved in reversed(self._moved):
            if moved.place.is_dir():
                shutil.rmtree(moved.place)
            else:
                moved.place.unlink(missing_ok=True)
            if moved.aside is not None:
                shutil.move(moved.aside, moved.place)
            else:
                self._remove_empty(moved.place.parent)
        self._moved.clear()
        self._looser.clear()
        self._clean.manifest.write()

    def put_state_back(self, *, all: bool = True) -> None:
        """Make the copy's ledger that of the clean copy, and with ``all`` its journals, tasks and answers too."""
        state = self._scratch.root / STATE
        if not all:
            for place in state.glob("ledger.sqlite*"):
                place.unlink()
            shutil.copy2(self._scratch.state / "ledger.sqlite", state)
            return
        shutil.rmtree(state, ignore_errors=True)
        shutil.copytree(self._scratch.state, state)

    def _remove_empty(self, folder: Path) -> None:
        while folder != self._scratch.root and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent

    def _with_ledger(self, fault: Fault) -> Workspace:
        """Open the copy with its ledger as it was, or made anew with what the fault spoils in it."""
        evidence = [edit for edit in fault.plant if isinstance(edit, SpoilEvidence)]
        assessments = [edit for edit in fault.plant if isinstance(edit, SpoilAssessment) and edit.how != "outdate"]
        workspace = open_copy(self._scratch, self._clean.clock, before=self._clean.opened)
        if not evidence and not assessments:
            return workspace
        (workspace.state / "ledger.sqlite").unlink()
        old = Workspace(root=self._scratch.folder / "old", clock=self._clean.clock, environ={})
        old.state.mkdir(parents=True)
        shutil.copy2(self._scratch.state / "ledger.sqlite", old.state)
        try:
            if evidence:
                spoil(old, workspace, evidence)
            else:
                spoil_assessment(old, workspace, assessments[0])
        except BaseException:
            close(workspace)
            raise
        finally:
            close(old)
            shutil.rmtree(old.root)
        return workspace

    def _assess(self, workspace: Workspace, fault: Fault, manifest: PlainManifest) -> None:
        """Assess the risk again where the manifest changed, as the gate would ask for, unless that is the fault."""
        changed = manifest.data.get("system"), manifest.data.get("components")
        before = self._clean.manifest.data.get("system"), self._clean.manifest.data.get("components")
        if changed != before and not any(isinstance(edit, SpoilAssessment) for edit in fault.plant):
            assess_now(workspace)

    def _ask_again(self, workspace: Workspace, fault: Fault) -> None:
        for edit in fault.plant:
            if not isinstance(edit, RegressTarget):
                continue
            asked = [one for one in self._clean.tasks if one.task.category == edit.category]
            if not asked:
                raise NoPlaceError(f"no task measures {edit.category}")
            for one in asked:
                replies = {
                    sample.id: bad_reply(
                        sample,
                        edit.answer,
                        good=one.replies[sample.id],
                        number=number,
                        calls_forbidden=edit.calls_forbidden,
                    )
                    for number, sample in enumerate(one.task.samples)
                }
                write_answers(self._scratch.root, one.task, replies)
            candidate = read_candidate(workspace)
            for task, ref in zip(candidate.tasks, candidate.refs, strict=True):
                if task.category == edit.category:
                    measure(workspace, candidate, task, ref, policy=self._clean.policy)

    def _edit_tasks(self, edit: EditTask) -> None:
        asked = [one.task for one in self._clean.tasks if one.task.category == edit.category]
        if not asked:
            raise NoPlaceError(f"no task measures {edit.category}")
        for task in asked:
            if edit.how == "remove":
                task_path(self._scratch.root, task.id).unlink()
            else:
                write_definition(self._scratch.root, _weaker(task, edit))

    def _loosen(self, manifest: PlainManifest, edit: LoosenPolicy) -> None:
        """Point the manifest at a copy of the pack in which the rule asks less."""
        for at, reference in enumerate(self._packs):
            record = self._looser.get(at) or plain(self._packs[reference])
            if isinstance(record, dict) and _loosened(record, edit):
                self._looser[at] = record
                folder = f"{FOLDER}/packs/{at}"
                _write_pack(self._scratch.root / folder, record)
                manifest.data["policy"]["packs"][at] = folder
                return
        raise NoPlaceError(f"no pack of the system has rule {edit.rule} with `{edit.field}`")


def _weaker(task: Task, edit: EditTask) -> Task:
    samples = task.samples
    match edit.how:
        case "drop_samples":
            return replace(task, samples=samples[: max(1, len(samples) // 2)])
        case "change_samples":
            return replace(task, samples=(*samples[:-1], replace(samples[-1], notes="made easier")))
        case _:
            return replace(task, scorers=(_other_grader(task),))


def _other_grader(task: Task) -> ScorerSpec:
    kinds = {spec.kind for spec in task.scorers}
    return next(one.scorer for one in load_exemplars() if one.scorer.kind not in kinds and not one.scorer.options)


def _loosened(record: dict[str, Any], edit: LoosenPolicy) -> bool:
    """Change the rules that ``edit`` names in ``record``; return whether there was one with that field."""
    found = False
    for rule in (rule for control in record["controls"] for rule in control["rules"]):
        holder = rule["require"] if edit.field in rule["require"] else rule
        if fnmatchcase(rule["id"], edit.rule) and edit.field in holder:
            holder[edit.field] = edit.value
            found = True
    return found


def _write_pack(folder: Path, record: dict[str, Any]) -> None:
    (folder / "controls").mkdir(parents=True, exist_ok=True)
    header = {name: value for name, value in record.items() if name != "controls"}
    (folder / "pack.yaml").write_text(json.dumps(header, ensure_ascii=False), encoding="utf-8")
    (folder / "controls" / "all.yaml").write_text(json.dumps(record["controls"], ensure_ascii=False), encoding="utf-8")
    (folder / "SOURCES.md").write_text("A copy in which one rule asks less.\n", encoding="utf-8")
