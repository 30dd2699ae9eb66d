"""The prompt files, and how they are filled in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

Turn = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompts:
    """What stands in ``prompts/``."""

    persona: str
    safety: str
    answer: str
    act: str
    route: str
    digests: dict[str, str]
    """SHA-256 of each file as it was read, by the component's key: what the service says that it used."""


def load_prompts(folder: Path) -> Prompts:
    """Read every prompt file, once: an edited file takes effect when the service is started again."""
    names = ("persona", "safety", "answer", "act", "route")
    files = {name: (folder / f"{name}.md").read_bytes() for name in names}
    return Prompts(
        **{name: content.decode("utf-8").strip() for name, content in files.items()},
        digests={f"{name}-prompt": f"sha256:{hashlib.sha256(content).hexdigest()}" for name, content in files.items()},
    )


def filled(template: str, **values: str) -> str:
    """Put ``values`` where the template names them; text inside a value is never filled in again.

    >>> filled("{{a}} and {{b}}", a="{{b}}", b="2")
    '{{b}} and 2'
    """
    parts = template.split("{{")
    out = parts[0]
    for part in parts[1:]:
        name, _, rest = part.partition("}}")
        out += values[name] + rest
    return out


def routing_turns(route: str, message: str) -> list[Turn]:
    """Turn ``route.md`` into a conversation: the instruction, an example after each ``###``, the message."""
    instruction, *examples = route.split("\n### ")
    turns = [{"role": "system", "content": instruction.strip()}]
    for example in examples:
        said, _, action = example.partition("\n")
        turns += [{"role": "user", "content": said.strip()}, {"role": "assistant", "content": action.strip()}]
    return [*turns, {"role": "user", "content": message}]
