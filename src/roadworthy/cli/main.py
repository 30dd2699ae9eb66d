"""``roadworthy`` (``rw``): the entry point. Commands load what they need when they are called."""

from __future__ import annotations

import io
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from roadworthy.cli import output
from roadworthy.cli.app import command
from roadworthy.core.errors import RoadworthyError, UnforeseenError

EXIT_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 ship, 1 blocked, 2 asked wrongly, 3 cannot tell."""
    sys.exit(run(argv))


def run(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code. Every error on purpose ends here, in one shape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        command()(args=list(argv) if argv is not None else None, prog_name="rw")
    except RoadworthyError as error:
        output.note(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return _interrupted()
    except SystemExit as leave:
        code = leave.code if isinstance(leave.code, int) else 0
        return _interrupted() if code == EXIT_INTERRUPTED else code
    except Exception as error:  # noqa: BLE001 - the top of the program: what nobody foresaw is *cannot tell*, never *blocked*
        output.note(str(_unforeseen(error)))
        return UnforeseenError.exit_code
    return 0


def _interrupted() -> int:
    output.note("interrupted: what was finished is kept; `rw eval run --resume` goes on")
    return EXIT_INTERRUPTED


def _unforeseen(error: Exception) -> UnforeseenError:
    """Say where it broke, not what the error says: its text may hold what was read."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return UnforeseenError(
        f"something that should not happen: {type(error).__name__}",
        where=f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}",
        fix="report it with the command that you gave, and what `rw --version` says",
    )
