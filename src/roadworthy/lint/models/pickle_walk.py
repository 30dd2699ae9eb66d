"""Reads what a pickle would import and call, opcode by opcode. Nothing is unpickled."""

from __future__ import annotations

import pickletools
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import Any

MAX_BYTES = 8 * 1024 * 1024
"""Of one pickle that are walked; what is imported stands before what is stored."""

_MAX_OPCODES = 400_000
_MAX_PICKLES = 64
_MAX_MEMO = 1_000_000

_UNKNOWN = object()
_MARK = object()
_TEXT_OPCODES = frozenset([
    "UNICODE", "SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "STRING", "BINSTRING", "SHORT_BINSTRING",
])  # fmt: skip
_MEMO_PUTS = frozenset(["PUT", "BINPUT", "LONG_BINPUT"])
_MEMO_GETS = frozenset(["GET", "BINGET", "LONG_BINGET"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A name that unpickling looks up in a module, and thereby imports."""

    module: str
    """``?`` where the pickle computes it."""

    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PickleWalk:
    """What is known of a pickle without unpickling it."""

    imports: tuple[Import, ...]
    """In the order of their first appearance."""

    pickles: int
    """Pickles that end where they should, one after the other."""

    cut_off: bool
    """Whether the bytes, or the patience, ended before the pickle did: it may import more."""

    broken: bool
    """Whether something is no pickle before the first one ends. What stands before it would still run."""


@dataclass(slots=True)
class _Machine:
    """The stack and memo as far as names go: every other value is unknown."""

    stack: list[object] = field(default_factory=list)
    memo: dict[int, object] = field(default_factory=dict)
    imports: dict[Import, None] = field(default_factory=dict)

    def pop(self) -> object:
        return self.stack.pop() if self.stack else _UNKNOWN

    def pop_to_mark(self) -> None:
        while self.stack and self.stack.pop() is not _MARK:
            pass

    def add(self, module: object, name: object) -> None:
        found = Import(
            module=module if isinstance(module, str) else "?",
            name=name if isinstance(name, str) else "?",
        )
        self.imports.setdefault(found)

    def step(self, opcode: pickletools.OpcodeInfo, argument: Any) -> None:
        """Carry out one opcode, on names alone."""
        name = opcode.name
        if name in _TEXT_OPCODES:
            self.stack.append(str(argument))
        elif name == "MARK":
            self.stack.append(_MARK)
        elif name == "POP":
            self.pop()
        elif name == "DUP":
            self.stack.append(self.stack[-1] if self.stack else _UNKNOWN)
        elif name in _MEMO_GETS:
            self.stack.append(self.memo.get(int(argument), _UNKNOWN))
        elif name in _MEMO_PUTS or name == "MEMOIZE":
            self._remember(len(self.memo) if name == "MEMOIZE" else int(argument))
        elif not self._step_import(name, argument):
            self._step_other(opcode)

    def _remember(self, index: int) -> None:
        if len(self.memo) < _MAX_MEMO:
            self.memo[index] = self.stack[-1] if self.stack else _UNKNOWN

    def _step_import(self, name: str, argument: Any) -> bool:
        if name in {"GLOBAL", "INST"}:
            module, _, attribute = str(argument).partition(" ")
            self.add(module, attribute)
            if name == "INST":
                self.pop_to_mark()
        elif name == "STACK_GLOBAL":
            attribute_value, module_value = self.pop(), self.pop()
            self.add(module_value, attribute_value)
        elif name.startswith("EXT"):
            self.add("copyreg", f"extension {argument}")
        else:
            return False
        self.stack.append(_UNKNOWN)
        return True

    def _step_other(self, opcode: pickletools.OpcodeInfo) -> None:
        before = opcode.stack_before
        if pickletools.markobject in before:
            self.pop_to_mark()
            count = before.index(pickletools.markobject)
        else:
            count = len(before)
        for _ in range(count):
            self.pop()
        self.stack.extend(_UNKNOWN for _ in opcode.stack_after)


@lru_cache(maxsize=16)
def walk_pickle(data: bytes, *, whole: bool = True) -> PickleWalk:
    r"""Return what the pickles that follow one another in ``data`` would import.

    The stack is followed as the unpickler follows it, so that a name put together from
    the memo is seen. What stands before a broken opcode counts: an unpickler would have
    carried it out before it noticed.

    Args:
        data: Bytes from the first opcode; at most `MAX_BYTES` are walked.
        whole: Whether ``data`` is all there is; False makes a pickle without an end *cut off* instead of *broken*.

    >>> look = walk_pickle(b"cos\nsystem\n(S'id'\ntR.")
    >>> [str(found) for found in look.imports], look.broken
    (['os.system'], False)
    """
    machine = _Machine()
    stream = BytesIO(data[:MAX_BYTES])
    whole = whole and len(data) <= MAX_BYTES
    done, budget = 0, _MAX_OPCODES
    cut_off = broken = False
    while done < _MAX_PICKLES and budget > 0 and stream.tell() < min(len(data), MAX_BYTES):
        start = stream.tell()
        budget, ended = _walk_one(machine, stream, budget)
        if not ended:
            cut_off = budget <= 0 or (done == 0 and not whole)
            broken = not cut_off and done == 0
            # After the first pickle there may be raw weights.
            cut_off = cut_off and done == 0
            break
        done += 1
        machine = _Machine(imports=machine.imports)
        if stream.tell() <= start:
            break
    return PickleWalk(imports=tuple(machine.imports), pickles=done, cut_off=cut_off, broken=broken)


def _walk_one(machine: _Machine, stream: BytesIO, budget: int) -> tuple[int, bool]:
    """Walk one pickle. Return how many opcodes may still be walked, and whether it came to its end."""
    try:
        for opcode, argument, _ in _opcodes(stream):
            budget -= 1
            machine.step(opcode, argument)
            if opcode.name == "STOP":
                return budget, True
            if budget <= 0:
                return 0, False
    # What pickletools and the codecs beneath it raise on bytes that are no pickle.
    except (ValueError, IndexError, OverflowError, MemoryError):
        return budget, False
    return budget, False


def _opcodes(stream: BytesIO) -> Iterator[tuple[pickletools.OpcodeInfo, Any, int | None]]:
    return pickletools.genops(stream)
