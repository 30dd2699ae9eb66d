"""Whether the same server is started tomorrow, and whether it is reached unseen by others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from roadworthy.lint.mcp.servers import ServerEntry, servers_in
from roadworthy.lint.model import Hit
from roadworthy.lint.ports import SourceFile

_RUNNERS = frozenset({"npx", "bunx", "pnpx", "uvx", "pnpm", "bun", "yarn", "pipx", "uv"})
_SUBCOMMANDS = frozenset({"dlx", "exec", "x", "run", "tool"})
_LOCAL_RUNS = frozenset({"uv", "pnpm", "bun", "yarn"})
"""Runners that also start the project's own scripts, which its lock file pins."""

_VALUED = frozenset({"-p", "--package", "--from", "--with", "--python", "--directory", "--registry", "--index-url"})
_NPM = re.compile(r"(?P<name>(?:@[\w.-]+/)?[A-Za-z][\w.-]*)(?:@(?P<version>[^\s]+))?")
_PYPI = re.compile(r"(?P<name>[A-Za-z][\w.-]*)(?:\[[\w,-]+\])?(?:(?:==|@)(?P<version>[^\s]+))?")
_EXACT = re.compile(r"v?\d+(?:\.\d+){1,3}(?:[-+.]?[\w.+-]+)?")
_COMMIT = re.compile(r"(?:@|#)[0-9a-f]{40}(?:$|[#&])")
_DOCKER_VALUED = re.compile(
    r"-(?:e|v|p|u|w|h|l)|--(?:env|volume|mount|name|network|user|publish|env-file|entrypoint|workdir|add-host|label"
    r"|memory|cpus|hostname|security-opt|cap-drop|cap-add|platform)"
)
_PIPED = re.compile(r"\b(?:curl|wget|iwr)\b[^|]*\|")
_USER = re.compile(r"//[^/@]*@")
_UNREADABLE = "an unreadable address"
_SHELLS = frozenset({"sh", "bash", "zsh", "dash", "powershell", "pwsh", "cmd"})
_LOCAL = re.compile(
    r"localhost|127(?:\.\d+){3}|\[?::1\]?|0\.0\.0\.0|host\.docker\.internal|[\w-]+\.local(?:host)?|[\w-]+"
)


def unpinned(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find servers that are fetched anew at each start, in whatever version is current then."""
    for server in servers_in(file):
        package = _package(server)
        what = "" if not package else _floating(package, server.command)
        if what:
            said = f"MCP server {server.name!r} starts {_shown(package)!r}{what}"
            yield Hit(line=server.line, said=said, subject=f"{server.name}:{_shown(package)}")


def _package(server: ServerEntry) -> str:
    """Return the package, image or address that is started; empty where the program is one of the machine's."""
    if server.command in {"docker", "podman"}:
        return _image(server.arguments)
    if server.command not in _RUNNERS:
        return ""
    words, named = list(server.arguments), ""
    while words:
        word = words.pop(0)
        option, _, value = word.partition("=")
        if option in _VALUED:
            value = value or (words.pop(0) if words else "")
            named = named or (value if option in {"-p", "--package", "--from"} else "")
        elif word.startswith("-"):
            continue
        elif word == "run" and server.command in _LOCAL_RUNS and "tool" not in server.arguments[:1]:
            return named
        elif word not in _SUBCOMMANDS:
            return named or word
    return named


def _image(arguments: tuple[str, ...]) -> str:
    words = list(arguments)
    if not words or words.pop(0) != "run":
        return ""
    while words:
        word = words.pop(0)
        if _DOCKER_VALUED.fullmatch(word):
            words = words[1:]
        elif not word.startswith("-"):
            return word
    return ""


def _floating(package: str, command: str) -> str:
    """Return why ``package`` is not always the same, as the rest of a sentence; empty where it is."""
    if "${" in package or package.startswith((".", "/", "~")):
        return ""
    if "://" in package or package.startswith(("git+", "github:")):
        is_git = package.startswith(("git+", "github:")) or package.endswith(".git")
        return " without naming a commit" if is_git and not _COMMIT.search(package) else ""
    if command in {"docker", "podman"}:
        tag = package.rpartition("/")[2].partition(":")[2]
        return "" if "@sha256:" in package or tag not in {"", "latest"} else " without naming a version of the image"
    found = (_PYPI if command in {"uvx", "pipx", "uv"} else _NPM).fullmatch(package)
    if found is None or _EXACT.fullmatch(found["version"] or ""):
        return ""
    return f" at {found['version']!r}, which moves" if found["version"] else " without naming a version"


def _shown(package: str) -> str:
    """Return ``package`` without what may be a credential in its address."""
    return _USER.sub("//", package.partition("?")[0])[:200]


def plain_http(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find servers that are called over the network without encryption."""
    for server in servers_in(file):
        if server.url.lower().startswith(("http://", "ws://")) and not _LOCAL.fullmatch(_host(server.url)):
            said = f"MCP server {server.name!r} is called over plain http at {_host(server.url)!r}"
            yield Hit(line=server.line_of(("url",)), said=said, subject=server.name)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or _UNREADABLE
    except ValueError:
        return _UNREADABLE


def through_shell(file: SourceFile, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find servers that a shell starts from one line of text."""
    for server in servers_in(file):
        flags = {word.lower() for word in server.arguments[:3]}
        if server.command.lower() in _SHELLS and flags & {"-c", "-lc", "-ic", "-command", "/c", "/k"}:
            pipes = any(_PIPED.search(word[:2000]) for word in server.arguments)
            how = "what it fetches from the network" if pipes else "one line of text"
            said = f"MCP server {server.name!r} is started by {server.command} from {how}"
            yield Hit(line=server.line_of(("command",)), said=said, subject=server.name)
