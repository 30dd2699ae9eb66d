"""One repository with a manifest: its paths, its stores and its key, opened when they are needed."""

from __future__ import annotations

import getpass
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from roadworthy.adapters.clock import SystemClock
from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.governance.load import GOVERNANCE_NAME, load_governance
from roadworthy.adapters.ids import UlidSource
from roadworthy.adapters.keys.team_keys import NEXT_NAME, finish_exchange, read_keyring
from roadworthy.adapters.packs import PackFolders
from roadworthy.adapters.runs.store import FileResponseCache, FileRunStore
from roadworthy.adapters.signing import FileSigner
from roadworthy.adapters.store.ledger import Ledger
from roadworthy.adapters.store.opening import database_at
from roadworthy.adapters.store.records import LedgerEvidence, LedgerRecords, adapter_of
from roadworthy.adapters.task_files import TaskFiles
from roadworthy.core.clock import Clock
from roadworthy.core.errors import ConfigError
from roadworthy.core.ids import IdSource
from roadworthy.evals.forgetting import ForgettingReceipt
from roadworthy.evals.model import RunPlan
from roadworthy.evidence.keyring import Keyring
from roadworthy.exceptions.model import ExceptionEnd, PolicyException
from roadworthy.gates.inputs import GateInputs
from roadworthy.gates.model import GateDecision
from roadworthy.gates.recall import Recall
from roadworthy.governance.model import Governance, Person
from roadworthy.inventory.release import Release
from roadworthy.policy.resolved import ResolvedPolicy
from roadworthy.risk.model import RiskAssessment
from roadworthy.runtime.stores.consents import ConsentStores
from roadworthy.runtime.stores.reviews import ReviewStores

MANIFEST = "roadworthy.yaml"
STATE = ".roadworthy"
ACTOR = "ROADWORTHY_ACTOR"
"""Environment variable: who is acting, as the log and assessments name them."""

DATABASE = "ROADWORTHY_DATABASE"
"""Environment variable: address of the database that holds the ledger."""

GOVERNANCE = "ROADWORTHY_GOVERNANCE"
"""Environment variable: path of the governance file where it is not beside the manifest."""


def find_root(start: Path) -> Path:
    """Return the folder with the manifest: ``start`` or the nearest one above it.

    Raises:
        ConfigError: If there is none.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / MANIFEST).is_file():
            return folder
    raise ConfigError(
        f"there is no {MANIFEST} here or in a folder above",
        where=str(start),
        fix="write one with `rw init`, or go to the repository that has it",
    )


@dataclass(frozen=True)
class Workspace(ConsentStores, ReviewStores):
    """Everything that commands need, built once per call."""

    root: Path
    clock: Clock = field(default_factory=SystemClock)
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)

    @property
    def manifest_path(self) -> Path:
        """Path of the manifest."""
        return self.root / MANIFEST

    @property
    def state(self) -> Path:
        """Folder of the local store; private to its owner and ignored by version control."""
        return self.root / STATE

    @cached_property
    def actor(self) -> str:
        """Who is acting: ``ROADWORTHY_ACTOR``, else the account's name."""
        named = self.environ.get(ACTOR, "").strip()
        if named:
            return named
        try:
            return getpass.getuser()
        except (KeyError, OSError):
            return f"uid-{os.getuid()}"

    @cached_property
    def governance_path(self) -> Path | None:
        """Path of the governance file: ``ROADWORTHY_GOVERNANCE``, else the one beside the manifest; None: none."""
        named = self.environ.get(GOVERNANCE, "").strip()
        if named:
            return Path(named).expanduser()
        beside = self.root / GOVERNANCE_NAME
        return beside if os.path.lexists(beside) else None

    @cached_property
    def governance(self) -> Governance | None:
        """Who decides, by which rules; None where there is no governance file.

        Raises:
            ConfigError: If there is one that does not read.
        """
        return None if self.governance_path is None else load_governance(self.governance_path)

    @cached_property
    def person(self) -> Person | None:
        """Who of the governance file is acting; None: it does not know them, or there is none."""
        return None if self.governance is None else self.governance.person(self.actor)

    @cached_property
    def ids(self) -> IdSource:
        """Maker of identifiers."""
        return UlidSource(self.clock)

    @cached_property
    def conditions(self) -> CelConditions:
        """The language of conditions."""
        return CelConditions()

    @cached_property
    def packs(self) -> PackFolders:
        """Where policy packs are read from."""
        return PackFolders(self.root)

    @cached_property
    def task_files(self) -> TaskFiles:
        """Where evaluation tasks are read from."""
        return TaskFiles(self.root)

    @cached_property
    def ledger(self) -> Ledger:
        """Records and the chained log: in ``ROADWORTHY_DATABASE``, else in a file of the state folder."""
        self._prepare_state()
        place = database_at(self.environ.get(DATABASE, "").strip(), default=self.state / "ledger.sqlite")
        return Ledger(place, clock=self.clock, actor=self.actor)

    @cached_property
    def releases(self) -> LedgerRecords[Release]:
        """Frozen releases, by digest or version."""
        return LedgerRecords(
            self.ledger,
            kind="release",
            adapter=adapter_of(Release),
            id_of=lambda r: r.digest,
            name_of=lambda r: r.version,
        )

    @cached_property
    def assessments(self) -> LedgerRecords[RiskAssessment]:
        """Risk assessments."""
        return LedgerRecords(self.ledger, kind="assessment", adapter=adapter_of(RiskAssessment), id_of=lambda a: a.id)

    @cached_property
    def policies(self) -> LedgerRecords[ResolvedPolicy]:
        """Resolved policies, as runs and decisions name them."""
        return LedgerRecords(self.ledger, kind="policy", adapter=adapter_of(ResolvedPolicy))

    @cached_property
    def run_plans(self) -> LedgerRecords[RunPlan]:
        """Every run that was registered, in the log before its first question."""
        return LedgerRecords(self.ledger, kind="run", adapter=adapter_of(RunPlan), id_of=lambda plan: plan.id)

    @cached_property
    def evidence(self) -> LedgerEvidence:
        """Signed evidence."""
        return LedgerEvidence(self.ledger)

    @cached_property
    def decisions(self) -> LedgerRecords[GateDecision]:
        """Signed gate decisions."""
        return LedgerRecords(
            self.ledger,
            kind="decision",
            adapter=adapter_of(GateDecision),
            id_of=lambda d: d.id,
            name_of=lambda d: d.version,
        )

    @cached_property
    def inputs(self) -> LedgerRecords[GateInputs]:
        """What each decision was made from, by the decision's id."""
        return LedgerRecords(
            self.ledger, kind="gate-inputs", adapter=adapter_of(GateInputs), name_of=lambda i: i.decision
        )

    @cached_property
    def exceptions(self) -> LedgerRecords[PolicyException]:
        """Exceptions as they were asked for."""
        return LedgerRecords(
            self.ledger, kind="exception", adapter=adapter_of(PolicyException), id_of=lambda exception: exception.id
        )

    @cached_property
    def exception_ends(self) -> LedgerRecords[ExceptionEnd]:
        """What ended exceptions before their time; each exception has one at most."""
        return LedgerRecords(
            self.ledger,
            kind="exception-end",
            adapter=adapter_of(ExceptionEnd),
            id_of=lambda end: end.id,
            name_of=lambda end: end.exception,
        )

    @cached_property
    def recalls(self) -> LedgerRecords[Recall]:
        """What voids evidence."""
        return LedgerRecords(self.ledger, kind="recall", adapter=adapter_of(Recall), id_of=lambda recall: recall.id)

    @cached_property
    def receipts(self) -> LedgerRecords[ForgettingReceipt]:
        """What was forgotten, and when."""
        return LedgerRecords(
            self.ledger, kind="forgetting", adapter=adapter_of(ForgettingReceipt), id_of=lambda receipt: receipt.id
        )

    @cached_property
    def runs(self) -> FileRunStore:
        """Registered runs and their journals."""
        self._prepare_state()
        return FileRunStore(self.state / "runs")

    @cached_property
    def cache(self) -> FileResponseCache:
        """Replies by request digest."""
        self._prepare_state()
        return FileResponseCache(self.state / "cache")

    @cached_property
    def signer(self) -> FileSigner:
        """The key that signs; made on first use. An exchange of keys that was interrupted is finished first."""
        self._prepare_state()
        folder = self.state / "keys"
        if os.path.lexists(folder / NEXT_NAME):
            introduced = {stored.record.new for stored in self.key_transitions.all()}
            finish_exchange(folder, is_introduced=introduced.__contains__)
        return FileSigner.open(folder)

    @cached_property
    def keyring(self) -> Keyring:
        """The key that signs now and those before it: what they signed while they were the team's goes on counting.

        Raises:
            VerificationError: If an exchange of keys is not signed by the key that went.
        """
        return read_keyring(self.ledger, self.key_transitions, current=self.signer.verifier)

    def prepare_state(self) -> None:
        """Make the state folder where there is none.

        Raises:
            ConfigError: If it cannot be made.
        """
        self._prepare_state()

    def _prepare_state(self) -> None:
        """Make the state folder, closed to others and ignored by version control."""
        try:
            self.state.mkdir(mode=0o700, exist_ok=True)
            ignore = self.state / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n", encoding="utf-8")
        except OSError as error:
            raise ConfigError(
                f"cannot make the state folder: {error.strerror}",
                where=str(self.state),
                fix="make the repository writable, or run in a copy of it",
            ) from error
