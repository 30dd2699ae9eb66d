"""How much work a question may cost, so that no text makes it long; what is left undone counts as suspect."""

from __future__ import annotations

MOST_WORK = 1_500_000
"""Steps for one question, of which each takes about a tenth of a microsecond: a look-up, or `CHARS_OF_STEP`."""

MOST_WORK_OF_EVENT = 4_000_000
"""Steps for all questions about the calls of one event together, whatever a model puts into them."""

CHARS_OF_STEP = 100
"""Characters that are searched in one step."""


class Effort:
    """Work that may still be done for one question."""

    __slots__ = ("left",)

    def __init__(self, left: int = MOST_WORK) -> None:
        self.left = left

    def allows(self, work: int) -> bool:
        """Return whether so much more may be done, which then is.

        >>> effort = Effort(10)
        >>> effort.allows(8), effort.allows(8), effort.allows(1), effort.is_spent
        (True, False, False, True)
        """
        self.left -= work
        return self.left >= 0

    def give_up(self) -> None:
        """Note that something is left undone."""
        self.left = -1

    @property
    def is_spent(self) -> bool:
        """Whether something was left undone."""
        return self.left < 0

    def __repr__(self) -> str:
        return f"Effort(left={self.left})"
