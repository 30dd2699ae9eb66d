"""Secrets and personal data in prompts: whoever talks to the system can have them read out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from roadworthy.lint.model import Hit
from roadworthy.lint.ports import SourceFile
from roadworthy.lint.prompts.texts import prompts_of
from roadworthy.sensitive.pattern import compiled
from roadworthy.sensitive.personal.identifier import identifiers
from roadworthy.sensitive.personal.run import compact
from roadworthy.sensitive.secrets.finder import SHAPED, secrets_in
from roadworthy.sensitive.secrets.stand_in import is_random, stands_in

_TOLD = (
    r"(?i)\b(?:password|passphrase|passcode|access code|secret (?:code|key|word|phrase)|api[ _-]?key|token|pin code"
    r"|discount code|admin code|master key|passwort|kennwort|mot de passe|contraseña)\b[^\n:=]{0,40}?"
    r"(?:\bis\b|\bist\b|\best\b|\bes\b|=|:)\s{0,3}[\"'`*]{0,3}([^\s\"'`*,;<>(){}\[\]]{4,64})"
)
_CODE = re.compile(r"[A-Z0-9][A-Z0-9_-]{5,}|(?=[^\s]*\d)(?=[^\s]*[A-Za-z])[^\s]{6,}")
_MAY_IDENTIFY = re.compile(r"@|[0-9](?:[^0-9]{0,3}[0-9]){6}")
_OFFICE = re.compile(
    r"^(?:support|help|helpdesk|info|contact|service|hello|hi|team|office|sales|press|media|privacy|dpo|legal|security|abuse"
    r"|noreply|no-reply|billing|orders?|returns?|feedback|hr|jobs|careers|admin|webmaster|postmaster|kontakt|accessibility"
    r"|customer[\w.-]*|user(?:name)?|name|you|someone|jane\.?doe|john\.?doe|first\.?last|test|me)(?:[+.-][\w.-]*)?@"
    r"|@(?:[a-z0-9-]+\.)*(?:example\.(?:com|net|org)|example|invalid|localhost|test|domain\.com|company\.com|email\.com)$"
)
_MADE_UP_NUMBER = re.compile(
    r"555\d{4}$|^1?800|^1?888|^1?877|^800|^0800|(\d)\1{6}|1234567|4111111111111111|4242424242424242"
)


def secret(file: SourceFile, parameters: Mapping[str, Any]) -> Iterator[Hit]:
    """Yield credentials in prompts, by their shape, and what is told to be a password or a code."""
    for prompt in prompts_of(file):
        spans: list[tuple[int, int]] = []
        for found in secrets_in(prompt.text, SHAPED):
            spans.append((found.start, found.end))
            line, column = prompt.place(found.start)
            yield Hit(line=line, column=column, said=f"{found.said} stands in the prompt", subject=found.name)
        for told in compiled(_TOLD).finditer(prompt.text):
            start, end = told.span(1)
            value = told.group(1).rstrip(".!?")
            if any(start < to and end > at for at, to in spans) or not _is_told(value):
                continue
            line, column = prompt.place(start)
            said = f"a secret of {len(value)} characters is told in the prompt"
            yield Hit(line=line, column=column, said=said, subject="told")


def personal(file: SourceFile, parameters: Mapping[str, Any]) -> Iterator[Hit]:
    """Yield what identifies a person in prompts, by kind; addresses of offices and made-up ones are left out."""
    for prompt in prompts_of(file):
        if not _MAY_IDENTIFY.search(prompt.text):
            continue
        kinds: dict[str, str] = {}
        for found in identifiers(prompt.text):
            if not _is_nobodys(found.kind, found.value):
                kinds.setdefault(found.kind, found.value)
        for kind, value in kinds.items():
            line, column = prompt.place(_offset(prompt.text, value))
            article = "an" if kind[0] in "aeiouAEIO" and not kind.startswith("US") else "a"
            yield Hit(line=line, column=column, said=f"{article} {kind} stands in the prompt", subject=kind)


def _is_told(value: str) -> bool:
    if is_random(value):
        return True
    return not stands_in(value) and _CODE.fullmatch(value) is not None and any(c.isdigit() for c in value)


def _is_nobodys(kind: str, value: str) -> bool:
    if kind == "e-mail address":
        return _OFFICE.search(value) is not None
    return _MADE_UP_NUMBER.search(value) is not None


def _offset(text: str, value: str) -> int:
    """Return where an identifier begins, which may be written with spaces and signs; 0 where that cannot be told."""
    at = text.casefold().find(value)
    if at >= 0:
        return at
    line_start = 0
    for line in text.split("\n"):
        if value in compact(line):
            return line_start
        line_start += len(line) + 1
    return 0
