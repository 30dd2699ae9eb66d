"""Which rules of which packs bind a system of one tier on one day, after every layer tightened them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from roadworthy.core.digest import Digest, digest_of
from roadworthy.core.errors import PackError
from roadworthy.core.severity import RiskTier
from roadworthy.policy.model import Control, Pack, Rule, Tightening
from roadworthy.policy.resolved import PackRef, PendingTightening, ResolvedControl, ResolvedPolicy
from roadworthy.policy.tighten import NotTighter, stricter_values, tightened


@dataclass(slots=True)
class _Known:
    """A rule while the layers are applied to it."""

    rule: Rule
    rank: int
    """Of the layer of its pack."""

    tightened_by: list[str]


def pack_digest(pack: Pack) -> Digest:
    """Return the digest of what ``pack`` says: its values, not how its files are laid out."""
    return digest_of(pack)


def resolve(
    packs: Sequence[Pack], *, tier: RiskTier, digests: Mapping[str, Digest], on: date | None = None
) -> ResolvedPolicy:
    """Return every control and rule in force for a system of ``tier``.

    Packs are applied widest layer first, and by name within one layer, so the order in
    which they are given does not matter. A lower layer may add controls and tighten the
    rules of its own and of wider layers; it can never loosen one.

    A rule binds from the later of its own and its pack's ``effective_on``. A tightening of
    a pack that is not yet in effect is listed as pending and changes nothing before; that
    it will fit beside every other on its day is checked today, so that no policy stops
    loading overnight.

    Args:
        packs: All packs that the system is bound by.
        tier: The system's, from its assessment.
        digests: Digest of each pack, by name (`pack_digest`).
        on: Day for which the policy is wanted, in UTC; None takes every tightening as in effect.

    Raises:
        PackError: With every problem: a pack that no person has reviewed; a tightening that
            would loosen, that names an unknown rule or that says nothing; ids or packs that
            repeat; no rule in force. An empty policy would pass anything, so it is an error
            and not a clean bill.
        ValueError: If ``digests`` lacks a pack.
    """
    ordered = sorted(packs, key=lambda pack: (pack.layer.rank, pack.name))
    _require_distinct(ordered)
    _require_reviewed(ordered)
    undigested = sorted({pack.name for pack in ordered} - set(digests))
    if undigested:
        raise ValueError(f"`digests` lacks {', '.join(undigested)}")
    known, pending = _over_time(ordered, on=on)
    controls = [control for pack in ordered for control in pack.controls]
    in_force = [bound for bound in (_bound(c, known=known, pending=pending, tier=tier) for c in controls) if bound]
    if not in_force:
        raise PackError(
            f"no rule is in force for a system of tier `{tier}`, and an empty policy would pass anything",
            where=", ".join(pack.name for pack in ordered) or "policy.packs",
            fix="add a pack whose controls bind this tier, such as `base`",
        )
    return ResolvedPolicy(
        tier=tier,
        packs=tuple(PackRef(name=p.name, version=p.version, digest=digests[p.name]) for p in ordered),
        controls=tuple(sorted(in_force, key=lambda bound: bound.control.id)),
    )


def binds(rule: Rule, control: Control, tier: RiskTier) -> bool:
    """Return whether ``rule`` binds systems of ``tier``: by its own tiers, else by its control's."""
    return tier in (rule.tiers or control.tiers)


def dated(rule: Rule, pack: Pack) -> Rule:
    """Return ``rule`` with the day from which it binds: the later of its own and that of its pack."""
    days = [day for day in (rule.effective_on, pack.effective_on) if day is not None]
    return replace(rule, effective_on=max(days)) if days else rule


def _require_distinct(packs: Sequence[Pack]) -> None:
    # Ids start with their pack's name, so distinct names make distinct ids.
    names = [pack.name for pack in packs]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise PackError(
            f"packs repeat: {', '.join(repeated)}",
            where="policy.packs",
            fix="name each pack once, or rename the pack that reuses a shipped pack's name",
        )


def _require_reviewed(packs: Sequence[Pack]) -> None:
    drafts = [pack.name for pack in packs if pack.status == "proposed"]
    if drafts:
        raise PackError(
            f"pack {drafts[0]} is proposed: no person has reviewed it, so it binds nobody",
            where="policy.packs",
            fix="have a person read it and run `rw policy review PACK --by NAME`, or take it out of `policy.packs`",
            details=tuple(f"pack {name} is proposed as well" for name in drafts[1:]),
        )


def _over_time(
    packs: Sequence[Pack], *, on: date | None
) -> tuple[dict[str, _Known], dict[str, tuple[PendingTightening, ...]]]:
    """Return the rules as they are on the day, and by rule what tightens later."""
    known = _start(packs)
    _refuse(_apply(packs, known, on=on))
    later = sorted({p.effective_on for p in packs if p.tighten and _is_later(p.effective_on, on) and p.effective_on})
    pending: dict[str, list[PendingTightening]] = {}
    before = known
    for day in later:
        then = _start(packs)
        _refuse([f"from {day.isoformat()} on: {problem}" for problem in _apply(packs, then, on=day)])
        for pack in packs:
            if pack.effective_on == day:
                for change in pack.tighten:
                    becomes = stricter_values(before[change.rule].rule, then[change.rule].rule, change=change)
                    if becomes:
                        later_of = pending.setdefault(change.rule, [])
                        later_of.append(_pending(change, pack, day=day, becomes=becomes))
        before = then
    return known, {rule: tuple(dict.fromkeys(items)) for rule, items in pending.items()}


def _pending(change: Tightening, pack: Pack, *, day: date, becomes: tuple[str, ...]) -> PendingTightening:
    return PendingTightening(rule=change.rule, effective_on=day, pack=pack.name, reason=change.reason, becomes=becomes)


def _is_later(day: date | None, on: date | None) -> bool:
    return day is not None and on is not None and day > on


def _start(packs: Sequence[Pack]) -> dict[str, _Known]:
    return {
        rule.id: _Known(dated(rule, pack), pack.layer.rank, [])
        for pack in packs
        for control in pack.controls
        for rule in control.rules
    }


def _apply(packs: Sequence[Pack], known: dict[str, _Known], *, on: date | None) -> list[str]:
    """Apply the tightenings that bind on the day; return what is wrong with any, whether it binds yet or not."""
    problems = []
    for pack in packs:
        for change in pack.tighten:
            target = known.get(change.rule)
            if target is None or target.rank > pack.layer.rank:
                problems.append(
                    f"pack {pack.name} tightens {change.rule!r}, which neither its layer nor a wider one has"
                )
                continue
            if _is_later(pack.effective_on, on):
                continue
            try:
                stricter = tightened(target.rule, change)
            except NotTighter as error:
                problems += [f"pack {pack.name}, rule {change.rule}: {reason}" for reason in error.reasons]
                continue
            if stricter != target.rule:
                target.rule = stricter
                target.tightened_by.append(f"{pack.name}: {change.reason}")
    return problems


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        raise PackError(
            problems[0],
            where="tighten",
            fix="make each value at least as strict as it was, or ask for an exception",
            details=tuple(problems[1:]),
        )


def _bound(
    control: Control,
    *,
    known: Mapping[str, _Known],
    pending: Mapping[str, tuple[PendingTightening, ...]],
    tier: RiskTier,
) -> ResolvedControl | None:
    found = [known[rule.id] for rule in control.rules if binds(rule, control, tier)]
    if not found:
        return None
    reasons = [reason for item in found for reason in item.tightened_by]
    return ResolvedControl(
        control=control,
        rules=tuple(item.rule for item in found),
        tightened_by=tuple(dict.fromkeys(reasons)),
        pending=tuple(later for item in found for later in pending.get(item.rule.id, ())),
    )
