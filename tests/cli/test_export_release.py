"""The export and model commands, from the outside."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from fakes.packed_system import decided_system
from roadworthy.cli.main import run
from roadworthy.evidence.exchange.oscal.folder import OscalModel
from roadworthy.gates.recall import Recall, RecallCause
from roadworthy.runtime.workspace import Workspace

OK, BROKEN, USAGE, CANNOT_TELL = 0, 1, 2, 3


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return decided_system(tmp_path_factory.mktemp("export") / "desk").root


def test_a_bill_of_materials_is_written_whole_and_the_same_again(desk: Path, tmp_path: Path) -> None:
    out = tmp_path / "bom.json"
    for _ in range(2):
        assert run(["export", "cyclonedx", "--root", str(desk), "-o", str(out)]) == OK
        text = out.read_text()
    assert run(["export", "cyclonedx", "--root", str(desk), "--spec", "1.7", "-o", str(tmp_path / "7.json")]) == OK

    assert json.loads(text)["specVersion"] == "1.6"
    assert json.loads((tmp_path / "7.json").read_text())["specVersion"] == "1.7"
    assert out.read_text() == text


@pytest.mark.parametrize("model", [OscalModel.ASSESSMENT_PLAN, OscalModel.COMPONENT_DEFINITION])
def test_each_oscal_model_is_a_folder(desk: Path, tmp_path: Path, model: OscalModel) -> None:
    assert run(["export", "oscal", "--root", str(desk), "--model", model.value, "-o", str(tmp_path / "o")]) == OK
    assert (tmp_path / "o" / "catalog.json").is_file()


def test_a_folder_of_an_earlier_export_is_renewed(desk: Path, tmp_path: Path) -> None:
    for model in ("poam", "assessment-results"):
        assert run(["export", "oscal", "--root", str(desk), "--model", model, "-o", str(tmp_path / "o")]) == OK
    assert (tmp_path / "o" / "assessment-results.json").is_file()


def test_what_an_earlier_export_says_of_another_decision_does_not_stay_beside_the_new_one(
    desk: Path, tmp_path: Path
) -> None:
    root, out = shutil.copytree(desk, tmp_path / "desk"), tmp_path / "o"
    assert run(["export", "oscal", "--root", str(root), "-o", str(out)]) == OK
    assert run(["export", "oscal", "--root", str(root), "--model", "component-definition", "-o", str(out)]) == OK
    assert (out / "assessment-results.json").is_file()
    (out / "evidence" / "ev_0.dsse.json").write_text("{}")

    assert run(["gate", "--root", str(root)]) == OK
    assert run(["export", "oscal", "--root", str(root), "--model", "component-definition", "-o", str(out)]) == OK

    assert sorted(path.name for path in out.rglob("*.json")) == ["catalog.json", "component-definition.json"]


def test_a_folder_with_other_things_in_it_is_left_alone(
    desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.txt").write_text("mine")

    assert run(["export", "oscal", "--root", str(desk), "-o", str(tmp_path)]) == USAGE
    assert "thesis.txt is in the way" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_what_cannot_be_written_is_asked_wrongly(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export", "cyclonedx", "--root", str(desk), "--spec", "2.0"]) == USAGE
    assert run(["export", "oscal", "--root", str(desk), "--model", "ssp"]) == USAGE
    assert run(["export", "model-card", "nobody", "--root", str(desk), "-o", "-"]) == USAGE
    assert "choose 1.6 or 1.7" in capsys.readouterr().err


def test_a_card_is_printed_written_and_renewed(desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "README.md"
    assert run(["export", "model-card", "model", "--root", str(desk), "-o", "-"]) == OK
    printed = capsys.readouterr().out
    out.write_text("# Mine\n")
    assert run(["export", "model-card", "model", "--root", str(desk), "-o", str(out)]) == OK

    assert "## What was checked" in printed
    assert "\n# Mine\n" in out.read_text()
    assert "model-index:" in out.read_text()


def test_a_release_that_is_not_the_one_in_the_folder_is_not_exported(
    desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = shutil.copytree(desk, tmp_path / "desk")
    (root / "prompts" / "answer.txt").write_text("Answer otherwise.\n")

    assert run(["export", "cyclonedx", "--root", str(root), "-o", str(tmp_path / "b.json")]) == CANNOT_TELL
    assert "is not the release" in capsys.readouterr().err
    assert not (tmp_path / "b.json").exists()


def test_a_model_is_signed_by_its_key_and_an_extra_file_is_noticed(
    desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "weights.bin").write_bytes(b"w")
    (folder / "README.md").write_text("# M\n")
    keys = desk / ".roadworthy" / "keys"
    key, card_key = keys / "model-signing-key.pub.pem", keys / "signing-key.pub.pem"
    verify = ["model", "verify", str(folder), "--key", str(key), "--card-key", str(card_key), "--format", "json"]

    assert run(["model", "sign", str(folder), "--root", str(desk)]) == OK
    capsys.readouterr()
    assert run(verify) == OK
    assert json.loads(capsys.readouterr().out)["card"] == "README.md"
    (folder / "more.py").write_text("import os")
    assert run(verify) == BROKEN
    assert "more.py was added" in capsys.readouterr().err


def test_a_component_is_signed_by_its_key_in_the_manifest(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["model", "sign", "model", "--root", str(desk)]) == OK
    signature = Path(capsys.readouterr().out.strip())

    assert signature == desk / "model.bin.sig"
    signature.unlink()


def test_a_decision_that_may_not_be_relied_on_any_more_is_exported_in_no_form(
    desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = Workspace(root=shutil.copytree(desk, tmp_path / "desk"))
    recall = Recall(
        id="recall_1", cause=RecallCause.COLLECTOR_FAULTY, reason="it counted wrong", producer="roadworthy-eval",
        recorded_by="ada", recorded_at=workspace.clock.now(),
    )  # fmt: skip
    workspace.recalls.add(recall)
    out = tmp_path / "out"

    for command in (["cyclonedx"], ["oscal"], ["model-card", "model"]):
        assert run(["export", *command, "--root", str(workspace.root), "-o", str(out)]) == CANNOT_TELL, command
        assert "is voided: evidence" in capsys.readouterr().err
    assert not out.exists()
