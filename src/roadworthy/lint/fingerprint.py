"""Names that findings keep while the lines around them move."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from roadworthy.lint.model import Finding


def fingerprint(*, rule: str, path: str, subject: str, occurrence: int = 1) -> str:
    """Return the name of a finding: 32 hexadecimal digits over what it is, where and about what.

    Args:
        rule: Id of the rule.
        path: The file.
        subject: What it is about; never a secret, of which even a digest would tell something.
        occurrence: Which of those that are equal in all of this, from 1, by place in the file.

    >>> fingerprint(rule="prompt/long", path="a.txt", subject="")
    'c30c653e3891dc1b50f05c05efef3336'
    """
    said = "\n".join((rule, path, subject, str(occurrence)))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def fingerprinted(found: Iterable[tuple[Finding, str]]) -> Iterator[Finding]:
    """Yield each finding, given with its subject and in order of place, with its fingerprint."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for finding, subject in found:
        key = (finding.rule, finding.path, subject)
        seen[key] += 1
        name = fingerprint(rule=finding.rule, path=finding.path, subject=subject, occurrence=seen[key])
        yield replace(finding, fingerprint=name)
