"""Asks a target of the manifest about the statements of a draft that matching could not translate."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.adapters.targets import build_target
from roadworthy.core.errors import ConfigError
from roadworthy.evals.model import Message, NoReply
from roadworthy.evals.ports import Request, Target
from roadworthy.inventory.model import TargetSpec
from roadworthy.policy.drafting.disposition import Draft, Entry, NotTranslated, Proposed
from roadworthy.policy.drafting.drafting import Wanted, pack_of, renamed
from roadworthy.policy.drafting.statement import Statement
from roadworthy.policy.drafting.suggestions import Declined, Unusable, prompt_for, read_answer
from roadworthy.runtime.workspace import Workspace

DEFAULT_CALLS = 20
TIMEOUT_S = 120.0
MAX_SILENT = 3
"""Calls in a row without an answer after which no more are made."""

_ANSWER_NO_QUESTIONS = ("table", "precomputed", "inspect")
_ANSWER_TOKENS = 300
_CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingPlan:
    """What asking would take, before anything is asked."""

    target: str
    calls: int
    left_out: int
    """Statements that the limit of calls leaves unasked."""

    tokens: int
    """Roughly, questions and answers together."""

    cost: float
    """Roughly, in the manifest's currency; 0 for a target without a price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a model made of the statements that were left."""

    draft: Draft
    calls: int
    proposed: int
    declined: int
    """The model could not test them either."""

    discarded: tuple[str, ...]
    """Why answers were dropped, one line each."""

    silent: int
    """Calls without an answer."""


def spec_of(workspace: Workspace, key: str) -> TargetSpec:
    """Return the manifest's target called ``key``.

    Raises:
        ConfigError: If there is none, or it is of a kind that no question can be put to.
    """
    targets = load_manifest(workspace.manifest_path).targets
    found = next((target for target in targets if target.key == key), None)
    if found is None:
        known = ", ".join(target.key for target in targets) or "none is there"
        raise ConfigError(f"the manifest has no target {key!r}", where="--model", fix=f"name one of: {known}")
    if found.kind in _ANSWER_NO_QUESTIONS:
        raise ConfigError(
            f"target {key!r} is of kind {found.kind!r}, which answers no new question",
            where="--model",
            fix="name a target that asks a model",
        )
    return found


def plan_asking(draft: Draft, spec: TargetSpec, *, max_calls: int) -> AskingPlan:
    """Return what asking ``spec`` about what was not translated would take, roughly."""
    every = _untranslated(draft)
    asked = every[:max_calls]
    prompts = [prompt_for(entry.statement) for entry in asked]
    question = sum(len(p.system) + len(p.user) for p in prompts) // _CHARACTERS_PER_TOKEN
    answer = _ANSWER_TOKENS * len(asked)
    cost = question * spec.price_per_million_input_tokens + answer * spec.price_per_million_output_tokens
    return AskingPlan(
        target=spec.key, calls=len(asked), left_out=len(every) - len(asked), tokens=question + answer, cost=cost / 1e6
    )


def suggest(draft: Draft, spec: TargetSpec, *, workspace: Workspace, wanted: Wanted, max_calls: int) -> Asked:
    """Return ``draft`` with what a model proposes for statements that were not translated, and for no other."""
    target = build_target(spec, root=workspace.root, environ=workspace.environ)
    return asyncio.run(_with(target, draft, wanted=wanted, max_calls=max_calls))


async def _with(target: Target, draft: Draft, *, wanted: Wanted, max_calls: int) -> Asked:
    try:
        return await ask_model(target, draft, wanted=wanted, max_calls=max_calls)
    finally:
        await target.close()


async def ask_model(target: Target, draft: Draft, *, wanted: Wanted, max_calls: int) -> Asked:
    """Ask ``target`` about each statement that was not translated, one call each, ``max_calls`` at most."""
    title = draft.title
    found: dict[int, Proposed] = {}
    discarded: list[str] = []
    calls = declined = silent = in_a_row = 0
    for entry in _untranslated(draft)[:max_calls]:
        answer = await _answer(target, entry.statement)
        calls += 1
        if answer is None:
            silent += 1
            in_a_row += 1
            if in_a_row >= MAX_SILENT:
                break
            continue
        in_a_row = 0
        read = _read(answer, entry, wanted=wanted, title=title)
        if isinstance(read, Proposed):
            found[entry.statement.number] = read
        elif isinstance(read, Unusable):
            discarded.append(f"line {entry.statement.place.line}: {read.because}")
        else:
            declined += 1
    return Asked(
        draft=_with_proposals(draft, found, wanted=wanted, title=title),
        calls=calls,
        proposed=len(found),
        declined=declined,
        discarded=tuple(discarded),
        silent=silent,
    )


async def _answer(target: Target, statement: Statement) -> str | None:
    prompt = prompt_for(statement)
    request = Request(
        sample=f"draft-{statement.number}",
        epoch=0,
        messages=(Message(role="system", content=prompt.system), Message(role="user", content=prompt.user)),
        raw=None,
        seed=0,
        parameters={},
        session=prompt.code,
    )
    try:
        async with asyncio.timeout(TIMEOUT_S):
            response = await target.ask(request)
    except TimeoutError:
        return None
    return None if isinstance(response, NoReply) else response.text


def _read(answer: str, entry: Entry, *, wanted: Wanted, title: str) -> Proposed | Declined | Unusable:
    before = entry.disposition
    assert isinstance(before, NotTranslated)  # noqa: S101 (only such entries are asked about)
    return read_answer(
        answer,
        prompt=prompt_for(entry.statement),
        statement=entry.statement,
        before=before,
        pack=wanted.name,
        title=title,
    )


def _untranslated(draft: Draft) -> Sequence[Entry]:
    return [
        entry
        for entry in draft.entries
        if isinstance(entry.disposition, NotTranslated) and entry.disposition.reason != "too_long"
    ]


def _with_proposals(draft: Draft, found: dict[int, Proposed], *, wanted: Wanted, title: str) -> Draft:
    controls = [entry.disposition.control for entry in draft.entries if isinstance(entry.disposition, Proposed)]
    taken = {control.id for control in controls} | {rule.id for control in controls for rule in control.rules}
    entries: list[Entry] = []
    for entry in draft.entries:
        proposed = found.get(entry.statement.number)
        if proposed is None:
            entries.append(entry)
            continue
        control = renamed(proposed.control, taken=taken)
        taken |= {control.id, *(rule.id for rule in control.rules)}
        entries.append(replace(entry, disposition=replace(proposed, control=control)))
    return replace(draft, entries=tuple(entries), pack=pack_of(entries, wanted=wanted, title=title))
