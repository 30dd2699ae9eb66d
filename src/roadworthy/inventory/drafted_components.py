"""The components of a first manifest, each with what a person should look at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from roadworthy.inventory.findings import Findings, FoundServer, FoundTool
from roadworthy.inventory.model import (
    FACTS_KEY,
    Component,
    FileComponent,
    HostedModel,
    McpServer,
    PinKind,
    SideEffect,
    Tool,
)
from roadworthy.inventory.model_names import pin_of

Remark = tuple[tuple[str | int, ...], str]

_EFFECT_OF_VERB = {
    SideEffect.READ: "get list search find lookup look read fetch query retrieve check show describe count",
    SideEffect.WRITE: "create update write set add insert save put edit upsert open book schedule close",
    SideEffect.SEND: "send email mail notify post message sms reply publish share",
    SideEffect.PAY: "pay refund charge transfer purchase buy order invoice",
    SideEffect.DELETE: "delete remove cancel drop purge erase",
    SideEffect.EXECUTE: "run execute exec eval shell bash python command deploy",
}
_VERBS = {verb: effect for effect, verbs in _EFFECT_OF_VERB.items() for verb in verbs.split()}


def drafted_components(findings: Findings) -> tuple[tuple[Component, ...], tuple[Remark, ...]]:
    """Return the components that ``findings`` show, the application last, and remarks about them.

    The application uses everything but datasets for training and evaluation: who
    calls what cannot be seen from outside, and too much makes evidence stale too
    early, never too late.
    """
    drafted = [*_models(findings), *_files(findings), *_tools(findings), *_servers(findings)]
    taken = {FACTS_KEY}
    components: list[Component] = []
    remarks: list[Remark] = []
    for component, said in (*drafted, _application(findings)):
        named = replace(component, key=_free(component.key, taken))
        if named.type == "application":
            named = replace(named, uses=tuple(sorted(c.key for c in components if _is_used(c))))
        remarks += [(("components", len(components), *at), text) for at, text in said]
        components.append(named)
    return tuple(components), tuple(remarks)


Drafted = tuple[Component, list[Remark]]
"""A component, and remarks placed relative to it."""


def key_from(name: str) -> str:
    """Turn any name into a key: lower-case letters, digits and single hyphens, at most 48.

    >>> key_from("Prompts/Answer_DE.txt"), key_from("***")
    ('prompts-answer-de-txt', 'unnamed')
    """
    key = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return key[:48].strip("-") or "unnamed"


def side_effect_of(name: str) -> SideEffect | None:
    """Return what a tool's name says that it does; None when it says nothing.

    >>> side_effect_of("send_email"), side_effect_of("frobnicate")
    (<SideEffect.SEND: 'send'>, None)
    """
    words = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)
    return next((_VERBS[word.lower()] for word in words if word.lower() in _VERBS), None)


def _is_used(component: Component) -> bool:
    return not (isinstance(component, FileComponent) and component.type == "dataset" and component.role != "rag")


def _free(wanted: str, taken: set[str]) -> str:
    key, number = wanted, 2
    while key in taken:
        key, number = f"{wanted}-{number}", number + 1
    taken.add(key)
    return key


def _models(findings: Findings) -> Iterator[Drafted]:
    local = [re.sub(r"[^a-z0-9]", "", path.rpartition("/")[2].lower()) for path in findings.model_files]
    for found in findings.models:
        bare = re.sub(r"[^a-z0-9]", "", found.model.name.rpartition("/")[2].lower())
        if any(name.startswith(bare) for name in local):
            continue
        pin, snapshot = pin_of(found.model.name)
        component = HostedModel(
            key=key_from(found.model.name),
            provider=found.model.provider,
            model=found.model.name,
            pin=pin,
            snapshot=snapshot,
        )
        remarks: list[Remark] = [((), f"named in {_places(found.places)}")]
        if pin is PinKind.ALIAS:
            remarks.append(
                (("pin",), "unpinned: the provider may change what this name means; prefer a dated snapshot")
            )
        yield component, remarks
    for path in findings.model_files:
        yield FileComponent(type="model", key=_key_of_path(path), path=path), []


def _files(findings: Findings) -> Iterator[Drafted]:
    for path in findings.prompts:
        yield FileComponent(type="prompt", key=_key_of_path(path, "prompt"), path=path), []
    stated: Remark = (("trusted",), "trusted:  not stated; whether everyone who can write into it is trusted")
    for path in findings.knowledge:
        yield FileComponent(type="dataset", key=_key_of_path(path), path=path, role="rag"), [stated]
    for path in findings.indexes:
        yield FileComponent(type="index", key=_key_of_path(path), path=path, role="rag"), [stated]
    personal: Remark = (("personal_data",), "personal_data:  not stated; true or false")
    for data in findings.datasets:
        remarks = [personal]
        if data.role is None:
            remarks.append((("role",), "role:  not stated; train | finetune | eval | golden | canary | rag"))
        yield (
            FileComponent(type="dataset", key=_key_of_path(data.path), path=data.path, role=data.role),
            remarks,
        )
    for path in findings.guards:
        yield FileComponent(type="guard_policy", key=_key_of_path(path), path=path), []


def _tools(findings: Findings) -> Iterator[Drafted]:
    for found in findings.tools:
        yield _tool(found)


def _tool(found: FoundTool) -> Drafted:
    effect = side_effect_of(found.name)
    tool = Tool(
        key=key_from(found.name),
        description=found.description,
        arguments=found.arguments,
        side_effects=(effect,) if effect else (),
    )
    guess = "guessed from the name; correct it" if effect else f"not stated; list of {' | '.join(SideEffect)}"
    return tool, [
        ((), f"found in {found.place}"),
        (("side_effects",), guess),
        (("requires_approval",), "requires_approval:  not stated; whether a person agrees before each call"),
    ]


def _servers(findings: Findings) -> Iterator[Drafted]:
    for found in findings.servers:
        yield _server(found)


def _server(found: FoundServer) -> Drafted:
    server = McpServer(key=key_from(found.name), uri=found.uri, version=found.version)
    unpinned = "tool_list_digest:  not stated; the digest of the tool list that was reviewed"
    return server, [((), f"found in {found.place}"), (("tool_list_digest",), unpinned)]


def _application(findings: Findings) -> Drafted:
    application = FileComponent(
        type="application",
        key="application",
        path=".",
        include=findings.code,
        licence=findings.project.licence,
    )
    remarks: list[Remark] = [
        (
            (),
            f"a prompt stands in {place}; in a file of its own, editing it would make less evidence stale",
        )
        for place in findings.prompt_constants
    ]
    remarks.append((("uses",), "everything that was found; leave out what the application does not call or read"))
    return application, remarks


def _key_of_path(path: str, kind: str = "") -> str:
    """Return a key from a path's last part without its suffix, with ``kind`` where it does not say it."""
    name = path.rpartition("/")[2]
    stem = name.rpartition(".")[0] or name
    key = key_from(stem)
    return key if not kind or kind in key else f"{key}-{kind}"


def _places(places: Iterable[str]) -> str:
    listed = sorted(places)
    more = f" and {len(listed) - 3} more places" if len(listed) > 3 else ""
    return f"{', '.join(listed[:3])}{more}"
