"""Makes the steps of findings of what somebody wrote on the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from roadworthy.core.errors import ConfigError
from roadworthy.findings.model import CaseRef, Closed, Fixed, NoRegressionTest, RegressionTest
from roadworthy.findings.state import FindingState
from roadworthy.runtime.findings.moving import take
from roadworthy.runtime.oversight.signing import KeyChoice
from roadworthy.runtime.workspace import Workspace

P = ParamSpec("P")
T = TypeVar("T")


def made(step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Make a step or a value.

    Raises:
        ConfigError: If what was given is empty, too long or contradicts itself.
    """
    try:
        return step(*args, **kwargs)
    except ValueError as fault:
        raise ConfigError(str(fault), where="the command line", fix="correct what was given") from fault


def case_of(text: str, *, where: str) -> CaseRef:
    """Read a case written as ``TASK/SAMPLE``; a sample's id may hold a slash, a task's does not.

    Raises:
        ConfigError: If it is written otherwise.

    >>> case_of("leaks/ask-7", where="--test")
    CaseRef(task='leaks', sample='ask-7')
    """
    task, slash, sample = text.partition("/")
    if not slash or not task.strip() or not sample.strip():
        raise ConfigError(f"{text[:80]!r} is no case", where=where, fix="write it as TASK/SAMPLE")
    return made(CaseRef, task=task, sample=sample)


def fix(workspace: Workspace, finding: str, *, release: str, reason: str) -> FindingState:
    """Say that a release, named by version or digest, has a finding no more.

    Raises:
        RoadworthyError: As `roadworthy.runtime.findings.moving.take`.
    """
    digest = workspace.releases.get(release).record.digest
    return take(workspace, finding, made(Fixed, release=digest, reason=reason))


def close(
    workspace: Workspace,
    finding: str,
    *,
    test: str | None,
    no_test: str | None,
    signing: KeyChoice | None = None,
) -> FindingState:
    """Close a finding with a regression test, or with a signed reason why there can be none.

    Raises:
        ConfigError: If not exactly one of them is given.
        RoadworthyError: As `roadworthy.runtime.findings.moving.take`.
    """
    if (test is None) == (no_test is None):
        raise ConfigError(
            "a finding is closed with a test, or with a reason why there can be none",
            where="rw finding close",
            fix="give --test TASK/SAMPLE, or --no-test REASON",
        )
    if test is not None:
        step = Closed(regression=RegressionTest(case=case_of(test, where="--test")))
    else:
        step = Closed(regression=made(NoRegressionTest, reason=no_test or ""))
    return take(workspace, finding, step, signing=signing)
