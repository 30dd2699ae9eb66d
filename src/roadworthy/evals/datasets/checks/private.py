"""Personal identifiers and credentials in samples: they are handed out with every pack of evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from roadworthy.core.result import Failure
from roadworthy.evals.datasets.checks.finding import Finding, Level, finding
from roadworthy.evals.datasets.text import all_texts
from roadworthy.evals.model import Reply, Sample
from roadworthy.evals.scorers.leaks.secrets import Secrets
from roadworthy.sensitive.personal.identifier import Identifier, identifiers

_MADE_UP = re.compile(r"@(?:[a-z0-9-]+\.)*(?:example\.(?:com|net|org)|[a-z0-9-]+\.(?:test|example|invalid|localhost))$")
"""Addresses that no person has (RFC 2606)."""

_MAY_IDENTIFY = re.compile(r"@|[0-9](?:[^0-9]{0,3}[0-9]){6}")
"""An address has an at sign, every number of a person at least seven digits; nothing else need be looked at."""

_QUESTION = Sample(id="none", prompt="")


def private(samples: Sequence[Sample]) -> Iterator[Finding]:
    """Yield which kinds of identifiers and credentials appear, and where; never their values."""
    people: dict[str, list[str]] = {}
    secrets: dict[str, list[str]] = {}
    for sample in samples:
        text = all_texts(sample)
        if _MAY_IDENTIFY.search(text):
            for kind in dict.fromkeys(found.kind for found in identifiers(text) if not _is_made_up(found)):
                people.setdefault(kind, []).append(sample.id)
        outcome = Secrets(allow=sample.forbidden).score(_QUESTION, Reply(text=text))
        if isinstance(outcome, Failure):
            secrets.setdefault(outcome.reason.removesuffix(" appears"), []).append(sample.id)
    for kind, ids in sorted(people.items()):
        yield finding(
            "personal_data",
            Level.WARNING,
            f"{len(ids)} samples hold what looks like a person's {kind}",
            ids,
            fix="use made-up people: addresses under example.com, numbers that no one can have",
        )
    for kind, ids in sorted(secrets.items()):
        yield finding(
            "secret", Level.ERROR, f"{kind} stands in {len(ids)} samples", ids,
            fix="revoke it and replace it by a worthless one, listed in `forbidden` if it is a canary",
        )  # fmt: skip


def _is_made_up(found: Identifier) -> bool:
    return found.kind == "e-mail address" and _MADE_UP.search(found.value) is not None
