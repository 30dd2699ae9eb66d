"""Reads a policy document whole and makes a draft of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from roadworthy.core.digest import digest_of_bytes
from roadworthy.core.errors import ConfigError
from roadworthy.policy.drafting.disposition import Draft, Entry, Proposed
from roadworthy.policy.drafting.document import read_document
from roadworthy.policy.drafting.matching import ControlIndex
from roadworthy.policy.drafting.proposing import Reading, dispose
from roadworthy.policy.drafting.statement import Sentence, Statement
from roadworthy.policy.drafting.statements import exceptions_to, read_statements
from roadworthy.policy.model import Control, Layer, Pack

MAX_STATEMENTS = 2_500
"""More than a policy of a hundred pages has; a longer document is refused, not cut."""

MAX_DOCUMENT_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the pack is to be called and whose it is."""

    name: str
    layer: Layer
    owner: str
    document: str
    """Name of the document's file."""


def draft(
    content: bytes, *, wanted: Wanted, packs: Iterable[Pack], lint_rules: Sequence[str] = (), taken: Iterable[str] = ()
) -> Draft:
    """Return the draft of a policy document.

    Args:
        content: The document: UTF-8 text, Markdown where it has structure.
        wanted: Name, layer and owner of the pack.
        packs: Packs whose controls a statement may be covered by.
        lint_rules: Ids of the rules that ``rw lint`` has.
        taken: Ids of controls that a pack of this name has already.

    Raises:
        ConfigError: If the document is too big, is not text, or says nothing.
    """
    text = text_of(content, wanted.document)
    sentences = read_document(text)
    statements = read_statements(sentences)
    if not statements:
        raise ConfigError("the document says nothing", where=wanted.document, fix="give a policy as Markdown or text")
    if len(statements) > MAX_STATEMENTS:
        raise ConfigError(
            f"{len(statements)} statements; at most {MAX_STATEMENTS} are read",
            where=wanted.document,
            fix="split the document by chapter and draft a pack of each",
        )
    index = ControlIndex(packs)
    reading = Reading(pack=wanted.name, title=title_of(sentences), index=index, lint_rules=lint_rules)
    entries = _with_own_ids(_entries(statements, reading), taken=set(taken))
    return Draft(
        document=wanted.document,
        title=reading.title,
        digest=digest_of_bytes(content),
        entries=entries,
        pack=pack_of(entries, wanted=wanted, title=reading.title),
    )


def text_of(content: bytes, name: str) -> str:
    """Return the text of a document.

    Raises:
        ConfigError: If it is too big or no UTF-8 text.
    """
    if len(content) > MAX_DOCUMENT_BYTES:
        raise ConfigError(f"larger than {MAX_DOCUMENT_BYTES} bytes", where=name, fix="split the document by chapter")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise ConfigError(
            f"not UTF-8 text: byte 0x{content[fault.start]:02x}",
            where=f"{name}:{line}",
            fix="export the policy as Markdown or plain text in UTF-8",
        ) from fault
    if "\x00" in text:
        raise ConfigError("the document holds NUL, so it is no text", where=name, fix="export the policy as Markdown")
    return text


def title_of(sentences: Iterable[Sentence]) -> str:
    """Return the document's title: its first heading, else *the policy*."""
    first = next((sentence.text for sentence in sentences if sentence.kind == "heading"), "")
    return first[:100].rstrip(". ") or "The policy"


def _entries(statements: Sequence[Statement], reading: Reading) -> list[Entry]:
    taken_out = exceptions_to(statements)
    entries = []
    for at, statement in enumerate(statements):
        before = statements[at - 1] if at and statements[at - 1].place == statement.place else None
        lines = [statements[number - 1].place.line for number in taken_out.get(statement.number, ())]
        found = dispose(statement, reading, before=before, exceptions=lines)
        entries.append(Entry(statement=statement, disposition=found))
    return entries


def _with_own_ids(entries: Iterable[Entry], *, taken: set[str]) -> tuple[Entry, ...]:
    """Give each proposed control an id that no other has, nor any of its rules."""
    named = []
    for entry in entries:
        match entry.disposition:
            case Proposed(control=control) as proposed:
                own = renamed(control, taken=taken)
                taken |= {own.id, *(rule.id for rule in own.rules)}
                named.append(replace(entry, disposition=replace(proposed, control=own)))
            case _:
                named.append(entry)
    return tuple(named)


def renamed(control: Control, *, taken: set[str]) -> Control:
    """Return ``control`` under the first of its id, id-2, id-3 … that is free."""
    number, id_ = 1, control.id
    while id_ in taken or f"{id_}-met" in taken:
        number += 1
        id_ = f"{control.id}-{number}"
    return replace(control, id=id_, rules=tuple(replace(rule, id=f"{id_}-met") for rule in control.rules))


def pack_of(entries: Iterable[Entry], *, wanted: Wanted, title: str) -> Pack | None:
    """Return the proposed pack, or None where no control is proposed."""
    controls = tuple(e.disposition.control for e in entries if isinstance(e.disposition, Proposed))
    if not controls:
        return None
    return Pack(
        name=wanted.name,
        version="0.1.0",
        layer=wanted.layer,
        title=f"Draft from {title}",
        owner=wanted.owner,
        licence="LicenseRef-proprietary",
        controls=controls,
        status="proposed",
    )
