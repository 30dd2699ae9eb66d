"""Patterns without flags: letters of either case written out, as not every Rego engine reads ``(?i)``."""

from __future__ import annotations

_FLAG = "(?i)"
_PLAIN_ESCAPES = frozenset("dDwWsSbBAz.^$*+?()[]{}|\\/-")
_KIN = {"k": "\u212a", "s": "\u017f"}
"""Third forms of letters where case is ignored: the sign for kelvin, the long s."""


class _NotWrittenError(Exception):
    """Something that would mean another thing when it is written out."""


def without_flag(pattern: str) -> str:
    r"""Return ``pattern`` with a leading ``(?i)`` written out, or as it is where that cannot be done.

    >>> without_flag("(?i)\\.(bin|p)$")
    '\\.([bB][iI][nN]|[pP])$'
    >>> without_flag("(?s)a.b")
    '(?s)a.b'
    """
    if not pattern.startswith(_FLAG):
        return pattern
    try:
        return _written_out(pattern[len(_FLAG) :])
    except _NotWrittenError:
        return pattern


def _written_out(rest: str) -> str:
    parts = []
    at = 0
    while at < len(rest):
        if rest[at] == "\\":
            piece = _escape(rest, at)
            parts.append(piece)
        elif rest[at] == "[":
            piece, written = _group(rest, at)
            parts.append(written)
        elif rest.startswith("(?", at):
            piece = rest[at : at + 3]
            if piece != "(?:":
                raise _NotWrittenError
            parts.append(piece)
        else:
            piece = rest[at]
            parts.append(_either_case(piece))
        at += len(piece)
    return "".join(parts)


def _escape(text: str, at: int) -> str:
    piece = text[at : at + 2]
    if piece[1:] not in _PLAIN_ESCAPES or len(piece) < 2:
        raise _NotWrittenError
    return piece


def _group(text: str, at: int) -> tuple[str, str]:
    """Return the ``[…]`` that starts at ``at``, and the same with both cases of its letters."""
    start = at + (2 if text.startswith("[^", at) else 1)
    position, members = start, []
    while position < len(text) and (text[position] != "]" or position == start):
        member = _escape(text, position) if text[position] == "\\" else text[position]
        if text.startswith("[:", position):
            raise _NotWrittenError
        members.append(member)
        position += len(member)
    if position >= len(text):
        raise _NotWrittenError
    added = "".join(sorted(_other_cases(members)))
    return text[at : position + 1], text[at:position] + added + "]"


def _other_cases(members: list[str]) -> set[str]:
    stated: set[str] = set()
    for index, member in enumerate(members):
        if member == "-" and 0 < index < len(members) - 1:
            low, high = ord(members[index - 1][-1]), ord(members[index + 1][-1])
            if high > 127:
                raise _NotWrittenError
            stated |= {chr(code) for code in range(low, high + 1)}
        elif len(member) == 1:
            stated.add(member)
    return {form for letter in stated for form in _forms(letter)} - stated


def _either_case(letter: str) -> str:
    forms = _forms(letter)
    if len(forms) == 1:
        return letter
    if all(form.isascii() for form in forms):
        return f"[{''.join(forms)}]"
    return f"(?:{'|'.join(forms)})"


def _forms(letter: str) -> tuple[str, ...]:
    """Return every character that is the same where case is ignored, the small letter first."""
    found = {letter, letter.lower(), letter.upper()} | ({_KIN[letter.lower()]} if letter.lower() in _KIN else set())
    return tuple(sorted((form for form in found if len(form) == 1), key=lambda form: (not form.islower(), form)))
