"""The files of all platforms against the platforms' own schemas, and against what least privilege asks."""

from __future__ import annotations

import importlib.resources
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from fakes.pipelines.gitlab import component

CI = Path(__file__).parents[2] / "ci"
ACTION, WORKFLOW = CI / "github" / "action.yml", CI / "github" / "workflow.yml"
GITLAB, AZURE = CI / "gitlab" / "template.yml", CI / "azure" / "roadworthy.yml"
FILES = [ACTION, WORKFLOW, GITLAB, AZURE]


def schema(name: str) -> dict[str, Any]:
    place = importlib.resources.files("check_jsonschema.builtin_schemas.vendor").joinpath(f"{name}.json")
    found: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return found


def loaded(path: Path) -> Any:
    # YAML 1.1 reads `on` as true; the platforms do not.
    return {"on" if key is True else key: value for key, value in yaml.safe_load(path.read_text()).items()}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("github-actions", loaded(ACTION), id="action"),
        pytest.param("github-workflows", loaded(WORKFLOW), id="workflow"),
        pytest.param("gitlab-ci", component(GITLAB, {}), id="gitlab"),
        pytest.param(
            "gitlab-ci", component(GITLAB, {"comment": True, "all": True, "since": "origin/main"}), id="gitlab, all"
        ),
        pytest.param("azure-pipelines", loaded(AZURE), id="azure"),
    ],
)
def test_every_file_is_what_its_platform_takes(name: str, content: Any) -> None:
    described = schema(name)
    validator = jsonschema.validators.validator_for(described)
    assert validator(described).is_valid(content)
    assert not validator(described).is_valid({**content, "steps": 5, "runs": 5, "jobs": 5, "roadworthy-gate": 5})


def test_the_workflow_grants_nothing_that_it_does_not_name() -> None:
    workflow = loaded(WORKFLOW)

    assert workflow["permissions"] == {}
    assert workflow["jobs"]["gate"]["permissions"] == {
        "contents": "read",
        "pull-requests": "write",
        "security-events": "write",
    }
    assert "pull_request_target" not in workflow["on"]
    checkout = workflow["jobs"]["gate"]["steps"][0]
    assert checkout["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", [ACTION, WORKFLOW], ids=["action", "workflow"])
def test_every_foreign_action_is_pinned_by_commit_with_its_version_beside_it(path: Path) -> None:
    used = re.findall(r"uses: (\S+)(.*)", path.read_text())

    assert used
    for action, comment in used:
        assert action.startswith("./") or re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action), action
        assert action.startswith("./") or re.fullmatch(r" # v\d+\.\d+\.\d+", comment), action


def test_no_script_of_github_is_pasted_together_from_inputs() -> None:
    scripts = [step["run"] for step in loaded(ACTION)["runs"]["steps"] if "run" in step]

    assert len(scripts) == 4
    assert not any("${{" in script for script in scripts)


def test_the_key_reaches_only_the_step_that_puts_it_in_place() -> None:
    with_key = [step["name"] for step in loaded(ACTION)["runs"]["steps"] if "SIGNING_KEY" in str(step)]
    azure = [step["displayName"] for step in loaded(AZURE)["steps"] if "SIGNING_KEY" in str(step)]
    script = component(GITLAB, {})["roadworthy-gate"]["script"]

    assert with_key == azure == ["Take up what is whole and ours"]
    unset = next(i for i, line in enumerate(script) if line.startswith("unset ROADWORTHY_SIGNING_KEY"))
    assert unset < next(i for i, line in enumerate(script) if "rw ci run" in line)


def test_every_input_is_described() -> None:
    github = {name: one["description"] for name, one in loaded(ACTION)["inputs"].items()}
    gitlab = yaml.safe_load(GITLAB.read_text().partition("\n---\n")[0])["spec"]["inputs"]
    azure = re.findall(r"- name: (\w+)(?: # .+\.)?\n", AZURE.read_text())

    assert all(text.rstrip("`").endswith((".", "`")) for text in github.values())
    assert all(one["description"].endswith(".") for one in gitlab.values())
    assert azure == [one["name"] for one in loaded(AZURE)["parameters"]]


@pytest.mark.parametrize("path", FILES, ids=[path.parent.name + "/" + path.name for path in FILES])
def test_no_file_names_a_machine_or_an_address(path: Path) -> None:
    text = path.read_text()

    assert not re.search(r"/(work|tmp|root|home)/", text)
    assert re.findall(r"https?://\S+", text) in ([], ["https://github.com/actions/cache"])
