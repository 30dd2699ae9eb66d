"""Prompts wherever they are: in files of their own, and as text in Python source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from roadworthy.lint.model import FileKind
from roadworthy.lint.ports import SourceFile
from roadworthy.lint.prompts.elsewhere import in_data, in_script
from roadworthy.lint.python_code import last_name, nodes_of
from roadworthy.lint.scan import place
from roadworthy.sensitive.pattern import compiled

MIN_PROMPT_CHARACTERS = 60
"""A shorter text is a prompt only if its name and its words both say so."""

_NAME = re.compile(r"(?i)(?:^|_)(?:system|prompt|instructions?|persona|preamble)(?:_|$)|(?:prompt|instructions)$")
_SPEAKS = re.compile(
    r"(?i)\A\s*you (?:answer|help|handle|draft|assist|reply|write|sort|plan|book|sum up)\b"
    r"|\b(?:you are an?\b|you are the\b|you are (?-i:[A-Z][\w.]+)(?: [\w.]+)?, "
    r"|you're an?\b|you act as\b|act as an?\b|your (?:task|role|job) is\b|du bist\b"
    r"|sie sind ein|tu es un|vous êtes|eres un|sei un|você é)|你是|あなたは|당신은"
)
_TASK = (
    r"(?i)\b(?:use the following (?:pieces|context|documents|information|articles)"
    r"|answer the (?:following )?(?:question|user|query)|based (?:only |solely )?on the (?:following|context|provided)"
    r"|given the following (?:context|documents|conversation))"
)
"""What a template for one question says."""

_SYSTEM_KEYWORDS = frozenset(
    ["system", "system_prompt", "instructions", "system_instruction", "system_message", "preamble"]
)
_SYSTEM_CLASSES = frozenset(["SystemMessage", "SystemMessagePromptTemplate", "SystemPromptPart"])
_SLOT = re.compile(
    r"\{\{-?\s*(?P<double>[A-Za-z_][\w.\[\]\"']*)(?:\s*\|[^{}\n]{0,60})?\s*-?\}\}"
    r"|(?<![{\\$])\{(?P<single>[A-Za-z_][\w.]*)(?:![rsa])?(?::[^{}\n]{0,20})?\}(?!\})"
    r"|\$\{(?P<dollar>[A-Za-z_]\w*)\}"
)
_HOLDING = frozenset([FileKind.SCRIPT, FileKind.AGENTS, FileKind.GUARD, FileKind.RETRIEVAL, FileKind.CONFIG,
                      FileKind.TOOLS])  # fmt: skip
_SYSTEM_FILE = re.compile(r"(?i)(?:system|instructions?|persona|preamble)[^/]*$")
_USER_FILE = re.compile(r"(?i)(?:^|[/_.-])(?:user|human|query|question)(?:[/_.-]|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A place in a prompt that is filled in at run time."""

    name: str
    """What it is filled with, as far as the name tells; the last part of a dotted one."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One prompt."""

    text: str
    """Whole; in code, places that are filled in read ``{name}``."""

    line: int
    """Of the file, on which it begins."""

    name: str
    """What code calls it; empty for a file."""

    is_system: bool
    """Whether it sets the rules of a conversation, as far as name and words tell."""

    slots: tuple[Slot, ...] = ()

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column in the file of the character at ``offset``."""
        line, column = place(self.text, offset)
        return self.line + line - 1, column


_MAY_HOLD = (
    r"(?i)\b(?:you are an?\b|you are the\b|you are (?-i:[A-Z][\w.]+)(?: [\w.]+)?, "
    r"|you.re an?\b|you act as\b|act as an?\b|your (?:task|role|job) is\b"
    r"|du bist\b|sie sind ein|tu es un|vous .tes|eres un|sei un|voc. .)|你是|あなたは|당신은"
    r"|\b\w*(?:system|prompt|instructions?|persona|preamble)\w*\s*(?::\s*\w+\s*)?=\s*[(\[]?\s*(?:\w+\.)?(?:dedent\()?[frbu]{0,2}[\"']"
    r"|[\"']role[\"']\s*:\s*[\"'](?:system|developer)|\(\s*[\"']system[\"']\s*,|\bSystem(?:Message|PromptPart)"
)


def may_hold_prompts(source: str) -> bool:
    """Return whether Python source may hold a prompt: the cheap question before it is parsed.

    >>> may_hold_prompts('SYSTEM_PROMPT = "Answer."'), may_hold_prompts("import sys")
    (True, False)
    """
    return any(compiled(shape).search(source) is not None for shape in (_MAY_HOLD, _TASK))


def is_prompt_like(text: str) -> bool:
    """Return whether a text speaks to a model.

    >>> is_prompt_like("You are a helpful assistant."), is_prompt_like("Release notes")
    (True, False)
    """
    return _SPEAKS.search(text[:2000]) is not None


def prompts_of(file: SourceFile) -> tuple[Prompt, ...]:
    """Return the prompts of a file: its whole text, or what source or settings put before a model."""
    if FileKind.PYTHON in file.kinds:
        return _in_code(file.text)
    if file.kinds & _HOLDING:
        return _held(file)
    return _whole(file.path, file.text)


def system_prompts_of(file: SourceFile) -> Iterator[Prompt]:
    """Yield the prompts that set the rules of a conversation."""
    return (prompt for prompt in prompts_of(file) if prompt.is_system)


@lru_cache(maxsize=8)
def _held(file: SourceFile) -> tuple[Prompt, ...]:
    """Return the prompts in a script or in settings, which hold other things as well."""
    if FileKind.SCRIPT in file.kinds:
        found = list(in_script(file.text))
    else:
        parsed = file.parsed()
        found = list(in_data(parsed)) if parsed is not None else []
    return tuple(
        Prompt(text=text, line=line, name=name, is_system=is_prompt_like(text), slots=tuple(slots_in(text)))
        for name, text, line in found
    )


@lru_cache(maxsize=8)
def _whole(path: str, text: str) -> tuple[Prompt, ...]:
    if not text.strip():
        return ()
    is_system = not _USER_FILE.search(path) and (bool(_SYSTEM_FILE.search(path)) or is_prompt_like(text))
    return (Prompt(text=text, line=1, name="", is_system=is_system, slots=tuple(slots_in(text))),)


@lru_cache(maxsize=8)
def _in_code(text: str) -> tuple[Prompt, ...]:
    found: dict[tuple[int, int], Prompt] = {}
    known_texts = _constants(text)
    for node in nodes_of(text):
        for name, value, is_system in _candidates(node):
            said = _literal(value, known_texts)
            if said and _is_prompt(name, said, is_system=is_system):
                known = found.get((value.lineno, value.col_offset))
                prompt = Prompt(
                    text=said,
                    line=_first_line(value),
                    name=name,
                    is_system=is_system or is_prompt_like(said) or (known is not None and known.is_system),
                    slots=tuple(slots_in(said)),
                )
                found[value.lineno, value.col_offset] = prompt
    return tuple(found[key] for key in sorted(found))


def slots_in(text: str) -> Iterator[Slot]:
    r"""Yield the places of a template that are filled in, as Python, Jinja and JavaScript write them.

    >>> [slot.name for slot in slots_in("Answer {question} from {{ docs.text }}; write {\"a\": 1}")]
    ['question', 'docs.text']
    """
    for found in _SLOT.finditer(text):
        name = found["double"] or found["single"] or found["dollar"]
        yield Slot(name=name, start=found.start(), end=found.end())


def _is_prompt(name: str, text: str, *, is_system: bool) -> bool:
    is_long = len(text) >= MIN_PROMPT_CHARACTERS
    speaks = is_prompt_like(text) or compiled(_TASK).search(text) is not None
    return speaks or (is_system and len(text) > 20) or (is_long and _NAME.search(name) is not None)


def _candidates(node: ast.AST) -> Iterator[tuple[str, ast.expr, bool]]:
    """Yield name, value and whether it is surely a system prompt, of what may be one."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name) | ast.Attribute(attr=name)], value=value):
            yield name, value, False
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            yield name, value, False
        case ast.Return(value=ast.expr() as value):
            yield "", value, False
        case ast.Dict():
            yield from _of_message(node)
        case ast.Call():
            yield from _of_call(node)
        case ast.Tuple(elts=[ast.Constant(value="system"), value]):
            yield "system", value, True


def _of_message(node: ast.Dict) -> Iterator[tuple[str, ast.expr, bool]]:
    given = {
        key.value: value for key, value in zip(node.keys, node.values, strict=True) if isinstance(key, ast.Constant)
    }
    role, content = given.get("role"), given.get("content")
    if content is not None and isinstance(role, ast.Constant) and role.value in ("system", "developer"):
        yield "system", content, True


def _of_call(node: ast.Call) -> Iterator[tuple[str, ast.expr, bool]]:
    for keyword in node.keywords:
        if keyword.arg in _SYSTEM_KEYWORDS:
            yield keyword.arg or "", keyword.value, True
    if last_name(node.func) in _SYSTEM_CLASSES:
        content = next((one.value for one in node.keywords if one.arg == "content"), None)
        first = content if content is not None else (node.args[0] if node.args else None)
        if first is not None:
            yield "system", first, True


def _constants(text: str) -> Mapping[str, str]:
    """Return the texts that a module names in capitals: what is added to a prompt by name is part of it."""
    module = next(iter(nodes_of(text)), None)
    found: dict[str, str] = {}
    for statement in module.body if isinstance(module, ast.Module) else ():
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(said))) if name.isupper():
                found[name] = said
    return found


def _literal(node: ast.expr, known: Mapping[str, str]) -> str:
    """Return the text of an expression, with ``{name}`` for what is filled in; empty where it is none."""
    pieces: list[str] = []
    waiting: list[ast.expr] = [node]
    has_text = False
    while waiting:
        match waiting.pop():
            case ast.Constant(value=str(text)):
                pieces.append(text)
                has_text = True
            case ast.JoinedStr(values=values):
                waiting += reversed(values)
            case ast.Name(id=name) | ast.FormattedValue(value=ast.Name(id=name)) if name in known:
                pieces.append(known[name])
            case ast.FormattedValue(value=value):
                pieces.append(_braced(value))
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                waiting += [right, left]
            case ast.Call(func=ast.Attribute(value=ast.Constant() as value, attr="format" | "strip" | "lstrip")):
                waiting.append(value)
            case ast.Call(func=function, args=[first]) if last_name(function) in {"dedent", "cleandoc"}:
                waiting.append(first)
            case ast.Name() | ast.Attribute() | ast.Subscript() | ast.Call() as other:
                pieces.append(_braced(other))
            case _:
                return ""
    return "".join(pieces) if has_text else ""


def _braced(node: ast.AST) -> str:
    match node:
        case ast.Call(func=ast.Attribute(attr="join"), args=[first]):
            return _braced(first)
        case ast.Call(func=function, args=[first, *_]) if not isinstance(function, ast.Attribute):
            return _braced(first)
        case ast.Subscript(value=value, slice=ast.Constant(value=str(key))) if key.isidentifier():
            return "{" + key + "}" if last_name(value) else ""
        case ast.Subscript(value=value) | ast.Await(value=value):
            return _braced(value)
        case ast.Call(func=function):
            return "{" + last_name(function) + "}"
        case ast.GeneratorExp(generators=[first, *_]) | ast.ListComp(generators=[first, *_]):
            return _braced(first.iter)
    name = last_name(node)
    return "{" + name + "}" if name else "{value}"


def _first_line(node: ast.expr) -> int:
    """Return the line on which the text begins, which within calls and sums is the first literal's."""
    lines: Iterable[int] = (one.lineno for one in ast.walk(node) if isinstance(one, ast.Constant))
    return min(lines, default=node.lineno)
