"""Detectors of credentials in files. What is found is named by kind and length; its value goes nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from roadworthy.lint.model import Hit
from roadworthy.lint.ports import Detector, SourceFile
from roadworthy.lint.scan import place
from roadworthy.lint.secrets.assigned import assigned
from roadworthy.lint.secrets.environment import environment
from roadworthy.sensitive.secrets.finder import secrets_in
from roadworthy.sensitive.secrets.format import Group


def shaped(file: SourceFile, parameters: Mapping[str, Any]) -> Iterator[Hit]:
    """Yield the credentials of the groups that the rule names under ``groups``."""
    groups = frozenset(Group(name) for name in parameters["groups"])
    for found in secrets_in(file.text, groups):
        line, column = place(file.text, found.start)
        yield Hit(line=line, column=column, said=f"{found.said} lies in the file", subject=found.name)


DETECTORS: Mapping[str, Detector] = {
    "secrets.assigned": Detector(of_file=assigned),
    "secrets.environment": Detector(of_file=environment),
    "secrets.shaped": Detector(of_file=shaped),
}
"""By name."""
