"""A field of a protocol that carries text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from roadworthy.guard.segment import Channel

Make = Callable[[str], Any]


@dataclass(frozen=True)
class Field:
    """A field with text."""

    protocol: str
    form: str
    """``whole`` or ``streamed``."""

    name: str
    channel: Channel
    codec: Callable[[], Any]
    make: Make
    """The message, or the bytes of the stream, with a text in this field."""

    @property
    def id(self) -> str:
        return f"{self.protocol} {self.form} {self.name}".replace(" ", "-")


def field(
    protocol: str, name: str, channel: Channel, codec: Callable[[], Any], make: Make, *, form: str = "whole"
) -> Field:
    return Field(protocol=protocol, form=form, name=name, channel=channel, codec=codec, make=make)
