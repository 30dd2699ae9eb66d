"""`rw policy export-rego` and `rw policy ask-opa`, from the command line to the exit code."""

import gzip
import json
import shutil
import tarfile
from pathlib import Path

import pytest

from fakes.opa_server import opa_server
from roadworthy.cli.main import run as main

DESK = Path(__file__).parents[2] / "examples" / "refund-desk"


class Called:
    """What a command left behind."""

    def __init__(self, exit_code, captured):
        self.exit_code, self.stdout, self.stderr = exit_code, captured.out, captured.err


@pytest.fixture
def run(capsys):
    def called(*arguments):
        capsys.readouterr()
        return Called(main(list(arguments)), capsys.readouterr())

    return called


@pytest.fixture
def desk(run, tmp_path):
    """The example, assessed, in a folder of its own."""
    root = tmp_path / "desk"
    shutil.copytree(DESK, root, ignore=shutil.ignore_patterns(".roadworthy"))
    assert run("assess", "--root", str(root)).exit_code == 0
    return root


def export(run, tmp_path, *more):
    return run("policy", "export-rego", "base", "--tier", "high", "--out", str(tmp_path / "rego"), *more)


def test_the_folder_has_the_layout_of_a_bundle(run, tmp_path):
    found = export(run, tmp_path, "--format", "json")

    said = json.loads(found.stdout)
    written = {str(path.relative_to(tmp_path / "rego")) for path in (tmp_path / "rego").rglob("*") if path.is_file()}
    assert found.exit_code == 0
    assert written == set(said["files"])
    assert {".manifest", "data.json", "roadworthy/cel.rego", "roadworthy/decision.rego"} <= written
    assert json.loads((tmp_path / "rego" / "data.json").read_text())["roadworthy"]["policy"]["digest"] == said["policy"]


def test_two_bundles_of_one_policy_are_the_same_bytes_and_hold_no_tests(run, tmp_path):
    first, second = tmp_path / "a.tar.gz", tmp_path / "b.tar.gz"
    for path in (first, second):
        assert run("policy", "export-rego", "base", "--tier", "high", "--bundle", str(path)).exit_code == 0

    assert first.read_bytes() == second.read_bytes()
    assert gzip.decompress(first.read_bytes())
    with tarfile.open(first) as archive:
        names = archive.getnames()
    assert "roadworthy/packs/base.rego" in names
    assert not [name for name in names if name.endswith("_test.rego") or name.startswith("/") or ".." in name]


def test_an_earlier_export_is_replaced_and_anything_else_is_left_alone(run, tmp_path):
    export(run, tmp_path)
    stale = tmp_path / "rego" / "roadworthy" / "packs" / "gone.rego"
    stale.write_text("package roadworthy.packs.gone\n")
    own = tmp_path / "own"
    own.mkdir()
    (own / "mine.txt").write_text("mine")

    again = export(run, tmp_path)
    refused = run("policy", "export-rego", "base", "--tier", "high", "--out", str(own))

    assert again.exit_code == 0
    assert not stale.exists()
    assert refused.exit_code == 2
    assert "holds something else than an export" in refused.stderr
    assert [path.name for path in own.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["base", "--tier", "high"], id="nowhere to"),
        pytest.param(["base", "--out", "x"], id="no tier"),
        pytest.param(["nothing-of-this-name", "--tier", "high", "--out", "x"], id="no such pack"),
    ],
)
def test_what_is_asked_wrongly_is_said(run, arguments, tmp_path):
    with_root = [*arguments, "--root", str(tmp_path)]
    where = [str(tmp_path / "x") if text == "x" else text for text in with_root]

    found = run("policy", "export-rego", *where)

    assert found.exit_code == 2
    assert not (tmp_path / "x").exists()


def test_a_variable_that_is_not_set_is_asked_for_before_anything_is_sent(run, desk):
    server, _ = opa_server(trap="yes")
    with server:
        found = run("policy", "ask-opa", "--url", server.url, "--token-env", "NO_SUCH_TOKEN", "--root", str(desk))

    assert found.exit_code == 2
    assert "'NO_SUCH_TOKEN' is not set" in found.stderr
    assert server.hits == 0


def test_asking_needs_an_address(run):
    assert run("policy", "ask-opa").exit_code == 2


@pytest.fixture
def behind(run, desk, tmp_path):
    """A server that has loaded the desk's own policy, as it was exported."""
    folder = tmp_path / "rego"
    assert run("policy", "export-rego", "--root", str(desk), "--out", str(folder)).exit_code == 0
    modules = [path.read_text() for path in folder.rglob("*.rego") if not path.name.endswith("_test.rego")]
    return {"modules": modules, "data": json.loads((folder / "data.json").read_text())}


@pytest.mark.slow
def test_the_server_with_the_exported_policy_names_the_same_rules_as_our_gate(run, desk, behind, monkeypatch):
    monkeypatch.setenv("DESK_TOKEN", "s3cret-token")
    server, stand_in = opa_server(**behind, token="s3cret-token")
    with server:
        asked = ["policy", "ask-opa", "--url", server.url, "--token-env", "DESK_TOKEN", "--timeout", "60"]
        found = run(*asked, "--root", str(desk), "--format", "json")
    said = json.loads(found.stdout)

    assert said["differences"] == []
    assert (said["answer"], found.exit_code) == ("deny", 1)
    assert said["ours"] in ("cannot_tell", "blocked")
    assert json.loads(stand_in.seen["body"])["input"]["system"]["key"] == "refund-desk"
    assert "s3cret-token" not in found.stdout + found.stderr


@pytest.mark.parametrize(
    ("trap", "code", "says"), [("undefined", 3, "undefined"), ("yes", 3, "ours deny, theirs allow")]
)
def test_what_the_server_says_is_shown_with_its_difference(run, desk, trap, code, says):
    server, _ = opa_server(trap=trap)
    with server:
        found = run("policy", "ask-opa", "--url", server.url, "--root", str(desk))

    assert found.exit_code == code
    assert says in found.stdout


def test_what_would_be_sent_can_be_seen(run, desk):
    found = run("policy", "ask-opa", "--print-input", "--root", str(desk))

    document = json.loads(found.stdout)["input"]
    assert found.exit_code == 0
    assert document["system"]["key"] == "refund-desk"
    assert document["evidence"]["rules"]
