"""What the guarded clients raise of their own."""

from __future__ import annotations

from roadworthy.core.errors import RoadworthyError


class NotServedError(RoadworthyError):
    """A part of a client that the guard does not read, so that nothing may pass there.

    Args:
        what: The part, such as ``POST /v1/images/generations``.
        client: Its package.
    """

    code = "roadworthy.not_served"
    exit_code = 2

    def __init__(self, what: str, *, client: str) -> None:
        super().__init__(
            f"{what} is not guarded, so it is refused",
            where=f"the guarded client of {client}",
            fix="use what is guarded (docs/how-to/guard-your-application.md), or call it with a client of its own",
        )
        self.what = what
