"""The sentences of a decision: figures first, then what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from roadworthy.core.evidence import ControlProof
from roadworthy.gates.inputs import HeldEvidence
from roadworthy.gates.model import Judged, RuleOutcome


def run_command(tasks: Sequence[str]) -> str:
    """Return the command that runs ``tasks``; empty for none."""
    return f"rw eval run {' '.join(tasks)}" if tasks else ""


def judge_command(judged: Sequence[Judged]) -> str:
    """Return the command that calibrates the first judge of which too little is known; empty where none is.

    A judge that was calibrated after the run needs no labels, only another run.
    """
    judge = next((item.judge for item in judged if item.note and item.calibrated_at is None), "")
    return f"rw judge calibrate {judge} --gold FILE" if judge else ""


def attest_command(kind: str) -> str:
    """Return the command that records a declaration, or a proof, of ``kind``."""
    if kind == "proof:controls":
        return "rw controls prove --record"
    option = " --document PATH" if kind.startswith("document:") else ""
    return f"rw attest {kind}{option} --statement TEXT"


def percent(rate: float) -> str:
    """Write a rate for people, never rounding a small one to nothing or a large one to all.

    >>> percent(0.2), percent(0.0075), percent(0.00004), percent(1.0), percent(0.99999)
    ('20 %', '0.75 %', '<0.01 %', '100 %', '>99.99 %')
    """
    if 0.0 < rate < 0.0001:
        return "<0.01 %"
    if 0.9999 < rate < 1.0:
        return ">99.99 %"
    digits = 1 if 0.1 <= rate <= 0.9 else 2
    return f"{round(rate * 100, digits):g} %"


def of_judged(judged: Sequence[Judged], *, outcome: RuleOutcome, task: str, moved: bool) -> str:
    """Return the sentence on the judgement that decided, of one task."""
    if not judged:
        return f"the runs of {task} have no such metric"
    deciding = [j for j in judged if j.outcome is outcome]
    item = max(deciding, key=_distance)
    if item.note:
        where = "" if item.slice == "all" else f" in {item.slice}"
        return f"{task}: {item.metric}{where}: {item.note}"
    text = f"{_figures(item)}; must be {_sign(item)} {percent(item.threshold)} at {percent(item.confidence)} confidence"
    if item.outcome is RuleOutcome.UNDERPOWERED:
        text += f"; {_what_would_decide(item)}"
    if moved:
        text += "; the bar was loosened after the run was registered, so the registered one holds"
    return f"{task}: {text}"


def of_declaration(held: HeldEvidence, *, now: datetime) -> str:
    """Return the sentence on a valid declaration or proof."""
    days = (now - held.evidence.observed_at).days
    author = held.evidence.declaration.author if held.evidence.declaration else held.evidence.producer.name
    proof = held.evidence.proof
    what = held.evidence.type if proof is None else f"{proof.planted} planted faults were caught, shown"
    return f"{what} by {author}, {days} days old" if days else f"{what} by {author}, today"


def of_refuting_proof(proof: ControlProof) -> str:
    """Return the sentence on a proof that speaks against the controls.

    >>> from roadworthy.core.digest import digest_of
    >>> some = digest_of(())
    >>> of_refuting_proof(ControlProof(faults=some, policy=some, caught=("a",), escaped=("b",)))
    '1 of 2 planted faults escaped: b'
    """
    said = []
    if proof.escaped:
        said.append(f"{len(proof.escaped)} of {proof.planted} planted faults escaped: {_some(proof.escaped)}")
    if proof.false_alarms:
        said.append(f"rules raise on a clean copy: {_some(proof.false_alarms)}")
    return "; ".join(said) or "no fault could be planted, so nothing is proven"


def _some(names: Sequence[str], *, most: int = 5) -> str:
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def _figures(item: Judged) -> str:
    where = "" if item.slice == "all" else f" in {item.slice}"
    if item.slice.endswith("=?"):
        return f"no sample is labelled with {item.slice.removesuffix('=?')}, which the rule asks to be judged by"
    if item.estimate is None or item.low is None or item.high is None:
        return f"{item.metric}{where}: none of {item.attempted} samples could be assessed"
    word = "failed" if item.rate == "failure" else "succeeded"
    shows_low = (item.outcome is RuleOutcome.FAIL) == (item.comparator == "<=")
    bound = f"at least {_beside(item.low, item)}" if shows_low else f"at most {_beside(item.high, item)}"
    unassessed = item.attempted - item.assessed
    tail = f", {unassessed} unassessed" if unassessed > 0 else ""
    if item.raw is not None:
        return (
            f"{item.metric}{where}: judge {item.judge} says that {item.events} of {item.assessed} {word} "
            f"({percent(item.raw)}), {percent(item.estimate)} corrected for its errors, {bound}{tail}"
        )
    return f"{item.metric}{where}: {item.events} of {item.assessed} {word} ({percent(item.estimate)}, {bound}){tail}"


def _beside(bound: float, item: Judged) -> str:
    """Write a bound so that it reads differently from the bar wherever it is different."""
    text = percent(bound)
    return f"{bound * 100:.4f} %" if text == percent(item.threshold) and bound != item.threshold else text


def _sign(item: Judged) -> str:
    return "≤" if item.comparator == "<=" else "≥"


def _what_would_decide(item: Judged) -> str:
    if item.needed is None and item.judge:
        return "no reasonable number of samples decides it, more labels for the judge's calibration might"
    if item.needed is None:
        return "too close to the bar for any reasonable number of samples to decide"
    if item.needed == 0:
        return "too many samples could not be assessed; run it again"
    return f"about {item.needed} more samples would decide it"


def _distance(item: Judged) -> float:
    """How far on the wrong side of the bar the rate is seen to be."""
    if item.estimate is None:
        return 1.0
    gap = item.estimate - item.threshold
    return gap if item.comparator == "<=" else -gap
