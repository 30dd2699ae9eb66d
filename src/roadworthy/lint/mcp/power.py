"""What an MCP server may do: on which files, with which secrets, and with nobody asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from roadworthy.lint.mcp.servers import ServerEntry, servers_in
from roadworthy.lint.model import Hit
from roadworthy.lint.ports import SourceFile
from roadworthy.lint.tools.verbs import consequence

MIN_SECRET = 8
"""Characters of the shortest text that is taken for a credential."""

MAX_LOOKED_AT = 500
"""Characters of a value that say whether it is a placeholder."""

_SECRET_NAME = re.compile(
    r"(?i)(?:^|[_-])(?:token|api[_-]?key|apikey|secret|password|passwd|pat|private[_-]?key|access[_-]?key|credentials?)$"
)
_SECRET_FLAG = re.compile(r"(?i)--?[\w-]*(?:token|api-?key|secret|password)")
_PLACEHOLDER = re.compile(
    r"(?i)|.*(?:\$\{|\$\(|\{\{|%\w+%|<[^>]+>|xxx|changeme|your[_ -]|example|placeholder|\*\*\*|\.\.\.|dummy|redacted"
    r"|insert|replace|todo|fixme|process\.env|input:|keyring).*|\$\w+|test|none|null|true|false|/.*"
)
_CREDENTIAL = re.compile(r"(?i)(?:bearer|basic|token)\s+(\S{12,})")
_ALLOWING = re.compile(
    r"(?i)--?(?:allow-all(?:-[\w-]+)?|dangerously[\w-]*|no-sandbox|yolo|unrestricted|privileged|skip-permissions"
    r"|disable-(?:security|sandbox|auth)|no-auth|trust-all(?:-[\w-]+)?)(?:=(?:true|1|yes))?"
)
_WHOLE_DISK = re.compile(
    r"/|~/?|\$\{?HOME\}?/?|/(?:home|Users|root|etc|var|mnt)(?:/\*?)?|[A-Za-z]:[\\/]*|%USERPROFILE%|\$\{userHome\}"
)
_MOUNT = re.compile(r"(?:type=bind,)?(?:src=|source=)?(?P<host>[^:,]+|[A-Za-z]:\\)[:,].*")
_TLS_OFF = {"NODE_TLS_REJECT_UNAUTHORIZED": {"0"}, "PYTHONHTTPSVERIFY": {"0"}, "GIT_SSL_NO_VERIFY": {"1", "true"}}
_APPROVED = ("autoApprove", "alwaysAllow", "autoApproveTools", "auto_approve", "always_allow")


def secret_written(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find credentials written into a server's variables, arguments, headers or address. They are never shown."""
    for server in servers_in(file):
        for path, name, value in _secrets(server):
            if len(value) >= MIN_SECRET and not _PLACEHOLDER.fullmatch(value[:MAX_LOOKED_AT]):
                said = f"MCP server {server.name!r}: {name} holds a credential of {len(value)} characters"
                yield Hit(line=server.line_of(path), said=said, subject=f"{server.name}:{name}")


def _secrets(server: ServerEntry) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    for name, value in server.environment.items():
        if isinstance(value, str) and _SECRET_NAME.search(str(name)):
            yield ("env", str(name)), f"variable {name}", value
    headers = server.said.get("headers")
    for name, value in (headers if isinstance(headers, dict) else {}).items():
        found = _CREDENTIAL.fullmatch(value) if isinstance(value, str) else None
        if found or (isinstance(value, str) and _SECRET_NAME.search(str(name))):
            yield ("headers", str(name)), f"header {name}", found[1] if found else value
    words = server.arguments
    for index, word in enumerate(words):
        flag, _, value = word.partition("=")
        if _SECRET_FLAG.fullmatch(flag):
            value = value or (words[index + 1] if index + 1 < len(words) else "")
            if not value.startswith("-"):
                yield ("args", index), f"argument {flag}", value
    yield from _in_address(server.url)


def _in_address(url: str) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    try:
        parts = urlsplit(url)
        password = parts.password
    except ValueError:
        return
    if password:
        yield ("url",), "its address", password
    for pair in parts.query.split("&"):
        name, _, value = pair.partition("=")
        if _SECRET_NAME.search(name):
            yield ("url",), f"its address ({name})", value


def allows_everything(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find servers that are started with their own safeguards off."""
    for server in servers_in(file):
        for index, word in enumerate(server.arguments):
            if _ALLOWING.fullmatch(word):
                said = f"MCP server {server.name!r} is started with {word!r}"
                yield Hit(line=server.line_of(("args", index)), said=said, subject=f"{server.name}:{word}")
        for name, value in server.environment.items():
            if str(value).lower() in _TLS_OFF.get(str(name), ()):
                said = f"MCP server {server.name!r} does not check certificates ({name})"
                yield Hit(line=server.line_of(("env", str(name))), said=said, subject=f"{server.name}:{name}")


def whole_disk(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find servers that are given the whole disk, a home folder, or the container engine itself."""
    for server in servers_in(file):
        is_container = server.command in {"docker", "podman"}
        for index, word in enumerate(server.arguments):
            what = _mounted(word) if is_container else word if _is_folder_server(server) else ""
            if what == "/var/run/docker.sock" or (what and _WHOLE_DISK.fullmatch(what)):
                said = f"MCP server {server.name!r} may use everything in {what!r}"
                yield Hit(line=server.line_of(("args", index)), said=said, subject=f"{server.name}:{what}")


def _is_folder_server(server: ServerEntry) -> bool:
    return any(re.search(r"(?i)file-?system|files|desktop-commander", word) for word in server.arguments)


def _mounted(word: str) -> str:
    found = _MOUNT.fullmatch(word.removeprefix("--volume=").removeprefix("--mount="))
    return found["host"] if found is not None else ""


def approves_itself(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find servers whose consequential tools run with nobody asked."""
    for server in servers_in(file):
        for key in _APPROVED:
            found = server.said.get(key)
            names = ["*"] if found is True else found if isinstance(found, list) else []
            grave = sorted(str(name) for name in names if name == "*" or consequence(str(name)))
            if grave:
                said = f"MCP server {server.name!r} runs {', '.join(grave[:5])} with nobody asked ({key})"
                yield Hit(line=server.line_of((key,)), said=said, subject=f"{server.name}:{key}")
        if server.said.get("trust") is True:
            said = f"MCP server {server.name!r} runs every tool with nobody asked (trust)"
            yield Hit(line=server.line_of(("trust",)), said=said, subject=f"{server.name}:trust")
