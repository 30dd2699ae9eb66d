"""The test of packs as JUnit XML, for CI systems: one test case for each rule."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from roadworthy.gates.trying.cases import FailedCase, said

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def pack_junit(pack: str, *, rules: Sequence[str], failed: Sequence[FailedCase], owed: Sequence[str]) -> str:
    """Return the test suite of ``pack``.

    Args:
        pack: Its name.
        rules: Ids of its rules: a test case each.
        failed: Cases that it does not meet: failures of their rule.
        owed: Lines, each beginning with a rule's id, on what is missing or binds otherwise: failures too.
    """
    texts: dict[str, list[str]] = defaultdict(list)
    for one in failed:
        texts[one.rule].append(f"{one.note}: {said(one)} at {one.where}")
    for line in owed:
        rule, _, text = line.partition(": ")
        texts[rule].append(text)
    names = list(dict.fromkeys((*rules, *texts)))
    body = "\n".join(_case(pack, name, texts.get(name, [])) for name in names)
    bad = sum(bool(texts.get(name)) for name in names)
    counts = f'tests="{len(names)}" failures="{bad}"'
    return f"<testsuite name={_attribute(f'roadworthy policy: {pack}')} {counts}>\n{body}\n</testsuite>\n"


def whole_junit(suites: Sequence[str]) -> str:
    """Return ``suites`` as one document."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n{"".join(suites)}</testsuites>\n'


def _case(pack: str, rule: str, texts: Sequence[str]) -> str:
    head = f"<testcase classname={_attribute(pack)} name={_attribute(rule)}"
    if not texts:
        return f"{head}/>"
    text = escape(_NOT_XML.sub("\ufffd", "\n".join(texts)))
    return f"{head}><failure message={_attribute(texts[0])}>{text}</failure></testcase>"


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("\ufffd", text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
