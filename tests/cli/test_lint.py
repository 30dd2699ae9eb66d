"""`rw lint` as a person, a pipeline and a commit hook call it."""

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from roadworthy.adapters.clock import SystemClock
from roadworthy.cli.main import run
from roadworthy.runtime.linting import LintRequest, lint_facts, look

KEY = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF2hJ5"
DIRTY = f'import os\nTOKEN = "{KEY}"\n'
RULE = """\
- id: prompt/says-please
  area: prompt
  severity: warn
  title: A prompt says please
  why: This team does not.
  fix: Leave it out.
  kinds: [prompt]
  detect: {kind: pattern, patterns: ['(?i)\\bplease\\b']}
  references: [{framework: cwe, id: CWE-1}]
  examples:
    - {note: said, files: {app/prompts/a.txt: "Please answer."}, finds: true}
    - {note: not said, files: {app/prompts/a.txt: "Answer."}, finds: false}
"""


@pytest.fixture
def root(tmp_path, monkeypatch):
    root = tmp_path / "desk"
    put(root, {"app/a.py": DIRTY, "app/b.py": "x = 1\n", "README.md": "# Desk\n"})
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def rw(root, capsys):
    def call(*arguments, code):
        capsys.readouterr()
        done = run(["lint", *(str(argument) for argument in arguments)])
        found = capsys.readouterr()
        assert done == code, found.out + found.err
        return found

    return call


def put(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def git(root, *arguments, check=True, **options):
    settings = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    return subprocess.run(
        ["git", *settings, *arguments], cwd=root, check=check, capture_output=True, text=True, **options
    )


def test_a_finding_is_told_with_place_rule_and_remedy_and_fails_the_check(rw):
    said = rw(code=1).out

    assert "app/a.py:2:10\n  block  a GitHub token of 40 characters lies in the file [secret/code-host-token]" in said
    assert "  fix    Revoke it" in said
    assert said.splitlines()[-1].startswith("1 block in 3 files by ")
    assert KEY not in said


def test_a_clean_folder_passes_without_a_manifest(rw, root):
    (root / "app" / "a.py").unlink()

    assert rw(code=0).out.startswith("nothing found in 2 files by ")


def test_paths_narrow_the_look(rw):
    assert "in 1 files" in rw("app/b.py", code=0).out
    assert "in 2 files" in rw("app", code=1).out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "there is no such file or folder"),
        (["/"], "the path lies outside the repository"),
        (["--rule", "no/such"], "no lint rule is called 'no/such'"),
        (["--area", "weather"], "no area is called 'weather'"),
        (["--staged"], "the folder is in no git checkout"),
        (["--staged", "app"], "`--staged` names the files already"),
        (["--baseline", "README.md"], "the baseline is not JSON"),
        (["-C", "nowhere"], "is not a folder"),
        (["explain", "no/such"], "no lint rule is called 'no/such'"),
    ],
)
def test_what_is_asked_wrongly_says_so(rw, arguments, said):
    assert said in rw(*arguments, code=2).err


def test_an_empty_folder_is_not_clean(rw, tmp_path):
    (tmp_path / "empty").mkdir()

    assert "there is no file to look at" in rw("-C", tmp_path / "empty", code=2).err


def test_a_file_that_cannot_be_read_is_neither_clean_nor_bad(rw, root):
    (root / "app" / "a.py").write_bytes(b"x = 1\0")

    assert "app/a.py: is not text" in rw(code=3).out


def test_rules_and_areas_narrow_what_is_asked(rw):
    rw("--area", "prompt", code=0)
    rw("--rule", "secret/code-host-token", code=1)
    rw("--rule", "secret/private-key", code=0)


def test_the_bar_is_what_is_asked_for(rw, root):
    put(root, {"app/a.py": 'os.environ["LANGCHAIN_TRACING_V2"] = "true"\n'})

    rw(code=0)
    rw("--severity", "warn", code=1)


def test_json_holds_everything_and_is_a_baseline_for_the_next_time(rw, root):
    said = json.loads(rw("--format", "json", "-o", root / "was.json", code=1).out)
    assert said["schema"] == "roadworthy/lint-report/v1"
    assert json.loads((root / "was.json").read_text()) == said

    known = rw("--baseline", "was.json", code=0)
    assert "1 findings are in the baseline" in known.err
    put(root, {"app/a.py": "\n\n" + DIRTY, "app/c.py": DIRTY})
    assert "app/c.py:2:10" in rw("--baseline", "was.json", code=1).out


def test_a_suppressed_finding_stays_visible_and_lets_the_check_pass(rw, root):
    comment = "  # roadworthy: ignore[secret/code-host-token] until 2999-01-01: revoked in May"
    put(root, {"app/a.py": DIRTY.rstrip() + comment + "\n"})
    assert "more than 365 days from now" in rw(code=1).out

    day = SystemClock().now().date() + timedelta(days=30)
    put(root, {"app/a.py": DIRTY.rstrip() + comment.replace("2999-01-01", str(day)) + "\n"})
    assert "; 1 suppressed" in rw(code=0).out
    (result,) = json.loads(rw("--format", "sarif", code=0).out)["runs"][0]["results"]
    assert result["suppressions"][0]["kind"] == "inSource"
    assert "revoked in May" in result["suppressions"][0]["justification"]


def test_the_settings_suppress_exclude_and_add_rules(rw, root):
    day = SystemClock().now().date() + timedelta(days=30)
    settings = f"""\
rules: lint
suppressions:
  - {{rule: secret/code-host-token, path: "app/**", reason: revoked in May, until: "{day}"}}
paths:
  exclude: [{{path: "legacy/**", reason: not our code}}]
"""
    put(root, {".roadworthy-lint.yaml": settings, "lint/own.yaml": RULE, "legacy/x.py": DIRTY})
    put(root, {"app/prompts/a.txt": "You are an AI. Please decline."})
    said = rw("--severity", "warn", code=1).out

    assert "A prompt says please [prompt/says-please]" in said
    assert said.splitlines()[-1].endswith("; 1 suppressed; 1 files left out by the settings")
    assert "prompt/says-please" in rw("rules", code=0).out


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("suppressions: [{rule: a/b, path: x, until: '2027-01-01'}]", "reason: is missing"),
        ("suppressions: [{rule: a/b, path: x, reason: it is so}]", "until: is missing"),
        ("suppressions: [{rule: a/b, path: x, reason: no, until: '2027-01-01'}]", "`reason` must say why"),
        ("paths: {exclude: [{path: x}]}", "reason: is missing"),
        ("rules: ../elsewhere", "is not a folder of the repository"),
        ("ruless: x", "is not a known field"),
        ("- x", "must be a mapping"),
    ],
)
def test_settings_that_are_not_whole_are_refused(rw, root, settings, said):
    put(root, {".roadworthy-lint.yaml": settings})

    assert said in rw(code=2).err


def test_own_rules_that_do_not_read_are_refused_with_their_place(rw, root):
    put(root, {".roadworthy-lint.yaml": "rules: lint", "lint/own.yaml": RULE.replace("(?i)", "(?<x")})

    assert "lint/own.yaml:8" in rw(code=2).err


def test_own_rules_may_not_take_the_id_of_another(rw, root):
    put(root, {".roadworthy-lint.yaml": "rules: lint"})
    put(root, {"lint/own.yaml": RULE.replace("prompt/says-please", "prompt/too-long")})

    assert "two lint rules are called 'prompt/too-long'" in rw(code=2).err


def test_a_rule_is_explained_with_its_examples(rw):
    said = rw("explain", "prompt/hidden-unicode", code=0).out

    assert "found: no width" in said
    assert "left alone: a family" in said
    assert "\u200b" not in said


def test_sarif_is_whole(rw):
    log = json.loads(rw("--format", "sarif", code=1).out)
    (part,) = log["runs"]
    (result,) = part["results"]
    rules = part["tool"]["driver"]["rules"]

    assert log["version"] == "2.1.0"
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == "secret/code-host-token"
    assert result["level"] == "error"
    region = result["locations"][0]["physicalLocation"]
    assert region["artifactLocation"] == {"uri": "app/a.py", "uriBaseId": "%SRCROOT%"}
    assert region["region"] == {"startLine": 2, "startColumn": 10}
    assert list(result["partialFingerprints"]) == ["roadworthyLint/v1"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert KEY not in json.dumps(log)


def test_a_command_by_its_name_and_a_path_of_that_name_can_be_told_apart(rw, root):
    put(root, {"rules/a.py": DIRTY})

    assert "prompt/too-long" in rw("rules", code=0).out
    assert "rules/a.py:2:10" in rw("./rules", code=1).out


def test_facts_name_paths_and_counts_and_no_content(root):
    facts = lint_facts(look(LintRequest(root=root), today=date(2026, 11, 21)))

    assert facts["files"] == 3
    assert facts["areas"]["secret"] == 1
    assert facts["areas"]["prompt"] == 0
    assert facts["findings"] == [
        {"rule": "secret/code-host-token", "area": "secret", "severity": "block", "path": "app/a.py", "component": ""}
    ]
    assert KEY not in json.dumps(facts)


def test_staged_looks_at_what_is_staged_alone(rw, root):
    git(root, "init", "-q")
    git(root, "add", "app/b.py")
    rw("--staged", code=0)
    git(root, "add", "app/a.py")
    put(root, {"app/a.py": "x = 1\n"})

    assert "app/a.py:2:10" in rw("--staged", code=1).out


def test_the_hook_refuses_a_commit_and_lets_a_clean_one_pass(root):
    git(root, "init", "-q")
    text = (Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text("utf-8")
    (entry,) = [line.partition(":")[2].strip() for line in text.splitlines() if line.strip().startswith("entry:")]
    program = Path(sys.executable).parent / "rw"
    hook = root / ".git" / "hooks" / "pre-commit"
    hook.write_text(f"#!/bin/sh\nexec {entry.replace('rw', str(program), 1)}\n")
    hook.chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}

    git(root, "add", "-A")
    refused = git(root, "commit", "-qm", "first", check=False, env=environment)
    assert refused.returncode != 0
    assert "secret/code-host-token" in refused.stdout + refused.stderr
    assert git(root, "rev-parse", "--verify", "-q", "HEAD", check=False).returncode != 0

    put(root, {"app/a.py": "x = 2\n"})
    assert git(root, "commit", "-qam", "first", check=False, env=environment).returncode == 0


@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_names_of_files_that_are_no_text_or_break_lines_are_told(rw, root, form):
    for name in (b"bytes\xff.py", b"line\nbreak.py"):
        Path(os.fsdecode(os.fsencode(root) + b"/" + name)).write_text(DIRTY)
    said = rw("--format", form, code=1).out

    assert "line\nbreak.py" not in said
    assert "bytes" in said


def test_rules_are_listed_as_data(rw):
    found = json.loads(rw("rules", "--area", "logging", "--format", "json", code=0).out)
    one = json.loads(rw("explain", found[0]["id"], "--format", "json", code=0).out)

    assert {rule["area"] for rule in found} == {"logging"}
    assert one == found[0]
