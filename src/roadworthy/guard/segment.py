"""The unit that is judged: a stretch of text with where it stands, who it is from and for whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from roadworthy.core.subject import STRICT

_LONGEST_SHOWN = 160
_SHOWN = re.compile(r"[A-Za-z_$][A-Za-z_$.#-]{0,39}[0-9]{0,2}|[0-9]{0,6}")


def shown_path(path: str) -> str:
    """Return a path of a message for people and records, at most 160 characters of it.

    A sender may write anything as the name of a member. One that is not made of letters is said by its length.
    """
    parts = path.split("/")
    shown = "/".join(part if _SHOWN.fullmatch(part) else f"(a name of {len(part)} characters)" for part in parts[:24])
    return shown if len(shown) <= _LONGEST_SHOWN and len(parts) <= 24 else f"{shown[:_LONGEST_SHOWN]}…"


class Stage(StrEnum):
    """The point at which the guard is asked."""

    INPUT = "input"
    """What goes to the model: prompts, history, tool definitions."""

    RETRIEVAL = "retrieval"
    """What was fetched to be put into a prompt."""

    TOOL_CALL = "tool_call"
    """A tool's name and arguments, before it runs."""

    TOOL_RESULT = "tool_result"
    """What a tool gave back, before the model reads it."""

    OUTPUT = "output"
    """What the model said, before anybody reads it."""


class Role(StrEnum):
    """Whose turn it is, in the words of the protocols."""

    SYSTEM = "system"
    DEVELOPER = "developer"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


class Channel(StrEnum):
    """What kind of field carries the text."""

    TEXT = "text"
    TOOL_NAME = "tool_name"
    TOOL_ARGUMENT = "tool_argument"
    TOOL_RESULT = "tool_result"
    RETRIEVED_CHUNK = "retrieved_chunk"
    REASONING = "reasoning"
    REFUSAL = "refusal"
    CITATION = "citation"
    IMAGE_REFERENCE = "image_reference"
    STRUCTURED_FIELD = "structured_field"
    """Any other field with text: a tool's description, a name, metadata, log probabilities' tokens."""


class SourceKind(StrEnum):
    """Where text comes from, whatever the role says: a tool result sits in a user's message and is not the user's."""

    OPERATOR = "operator"
    """The team's own prompts."""

    USER = "user"
    MODEL = "model"
    TOOL = "tool"
    DOCUMENT = "document"
    SERVER = "server"
    """A tool server's own words: descriptions, prompts, notifications, questions to the user."""

    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a stretch of text comes from."""

    __pydantic_config__: ClassVar = STRICT

    kind: SourceKind
    name: str = ""
    """The tool, document or server; empty where there is but one."""

    @property
    def is_trusted(self) -> bool:
        """Whether the team itself wrote it. Nothing else may give instructions."""
        return self.kind is SourceKind.OPERATOR


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """A stretch of a segment's text, in characters (code points) as they came.

    Raises:
        ValueError: If the places are the wrong way round.

    >>> Span(start=3, end=7).length
    4
    """

    __pydantic_config__: ClassVar = STRICT

    start: int
    """0-based place of its first character."""

    end: int
    """Place after its last character."""

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span from {self.start} to {self.end} is no stretch of text")

    @property
    def length(self) -> int:
        """Characters in it."""
        return self.end - self.start

    def meets(self, other: Span) -> bool:
        """Return whether the two have a character in common."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a retrieved chunk was taken from, and who may read it. What is not stated is None, and no permission."""

    __pydantic_config__: ClassVar = STRICT

    document: str
    """Id of the document in its index."""

    chunk: str = ""
    uri: str = ""
    tenant: str | None = None
    readers: tuple[str, ...] | None = None
    """Principals, roles and groups (``group:finance``) that may read it; ``*``: everybody in the tenant. None: not
    stated."""

    purposes: tuple[str, ...] | None = None
    """What it may be used for; ``*``: anything. None: not stated."""

    trust: str = "untrusted"
    """``trusted`` (the team wrote it), ``reviewed`` or ``untrusted``."""

    digest: str = ""
    """Digest of the document's content when it was indexed."""

    updated_at: datetime | None = None
    expires_at: datetime | None = None
    deleted: bool = False
    """Whether the document was deleted at its source since."""


FAILED = "failed"
"""Label of what a tool said of a call that did not come back as it should, where its protocol marks that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of text in one field of an event.

    Its text is for judging and goes into no error, log or repr.
    """

    __pydantic_config__: ClassVar = STRICT

    stage: Stage
    role: Role
    channel: Channel
    source: Source
    text: str
    path: str
    """Where it stands in the message, as a JSON pointer (``/messages/3/content/0/text``); for plain text empty."""

    index: int = 0
    """Place among the segments of the event, from 0."""

    choice: int = 0
    """Which of several answers it belongs to."""

    call: str = ""
    """Id of the tool call that it belongs to; empty for none."""

    tool: str = ""
    """Name of the tool of that call; empty where there is none or it is not known."""

    span: Span | None = None
    """Which characters of the whole field these are, where the field comes in parts; None: all of it."""

    principal: str = ""
    """Who spoke or is spoken to, where it differs from the event's principal."""

    tenant: str = ""
    """Whose text it is; empty: the event's tenant."""

    labels: tuple[str, ...] = ()
    """What is known of it, such as ``history``, `FAILED`, ``tainted`` or ``quarantined``; sorted."""

    provenance: Provenance | None = None
    """For a retrieved chunk."""

    def __repr__(self) -> str:
        return (
            f"Segment(stage={self.stage.value!r}, role={self.role.value!r}, channel={self.channel.value!r}, "
            f"path={shown_path(self.path)!r}, characters={len(self.text)})"
        )
