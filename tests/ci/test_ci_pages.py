"""The pages on pipelines: what they show are inputs, files and commands that exist, and their script tells 1 from 3."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from fakes.pipelines.shell import bash

ROOT = Path(__file__).parents[2]
PAGES = {name: (ROOT / "docs" / "how-to" / name).read_text() for name in ("ci.md", "monorepos.md")}


def blocks(page: str, language: str) -> list[str]:
    return [part.split("```")[0] for part in PAGES[page].split(f"```{language}\n")[1:]]


def test_inputs_that_are_shown_are_inputs_of_the_files() -> None:
    action, gitlab, azure = (yaml.safe_load(block) for block in blocks("ci.md", "yaml"))
    inputs = yaml.safe_load((ROOT / "ci" / "github" / "action.yml").read_text())["inputs"]
    spec = yaml.safe_load((ROOT / "ci" / "gitlab" / "template.yml").read_text().partition("\n---\n")[0])["spec"][
        "inputs"
    ]
    parameters = {
        one["name"] for one in yaml.safe_load((ROOT / "ci" / "azure" / "roadworthy.yml").read_text())["parameters"]
    }

    assert set(action[0]["with"]) <= set(inputs)
    assert set(gitlab["include"][0]["inputs"]) <= set(spec)
    assert set(azure["steps"][2]["parameters"]) <= parameters
    assert {"working-directory", "cache-name", "artifact", "since"} <= set(inputs)


def test_the_jobs_of_the_monorepo_page_are_yaml_with_pinned_actions() -> None:
    given, written = (yaml.safe_load(block) for block in blocks("monorepos.md", "yaml"))
    inputs = yaml.safe_load((ROOT / "ci" / "github" / "action.yml").read_text())["inputs"]
    jobs = written["jobs"]

    assert set(given["with"]) <= set(inputs)
    assert set(jobs) == {"find", "gate"}
    assert len(jobs["find"]["steps"][0]["uses"].partition("@")[2]) == 40


@pytest.mark.parametrize(("code", "said"), [(0, "may ship"), (1, "refuted"), (2, "asked wrongly"), (3, "cannot tell")])
def test_the_script_that_tells_1_from_3_does(tmp_path: Path, code: int, said: str) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    script = f'#!/bin/sh\n[ "$1" = plan ] && exit 0\necho reused=1 > outputs\nexit {code}\n'
    (programs / "rw").write_text(script)
    (programs / "rw").chmod(0o755)
    (block,) = blocks("ci.md", "bash")

    exited, text = bash(block, cwd=tmp_path, env={}, programs=programs)

    assert exited == code
    assert said in text
    assert "reused=1" in text
