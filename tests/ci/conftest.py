"""A repository that pipelines run on."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.pipelines.shell import git
from fakes.small_system import write_system

CI = Path(__file__).parents[2] / "ci"


class Repository:
    """A repository that a team pushes to, with a clone in which it works."""

    def __init__(self, folder: Path) -> None:
        self.origin = folder / "origin.git"
        self.work = folder / "clone"
        git("init", "-q", "--bare", "-b", "main", str(self.origin), cwd=folder)
        git("clone", "-q", str(self.origin), str(self.work), cwd=folder)

    def push(self, message: str, *, branch: str = "main") -> str:
        git("checkout", "-q", "-B", branch, cwd=self.work)
        git("add", "-A", cwd=self.work)
        git("commit", "-q", "-m", message, cwd=self.work)
        git("push", "-q", "origin", branch, cwd=self.work)
        return git("rev-parse", "HEAD", cwd=self.work)

    def write(self, name: str, text: str) -> None:
        (self.work / name).parent.mkdir(parents=True, exist_ok=True)
        (self.work / name).write_text(text)


@pytest.fixture(scope="session")
def new_repository() -> Callable[[Path], Repository]:
    """Makes a repository with the system and our action in a folder."""

    def made(folder: Path) -> Repository:
        repository = Repository(folder)
        write_system(repository.work)
        (repository.work / ".github" / "actions" / "roadworthy").mkdir(parents=True)
        shutil.copy(CI / "github" / "action.yml", repository.work / ".github" / "actions" / "roadworthy")
        repository.push("the system")
        return repository

    return made


@pytest.fixture
def repository(tmp_path: Path, new_repository: Callable[[Path], Repository]) -> Repository:
    return new_repository(tmp_path)
