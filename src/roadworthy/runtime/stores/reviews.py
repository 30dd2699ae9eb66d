"""The stores of reviews and findings."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property

from roadworthy.adapters.store.ledger import Ledger
from roadworthy.adapters.store.records import LedgerRecords, adapter_of
from roadworthy.evidence.graph.of_findings import edges_of_finding, edges_of_finding_change
from roadworthy.evidence.graph.of_reviews import edges_of_review, edges_of_review_change
from roadworthy.findings.model import Finding, FindingChange
from roadworthy.reviews.model import Review, ReviewChange


class ReviewStores(ABC):
    """What a workspace holds of reviews and findings, each with its changes."""

    @cached_property
    @abstractmethod
    def ledger(self) -> Ledger:
        """Records and the chained log."""

    @cached_property
    def reviews(self) -> LedgerRecords[Review]:
        """Reviews as they were opened."""
        return LedgerRecords(
            self.ledger,
            kind="review",
            adapter=adapter_of(Review),
            id_of=lambda review: review.id,
            edges_of=edges_of_review,
        )

    @cached_property
    def review_changes(self) -> LedgerRecords[ReviewChange]:
        """What happened to reviews, step by step."""
        return LedgerRecords(
            self.ledger,
            kind="review-change",
            adapter=adapter_of(ReviewChange),
            name_of=lambda change: change.of,
            edges_of=edges_of_review_change,
        )

    @cached_property
    def findings(self) -> LedgerRecords[Finding]:
        """Findings as they were first seen."""
        return LedgerRecords(
            self.ledger,
            kind="finding",
            adapter=adapter_of(Finding),
            id_of=lambda finding: finding.id,
            name_of=lambda finding: finding.fingerprint,
            edges_of=edges_of_finding,
        )

    @cached_property
    def finding_changes(self) -> LedgerRecords[FindingChange]:
        """What happened to findings, step by step."""
        return LedgerRecords(
            self.ledger,
            kind="finding-change",
            adapter=adapter_of(FindingChange),
            name_of=lambda change: change.of,
            edges_of=edges_of_finding_change,
        )
