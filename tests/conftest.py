"""How Hypothesis draws in this suite, and one warm ``rw`` for all who start it as a program.

A run draws the same examples on every machine, so that a change is judged by what it changes, and no example fails for
being slow, which says more of the machine than of the code. ``--hypothesis-profile=explore`` draws others.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "suite", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in which ``rw`` and a ``python`` that installs nothing lie: forks of one process that is loaded once."""
    from fakes.pipelines.rw_server import warm_rw

    with warm_rw(tmp_path_factory.mktemp("rw")) as folder:
        yield folder
