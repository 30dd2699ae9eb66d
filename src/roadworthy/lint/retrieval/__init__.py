"""What is wrong with retrieval: whose passages are found, how many, and from where."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from roadworthy.lint.ports import Detector
from roadworthy.lint.retrieval import content, entitlement, stores

DETECTORS: Mapping[str, Detector] = MappingProxyType(
    {
        "retrieval.unfiltered": Detector(of_file=entitlement.unfiltered),
        "retrieval.filtered-after": Detector(of_file=entitlement.filtered_after),
        "retrieval.chosen-by-caller": Detector(of_file=entitlement.chosen_by_caller),
        "retrieval.filter-from-text": Detector(of_file=entitlement.filter_from_text),
        "retrieval.too-many": Detector(of_file=content.too_many),
        "retrieval.web-loader": Detector(of_file=content.web_loader),
        "retrieval.source-dropped": Detector(of_file=content.source_dropped),
        "retrieval.untrusted-index": Detector(of_repository=content.untrusted_index),
        "retrieval.filter-off": Detector(of_file=stores.filter_off),
        "retrieval.tenants-share": Detector(of_file=stores.tenants_share),
        "retrieval.unseparated": Detector(of_file=stores.unseparated),
        "retrieval.open-store": Detector(of_file=stores.open_store),
    }
)
"""By name; a rule in `roadworthy.lint_rules` says which it asks."""
