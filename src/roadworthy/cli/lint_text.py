"""A lint report and a lint rule as text for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from roadworthy.cli.output import coloured
from roadworthy.core.severity import Severity
from roadworthy.lint.model import Example, Finding, LintReport, LintRule

_STYLE = {Severity.BLOCK: "red", Severity.WARN: "yellow", Severity.INFO: "cyan"}
_MAX_EXAMPLE_LINES = 12
MAX_LINE_CHARACTERS = 400


def report_text(report: LintReport) -> str:
    """Return the findings, what could not be read, and a summary."""
    lines = [line for finding in report.findings for line in _finding_lines(finding)]
    lines += [
        f"{_printable(one)}\n  {coloured('not read', 'yellow')}  we do not know what it holds" for one in report.unread
    ]
    return "\n".join([*lines, _summary(report)])


def rule_text(rule: LintRule) -> str:
    """Return everything about a rule."""
    references = ", ".join(f"{one.framework} {one.id}" for one in rule.references)
    lines = [f"{coloured(rule.id, 'bold')}  {rule.severity.value}", f"  {rule.title}.", f"  {rule.why}", ""]
    lines += [f"  fix:    {rule.fix}", f"  looks at: {', '.join(kind.value for kind in rule.kinds)}"]
    lines += [f"  serves: {references}"] if references else []
    for example in rule.examples:
        lines += ["", *_example_lines(example)]
    return "\n".join(lines)


def _finding_lines(finding: Finding) -> Iterator[str]:
    word = coloured(finding.severity.value, _STYLE[finding.severity])
    yield f"{_printable(finding.path)}:{finding.line}:{finding.column}"
    yield f"  {word}  {finding.said} [{finding.rule}]"
    yield f"  {coloured('fix', 'dim')}    {finding.fix}"


def _summary(report: LintReport) -> str:
    count = Counter(finding.severity for finding in report.findings)
    said = ", ".join(f"{count[one]} {one.value}" for one in _STYLE if count[one]) or "nothing found"
    parts = [f"{said} in {report.files} files by {len(report.rules)} rules"]
    parts += [f"{len(report.suppressed)} suppressed"] if report.suppressed else []
    parts += [f"{len(report.excluded)} files left out by the settings"] if report.excluded else []
    parts += [f"{len(report.unread)} files not read"] if report.unread else []
    return "; ".join(parts)


def _example_lines(example: Example) -> Iterator[str]:
    yield f"  {'found' if example.finds else 'left alone'}: {example.note}"
    for path, text in example.files.items():
        shown = "(bytes)" if text.startswith("base64:") else text.replace("{+}", "")
        lines = shown.rstrip("\n").split("\n")
        yield f"    {path}"
        yield from (f"    | {_printable(line)}" for line in lines[:_MAX_EXAMPLE_LINES])
        if len(lines) > _MAX_EXAMPLE_LINES:
            yield f"    | … {len(lines) - _MAX_EXAMPLE_LINES} more lines"


def _printable(line: str) -> str:
    return "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in line[:MAX_LINE_CHARACTERS])
