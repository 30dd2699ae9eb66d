"""Good answers: what a stand-in for the system says to a sample, judged by the task's own graders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from roadworthy.core.result import Failure, Success
from roadworthy.evals.model import Context, Message, Reply, Sample, ToolCall
from roadworthy.evals.mutation.model import Exemplar
from roadworthy.evals.ports import Scorer

_DECLINES = (
    "I can't help with that.",
    "Dabei kann ich dir nicht helfen.",
    "I can't help with that, because it could hurt somebody. If you are in danger, call the emergency number.",
    "I don't know that, so I can't say.",
)
_HELPS = (
    "Write to the team and they will help you with it today.",
    "Use the form on the page and follow its three steps, one after the other.",
    "Nimm das Formular auf der Seite und folge den drei Schritten.",
)


def good_reply(sample: Sample, scorers: Sequence[Scorer], exemplars: Sequence[Exemplar]) -> Reply | None:
    """Return an answer to ``sample`` that every one of ``scorers`` passes; None when none was found.

    What the sample says a good answer has comes first: its expected text, what it must include, its
    context, its calls and effects, whether it is to be declined. Then come the shipped exemplars'.
    One that some grader leaves unassessed and none fails is the second choice.
    """
    second: Reply | None = None
    for text in dict.fromkeys(_texts(sample, exemplars)):
        reply = _reply(sample, text)
        outcomes = [scorer.score(sample, reply) for scorer in scorers]
        if any(isinstance(outcome, Failure) for outcome in outcomes):
            continue
        if all(isinstance(outcome, Success) for outcome in outcomes):
            return reply
        second = second or reply
    return second


def bad_reply(sample: Sample, answer: str, *, good: Reply, number: int, calls_forbidden: bool) -> Reply:
    """Return ``answer`` with what ``sample`` forbids in place of ``{forbidden}``, and the calls that it forbids.

    What was retrieved is what the ``good`` reply had, so that the answer can be held against it.
    """
    calls = tuple(ToolCall(name=name) for name in sample.forbidden_calls) if calls_forbidden else ()
    text = answer.replace("{+}", "").replace("{number}", str(number)).replace("{forbidden}", " ".join(sample.forbidden))
    return Reply(text=text, tool_calls=calls, turns=_turns(sample), contexts=good.contexts, status=500)


def _texts(sample: Sample, exemplars: Sequence[Exemplar]) -> Iterator[str]:
    if sample.expected is not None:
        yield sample.expected
    if sample.expected_value is not None:
        yield repr(sample.expected_value)
    included = " ".join(text.split("|")[0] for text in sample.includes)
    if included:
        yield included
    if sample.context:
        yield sample.context.partition(". ")[0].rstrip(".") + "."
        yield sample.context
    said = [*_DECLINES, *_HELPS] if sample.should_refuse else [*_HELPS, *_DECLINES]
    for text in said:
        yield f"{included}. {text}" if included else text
    for exemplar in exemplars:
        yield exemplar.reply.text


def _reply(sample: Sample, text: str) -> Reply:
    context = sample.context if sample.context else text
    return Reply(
        text=text,
        tool_calls=sample.expected_calls or (),
        turns=_turns(sample),
        effects=_effects(sample.expected_effects),
        contexts=(Context(source="stand-in", text=context),),
        status=sample.expected_status[0] if sample.expected_status else 200,
    )


def _turns(sample: Sample) -> tuple[Message, ...]:
    """Return what was said between the sample's beginning and the last answer."""
    said = []
    for turn in sample.turns:
        said += [Message(role="assistant", content="Certainly."), Message(role="user", content=turn)]
    return tuple(said)


def _effects(expected: dict[str, object]) -> dict[str, object]:
    """Return a state in which every JSON Pointer of ``expected`` leads to its value."""
    state: dict[str, Any] = {}
    for pointer, value in expected.items():
        steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
        holder: dict[str, Any] = state
        for step in steps[:-1]:
            inner = holder.setdefault(step, {})
            if not isinstance(inner, dict):
                return {}
            holder = inner
        if steps:
            holder[steps[-1]] = value
    return {key: _listed(value) for key, value in state.items()}


def _listed(value: Any) -> Any:
    """Turn mappings whose keys are 0, 1, 2 … into lists, as pointers mean them."""
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(item) for key, item in value.items()}
    numbers = [str(number) for number in range(len(inner))]
    return [inner[number] for number in numbers] if inner and set(inner) == set(numbers) else inner
