"""The stores of what people say and of the team's keys."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property

from roadworthy.adapters.store.ledger import Ledger
from roadworthy.adapters.store.records import LedgerRecords, adapter_of
from roadworthy.approvals.model import (
    Approval,
    ApprovalRequest,
    ConditionMet,
    Delegation,
    IndependentReview,
    Withdrawal,
)
from roadworthy.approvals.refusal import Refusal
from roadworthy.evidence.keyring import KeyTransition


class ConsentStores(ABC):
    """What a workspace holds of requests, answers, delegations, withdrawals, refusals and keys."""

    @cached_property
    @abstractmethod
    def ledger(self) -> Ledger:
        """Records and the chained log."""

    @cached_property
    def requests(self) -> LedgerRecords[ApprovalRequest]:
        """Requests for consent."""
        return LedgerRecords(
            self.ledger,
            kind="approval-request",
            adapter=adapter_of(ApprovalRequest),
            id_of=lambda request: request.id,
            name_of=lambda request: request.about,
        )

    @cached_property
    def approvals(self) -> LedgerRecords[Approval]:
        """Answers to requests, each with its approver's signature."""
        return LedgerRecords(
            self.ledger,
            kind="approval",
            adapter=adapter_of(Approval),
            id_of=lambda approval: approval.id,
            name_of=lambda approval: approval.request,
        )

    @cached_property
    def delegations(self) -> LedgerRecords[Delegation]:
        """Roles that were lent, each with its lender's signature."""
        return LedgerRecords(
            self.ledger, kind="delegation", adapter=adapter_of(Delegation), id_of=lambda delegation: delegation.id
        )

    @cached_property
    def withdrawals(self) -> LedgerRecords[Withdrawal]:
        """What was taken back."""
        return LedgerRecords(
            self.ledger,
            kind="withdrawal",
            adapter=adapter_of(Withdrawal),
            id_of=lambda withdrawal: withdrawal.id,
            name_of=lambda withdrawal: withdrawal.of,
        )

    @cached_property
    def conditions_met(self) -> LedgerRecords[ConditionMet]:
        """Conditions of approvals that were met, each signed by who says so."""
        return LedgerRecords(
            self.ledger,
            kind="condition-met",
            adapter=adapter_of(ConditionMet),
            id_of=lambda met: met.id,
            name_of=lambda met: met.approval,
        )

    @cached_property
    def independent_reviews(self) -> LedgerRecords[IndependentReview]:
        """What people outside the team stand behind, each with their signature."""
        return LedgerRecords(
            self.ledger,
            kind="independent-review",
            adapter=adapter_of(IndependentReview),
            id_of=lambda review: review.id,
            name_of=lambda review: review.evidence,
        )

    @cached_property
    def refusals(self) -> LedgerRecords[Refusal]:
        """What somebody tried who may not."""
        return LedgerRecords(self.ledger, kind="refusal", adapter=adapter_of(Refusal), id_of=lambda refusal: refusal.id)

    @cached_property
    def key_transitions(self) -> LedgerRecords[KeyTransition]:
        """Exchanges of the team's key, each signed by the key that went."""
        return LedgerRecords(
            self.ledger,
            kind="key-transition",
            adapter=adapter_of(KeyTransition),
            id_of=lambda transition: transition.id,
            name_of=lambda transition: transition.old,
        )
