"""Every error that Roadworthy raises on purpose.

    RoadworthyError
    ├── ConfigError            a flag, setting or environment value is wrong         exit 2
    │   ├── ManifestError      `roadworthy.yaml` does not say a system               exit 2
    │   ├── TaskError          an evaluation task or its samples do not load         exit 2
    │   ├── PackError          a policy pack does not load                           exit 2
    │   ├── CatalogueError     a legal table or threat catalogue does not load       exit 2
    │   └── HttpError          the form of a request to a guarded path (sdk)         exit 2
    ├── NotFoundError          the id is well-formed but unknown                     exit 2
    ├── ConflictError          somebody else changed it first                        exit 2
    ├── NotPermittedError      who asks may not do this                              exit 2
    ├── NotServedError         a part of a client that is not guarded (sdk)          exit 2
    ├── EvidenceError          evidence is missing, stale or unverifiable            exit 3
    │   └── VerificationError  a signature, digest or chain does not hold            exit 3
    ├── StoppedError           a run was stopped before it measured what was planned exit 3
    ├── StoreError             the local store cannot be read or written             exit 3
    │   └── VaultFullError     a value cannot be kept behind a placeholder           exit 3
    ├── BlockedError           the guard did not let it go on (guard/session/errors) exit 1
    │   ├── CallRefusedError   a tool call was not made                              exit 1
    │   │   └── CallOverBudgetError  a limit or a budget stands against it           exit 1
    │   ├── ApprovalRequiredError  it waits for a person                             exit 1
    │   └── BudgetExhaustedError   a budget has not enough left                      exit 1
    └── UnforeseenError        something that should not happen                      exit 3

Callers match on the class; scripts match on ``code``, which never changes once
released (``docs/reference/errors.md`` has a section for each).
"""

from __future__ import annotations

from typing import ClassVar


class RoadworthyError(Exception):
    """Base class: says what is wrong, where, and what to do next.

    Args:
        problem: One sentence, present tense, with the offending value.
        where: The file, line, id or flag the reader can go and look at.
        fix: One imperative sentence that the reader can do now.
        details: Every further problem found in the same place, one line each.

    >>> print(ConfigError("unknown format 'pdf'", where="--format", fix="use text or json"))
    [roadworthy.config] unknown format 'pdf'
      at:  --format
      fix: use text or json
    """

    code: ClassVar[str] = "roadworthy.internal"
    exit_code: ClassVar[int] = 3

    def __init__(self, problem: str, *, where: str = "", fix: str = "", details: tuple[str, ...] = ()) -> None:
        super().__init__(problem)
        self.problem = problem
        self.where = where
        self.fix = fix
        self.details = details

    def __str__(self) -> str:
        lines = [f"[{self.code}] {self.problem}"]
        lines += [f"       {detail}" for detail in self.details]
        if self.where:
            lines.append(f"  at:  {self.where}")
        if self.fix:
            lines.append(f"  fix: {self.fix}")
        return "\n".join(lines)


class ConfigError(RoadworthyError):
    """A flag, setting or environment value is wrong."""

    code = "roadworthy.config"
    exit_code = 2


class ManifestError(ConfigError):
    """The manifest does not describe a system."""

    code = "roadworthy.manifest"


class TaskError(ConfigError):
    """An evaluation task or its samples do not load."""

    code = "roadworthy.task"


class PackError(ConfigError):
    """A policy pack does not load."""

    code = "roadworthy.pack"


class CatalogueError(ConfigError):
    """A legal table or threat catalogue does not load."""

    code = "roadworthy.catalogue"


class NotFoundError(RoadworthyError):
    """The id is well-formed but unknown."""

    code = "roadworthy.not_found"
    exit_code = 2


class ConflictError(RoadworthyError):
    """Somebody else changed it since it was read. Nothing was written; look again and decide again."""

    code = "roadworthy.conflict"
    exit_code = 2


class NotPermittedError(RoadworthyError):
    """Who asks may not do this. Nothing was written but the refusal in the log."""

    code = "roadworthy.not_permitted"
    exit_code = 2


class EvidenceError(RoadworthyError):
    """Evidence is missing, stale or unverifiable."""

    code = "roadworthy.evidence"


class VerificationError(EvidenceError):
    """A signature, digest or chain does not hold."""

    code = "roadworthy.verification"


class StoppedError(RoadworthyError):
    """A cap, the target or somebody stopped a run. What was answered is kept, and the run can be gone on with."""

    code = "roadworthy.stopped"
    exit_code = 3


class StoreError(RoadworthyError):
    """The local store cannot be read or written."""

    code = "roadworthy.store"


class VaultFullError(StoreError):
    """A value cannot be kept behind a placeholder. It must then not go on in the clear either."""

    code = "roadworthy.vault-full"


class UnforeseenError(RoadworthyError):
    """Something that should not happen: a fault of the program. Never read as *blocked*."""

    code = "roadworthy.unforeseen"
