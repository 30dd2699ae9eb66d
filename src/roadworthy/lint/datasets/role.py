"""What a data file is for: to train on, to evaluate with, or not known."""

from __future__ import annotations

import re
from enum import StrEnum

from roadworthy.inventory.model import FileComponent
from roadworthy.lint.ports import Repository, SourceFile

_TRAINING = re.compile(r"(?i)(?:^|[/_.-])(?:train(?:ing)?|fine[_-]?tun\w*|sft|dpo|rlhf|pre-?train\w*)(?:$|[/_.-])")
_EVALUATION = re.compile(
    r"(?i)(?:^|[/_.-])(?:evals?|evaluations?|tests?|dev|valid(?:ation)?|golden|canar(?:y|ies)|bench(?:mark)?s?|holdout)(?:$|[/_.-])"
)
_OF_COMPONENT = {
    "train": "training",
    "finetune": "training",
    "eval": "evaluation",
    "golden": "evaluation",
    "canary": "evaluation",
}


class Role(StrEnum):
    """What a data file is for."""

    TRAINING = "training"
    EVALUATION = "evaluation"
    UNKNOWN = "unknown"


def role_of(repository: Repository, file: SourceFile) -> Role:
    """Return what ``file`` is for: as the manifest says, else by its name.

    >>> role_by_name("data/train/a.jsonl"), role_by_name("data/train_test.csv"), role_by_name("data/a.csv")
    (<Role.TRAINING: 'training'>, <Role.UNKNOWN: 'unknown'>, <Role.UNKNOWN: 'unknown'>)
    """
    for one in repository.manifest.components if repository.manifest is not None and file.component else ():
        if one.key == file.component and isinstance(one, FileComponent) and one.role is not None:
            return Role(_OF_COMPONENT.get(one.role, "unknown"))
    return role_by_name(file.path)


def role_by_name(path: str) -> Role:
    """Return what a file is for by its name; one that is called both is not known."""
    last = path.rpartition("/")[2]
    for name in (last, path):
        trains, evaluates = _TRAINING.search(name) is not None, _EVALUATION.search(name) is not None
        if trains != evaluates:
            return Role.TRAINING if trains else Role.EVALUATION
        if trains:
            return Role.UNKNOWN
    return Role.UNKNOWN
