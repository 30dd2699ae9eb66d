"""Looks whether the text has the form that was declared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from roadworthy.core.subject import STRICT
from roadworthy.guard.rails.rail import Scene, Triggers
from roadworthy.guard.rails.structured.grammar import GrammarCheck
from roadworthy.guard.rails.structured.json_text import JsonFault, line_of, read_json
from roadworthy.guard.rails.structured.repair import candidates
from roadworthy.guard.rails.structured.schema import SchemaCheck
from roadworthy.guard.reading.reading import Reading
from roadworthy.guard.segment import Segment, Span
from roadworthy.guard.verdict import Detection, Edit, EditKind, OperatingPoint
from roadworthy.sensitive.pattern import WholeMatch, compiled

_NEEDS = {"json": "", "json_schema": "schema", "pattern": "pattern", "grammar": "grammar"}
_MAX_PATTERN_CHARS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StructuredOutputSettings:
    """Which form the text must have.

    Raises:
        ValueError: If the form's description is missing, is there for another form, or is none.
    """

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["structured_output"] = "structured_output"
    form: Literal["json", "json_schema", "pattern", "grammar"]
    schema: str = ""
    """json_schema: the schema, as JSON. Its patterns are RE2; nothing is fetched; ``format`` says nothing."""

    pattern: str = ""
    """pattern: RE2 that the whole text must match."""

    grammar: str = ""
    """grammar: LALR(1), in Lark's notation, with a rule ``start``. Needs the extra ``structured``."""

    accept_repair: bool = False
    """Whether JSON that can be repaired goes on repaired. The verdict says so. False: the repair is only offered."""

    max_chars: int = 200_000
    max_depth: int = 64
    """Deepest nesting of JSON, in objects and arrays."""

    def __post_init__(self) -> None:
        for name in ("schema", "pattern", "grammar"):
            is_there, is_needed = bool(getattr(self, name)), _NEEDS[self.form] == name
            if is_there != is_needed:
                raise ValueError(f"`{name}` {'is missing' if is_needed else 'says nothing'} with form {self.form}")
        if len(self.pattern) > _MAX_PATTERN_CHARS:
            raise ValueError(f"`pattern` is longer than {_MAX_PATTERN_CHARS:,} characters")
        if self.accept_repair and self.form not in {"json", "json_schema"}:
            raise ValueError(f"`accept_repair` says nothing with form {self.form}")
        for name, value, high in (("max_chars", self.max_chars, 10_000_000), ("max_depth", self.max_depth, 200)):
            if not 1 <= value <= high:
                raise ValueError(f"`{name}` must be in 1..{high:,}, got {value}")
        if self.pattern:
            compiled(self.pattern)
        if self.schema:
            SchemaCheck(self.schema)


class StructuredOutputRail:
    """Finds that a text does not have its form: one detection with what is wrong and where, without content.

    Args:
        settings: Which form.

    Raises:
        LookupError: If a grammar is asked for and lark is not installed.
        ValueError: If the grammar is none.
    """

    operating_point: OperatingPoint | None = None
    triggers: Triggers | None = None

    def __init__(self, settings: StructuredOutputSettings) -> None:
        self.reach: int | None = None
        self._settings = settings
        self._schema = SchemaCheck(settings.schema) if settings.schema else None
        self._grammar = GrammarCheck(settings.grammar) if settings.grammar else None
        self._whole = WholeMatch(settings.pattern) if settings.pattern else None

    def examine(self, segment: Segment, reading: Reading, scene: Scene) -> Sequence[Detection]:
        """Return what is wrong with the form, if anything; the span is the whole text."""
        text = segment.text
        if self._settings.form in {"json", "json_schema"}:
            fault = self._json_fault(text)
            return () if fault is None else (self._of_json(text, fault),)
        place = self._place(text)
        if place is None:
            return ()
        return (_detection(f"not_of_{self._settings.form}", text, detail=_where(text, place)),)

    def _place(self, text: str) -> int | None:
        if len(text) > self._settings.max_chars:
            return self._settings.max_chars
        if self._grammar is not None:
            return self._grammar.fault(text)
        return None if self._whole is not None and self._whole.holds(text) else 0

    def _json_fault(self, text: str) -> JsonFault | str | None:
        """Return why ``text`` is not the JSON that was asked for: as text, where it is JSON and breaks the schema."""
        read = read_json(text, max_chars=self._settings.max_chars, max_depth=self._settings.max_depth)
        if isinstance(read, JsonFault):
            return read
        broken = self._schema.fault(read.value) if self._schema is not None else None
        return None if broken is None else f"{broken.rule} at {broken.pointer or '/'}"

    def _of_json(self, text: str, fault: JsonFault | str) -> Detection:
        if isinstance(fault, str):
            return _detection("not_of_schema", text, detail=fault)
        detail = _where(text, fault.place)
        repaired = next((one for one in candidates(text, fault) if self._json_fault(one) is None), None)
        if repaired is None:
            return _detection(fault.kind, text, detail=detail)
        span = Span(start=0, end=len(text))
        said = "repaired" if self._settings.accept_repair else "a repair is offered"
        return Detection(
            kind=fault.kind,
            span=span,
            detail=f"{detail}; {said}",
            edit=Edit(span=span, replacement=repaired, kind=EditKind.ENCODE),
            offered=not self._settings.accept_repair,
        )


def _detection(kind: str, text: str, *, detail: str) -> Detection:
    return Detection(kind=kind, span=Span(start=0, end=len(text)), detail=detail)


def _where(text: str, place: int) -> str:
    return f"line {line_of(text, place)}, character {place}"
