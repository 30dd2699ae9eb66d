"""What the guard needs from outside. It keeps time, spends and remembers only through these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from roadworthy.guard.verdict import Detection, OperatingPoint


class DetectorError(Exception):
    """A detector could not do its work: it is not there, broke, or took too long. Its rule's fail mode decides."""


class Stopwatch(Protocol):
    """Counts nanoseconds from some moment on; only differences mean anything."""

    def __call__(self) -> int:
        """Return the count. Never goes back."""
        ...


class EntityDetector(Protocol):
    """Finds names of people, organisations and places. Implementations pass ``tests/contract/test_entity_detector.py``.

    What it finds in a text may depend on all of the text.
    """

    @property
    def operating_point(self) -> OperatingPoint:
        """How good it is, as measured."""
        ...

    def find(self, text: str, *, language: str) -> Sequence[Detection]:
        """Return what it finds, in order.

        Args:
            text: As it came.
            language: BCP 47; empty: not known.

        Raises:
            DetectorError: If it could not look.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageGuess:
    """The language that a text is in."""

    language: str
    """BCP 47 without region; ``und``: it cannot be told."""

    confidence: float
    """In [0, 1]."""


class LanguageIdentifier(Protocol):
    """Tells languages apart. Implementations pass ``tests/contract/test_language_identifier.py``."""

    @property
    def operating_point(self) -> OperatingPoint:
        """How good it is, as measured."""
        ...

    def identify(self, text: str) -> LanguageGuess:
        """Return the language of ``text``.

        Raises:
            DetectorError: If it could not look.
        """
        ...


class PoisonDetector(Protocol):
    """Tells documents that were made to mislead whoever retrieves them.

    Implementations pass ``tests/contract/test_poison_detector.py``.
    """

    @property
    def operating_point(self) -> OperatingPoint:
        """How good it is, as measured."""
        ...

    def score(self, text: str) -> float:
        """Return how likely ``text`` is poisoned, in [0, 1].

        Raises:
            DetectorError: If it could not look.
        """
        ...


class CredentialCheck(Protocol):
    """Tells whether a credential is in use. It may ask its issuer, so it never runs while a request waits."""

    def is_live(self, *, provider: str, value: str) -> bool | None:
        """Return whether the issuer accepts it; None: it could not be told."""
        ...
