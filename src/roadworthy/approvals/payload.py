"""What consent is bound to: a release's payload from its digests, anything else's from its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from roadworthy.approvals.model import ApprovalPayload, Bound
from roadworthy.core.digest import Digest, digest_of
from roadworthy.core.severity import RiskTier
from roadworthy.governance.model import ConsentKind

RELEASE_PARTS = ("release", "assessment", "policy", "evidence", "exceptions", "tasks", "facts")
"""What consent to a release is bound to at least."""


def release_payload(bound: Mapping[str, Digest], *, tier: RiskTier) -> ApprovalPayload:
    """Return what people consent to when they consent to a release.

    Args:
        bound: Digest of each of `RELEASE_PARTS`, and of whatever else must not change unnoticed.
        tier: Of the system. In another tier other people have to consent, so it is part of the payload.

    Raises:
        ValueError: If one of `RELEASE_PARTS` is not there.
    """
    absent = [name for name in RELEASE_PARTS if name not in bound]
    if absent:
        raise ValueError(f"consent to a release must be bound to its {absent[0]} too")
    return ApprovalPayload(
        kind=ConsentKind.RELEASE,
        tier=tier,
        bound=tuple(Bound(name=name, digest=digest) for name, digest in bound.items()),
    )


def record_payload(digest: Digest, *, kind: ConsentKind, tier: RiskTier) -> ApprovalPayload:
    """Return what people consent to when they consent to one record, e.g. an exception, by its digest.

    >>> record_payload("sha256:" + "0" * 64, kind=ConsentKind.EXCEPTION, tier=RiskTier.HIGH).bound[0].name
    'exception'
    """
    return ApprovalPayload(kind=kind, tier=tier, bound=(Bound(name=kind.value, digest=digest),))


def set_digest(digests: Iterable[Digest]) -> Digest:
    """Return one digest over a set, whatever the order: what ``exceptions`` and ``evidence`` stand for."""
    return digest_of(sorted(set(digests)))


def changed_names(before: ApprovalPayload, after: ApprovalPayload) -> tuple[str, ...]:
    """Return the names of what is another one in ``after``, is new, or is gone; ``tier`` where that changed. Sorted.

    >>> one, other = (
    ...     record_payload("sha256:" + c * 64, kind=ConsentKind.EXCEPTION, tier=RiskTier.HIGH) for c in "01"
    ... )
    >>> changed_names(one, other)
    ('exception',)
    """
    old, new = ({item.name: item.digest for item in payload.bound} for payload in (before, after))
    names = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    return tuple(sorted(names | ({"tier"} if before.tier is not after.tier else set())))


def is_about_the_same(one: ApprovalPayload, other: ApprovalPayload) -> bool:
    """Return whether two payloads are about one thing at different times.

    Of a system there is one release in the making. Other things are told apart by what they bind: an answer to one
    exception says nothing of another.
    """
    if one.kind is not other.kind:
        return False
    return one.kind is ConsentKind.RELEASE or bool(set(one.bound) & set(other.bound))
