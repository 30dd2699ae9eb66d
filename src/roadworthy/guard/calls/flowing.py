"""Who said a value and how secret it is, held against what its line permits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from roadworthy.guard.calls.compiling import Line
from roadworthy.guard.calls.value import leaves
from roadworthy.guard.calls.wrong import Objection, Wrong, shown
from roadworthy.guard.flow.effort import Effort
from roadworthy.guard.flow.label import Label, Origin, Secrecy, Trace
from roadworthy.guard.flow.ledger import Ledger, Link
from roadworthy.guard.segment import SourceKind
from roadworthy.guard.verdict import Action

Same = Sequence[Sequence[str]]
_MOST_NAMED = 3
_STEPS_OF_LEAF = 50
_MOST_CHOICES = 16
"""Values between which a sender may choose without carrying anything that counts: four truth values, say."""


def is_permitted(value: Any, line: Line, *, ledger: Ledger, same: Same, effort: Effort) -> bool:
    """Return whether a text or a number is permitted at a glance; else `flow_objections` has the last word."""
    may, most = line.permitted, line.most
    for part in ledger.parts(value, same=same, effort=effort):
        if part.secrecy.rank > most:
            return False
        if not may.any and not (any(map(may.permits, part.origins)) if part.origins else may.model):
            return False
    return True


def flow_objections(value: Any, line: Line, *, ledger: Ledger, same: Same, effort: Effort) -> Iterator[Objection]:
    """Yield what is wrong with where ``value`` comes from, and with how secret it is; the first of each.

    Args:
        value: What the call has at the line's place.
        line: What it permits.
        ledger: What the run has read.
        same: Words that say the same.
        effort: What all questions about the event may cost; what is not looked at counts as composed.
    """
    asks_origin = not line.permitted.any
    each = dict.fromkeys((type(leaf), leaf) for leaf in leaves(value))
    told = frozenset() if ledger.secrecy.rank <= line.most else frozenset(_telling(value, line))
    for kind, leaf in each:
        asks_secrecy = (kind, leaf) in told
        if not asks_origin and not asks_secrecy:
            continue
        effort.allows(_STEPS_OF_LEAF)
        trace = ledger.trace(leaf, same=same, effort=effort)
        if asks_origin:
            found = _origin(leaf, trace, line, ledger=ledger, effort=effort)
            if found is not None:
                asks_origin = False
                yield found
        if asks_secrecy and trace.secrecy.rank > line.most:
            told = frozenset()
            yield _secrecy(trace.secrecy, trace, line)
        if not asks_origin and not told:
            return


def carrying_objections(
    given: Sequence[tuple[Line, Any]], *, ledger: Ledger, same: Same, effort: Effort
) -> Iterator[Objection]:
    """Yield what is more secret than it may be in values each part of which is explained by less.

    A secret sentence may be made of words that are public one by one, be changed a little, or be told in pieces in
    several arguments: so each value is asked about generously, and all that may carry no more are asked together.

    Args:
        given: Lines with what the call has at their places, the least secret first (`CompiledGrant.bounded`).
        ledger: What the run has read.
        same: Words that say the same.
        effort: As of `flow_objections`; what is not looked at may carry anything.
    """
    for most in sorted({line.most for line, _ in given}):
        together = [(line, _told(value, line)) for line, value in given if line.most <= most]
        every = [leaf for _, told in together for leaf in told]
        label = _beyond(every, most, ledger=ledger, same=same, effort=effort)
        if label is None:
            continue
        for line, told in together:
            alone: Label | None = label
            if len(together) > 1:
                alone = _beyond(told, line.most, ledger=ledger, same=same, effort=effort)
            if alone is not None:
                yield _carries(line, alone, "may be a part of it")
                return
        strictest = min((line for line, _ in together), key=lambda line: line.argument.otherwise is not Action.DENY)
        yield _carries(strictest, label, "may be in it together with the other arguments")
        return


def is_explained(value: Any, *, ledger: Ledger, same: Same, effort: Effort | None = None) -> bool:
    """Return whether everything in ``value`` but truth values was said by what is trusted.

    Args:
        value: Any, as of a call's arguments.
        ledger: What the run has read.
        same: Words that say the same.
        effort: What it may cost, all values together; where that is not enough it is not explained.
    """
    effort = effort or Effort()
    for kind, leaf in dict.fromkeys((type(leaf), leaf) for leaf in leaves(value)):
        if kind is bool or leaf == "":
            continue
        if not effort.allows(_STEPS_OF_LEAF):
            return False
        parts = ledger.parts(leaf, same=same, effort=effort)
        if not all(any(origin.trusted for origin in part.origins) for part in parts):
            return False
    return True


def named(origin: Origin) -> str:
    """Return where something was found, for people.

    >>> named(Origin(kind=SourceKind.TOOL, name="read_file"))
    'a result of read_file'
    """
    match origin.kind:
        case SourceKind.USER:
            return "what the user wrote"
        case SourceKind.OPERATOR:
            return "the operator's prompt"
        case SourceKind.TOOL:
            return f"a result of {shown(origin.name)}"
        case SourceKind.DOCUMENT:
            return "a retrieved document"
        case SourceKind.SERVER:
            return "what a server said"
        case _:
            return "content of unknown origin"


def _origin(leaf: Any, trace: Trace, line: Line, *, ledger: Ledger, effort: Effort) -> Objection | None:
    may = line.permitted
    wrong = [part for part in trace.parts if not (any(map(may.permits, part.origins)) if part.origins else may.model)]
    if not wrong:
        return None
    via = (one for one in may.via if not one.field or _in_field(one, trace))
    links = [ledger.link(leaf, tool=one.tool, effort=effort) for one in via]
    if Link.NAMED in links:
        return None
    length = trace.parts[-1].span.end
    characters = sum(part.span.length for part in wrong)
    if Link.AMBIGUOUS in links:
        what = "what the user said fits several records equally well"
    else:
        what = _where([origin for part in wrong for origin in part.origins], any(not part.origins for part in wrong))
    some = "it" if characters >= length else f"{characters} of its {length} characters"
    reason = f"argument `{line.argument.name}`: it may be said by {may}; {some}: {what}"
    advice = f"`{line.argument.name}` must be said by {_people(may.written)}: {what}."
    return Objection(Wrong.ORIGIN, reason, advice, line.argument.otherwise)


def _in_field(via: Any, trace: Trace) -> bool:
    return any(via.permits(origin) for part in trace.parts for origin in part.origins)


def _where(origins: list[Origin], is_composed: bool) -> str:
    places = list(dict.fromkeys(named(origin) for origin in origins))
    told = [f"it is in {' and in '.join(places[:_MOST_NAMED])}, and nowhere in what is permitted"] if places else []
    if is_composed:
        told.append("it was found nowhere, so the model composed it")
    return "; in part ".join(told) or "it is empty"


def _secrecy(secrecy: Secrecy, trace: Trace, line: Line) -> Objection:
    found = [origin for part in trace.parts if part.secrecy is secrecy for origin in part.origins]
    where = f"from {named(found[0])}" if found else "composed by the model after it had read as much"
    name, most = line.argument.name, line.argument.carries.value
    reason = f"argument `{name}`: it may carry {most}; it is {secrecy.value}, {where}"
    return Objection(
        Wrong.SECRECY, reason, f"`{name}` may carry nothing more secret than {most}.", line.argument.otherwise
    )


def _telling(value: Any, line: Line) -> Iterable[tuple[type, Any]]:
    """Return what of ``value`` can tell something, each with its type: not what is a choice between few values."""
    if line.same_as:
        return ()
    found = [(type(leaf), leaf) for leaf in leaves(value)]
    if line.argument.one_of and max(2, len(line.argument.one_of)) ** min(len(found), 8) <= _MOST_CHOICES:
        return ()
    truths = sum(kind is bool for kind, _ in found)
    return found if 2 ** min(truths, 8) > _MOST_CHOICES else [one for one in found if one[0] is not bool]


def _told(value: Any, line: Line) -> list[str | int | float]:
    return [leaf for kind, leaf in _telling(value, line) if kind is not bool]


def _beyond(told: Sequence[str | float], most: int, *, ledger: Ledger, same: Same, effort: Effort) -> Label | None:
    """Return the most secret label of what ``told`` may carry, if that is more than it may."""
    if not told or ledger.secrecy.rank <= most:
        return None
    texts = [leaf for leaf in told if type(leaf) is str]
    found = ledger.carried(*told, *([" ".join(texts)] if len(texts) > 1 else ()), same=same, effort=effort)
    return found[0] if found and found[0].secrecy.rank > most else None


def _carries(line: Line, label: Label, how: str) -> Objection:
    name, most = line.argument.name, line.argument.carries.value
    return Objection(
        Wrong.SECRECY,
        f"argument `{name}`: it may carry {most}; {label.secrecy.value} content from {named(label.origin)} {how}",
        f"`{name}` may carry nothing more secret than {most}.",
        line.argument.otherwise,
    )


_PEOPLE = {
    "user": "the user",
    "operator": "the operator",
    "document": "a retrieved document",
    "model": "you",
    "trusted": "someone trusted",
}


def _people(written: Sequence[str]) -> str:
    words = []
    for one in written:
        kind, _, name = one.partition(":")
        if kind == "tool":
            words.append(f"a result of {name}")
        elif kind == "user-via":
            words.append(f"a record of {name} that the user named")
        else:
            words.append(_PEOPLE.get(one, one))
    return " or ".join(words)
