"""``rw init``: looks at a repository, asks what cannot be seen, writes the first manifest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from roadworthy.adapters.files import write_atomically
from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.adapters.manifest.text import manifest_yaml
from roadworthy.adapters.repository.scan import scan
from roadworthy.core.errors import ConfigError
from roadworthy.inventory.draft import draft
from roadworthy.inventory.findings import Findings
from roadworthy.inventory.questions import Answers, Question, answered, questions
from roadworthy.runtime.workspace import MANIFEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Onboarding:
    """A repository that was looked at, and what has to be asked about it."""

    path: Path
    """Where the manifest will stand."""

    findings: Findings
    questions: tuple[Question, ...]


def begin(folder: Path, *, force: bool) -> Onboarding:
    """Look at ``folder``.

    Raises:
        ConfigError: If it is no folder, or has a manifest and ``force`` is not set.
    """
    root = folder.resolve()
    if not root.is_dir():
        raise ConfigError(f"{folder} is not a folder", where=str(folder), fix="give the folder of a repository")
    path = root / MANIFEST
    if path.exists() and not force:
        raise ConfigError(
            f"there is a {MANIFEST} already", where=str(path), fix="edit it, or write over it with --force"
        )
    findings = scan(root)
    return Onboarding(path=path, findings=findings, questions=questions(findings))


def finish(begun: Onboarding, ask: Callable[[Question], str] | None) -> Path:
    """Write the manifest, read it back, and return its path.

    Args:
        begun: The repository.
        ask: Returns the answer to a question as text, empty for none; None asks nothing.

    Raises:
        ConfigError: If an answer is none; nothing is then written.
    """
    answers = Answers()
    if ask is not None:
        for question in begun.questions:
            answers = answered(answers, question, ask(question))
    write_atomically(begun.path, manifest_yaml(draft(begun.findings, answers)).encode("utf-8"))
    load_manifest(begun.path)
    return begun.path
