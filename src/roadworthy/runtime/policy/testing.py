"""Tests packs with their own cases, and tests the cases by loosening the packs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.files import write_atomically
from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.adapters.packs import PackFolders, shipped_packs
from roadworthy.adapters.signed_packs.archives import ARCHIVE_SUFFIX
from roadworthy.core.errors import PackError
from roadworthy.core.subject import STRICT
from roadworthy.evidence.documents.pack_junit import pack_junit, whole_junit
from roadworthy.gates.trying.cases import FailedCase, failed_cases
from roadworthy.gates.trying.mutants import MutationReport, TriedMutant, mutation_report, tried_mutants
from roadworthy.policy.coverage import uncovered
from roadworthy.policy.expectations import Trial, bound_rules, unexpected, unmet
from roadworthy.policy.model import Pack
from roadworthy.policy.mutation.mutants import mutants
from roadworthy.runtime.policy.archives import load_archive_to_test
from roadworthy.runtime.workspace import Workspace

MIN_SCORE = 0.95
"""Least share of its mutants that a pack's cases must notice, where a survivor is not explained."""

Progress = Callable[[str, int, int], None]
"""Hears a pack's name, how many of its mutants are tried, and how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackTest:
    """What came of testing one pack."""

    __pydantic_config__: ClassVar = STRICT

    pack: str
    version: str
    rules: tuple[str, ...]
    """Ids of its own and of those that it tightens."""

    cases: int
    failed: tuple[FailedCase, ...]
    unmet: tuple[str, ...]
    """What binds otherwise than its expectations say, one line each."""

    uncovered: tuple[str, ...]
    """What no case or expectation of it shows, one line each."""

    mutation: MutationReport | None
    """None where no mutants were tried."""

    @property
    def is_good(self) -> bool:
        """Whether every case is met, nothing is uncovered, and its cases would notice that it was loosened."""
        if self.failed or self.unmet or self.uncovered:
            return False
        if self.mutation is None:
            return True
        low = self.mutation.score is not None and self.mutation.score < MIN_SCORE
        return not self.mutation.idle_reasons and not (low and self.mutation.unexplained)


def run_pack_tests(
    workspace: Workspace | None,
    references: Sequence[str],
    *,
    with_mutants: bool = True,
    progress: Progress | None = None,
) -> tuple[PackTest, ...]:
    """Test each of the packs named, or of the manifest's, in their order.

    Args:
        workspace: Whose packs they are; None where there is no manifest.
        references: Shipped packs by name, others by folder or archive; empty: those of the manifest.
        with_mutants: Whether to ask which loosened packs the cases notice.
        progress: Hears how far it is.

    Raises:
        PackError: If a pack or its cases do not load, one is named twice, or it tightens a rule that
            neither it, the other packs, nor a shipped one has.
    """
    source = PackFolders(Path()) if workspace is None else workspace.packs
    bound = () if workspace is None else load_manifest(workspace.manifest_path).policy.packs
    names = tuple(references) or bound
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise PackError(f"pack {repeated[0]!r} is named twice", where="PACKS", fix="name each pack once")
    archives = {name: load_archive_to_test(Path(name)) for name in names if Path(name).suffix == ARCHIVE_SUFFIX}
    known = {
        name: archives[name][0] if name in archives else source.load(name) for name in dict.fromkeys((*names, *bound))
    }
    tests = []
    for name in names:
        pack = known[name]
        trial = archives[name][1] if name in archives else source.trial(name)
        under = packs_under(pack, [other for other in known.values() if other.name != pack.name], source=source)
        tests.append(pack_test(pack, trial, under=under, with_mutants=with_mutants, progress=progress))
    return tuple(tests)


def packs_under(pack: Pack, others: Sequence[Pack], *, source: PackFolders) -> tuple[Pack, ...]:
    """Return the packs of its layer and wider ones whose rules ``pack`` tightens."""
    wanted = {change.rule.partition("/")[0] for change in pack.tighten} - {pack.name}
    found = {other.name: other for other in others if other.name in wanted}
    found |= {name: source.load(name) for name in sorted(wanted - set(found)) if name in shipped_packs()}
    return tuple(other for other in found.values() if other.layer.rank <= pack.layer.rank)


def pack_test(
    pack: Pack, trial: Trial, *, under: Sequence[Pack], with_mutants: bool, progress: Progress | None
) -> PackTest:
    """Test one pack with its own cases and expectations, over the packs whose rules it tightens."""
    conditions = CelConditions()
    rules = bound_rules(pack, under=under)
    return PackTest(
        pack=pack.name,
        version=pack.version,
        rules=tuple(rules),
        cases=len(trial.cases),
        failed=tuple(failed_cases(rules, trial.cases, conditions=conditions)),
        unmet=unmet(trial.expectations, rules),
        uncovered=(
            *uncovered(pack, (placed.case for placed in trial.cases)),
            *unexpected(trial.expectations, rules),
        ),
        mutation=_mutated(pack, trial, under=under, progress=progress) if with_mutants else None,
    )


def _mutated(pack: Pack, trial: Trial, *, under: Sequence[Pack], progress: Progress | None) -> MutationReport:
    found = list(mutants(pack, under=under))
    tried: list[TriedMutant] = []
    for one in tried_mutants(found, pack=pack, trial=trial, conditions=CelConditions(), under=under):
        tried.append(one)
        if progress is not None:
            progress(pack.name, len(tried), len(found))
    return mutation_report(tried, survivors=trial.survivors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Several packs' tests in one."""

    tests: tuple[PackTest, ...]

    @property
    def is_good(self) -> bool:
        """Whether every pack is."""
        return all(test.is_good for test in self.tests)

    def record(self) -> dict[str, object]:
        """Return it as programs read it; without mutants their numbers and the score are null."""
        reports = [test.mutation for test in self.tests if test.mutation is not None]
        mutated, noticed = sum(r.mutants for r in reports), sum(r.noticed for r in reports)
        return {
            "good": self.is_good,
            "cases": sum(test.cases for test in self.tests),
            "failed": [failed for test in self.tests for failed in test.failed],
            "unmet": [line for test in self.tests for line in test.unmet],
            "uncovered": [line for test in self.tests for line in test.uncovered],
            "mutants": mutated if reports else None,
            "noticed": noticed if reports else None,
            "equivalent": sum(r.equivalent for r in reports) if reports else None,
            "survivors": [one for r in reports for one in _survivors(r)],
            "idle_reasons": [line for r in reports for line in r.idle_reasons],
            "score": noticed / mutated if mutated else None,
            "packs": [_brief(test) for test in self.tests],
        }


def write_junit(summary: Summary, path: Path) -> None:
    """Write the tests as JUnit XML to ``path``: a rule that a case fails, or that owes one, is a failure.

    Raises:
        StoreError: If the file cannot be written.
    """
    suites = [
        pack_junit(test.pack, rules=test.rules, failed=test.failed, owed=(*test.unmet, *test.uncovered))
        for test in summary.tests
    ]
    write_atomically(path, whole_junit(suites).encode("utf-8"))


def _survivors(report: MutationReport) -> list[dict[str, object]]:
    return [
        {"operator": one.operator, "rule": one.rule, "change": one.change, "reason": reason}
        for one, reason in report.survivors
    ]


def _brief(test: PackTest) -> dict[str, object]:
    report = test.mutation
    return {
        "pack": test.pack,
        "version": test.version,
        "good": test.is_good,
        "rules": len(test.rules),
        "cases": test.cases,
        "failed": len(test.failed),
        "uncovered": len(test.uncovered),
        "mutants": report.mutants if report else None,
        "noticed": report.noticed if report else None,
        "score": report.score if report else None,
    }
