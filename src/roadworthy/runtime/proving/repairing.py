"""What rules complain of in the copy put right, so that faults can be planted there; all of it is told."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from roadworthy.adapters.clock import FixedClock
from roadworthy.core.severity import Severity
from roadworthy.gates.proof import MET
from roadworthy.policy.faults import Repair
from roadworthy.policy.model import FactCheck
from roadworthy.runtime.assessing import assess_now
from roadworthy.runtime.gating import judge_candidate, lint_checkout
from roadworthy.runtime.proving.manifest import PlainManifest
from roadworthy.runtime.proving.opening import close, open_copy
from roadworthy.runtime.proving.places import NoPlaceError
from roadworthy.runtime.proving.scratch import Scratch
from roadworthy.runtime.workspace import MANIFEST, STATE


def repaired(scratch: Scratch, manifest: PlainManifest, *, clock: FixedClock, repairs: Sequence[Repair]) -> list[str]:
    """Put right what rules on facts complain of, as far as ``repairs`` say how; return what was done."""
    tried: list[Repair] = []
    done: list[Repair] = []
    unmet = _unmet(scratch, clock)
    for _ in range(len(repairs)):
        # One at a time: the next is not made where this one was enough.
        due = next((one for one in repairs if one not in tried and unmet & set(one.rules)), None)
        if due is None:
            break
        tried.append(due)
        try:
            manifest.repair(due)
        except NoPlaceError:
            continue
        done.append(due)
        unmet = _unmet(scratch, clock)
    said = [f"{one.title} (for {', '.join(one.rules)})" for one in done]
    return said + (_without_findings(scratch, manifest, clock=clock) if unmet else [])


def _without_findings(scratch: Scratch, manifest: PlainManifest, *, clock: FixedClock) -> list[str]:
    """Leave out the files in which static checks find what blocks; return which and why.

    A file that a component consists of alone stays: without it there would be no such component.
    """
    stay = {MANIFEST, *(str(c.get("path")) for c in manifest.data.get("components", []))}
    left_out: dict[str, str] = {}
    facts = lint_checkout(open_copy(scratch, clock), today=clock.at.date()).facts or {}
    findings = facts.get("findings")
    for finding in findings if isinstance(findings, list) else ():
        if isinstance(finding, dict) and finding["severity"] == Severity.BLOCK and finding["path"] not in stay:
            left_out[str(finding["path"])] = str(finding["rule"])
    for path in left_out:
        (scratch.root / path).unlink(missing_ok=True)
    said = ", ".join(f"{path} ({rule})" for path, rule in sorted(left_out.items()))
    return [f"files in which static checks find something that blocks were left out: {said}"] if said else []


def _unmet(scratch: Scratch, clock: FixedClock) -> set[str]:
    """Return the rules that are not met although no evidence could change that."""
    copy = open_copy(scratch, clock)
    try:
        assess_now(copy)
        bench = judge_candidate(copy, rules_alone=True)
    finally:
        close(copy)
        shutil.rmtree(scratch.root / STATE, ignore_errors=True)
    on_facts = {rule.id for rule in bench.policy.rules if isinstance(rule.require, FactCheck)}
    return {r.rule for r in bench.decision.results if r.outcome not in MET and r.rule in on_facts}
