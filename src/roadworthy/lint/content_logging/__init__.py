"""Detectors of what people and models said on its way into logs, errors and other people's services."""

from __future__ import annotations

from collections.abc import Mapping

from roadworthy.lint.content_logging.calls import logged, printed, raised, sent
from roadworthy.lint.ports import Detector

DETECTORS: Mapping[str, Detector] = {
    "logging.logged": Detector(of_file=logged),
    "logging.printed": Detector(of_file=printed),
    "logging.raised": Detector(of_file=raised),
    "logging.sent": Detector(of_file=sent),
}
"""By name."""
