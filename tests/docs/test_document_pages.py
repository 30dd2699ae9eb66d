"""The pages on documents and questionnaires: their files are read, and their commands and columns are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from roadworthy.adapters.answers.library import read_library
from roadworthy.adapters.answers.questionnaire import ANSWER_COLUMNS
from roadworthy.adapters.papers.additions import read_additions
from roadworthy.cli.main import run
from roadworthy.evidence.documents.answers.model import Confidence, LibraryAnswer
from roadworthy.evidence.documents.assurance.model import LinkKind, Status

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("how-to/write-the-technical-file.md", "how-to/read-an-assurance-case.md", "how-to/answer-questionnaires.md")


def text_of(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def yaml_file(page: str, folder: Path) -> Path:
    (block,) = re.findall(r"^```yaml\n(.*?)^```$", text_of(page), re.DOTALL | re.MULTILINE)
    path = folder / "shown.yaml"
    path.write_text(block, encoding="utf-8")
    return path


def test_the_additions_that_are_shown_are_read(tmp_path):
    shown = read_additions(yaml_file("how-to/read-an-assurance-case.md", tmp_path))

    assert [node.id for node in shown] == ["H-pilot", "H-money", "H-doubt"]


def test_the_library_that_is_shown_is_read(tmp_path):
    (shown,) = read_library(yaml_file("how-to/answer-questionnaires.md", tmp_path))

    assert shown.id == "insurance"


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_is_shown_is_there(page, capsys):
    shown = set(re.findall(r"^\$ rw (document [a-z-]+|answer)", text_of(page), re.MULTILINE))

    assert shown
    assert [run([*command.split(), "--help"]) for command in sorted(shown)] == [0] * len(shown)


def test_every_word_of_the_formats_is_explained():
    format_page, case_page = text_of("reference/questionnaire-format.md"), text_of("how-to/read-an-assurance-case.md")
    words = [*ANSWER_COLUMNS, *(one.value for one in Confidence), *LibraryAnswer.__slots__]

    assert [word for word in words if f"`{word}`" not in format_page] == []
    assert [one.value for one in (*Status, *LinkKind) if one.value not in case_page] == []
