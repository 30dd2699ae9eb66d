"""``json_schema``: the reply is JSON of the stated shape."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from roadworthy.core.result import Failure, Outcome, Success
from roadworthy.evals.model import Reply, Sample
from roadworthy.evals.scorers.reply_scorer import ReplyScorer, require_flag
from roadworthy.sensitive.pattern import compiled

_FENCE = re.compile(r"^```[^\n`]*\n", re.MULTILINE)


# jsonschema is imported where it is used: it takes longer than all other scorers together.
if TYPE_CHECKING:
    from jsonschema import ValidationError


def _search_pattern(_: object, pattern: str, instance: object, __: object) -> Iterator[ValidationError]:
    """Check ``pattern`` with RE2: the reply is hostile and the stock engine backtracks."""
    from jsonschema import ValidationError

    if isinstance(instance, str) and compiled(pattern).search(instance) is None:
        yield ValidationError("does not match")


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    return extend(Draft202012Validator, {"pattern": _search_pattern})  # type: ignore[no-untyped-call]  # jsonschema leaves it untyped


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonSchema(ReplyScorer):
    """Parses the reply as strict JSON and validates it (JSON Schema 2020-12).

    Nothing is fetched: references must point into the schema itself.

    Raises:
        ValueError: If the schema is none, refers outside itself, or uses ``patternProperties``.

    >>> JsonSchema(schema={"type": "array"}).score(Sample(id="a", prompt="List"), Reply(text="[1, 2]")).kind
    'success'
    """

    name: ClassVar[str] = "json_schema"
    version: ClassVar[str] = "1"

    schema: dict[str, object]
    extract: bool = False
    """Whether the first fenced code block is read where the reply has one."""

    def __post_init__(self) -> None:
        if not isinstance(self.schema, dict):
            raise ValueError(f"`schema` must be a mapping, got a {type(self.schema).__name__}")
        require_flag("extract", self.extract)
        from jsonschema import Draft202012Validator, SchemaError

        try:
            Draft202012Validator.check_schema(self.schema)
        except SchemaError as error:
            raise ValueError(f"`schema` is not a JSON Schema: {error.message} at {error.json_path}") from None
        _refuse_unsafe(self.schema)

    def judge(self, sample: Sample, reply: Reply) -> Outcome:
        """Succeed when the reply parses and validates."""
        from referencing import Registry
        from referencing.exceptions import Unresolvable

        text = _fenced(reply.text) if self.extract else reply.text
        try:
            value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_refuse_repeats)
        except (ValueError, RecursionError):
            return Failure(reason="is not JSON")
        try:
            error = next(_validator()(self.schema, registry=Registry()).iter_errors(value), None)
        except (Unresolvable, RecursionError):
            return Failure(reason="could not be validated: too deep, or the schema's references do not resolve")
        if error is None:
            return Success(reason="meets the schema")
        # The path in the schema, never the one in the reply, whose keys are the reply's own words.
        rule = "/".join(str(step) for step in error.absolute_schema_path)
        return Failure(reason=f"does not meet the schema's {rule}")


def _fenced(text: str) -> str:
    opening = _FENCE.search(text)
    if opening is None:
        return text
    inside, closing, _ = text[opening.end() :].partition("\n```")
    return inside if closing else text


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _refuse_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise ValueError("a key repeats")
    return record


def _refuse_unsafe(schema: object) -> None:
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting.extend(part)
        elif isinstance(part, dict):
            _refuse_unsafe_keywords(part)
            waiting.extend(part.values())


def _refuse_unsafe_keywords(part: dict[str, object]) -> None:
    for keyword in ("$ref", "$dynamicRef"):
        target = part.get(keyword)
        if isinstance(target, str) and not target.startswith("#"):
            raise ValueError(f"`schema` refers to {target!r}; only references into itself (#/…) are followed")
    if isinstance(part.get("patternProperties"), dict):
        raise ValueError("`schema` uses patternProperties, which is not supported; name the properties")
    pattern = part.get("pattern")
    if isinstance(pattern, str):
        compiled(pattern)
