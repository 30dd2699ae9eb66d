"""Looks for what the declared sink would read as code or control."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from roadworthy.core.subject import STRICT
from roadworthy.guard.rails.rail import Scene, Triggers
from roadworthy.guard.rails.sink import html, quoting
from roadworthy.guard.rails.sink.allowed_html import allowed_html
from roadworthy.guard.rails.sink.grammar import Grammar
from roadworthy.guard.rails.sink.markdown import markdown
from roadworthy.guard.rails.sink.table import csv_cells
from roadworthy.guard.rails.sink.terminal import terminal
from roadworthy.guard.reading.reading import Reading
from roadworthy.guard.segment import Segment
from roadworthy.guard.verdict import Detection, OperatingPoint

_GRAMMARS: Mapping[tuple[str, str], Callable[[], Grammar]] = {
    ("html", "text"): html.text_in_html,
    ("html", "attribute"): html.attribute_in_html,
    ("html", "address"): html.address_in_html,
    ("sql", "literal"): quoting.sql_literal,
    ("sql", "identifier"): quoting.sql_identifier,
    ("sql", "mysql_literal"): quoting.mysql_literal,
    ("sql", "mysql_identifier"): quoting.mysql_identifier,
    ("shell", "word"): quoting.shell_word,
    ("shell", "single_quoted"): quoting.shell_single_quoted,
    ("shell", "double_quoted"): quoting.shell_double_quoted,
    ("csv", "cells"): csv_cells,
    ("terminal", "screen"): terminal,
    ("json", "document"): quoting.json_in_script,
    ("json", "string"): quoting.json_string,
}
"""By sink and use. The first use of a sink is the one that it has where none is named."""

_SINKS = tuple(dict.fromkeys(("markdown", *(sink for sink, _ in _GRAMMARS))))


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputEncodingSettings:
    """What reads the text, and how.

    Raises:
        ValueError: If the sink has no such use, or something is allowed that the sink does not have.
    """

    __pydantic_config__: ClassVar = STRICT

    kind: Literal["output_encoding"] = "output_encoding"
    sink: Literal["route", "html", "markdown", "sql", "shell", "csv", "terminal", "json"]
    """What reads the text; ``route``: what `Route.sink` says of each route, with its first use, and nothing where that
    is ``text``."""

    use: str = ""
    """html: text, attribute, address · sql: literal, identifier, mysql_literal, mysql_identifier · shell: word,
    single_quoted, double_quoted · json: document, string. Empty: the first of them."""

    allowed_tags: tuple[str, ...] = ()
    """html: elements that may stay; the text is then sanitised as a whole, and needs the extra ``structured``."""

    allowed_attributes: tuple[str, ...] = ()
    """html: ``element.attribute``, or ``*.attribute`` for every element."""

    allowed_markdown: tuple[Literal["images", "links", "html", "bare_urls"], ...] = ("bare_urls",)
    """markdown: what may stay."""

    def __post_init__(self) -> None:
        uses = tuple(use for sink, use in _GRAMMARS if sink == self.sink)
        if self.use and self.use not in uses:
            raise ValueError(f"`use` of sink {self.sink} must be one of {', '.join(uses) or 'none'}, got {self.use!r}")
        if (self.allowed_tags or self.allowed_attributes) and (
            self.sink not in {"html", "route"} or self.use not in {"", "text"}
        ):
            raise ValueError("`allowed_tags` and `allowed_attributes` are for sink html with use text")
        if self.allowed_attributes and not self.allowed_tags:
            raise ValueError("`allowed_attributes` needs `allowed_tags`")
        active = sorted({"script", "style"} & {tag.lower() for tag in self.allowed_tags})
        if active:
            raise ValueError(f"`allowed_tags` must not hold {active[0]!r}: what is in it is code")
        if "images" in self.allowed_markdown and "links" not in self.allowed_markdown:
            raise ValueError("`allowed_markdown` has images without links: an image is a link that loads by itself")


class OutputEncodingRail:
    """Finds what the sink would read as code or control, and offers the edits that make it text there.

    With all edits, the sink reads nothing but text; it is exact by construction and has no threshold.

    Args:
        settings: Which sink.

    Raises:
        LookupError: If tags are allowed and the sanitiser is not installed.
    """

    operating_point: OperatingPoint | None = None

    def __init__(self, settings: OutputEncodingSettings) -> None:
        self._sink = settings.sink
        sinks = _SINKS if settings.sink == "route" else (settings.sink,)
        self._grammars = {sink: _grammar(sink, settings) for sink in sinks}
        reaches = [grammar.reach for grammar in self._grammars.values()]
        known = [reach for reach in reaches if reach is not None]
        self.reach: int | None = max(known) if len(known) == len(reaches) else None
        patterns = (one for grammar in self._grammars.values() for one in grammar.triggers.patterns)
        self.triggers: Triggers | None = Triggers(patterns=tuple(dict.fromkeys(patterns)), unusual=True)

    def examine(self, segment: Segment, reading: Reading, scene: Scene) -> Sequence[Detection]:
        """Return each place that is read as code; what counts is the text as it came, not as it was normalised."""
        grammar = self._grammars.get(scene.sink if self._sink == "route" else self._sink)
        return () if grammar is None else tuple(grammar.find(segment.text))


def _grammar(sink: str, settings: OutputEncodingSettings) -> Grammar:
    if sink == "markdown":
        return markdown(settings.allowed_markdown)
    if sink == "html" and settings.allowed_tags:
        return allowed_html(settings.allowed_tags, settings.allowed_attributes)
    use = settings.use or next(use for of, use in _GRAMMARS if of == sink)
    return _GRAMMARS[sink, use]()
