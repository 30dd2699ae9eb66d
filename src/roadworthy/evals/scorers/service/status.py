"""``status``: a malformed request is answered with the right status and without showing the inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from roadworthy.core.result import Failure, Outcome, Success, Unassessed
from roadworthy.evals.model import Reply, Sample
from roadworthy.evals.scorers.reply_scorer import ReplyScorer
from roadworthy.sensitive.pattern import compiled

_STACK_TRACE = "|".join(
    (
        r"Traceback \(most recent call last\)",
        r'File "[^"\n]{1,300}", line \d+, in ',
        r"\bat [\w.$<>]+\([\w$]+\.(?:java|kt|scala):\d+\)",
        r"\bat [^\n()]{1,200} \(?(?:file://|node:|/|[A-Z]:\\)[^\n()]{1,300}:\d+:\d+\)?",
        r"\bat [\w.<>`]+\([^)\n]{0,200}\) in [^\n]{1,300}:line \d+",
        r"goroutine \d+ \[[a-z ]+\]:",
        r"thread '[^'\n]{1,100}' panicked at",
        r"PHP (?:Fatal error|Warning|Notice):",
        r"SQLSTATE\[\w+\]|ORA-\d{5}:|sqlalchemy\.exc\.|psycopg2?\.errors\.",
        r"\.rb:\d+:in [`']",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(ReplyScorer):
    """Holds the HTTP status against ``sample.expected_status``, and looks for stack traces in the body.

    A server error (5xx) always fails: a system that breaks on bad input is not robust,
    whatever was expected.

    >>> sample = Sample(id="a", request={"messages": 7}, expected_status=(400, 422))
    >>> Status().score(sample, Reply(text="bad request", status=400)).kind
    'success'
    """

    name: ClassVar[str] = "status"
    version: ClassVar[str] = "1"

    def judge(self, sample: Sample, reply: Reply) -> Outcome:
        """Succeed when the status is an expected one and the body shows no stack trace."""
        if not sample.expected_status:
            return Unassessed(reason="the sample expects no particular status")
        if reply.status is None:
            return Unassessed(reason="the target reports no status")
        if reply.status >= 500:
            return Failure(reason=f"server error {reply.status}")
        if reply.status not in sample.expected_status:
            expected = ", ".join(map(str, sample.expected_status))
            return Failure(reason=f"status {reply.status}, expected {expected}")
        if compiled(_STACK_TRACE).search(reply.text) is not None:
            return Failure(reason="the body shows a stack trace")
        return Success(reason=f"status {reply.status}, as expected")
