"""Drafts a pack from a policy document: by matching, and by a model where one is named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from roadworthy.adapters.drafts.folder import drafted_from, write_draft
from roadworthy.adapters.lint.rules import read_rules
from roadworthy.adapters.packs import PackFolders, shipped_packs
from roadworthy.core.digest import digest_of_bytes
from roadworthy.core.errors import ConfigError
from roadworthy.policy.drafting.comparing import Since, since
from roadworthy.policy.drafting.disposition import Draft
from roadworthy.policy.drafting.document import read_document
from roadworthy.policy.drafting.drafting import MAX_DOCUMENT_BYTES, Wanted, draft, text_of
from roadworthy.policy.drafting.statements import read_statements
from roadworthy.policy.model import Layer
from roadworthy.runtime.policy.references import pack_named

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A document against the pack that was drafted from it."""

    document: str
    is_same_document: bool
    """Whether not a byte of it has changed."""

    since: Since


def draft_policy(document: Path, *, name: str, layer: Layer, owner: str, against: Sequence[str], root: Path) -> Draft:
    """Return the draft of ``document`` by matching alone. Nothing is written.

    Args:
        document: The policy, Markdown or text.
        name: Of the pack; its ids begin with it.
        layer: Whose pack it is.
        owner: Who answers for it.
        against: Packs whose controls a statement may be covered by.
        root: Folder that packs of your own are named from.

    Raises:
        ConfigError: If the name is no pack's name or the document cannot be read.
        PackError: If a pack of ``against`` does not load.
    """
    _require_name(name)
    content = _content(document)
    return draft(
        content,
        wanted=Wanted(name=name, layer=layer, owner=owner, document=document.name),
        packs=[pack_named(one, root=root) for one in dict.fromkeys(against)],
        lint_rules=tuple(rule.id for rule in read_rules()),
    )


def keep_draft(made: Draft, folder: Path, *, force: bool) -> tuple[Path, ...]:
    """Write the pack of ``made``; nothing is written where it proposes no control."""
    return write_draft(folder, made, force=force) if made.pack is not None else ()


def compare_with_draft(document: Path, folder: Path) -> Compared:
    """Return which statements of ``document`` are new, changed or gone since the pack in ``folder`` was drafted.

    Nothing is written: what people edited stays as it is.

    Raises:
        PackError: If the folder was not drafted from a document, or does not load as a pack.
    """
    PackFolders(folder.absolute().parent).load(f"./{folder.name}")
    digest, before = drafted_from(folder)
    content = _content(document)
    now = read_statements(read_document(text_of(content, document.name)))
    return Compared(
        document=document.name, is_same_document=digest_of_bytes(content) == digest, since=since(before, now)
    )


def _require_name(name: str) -> None:
    if _NAME.fullmatch(name) is None:
        raise ConfigError(
            f"{name!r} cannot name a pack",
            where="--name",
            fix="use up to 40 lower-case letters, digits and hyphens, a letter first",
        )
    if name in shipped_packs():
        raise ConfigError(f"a shipped pack is called {name!r}", where="--name", fix="choose another name")


def _content(document: Path) -> bytes:
    try:
        with document.open("rb") as handle:
            content = handle.read(MAX_DOCUMENT_BYTES + 1)
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        raise ConfigError(
            f"cannot read the document: {reason}", where=str(document), fix="name a file of Markdown or text"
        ) from fault
    return content
