"""A small sound pack in a folder: one rule, every case that it owes, nothing else."""

from __future__ import annotations

from pathlib import Path

HEADER = """\
# What acme asks of every system.
schema: roadworthy/pack/v1
name: acme
version: 1.0.0  # raised with every change
layer: tenant
title: What acme asks
owner: risk office
licence: Apache-2.0
"""

CONTROLS = """\
- id: acme/owner
  title: Somebody answers for it
  objective: Verify that an owner is named.
  why: Without one nobody acts.
  area: oversight
  type: directive
  stage: design
  tiers: [high]
  rules:
    - id: acme/owner-named
      message: nobody is named
      remediation: state `owner` in roadworthy.yaml
      require: {kind: fact, condition: "system.owner != ''"}
  links:
    - {framework: iso-42001, id: A.3.2, relation: intersects, rationale: roles, strength: 4, status: proposed}
"""

CASES = """\
- {note: an owner is named, rule: acme/owner-named, facts: {system: {owner: desk}}, want: pass}
- {note: nobody is named, rule: acme/owner-named, facts: {system: {owner: ""}}, want: fail}
- {note: nothing is stated, rule: acme/owner-named, facts: {system: {}}, want: missing}
"""

EXPECTATIONS = """\
- {rules: [acme/owner-named], tiers: [high], severity: block}
"""


def write_pack(folder: Path, **changes: str) -> Path:
    """Write the pack into ``folder`` and return it.

    Args:
        folder: Made where there is none.
        changes: Lines of the header to exchange, e.g. ``version="2.0.0"``; a field that it has not is added.
    """
    for name in ("controls", "cases"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "pack.yaml").write_text(header(**changes))
    (folder / "SOURCES.md").write_text("# Sources\n\nOur own wording.\n")
    (folder / "controls" / "oversight.yaml").write_text(CONTROLS)
    (folder / "cases" / "oversight.yaml").write_text(CASES)
    (folder / "cases" / "expectations.yaml").write_text(EXPECTATIONS)
    return folder


def header(**changes: str) -> str:
    """Return the header with some lines exchanged or added."""
    lines = HEADER.splitlines()
    for name, value in changes.items():
        kept = [line for line in lines if not line.startswith(f"{name}:")]
        lines = [*kept, f"{name}: {value}"]
    return "\n".join(lines) + "\n"
