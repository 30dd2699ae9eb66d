"""What a tool's name says that it does to the world."""

from __future__ import annotations

import re

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")

_CONSEQUENTIAL = {
    "pay": "pays", "payout": "pays", "refund": "pays", "charge": "pays", "transfer": "pays", "withdraw": "pays",
    "purchase": "pays", "buy": "pays", "delete": "deletes", "drop": "deletes", "purge": "deletes", "wipe": "deletes",
    "erase": "deletes", "destroy": "deletes", "truncate": "deletes", "send": "sends", "email": "sends",
    "publish": "sends", "tweet": "sends", "exec": "executes", "execute": "executes", "shell": "executes",
    "bash": "executes", "deploy": "executes", "terminate": "executes", "shutdown": "executes", "eval": "executes",
}  # fmt: skip
_RUN_WHAT = frozenset({"command", "commands", "cmd", "code", "python", "script", "shell", "bash", "sql", "terminal"})
_READING = frozenset(
    {"get", "list", "read", "search", "find", "fetch", "show", "describe", "count", "check", "lookup", "look",
     "preview", "draft", "validate", "estimate", "quote", "is", "has", "can", "summarize", "summarise", "view"}
)  # fmt: skip
_SECONDARY = frozenset({"email", "shell", "bash"})
"""Words that name a thing as well as an act: they count only as the first."""


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name, in lower case.

    >>> words_of("sendEmail_to-customer2")
    ('send', 'email', 'to', 'customer', '2')
    """
    return tuple(word.lower() for word in _WORDS.findall(name))


def consequence(name: str) -> str:
    """Return what a tool of this name does that matters, as a verb; empty where the name does not say.

    >>> consequence("send_email"), consequence("get_refund_policy"), consequence("run_sql"), consequence("look_up")
    ('sends', '', 'executes', '')
    """
    words = words_of(name)
    if not words or words[0] in _READING:
        return ""
    if words[0] == "run" and _RUN_WHAT & set(words[1:]):
        return "executes"
    for index, word in enumerate(words[:2]):
        if word in _CONSEQUENTIAL and (index == 0 or word not in _SECONDARY):
            return _CONSEQUENTIAL[word]
    return ""
