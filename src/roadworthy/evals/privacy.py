"""What of a reply is shown to scorers, recorded and kept for reuse, as the transcript policy says.

Applied between the response and everything that is done with it, so that text which must
not be stored never gets as far as a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeVar

import re2

from roadworthy.core.digest import Digest, digest_of_bytes, is_digest
from roadworthy.core.result import Outcome, Success, Unassessed
from roadworthy.evals.model import Context, Message, NoReply, Reply, Response, Score, ToolCall
from roadworthy.evals.scorers.inspect_score import GRADES
from roadworthy.evals.scorers.text import utf8_safe
from roadworthy.inventory.model import TranscriptPolicy
from roadworthy.sensitive.pattern import compiled
from roadworthy.sensitive.personal import identifier
from roadworthy.sensitive.personal.find import plain
from roadworthy.sensitive.secrets.finder import Search, kinds
from roadworthy.sensitive.secrets.format import FoundSecret

T = TypeVar("T")

WITHHELD = "[withheld]"
"""Stands for the name of a tool, which cannot be empty, where no text is kept; and for what is no name."""

_NAME = re.compile(r"[A-Za-z0-9_.:/+-]{1,64}")

_LABELS = {"e-mail address": "email", "IBAN": "iban", "payment card": "card", "phone number": "phone"}
_NATIONAL_ID, _SECRET = "national-id", "secret"
_SECRETS = Search(checked=False, loose=True)
_SET_BYTES = 64 << 20
"""Memory that the set of all shapes may take; it needs far less, and with too little would be slow."""

_OVERRUN = 64
"""Characters that one identifier has at most."""

_SMALLEST_NUMBER = 100_000
"""Numbers below are no identifiers: they have too few digits."""


def redacted(text: str) -> str:
    """Return ``text`` with personal data and credentials replaced by what they are.

    Finds what the scorers ``personal_data`` and ``secrets`` find, by the same rules, and also
    where it is set in wide characters, other digits, special spaces or dashes: names,
    addresses and dates of birth are not among it. What overlaps is replaced once, by the
    label of what starts first.

    >>> redacted("Write to ana@shop.test; the password is tR7#kq92Lm.")
    'Write to [email]; the password is [secret].'
    """
    text = utf8_safe(text)
    parts, done = [], 0
    for start, end, label in private_spans(text):
        parts += [text[done:start], f"[{label}]"]
        done = end
    return "".join([*parts, text[done:]]) if parts else text


def private_spans(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return where in ``text`` personal data and credentials stand: start, end and label, in order, none overlapping.

    >>> private_spans("Ask ana@shop.test")
    ((4, 17, 'email'),)
    """
    # Letter for letter, so that places in one are places in the other.
    letters = plain(text)
    matching = _shapes().Match(letters)
    if not matching:
        return ()
    finders = _finders()
    spans = sorted((start, -end, finders[n].label) for n in matching for start, end in finders[n].spans(letters))
    found: list[tuple[int, int, str]] = []
    for start, negative_end, label in spans:
        if found and start < found[-1][1]:
            first, end, known = found[-1]
            found[-1] = (first, max(end, -negative_end), known)
        else:
            found.append((start, -negative_end, label))
    return tuple(found)


def name_or_withheld(text: str) -> str:
    """Return ``text`` where it has the form of a name and is no personal data, so that no text passes as one.

    For what the target chooses and we repeat in words of our own: a content type, an error's code, a key.

    >>> name_or_withheld("rate_limit_error"), name_or_withheld("You asked: who is Ana?")
    ('rate_limit_error', '[withheld]')
    """
    return text if _NAME.fullmatch(text) is not None and redacted(text) is text else WITHHELD


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """One response, by who gets it."""

    seen: Response
    """For the scorers."""

    stored: Response
    """For the journal."""

    may_be_kept: bool
    """Whether the cache may hold it: only what is stored whole, else a later run would judge another text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcripts:
    """Applies one policy.

    >>> handled = Transcripts(policy=TranscriptPolicy()).handled(Reply(text="Ask ana@shop.test"))
    >>> handled.seen.text, handled.stored.text, handled.may_be_kept
    ('Ask ana@shop.test', 'Ask [email]', False)
    """

    policy: TranscriptPolicy

    def handled(self, response: Response) -> Handled:
        """Return what of ``response`` goes where. Of no reply there is only the reason."""
        policy = self.policy
        if policy.store == "full" and policy.scorers_see == "full":
            return Handled(seen=response, stored=response, may_be_kept=True)
        if isinstance(response, NoReply):
            reason = _redacted_reason(response.reason)
            clear = (
                response if policy.store == "full" or reason == response.reason else replace(response, reason=reason)
            )
            return Handled(seen=response, stored=clear, may_be_kept=True)
        clean = redacted_reply(response)
        stored = (
            response if policy.store == "full" else clean if policy.store == "redacted" else withheld_reply(response)
        )
        return Handled(
            seen=clean if policy.scorers_see == "redacted" else response,
            stored=stored,
            may_be_kept=policy.store != "none" and stored is response,
        )

    def scores(
        self, scores: tuple[Score, ...], *, never_quote: Collection[str], is_whole: bool = False
    ) -> tuple[Score, ...]:
        """Return ``scores`` with what may be kept of their reasons, which may quote what was judged.

        Args:
            scores: Of one response.
            is_whole: Whether the reply is stored as it was judged; without its text, marks in it say nothing.
            never_quote: Names of the scorers whose reasons are made of their own words alone;
                where no text is kept, the reasons of others are withheld.
        """
        if self.policy.store == "full":
            return scores
        is_none = self.policy.store == "none"
        return tuple(
            _with_reason(
                _without_text(score, is_none=is_none, is_whole=is_whole),
                is_withheld=is_none and score.scorer not in never_quote,
            )
            for score in scores
        )


def _without_text(score: Score, *, is_none: bool, is_whole: bool) -> Score:
    """Take away what of an outcome is the reply's text, or a place in a text that is not kept."""
    outcome: Outcome = score.outcome
    if isinstance(outcome, Unassessed):
        return score
    if outcome.marks and not is_whole:
        outcome = replace(outcome, marks=())
    if isinstance(outcome, Success) and outcome.answer:
        answer = digest_of_bytes(outcome.answer.encode()) if is_none else redacted(outcome.answer)
        outcome = outcome if answer == outcome.answer else replace(outcome, answer=answer)
    return score if outcome is score.outcome else replace(score, outcome=outcome)


def _with_reason(score: Score, *, is_withheld: bool) -> Score:
    outcome: Outcome = score.outcome
    reason = _redacted_reason(outcome.reason)
    if is_withheld and reason and not _is_of_ours(outcome):
        reason = WITHHELD
    return score if reason == outcome.reason else replace(score, outcome=replace(outcome, reason=reason))


def _is_of_ours(outcome: Outcome) -> bool:
    return isinstance(outcome, Unassessed) and outcome.reason.startswith("no reply: ")


@lru_cache(maxsize=1024)
def _redacted_reason(reason: str) -> str:
    """Reasons repeat, and are short."""
    return redacted(reason)


def redacted_reply(reply: Reply) -> Reply:
    """Return ``reply`` with every text and name in it `redacted`; itself, where there was nothing to replace."""
    is_plain = not (reply.tool_calls or reply.turns or reply.effects or reply.contexts) and not (
        reply.components or reply.digests or reply.probabilities or reply.scores_reported
    )
    if (
        is_plain
        and redacted(reply.text) is reply.text
        and redacted(reply.finish_reason or "") == (reply.finish_reason or "")
    ):
        return reply
    clean = replace(
        reply,
        text=redacted(reply.text),
        tool_calls=tuple(_call(call) for call in reply.tool_calls),
        turns=tuple(Message(role=turn.role, content=redacted(turn.content)) for turn in reply.turns),
        effects=_members(reply.effects) if reply.effects else reply.effects,
        probabilities=_by_name(reply.probabilities, redacted),
        scores_reported={
            name: redacted(score) if isinstance(score, str) else score
            for name, score in _by_name(reply.scores_reported, redacted).items()
        },
        contexts=tuple(Context(source=redacted(c.source), text=redacted(c.text)) for c in reply.contexts),
        components=tuple(redacted(key) for key in reply.components),
        digests=_digests(reply.digests, redacted),
        finish_reason=None if reply.finish_reason is None else redacted(reply.finish_reason),
    )
    return reply if clean == reply else replace(clean, transcript="redacted")


def withheld_reply(reply: Reply) -> Reply:
    """Return ``reply`` without any text: numbers, grades, status and the names of what it is made of stay."""
    return replace(
        reply,
        text="",
        tool_calls=tuple(ToolCall(name=WITHHELD) for _ in reply.tool_calls),
        turns=(),
        effects={},
        probabilities={},
        scores_reported={
            name: score
            for name, score in _by_name(reply.scores_reported, name_or_withheld).items()
            if not isinstance(score, str) or score.strip().lower() in GRADES
        },
        contexts=(),
        components=tuple(name_or_withheld(key) for key in reply.components),
        digests=_digests(reply.digests, name_or_withheld),
        finish_reason=None,
        transcript="none",
    )


def _call(call: ToolCall) -> ToolCall:
    return ToolCall(
        name=redacted(call.name),
        arguments=_members(call.arguments),
        result=None if call.result is None else redacted(call.result),
    )


def _members(record: dict[str, object]) -> dict[str, object]:
    """Redact keys and values."""
    return {name: _value(value) for name, value in _by_name(record, redacted).items()}


def _digests(given: dict[str, Digest], clean: Callable[[str], str]) -> dict[str, Digest]:
    """Return digests by clean keys; what the target calls one and is none could be any text."""
    return {name: digest if is_digest(digest) else WITHHELD for name, digest in _by_name(given, clean).items()}


def _by_name(record: dict[str, T], clean: Callable[[str], str]) -> dict[str, T]:
    """Return ``record`` with clean keys. Two keys that become one are told apart by a number."""
    found: dict[str, T] = {}
    for key, value in record.items():
        name = unnumbered = clean(key)
        number = 1
        while name in found:
            number += 1
            name = f"{unnumbered} {number}"
        found[name] = value
    return found


def _value(value: object) -> object:
    match value:
        case str():
            return redacted(value)
        case dict():
            return _members(value)
        case list() | tuple():
            return [_value(item) for item in value]
        case int() | float() if not isinstance(value, bool) and abs(value) >= _SMALLEST_NUMBER:
            text = str(int(value)) if float(value).is_integer() else str(value)
            clean = redacted(text)
            return value if clean == text else clean
        case _:
            return value


@dataclass(frozen=True, slots=True)
class _Finder:
    """Looks for one kind of thing."""

    shape: str
    label: str
    spans: Callable[[str], Iterable[tuple[int, int]]]


@lru_cache(maxsize=1)
def _finders() -> tuple[_Finder, ...]:
    return (
        *(
            _Finder(shape, _LABELS.get(kind, _NATIONAL_ID), _identifier_spans(shape, length_of))
            for kind, shape, length_of in identifier.KINDS
        ),
        *(_Finder(f"(?i){trigger}", _SECRET, _spans(find)) for trigger, find in kinds(_SECRETS)),
    )


@lru_cache(maxsize=1)
def _shapes() -> Any:
    """Return all shapes as one automaton, which tells in one pass which of them are in a text."""
    options = re2.Options()
    options.max_mem = _SET_BYTES
    options.log_errors = False
    shapes = re2.Set.SearchSet(options)
    for finder in _finders():
        shapes.Add(finder.shape)
    shapes.Compile()
    return shapes


def _identifier_spans(shape: str, length_of: Callable[[str], int]) -> Callable[[str], Iterator[tuple[int, int]]]:
    def spans(text: str) -> Iterator[tuple[int, int]]:
        for found in compiled(shape).finditer(text):
            start, end = found.span()
            candidate: str = found.group(0)
            while length := length_of(candidate):
                yield start, start + length
                # A shape may run on into the next one of its kind, which would then not be looked at.
                more = compiled(shape).search(text[start + length : end + _OVERRUN]) if start + length < end else None
                if more is None:
                    break
                start, candidate = start + length + more.start(), more.group(0)

    return spans


def _spans(find: Callable[[str], Iterable[FoundSecret]]) -> Callable[[str], Iterator[tuple[int, int]]]:
    return lambda text: ((found.start, found.end) for found in find(text))
