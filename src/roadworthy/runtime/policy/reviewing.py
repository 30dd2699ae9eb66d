"""Marks a proposed pack as reviewed by a person, in its own file, comments kept."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from roadworthy.adapters.drafts.folder import PAGE
from roadworthy.adapters.files import write_atomically
from roadworthy.adapters.signed_packs.files import read_pack_files, unpacked
from roadworthy.adapters.signed_packs.lock import read_lock
from roadworthy.adapters.yaml_source import MAX_YAML_BYTES, Located, read_text, read_yaml
from roadworthy.core.errors import ConfigError, PackError
from roadworthy.runtime.policy.archives import load_unpacked
from roadworthy.runtime.policy.references import folder_named, pack_named
from roadworthy.runtime.policy.releasing import require_sound, try_pack

HEADER = "pack.yaml"
MAX_NAME = 200
_SERVICE_WORDS = frozenset(
    {
        *("admin", "agent", "ai", "assistant", "automation", "bot", "build", "ci", "cron", "daemon", "dependabot"),
        *("deploy", "github", "gitlab", "jenkins", "llm", "machine", "model", "nobody", "noreply", "pipeline"),
        *("renovate", "robot", "root", "runner", "script", "service", "svc", "system", "worker", "www"),
    }
)
_OPEN_BOX = re.compile(r"[ \t]*[-*+] \[[ \t]*\](?: (.*))?")
_SHOWN_BOXES = 5
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A pack that a person stands for."""

    name: str
    version: str
    by: str
    before: str
    """Who had reviewed it; empty where it was proposed or nobody was named."""

    path: str


def review_pack(reference: str, *, by: str, root: Path, beside: Sequence[str] = ()) -> Reviewed:
    """Set ``status: reviewed`` and ``reviewed_by`` in the pack's header. Nothing else of the file changes.

    Args:
        reference: The folder of a pack of your own.
        by: The person's name.
        root: Folder below which installed packs lie.
        beside: Packs whose rules it tightens, where they are not shipped ones.

    Raises:
        ConfigError: If ``by`` names no person.
        PackError: If the pack is shipped or installed, has problems, its cases fail or are not complete, or it is
            a draft whose list has open points.
    """
    name = person(by)
    folder = folder_named(reference, root=root)
    if folder is None or read_lock(folder) is not None:
        raise PackError(
            f"pack {reference} is {'shipped' if folder is None else 'installed'}: its owner reviews it, not its user",
            where=reference,
            fix="copy it into a pack of your own under another name",
        )
    files = read_pack_files(folder)
    _require_worked_through(files.get(PAGE, b""), where=str(folder / PAGE))
    others = [pack_named(one, root=root) for one in beside]
    text = read_text(folder / HEADER, error=PackError, max_bytes=MAX_YAML_BYTES)
    changed = _with_review(text, read_yaml(folder / HEADER, error=PackError), by=name)
    with unpacked({**files, HEADER: changed.encode()}) as place:
        # What is tried is what will be written; nothing is written unless it is sound.
        pack = load_unpacked(place, where=reference)
        if (pack.status, pack.reviewed_by) != ("reviewed", name):
            raise PackError(
                "`status` and `reviewed_by` cannot be set where they stand",
                where=str(folder / HEADER),
                fix="write each on a line of its own, as `status: proposed`",
            )
        require_sound(pack, beside=others, where=reference, doing="reviewed")
        try_pack(place, pack, beside=others, where=reference, doing="reviewed", with_mutants=False)
    if read_text(folder / HEADER, error=PackError, max_bytes=MAX_YAML_BYTES) != text:
        raise PackError("pack.yaml changed meanwhile", where=str(folder / HEADER), fix="look at it and try again")
    with unpacked(files) as place:
        before = load_unpacked(place, where=reference).reviewed_by
    write_atomically((folder / HEADER).resolve(), changed.encode())
    return Reviewed(name=pack.name, version=pack.version, by=name, before=before, path=str(folder / HEADER))


def _require_worked_through(page: bytes, *, where: str) -> None:
    """Refuse a draft whose reviewer's list has boxes that nobody ticked; a pack without a list has none."""
    lines = page.decode(errors="replace").splitlines()
    boxes = [(number, found[1] or "") for number, line in enumerate(lines, 1) if (found := _OPEN_BOX.fullmatch(line))]
    if boxes:
        raise PackError(
            f"{len(boxes)} points of {PAGE} are open",
            where=where,
            fix="decide each, and write [x] in its box",
            details=tuple(f"line {number}: {text[:120]}" for number, text in boxes[:_SHOWN_BOXES]),
        )


def person(name: str) -> str:
    """Return ``name`` as it is written down.

    A guess by its words: it keeps an honest pipeline from reviewing, not a dishonest person.

    Raises:
        ConfigError: If it is empty, no name, or that of a service.

    >>> person("  Ada   Lovelace ")
    'Ada Lovelace'
    """
    text = " ".join(name.split())
    problem = ""
    if len(_LETTER.findall(text)) < 2:
        problem = f"{text!r} is no person's name"
    elif len(text) > MAX_NAME or not text.isprintable():
        problem = "the name is too long or holds characters that cannot be printed"
    elif set(re.split(r"[^a-z]+", text.lower())) & _SERVICE_WORDS:
        problem = f"{text!r} looks like a service, and only a person can review"
    if problem:
        raise ConfigError(problem, where="--by", fix="give the name of the person who read the pack")
    return text


def _with_review(text: str, located: Located, *, by: str) -> str:
    """Return the header with both fields set. Lines are found by the parser and changed one by one."""
    lines = [f"{line}\n" for line in text.split("\n")]
    written = {"status": "reviewed", "reviewed_by": json.dumps(by, ensure_ascii=False)}
    places = {name: located.positions.get((name,)) for name in written}
    for name, value in written.items():
        place = places[name]
        if place is not None:
            lines[place[0] - 1] = _with_value(lines[place[0] - 1], name=name, value=value)
    absent = "".join(f"{name}: {value}\n" for name, value in written.items() if places[name] is None)
    return "".join(lines).rstrip("\n") + "\n" + absent


def _with_value(line: str, *, name: str, value: str) -> str:
    """Exchange the value of ``name: value  # comment`` on one line; another spelling is left as it is."""
    match = re.fullmatch(
        rf"({name}:[ ]+)(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^\s#'\"][^#\n]*?)([ \t]*(?:[ ]#.*)?\r?\n?)", line
    )
    return f"{match[1]}{value}{match[3]}" if match else line
