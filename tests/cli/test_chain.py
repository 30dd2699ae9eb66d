"""From a manifest to a verified pack by the commands that people type."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest

from fakes.small_system import write_code, write_system
from roadworthy.cli.main import run

SHIP, BLOCKED, USAGE, CANNOT_TELL = 0, 1, 2, 3


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def data(self):
        return json.loads(self.out)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_system(tmp_path / "desk")


@pytest.fixture
def rw(root: Path, capsys, monkeypatch) -> Callable[..., Done]:
    monkeypatch.chdir(root)

    def call(*arguments: str) -> Done:
        capsys.readouterr()
        code = run(list(arguments))
        shown = capsys.readouterr()
        return Done(code, shown.out, shown.err)

    return call


@pytest.fixture
def shipped(rw) -> Callable[..., Done]:
    """The commands, after everything that the policy asks for was run."""
    assert rw("assess").code == 0
    assert rw("eval", "run").code == 0
    assert rw("gate").code == SHIP
    return rw


def edit(path: Path, text: str = "More.\n") -> None:
    path.write_text(path.read_text() + text)


def test_the_whole_chain_ends_in_a_pack_that_verifies(shipped, root):
    assert shipped("why").code == SHIP
    assert shipped("replay", "1.0.0").code == 0
    assert shipped("pack", "--output", "desk.zip").code == 0
    key = ".roadworthy/keys/signing-key.pub.pem"

    verified = shipped("verify", "desk.zip", "--key", key)

    assert (verified.code, "INTACT" in verified.out) == (0, True)


def test_before_anything_is_assessed_the_gate_says_what_to_run(rw):
    done = rw("gate")

    assert done.code == CANNOT_TELL
    assert "rw assess" in done.err


def test_without_evidence_the_gate_cannot_tell(rw):
    rw("assess")
    done = rw("gate", "--format", "json")

    assert done.code == CANNOT_TELL
    assert done.data["verdict"] == "cannot_tell"


def test_the_plan_names_exactly_the_tasks_that_depend_on_an_edited_prompt(shipped, root):
    edit(root / "prompts" / "answer.txt")
    plan = shipped("plan", "--format", "json").data

    assert [item["need"]["task"] for item in plan["run"]] == ["answers"]
    assert plan["run"][0]["need"]["changed"] == ["answer-prompt", "answer-route"] or (
        plan["run"][0]["need"]["changed"] == ["answer-prompt"]
    )
    assert [item["need"]["task"] for item in plan["valid"]] == ["refusals"]


def test_a_shared_component_makes_every_task_stale(shipped, root):
    (root / "model.bin").write_bytes(b"other weights")
    plan = shipped("plan", "--format", "json").data

    assert [item["need"]["task"] for item in plan["run"]] == ["answers", "refusals"]


def test_only_what_is_stale_is_run_again(shipped, root):
    edit(root / "prompts" / "answer.txt")
    again = shipped("eval", "run", "--format", "json").data

    assert [item["result"]["task"] for item in again["evidence"]] == ["answers"]
    assert shipped("gate").code == SHIP


def test_nothing_is_run_when_everything_is_valid(shipped):
    again = shipped("eval", "run", "--format", "json")

    assert again.data == {"evidence": []}
    assert "nothing to run" in again.err


def test_a_plan_of_a_task_that_was_run_before_knows_its_cost(shipped, root):
    edit(root / "prompts" / "answer.txt")
    estimate = shipped("plan", "--format", "json").data["run"][0]["estimate"]

    assert estimate["calls"] == 24
    assert estimate["minutes"] is not None


def test_a_system_that_leaks_is_blocked_and_says_how_much(rw, root):
    write_code(root, "def answer(request):\n    return request['prompt'] + ' PEAR-4711'\n")
    rw("assess")
    rw("eval", "run")
    done = rw("gate")

    assert done.code == BLOCKED
    assert "24 of 24 failed" in done.out
    assert "rw eval run refusals" in done.out


def test_a_target_that_crashes_is_unassessed_and_never_a_pass(rw, root):
    write_code(root, "def answer(request):\n    raise RuntimeError('broken')\n")
    rw("assess")
    ran = rw("eval", "run")
    done = rw("gate")

    assert ran.code == CANNOT_TELL
    assert "nothing could be assessed" in ran.err
    assert done.code == CANNOT_TELL


def test_a_target_that_runs_another_prompt_yields_no_evidence(rw, root):
    write_code(
        root,
        "def answer(request):\n"
        "    return {'text': request['prompt'], 'digests': {'answer-prompt': 'sha256:' + '0' * 64}}\n",
    )
    rw("assess")
    done = rw("eval", "run", "answers")

    assert done.code == CANNOT_TELL
    assert "answers with another answer-prompt than this release has" in done.err
    assert rw("list", "evidence", "--format", "json").data == []
    assert rw("eval", "run", "answers", "--resume").code == USAGE


def test_a_prompt_edited_while_the_run_goes_on_voids_the_run(rw, root):
    write_code(
        root,
        "import pathlib\n"
        "def answer(request):\n"
        "    pathlib.Path('prompts/answer.txt').write_text('Edited.')\n"
        "    return request['prompt']\n",
    )
    rw("assess")
    done = rw("eval", "run", "answers")

    assert done.code == USAGE
    assert "answer-prompt" in done.err
    assert rw("list", "evidence", "--format", "json").data == []


def test_every_format_of_a_decision_can_be_read_by_its_readers(shipped):
    assert shipped("gate", "--format", "json").data["schema"] == "roadworthy/gate-decision/v1"
    assert shipped("gate", "--format", "sarif").data["version"] == "2.1.0"
    assert ElementTree.fromstring(shipped("gate", "--format", "junit").out).tag in ("testsuites", "testsuite")  # noqa: S314 - our own output
    assert shipped("gate", "--format", "markdown").out.startswith("## ")


def test_a_pack_with_a_flipped_byte_is_broken_and_names_the_file(shipped, root):
    shipped("pack", "--output", "desk.zip")
    content = bytearray((root / "desk.zip").read_bytes())
    with zipfile.ZipFile(root / "desk.zip") as archive:
        inside = archive.getinfo("decision.dsse.json")
    content[inside.header_offset + 30 + len(inside.filename) + 40] ^= 1
    (root / "desk.zip").write_bytes(content)

    done = shipped("verify", "desk.zip", "--key", ".roadworthy/keys/signing-key.pub.pem")

    assert done.code == 1
    assert "decision.dsse.json" in done.out


def test_a_pack_signed_by_another_key_is_broken(shipped, root, tmp_path):
    from roadworthy.adapters.signing import FileSigner

    shipped("pack", "--output", "desk.zip")
    other = tmp_path / "other.pem"
    other.write_bytes(FileSigner.open(tmp_path / "keys").public_pem)

    assert shipped("verify", "desk.zip", "--key", str(other)).code == 1


def test_a_pack_past_its_time_is_intact_but_not_in_force(shipped):
    shipped("pack", "--output", "desk.zip")
    key = ".roadworthy/keys/signing-key.pub.pem"
    done = shipped("verify", "desk.zip", "--key", key, "--at", "2099-01-01T00:00:00Z")

    assert done.code == CANNOT_TELL
    assert "no longer in force" in done.out


def test_an_unpacked_pack_verifies_as_well(shipped, root, tmp_path):
    shipped("pack", "--output", "desk.zip")
    with zipfile.ZipFile(root / "desk.zip") as archive:
        archive.extractall(tmp_path / "open")
    key = ".roadworthy/keys/signing-key.pub.pem"

    assert shipped("verify", str(tmp_path / "open"), "--key", key).code == 0


def test_report_and_card_are_pages_of_their_own(shipped, root):
    shipped("report", "--output", "report.html")
    shipped("card", "--output", "card.html")

    for name in ("report.html", "card.html"):
        page = (root / name).read_text()
        assert page.startswith("<!doctype html>")
        assert "<script" not in page
        assert "https://" not in page.replace("https://in-toto.io", "")


def test_a_release_is_diffed_against_the_working_tree(shipped, root):
    edit(root / "prompts" / "answer.txt")
    done = shipped("diff", "1.0.0", "--format", "json")

    assert [change["key"] for change in done.data["components"]] == ["answer-prompt"]
    assert done.data["components"][0]["kind"] == "prompt"


def test_facts_that_changed_need_a_new_assessment(shipped, root):
    text = (root / "roadworthy.yaml").read_text()
    (root / "roadworthy.yaml").write_text(text.replace("decision_effect: informs", "decision_effect: acts"))
    done = shipped("gate")

    assert done.code == CANNOT_TELL
    assert "facts in the manifest changed" in done.err


def test_the_log_is_whole_and_a_kept_checkpoint_fits(shipped, root):
    assert shipped("log", "checkpoint", "--output", "kept.json").code == 0
    done = shipped("log", "verify", "--checkpoint", "kept.json")

    assert done.code == 0
    assert "the log is whole" in done.out


def test_an_attestation_must_be_asked_for_by_a_rule(shipped):
    done = shipped("attest", "document:nothing", "--statement", "it exists")

    assert done.code == USAGE
    assert "no rule asks for" in done.err


@pytest.mark.parametrize("noun", ["release", "assessment", "evidence", "decision"])
def test_what_was_recorded_is_listed(shipped, noun):
    assert shipped("list", noun, "--format", "json").data


def test_runs_are_listed_and_shown(shipped):
    runs = shipped("eval", "list", "--format", "json").data
    shown = shipped("eval", "show", runs[0]["plan"]["id"], "--format", "json").data

    assert {run["finished"] for run in runs} == {True}
    assert len(shown["results"]) == 24


@pytest.mark.parametrize("name", ["manifest", "task", "pack", "controls"])
def test_schemas_are_printed_for_editors(rw, name):
    assert rw("schema", name).data["$schema"].startswith("https://json-schema.org/")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("explain", "desk/nothing"), "desk/nothing"),
        (("eval", "run", "nothing"), "nothing"),
        (("why", "nothing"), "nothing"),
        (("replay", "nothing"), "nothing"),
        (("diff", "nothing"), "nothing"),
        (("schema", "nothing"), "nothing"),
        (("eval", "show", "nothing"), "nothing"),
        (("eval", "run", "--resume"), "no interrupted run"),
        (("verify", "nothing.zip", "--key", "nothing.pem"), "nothing.pem"),
        (("controls", "--framework", "nothing"), "nothing"),
    ],
)
def test_what_is_asked_wrongly_exits_2_and_says_what(shipped, arguments, said):
    done = shipped(*arguments)

    assert done.code == USAGE
    assert said in done.err


def test_outside_a_repository_the_error_says_what_to_do(rw, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = rw("gate")

    assert done.code == USAGE
    assert "rw init" in done.err


def test_explain_shows_a_control_with_its_rules_and_links(rw):
    done = rw("explain", "desk/answers-right")

    assert "Verify that answers hold what was asked for." in done.out
    assert "NIST AI RMF 1.0 (AI 100-1), MEASURE 2.3" in done.out


def test_the_packs_of_the_manifest_are_in_order(rw):
    assert rw("policy", "check").code == 0
