"""Drafts the tool policy for a set of tools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from roadworthy.guard.calls.policy import ToolPolicy
from roadworthy.guard.drafting.definition import ToolDefinition
from roadworthy.guard.drafting.directory import Directory
from roadworthy.guard.drafting.effect import Told, effects_of
from roadworthy.guard.drafting.grant import Around, DraftedGrant, drafted_grant
from roadworthy.guard.drafting.result import Answers, answers_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A tool policy that a person reads before it is in force, with the reason for each line."""

    grants: tuple[DraftedGrant, ...]
    """In order of the definitions."""

    policy: ToolPolicy

    @property
    def untold(self) -> tuple[str, ...]:
        """Tools of which nothing tells what they do: a person is asked at each call until somebody edits the grant."""
        return tuple(one.grant.tool for one in self.grants if not one.is_known)


def draft_policy(tools: Sequence[ToolDefinition]) -> Draft:
    """Return least privilege for ``tools`` as their definitions tell it.

    What cannot be told needs a person's yes at each call. What acts on the world takes what decides from the user's
    words or from a record that the user named; anything else is put to a person. What only reads may be asked
    anything, but an address or a command must be the user's.

    >>> draft = draft_policy([ToolDefinition(name="delete_file", parameters={"properties": {"file_id": {}}})])
    >>> grant = draft.policy.grants[0]
    >>> [one.value for one in grant.effects], grant.arguments[0].origins, grant.approval is not None
    (['delete'], ('user', 'operator'), True)
    """
    read = [_Read(tool=tool, told=told, answers=answers_of(tool, effects=told.effects)) for tool, told in _told(tools)]
    around = Around(
        directories=tuple(Directory(tool=one.tool.name) for one in read if one.answers.is_directory),
        own=tuple(one.tool.name for one in read if one.answers.is_own),
        tools={tool.name: tool for tool in tools},
    )
    grants = tuple(drafted_grant(one.tool, told=one.told, answers=one.answers, around=around) for one in read)
    return Draft(grants=grants, policy=ToolPolicy(grants=tuple(one.grant for one in grants)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    tool: ToolDefinition
    told: Told
    answers: Answers


def _told(tools: Sequence[ToolDefinition]) -> list[tuple[ToolDefinition, Told]]:
    return [(tool, effects_of(tool)) for tool in tools]
