"""What conditions are asked of: the manifest, the release and the assessment as one plain value."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from roadworthy.core.clock import rfc3339
from roadworthy.core.digest import Digest, JsonValue, plain
from roadworthy.inventory.diff import change_classes, diff
from roadworthy.inventory.model import Manifest
from roadworthy.inventory.release import Release


def risk_facts(manifest: Manifest) -> dict[str, JsonValue]:
    """Return the facts that a risk assessment is made from: what is stated, not at which digests.

    An edited prompt leaves them as they are; a new tool or another audience does not.
    """
    system = plain(manifest.system)
    if isinstance(system, dict):
        del system["version"]
    components = [_stated(plain(component)) for component in manifest.components]
    return {"system": _stated(system), "components": components}


def system_facts(manifest: Manifest, release: Release) -> dict[str, JsonValue]:
    """Return the facts that need no assessment: ``system``, ``components``, ``release``.

    What is not stated is absent: neither null nor a default stands in for it.
    """
    versions = {version.key: version for version in release.components}
    components: list[JsonValue] = []
    for component in manifest.components:
        fields = _stated(plain(component))
        version = versions.get(component.key)
        if version is not None and isinstance(fields, dict):
            fields["digest"] = version.digest
            if version.revision is not None:
                fields["revision"] = version.revision
        components.append(fields)
    return {
        "system": _stated(plain(manifest.system)),
        "components": components,
        "release": {"system": release.system, "version": release.version},
    }


def gate_facts(
    manifest: Manifest,
    release: Release,
    *,
    tier: str,
    legal_classes: tuple[str, ...] | None,
    expires_at: datetime,
    documents: Mapping[str, Digest],
    previous: Release | None,
    lint: Mapping[str, JsonValue] | None = None,
    implied: Collection[str] = (),
) -> dict[str, JsonValue]:
    """Return everything that the conditions of a policy may ask of.

    Args:
        manifest: The manifest of the release.
        release: The release.
        tier: From the assessment in force.
        legal_classes: From the assessment in force; None is not stated: some class cannot be told yet.
        expires_at: When that assessment expires.
        documents: Digest of each governance document that is there.
        previous: The release that was decided on before; None on a first one, and then
            ``change`` is not stated.
        lint: What static checks found in the release's files: paths and ids, no content. None where they could not
            run, and then ``lint`` is not stated: nobody looked, which is not *nothing found*.
        implied: Legal questions that a wider *no* answers, as the assessment read them; an answer of the
            manifest's own stands.
    """
    assessment: dict[str, JsonValue] = {"tier": tier, "expires_at": rfc3339(expires_at)}
    if legal_classes is not None:
        assessment["legal_classes"] = list(legal_classes)
    change = {} if previous is None else {"change": _change(previous, release)}
    facts = system_facts(manifest, release)
    facts["system"] = _with_implied(facts["system"], implied)
    return (
        facts
        | change
        | ({} if lint is None else {"lint": dict(lint)})
        | {
            "assessment": assessment,
            "documents": dict(documents),
        }
    )


def _with_implied(system: JsonValue, implied: Collection[str]) -> JsonValue:
    """Answer with *no* what ``implied`` names and the manifest does not answer itself."""
    if not isinstance(system, dict) or not implied:
        return system
    stated = system.get("legal_facts")
    return system | {
        "legal_facts": dict.fromkeys(sorted(implied), False) | (stated if isinstance(stated, dict) else {})
    }


def _change(previous: Release, release: Release) -> dict[str, JsonValue]:
    difference = diff(previous, release)
    keys: dict[str, list[JsonValue]] = {"added": [], "removed": [], "changed": []}
    for change in difference.components:
        keys["changed" if change.change == "rewired" else change.change].append(change.key)
    return {"classes": [kind.value for kind in change_classes(difference)], **keys}


def _stated(value: JsonValue) -> JsonValue:
    """Drop what is null, deeply. An empty list stays: it says *none*."""
    if isinstance(value, dict):
        return {key: _stated(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_stated(item) for item in value]
    return value
