"""SQL, shell and JSON: a value that is to stand between quotes, or as one word, and what would end it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from roadworthy.guard.rails.rail import Triggers
from roadworthy.guard.rails.sink.grammar import Grammar, characters, encoded
from roadworthy.guard.verdict import Detection

_JSON_NAMED = {'"': r"\"", "\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\b": r"\b", "\f": r"\f"}
_IN_SCRIPT = re.compile("<(?=[A-Za-z/!]|\\Z)|(?<=\\]\\])>|[\u2028\u2029]")


def sql_literal() -> Grammar:
    """Return how the inside of a string literal is read where only a quote ends it (the standard, SQLite, PostgreSQL).

    Source:
        ISO/IEC 9075-2, character string literal: a quote in it is written twice.
    """
    return characters(r"['\x00]", kind="sql_quote", encode=lambda c: "''" if c == "'" else "")


def mysql_literal() -> Grammar:
    """Return how the inside of a string literal is read where a backslash escapes (MySQL, MariaDB)."""
    return characters(r"['\\\x00]", kind="sql_quote", encode=lambda c: {"'": "''", "\\": r"\\"}.get(c, r"\0"))


def sql_identifier() -> Grammar:
    """Return how the inside of a quoted identifier is read."""
    return characters(r"[\"\x00]", kind="sql_identifier_quote", encode=lambda c: '""' if c == '"' else "")


def mysql_identifier() -> Grammar:
    """Return how the inside of an identifier in backticks is read."""
    return characters(r"[`\x00]", kind="sql_identifier_quote", encode=lambda c: "``" if c == "`" else "")


def shell_word() -> Grammar:
    """Return how a word without quotes is read by a POSIX shell. An empty word is not there at all: quote it.

    Source:
        POSIX.1-2024, Shell Command Language, section 2.2.
    """
    special = r"[^A-Za-z0-9_@%+=:,./\-\x{80}-\x{10ffff}]"
    here = characters(
        special.replace(r"\x{80}-\x{10ffff}", "\x80-\U0010ffff"), kind="shell_metacharacter", encode=_word
    )
    return Grammar(triggers=Triggers(patterns=(special,), unusual=True), reach=here.reach, find=here.find)


def shell_single_quoted() -> Grammar:
    """Return how the inside of single quotes is read by a POSIX shell: only another one ends it."""
    return characters(r"['\x00]", kind="shell_quote", encode=lambda c: r"'\''" if c == "'" else "")


def shell_double_quoted() -> Grammar:
    """Return how the inside of double quotes is read by a POSIX shell: substitutions are carried out."""
    return characters(r"[\"$`\\\x00]", kind="shell_substitution", encode=lambda c: f"\\{c}" if c != "\0" else "")


def json_string() -> Grammar:
    """Return how the inside of a JSON string is read, in a script of an HTML page as well.

    Source:
        RFC 8259, section 7; HTML Living Standard, section 4.12.1.3.
    """
    special = characters('["\\\\\x00-\x1f<>&\u2028\u2029]', kind="json_string", encode=_json_escape)
    triggers = Triggers(patterns=(r'["\\\x00-\x1f<>&\x{2028}\x{2029}]',), unusual=True)
    return Grammar(triggers=triggers, reach=1, find=special.find)


def json_in_script() -> Grammar:
    """Return how a JSON document is read that stands in a script of an HTML page: ``</script`` and ``<!--`` end it.

    These characters stand only in strings of a JSON document, where the escape means the same.
    """

    def find(text: str) -> Iterator[Detection]:
        for match in _IN_SCRIPT.finditer(text):
            here = match.start()
            yield encoded("json_in_script", start=here, end=here + 1, replacement=_json_escape(text[here]))

    triggers = Triggers(patterns=(r"<(?:[a-z/!]|\z)", r"\]\]>", r"[\x{2028}\x{2029}]"), unusual=True)
    return Grammar(triggers=triggers, reach=3, find=find)


def _word(character: str) -> str:
    if character == "\0":
        return ""
    return "'\n'" if character == "\n" else f"\\{character}"


def _json_escape(character: str) -> str:
    return _JSON_NAMED.get(character, f"\\u{ord(character):04x}")
