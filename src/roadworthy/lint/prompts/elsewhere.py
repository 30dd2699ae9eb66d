"""Prompts that stand in source other than Python, and in settings of agents, crews and rails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from roadworthy.lint.ports import Parsed
from roadworthy.sensitive.pattern import compiled

MIN_CHARACTERS = 40
"""A shorter text is a label or a message."""

MAX_NODES = 20_000
"""Values of one file that are looked through."""

_IN_SCRIPT = (
    r"(?is)([\w$]*(?:system|prompt|instruction|persona|preamble|content)[\w$]*)[\"']?\s*(?::\s*string\s*)?[:=]\s*"
    r"(?:`((?:[^`\\]|\\.)+)`|\"((?:[^\"\\\n]|\\.)+)\")"
)
_TICK, _QUOTE = 2, 3
_KEY = re.compile(
    r"(?i)(?:system(?:[_-]?(?:prompt|message|instructions?|content))?|instructions?|prompts?|persona|preamble"
    r"|backstory|content|template)"
)
_SURE_KEY = re.compile(r"(?i)backstory|persona|preamble|system[_-]?(?:prompt|message|instructions?)")
_SPEAKS = (
    r"(?i)\b(?:you are an?\b|you are the\b|you are [A-Z][a-z]+,|you.re an?\b|act as an?\b|your (?:task|role|job) is\b"
    r"|du bist\b|sie sind ein|tu es un|vous .tes|eres un|sei un|voc. .)|你是|あなたは|당신은"
)
_MAY_HOLD = (
    r"(?im)(?:system|instruction|prompt|persona|preamble|backstory|content|template)\w*[\"']?\s*(?::\s*string\s*)?[:=]"
)
_SURELY_HOLDS = r"(?im)^[ \t]*[\"']?(?:backstory|system[_-]?prompt|persona)[\"']?[ \t]*:"


def may_hold(text: str) -> bool:
    """Return whether settings or a script may hold a prompt: the cheap question before they are taken apart.

    >>> may_hold('const SYSTEM = "You are a clerk.";'), may_hold("content: You are a member of the club now.")
    (True, True)
    >>> may_hold("const title = 'You are a member';")
    False
    """
    speaks = compiled(_SPEAKS).search(text) is not None and compiled(_MAY_HOLD).search(text) is not None
    return speaks or compiled(_SURELY_HOLDS).search(text) is not None


def in_script(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield name, text and line of what a script calls a prompt and what speaks like one."""
    for found in compiled(_IN_SCRIPT).finditer(text):
        group = _TICK if found.group(_TICK) is not None else _QUOTE
        said = found.group(group)
        if len(said) >= MIN_CHARACTERS and compiled(_SPEAKS).search(said[:2000]) is not None:
            yield found.group(1), said, text.count("\n", 0, found.start(group)) + 1


def in_data(parsed: Parsed) -> Iterator[tuple[str, str, int]]:
    """Yield key, text and line of what settings put before a model."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), parsed.data)]
    for _ in range(MAX_NODES):
        if not waiting:
            return
        path, value = waiting.pop()
        if isinstance(value, dict):
            waiting += reversed([((*path, str(key)), item) for key, item in value.items()])
        elif isinstance(value, list):
            waiting += reversed([((*path, index), item) for index, item in enumerate(value)])
        elif isinstance(value, str) and len(value) >= MIN_CHARACTERS and path:
            key = next((part for part in reversed(path) if isinstance(part, str)), "")
            if _KEY.fullmatch(key) and (_SURE_KEY.fullmatch(key) or compiled(_SPEAKS).search(value[:2000])):
                yield key, value, parsed.line_of(path)
