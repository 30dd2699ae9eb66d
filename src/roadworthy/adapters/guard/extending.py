"""Reads a guard policy with all that it stands on: a pack's policy by its name, or a file beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from roadworthy.adapters.clock import SystemClock
from roadworthy.adapters.guard.documents import Document, read_policy
from roadworthy.adapters.yaml_source import MAX_PROBLEMS, Located, Location, read_yaml
from roadworthy.core.digest import Digest, digest_of, digest_of_bytes
from roadworthy.core.errors import ConfigError
from roadworthy.guard.policy.extending import Extended, extended
from roadworthy.guard.policy.model import GuardPolicy

MAX_BENEATH = 4
"""How many policies may lie beneath one: nobody can tell what is in force in a taller pile."""

_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,100}\.ya?ml")


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatedPile(Located):
    """Where the fields of a policy and of what it stands on are, each in its own file."""

    beneath: Located
    origins: Mapping[tuple[str, int], tuple[bool, int]] = field(repr=False)
    """`Extended.origins`."""

    def where(self, loc: Location = ()) -> str:
        """Return ``file:line:column`` of ``loc``, in the file in which it stands."""
        if len(loc) >= 2 and isinstance(loc[0], str) and isinstance(loc[1], int):
            is_own, number = self.origins.get((loc[0], loc[1]), (True, loc[1]))
            loc = (loc[0], number, *loc[2:])
            if not is_own:
                return self.beneath.where(loc)
        elif loc and not self._states(loc[0]):
            return self.beneath.where(loc)
        return f"{self.path}:{self._line(loc)}"

    def _states(self, field: object) -> bool:
        return isinstance(self.data, dict) and field in self.data

    def _line(self, loc: Location) -> str:
        line, column = self.position(loc)
        return f"{line}:{column}"


def read_extended(path: Path, *, today: date | None = None) -> Document[GuardPolicy]:
    """Read a guard policy, with the rules of all that it stands on.

    Args:
        path: Its file.
        today: On which lines of ``without`` that have ended count for nothing; None: by the clock.

    Raises:
        ConfigError: With every problem found, each with its file, line and field.
    """
    return _pile(path, above=(), today=today or SystemClock().now().date())


def digests_beneath(path: Path, *, today: date | None = None) -> tuple[tuple[str, Digest], ...]:
    """Return what besides its own bytes decides what the guard policy in the file ``path`` does.

    Args:
        path: The file; one that is no guard policy of ours, or that stands on nothing, has nothing beneath.
        today: As for `read_extended`.

    Returns:
        ``extends base`` with the digest of the bytes of that file, for everything beneath, and ``without route chat has
        ended`` for every line that counts no longer, since from then on another policy is in force. Nearest first;
        what is said of a file beneath begins with its name.

    Raises:
        ConfigError: If what it stands on is not there, or stands on itself.
    """
    return tuple(_digests(path, above=(), today=today or SystemClock().now().date()))


def _digests(path: Path, *, above: tuple[Path, ...], today: date) -> Iterator[tuple[str, Digest]]:
    try:
        located = read_yaml(path, error=ConfigError)
    except ConfigError:
        # What does not read is in force nowhere; its own bytes say which file it is.
        return
    data = located.data
    if not isinstance(data, dict) or not str(data.get("schema", "")).startswith("roadworthy/guard-policy/"):
        return
    named = data.get("extends")
    if not isinstance(named, str) or not named:
        return
    whose = f"{path.name} " if above else ""
    for line in _ended(data.get("without"), today=today):
        yield f"{whose}without {line} has ended", digest_of(line)
    above = (*above, path.resolve())
    found = _beneath(located, named, above=above)
    yield f"{whose}extends {named}", digest_of_bytes(found.read_bytes())
    yield from _digests(found, above=above, today=today)


def _ended(lines: object, *, today: date) -> Iterator[str]:
    for line in lines if isinstance(lines, list) else ():
        if not isinstance(line, dict):
            continue
        try:
            until = date.fromisoformat(str(line.get("until")))
        except ValueError:
            continue
        if today > until:
            named = [f"{what} {line[what]}" for what in ("rule", "route", "budget", "tool", "setting") if what in line]
            yield ", ".join(named)


@lru_cache(maxsize=1)
def shipped_policies() -> Mapping[str, Path]:
    """Return the files of the policies that come with the product, by the name of their pack."""
    packs = Path(str(files("roadworthy.packs")))
    return {path.parent.name: path for path in packs.glob("*/guard.yaml")}


def _pile(path: Path, *, above: tuple[Path, ...], today: date) -> Document[GuardPolicy]:
    document = read_policy(path)
    own = document.value
    if not own.extends:
        return document
    above = (*above, path.resolve())
    found = _beneath(document.located, own.extends, above=above)
    beneath = _pile(found, above=above, today=today)
    stated = document.located.data if isinstance(document.located.data, dict) else {}
    try:
        made = extended(own, beneath.value, stated=tuple(stated), today=today)
    except ValueError as error:
        raise _refused(document.located, str(error)) from error
    if made.faults:
        raise _faults(document, made)
    located = LocatedPile(
        path=document.located.path,
        data=document.located.data,
        positions=document.located.positions,
        beneath=beneath.located,
        origins=made.origins,
    )
    return Document(value=made.policy, located=located)


def _beneath(located: Located, named: str, *, above: tuple[Path, ...]) -> Path:
    """Return the file of the policy ``named``, on which the one that is ``located`` stands."""
    path = shipped_policies().get(named)
    if path is None:
        path = _beside(located, named)
    if path.resolve() in above:
        raise _refused(located, f"{named!r} stands on this policy itself")
    if len(above) > MAX_BENEATH:
        raise _refused(located, f"more than {MAX_BENEATH} policies lie beneath {above[0].name}")
    return path


def _beside(located: Located, named: str) -> Path:
    folder = located.path.resolve().parent
    path = folder / named
    if _FILE.fullmatch(named) is None:
        raise _refused(located, f"{named[:120]!r} is neither a pack's policy nor the name of a file beside")
    if not path.is_file():
        raise _refused(located, f"there is no file {named!r} beside it")
    if path.resolve().parent != folder:
        raise _refused(located, f"{named!r} is a link to a file elsewhere")
    return path


def _refused(located: Located, said: str) -> ConfigError:
    place = ("extends",)
    return ConfigError(
        f"{located.field_path(place)}: {said}",
        where=located.where(place),
        fix="name the policy of a pack that comes with the product "
        f"({', '.join(sorted(shipped_policies()))}), or a file beside it, such as `team-guard.yaml`",
    )


def _faults(document: Document[GuardPolicy], made: Extended) -> ConfigError:
    first, *rest = made.faults
    return ConfigError(
        first.said,
        where=document.located.where(first.place),
        fix="correct the fields named above",
        details=tuple(f"{document.located.where(one.place)} {one.said}" for one in rest[: MAX_PROBLEMS - 1]),
    )
