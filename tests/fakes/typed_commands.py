"""Commands as people type them, in this process: exit code, stdout and stderr."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from roadworthy.cli.main import run


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


def commands(root: Path, *, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """The commands below ``root`` as somebody: ``rw("gate", by="ada")``."""
    monkeypatch.chdir(root)

    def call(*arguments: str, by: str = "ada") -> Done:
        monkeypatch.setenv("ROADWORTHY_ACTOR", by)
        capsys.readouterr()
        code = run(list(arguments))
        shown = capsys.readouterr()
        return Done(code, shown.out, shown.err)

    return call
