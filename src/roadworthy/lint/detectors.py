"""Every detector in code, by the name that rules call it."""

from __future__ import annotations

from collections.abc import Mapping

from roadworthy.lint import (
    agents,
    content_logging,
    datasets,
    dependencies,
    guards,
    licences,
    mcp,
    models,
    prompts,
    retrieval,
    secrets,
    tools,
)
from roadworthy.lint.ports import Detector

DETECTORS: Mapping[str, Detector] = {
    **agents.DETECTORS,
    **content_logging.DETECTORS,
    **datasets.DETECTORS,
    **dependencies.DETECTORS,
    **guards.DETECTORS,
    **licences.DETECTORS,
    **mcp.DETECTORS,
    **models.DETECTORS,
    **prompts.DETECTORS,
    **retrieval.DETECTORS,
    **secrets.DETECTORS,
    **tools.DETECTORS,
}
"""By name. Names are of the form ``package.what``, so that no two are the same."""
