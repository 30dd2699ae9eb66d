"""A judge in lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from roadworthy.core.evidence import RunResult
    from roadworthy.core.result import Measurement
    from roadworthy.evals.judging.standing import CalibrationStanding, Share
    from roadworthy.runtime.calibration.correcting import CorrectedRun
    from roadworthy.runtime.calibration.describing import Described


def lines_of(found: Described, *, newest_only: bool = False) -> Iterator[str]:
    """Yield what is known of a judge, the calibration that counts first."""
    judge = found.judge
    yield f"{judge.id}  {judge.title}  [{found.state}]"
    orders = "both orders" if judge.swap else "one order"
    yield f"  asks {', '.join(judge.targets)}; {judge.votes} of the votes; grades in {orders}"
    if found.judges_itself:
        yield f"  judges itself: {', '.join(found.judges_itself)} is a target of the system too"
    elif judge.self_judging:
        yield "  self_judging: it may be asked about its own replies, and reports then say so"
    for one in found.calibrations[: 1 if newest_only else None]:
        yield from _calibration(one)
    if not found.calibrations:
        yield f"  nobody counted how often it errs: rw judge calibrate {judge.id} --gold FILE"
    raters = found.raters
    if raters is not None:
        alpha = "" if raters.alpha is None else f", Krippendorff's alpha {raters.alpha:.2f}"
        agreed = f"{raters.raters} people agreed on {raters.agreement:.0%} of pairs{alpha}"
        yield f"  labels: {agreed}; {raters.split} of {raters.replies} replies left out because they were split"


def _calibration(one: CalibrationStanding) -> Iterator[str]:
    until = f"does not count: {one.why}" if one.why else f"counts until {one.expires_at:%Y-%m-%d}"
    yield f"  for {one.target_family}, calibrated {one.calibrated_at:%Y-%m-%d}; {until}"
    for part in one.slices:
        agreement = "" if part.kappa is None else f", kappa {part.kappa:.2f}"
        flags = f"flags {_share(part.sensitivity, 'bad')}"
        passes = f"passes {_share(part.specificity, 'good')}"
        yield f"    {part.slice}: {flags}; {passes}{agreement}"
    yield f"    no verdict on {_plain(one.unreadable)}"
    if one.swap_disagreed is not None:
        yield f"    position bias: another verdict in the other order on {_plain(one.swap_disagreed)}"
    if one.flipped is not None:
        yield f"    stability: another verdict when asked again on {_plain(one.flipped)}"
    if one.asked_by_tasks:
        yield f"    {one.asked_by_tasks} of the labelled prompts are asked by a task that it grades: count on it only"
        yield "      where they were drawn at random, and the criterion was not written on them"
    yield from _wanting(one)


def _wanting(one: CalibrationStanding) -> Iterator[str]:
    whole = one.slices[0]
    for share, kind in ((whole.sensitivity, "bad"), (whole.specificity, "good")):
        if share is not None and share.more:
            yield f"    about {share.more} more {kind} replies would tell this to within 5 points"


def _share(share: Share | None, kind: str) -> str:
    if share is None:
        return f"unknown, no reply is labelled {kind}"
    low, high = share.interval.low, share.interval.high
    return f"{share.part} of {share.whole} {kind} ({share.estimate:.1%}, {low:.1%} to {high:.1%})"


def _plain(share: Share) -> str:
    return f"{share.part} of {share.whole} replies ({share.estimate:.1%})"


def corrected_run_text(found: CorrectedRun) -> str:
    """Return what a run's failures come to, by the judge and the labels together."""
    from roadworthy.gates.wording import percent

    rate, interval = found.rate, found.rate.interval
    estimate = "unknown" if rate.estimate is None else percent(rate.estimate)
    return (
        f"{found.metric}: the judge flagged {found.flagged} of {found.judged} ({percent(found.raw)}); "
        f"people agreed on {found.agreed} of {found.labelled}\n"
        f"  failures: {estimate} (95 % CI {percent(interval.low)} to {percent(interval.high)}), "
        f"at most {percent(rate.high)} at 95 % confidence"
    )


def corrected_text(result: RunResult, measurement: Measurement) -> str:
    """Return what a judge's rate comes to when corrected, or why it cannot be; empty where no model judged."""
    from roadworthy.gates.judged import corrected_success, languages_of
    from roadworthy.gates.wording import percent

    found = corrected_success(measurement, languages=languages_of([result], metric=measurement.metric))
    if found is None:
        return ""
    if isinstance(found, str):
        return f"as the judge says; {found}"
    if found.interval is None:
        return f"corrected for the judge's errors: {percent(found.estimate)}"
    bounds = f"{percent(found.interval.confidence)} CI {percent(found.interval.low)} to {percent(found.interval.high)}"
    return f"corrected for the judge's errors: {percent(found.estimate)} ({bounds})"
