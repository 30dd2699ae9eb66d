"""The page on proving controls: its fault loads as it is written, and it names every edit and option."""

from pathlib import Path
from typing import get_args

import yaml
from pydantic import TypeAdapter
from typer.testing import CliRunner

from roadworthy.cli.app import app
from roadworthy.policy.faults import Edit, Fault

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "prove-controls.md"


def blocks(language):
    text = PAGE.read_text(encoding="utf-8")
    return [part.split("```")[0] for part in text.split(f"```{language}\n")[1:]]


def test_its_fault_loads_as_it_is_written():
    faults = TypeAdapter(tuple[Fault, ...]).validate_python(tuple(yaml.safe_load(blocks("yaml")[0])))

    assert [fault.id for fault in faults] == ["refund-limit-dropped"]


def test_it_names_every_edit():
    union, *_ = get_args(Edit)
    kinds = {kind.__dataclass_fields__["kind"].default for kind in get_args(union)}
    text = PAGE.read_text(encoding="utf-8")

    assert {kind for kind in kinds if f"`{kind}`" not in text} == set()


def test_every_option_that_it_shows_is_one_of_the_command():
    shown = CliRunner().invoke(app, ["controls", "prove", "--help"], env={"COLUMNS": "200", "NO_COLOR": "1"}).stdout
    used = {word for line in blocks("console") for word in line.split() if word.startswith("--")}

    assert used
    assert {option for option in used if option not in shown} == set()
