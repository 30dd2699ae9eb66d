"""Checks of data: its rows, what must not stand in them, and what is said about it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from roadworthy.lint.datasets import collection, content, shape
from roadworthy.lint.ports import Detector

DETECTORS: Mapping[str, Detector] = MappingProxyType(
    {
        "datasets.broken-rows": Detector(of_file=shape.broken_rows),
        "datasets.no-rows": Detector(of_file=shape.no_rows),
        "datasets.types-differ": Detector(of_file=shape.types_differ),
        "datasets.columns-missing": Detector(of_file=shape.columns_missing),
        "datasets.repeated-rows": Detector(of_file=shape.repeated_rows),
        "datasets.unbalanced-label": Detector(of_file=shape.unbalanced_label),
        "datasets.constant-column": Detector(of_file=shape.constant_column),
        "datasets.protected-attribute": Detector(of_file=content.protected_attribute),
        "datasets.secret-in-rows": Detector(of_file=content.secret_in_rows),
        "datasets.personal-data": Detector(of_repository=content.personal_data),
        "datasets.instruction-in-rows": Detector(of_repository=content.instruction_in_rows),
        "datasets.hidden-in-rows": Detector(of_repository=content.hidden_in_rows),
        "datasets.overlap": Detector(of_repository=collection.overlap),
        "datasets.no-document": Detector(of_repository=collection.no_document),
        "datasets.silent": Detector(of_file=collection.silent),
        "datasets.placeholder": Detector(of_file=collection.placeholder),
        "datasets.undeclared": Detector(of_repository=collection.undeclared),
        "datasets.personal-data-unexplained": Detector(of_repository=collection.personal_data_unexplained),
    }
)
"""What lint rules on data may name."""
