"""Reads templates of reviews and filled intake forms."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from pydantic import TypeAdapter

from roadworthy.adapters.yaml_source import read_yaml, validated
from roadworthy.core.errors import ConfigError
from roadworthy.reviews.template import IntakeForm, ReviewTemplate

INTAKE = "intake"
"""Id of the template that is shipped."""

MAX_FORM_BYTES = 512 * 1024

_TEMPLATE = TypeAdapter(ReviewTemplate)
_FORM = TypeAdapter(IntakeForm)


def read_template(name: str, *, beside: Path) -> ReviewTemplate:
    """Return the shipped template, or read another.

    Args:
        name: ``intake``, or path of a file relative to ``beside``.
        beside: Folder that paths start from; no path leads out of it.

    Raises:
        ConfigError: If it does not read, or its path leads elsewhere.
    """
    if name == INTAKE:
        with resources.as_file(resources.files("roadworthy.reviews") / "intake.yaml") as path:
            return validated(_TEMPLATE, read_yaml(path, error=ConfigError), error=ConfigError)
    path = (beside / name).resolve()
    if not path.is_relative_to(beside.resolve()):
        raise ConfigError(
            f"the template {name[:80]!r} lies outside of the folder", where=str(beside), fix="put it beside the form"
        )
    return validated(_TEMPLATE, read_yaml(path, error=ConfigError, max_bytes=MAX_FORM_BYTES), error=ConfigError)


def read_form(path: Path) -> IntakeForm:
    """Read a filled intake form.

    Raises:
        ConfigError: If it does not read; with file, line and field.
    """
    return validated(_FORM, read_yaml(path, error=ConfigError, max_bytes=MAX_FORM_BYTES), error=ConfigError)


def form_text(template: ReviewTemplate) -> str:
    """Return an empty form of ``template`` for a team to fill in, as YAML."""
    lines = [
        f"# {template.title} What you leave empty stays unanswered; what the manifest says need not be repeated.",
        "schema: roadworthy/intake/v1",
        "title:",
        f"template: {template.id}",
        "tier_claimed:  # minimal, limited, high or critical; leave it empty if you do not know",
        "answers:",
    ]
    for question in template.questions:
        lines += ["", f"  # {question.text}"]
        lines += [f"  # {question.help}"] if question.help else []
        lines += [f"  # One of: {', '.join(question.choices)}."] if question.choices else []
        lines += [f"  # Empty: as the manifest says in {question.reads}."] if question.reads else []
        lines += ["  # May stay empty."] if not question.required else []
        lines.append(f"  {question.id}:")
    return "\n".join(lines) + "\n"
