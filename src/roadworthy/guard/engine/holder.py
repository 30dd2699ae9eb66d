"""Holds the bundle that is in force, and changes it in one step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from roadworthy.core.clock import require_aware
from roadworthy.core.errors import ConflictError, VerificationError
from roadworthy.guard.engine.bundle import Bundle


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A bundle as it was given out. Whoever makes this has checked the signature."""

    bundle: Bundle
    number: int
    """Rises with each issue, >= 1: an old one that is played back is known by it."""

    issued_at: datetime
    """Aware."""

    signed_by: str
    """Id of the key whose signature was checked; empty: it was not signed."""

    expires_at: datetime | None = None
    """Aware; from then on it is not taken. None: it does not end."""

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ValueError(f"`number` must be >= 1, got {self.number}")
        require_aware(self.issued_at, name="issued_at")
        if self.expires_at is not None:
            require_aware(self.expires_at, name="expires_at")


class PolicyHolder:
    """The bundle in force.

    Reading it is one step without a lock: whoever judges takes `current` once and judges with that, so a decision
    is wholly of one bundle.

    Args:
        first: In force at the start; taken as it is.
        requires_signature: Whether a change must be signed.
    """

    def __init__(self, first: Issue, *, requires_signature: bool = True) -> None:
        self._issue = first
        self._requires_signature = requires_signature
        self._lock = Lock()

    @property
    def current(self) -> Bundle:
        """The bundle in force."""
        return self._issue.bundle

    @property
    def issue(self) -> Issue:
        """The bundle in force, with what it was given out with."""
        return self._issue

    def swap(self, candidate: Issue, *, at: datetime) -> Issue:
        """Put ``candidate`` in force and return what was in force before. Of several at a time the newest stays.

        Args:
            candidate: The next one.
            at: Now, aware.

        Raises:
            VerificationError: If it is not signed and must be, or has expired.
            ConflictError: If it is not newer than what is in force. Nothing was changed.
        """
        at = require_aware(at, name="at")
        what = f"issue {candidate.number} of the guard policy"
        if self._requires_signature and not candidate.signed_by:
            raise VerificationError(f"{what} is not signed", fix="sign it with the team's key")
        if candidate.expires_at is not None and at >= candidate.expires_at:
            raise VerificationError(f"{what} has expired", fix="issue it anew")
        with self._lock:
            before = self._issue
            if candidate.number <= before.number:
                raise ConflictError(
                    f"{what} is not newer than issue {before.number}, which is in force",
                    fix="issue it with a higher number",
                )
            self._issue = candidate
        return before
