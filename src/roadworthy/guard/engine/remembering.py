"""What a run knows after an event: content that passed, with its label, calls and what became of them, definitions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from roadworthy.guard.calls.compiling import CompiledTools, ToolTerms
from roadworthy.guard.calls.flowing import is_explained
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.engine.calling import Asked, asked_calls, calls_of_history, with_call, with_definitions
from roadworthy.guard.engine.matching import fitting, made_for
from roadworthy.guard.engine.merging import edited, merged
from roadworthy.guard.engine.passing_on import given_to, labels_no_less, least_secret, no_less
from roadworthy.guard.event import ConversationState, Event
from roadworthy.guard.flow.effort import MOST_WORK_OF_EVENT, Effort
from roadworthy.guard.flow.label import Label, Origin, Secrecy, most_secret
from roadworthy.guard.flow.ledger import Ledger, Owned
from roadworthy.guard.run.call import Made, Status
from roadworthy.guard.run.effect import Effect
from roadworthy.guard.run.refusal import RESULT, is_call_stub
from roadworthy.guard.run.state import RunState
from roadworthy.guard.segment import FAILED, Channel, Segment, SourceKind, Stage
from roadworthy.guard.verdict import Edit, EditKind, Verdict
from roadworthy.policy.ports import Fails, Holds

_READ_AT = frozenset((Stage.INPUT, Stage.RETRIEVAL, Stage.TOOL_RESULT))
_ENDED = frozenset((Status.CONFIRMED, Status.FAILED, Status.BROKEN_OFF))
_NOT_BACK = frozenset((Status.FAILED, Status.BROKEN_OFF))


def run_after(
    bundle: Bundle,
    event: Event,
    state: ConversationState,
    *,
    verdicts: Sequence[Verdict],
    withheld: frozenset[int | None],
    stops: bool,
    asked: Sequence[Asked] | None = None,
    left: frozenset[int] = frozenset(),
) -> RunState:
    """Return what the run knows after ``event``.

    Of an event that does not go on only its calls are kept, as refused ones. Of one that does, what passed is read
    with its label as it went on: edited, without what was quarantined. What the model said explains nothing and is
    not read.

    Args:
        bundle: The policy; one without `GuardPolicy.tools` keeps no run.
        event: What was judged.
        state: With the run before it.
        verdicts: All that was said of it.
        withheld: `Segment.index` of what does not go on.
        stops: Whether nothing does.
        asked: Its calls as they may go on, where they were read already.
        left: Places of what had left a stream before it was stopped.
    """
    tools = bundle.tools
    if tools is None:
        return state.run
    calls = asked_calls(event, state, said=verdicts) if asked is None else asked
    effort = Effort(MOST_WORK_OF_EVENT) if calls else None
    if stops:
        run = state.run
        for one in calls:
            has_left = one.segment in left
            run = _with_made(tools, run, one, effort=effort) if has_left else _with_refused(tools, run, one)
        return run
    run = with_definitions(state.run, event)
    for one in calls:
        run = _with_made(tools, run, one, effort=effort)
    if not _READ_AT.isdisjoint([one.stage for one in event.segments]):
        edits = _edits(verdicts)
        passed = [_as_passed(one, edits) for one in event.segments if one.index not in withheld]
        run = _Reader(bundle, tools, event, state, run).read(passed)
    return run


class _Reader:
    """Reads the segments of one event into a run."""

    def __init__(
        self, bundle: Bundle, tools: CompiledTools, event: Event, state: ConversationState, run: RunState
    ) -> None:
        self._bundle = bundle
        self._tools = tools
        self._event = event
        self._state = state
        self._run = run
        self._told_here: set[int] = set()
        """`Made.step` of the calls that the history in this event tells of."""

    def read(self, segments: Sequence[Segment]) -> RunState:
        told = self._told(segments)
        for segment in segments:
            if segment.index in told:
                self._tell(told[segment.index])
            elif segment.stage is Stage.TOOL_RESULT and (segment.tool or segment.call):
                self._result(segment)
            elif segment.stage in _READ_AT and segment.text and not _is_definition(segment):
                label = _label(segment, operator_decides=self._tools.policy.operator_decides)
                if label is not None:
                    self._add(segment.text, self._fetched(segment, label))
        return self._run

    def _told(self, segments: Sequence[Segment]) -> dict[int, Asked]:
        """Return the calls that the history tells of, where the team itself keeps the history."""
        if not self._tools.policy.operator_decides:
            return {}
        return calls_of_history(segments, self._event, self._state)

    def _tell(self, asked: Asked) -> None:
        known = any(
            made.repeated == asked.repetition and (not asked.id or made.call.id == asked.id) for made in self._run.calls
        )
        if asked.call is not None and not known:
            self._run = _with_made(self._tools, self._run, asked)
            self._told_here.add(self._run.step)

    def _result(self, segment: Segment) -> None:
        made = made_for(segment, self._run)
        if segment.text == RESULT or is_call_stub(segment.text):
            self._held_back(segment, made)
            return
        tool = made.call.tool if made is not None else segment.tool
        terms = self._tools.terms(tool)
        others = [one for one in fitting(segment, self._run) if made is None or one.repeated != made.repeated]
        is_error = FAILED in segment.labels or (made is not None and made.status in _NOT_BACK)
        # What was kept in a memory is as trusted as who wrote it was: only the session, which has its labels, knows.
        is_vouched = made is not None and made.explained and not is_error and not terms.recalls
        label = terms.label if is_vouched else terms.doubted
        fields = terms.fields if is_vouched else terms.doubted_fields
        if others:
            # It may be the result of any of them: nobody's word, and as secret as the most secret.
            every = [terms, *(self._tools.terms(one.call.tool) for one in others)]
            known = [one for term in every for one in (term.label, *(label for _, label in term.fields))]
            secrecy = most_secret(*(one.secrecy for one in known))
            label, fields = Label(origin=Origin(kind=SourceKind.TOOL), secrecy=secrecy), ()
        if segment.text:
            of = others if made is None and others else (made, *others)
            least = [self._least(one, tool=tool, is_error=is_error) for one in of]
            label, by_path = labels_no_less(
                terms, label, fields, secrecy=most_secret(*least), is_error=is_error or bool(others)
            )
            self._add(segment.text, label, fields=by_path or None, owned=terms.owned)
        if made is not None and (made.status not in _ENDED or (is_error and made.status not in _NOT_BACK)):
            self._end(made, _failed(made) if is_error else self._status(terms, segment.text))

    def _least(self, made: Made | None, *, tool: str, is_error: bool) -> Secrecy:
        name = tool if made is None else made.call.tool
        return least_secret(self._tools, made, self._run.ledger, tool=name, is_error=is_error)

    def _held_back(self, segment: Segment, made: Made | None) -> None:
        """Take a stub of the guard for what it stands for: a call that was not made, or a result that nobody read."""
        if made is None or made.status is not Status.LET_THROUGH:
            return
        if segment.text == RESULT and FAILED not in segment.labels:
            self._end(made, Status.RETURNED)
        else:
            # Of a call that went on here a tool says so itself: that makes it no call that was never made.
            self._end(made, Status.REFUSED if made.step in self._told_here else _failed(made))

    def _fetched(self, segment: Segment, label: Label) -> Label:
        """Return the label of a document that a call fetched, as its grant has it: no less secret than that."""
        made = made_for(segment, self._run) if segment.stage is Stage.RETRIEVAL and segment.call else None
        if made is None:
            return label
        is_error = FAILED in segment.labels or made.status in _NOT_BACK
        if made.status not in _ENDED or (is_error and made.status not in _NOT_BACK):
            self._end(made, _failed(made) if is_error else Status.RETURNED)
        tool = made.call.tool
        return no_less(
            no_less(label, self._tools.terms(tool).label.secrecy), self._least(made, tool=tool, is_error=is_error)
        )

    def _status(self, terms: ToolTerms, text: str) -> Status:
        """Return what is known of a call by its result: each outcome that a grant asks for must hold."""
        if not terms.outcomes:
            return Status.RETURNED
        ask = self._bundle.asker({"result": _value(text)})
        told = [ask(condition) for condition in terms.outcomes]
        if any(isinstance(one, Fails) for one in told):
            return Status.FAILED
        return Status.CONFIRMED if all(isinstance(one, Holds) for one in told) else Status.RETURNED

    def _end(self, made: Made, status: Status) -> None:
        calls = tuple(replace(one, status=status) if one is made else one for one in self._run.calls)
        self._run = replace(self._run, calls=calls)

    def _add(
        self, text: str, label: Label, *, fields: Mapping[str, Label] | None = None, owned: Sequence[Owned] = ()
    ) -> None:
        ledger = self._run.ledger.with_content(text, label, fields=fields, owned=owned)
        if ledger is not self._run.ledger:
            self._run = replace(self._run, ledger=ledger)


def _with_made(tools: CompiledTools, run: RunState, asked: Asked, *, effort: Effort | None = None) -> RunState:
    """Return ``run`` with a call that goes on."""
    return with_call(
        tools,
        run,
        asked,
        status=Status.LET_THROUGH,
        is_explained=_is_explained(tools, asked, run.ledger, effort=effort),
        given=given_to(tools, asked.call, run.ledger, effort=effort),
    )


def _with_refused(tools: CompiledTools, run: RunState, asked: Asked) -> RunState:
    return with_call(tools, run, asked, status=Status.REFUSED, is_explained=False)


def _failed(made: Made) -> Status:
    """Return what is known of a call that came back with an error: one that does more than read may have been done."""
    return Status.FAILED if set(made.effects) == {Effect.READ} else Status.BROKEN_OFF


def _label(segment: Segment, *, operator_decides: bool) -> Label | None:
    """Return the label of what is no result of a tool; None: it explains nothing, as the model said it."""
    kind, name = segment.source.kind, segment.source.name
    if kind is SourceKind.MODEL:
        return None
    if kind is SourceKind.OPERATOR:
        return Label(origin=Origin(kind=kind, trusted=operator_decides))
    if kind is SourceKind.USER and segment.stage is Stage.INPUT:
        return Label(origin=Origin(kind=kind, trusted=True))
    provenance = segment.provenance
    is_document = kind is SourceKind.DOCUMENT or segment.stage is Stage.RETRIEVAL
    return Label(
        origin=Origin(
            kind=SourceKind.DOCUMENT if is_document else kind,
            name=provenance.document if provenance is not None else name,
            trusted=is_document and provenance is not None and provenance.trust == "trusted",
        ),
        secrecy=Secrecy.INTERNAL,
    )


def _is_definition(segment: Segment) -> bool:
    """Return whether it is a part of a tool's definition: that is pinned, and explains no value of a call."""
    return segment.source.kind is SourceKind.SERVER and bool(segment.tool) and segment.stage is Stage.INPUT


def _is_explained(tools: CompiledTools, asked: Asked, ledger: Ledger, *, effort: Effort | None) -> bool:
    """Return whether the result of a call may be trusted as far as its arguments go; where nothing is, nobody asks."""
    call = asked.call
    if call is None or not tools.terms(call.tool).vouches:
        return False
    terms = tools.terms(call.tool)
    values: list[Any] = [value for name, value in call.arguments.items() if name not in terms.constants]
    # A name that no line has is the model's own word, as a value is.
    lined = {line.path[0] for grant in terms.enforced for line in grant.lines}
    values += [name for name in call.arguments if name not in lined]
    return is_explained(values, ledger=ledger, same=tools.same, effort=effort)


def _edits(verdicts: Iterable[Verdict]) -> dict[int, list[Edit]]:
    found: dict[int, list[Edit]] = {}
    for verdict in verdicts:
        if verdict.edits and verdict.segment is not None:
            found.setdefault(verdict.segment, []).extend(verdict.edits)
    return found


def _as_passed(segment: Segment, edits: Mapping[int, list[Edit]]) -> Segment:
    own = edits.get(segment.index)
    if not own or segment.channel in (Channel.TOOL_NAME, Channel.TOOL_ARGUMENT):
        return segment
    left_out = (replace(edit, replacement="") if edit.kind is EditKind.QUARANTINE else edit for edit in merged(own))
    return replace(segment, text=edited(segment.text, left_out))


def _value(text: str) -> Any:
    import orjson

    try:
        return orjson.loads(text)
    except ValueError:
        return text
