"""Detectors of what is fetched and run while a project is built or published: indexes, scripts, images, actions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from roadworthy.lint.dependencies.requirement import is_requirements, logical_lines, name_of
from roadworthy.lint.model import Hit
from roadworthy.lint.ports import SourceFile

_DOCKERFILE = re.compile(r"(?i)dockerfile(?:\.[\w.-]+)?|[\w.-]+\.dockerfile|containerfile")
_COMPOSE = re.compile(r"(?i)(?:docker-)?compose[\w.-]*\.ya?ml")
_SERVICE_IMAGE = re.compile(r"^\s*image:\s*[\"']?(?P<image>[^\s\"'#]+)")
_FROM = re.compile(r"(?i)^\s*FROM\s+(?:--\S+\s+)*(?P<image>\S+)(?:\s+AS\s+(?P<stage>\S+))?")
_PIPED = re.compile(
    r"\b(?:curl|wget)\b[^|\n;&]{0,300}https?://[^|\n;&]{0,300}\|\s*(?:sudo\s+(?:-\w+\s+)*)?(?:env\s+\S+\s+)?(?:ba|z|da|k)?sh\b"
    r"|\b(?:ba)?sh\s+(?:-c\s+)?[\"']?(?:<\(|\$\()\s*(?:curl|wget)\b"
    r"|\b(?:curl|wget)\b[^|\n;&]{0,300}https?://[^|\n;&]{0,300}\|\s*(?:sudo\s+)?python3?\b"
)
_INDEX = re.compile(r"(?:^|\s)--extra-index-url[ =]+[\"']?(?P<url>\S+)|^\s*extra-index-url\s*=\s*(?P<url2>\S+)")
_PLAIN = re.compile(
    r"(?:--(?:extra-)?index-url|-i|--find-links|-f)[ =]+[\"']?http://(?!localhost|127\.|\[::1)\S+"
    r"|--trusted-host[ =]\S+|^\s*(?:extra-)?index-url\s*=\s*http://\S+|^\s*trusted-host\s*=\s*\S+"
)
_KNOWN_INDEXES = re.compile(
    r"https://(?:download\.pytorch\.org|pypi\.nvidia\.com|pypi\.ngc\.nvidia\.com|pypi\.org|data\.pyg\.org|wheels\.vllm\.ai"
    r"|storage\.googleapis\.com/jax-releases|abetlen\.github\.io|flashinfer\.ai)(?:[/:]|$)"
)
"""Public indexes whose packages have names of their own."""

_PIP_GIT = re.compile(r"(?:pip3?|uv pip|uv tool|pipx|uv)\s+(?:install|add)\b[^\n;&|]*?(?P<url>git\+[^\s\"']+)")
_COMMIT = re.compile(r"@(?:[0-9a-f]{7,40}|\$\{?\w+\}?)(?:$|[#\"'\s])")
_USES = re.compile(r"^\s*(?:-\s*)?uses:\s*[\"']?(?P<action>[\w.-]+/[\w./-]+)@(?P<ref>[^\s\"'#]+)")
_PUBLISHES = re.compile(
    r"(?:huggingface-cli|\bhf)\s+upload|push_to_hub|upload_folder\(|twine\s+upload|gh-action-pypi-publish|\bdocker\s+push"
    r"|build-push-action|npm\s+publish|uv\s+publish|poetry\s+publish|mlflow\s+models|register_model|id-token:\s*write"
    r"|cosign\s+sign|skopeo\s+copy|oras\s+push"
)
_OWN_ACTIONS = ("actions/", "github/")


def piped_script(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield scripts that are fetched and run without anybody having seen them."""
    if _runs_commands(file.path):
        for number, line in _lines(file.text):
            if _PIPED.search(line):
                yield Hit(line=number, said="a script from the network is run as it comes", subject=_address(line))


def extra_index(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield second package indexes: a stranger can publish a private package's name on the first."""
    if not (is_requirements(file.path) or _runs_commands(file.path) or name_of(file.path) in {"pip.conf", "pip.ini"}):
        return
    for number, line in _lines(file.text):
        found = _INDEX.search(line)
        url = (found["url"] or found["url2"]) if found is not None else ""
        if url and _KNOWN_INDEXES.match(url) is None:
            yield Hit(
                line=number,
                said="a second package index is asked, and the higher version of either wins",
                subject="index",
            )


def untrusted_index(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield indexes that are read without TLS, or whose certificate is not looked at."""
    if not (is_requirements(file.path) or _runs_commands(file.path) or name_of(file.path) in {"pip.conf", "pip.ini"}):
        return
    for number, line in _lines(file.text):
        if _PLAIN.search(line):
            yield Hit(line=number, said="packages are fetched without checking whom they come from", subject="plain")


def loose_image(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield base images without a tag or with ``latest``."""
    if _COMPOSE.fullmatch(name_of(file.path)) is not None:
        yield from _latest_in_compose(file.text)
    if _DOCKERFILE.fullmatch(name_of(file.path)) is None:
        return
    stages = {"scratch"}
    for number, line in _lines(file.text):
        found = _FROM.match(line)
        if found is None:
            continue
        image = found["image"]
        if image not in stages and "$" not in image and _is_loose(image):
            yield Hit(line=number, said=f"base image {image[:80]!r} is whatever it is on the day", subject=image[:80])
        stages.add(found["stage"] or "scratch")


def _latest_in_compose(text: str) -> Iterator[Hit]:
    """Yield the images of services that say ``latest``; one without a tag is often what is built beside it."""
    for number, line in _lines(text):
        found = _SERVICE_IMAGE.match(line)
        if found is not None and found["image"].endswith(":latest"):
            image = found["image"][:80]
            yield Hit(line=number, said=f"image {image!r} is whatever it is on the day", subject=image)


def git_install(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield commands that install from a branch of version control."""
    if _runs_commands(file.path):
        for number, line in _lines(file.text):
            for found in _PIP_GIT.finditer(line):
                if _COMMIT.search(found["url"]) is None:
                    said = "a package is installed from a branch or tag, which can move"
                    yield Hit(line=number, said=said, subject=found["url"].split("@")[0][-60:])


def loose_action(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield actions of third parties, named by a tag, in workflows that publish."""
    if ".github/workflows/" not in f"/{file.path}" or _PUBLISHES.search(file.text) is None:
        return
    for number, line in _lines(file.text):
        found = _USES.match(line)
        if found is None or found["action"].startswith(_OWN_ACTIONS):
            continue
        if re.fullmatch(r"[0-9a-f]{40,64}", found["ref"]) is None:
            said = f"{found['action']} may publish, and {found['ref'][:40]!r} can move"
            yield Hit(line=number, said=said, subject=found["action"])


def _is_loose(image: str) -> bool:
    if "@sha256:" in image:
        return False
    tag = image.rpartition("/")[2].partition(":")[2]
    return tag in {"", "latest"}


def _runs_commands(path: str) -> bool:
    name = name_of(path)
    return (
        _DOCKERFILE.fullmatch(name) is not None
        or name.endswith((".sh", ".bash", ".zsh"))
        or name in {"Makefile", "justfile", ".gitlab-ci.yml"}
        or "/.github/" in f"/{path}"
    )


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines, continued ones joined, without those that are comments."""
    for number, line in logical_lines(text):
        if not line.startswith("//"):
            yield number, line


def _address(line: str) -> str:
    found = re.search(r"https?://[^/\s\"']{1,80}", line)
    return found.group(0) if found else "script"
