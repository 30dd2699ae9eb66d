"""What a language has to say: a text for each category, and the words around numbers and ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CATEGORIES = (
    "self-harm",
    "violence",
    "child-safety",
    "sexual-content",
    "hate",
    "illegal-goods",
    "medical",
    "legal",
    "financial",
    "privacy",
    "secret",
    "prompt-leak",
    "injection",
    "out-of-scope",
    "language",
    "limit",
    "technical",
    "tools",
    "tools-waits",
    "unknown",
)
"""Categories that have a text in every shipped language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One language's texts.

    Raises:
        ValueError: If a category has no text, or there is one too many.
    """

    language: str
    """BCP 47, without region."""

    texts: Mapping[str, str]
    """By category."""

    reference: str
    """Says what an id is for; names ``{stub}``."""

    emergency: str
    """Names ``{number}``, the country's emergency number."""

    crisis_line: str
    """Names ``{line}``, a crisis line and how to reach it."""

    anywhere: str
    """Where help is found in a country that is not known."""

    person: str
    """Names ``{where}``, where a person takes over."""

    def __post_init__(self) -> None:
        if set(self.texts) != set(CATEGORIES):
            odd = sorted(set(self.texts) ^ set(CATEGORIES))
            raise ValueError(f"wording in {self.language}: category {odd[0]!r} is missing or not known")
