"""How a look at a repository is told to programs, and what an earlier one already told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from roadworthy import __version__
from roadworthy.adapters.files import write_atomically
from roadworthy.adapters.yaml_source import read_text
from roadworthy.core.digest import plain
from roadworthy.core.errors import ConfigError
from roadworthy.core.severity import Severity
from roadworthy.lint.model import LintReport
from roadworthy.runtime.linting.look import rules_for

MAX_BASELINE_BYTES = 64 * 1024 * 1024
_RANK = {Severity.BLOCK: 2, Severity.WARN: 1, Severity.INFO: 0}


def rendered(report: LintReport, form: str, *, root: Path) -> str:
    """Return ``report`` as ``json`` or ``sarif``.

    Raises:
        ValueError: If the form is neither.
    """
    match form:
        case "json":
            return json.dumps(plain(report), ensure_ascii=False, indent=2, sort_keys=True)
        case "sarif":
            from roadworthy.evidence.documents.lint_sarif import lint_sarif_of

            document = lint_sarif_of(report, rules=rules_for(root), version=__version__)
            return json.dumps(document, ensure_ascii=False, indent=2)
    raise ValueError(f"a lint report has no form {form!r}")


def write_told(path: Path, text: str) -> None:
    """Write a report to a file, whole or not at all.

    Raises:
        StoreError: If it cannot be written.
    """
    write_atomically(path, (text if text.endswith("\n") else f"{text}\n").encode("utf-8"))


def without_known(report: LintReport, baseline: Path) -> tuple[LintReport, int]:
    """Return ``report`` without the findings that an earlier report holds, and how many these are.

    Args:
        report: What was found now.
        baseline: An earlier report, as `rw lint --format json` writes it.

    Raises:
        ConfigError: If the earlier report does not read.
    """
    known = _fingerprints(baseline)
    new = tuple(one for one in report.findings if one.fingerprint not in known)
    return replace(report, findings=new), len(report.findings) - len(new)


def exit_code(report: LintReport, *, bar: Severity) -> int:
    """Return 1 where a finding is as heavy as ``bar`` or heavier, 3 where something could not be read, else 0."""
    if any(_RANK[one.severity] >= _RANK[bar] for one in report.findings):
        return 1
    return 3 if report.unread else 0


def _fingerprints(path: Path) -> frozenset[str]:
    fix = "give the output of `rw lint --format json`"
    try:
        said = json.loads(read_text(path, error=ConfigError, max_bytes=MAX_BASELINE_BYTES))
    except (ValueError, RecursionError):
        raise ConfigError("the baseline is not JSON", where=str(path), fix=fix) from None
    if not isinstance(said, dict) or said.get("schema") != "roadworthy/lint-report/v1":
        raise ConfigError("the baseline is no lint report", where=str(path), fix=fix)
    found = said.get("findings")
    items = found if isinstance(found, list) else []
    return frozenset(str(one.get("fingerprint")) for one in items if isinstance(one, dict))
