"""The facts that conditions may name. Their meaning is in ``docs/reference/facts.md``."""

from __future__ import annotations

import re
from types import MappingProxyType

VARIABLES = ("system", "components", "release", "assessment", "documents", "change", "lint")
"""Every top-level name. A condition that names another does not compile."""

FIELDS = MappingProxyType(
    {
        "system": frozenset(
            {
                "key", "name", "version", "purpose", "intended_use", "out_of_scope_use", "foreseeable_misuse",
                "users", "affected_groups", "role", "markets", "languages", "data_classes", "autonomy",
                "decision_effect", "human_oversight", "owner", "accountable_executive", "legal_facts",
            }
        ),
        "components": frozenset(
            {
                "type", "key", "uses", "digest", "provider", "model", "pin", "snapshot", "region", "licence",
                "path", "include", "source", "role", "personal_data", "trusted", "description", "arguments",
                "side_effects", "scopes", "requires_approval", "limits", "uri", "version",
                "tool_list_digest", "max_steps", "revision",
            }
        ),
        "release": frozenset({"version", "system"}),
        "assessment": frozenset({"tier", "legal_classes", "expires_at"}),
        "change": frozenset({"classes", "added", "removed", "changed"}),
        "lint": frozenset({"files", "areas", "findings", "suppressed", "excluded", "unread", "blind"}),
    }
)  # fmt: skip
"""Field names by variable; of ``components``, those of any component. ``documents`` is keyed freely."""

_LITERAL = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_ALIAS = re.compile(r"\bcomponents\.(?:all|exists|exists_one|filter|map)\(\s*([A-Za-z_]\w*)\s*,")


def unknown_facts(expression: str) -> tuple[str, ...]:
    """Return the facts that ``expression`` names and that nothing could ever state, sorted.

    A misspelt fact is *missing* for ever: the rule would block every release, and the
    reader would look for the fault in the manifest.

    >>> unknown_facts("system.ower != '' && components.all(c, c.licence != '')")
    ('system.ower',)
    """
    code = _LITERAL.sub("''", expression)
    names = {name: name for name in FIELDS if name != "components"}
    names |= dict.fromkeys(_ALIAS.findall(code), "components")
    unknown = set()
    for name, variable in names.items():
        for field in re.findall(rf"(?<![\w.]){re.escape(name)}\.([A-Za-z_]\w*)\b(?!\()", code):
            if field not in FIELDS[variable]:
                unknown.add(f"{variable}.{field}")
    return tuple(sorted(unknown))


def names_a_fact(expression: str) -> bool:
    """Return whether ``expression`` depends on any fact; one that does not is always the same.

    >>> names_a_fact("system.owner != ''"), names_a_fact("1 < 2")
    (True, False)
    """
    code = _LITERAL.sub("''", expression)
    return any(re.search(rf"(?<![\w.]){name}\b", code) for name in VARIABLES)
