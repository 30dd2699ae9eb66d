"""Makes the record of a decision. What rails for confidential content found is masked before anybody can write it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from roadworthy.guard.calls.wrong import shown
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.event import ConversationState, Event
from roadworthy.guard.replay.model import MASK, GuardRecord, PolicyUse
from roadworthy.guard.run.state import NEW_RUN
from roadworthy.guard.segment import Segment, Span, shown_path
from roadworthy.guard.verdict import Decision, Edit, Verdict

CONFIDENTIAL = frozenset({"personal_data", "secrets", "prompt_leak"})
"""Rails whose finds are masked."""

_MUST_LOOK = frozenset({"personal_data", "secrets"})
"""Rails that must have looked at a text before any of it is kept."""

_UNSEEN = frozenset({"guard/too-long", "guard/known-again"})
"""The engine's verdicts on texts that no rail was asked about."""


def record(
    bundle: Bundle,
    event: Event,
    decision: Decision,
    *,
    state: ConversationState,
    keep_text: bool = False,
    pseudonym: Callable[[str], str] | None = None,
) -> GuardRecord:
    """Return ``decision`` fit to be stored.

    Text is kept only where a policy said so (``keep_text``) and the rails for personal data and for secrets both
    looked at it and did not fail; what they found is masked even then. Everything else is masked whole.

    Args:
        bundle: That decided.
        event: That was judged.
        decision: On it.
        state: That it was judged with.
        keep_text: Whether masked text may be kept at all.
        pseudonym: Makes of a principal's id what may be kept; None: it is left out.
    """

    def named(name: str) -> str:
        return pseudonym(name) if pseudonym is not None and name else ""

    kept = tuple(
        replace(
            segment,
            text=_masked(bundle, event, segment, decision) if keep_text else MASK * len(segment.text),
            path=shown_path(segment.path),
            tool=shown(segment.tool) if segment.tool else "",
            principal=named(segment.principal),
        )
        for segment in event.segments
    )
    unknown = tuple(replace(one, path=one.shown) for one in event.unknown)
    return GuardRecord(
        event=replace(
            event, segments=kept, unknown=unknown, principal=replace(event.principal, id=named(event.principal.id))
        ),
        decision=replace(recorded(decision), state=ConversationState()),
        state=replace(state, canaries=(), prompts=(), owner="", run=NEW_RUN),
        had_canaries=bool(state.canaries or state.prompts),
    )


def recorded(decision: Decision) -> Decision:
    """Return ``decision`` as it may be kept.

    Replacements are left out, since encoded or neutralised text is that text, and so are the canaries of the
    conversation. Where something was found, and what kind it is of, stays.
    """
    return replace(
        decision,
        verdicts=tuple(_without_replacements(verdict) for verdict in decision.verdicts),
        shadow=tuple(_without_replacements(verdict) for verdict in decision.shadow),
        state=replace(decision.state, canaries=(), prompts=(), owner="", run=NEW_RUN),
    )


def _without_replacements(verdict: Verdict) -> Verdict:
    if not verdict.edits:
        return verdict
    return replace(verdict, edits=tuple(Edit(span=edit.span, replacement="", kind=edit.kind) for edit in verdict.edits))


def policy_use(bundle: Bundle) -> PolicyUse:
    """Return what must be kept of ``bundle`` once, for the records of its decisions to be replayed."""
    return PolicyUse(
        policy=bundle.digest,
        name=bundle.policy.name,
        version=bundle.policy.version,
        looks=tuple(sorted(bundle.looks.items())),
    )


def _masked(bundle: Bundle, event: Event, segment: Segment, decision: Decision) -> str:
    said = [one for one in (*decision.verdicts, *decision.shadow) if one.segment in (segment.index, None)]
    if not _was_looked_at(bundle, event, segment, said):
        return MASK * len(segment.text)
    spans = [span for one in said if one.rail in CONFIDENTIAL for span in _spans(one)]
    return mask(segment.text, spans)


def _was_looked_at(bundle: Bundle, event: Event, segment: Segment, said: Iterable[Verdict]) -> bool:
    looked = {rule.kind for rule in bundle.rules_for(segment, event) if not rule.absent and rule.condition is None}
    failed = any(one.rule in _UNSEEN or (one.degraded and one.rail in _MUST_LOOK) for one in said)
    return looked >= _MUST_LOOK and not failed


def _spans(verdict: Verdict) -> Iterable[Span]:
    yield from verdict.spans
    for edit in verdict.edits:
        yield edit.span


def mask(text: str, spans: Iterable[Span]) -> str:
    """Return ``text`` with every character of ``spans`` masked, as long as before.

    >>> mask("call 555 now", [Span(start=5, end=8)])
    'call ███ now'
    """
    parts: list[str] = []
    place = 0
    for span in sorted(spans):
        start, end = max(span.start, place), min(span.end, len(text))
        if end > start:
            parts += (text[place:start], MASK * (end - start))
            place = end
    return "".join((*parts, text[place:]))
