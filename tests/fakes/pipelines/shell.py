"""What the runners of all platforms share: a checkout, a shell, and what became of each step."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_TIMEOUT_S = 120


@dataclass
class JobLog:
    """What a job did."""

    steps: dict[str, str] = field(default_factory=dict)
    """Outcome by the name of a step: success, failure or skipped."""

    text: str = ""
    """What was printed."""

    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    workspace: Path = Path()
    artifacts: Path = Path()
    failed: bool = False


def check_out(origin: Path, ref: str, target: Path, *, depth: int = 0) -> None:
    """Clone ``origin`` at ``ref`` as a job does; depth 0 is the whole history."""
    limited = ["--depth", str(depth)] if depth else []
    git("clone", "-q", *limited, "--branch", ref, f"file://{origin}", str(target), cwd=target.parent)


def git(*arguments: str, cwd: Path) -> str:
    """Run git and return what it says."""
    said = subprocess.run(["git", *arguments], cwd=cwd, env=clean(), capture_output=True, text=True, check=False)
    assert said.returncode == 0, f"git {arguments}: {said.stderr}"
    return said.stdout.strip()


def clean(**more: str) -> dict[str, str]:
    """Return an environment with nothing of this process in it but the path and a place for settings."""
    return {
        "PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LC_ALL": "C.UTF-8",
        "GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@example.org",
        "GIT_COMMITTER_NAME": "t", "GIT_COMMITTER_EMAIL": "t@example.org", "GIT_CONFIG_GLOBAL": "/dev/null", **more,
    }  # fmt: skip


def bash(script: str, *, cwd: Path, env: Mapping[str, str], programs: Path) -> tuple[int, str]:
    """Run a step's script as the platforms do, and return its exit code and what it printed."""
    whole = clean(**env)
    whole["PATH"] = f"{programs}:{whole['PATH']}"
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=cwd, env=whole, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=_TIMEOUT_S,
        check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def values(path: Path) -> dict[str, str]:
    """Read ``name=value`` lines."""
    lines = path.read_text().splitlines() if path.exists() else []
    return dict(line.split("=", 1) for line in lines)
