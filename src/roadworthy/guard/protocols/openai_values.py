"""What chat completions and responses have in common: usage, log probabilities, tools, citations, refusals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from roadworthy.core.digest import JsonValue
from roadworthy.guard.event import Usage
from roadworthy.guard.protocols.half import whole_characters
from roadworthy.guard.protocols.leaf import (
    copied,
    facts,
    free,
    name,
    number,
)
from roadworthy.guard.protocols.pointer import child
from roadworthy.guard.protocols.shape import (
    Shape,
    fields,
    items,
    placed,
    text,
)
from roadworthy.guard.protocols.walk import (
    Part,
    Place,
    Tie,
    Walk,
    Writing,
    kind_of,
)
from roadworthy.guard.segment import Channel, Role, Segment, Source, SourceKind, Stage
from roadworthy.guard.verdict import Decision

STRUCTURED = Channel.STRUCTURED_FIELD
INPUT = Place(stage=Stage.INPUT, role=Role.USER, source=Source(kind=SourceKind.USER))
"""A user's turn."""

OPERATOR = Place(stage=Stage.INPUT, role=Role.SYSTEM, source=Source(kind=SourceKind.OPERATOR))
"""The team's own prompt."""

REQUEST = Place(stage=Stage.INPUT, role=Role.USER, source=Source(kind=SourceKind.UNKNOWN), channel=STRUCTURED)
"""A field of the request itself, which any program between the user and the guard may have filled."""

OUTPUT = Place(stage=Stage.OUTPUT, role=Role.ASSISTANT, source=Source(kind=SourceKind.MODEL))
"""The model's answer."""

STRUCTURED_TEXT = text(STRUCTURED)
DEFAULT_MESSAGE = "This was stopped by a safety rule."
"""For the user, where a decision has no words of its own."""

BREAKPOINT = fields({"mode": name, "ttl": name})
METADATA = placed(free(), kind=SourceKind.UNKNOWN)
MODERATION_SETTINGS = fields(
    {"model": name, "policy": fields({"input": fields({"mode": name}), "output": fields({"mode": name})})}
)
_LOCATION = {"city": STRUCTURED_TEXT, "country": name, "region": STRUCTURED_TEXT, "timezone": name}
LOCATION = fields({"type": name, **_LOCATION, "approximate": fields(_LOCATION)})
GRAMMAR: Mapping[str, Shape] = {"definition": STRUCTURED_TEXT, "syntax": name, "type": name}
SCHEMA_FORMAT: Mapping[str, Shape] = {
    "name": STRUCTURED_TEXT,
    "description": STRUCTURED_TEXT,
    "schema": free(),
    "strict": facts,
}


def error_code(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    """Read an error's code, which some servers give as a number."""
    if isinstance(value, str):
        name(to, value, path, place)
    else:
        facts(to, value, path, place)


ERROR = fields(
    {
        "message": STRUCTURED_TEXT,
        "type": name,
        "code": error_code,
        "param": STRUCTURED_TEXT,
        **dict.fromkeys(("status", "innererror", "content_filter_result", "metadata"), facts),
    }
)
"""What went wrong at the model's server, in its words."""


def _applied_types(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    if not isinstance(value, dict):
        raise to.wrong(path, "an object", kind_of(value))
    for key, several in value.items():
        items(name)(to, several, child(path, key), place)


_RESULTS = fields(
    {
        "type": name,
        "model": name,
        "flagged": facts,
        "categories": facts,
        "category_scores": facts,
        "category_applied_input_types": _applied_types,
    }
)
_MODERATED = fields(
    {
        "type": name,
        "model": name,
        "results": items(_RESULTS),
        "flagged": facts,
        "categories": facts,
        "category_scores": facts,
        "category_applied_input_types": _applied_types,
        "code": name,
        "message": STRUCTURED_TEXT,
    }
)
MODERATION = fields({"input": _MODERATED, "output": _MODERATED})
"""The provider's own moderation of a call. It is passed on as the provider's word, never as this guard's."""


def defined(shape: Shape) -> Shape:
    """Return ``shape`` for a tool's definition: a server's or an application's words, not the team's own prompt."""

    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        known = value.get("name") if isinstance(value, dict) else None
        tool = known if isinstance(known, str) else ""
        source = Source(kind=SourceKind.SERVER, name=tool)
        place = replace(place, role=Role.DEVELOPER, source=source, channel=STRUCTURED, tool=tool)
        shape(to, value, path, place)

    return walk


URL_CITATION: Mapping[str, Shape] = {
    "type": name,
    "url": text(Channel.CITATION),
    "title": text(Channel.CITATION),
    "start_index": number,
    "end_index": number,
    "content": text(Channel.CITATION),
}


def tokens(*, of: str, part: str = "") -> Shape:
    """Return the shape of log probabilities: the tokens of the text at ``of`` and what might have stood there.

    Args:
        of: Path of the text.
        part: Name of the field that they are more of, in a stream; empty: a field of its own.
    """
    known: dict[str, Shape] = {"token": copied, "bytes": items(number), "logprob": number}
    one = fields({**known, "top_logprobs": items(fields(known))})

    def walk(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        items(one)(to, value, path, place)
        to.ties.append(Tie(of=of, at=path, then=_emptied))
        to.later.append(lambda: _judged_tokens(to, value, path=path, of=of, place=place, part=part))

    return walk


def _judged_tokens(to: Walk, value: JsonValue, *, path: str, of: str, place: Place, part: str) -> None:
    """Take in what log probabilities say beyond the text that they belong to."""
    several = [token for token in value if isinstance(token, dict)] if isinstance(value, (list, tuple)) else []
    other = _alternatives(several)
    repeated = next((segment.text for segment in _texts(to) if segment.path == of), "")
    said = "".join(str(token.get("token", "")) for token in several)
    if said not in (repeated, ""):
        other = f"{said}\n{other}" if other else said
    place, other = replace(place, channel=STRUCTURED), whole_characters("", other)[0]
    if other and part and place.key:
        to.is_put_by(path, _nothing)
        to.parts.append(Part(key=f"{place.key}/{part}", segment=to.made(f"{other}\n", path, place)))
    elif other:
        to.text(other, path, place, writing=Writing(put=_nothing))


def _texts(to: Walk) -> list[Segment]:
    return [*to.segments, *(part.segment for part in to.parts)]


def _alternatives(several: Sequence[Mapping[str, JsonValue]]) -> str:
    """Return what might have been said instead, a line for each rank: it can be read off an answer."""
    ranks = []
    for token in several:
        top = token.get("top_logprobs")
        others = top if isinstance(top, (list, tuple)) else []
        said = [str(one.get("token", "")) for one in others if isinstance(one, dict)]
        ranks.append([text for text in said if text != token.get("token")])
    return "\n".join("".join(row) for row in zip_longest(*ranks, fillvalue=""))


def _emptied(value: JsonValue, before: str, after: str) -> JsonValue:
    return []


def _nothing(value: JsonValue, new: str) -> JsonValue:
    return []


def cited(value: JsonValue, before: str, after: str) -> JsonValue:
    """Return the citations of ``value`` whose places still hold in a text that was changed: those before the change."""
    kept = _shared_start(before, after)
    several = value if isinstance(value, (list, tuple)) else []
    return [one for one in several if _last_place(one) <= kept]


def _last_place(citation: JsonValue) -> float:
    """Return the place that a citation reaches to. One that names none holds whatever the text."""
    if not isinstance(citation, dict):
        return 0
    inner = citation.get("url_citation")
    places = [
        end
        for holder in (citation, inner)
        if isinstance(holder, dict)
        for key in ("end_index", "index")
        if isinstance(end := holder.get(key), (int, float))
    ]
    return max(places, default=0)


def _shared_start(before: str, after: str) -> int:
    low, high = 0, min(len(before), len(after))
    while low < high:
        middle = (low + high + 1) // 2
        if before[:middle] == after[:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def usage_of(body: JsonValue) -> Usage:
    """Return the tokens that the ``usage`` of an answer facts; of what is no count, 0."""
    usage = body.get("usage") if isinstance(body, dict) else None
    if not isinstance(usage, dict):
        return Usage()

    def count(*names: str) -> int:
        found = [value for one in names if isinstance(value := usage.get(one), int) and not isinstance(value, bool)]
        return max(0, *found, 0)

    return Usage(
        input_tokens=count("prompt_tokens", "input_tokens"), output_tokens=count("completion_tokens", "output_tokens")
    )


def model_of(body: JsonValue) -> str:
    """Return the model that a message names; empty for none."""
    model = body.get("model") if isinstance(body, dict) else None
    return model if isinstance(model, str) else ""


def words_of(decision: Decision) -> str:
    """Return what the user is told."""
    return decision.message or DEFAULT_MESSAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRefusal:
    """A refusal as an error of HTTP, for callers that want one in place of an answer."""

    status: int
    body: JsonValue


def refusal_error(decision: Decision) -> HttpRefusal:
    """Return the error that the API gives for a request that a content filter stops.

    >>> from roadworthy.core.severity import RiskTier
    >>> from roadworthy.guard.verdict import Action
    >>> decision = Decision(event="e1", route="*", policy="", tier=RiskTier.HIGH, action=Action.DENY, message="No.")
    >>> refusal_error(decision).status, refusal_error(decision).body["error"]["code"]
    (400, 'content_filter')
    """
    error: JsonValue = {
        "message": words_of(decision),
        "type": "invalid_request_error",
        "param": None,
        "code": "content_filter",
    }
    return HttpRefusal(status=400, body={"error": error})
