"""No stream, whatever its pieces, breaks the guard, hangs it, or gets a looser verdict than the whole text."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("atheris", reason="the fuzzer is not made for this platform")
SCRIPT = Path(__file__).with_name("fuzz_stream.py")


def test_streams_that_a_fuzzer_makes_break_nothing(tmp_path: Path) -> None:
    path = os.pathsep.join((str(SCRIPT.parents[2]), *sys.path))
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "-runs=1500", "-seed=20260304", "-max_len=200", "-timeout=20"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-1000:]
    assert "Done 1500 runs" in done.stderr
