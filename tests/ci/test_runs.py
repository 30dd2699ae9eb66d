"""``rw ci run`` on a repository of several systems: who is judged, what the job exits with, what is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fakes.pipelines.shell import git, values
from fakes.small_system import CODE, write_code, write_system
from roadworthy.cli.main import run
from roadworthy.core.errors import ConfigError
from roadworthy.runtime.pipeline.reports import worst, write_outputs


@pytest.fixture
def mono(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two systems; on a branch, one of them tells its secret."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("ROADWORTHY_ACTOR", "ci:test")
    root = tmp_path / "mono"
    for name in ("desk", "shop"):
        folder = write_system(root / name)
        manifest = folder / "roadworthy.yaml"
        manifest.write_text(manifest.read_text().replace("key: echo-desk", f"key: {name}"))
    git("init", "-q", "-b", "main", cwd=root)
    git("add", "-A", cwd=root)
    git("commit", "-q", "-m", "both", cwd=root)
    git("checkout", "-q", "-b", "change", cwd=root)
    write_code(root / "desk", CODE.replace("I cannot tell you that.", "PEAR-4711"))
    return root


def ci_run(root: Path, *more: str) -> tuple[int, Any, dict[str, str]]:
    out, outputs = root.parent / "out", root.parent / "outputs"
    outputs.unlink(missing_ok=True)
    code = run(["ci", "run", "-C", str(root), "--out", str(out), "--outputs", str(outputs), *more])
    path = out / "result.json"
    return code, json.loads(path.read_text()) if path.exists() else None, values(outputs)


@pytest.mark.slow
def test_only_the_touched_system_is_judged_and_its_verdict_is_the_jobs(mono: Path) -> None:
    code, result, outputs = ci_run(mono, "--since", "main")

    assert code == 1
    assert [(one["system"], one["folder"], one["verdict"]) for one in result["systems"]] == [
        ("desk", "desk", "blocked")
    ]
    assert [one["name"] for one in result["left_out"]] == ["shop (shop)"]
    assert (outputs["verdict"], outputs["systems"], outputs["exit-code"]) == ("blocked", "desk", "1")
    sarif = json.loads((mono.parent / "out" / "sarif" / "desk.sarif").read_text())["runs"][0]
    assert sarif["automationDetails"]["id"] == "roadworthy/desk/"
    assert sarif["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "desk/roadworthy.yaml"
    assert "PEAR-4711" not in (mono.parent / "out" / "comment.md").read_text()
    assert not (mono / "shop" / ".roadworthy").exists()


@pytest.mark.slow
def test_a_manifest_that_does_not_load_is_asked_wrongly_beside_one_that_ships(mono: Path) -> None:
    write_code(mono / "desk", CODE)
    (mono / "shop" / "roadworthy.yaml").write_text("schema: roadworthy/manifest/v1\nsystem: 5\n")

    code, result, outputs = ci_run(mono, "--all", "--fail-on", "1,3")

    assert code == 0
    assert outputs["exit-code"] == "2"
    assert [one["exit_code"] for one in result["systems"]] == [0, 2]
    assert result["systems"][1]["problems"][0].startswith("[roadworthy.manifest]")


def test_where_nothing_is_touched_nothing_is_judged_and_the_job_passes(mono: Path) -> None:
    git("checkout", "-q", "--", ".", cwd=mono)
    (mono / "README.md").write_text("Docs.\n")

    code, result, outputs = ci_run(mono, "--since", "main")

    assert (code, result["systems"], outputs["verdict"]) == (0, [], "no_system")
    assert len(result["left_out"]) == 2


@pytest.mark.parametrize(
    "arguments",
    [["--fail-on", "4"], ["--fail-on", ""], ["--since", "nowhere"], ["--max-time", "soon"]],
    ids=["no exit code", "no codes at all", "no revision", "no time"],
)
def test_what_was_asked_wrongly_exits_2_before_anything_is_run(mono: Path, arguments: list[str]) -> None:
    assert ci_run(mono, *arguments) == (2, None, {})


def test_a_target_that_is_down_cannot_tell_and_the_reports_are_written(tmp_path: Path) -> None:
    root = write_system(tmp_path / "down", target="{key: desk, kind: python, callable: 'no_such_module:answer'}")

    code, result, _ = ci_run(root)

    assert code == 3
    assert {task["state"] for task in result["systems"][0]["tasks"]} <= {"run", "failed"}
    assert result["systems"][0]["verdict"] == "cannot_tell"


def test_a_state_folder_that_came_with_the_checkout_is_refused_with_its_key_and_evidence(mono: Path) -> None:
    for command in ("assess", "gate"):
        run([command, "-C", str(mono / "desk")])
    git("add", "-f", "desk/.roadworthy", cwd=mono)

    code, result, _ = ci_run(mono, "--since", "main")

    assert code == 2
    assert result["systems"][0]["problems"][0].startswith("[roadworthy.config] .roadworthy is in version control")
    assert run(["ci", "restore", "-C", str(mono), "--all"]) == 2


@pytest.mark.parametrize(
    ("codes", "expected"), [([0, 0], 0), ([0, 3], 3), ([3, 2], 2), ([2, 1], 1), ([3, 1, 0], 1), ([], 0)]
)
def test_of_several_systems_the_worst_speaks(codes: list[int], expected: int) -> None:
    assert worst(codes) == expected


def test_a_value_of_several_lines_is_never_written_to_the_outputs(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="several lines"):
        write_outputs({"systems": "desk\nverdict=ship"}, tmp_path / "outputs")
    assert not (tmp_path / "outputs").exists()


def test_reports_of_an_earlier_job_do_not_stay_for_one_that_finds_nothing_to_decide_on(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    out = tmp_path / "out"
    stale = ("comment.md", "result.json", "desk.decision.json", "packs/desk.rwpack.zip", "sarif/desk.sarif")
    for name in (*stale, "notes.txt"):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text("of an earlier job")

    code, result, _ = ci_run(tmp_path / "empty", "--all")

    assert (code, result) == (2, None)
    assert [path.name for path in out.rglob("*") if path.is_file() and path.name != ".gitignore"] == ["notes.txt"]
