"""Which rules of which packs bind a system of one tier, after every layer tightened them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from roadworthy.core.digest import Digest, digest_of
from roadworthy.core.errors import PackError
from roadworthy.core.severity import RiskTier
from roadworthy.policy.model import Control, Pack, Rule
from roadworthy.policy.resolved import PackRef, ResolvedControl, ResolvedPolicy
from roadworthy.policy.tighten import NotTighter, tightened


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


def resolve(packs: Sequence[Pack], *, tier: RiskTier, digests: Mapping[str, Digest]) -> ResolvedPolicy:
    """Return every control and rule in force for a system of ``tier``.

    Packs are applied widest layer first, and by name within one layer, so the order in
    which they are given does not matter. A lower layer may add controls and tighten the
    rules of its own and of wider layers; it can never loosen one.

    Args:
        packs: All packs that the system is bound by.
        tier: The system's, from its assessment.
        digests: Digest of each pack, by name (`pack_digest`).

    Raises:
        PackError: With every problem: a tightening that would loosen, that names an unknown
            rule or that says nothing; ids or packs that repeat; no rule in force. An empty
            policy would pass anything, so it is an error and not a clean bill.
        ValueError: If ``digests`` lacks a pack.
    """
    ordered = sorted(packs, key=lambda pack: (pack.layer.rank, pack.name))
    _require_distinct(ordered)
    undigested = sorted({pack.name for pack in ordered} - set(digests))
    if undigested:
        raise ValueError(f"`digests` lacks {', '.join(undigested)}")
    known = {
        rule.id: _Known(rule, pack.layer.rank, [])
        for pack in ordered
        for control in pack.controls
        for rule in control.rules
    }
    _apply(ordered, known)
    controls = [control for pack in ordered for control in pack.controls]
    in_force = [bound for bound in (_bound(c, known=known, tier=tier) for c in controls) if bound]
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


def _apply(packs: Sequence[Pack], known: dict[str, _Known]) -> None:
    problems = []
    for pack in packs:
        for change in pack.tighten:
            target = known.get(change.rule)
            if target is None or target.rank > pack.layer.rank:
                problems.append(
                    f"pack {pack.name} tightens {change.rule!r}, which neither its layer nor a wider one has"
                )
                continue
            try:
                stricter = tightened(target.rule, change)
            except NotTighter as error:
                problems += [f"pack {pack.name}, rule {change.rule}: {reason}" for reason in error.reasons]
                continue
            if stricter != target.rule:
                target.rule = stricter
                target.tightened_by.append(f"{pack.name}: {change.reason}")
    if problems:
        raise PackError(
            problems[0],
            where="tighten",
            fix="make each value at least as strict as it was, or ask for an exception",
            details=tuple(problems[1:]),
        )


def _bound(control: Control, *, known: Mapping[str, _Known], tier: RiskTier) -> ResolvedControl | None:
    found = [known[rule.id] for rule in control.rules if binds(rule, control, tier)]
    if not found:
        return None
    reasons = [reason for item in found for reason in item.tightened_by]
    return ResolvedControl(
        control=control,
        rules=tuple(item.rule for item in found),
        tightened_by=tuple(dict.fromkeys(reasons)),
    )
