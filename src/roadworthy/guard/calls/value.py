"""Holds one value of a call's arguments against its line: type, values, pattern, range, size and host. No flow here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from roadworthy.guard.calls.compiling import Line
from roadworthy.guard.calls.policy import MAX_ITEMS, ArgumentType
from roadworthy.guard.calls.wrong import Objection, Wrong

Facts = Callable[[], Mapping[str, Any]]
"""Gives the facts of the event, made when first asked for."""

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = rf"{_LABEL}(?:\.{_LABEL}){{0,20}}\.?"
_EMAIL = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@({_HOST})")
_URL = re.compile(rf"[Hh][Tt][Tt][Pp][Ss]?://({_HOST}|\[[0-9A-Fa-f:.]{{2,45}}\])(?::[0-9]{{1,5}})?(?:[/?#][!-~]*)?")
"""No user name, no backslash, no space, nothing but ASCII: what every reader takes apart alike."""

_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_NUMBERS: Final = (int, float)
_LONGEST_NUMBER = 32
"""No number that is read is written longer."""


def objections(value: Any, line: Line, *, facts: Facts) -> Iterator[Objection]:
    """Yield what is wrong with ``value``, item by item where it is a list; of each kind once is enough for its reader.

    Args:
        value: What the call has at the line's place.
        line: What it may be.
        facts: For `Argument.same_as`.
    """
    argument = line.argument
    if type(value) is not list:
        yield from _of_one(value, line, facts=facts)
        return
    if argument.type in _ALONE and argument.max_items == MAX_ITEMS:
        yield _objection(
            Wrong.ARGUMENT_TYPE, line, f"a list, no {argument.type.value}", f"must be {_ARTICLES[argument.type]}"
        )
        return
    if len(value) > argument.max_items:
        said = f"{len(value)} items; at most {argument.max_items}"
        yield _objection(Wrong.ARGUMENT_SIZE, line, said, f"may have at most {argument.max_items} items")
        return
    if argument.type is ArgumentType.LIST and line.is_plain:
        yield from _of_size(value, line)
        return
    for item in value:
        found = list(_of_one(item, line, facts=facts, is_item=True))
        if found:
            yield from found
            return


def is_fine(value: Any, line: Line) -> bool:
    """Return whether nothing is wrong with ``value`` at a glance; where it says no, `objections` has the last word."""
    kind = type(value)
    argument = line.argument
    if not line.is_simple or (argument.type is not ArgumentType.ANY and not _TYPES[argument.type](value)):
        return False
    if kind is str:
        return line.is_plain and len(value) <= argument.max_chars
    if kind is not int and kind is not float:
        return kind is bool and line.is_plain
    return (
        argument.max_chars >= _LONGEST_NUMBER
        and (argument.minimum is None or value >= argument.minimum)
        and (argument.maximum is None or value <= argument.maximum)
    )


def leaves(value: Any) -> Iterator[str | int | float | bool]:
    """Yield every text, number and truth value in ``value``, and the names of members of objects."""
    kind = type(value)
    if kind is dict:
        for name, item in value.items():
            yield name
            yield from leaves(item)
    elif kind is list or kind is tuple:
        for item in value:
            yield from leaves(item)
    elif value is not None:
        yield value


def host_of(value: str) -> str | None:
    """Return the host of an address of the web or of e-mail, in lower case; None: it is none.

    >>> host_of("https://api.example.com/x"), host_of("ada@example.com"), host_of("https://good.test@evil.test/")
    ('api.example.com', 'example.com', None)
    """
    found = _URL.fullmatch(value) or _EMAIL.fullmatch(value)
    return found[1].lower().rstrip(".") if found is not None else None


def is_iban(value: str) -> bool:
    """Return whether ``value`` is an IBAN whose check digits are right; groups may stand apart by single spaces.

    Source:
        ISO 13616-1:2020, check digits by ISO/IEC 7064 MOD 97-10.

    >>> is_iban("GB82 WEST 1234 5698 7654 32"), is_iban("GB82WEST12345698765433")
    (True, False)
    """
    written = value.replace(" ", "")
    if _IBAN.fullmatch(written) is None or "  " in value or value != value.strip():
        return False
    digits = "".join(str(int(one, 36)) for one in written[4:] + written[:4])
    return int(digits) % 97 == 1


def is_same(one: Any, other: Any) -> bool:
    """Return whether two JSON values are equal, a truth value never being a number.

    >>> is_same(1, 1.0), is_same(1, True), is_same([1], [True])
    (True, False, False)
    """
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return bool(one == other)


def _of_one(value: Any, line: Line, *, facts: Facts, is_item: bool = False) -> Iterator[Objection]:
    argument = line.argument
    wanted = ArgumentType.ANY if is_item and argument.type is ArgumentType.LIST else argument.type
    if wanted is not ArgumentType.ANY and not _TYPES[wanted](value):
        yield _objection(Wrong.ARGUMENT_TYPE, line, f"no {wanted.value}", f"must be {_ARTICLES[wanted]}")
        return
    yield from _of_size(value, line)
    if line.is_plain:
        return
    if argument.one_of and not any(is_same(value, one) for one in argument.one_of):
        listed = f"one of {len(argument.one_of)} values"
        yield _objection(Wrong.ARGUMENT_VALUE, line, f"not {listed} that it may be", f"must be {listed} of the policy")
    if line.pattern is not None and not _matches(value, line):
        said = "does not fit its pattern"
        yield _objection(Wrong.ARGUMENT_PATTERN, line, said, "is not written as it must be")
    if argument.minimum is not None or argument.maximum is not None:
        yield from _of_range(value, line)
    if line.hosts and not _is_at(value, line.hosts):
        hosts = ", ".join(line.hosts[:5])
        yield _objection(Wrong.ARGUMENT_HOST, line, f"not at {hosts}", f"must be an address at {hosts}")
    if line.same_as:
        yield from _of_fact(value, line, facts())


def _of_size(value: Any, line: Line) -> Iterator[Objection]:
    most = line.argument.max_chars
    kind = type(value)
    if kind is str:
        size = len(value)
    elif kind is bool or value is None or (kind in _NUMBERS and most >= _LONGEST_NUMBER):
        return
    else:
        size = len(json.dumps(value, ensure_ascii=False))
    if size > most:
        said = f"{size} characters; at most {most}"
        yield _objection(Wrong.ARGUMENT_SIZE, line, said, f"may have at most {most} characters")


def _of_range(value: Any, line: Line) -> Iterator[Objection]:
    low, high = line.argument.minimum, line.argument.maximum
    span = f"{'any' if low is None else f'{low:g}'} to {'any' if high is None else f'{high:g}'}"
    if type(value) not in _NUMBERS:
        yield _objection(Wrong.ARGUMENT_TYPE, line, "no number", "must be a number")
    elif (low is not None and value < low) or (high is not None and value > high):
        yield _objection(Wrong.ARGUMENT_RANGE, line, f"not in {span}", f"must be in {span}")


def _of_fact(value: Any, line: Line, facts: Mapping[str, Any]) -> Iterator[Objection]:
    found: Any = facts
    name = ".".join(line.same_as)
    for step in line.same_as:
        found = found.get(step) if isinstance(found, Mapping) else None
    if found is None:
        yield _objection(Wrong.ARGUMENT_VALUE, line, f"must equal {name}, which is not stated", f"must equal {name}")
    elif not is_same(value, found):
        yield _objection(Wrong.ARGUMENT_VALUE, line, f"does not equal {name}", f"must equal {name}")


def _matches(value: Any, line: Line) -> bool:
    kind = type(value)
    if kind is str:
        return line.pattern.fullmatch(value) is not None
    return kind in _NUMBERS and line.pattern.fullmatch(json.dumps(value)) is not None


def _is_at(value: Any, hosts: tuple[str, ...]) -> bool:
    host = host_of(value) if type(value) is str else None
    return host is not None and any(host == one or host.endswith("." + one) for one in hosts)


def _is_date(value: Any) -> bool:
    if type(value) is not str or _DATE.fullmatch(value) is None:
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _objection(wrong: Wrong, line: Line, said: str, advice: str) -> Objection:
    name = line.argument.name
    return Objection(wrong, f"argument `{name}`: {said}", f"`{name}` {advice}.")


_TYPES: dict[ArgumentType, Callable[[Any], bool]] = {
    ArgumentType.STRING: lambda value: type(value) is str,
    ArgumentType.INTEGER: lambda value: type(value) is int,
    ArgumentType.NUMBER: lambda value: type(value) in _NUMBERS,
    ArgumentType.BOOLEAN: lambda value: type(value) is bool,
    ArgumentType.LIST: lambda value: type(value) is list,
    ArgumentType.OBJECT: lambda value: type(value) is dict,
    ArgumentType.EMAIL: lambda value: type(value) is str and _EMAIL.fullmatch(value) is not None,
    ArgumentType.URL: lambda value: type(value) is str and _URL.fullmatch(value) is not None,
    ArgumentType.DATE: _is_date,
    ArgumentType.IBAN: lambda value: type(value) is str and is_iban(value),
}
_ALONE = frozenset((ArgumentType.INTEGER, ArgumentType.NUMBER, ArgumentType.BOOLEAN))
"""Types of which several are another thing than one: many amounts in range come to more than the range."""

_ARTICLES = {
    ArgumentType.STRING: "a text",
    ArgumentType.INTEGER: "a whole number",
    ArgumentType.NUMBER: "a number",
    ArgumentType.BOOLEAN: "true or false",
    ArgumentType.LIST: "a list",
    ArgumentType.OBJECT: "an object",
    ArgumentType.EMAIL: "one address of e-mail",
    ArgumentType.URL: "an address that begins with https:// or http://",
    ArgumentType.DATE: "a date, such as 2026-11-21",
    ArgumentType.IBAN: "an IBAN",
}
