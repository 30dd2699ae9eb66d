"""Checks of the licences of models, data and code, and of whether they fit together."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from roadworthy.lint.licences import components, project
from roadworthy.lint.ports import Detector

DETECTORS: Mapping[str, Detector] = MappingProxyType(
    {
        "licences.unstated": Detector(of_repository=components.unstated),
        "licences.not-spdx": Detector(of_repository=components.not_spdx),
        "licences.of-family": Detector(of_repository=components.of_family),
        "licences.fit": Detector(of_repository=components.fit),
        "licences.without-notice": Detector(of_repository=components.without_notice),
        "licences.without-attribution": Detector(of_repository=components.without_attribution),
        "licences.card-differs": Detector(of_repository=components.card_differs),
        "licences.card-unclear": Detector(of_file=project.card_unclear),
        "licences.text-differs": Detector(of_repository=project.text_differs),
        "licences.project-not-spdx": Detector(of_repository=project.project_not_spdx),
        "licences.no-licence": Detector(of_repository=project.no_licence),
        "licences.locked-conflict": Detector(of_repository=project.locked_conflict),
    }
)
"""What lint rules on licences may name."""
