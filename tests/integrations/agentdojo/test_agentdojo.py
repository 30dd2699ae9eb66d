"""AgentDojo's suites become worlds; where there is no copy of it, that is said.

The package needs an environment of its own, so a small one of the same shape stands in for it here.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from roadworthy.core.errors import ConfigError
from roadworthy.integrations.agentdojo.tool import plain
from roadworthy.integrations.agentdojo.world import worlds

COPY = Path(__file__).parent / "copy"


def run(code: str) -> str:
    """Return what ``code`` prints in a process of its own, so that no package of the copy stays imported here."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


def test_without_a_copy_it_says_how_to_get_one() -> None:
    with pytest.raises(ConfigError, match="AgentDojo is not installed"):
        worlds()


def test_a_folder_without_the_package_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="holds no package"):
        worlds(tmp_path)


def test_results_become_json() -> None:
    assert plain({1: ({"a"}, None, b"x")}) == {"1": [["a"], None, "b'x'"]}


def test_a_version_that_the_copy_lacks_is_refused() -> None:
    said = run(
        "from pathlib import Path\n"
        "from roadworthy.core.errors import ConfigError\n"
        "from roadworthy.integrations.agentdojo.world import worlds\n"
        f"try: worlds(Path({str(COPY)!r}), version='v9')\n"
        "except ConfigError as error: print(error.fix)\n"
    )

    assert said == "use one of v1, v1.10"


@pytest.mark.slow
def test_a_suite_is_sound_and_its_attacks_fail_behind_a_drafted_policy() -> None:
    said = run(
        "from roadworthy.redteam.worlds.campaign import Asking\n"
        "from roadworthy.runtime.redteam.imported import from_agentdojo, try_imported\n"
        f"found = from_agentdojo({str(COPY)!r})\n"
        "print(found.left_out, [(w.name, w.title, len(w.tasks), len(w.injections)) for w in found.worlds])\n"
        "tried = try_imported(found, askings=(Asking.CAREFUL, Asking.NEVER))\n"
        "print(tried.faults)\n"
        "for one in tried.overall:\n"
        "    print(one.benign.count, one.attacked.count, one.attacked.trials, one.under_attack.count)\n"
    ).splitlines()

    assert said[0] == (
        "('desk: injection_task_1: the benchmark states no calls for them',) "
        "[('desk', 'AgentDojo v1.10, suite desk', 2, 2)]"
    )
    assert said[1] == "()"
    assert said[2] == "2 0 2 2"
    assert said[3] == "1 0 2 1"
