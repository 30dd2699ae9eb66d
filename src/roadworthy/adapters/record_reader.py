"""Reads records back from plain JSON, strictly: an unknown or missing field is an error."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

from roadworthy.core.digest import JsonValue
from roadworthy.core.evidence import Evidence
from roadworthy.gates.inputs import GateInputs
from roadworthy.gates.model import GateDecision
from roadworthy.inventory.release import Release
from roadworthy.policy.resolved import ResolvedPolicy

T = TypeVar("T")


class StrictRecordReader:
    """`roadworthy.evidence.ports.RecordReader` by pydantic. Its errors are ``ValueError``."""

    def evidence(self, value: JsonValue) -> Evidence:
        """Read `Evidence`."""
        return _read(Evidence, value)

    def decision(self, value: JsonValue) -> GateDecision:
        """Read a `GateDecision`."""
        return _read(GateDecision, value)

    def release(self, value: JsonValue) -> Release:
        """Read a `Release`, whose constructor recomputes its digest."""
        return _read(Release, value)

    def policy(self, value: JsonValue) -> ResolvedPolicy:
        """Read a `ResolvedPolicy`."""
        return _read(ResolvedPolicy, value)

    def inputs(self, value: JsonValue) -> GateInputs:
        """Read `GateInputs`."""
        return _read(GateInputs, value)


def _read(kind: type[T], value: JsonValue) -> T:
    record: T = _adapters()[kind].validate_python(value)
    return record


@cache
def _adapters() -> dict[type, TypeAdapter[Any]]:
    return {kind: TypeAdapter(kind) for kind in (Evidence, GateDecision, Release, ResolvedPolicy, GateInputs)}
