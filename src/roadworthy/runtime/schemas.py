"""JSON Schemas of the files that people write."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from roadworthy.adapters.manifest.schema import manifest_json_schema
from roadworthy.evals.datasets.datasheet import Datasheet
from roadworthy.evals.datasets.options import DatasetOptions
from roadworthy.evals.judging.model import Judge
from roadworthy.evals.model import Task
from roadworthy.evals.suites.model import Scenario, Suite
from roadworthy.governance.model import Governance
from roadworthy.policy.model import Control, Pack

SCHEMAS = ("manifest", "task", "datasheet", "judge", "suite", "scenarios", "pack", "controls", "governance")
"""What `schema_of` knows."""


def schema_of(name: str) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of one kind of file."""
    if name == "manifest":
        return manifest_json_schema()
    kinds: dict[str, Any] = {
        "task": Task,
        "datasheet": Datasheet,
        "judge": Judge,
        "suite": Suite,
        "scenarios": list[Scenario],
        "pack": Pack,
        "controls": list[Control],
        "governance": Governance,
    }
    schema = TypeAdapter(kinds[name]).json_schema()
    if name == "task":
        # A task file also says how its dataset is read; the loaded task holds the samples instead.
        options = TypeAdapter(DatasetOptions).json_schema()
        for part in ("properties", "$defs"):
            schema[part] = {**schema.get(part, {}), **options.get(part, {})}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:roadworthy:schema:{name}:v1",
        **schema,
    }
