"""How Hypothesis draws in this suite, and one warm ``rw`` for all who start it as a program.

A run draws the same examples on every machine, so that a change is judged by what it changes, and no example fails for
being slow, which says more of the machine than of the code. ``--hypothesis-profile=explore`` draws others.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

HERE = Path(__file__).parent

settings.register_profile(
    "suite", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

# Hundreds of programs are started: what they load is compiled once and not by each of them.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in which ``rw`` and a ``python`` that installs nothing lie: forks of one process that is loaded once."""
    from fakes.pipelines.rw_server import warm_rw

    with warm_rw(tmp_path_factory.mktemp("rw")) as folder:
        yield folder


class OneWorkerForAGroup(LoadScopeScheduling):
    """Files that name an `xdist_group`, or share a fixture among their tests, each go to one worker.

    The groups of pytest-xdist 3.8 have no effect under pytest 9.2, which lets no plugin change a test's id; what files
    share would be made by every worker.
    """

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        self._root = config.rootpath

    def _split_scope(self, nodeid: str) -> str:
        return group_of(self._root / nodeid.partition("::")[0]) or nodeid


@cache
def group_of(path: Path) -> str:
    """The group of a test file, or nothing: its own, its folder's, or its name where its tests share a fixture."""
    folder = path.with_name("conftest.py")
    for file in (path, folder) if folder.is_file() and folder.parent != HERE else (path,):
        named = re.search(r'xdist_group\("(\w+)"\)', file.read_text(encoding="utf-8"))
        if named:
            return named[1]
    return str(path) if 'scope="module"' in path.read_text(encoding="utf-8") else ""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneWorkerForAGroup | None:
    return OneWorkerForAGroup(config, log) if config.getvalue("dist") == "loadgroup" else None
