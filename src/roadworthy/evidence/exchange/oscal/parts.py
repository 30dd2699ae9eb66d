"""Small parts of OSCAL documents: metadata, properties, references and back matter."""

from __future__ import annotations

from dataclasses import dataclass

from roadworthy.core.clock import rfc3339
from roadworthy.core.digest import Digest, JsonValue
from roadworthy.evidence.exchange.identifiers import token, uuid_of
from roadworthy.evidence.exchange.source import NAMESPACE, DecidedRelease

Json = dict[str, JsonValue]
VERSION = "1.2.1"
"""Edition of OSCAL that is written."""

PARTY, ROLE = "assessor", "assessor"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file beside a document that it refers to."""

    name: str
    """Relative path, POSIX."""

    digest: Digest
    media_type: str = "application/json"
    title: str = ""


def line(text: str) -> str:
    """Return ``text`` on one line; OSCAL's strings have no line breaks and are never empty.

    >>> line(" a   b "), line("")
    ('a b', '-')
    """
    return " ".join(text.split()) or "-"


def own_uuid(source: DecidedRelease, *parts: str) -> str:
    """Return the UUID of a thing of this decision."""
    return uuid_of("oscal", source.decision_digest, *parts)


def component_uuid(source: DecidedRelease, key: str) -> str:
    """Return the UUID of a component as it is in this release: the same in every document."""
    return uuid_of("oscal", source.release.digest, "component", key)


def prop(name: str, value: object, *, remarks: str = "") -> Json:
    """Return a property in our namespace."""
    made: Json = {"name": token(name), "ns": NAMESPACE, "value": line(str(value))}
    return made | ({"remarks": line(remarks)} if remarks else {})


def metadata(source: DecidedRelease, *, title: str) -> Json:
    """Return the metadata of a document: it was last changed when the decision was taken."""
    system = source.manifest.system
    party = own_uuid(source, "party", PARTY)
    return {
        "title": line(title),
        "last-modified": rfc3339(source.decision.decided_at),
        "version": line(source.release.version),
        "oscal-version": VERSION,
        "props": [prop("release-digest", source.release.digest), prop("decision", source.decision.id)],
        "roles": [{"id": ROLE, "title": "Assessor"}],
        "parties": [{"uuid": party, "type": "organization", "name": line(system.owner or system.name)}],
        "responsible-parties": [{"role-id": ROLE, "party-uuids": [party]}],
    }


def resource_uuid(source: DecidedRelease, name: str) -> str:
    """Return the UUID of the back-matter resource that stands for a file or a citation."""
    return own_uuid(source, "resource", name)


def file_resource(source: DecidedRelease, file: File) -> Json:
    """Return a back-matter resource with the relative path and the hash of a file."""
    return {
        "uuid": resource_uuid(source, file.name),
        "title": line(file.title or file.name),
        "rlinks": [
            {
                "href": file.name,
                "media-type": file.media_type,
                "hashes": [{"algorithm": "SHA-256", "value": file.digest.removeprefix("sha256:")}],
            }
        ],
    }


def reviewed_controls(source: DecidedRelease) -> Json:
    """Return every control in force and, as its objectives, every rule."""
    return {
        "control-selections": [
            {"include-controls": [{"control-id": token(one.control.id)} for one in source.policy.controls]}
        ],
        "control-objective-selections": [
            {"include-objectives": [{"objective-id": token(rule.id)} for rule in source.policy.rules]}
        ],
    }


def gate_component(source: DecidedRelease) -> Json:
    """Return the gate as the tool that assessed."""
    return {
        "uuid": own_uuid(source, "gate"),
        "type": "software",
        "title": "Roadworthy gate",
        "description": "Decides each rule from signed evidence and stated facts.",
        "props": [prop("evaluator", source.decision.evaluator), prop("version", source.program)],
        "status": {"state": "operational"},
    }


def assessment_assets(source: DecidedRelease) -> Json:
    """Return what the assessment was done with."""
    return {
        "components": [gate_component(source)],
        "assessment-platforms": [
            {
                "uuid": own_uuid(source, "platform"),
                "title": "Roadworthy",
                "uses-components": [{"component-uuid": own_uuid(source, "gate")}],
            }
        ],
    }


def origin(source: DecidedRelease) -> list[JsonValue]:
    """Return the gate as the one who says it."""
    return [{"actors": [{"type": "tool", "actor-uuid": own_uuid(source, "gate")}]}]
