"""What tools do to the world."""

from __future__ import annotations

from enum import StrEnum


class Effect(StrEnum):
    """What a tool does to the world."""

    READ = "read"
    """Nothing; it only tells."""

    WRITE = "write"
    """Changes something that can be changed back."""

    SEND = "send"
    """Tells somebody else: e-mail, a message, a post, a request to another host."""

    PAY = "pay"
    """Spends or promises money."""

    DELETE = "delete"
    """Takes away what does not come back."""

    SHARE = "share"
    """Gives others access."""

    EXECUTE = "execute"
    """Runs code or commands."""

    REMEMBER = "remember"
    """Writes what later runs will read."""
