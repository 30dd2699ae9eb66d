"""Puts the segments of one tool call together, judges it, and says which results and definitions belong to no call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from roadworthy.core.digest import Digest
from roadworthy.guard.calls.compiling import CompiledTools
from roadworthy.guard.calls.judging import (
    FINE,
    Asking,
    Judged,
    failed,
    judge_call,
    malformed,
)
from roadworthy.guard.calls.naming import names_of
from roadworthy.guard.calls.origin import MAX_TOOL_NAME
from roadworthy.guard.calls.owning import NOBODY_SAID, Owns, questions
from roadworthy.guard.calls.reading import Unread, has_half, read_arguments
from roadworthy.guard.calls.wrong import RAIL, Wrong, shown
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.engine.matching import made_for
from roadworthy.guard.engine.merging import edited, merged
from roadworthy.guard.event import ConversationState, Event
from roadworthy.guard.flow.effort import MOST_WORK_OF_EVENT, Effort
from roadworthy.guard.flow.label import Secrecy
from roadworthy.guard.policy.facts import event_facts
from roadworthy.guard.run.call import Call, Made, Status
from roadworthy.guard.run.state import RunState
from roadworthy.guard.segment import Channel, Segment, Stage
from roadworthy.guard.verdict import Action, Edit, Verdict

_OF_CALLS = frozenset((Channel.TOOL_NAME, Channel.TOOL_ARGUMENT))
_JSON_MEMBERS = frozenset(("", "args", "arguments"))
_NO_EDITS: Mapping[int, tuple[Edit, ...]] = {}


@dataclass(slots=True, kw_only=True, eq=False)
class Asked:
    """One call as its segments say it."""

    call: Call | None
    """None: it cannot be read."""

    id: str
    tool: str
    why: str = ""
    """Why it cannot be read."""

    segment: int | None
    """`Segment.index` of its arguments, or of its name where it has none."""

    repetition: Digest = ""
    action: Digest = ""


@dataclass(slots=True, kw_only=True, eq=False)
class CallJudgement:
    """What is said of all calls of an event."""

    verdicts: Sequence[Verdict] = ()
    shadow: Sequence[Verdict] = ()
    asked: Sequence[Asked] = ()
    """As they may go on, edits applied."""


NO_CALLS = CallJudgement()
"""Of an event without calls, or a policy without a word on tools."""


def judge_calls(
    bundle: Bundle, event: Event, state: ConversationState, *, said: Iterable[Verdict] = (), owns: Owns = NOBODY_SAID
) -> CallJudgement:
    """Return what the policy's grants say of the calls of ``event``, its results and its definitions.

    Of several calls in one event each is judged as if those before it were made. Where rules of the policy edit a
    call's segments, it is judged as it was asked for and as it may go on.

    Args:
        bundle: The policy; one without `GuardPolicy.tools` says nothing.
        event: What is judged.
        state: With the run so far.
        said: Verdicts of rules on its segments, for their edits.
        owns: Answers of `Ownership.belongs` to `ownership_questions`.
    """
    tools = bundle.tools
    if tools is None:
        return NO_CALLS
    verdicts: list[Verdict] = []
    if event.definitions:
        verdicts += _definitions(tools, event, state.run)
    stages = {segment.stage for segment in event.segments}
    has_results = Stage.TOOL_RESULT in stages and Stage.INPUT not in stages
    if Stage.TOOL_CALL not in stages:
        if has_results:
            verdicts += _unasked(event, state.run)
        return CallJudgement(verdicts=verdicts) if verdicts else NO_CALLS
    judging = _Judging(bundle, tools, event, state, owns)
    shadow: list[Verdict] = []
    edits = _edits(said) if said else _NO_EDITS
    going_on = []
    run = with_definitions(state.run, event)
    groups = _groups(event.segments)
    for group in groups:
        asked = _asked(group, event, state, run, edits=_NO_EDITS)
        judged = judging.judge(asked, run)
        if judged is not FINE:
            verdicts += judged.verdicts
            shadow += judged.shadow
        if edits and any(segment.index in edits for segment in group):
            asked = _asked(group, event, state, run, edits=edits)
            again = judging.judge(asked, run)
            verdicts += (one for one in again.verdicts if one not in judged.verdicts)
            shadow += (one for one in again.shadow if one not in judged.shadow)
        going_on.append(asked)
        if has_results or group is not groups[-1]:
            run = with_call(tools, run, asked, status=Status.LET_THROUGH, is_explained=False)
    if has_results:
        # A provider that runs tools itself tells of a call and of its result at once.
        verdicts += _unasked(event, run)
    return CallJudgement(verdicts=verdicts, shadow=shadow, asked=going_on)


def ownership_questions(bundle: Bundle, event: Event, state: ConversationState) -> tuple[tuple[str, str], ...]:
    """Return what must be asked of `Ownership` before ``event`` is judged: pairs of kind and id, each once."""
    if bundle.tools is None:
        return ()
    found: dict[tuple[str, str], None] = {}
    for group in _groups(event.segments):
        call = _read(group, event, edits=_NO_EDITS)
        if isinstance(call, Call):
            asked = questions(
                bundle.tools,
                call,
                state.run,
                principal=event.principal,
                route=event.route,
                facts=lambda: event_facts(event, state=state),
            )
            found |= dict.fromkeys(asked)
    return tuple(found)


def asked_calls(event: Event, state: ConversationState, *, said: Iterable[Verdict] = ()) -> tuple[Asked, ...]:
    """Return the calls of ``event`` as they may go on after the edits of ``said``."""
    edits = _edits(said)
    run = with_definitions(state.run, event)
    return tuple(_asked(group, event, state, run, edits=edits) for group in _groups(event.segments))


def calls_of_history(segments: Sequence[Segment], event: Event, state: ConversationState) -> dict[int, Asked]:
    """Return the calls that stand in the history of a prompt, by `Segment.index` of the last segment of each."""
    told = [one for one in segments if one.stage is Stage.INPUT and one.channel in _OF_CALLS]
    return {
        group[-1].index: _asked(group, event, state, state.run, edits=_NO_EDITS)
        for group in _groups(told, stage=Stage.INPUT)
    }


def with_call(
    tools: CompiledTools,
    run: RunState,
    asked: Asked,
    *,
    status: Status,
    is_explained: bool,
    given: Secrecy = Secrecy.PUBLIC,
) -> RunState:
    """Return ``run`` with one more call that was asked for; one that cannot be read counts as a refused one."""
    call = asked.call
    if call is None:
        call, status = Call(id=asked.id, tool=asked.tool, arguments={}), Status.REFUSED
    made = Made(
        call=call,
        action=asked.action,
        repeated=asked.repetition,
        step=run.step + 1,
        effects=tools.terms(call.tool).effects,
        status=status,
        explained=is_explained,
        given=given,
    )
    return RunState(ledger=run.ledger, calls=(*run.calls, made), definitions=run.definitions, memory=run.memory)


class _Judging:
    """What all calls of one event are judged with."""

    __slots__ = ("_bundle", "_effort", "_event", "_facts", "_owns", "_state", "_tools")

    def __init__(
        self, bundle: Bundle, tools: CompiledTools, event: Event, state: ConversationState, owns: Owns
    ) -> None:
        self._bundle = bundle
        self._tools = tools
        self._event = event
        self._state = state
        self._owns = owns
        self._effort = Effort(MOST_WORK_OF_EVENT)
        self._facts: Mapping[str, Any] | None = None

    def facts(self) -> Mapping[str, Any]:
        if self._facts is None:
            self._facts = event_facts(self._event, state=self._state)
        return self._facts

    def judge(self, asked: Asked, run: RunState) -> Judged:
        if asked.call is None:
            return Judged(verdicts=(malformed(asked.why, segment=asked.segment),))
        event = self._event
        asking = Asking(
            principal=event.principal,
            route=event.route,
            run=run,
            repetition=asked.repetition,
            facts=self.facts,
            ask=self._bundle.asker,
            action=asked.action,
            approved=event.approved,
            owns=self._owns,
            effort=self._effort,
            segment=asked.segment,
        )
        try:
            return judge_call(self._tools, asked.call, asking)
        except Exception as error:  # noqa: BLE001 - whatever breaks here would let a call through that nobody judged
            return Judged(verdicts=(failed(error, segment=asked.segment),))


def _definitions(tools: CompiledTools, event: Event, run: RunState) -> Iterator[Verdict]:
    """Yield a denial for each definition that is not as it was, or not as it is pinned."""
    policy = tools.policy
    seen = {one.tool: one.digest for one in run.definitions}
    for one in event.definitions:
        pins = tools.terms(one.tool).pins
        if any(pin != one.digest for pin in pins) or (policy.pinning == "required" and not pins):
            why = "is not the one that is pinned" if pins else "is not pinned, and every definition must be"
            yield _own(Wrong.NOT_PINNED, f"the definition of {shown(one.tool)} {why}")
        elif policy.pinning != "off" and seen.setdefault(one.tool, one.digest) != one.digest:
            yield _own(Wrong.DEFINITION_CHANGED, f"the definition of {shown(one.tool)} is not the first of this run")


def _unasked(event: Event, run: RunState) -> Iterator[Verdict]:
    """Yield a denial for each result of a call that this run never let through."""
    for segment in event.segments:
        is_result = segment.stage is Stage.TOOL_RESULT and (segment.tool or segment.channel is Channel.TOOL_RESULT)
        if is_result and made_for(segment, run) is None:
            said = f"a result of {shown(segment.tool)} for a call that was never let through in this run"
            yield _own(Wrong.RESULT_UNASKED, said, segment=segment.index)


def _own(wrong: Wrong, reason: str, *, segment: int | None = None) -> Verdict:
    name = wrong.value if wrong is Wrong.RESULT_UNASKED else f"tool-{wrong.value}"
    return Verdict(
        action=Action.DENY, rule=f"guard/{name}", rail=RAIL, segment=segment, reason=reason, kinds=(wrong.value,)
    )


def _edits(said: Iterable[Verdict]) -> dict[int, tuple[Edit, ...]]:
    found: dict[int, list[Edit]] = {}
    for verdict in said:
        if verdict.edits and verdict.segment is not None:
            found.setdefault(verdict.segment, []).extend(verdict.edits)
    return {index: merged(edits) for index, edits in found.items()}


def with_definitions(run: RunState, event: Event) -> RunState:
    """Return ``run`` with the definitions of ``event`` that it has not seen."""
    if not event.definitions:
        return run
    seen = {one.tool for one in run.definitions}
    new = {one.tool: one for one in reversed(event.definitions) if one.tool not in seen}
    if not new:
        return run
    return replace(run, definitions=tuple(sorted((*run.definitions, *new.values()), key=lambda one: one.tool)))


def _groups(segments: Sequence[Segment], *, stage: Stage = Stage.TOOL_CALL) -> list[list[Segment]]:
    """Return the segments of each call, in order of their coming."""
    found: dict[tuple[int, str], list[Segment]] = {}
    if len(segments) == 1 and segments[0].stage is stage and segments[0].channel in _OF_CALLS:
        return [[segments[0]]]
    for segment in segments:
        if segment.stage is stage and segment.channel in _OF_CALLS:
            # Where a protocol gives no id the fields of a call stand side by side.
            name = segment.call or f"/{segment.path.rpartition('/')[0]}"
            found.setdefault((segment.choice, name), []).append(segment)
    return list(found.values())


def _asked(
    group: Sequence[Segment],
    event: Event,
    state: ConversationState,
    run: RunState,
    *,
    edits: Mapping[int, tuple[Edit, ...]],
) -> Asked:
    read = _read(group, event, edits=edits)
    index = group[0].index
    if len(group) > 1:
        index = next((one.index for one in group if one.channel is Channel.TOOL_ARGUMENT), index)
    if not isinstance(read, Call):
        return Asked(call=None, id=group[0].call, tool=group[0].tool, why=read.why, segment=index)
    definition = None
    if run.definitions:
        definition = next((one.digest for one in run.definitions if one.tool == read.tool), None)
    principal = event.principal
    names = names_of(
        read,
        tenant=principal.tenant,
        principal=principal.id,
        run=state.conversation,
        route=event.route,
        definition=definition,
    )
    return Asked(call=read, id=read.id, tool=read.tool, segment=index, repetition=names.repetition, action=names.action)


def _read(group: Sequence[Segment], event: Event, *, edits: Mapping[int, tuple[Edit, ...]]) -> Call | Unread:
    first = group[0]
    if len(group) == 1 and not edits and first.channel is Channel.TOOL_ARGUMENT:
        return _read_of(first.tool, {first.path: first.text}, group, event)
    names: dict[str, str] = {}
    given: dict[str, str] = {}
    for segment in group:
        text = edited(segment.text, edits[segment.index]) if segment.index in edits else segment.text
        to = names if segment.channel is Channel.TOOL_NAME else given
        if segment.path in to and segment.span is None:
            return Unread(why="a field of it is there twice")
        to[segment.path] = to.get(segment.path, "") + text
    if len(names) > 1:
        return Unread(why="it names two tools")
    return _read_of(next(iter(names.values()), group[0].tool), given, group, event)


def _read_of(tool: str, given: Mapping[str, str], group: Sequence[Segment], event: Event) -> Call | Unread:
    if not tool or len(tool) > MAX_TOOL_NAME or not tool.isascii():
        why = _unnamed(tool)
        if why:
            return Unread(why=why)
    arguments = _arguments(given)
    if isinstance(arguments, Unread):
        return arguments
    return Call(id=group[0].call, tool=tool, arguments=arguments, depth=event.depth)


def _unnamed(tool: str) -> str:
    """Return why ``tool`` cannot be the name of one; empty: it can."""
    if not tool:
        return "nothing names the tool"
    if len(tool) > MAX_TOOL_NAME:
        return f"the tool's name has {len(tool)} characters; at most {MAX_TOOL_NAME}"
    return "the tool's name holds half a character" if has_half(tool) else ""


def _arguments(given: Mapping[str, str]) -> dict[str, Any] | Unread:
    if not given:
        return {}
    if len(given) == 1:
        path, text = next(iter(given.items()))
        member = path.rpartition("/")[2]
        if member in _JSON_MEMBERS or (member == "input" and "content" in path.split("/")):
            return read_arguments(text) if text.strip() else {}
        # A tool that takes free text, code or a command.
        return {member: text}
    return _nested(given)


def _nested(given: Mapping[str, str]) -> dict[str, Any] | Unread:
    """Return the object whose texts stand at the paths ``given``; a text at a path above others holds their names."""
    paths = [path for path in given if not any(other.startswith(f"{path}/") for other in given)]
    steps = [path.split("/") for path in paths]
    shared = 0
    while all(len(one) > shared + 1 and one[shared] == steps[0][shared] for one in steps):
        shared += 1
    root: dict[str, Any] = {}
    for path, one in zip(paths, steps, strict=True):
        node = root
        for step in one[shared:-1]:
            node = node.setdefault(step, {})
        node[one[-1]] = given[path]
    found = _with_lists(root)
    return found if isinstance(found, dict) else {"items": found}


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    items = {name: _with_lists(item) for name, item in value.items()}
    if items and list(items) == [str(number) for number in range(len(items))]:
        return list(items.values())
    return items
