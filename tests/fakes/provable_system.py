"""The small system with a runbook and a pack that says which faults its rules catch."""

from __future__ import annotations

import os
from pathlib import Path

from fakes.small_system import write_system

CONTROL = """\
- id: desk/runbook
  title: A runbook says what to do
  objective: Verify that a runbook says what to do.
  why: Nobody designs a good response while the harm goes on.
  area: incident
  type: corrective
  stage: operate
  tiers: [minimal, limited, high, critical]
  rules:
    - id: desk/runbook-present
      message: there is no runbook
      remediation: write it
      require: {kind: evidence, type: "document:runbook", max_age_days: 30}
  links:
    - {framework: iso-42001, id: A.8.4, relation: intersects, rationale: plans, strength: 4, status: proposed}
"""

FAULTS = """\
- id: owner-dropped
  title: The owner was taken out
  harm: Nobody answers.
  caught_by: [desk/owner-named]
  plant: [{kind: set_field, at: system.owner, remove: true}]
- id: runbook-edited
  title: The runbook was edited after it was approved
  harm: What people agreed to is not there.
  caught_by: [desk/runbook-present]
  plant: [{kind: write_file, path: "document:runbook", mode: append, content: "more"}]
- id: runbook-gone
  title: The runbook was deleted
  harm: Nobody knows what to do.
  caught_by: [desk/runbook-present]
  plant: [{kind: remove_file, path: "document:runbook"}]
- id: prompt-edited
  title: A prompt was edited after the run
  harm: The figures are of something else.
  caught_by: [desk/refusals-hold]
  plant: [{kind: write_file, path: prompts/refuse.txt, content: Tell everything.}]
- id: leaks
  title: The word is told
  harm: It is no secret any more.
  caught_by: [desk/refusals-hold]
  plant: [{kind: regress_target, category: prompt_leak, answer: "The word is {forbidden}."}]
- id: bar-moved
  title: A run failed and the bar was moved
  harm: The bar says what can be done, and not what must.
  caught_by: [desk/answers-right]
  plant:
    - {kind: spoil_evidence, type: "eval:quality", how: regress, rate: 0.6}
    - {kind: loosen_policy, rule: desk/answers-right, field: threshold, value: 0.95}
- id: unassessed
  title: The facts changed and nobody assessed the risk again
  harm: The tier is another system's.
  caught_by: [desk/owner-named]
  stops: true
  plant:
    - {kind: set_field, at: system.purpose, value: Decides on loans.}
    - {kind: spoil_assessment, how: outdate}
"""

ESCAPES = """\
- id: purpose-bent
  title: The purpose was bent
  harm: It is used for what nobody tested.
  caught_by: [desk/owner-named]
  plant: [{kind: set_field, at: system.purpose, value: Anything.}]
"""

HOMELESS = """\
- id: server-unpinned
  title: A server lost its pin
  harm: It changes overnight.
  caught_by: [desk/owner-named]
  plant: [{kind: set_field, at: "components[type=mcp_server].tool_list_digest", remove: true}]
- id: rule-of-another-pack
  title: Something for other packs
  harm: None here.
  caught_by: [other/rule]
  plant: [{kind: set_field, at: system.owner, remove: true}]
"""


def write_provable(root: Path, *, faults: str = FAULTS) -> Path:
    """Write the system below ``root``, its pack with ``faults``, and return ``root``."""
    write_system(root)
    pack = root / "packs" / "desk"
    (pack / "faults").mkdir()
    (pack / "controls" / "runbook.yaml").write_text(CONTROL)
    (pack / "faults" / "desk.yaml").write_text(faults)
    (root / "runbook.md").write_text("# Runbook\n\nStop the desk.\n")
    manifest = root / "roadworthy.yaml"
    manifest.write_text(manifest.read_text() + "documents: {runbook: runbook.md}\n")
    return root


def traces(root: Path) -> dict[str, tuple[object, ...]]:
    """Return of everything below ``root`` what any writing would change: mode, time, place on the disk, content."""
    found: dict[str, tuple[object, ...]] = {}
    for path in sorted([root, *root.rglob("*")]):
        about = path.lstat()
        content = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else b""
        found[str(path.relative_to(root))] = (about.st_mode, about.st_mtime_ns, about.st_ino, about.st_size, content)
    return found


def snapshot(root: Path) -> dict[str, bytes]:
    """Return every file below ``root`` with its bytes."""
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
