"""Unions that are stored or sent are read back only through their tag."""

from __future__ import annotations

from typing import Any, get_args, get_type_hints


class TaggedBy:
    """Annotation: the members of this union are told apart by the field named ``field``.

    Untagged, a validator tries each member in turn, and ``{}`` can read as the most
    harmless one. This speaks the validator's own protocol (pydantic's core schema,
    plain dictionaries) so that values need not import it.
    """

    def __init__(self, field: str) -> None:
        self.field = field

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> dict[str, Any]:
        choices: dict[str, Any] = {}
        for member in get_args(source):
            schema = handler.generate_schema(member)
            for tag in get_args(get_type_hints(member)[self.field]):
                choices[tag] = schema
        return {"type": "tagged-union", "choices": choices, "discriminator": self.field}
