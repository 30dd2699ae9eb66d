"""Finds what no rail can read in a request to a model: pictures, sound, files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import ConfigError

Media: TypeAlias = Literal["refuse", "pass"]
"""What becomes of pictures, sound and files in a request: it is refused, or they go to the model unjudged."""

_KINDS = frozenset((
    *("audio", "container_upload", "computer_screenshot", "file", "image", "image_file", "image_url"),
    *("input_audio", "input_file", "input_image", "input_video", "video", "video_url"),
))  # fmt: skip
_READ = ("text", "content")
"""Sources of a document whose text stands in the message."""


def check_media(body: JsonValue, media: Media) -> None:
    """Refuse a request with what cannot be judged.

    >>> check_media({"messages": [{"role": "user", "content": "hello"}]}, "refuse")

    Raises:
        ConfigError: If a message holds a picture, sound or a file.
    """
    if media == "pass" or not isinstance(body, Mapping):
        return
    for name in ("messages", "input", "system"):
        for kind in _media(body.get(name)):
            raise ConfigError(
                f"a message holds content of type {kind!r}, which cannot be judged",
                where=name,
                fix='send text, or state `media="pass"` to let pictures, sound and files go to the model unjudged',
            )


def _media(value: JsonValue) -> Iterator[str]:
    """Return the kinds of media in messages, items and parts, however deep they are nested."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, (list, tuple)):
            left.extend(one)
        elif isinstance(one, Mapping):
            kind, source = one.get("type"), one.get("source")
            stated = source.get("type") if isinstance(source, Mapping) else None
            if isinstance(kind, str) and (kind in _KINDS or (kind == "document" and stated not in _READ)):
                yield kind
            if isinstance(source, Mapping):
                left.append(source.get("content"))
            # A call's own arguments are data, whatever they look like.
            left.extend(inner for name in ("content", "output") if isinstance(inner := one.get(name), (list, dict)))
            if isinstance(one.get("audio"), Mapping):
                yield "audio"
