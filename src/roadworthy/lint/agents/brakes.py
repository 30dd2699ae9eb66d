"""Safeguards that are switched off: a person who is asked, a sandbox that code runs in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from roadworthy.lint.model import FileKind, Hit
from roadworthy.lint.ports import SourceFile
from roadworthy.lint.python_code import called, calls_of, keyword, mentions, nodes_of, says
from roadworthy.lint.settings import settings_in

_APPROVAL_OFF = ("auto_approve", "auto_approve_tools", "autoApprove", "always_approve", "allow_dangerous_requests",
                 "allow_dangerous_code", "skip_confirmation", "bypass_approval", "disable_approval")  # fmt: skip
_SKIPPED = re.compile(r"--dangerously[\w-]*|--yolo|--allow-dangerously-skip-permissions|--full-auto")
_SKIPPED_IN_LINE = re.compile(
    r"(?:^|[\s\"'\[,=])(--(?:allow-)?dangerously-(?:skip-permissions|bypass-approvals-and-sandbox|allow-all[\w-]*)|--yolo)\b"
)
MAX_LINE = 2_000
"""Characters of one line of a script that are looked at."""

_SKIPPED_VALUES = ("bypassPermissions", "danger-full-access")
_SKIPPED_KEYS = ("dangerously_skip_permissions", "dangerouslySkipPermissions", "dangerously_allow_all",
                 "dangerously_disable_sandbox", "dangerously_bypass_approvals_and_sandbox")  # fmt: skip
_REPLS = frozenset({"PythonREPL", "PythonREPLTool", "PythonAstREPLTool", "BashProcess", "ShellTool",
                    "LocalCommandLineCodeExecutor", "UnsafeCodeExecutor", "UnsafeLocalCodeExecutor"})  # fmt: skip


def approval_off(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find settings by which consequential acts happen with nobody asked."""
    if FileKind.PYTHON in file.kinds:
        yield from _approval_off_in_python(file.text)
        return
    for setting in settings_in(file, *_APPROVAL_OFF):
        if setting.value is True:
            yield _hit(f"`{setting.key}` is on: nobody is asked", line=setting.line, subject=setting.key)


def _approval_off_in_python(text: str) -> Iterator[Hit]:
    if not mentions(text, *_APPROVAL_OFF, "NEVER", "require_approval"):
        return
    for call in calls_of(text):
        for name in _APPROVAL_OFF:
            if says(keyword(call, name), True):
                yield _hit(f"`{name}` is on in {called(call)}: nobody is asked", line=call.lineno, subject=name)
        if called(call) == "UserProxyAgent" and says(keyword(call, "human_input_mode"), "NEVER"):
            yield _hit("`human_input_mode` is NEVER: nobody is asked", line=call.lineno, subject="human_input_mode")
    for key, value in _pairs(text):
        if key == "require_approval" and says(value, "never"):
            yield _hit("`require_approval` is never: nobody is asked", line=value.lineno, subject="require_approval")


def permissions_skipped(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find agents that are started with every permission check off."""
    if FileKind.PYTHON in file.kinds:
        yield from _skipped_in_python(file.text)
        return
    if file.kinds & {FileKind.SCRIPT, FileKind.DEPENDENCIES}:
        yield from _skipped_in_lines(file.text)
        return
    for setting in settings_in(
        file, *_SKIPPED_KEYS, "permission_mode", "permissionMode", "defaultMode", "sandbox_mode"
    ):
        if setting.value is True or setting.value in _SKIPPED_VALUES:
            yield _hit(f"`{setting.key}` skips every check", line=setting.line, subject=setting.key)


def _skipped_in_lines(text: str) -> Iterator[Hit]:
    for number, line in enumerate(text.splitlines(), start=1):
        found = _SKIPPED_IN_LINE.search(line[:MAX_LINE])
        if found and not line.lstrip().startswith(("#", "//", "*")):
            yield _hit(f"`{found[1]}` skips every check", line=number, subject=found[1])


def _skipped_in_python(text: str) -> Iterator[Hit]:
    if not mentions(text, "dangerously", "--yolo", "--full-auto", *_SKIPPED_VALUES):
        return
    for node in nodes_of(text):
        match node:
            case ast.keyword(arg=str(name), value=value) if _is_skipping(name, value):
                yield _hit(f"`{name}` skips every check", line=value.lineno, subject=name)
            case ast.List(elts=elements):
                for word in elements:
                    if (
                        isinstance(word, ast.Constant)
                        and isinstance(word.value, str)
                        and _SKIPPED.fullmatch(word.value)
                    ):
                        yield _hit(f"`{word.value}` skips every check", line=word.lineno, subject=word.value)


def _is_skipping(name: str, value: ast.expr) -> bool:
    if name in {"permission_mode", "sandbox_mode"}:
        return says(value, *_SKIPPED_VALUES)
    return name in _SKIPPED_KEYS and says(value, True)


def unsandboxed(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find code of a model's making that runs in the application's own process or machine."""
    if FileKind.PYTHON not in file.kinds:
        for setting in settings_in(file, "use_docker", "code_execution_mode"):
            if setting.value is False or setting.value == "unsafe":
                yield _hit(f"`{setting.key}` is {setting.value}", line=setting.line, subject=setting.key)
        return
    if not mentions(
        file.text, *_REPLS, "use_docker", "additional_authorized_imports", "unsafe_mode", "code_execution_mode"
    ):
        return
    for call in calls_of(file.text):
        what = _runs_bare(call)
        if what:
            yield _hit(f"{what}: what the model writes runs on this machine", line=call.lineno, subject=called(call))
    for key, value in _pairs(file.text):
        if key == "use_docker" and says(value, False):
            yield _hit(
                "`use_docker` is off: what the model writes runs on this machine", line=value.lineno, subject=key
            )


def _runs_bare(call: ast.Call) -> str:
    name = called(call)
    if name in _REPLS:
        return f"{name} has no sandbox"
    if says(keyword(call, "use_docker"), False):
        return "`use_docker` is off"
    if says(keyword(call, "unsafe_mode"), True) or says(keyword(call, "code_execution_mode"), "unsafe"):
        return f"{name} runs unsafely"
    match keyword(call, "additional_authorized_imports"):
        case ast.List(elts=elements) if any(says(one, "*") for one in elements):
            return f"{name} may import anything"
    return ""


def _pairs(text: str) -> Iterable[tuple[str, ast.expr]]:
    """Yield the literal text keys of the dictionaries in a module, with their values."""
    for node in nodes_of(text):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value


def _hit(said: str, *, line: int, subject: str) -> Hit:
    return Hit(line=line, said=said, subject=subject)
