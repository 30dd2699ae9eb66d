"""Every topic: each control of a pack shows some of them, as a statement does."""

from __future__ import annotations

from roadworthy.policy.drafting.words.data import DATA
from roadworthy.policy.drafting.words.documentation import DOCUMENTATION
from roadworthy.policy.drafting.words.evaluation import EVALUATION
from roadworthy.policy.drafting.words.guard import GUARD
from roadworthy.policy.drafting.words.operation import OPERATION
from roadworthy.policy.drafting.words.oversight import OVERSIGHT
from roadworthy.policy.drafting.words.supply import SUPPLY

TOPICS = (*DATA, *SUPPLY, *EVALUATION, *GUARD, *OPERATION, *DOCUMENTATION, *OVERSIGHT)
"""In the order in which topics of one weight are named. ``evidence`` names the types of the shipped packs where
one serves; ``monitor`` names figures of the KPI catalogue."""
