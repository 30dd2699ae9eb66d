"""What strangers wrote, put among the words that a model obeys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from roadworthy.lint.model import Hit
from roadworthy.lint.ports import SourceFile
from roadworthy.lint.prompts.texts import Prompt, Slot, prompts_of

RETRIEVED = re.compile(
    r"(?i)(?:^|[._])(?:contexts?(?:_str|_text)?|documents?|docs|passages?|chunks?|snippets?|search_results?|results|sources|articles?"
    r"|retrieved\w*|page_content|web_page|webpage|html|emails?|email_body|attachments?|tool_(?:result|output)s?|transcript)$"
)
"""Names of what was found or brought in, which somebody else wrote."""

ASKED = re.compile(
    r"(?i)(?:^|[._])(?:question|query(?:_str)?|user_?(?:input|message|query|question|text|prompt|request)|input|message|text"
    r"|user_content|comment|review|feedback|description|customer_message|ticket|chat_input|request)$"
)
"""Names of what the person who asks wrote."""

_FENCE_BEFORE = re.compile(
    r"(?:<[A-Za-z][\w-]*(?:\s[^<>\n]*)?>|```\w*|\"\"\"|'''|<<<+|={4,}|-{4,}|#{4,}|\[[A-Z _]{3,}\]|~~~)\s*$"
)
_FENCE_AFTER = re.compile(r"^\s*(?:</[A-Za-z][\w-]*>|```|\"\"\"|'''|>>>+|={4,}|-{4,}|#{4,}|\[/?[A-Z _]{3,}\]|~~~)")
_AROUND = 120
_LOOP = re.compile(r"\{%-?\s*(?:for|if|endfor|endif)[^%]*%\}")
_QUOTED = re.compile(r"[\"“«'`]\s*$")


def unfenced(file: SourceFile, parameters: Mapping[str, Any]) -> Iterator[Hit]:
    """Yield places that are filled in with what strangers wrote and have no marks around them.

    ``from`` is ``asked`` (the person who asks; system prompts alone, where such text has no place
    without marks) or ``retrieved`` (what was found; any prompt).
    """
    is_asked = parameters["from"] == "asked"
    names = ASKED if is_asked else RETRIEVED
    for prompt in prompts_of(file):
        if is_asked and not prompt.is_system:
            continue
        for slot in prompt.slots:
            if names.search(slot.name) and not is_fenced(prompt, slot):
                line, column = prompt.place(slot.start)
                yield Hit(line=line, column=column, said=_said(slot, is_asked=is_asked), subject=slot.name)


def is_fenced(prompt: Prompt, slot: Slot) -> bool:
    """Return whether marks stand right before and after a place that is filled in: a tag, a fence, a rule."""
    before = _LOOP.sub("", prompt.text[max(0, slot.start - _AROUND) : slot.start])
    after = _LOOP.sub("", prompt.text[slot.end : slot.end + _AROUND])
    if _QUOTED.search(before) and not before.rstrip().endswith(("```", '"""', "'''")):
        return False
    return _FENCE_BEFORE.search(before) is not None and _FENCE_AFTER.search(after) is not None


def _said(slot: Slot, *, is_asked: bool) -> str:
    who = "what the user wrote" if is_asked else "what was retrieved"
    return f"{who} ({slot.name[:60]}) stands among the instructions without marks around it"
