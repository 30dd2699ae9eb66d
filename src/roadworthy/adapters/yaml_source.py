"""Strict YAML in, plain data and its line numbers out; and validation errors that name file, line and field.

Plain scalars follow the YAML 1.2 core schema, so that ``NO`` is Norway and
``2026-01-02`` a string. Refused: repeated keys, keys that are not text, custom
tags, several documents, deep nesting, many aliases, files that are too big.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from roadworthy.core.errors import ConfigError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

T = TypeVar("T")
Location: TypeAlias = "tuple[str | int, ...]"

MAX_YAML_BYTES = 2 * 1024 * 1024
MAX_NODES = 200_000
MAX_DEPTH = 40
MAX_ALIASES = 100
MAX_PROBLEMS = 50
"""How many problems of one file an error lists; more is noise."""

_TAG = "tag:yaml.org,2002:"
_DIGITS = "-+0123456789"
_MAX_INTEGER = 2**53 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Plain data from a file, and where in the file each part of it stands."""

    path: Path
    data: object
    """None, bool, int, float, str, list or dict with text keys, nested."""

    positions: Mapping[Location, tuple[int, int]] = field(repr=False)
    """1-based line and column by field path; ``()`` is the whole document."""

    def position(self, loc: Location) -> tuple[int, int]:
        """Return the line and column of ``loc``, or of its nearest ancestor that exists.

        Steps that name no key of the file, such as the tag that a union was read
        by, are passed over.
        """
        return self.positions[self._known(loc)]

    def where(self, loc: Location = ()) -> str:
        """Return ``file:line:column`` of ``loc``."""
        line, column = self.position(loc)
        return f"{self.path}:{line}:{column}"

    def field_path(self, loc: Location) -> str:
        """Return ``loc`` as a reader writes it, e.g. ``components[0].pin``; empty for the whole document."""
        steps: list[str | int] = []
        for index, step in enumerate(loc):
            if (*steps, step) in self.positions or index == len(loc) - 1:
                steps.append(step)
        written = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
        return written.lstrip(".")

    def _known(self, loc: Location) -> Location:
        known: Location = ()
        for step in loc:
            if (*known, step) in self.positions:
                known = (*known, step)
        return known


def read_yaml(path: Path, *, error: type[ConfigError], max_bytes: int = MAX_YAML_BYTES) -> Located:
    """Read one YAML document.

    Args:
        path: The file.
        error: What to raise, so that the message is the noun's own.
        max_bytes: Largest file that is read.

    Raises:
        ConfigError: Of the class ``error``, if the file is absent, too big, not
            UTF-8, not YAML, or uses a feature that this reader refuses.
    """
    return parse_yaml(read_text(path, error=error, max_bytes=max_bytes), path=path, error=error)


def parse_yaml(text: str, *, path: Path, error: type[ConfigError]) -> Located:
    """Turn the text of one YAML document into plain data.

    Args:
        text: The document.
        path: What it is called in messages; not opened.
        error: As for `read_yaml`.

    Raises:
        ConfigError: As for `read_yaml`.
    """
    try:
        # The C composer recurses by level and kills the process on a deep document, so levels are counted first.
        _bound(text, path=path, error=error)
        root = yaml.compose(text, Loader=_CoreLoader)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise error(f"not YAML: {fault.problem or fault.context}", where=where, fix="correct the syntax") from fault
    except yaml.YAMLError as fault:
        raise error(
            "not YAML: it holds a character that YAML forbids",
            where=str(path),
            fix="remove control characters",
        ) from fault
    except RecursionError as fault:
        raise error(f"nested deeper than {MAX_DEPTH} levels", where=str(path), fix="flatten the document") from fault
    if root is None:
        raise error("the file is empty", where=str(path), fix="write the document, or remove the file")
    return _Construction(path=path, error=error).document(root)


def read_text(path: Path, *, error: type[ConfigError], max_bytes: int) -> str:
    """Read a UTF-8 file of at most ``max_bytes``.

    Raises:
        ConfigError: Of the class ``error``, if that cannot be done.
    """
    try:
        with path.open("rb") as handle:
            content = handle.read(max_bytes + 1)
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise error(
            f"cannot read the file: {reason}", where=str(path), fix="check the path and its permissions"
        ) from fault
    if len(content) > max_bytes:
        raise error(f"larger than {max_bytes} bytes", where=str(path), fix="split the file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise error(
            f"not UTF-8: byte 0x{content[fault.start]:02x}",
            where=f"{path}:{line}",
            fix="save the file as UTF-8",
        ) from fault


def validated(
    adapter: TypeAdapter[T],
    located: Located,
    *,
    error: type[ConfigError],
    fix: str = "",
    fields: Collection[str] = (),
) -> T:
    """Turn plain data into a value, or say everything that is wrong with it.

    Args:
        adapter: Of the value.
        located: The data.
        error: What to raise, so that the message is the noun's own.
        fix: What to do about it.
        fields: Names that a field can have, to suggest one in place of an unknown name.

    Raises:
        ConfigError: Of the class ``error``; the first problem is the message, with
            its ``file:line:column``, and each further one a detail.
    """
    try:
        return adapter.validate_python(located.data)
    except ValidationError as fault:
        problems = fault.errors(include_url=False)
    first, *rest = problems
    details = [f"{located.where(p['loc'])} {_said(p, located, fields)}" for p in rest[: MAX_PROBLEMS - 1]]
    if len(rest) >= MAX_PROBLEMS:
        details.append(f"and {len(rest) - MAX_PROBLEMS + 1} more problems")
    raise error(
        _said(first, located, fields),
        where=located.where(first["loc"]),
        fix=fix or "correct the fields named above",
        details=tuple(details),
    )


def combined(errors: Sequence[ConfigError]) -> ConfigError:
    """Return one error that says what all of ``errors`` say; its class is the first one's.

    Raises:
        ValueError: If there is no error to speak of.
    """
    if not errors:
        raise ValueError("no error to combine")
    first, *rest = errors
    if not rest:
        return first
    details = list(first.details)
    for further in rest:
        details.append(" ".join(part for part in (further.where, further.problem) if part))
        details += further.details
    return type(first)(first.problem, where=first.where, fix=first.fix, details=tuple(details[:MAX_PROBLEMS]))


def _said(problem: ErrorDetails, located: Located, fields: Collection[str]) -> str:
    """Say one problem, with the offending value unless it may be a credential."""
    name = located.field_path(problem["loc"])
    message = problem["msg"].removeprefix("Value error, ")
    given = problem["input"]
    match problem["type"]:
        case "missing":
            message = "is missing"
        case "unexpected_keyword_argument" | "extra_forbidden":
            message = "is not a known field"
            given_name = str(problem["loc"][-1])
            # What is unknown here may be the name of a field elsewhere.
            if near := get_close_matches(given_name, [one for one in fields if one != given_name], n=1):
                message += f"; did you mean `{near[0]}`?"
        case "dataclass_type":
            message = "must be a mapping"
        case "value_error":
            pass
        case _ if "headers" not in problem["loc"] and (given is None or isinstance(given, bool | int | float | str)):
            message = f"{message}, got {_short(given)}"
    if problem["type"] == "string_type" and isinstance(given, int | float):
        message += " (put it in quotes)"
    return f"{name}: {message}" if name else message


def _short(given: object) -> str:
    shown = repr(given)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


class _CoreLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # the C loader is optional
    """Composes nodes whose plain scalars carry YAML 1.2 core tags. Nothing is ever constructed by tag."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own protocol


_CoreLoader.add_implicit_resolver(f"{_TAG}null", re.compile(r"(?:~|null|Null|NULL|)\Z"), [*"~nN", ""])
_CoreLoader.add_implicit_resolver(f"{_TAG}bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"), [*"tTfF"])
# A leading zero makes text: 007 is a name, not seven.
_CoreLoader.add_implicit_resolver(f"{_TAG}int", re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z"), [*_DIGITS])
_CoreLoader.add_implicit_resolver(
    f"{_TAG}float",
    re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)\.[0-9]*|\.[0-9]+|(?:0|[1-9][0-9]*)(?=[eE]))(?:[eE][-+]?[0-9]+)?\Z"),
    [*_DIGITS, "."],
)


def _bound(text: str, *, path: Path, error: type[ConfigError]) -> None:
    """Refuse a document that is nested too deep or has too many values, without building it.

    Raises:
        ConfigError: Of the class ``error``.
        yaml.YAMLError: If it is not YAML.
    """
    depth = num_nodes = 0
    for event in yaml.parse(text, Loader=_CoreLoader):
        kind = type(event)
        if kind is yaml.ScalarEvent:
            num_nodes += 1
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            num_nodes += 1
            depth += 1
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            depth -= 1
        if depth > MAX_DEPTH + 1 or num_nodes > MAX_NODES:
            line, column = _mark(event)
            is_deep = depth > MAX_DEPTH + 1
            problem = f"nested deeper than {MAX_DEPTH} levels" if is_deep else f"more than {MAX_NODES} values"
            raise error(problem, where=f"{path}:{line}:{column}", fix="correct the document")


class _Construction:
    """Turns one node graph into plain data, within bounds, and notes where everything stands."""

    def __init__(self, *, path: Path, error: type[ConfigError]) -> None:
        self._path = path
        self._error = error
        self._positions: dict[Location, tuple[int, int]] = {}
        self._seen: set[int] = set()
        self._num_nodes = 0
        self._num_aliases = 0

    def document(self, root: yaml.Node) -> Located:
        self._positions[()] = _mark(root)
        data = self._value(root, ())
        return Located(path=self._path, data=data, positions=self._positions)

    def _value(self, node: yaml.Node, loc: Location) -> object:
        self._count(node, loc)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        kind = "map" if isinstance(node, yaml.MappingNode) else "seq"
        if node.tag != f"{_TAG}{kind}":
            raise self._fault(node, f"the tag {node.tag!r} is not allowed")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, loc)
        items = []
        for index, item in enumerate(node.value):
            self._positions[*loc, index] = _mark(item)
            items.append(self._value(item, (*loc, index)))
        return items

    def _mapping(self, node: yaml.MappingNode, loc: Location) -> dict[str, object]:
        found: dict[str, object] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._fault(key_node, "a key must be text")
            key = self._scalar(key_node)
            if not isinstance(key, str):
                raise self._fault(key_node, f"the key {key_node.value!r} is not text; put it in quotes")
            if key in found:
                line, _ = self._positions[*loc, key]
                raise self._fault(key_node, f"the key {key!r} is given twice, first in line {line}")
            self._positions[*loc, key] = _mark(key_node)
            found[key] = self._value(value_node, (*loc, key))
        return found

    def _scalar(self, node: yaml.ScalarNode) -> object:
        text = str(node.value)
        match node.tag.removeprefix(_TAG):
            case "str":
                return text
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int" | "float" as kind:
                return self._number(node, text, kind)
        raise self._fault(node, f"the tag {node.tag!r} is not allowed")

    def _number(self, node: yaml.ScalarNode, text: str, kind: str) -> int | float:
        try:
            number = float(text)
        except ValueError:
            raise self._fault(node, f"{text[:40]!r} is not a number") from None
        if not math.isfinite(number) or (kind == "int" and abs(number) > _MAX_INTEGER):
            raise self._fault(node, f"the number {text[:40]} is too large; put it in quotes to make it text")
        return int(text) if kind == "int" else number

    def _count(self, node: yaml.Node, loc: Location) -> None:
        self._num_nodes += 1
        self._num_aliases += id(node) in self._seen
        self._seen.add(id(node))
        if len(loc) > MAX_DEPTH:
            raise self._fault(node, f"nested deeper than {MAX_DEPTH} levels")
        if self._num_aliases > MAX_ALIASES:
            raise self._fault(node, f"more than {MAX_ALIASES} aliases")
        if self._num_nodes > MAX_NODES:
            raise self._fault(node, f"more than {MAX_NODES} values")

    def _fault(self, node: yaml.Node, problem: str) -> ConfigError:
        line, column = _mark(node)
        return self._error(problem, where=f"{self._path}:{line}:{column}", fix="correct the document")


def _mark(node: yaml.Node | yaml.Event) -> tuple[int, int]:
    mark = node.start_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
