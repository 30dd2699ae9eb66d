"""Records of decisions. Text that must not be kept is masked character by character, so that every place stays true."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Literal

from roadworthy.core.digest import Digest
from roadworthy.core.subject import STRICT
from roadworthy.guard.event import ConversationState, Event
from roadworthy.guard.verdict import Action, Decision

MASK = "█"
"""Stands for a character that is not kept. Where it stands, nobody can tell what a rail would find."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardRecord:
    """One decision with the event that it is about, fit to be stored."""

    __pydantic_config__: ClassVar = STRICT

    event: Event
    """With masked text; the principal by a pseudonym, or without an id."""

    decision: Decision
    """Without its state."""

    state: ConversationState
    """That the event was judged with, without canaries and prompts, and without what the run had read and called."""

    schema: Literal["roadworthy/guard-record/v1"] = "roadworthy/guard-record/v1"
    had_canaries: bool = False
    """Whether the state held any, or prompts: what a rail for them would find now, nobody can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyUse:
    """A policy that decisions were taken by: what each of its rules looked at, by digest."""

    __pydantic_config__: ClassVar = STRICT

    policy: Digest
    """As in `Decision.policy`."""

    name: str
    version: str
    looks: tuple[tuple[str, Digest], ...]
    """Rule and `CompiledRule.look`, sorted."""

    schema: Literal["roadworthy/guard-policy-use/v1"] = "roadworthy/guard-policy-use/v1"


class Change(StrEnum):
    """What becomes of a decision under a candidate."""

    SAME = "same"
    NEW_STOP = "new_stop"
    """It went on, and would be stopped."""

    LOST_STOP = "lost_stop"
    """It was stopped, and would go on."""

    STRICTER = "stricter"
    LOOSER = "looser"
    UNKNOWN = "unknown"
    """It cannot be told: what decides was not kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a candidate says of a recorded event."""

    event: str
    before: Action
    at_least: Action
    """The candidate's action, if no rule that cannot be told fires."""

    at_most: Action
    """The candidate's action, if every rule that cannot be told fires."""

    change: Change
    rules: tuple[str, ...]
    """Those that make the change: new or lost ones, or those that cannot be told; sorted."""
