"""What prompts say, must not say, and leave unsaid."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from roadworthy.lint.model import Hit
from roadworthy.lint.ports import SourceFile
from roadworthy.lint.prompts.texts import prompts_of, system_prompts_of
from roadworthy.sensitive.pattern import compiled

MAX_CLAUSE_CHARACTERS = 400
_CLAUSE_END = re.compile(r"(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bProf)[.!?;。！？]\s|\n")
_ALWAYS = re.compile(r"(?i)\balways\s+([a-z]{3,}(?:\s+[a-z]{2,}){1,3})")
_NEVER = re.compile(r"(?i)\b(?:never|do not ever|must not)\s+([a-z]{3,}(?:\s+[a-z]{2,}){1,3})")


def says(file: SourceFile, parameters: Mapping[str, Any]) -> Iterator[Hit]:
    """Yield clauses of prompts that one of ``patterns`` matches and none of ``unless`` does.

    ``system: true`` looks at system prompts alone. A clause ends with its sentence or its line,
    so that *never* in the sentence before excuses nothing.
    """
    prompts = system_prompts_of(file) if parameters.get("system") else prompts_of(file)
    shapes = [compiled(one) for one in parameters["patterns"]]
    excuses = [compiled(one) for one in parameters.get("unless", ())]
    for prompt in prompts:
        for start, clause in clauses(prompt.text):
            found = next((m for m in (shape.search(clause) for shape in shapes) if m), None)
            if found is not None and not any(excuse.search(clause) for excuse in excuses):
                line, column = prompt.place(start + found.start())
                yield Hit(line=line, column=column, subject=prompt.name)


def lacks(file: SourceFile, parameters: Mapping[str, Any]) -> Iterator[Hit]:
    """Yield system prompts that nothing in ``patterns`` is said in, of those that ``of`` matches (none given: all).

    ``min_characters`` passes over prompts that are too short to be whole, and ``slots`` asks of those alone that
    are filled in with something of such a name.
    """
    shapes = [compiled(one) for one in parameters["patterns"]]
    of = [compiled(one) for one in parameters.get("of", ())]
    slots = re.compile(str(parameters["slots"])) if "slots" in parameters else None
    for prompt in prompts_of(file) if slots is not None else system_prompts_of(file):
        if len(prompt.text) < int(parameters.get("min_characters", 0)):
            continue
        filled = next((one for one in prompt.slots if slots is not None and slots.search(one.name)), None)
        if (of and not any(one.search(prompt.text) for one in of)) or (slots is not None and filled is None):
            continue
        # A text from another module, added by its name in capitals, may say it.
        if slots is None and any(one.name.isupper() for one in prompt.slots):
            continue
        if not any(shape.search(prompt.text) for shape in shapes):
            line, column = prompt.place(filled.start if filled is not None else 0)
            yield Hit(line=line, column=column, subject=prompt.name)


def contradicts(file: SourceFile, parameters: Mapping[str, Any]) -> Iterator[Hit]:
    """Yield prompts that say *always* and *never* of the same."""
    for prompt in prompts_of(file):
        always = {_act(found[1]): found for found in _ALWAYS.finditer(prompt.text)}
        for found in _NEVER.finditer(prompt.text):
            act = _act(found[1])
            if act in always:
                line, column = prompt.place(max(found.start(), always[act].start()))
                yield Hit(line=line, column=column, said=f"the prompt says both always and never: {act}", subject=act)


def too_long(file: SourceFile, parameters: Mapping[str, Any]) -> Iterator[Hit]:
    """Yield prompts longer than ``max_characters``."""
    most = int(parameters["max_characters"])
    for prompt in prompts_of(file):
        if len(prompt.text) > most:
            said = f"the prompt has {len(prompt.text)} characters, more than {most}"
            yield Hit(line=prompt.line, said=said, subject=prompt.name)


def clauses(text: str) -> Iterator[tuple[int, str]]:
    r"""Yield the clauses of a text with their offsets; a long one is cut.

    >>> [clause for _, clause in clauses("Be brief. Never lie.\nCite.")]
    ['Be brief. ', 'Never lie.\n', 'Cite.']
    """
    start = 0
    while start < len(text):
        found = _CLAUSE_END.search(text, start, start + MAX_CLAUSE_CHARACTERS)
        end = found.end() if found is not None else min(len(text), start + MAX_CLAUSE_CHARACTERS)
        if text[start:end].strip():
            yield start, text[start:end]
        start = end


def _act(words: str) -> str:
    """Return verb and object of an order: its first two or three words."""
    return " ".join(words.casefold().split()[:3])
