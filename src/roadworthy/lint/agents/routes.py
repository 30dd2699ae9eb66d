"""What each agent of the manifest puts to work, on its own and through others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from roadworthy.inventory.model import Agent, Component, FileComponent, Manifest, SideEffect, Tool
from roadworthy.lint.model import FileKind, Hit
from roadworthy.lint.ports import Repository
from roadworthy.lint.tools.verbs import words_of

_OUTWARD = {SideEffect.SEND, SideEffect.PAY, SideEffect.EXECUTE}
_FROM_OUTSIDE = re.compile(
    r"(?i)(?:fetch|read|search|browse|scrape|load|get|open|crawl)_?(?:the_?)?(?:web|url|page|internet|site|e?mails?|inbox"
    r"|messages?|tickets?|issues?|reviews?|forum)"
)
_APPROVING = frozenset({"approve", "authorize", "authorise", "confirm", "grant", "countersign"})


def lethal(repository: Repository, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find routes that join private data, text of strangers and a way out, with nobody asked in between."""
    manifest = repository.manifest
    for agent, reached in _routes(manifest):
        private = next((c.key for c in reached if _is_private(c)), "")
        strange = next((c.key for c in reached if _is_strange(c)), "")
        outward = next((c.key for c in reached if _is_outward(c)), "")
        if private and strange and outward:
            said = (
                f"agent {agent.key!r} reads private data ({private}) and text that strangers can write ({strange}), "
                f"and can send out ({outward}) with nobody asked"
            )
            yield _hit(repository, agent, said)


def _is_private(component: Component) -> bool:
    return isinstance(component, FileComponent) and component.personal_data is True


def _is_strange(component: Component) -> bool:
    match component:
        case FileComponent(type="index" | "dataset" | "document", trusted=False):
            return True
        case Tool(uses=()):  # what it uses says better than its name whose text that is
            return _FROM_OUTSIDE.match(component.key) is not None
    return False


def _is_outward(component: Component) -> bool:
    if not isinstance(component, Tool) or component.requires_approval is True or component.limits:
        return False
    return bool(_OUTWARD & set(component.side_effects))


def unbounded(repository: Repository, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find agents that put tools and a model to work for as long as the model likes."""
    for agent, reached in _routes(repository.manifest):
        kinds = {component.type for component in reached}
        drives = kinds & {"tool", "mcp_server"} and kinds & {"model", "hosted_model"}
        if agent.max_steps is None and drives:
            yield _hit(repository, agent, f"agent {agent.key!r} may call tools without end: it has no `max_steps`")


def too_many(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Find agents whose greatest number of steps bounds nothing."""
    most = int(parameters["most"])
    for agent, _reached in _routes(repository.manifest):
        if agent.max_steps is not None and not 1 <= agent.max_steps <= most:
            said = f"agent {agent.key!r} has a `max_steps` of {agent.max_steps}; a bound lies in 1..{most}"
            yield _hit(repository, agent, said, "max_steps")


def circles(repository: Repository, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find agents that can call themselves through others."""
    for agent, reached in _routes(repository.manifest):
        if any(component.key == agent.key for component in reached):
            through = next((c.key for c in reached if agent.key in c.uses and c.key != agent.key), agent.key)
            yield _hit(repository, agent, f"agent {agent.key!r} can call itself through {through!r}", "uses")


def own_approver(repository: Repository, _: Mapping[str, Any]) -> Iterable[Hit]:
    """Find agents that can call the tool that approves what they want to do."""
    for agent, reached in _routes(repository.manifest):
        tools = [component for component in reached if isinstance(component, Tool)]
        approver = next(
            (tool.key for tool in tools if words_of(tool.key)[:1] and words_of(tool.key)[0] in _APPROVING), ""
        )
        approved = next((tool.key for tool in tools if tool.requires_approval is True and tool.key != approver), "")
        if approver and approved:
            said = f"agent {agent.key!r} can call {approver!r} itself, and {approved!r} needs approval"
            yield _hit(repository, agent, said, "uses")


def _routes(manifest: Manifest | None) -> Iterator[tuple[Agent, tuple[Component, ...]]]:
    """Yield each agent with everything that it reaches; itself only where it reaches itself."""
    if manifest is None:
        return
    components = {component.key: component for component in manifest.components}
    for component in manifest.components:
        if not isinstance(component, Agent):
            continue
        reached: dict[str, Component] = {}
        waiting = list(component.uses)
        while waiting:
            key = waiting.pop(0)
            if key not in reached:
                reached[key] = components[key]
                waiting += components[key].uses
        yield component, tuple(reached.values())


def _hit(repository: Repository, agent: Agent, said: str, *path: str) -> Hit:
    manifest = repository.manifest
    keys = [component.key for component in manifest.components] if manifest is not None else []
    line = repository.manifest_line(("components", keys.index(agent.key), *path))
    place = next((file.path for file in repository.of_kind(FileKind.MANIFEST)), "")
    return Hit(line=line, said=said, subject=agent.key, path=place)
