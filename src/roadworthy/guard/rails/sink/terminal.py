"""A terminal: control characters that move, colour, link, copy or overwrite."""

from __future__ import annotations

import re
from collections.abc import Iterator

from roadworthy.guard.rails.rail import Triggers
from roadworthy.guard.rails.sink.grammar import Grammar, encoded
from roadworthy.guard.verdict import Detection

_CONTROL = re.compile(r"\x1b(?=(\]8;|\]52;|\]|\[|P|_|\^|X)?)|\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]")
_SEQUENCES = {
    "]8;": "terminal_link",
    "]52;": "terminal_clipboard",
    "]": "terminal_command",
    "[": "terminal_sequence",
}
_KINDS = {"\r": "terminal_overwrite", "\b": "terminal_overwrite", "\x7f": "terminal_overwrite", "\a": "terminal_bell"}
_PICTURES = 0x2400
_DELETE = "\x7f"
_C1_FIRST = "\x80"


def terminal() -> Grammar:
    """Return how a terminal reads text: every control character but a tab and a line break is a command.

    It becomes the picture of it (U+2400 and following), so that whoever reads sees that something was there.

    Source:
        ECMA-48, 5th edition, section 5; xterm, *Control Sequences* (OSC 8, OSC 52).
    """

    def find(text: str) -> Iterator[Detection]:
        for match in _CONTROL.finditer(text):
            here = match.start()
            character = text[here]
            kind = _SEQUENCES.get(match[1] or "", _KINDS.get(character, "terminal_control"))
            yield encoded(kind, start=here, end=here + 1, replacement=_picture(character))

    triggers = Triggers(patterns=(r"[\x00-\x08\x0b-\x1f\x7f-\x{9f}]",), unusual=True)
    return Grammar(triggers=triggers, reach=5, find=find)


def _picture(character: str) -> str:
    if character == _DELETE:
        return "\u2421"
    return "\ufffd" if character >= _C1_FIRST else chr(_PICTURES + ord(character))
