"""``rw vendor`` by what people type."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.small_system import write_system
from fakes.typed_commands import Done, commands
from roadworthy.runtime.assessing import assess_now
from roadworthy.runtime.workspace import Workspace

VENDORS = """\
schema: roadworthy/vendors/v1
vendors:
  - key: publisher
    name: Model publisher
    services: [weights]
    components: [model]
    criticality: convenient
    contract: {training_use: never}
    certifications: [{name: ISO/IEC 27001, scope: all, valid_until: VALID}]
    terms: [{name: licence, path: licence.txt}]
"""


@pytest.fixture
def rw(tmp_path: Path, capsys, monkeypatch) -> Callable[..., Done]:
    write_system(tmp_path)
    (tmp_path / "licence.txt").write_text("first")
    (tmp_path / "vendors.yaml").write_text(VENDORS.replace("VALID", "2060-01-01"))
    assess_now(Workspace(root=tmp_path, environ={"ROADWORTHY_ACTOR": "ada"}))
    return commands(tmp_path, capsys=capsys, monkeypatch=monkeypatch)


def test_terms_that_are_all_stated_are_met_and_one_that_is_gone_is_not(rw, tmp_path):
    good = rw("vendor", "check")
    (tmp_path / "vendors.yaml").write_text(VENDORS.replace("VALID", "2020-01-01"))
    lapsed = rw("vendor", "check")

    tier = json.loads(rw("vendor", "show", "publisher", "--format", "json").out)["now"]["tier"]
    assert (good.code, lapsed.code) == (0 if tier == "minimal" else 3, 1)
    assert "the certificate ISO/IEC 27001 ran out" in lapsed.out
    assert "publisher carries 1 of 1 components" in lapsed.out


def test_an_assessment_is_kept_and_opens_the_decision(rw):
    done = rw("vendor", "assess", "publisher")

    assert done.code in (0, 3)
    assert "somebody else decides" in done.err
    listed = rw("vendor", "list")
    assert listed.code == 1
    assert "assessing" in listed.out


def test_the_watch_tells_a_changed_document_once(rw, tmp_path):
    first = rw("vendor", "watch")
    (tmp_path / "licence.txt").write_text("second")
    second, third = rw("vendor", "watch"), rw("vendor", "watch", "publisher")

    assert (first.code, second.code, third.code) == (0, 1, 0)
    assert "the licence is another document now" in second.out
    assert "nothing changed" in third.out


def test_without_people_nobody_decides(rw):
    rw("vendor", "assess", "publisher")

    done = rw("vendor", "decide", "publisher", "--to", "approved", "--reason", "fine")

    assert done.code == 2
    assert "governance" in done.err


def test_without_a_file_it_says_how_to_write_one(rw, tmp_path):
    (tmp_path / "vendors.yaml").unlink()

    done = rw("vendor", "check")

    assert done.code == 2
    assert "assess-vendors.md" in done.err
