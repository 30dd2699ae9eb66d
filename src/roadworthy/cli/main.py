"""``roadworthy`` (``rw``): the entry point. Commands load what they need when they are called."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from roadworthy.cli import output
from roadworthy.cli.app import app
from roadworthy.core.errors import RoadworthyError

EXIT_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 ship, 1 blocked, 2 asked wrongly, 3 cannot tell."""
    sys.exit(run(argv))


def run(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code. Every error on purpose ends here, in one shape."""
    try:
        app(args=list(argv) if argv is not None else None, prog_name="rw")
    except RoadworthyError as error:
        output.note(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        output.note("interrupted: what was finished is kept; run the same command again to go on")
        return EXIT_INTERRUPTED
    except SystemExit as leave:
        return leave.code if isinstance(leave.code, int) else 0
    return 0
