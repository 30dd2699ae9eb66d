"""``pattern``: the reply matches a regular expression, or must not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from roadworthy.core.result import Failure, Outcome, Success
from roadworthy.evals.model import Reply, Sample
from roadworthy.evals.scorers.reply_scorer import ReplyScorer, judge_silence, require_flag, require_text
from roadworthy.evals.scorers.text import everything_said
from roadworthy.sensitive.pattern import compiled

MAX_PATTERN = 1000
"""Characters of a pattern at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern(ReplyScorer):
    r"""Searches the reply for an RE2 pattern.

    With ``forbid`` it searches all that the system said, in the turns before and in what
    it passed to tools as well.

    Raises:
        ValueError: If an option is wrong.

    >>> Pattern(pattern=r"[A-Z]{2}-\d{4}").score(Sample(id="a", prompt="Ticket?"), Reply(text="AB-1234")).kind
    'success'
    """

    name: ClassVar[str] = "pattern"
    version: ClassVar[str] = "2"

    pattern: str
    """RE2; searched anywhere, so anchor it where the whole reply is meant."""

    forbid: bool = False
    """Whether a good reply must *not* match."""

    ignore_case: bool = False

    def __post_init__(self) -> None:
        require_text("pattern", self.pattern, longest=MAX_PATTERN)
        require_flag("forbid", self.forbid)
        require_flag("ignore_case", self.ignore_case)
        if not self.pattern:
            raise ValueError("`pattern` is empty, so every reply would match")
        compiled(self.pattern, ignore_case=self.ignore_case)

    def judge(self, sample: Sample, reply: Reply) -> Outcome:
        """Succeed when the reply matches, or with ``forbid`` when it does not."""
        text = everything_said(reply) if self.forbid else reply.text
        found = compiled(self.pattern, ignore_case=self.ignore_case).search(text) is not None
        if self.forbid and not found and (silence := judge_silence(reply)):
            return silence
        reason = "matches the pattern" if found else "does not match the pattern"
        return Success(reason=reason) if found is not self.forbid else Failure(reason=reason)
