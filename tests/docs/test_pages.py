"""What the pages say is so: codes, commands, names, numbers, examples and links."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from roadworthy.adapters.catalogues import load_threats
from roadworthy.adapters.packs import PackFolders
from roadworthy.adapters.tasks import load_task
from roadworthy.cli.app import command as command_line
from roadworthy.core.errors import RoadworthyError
from roadworthy.core.evidence import Assurance, Origin
from roadworthy.core.severity import RiskTier
from roadworthy.evals.model import Sample
from roadworthy.gates.model import Verdict
from roadworthy.policy.model import Area, Layer
from roadworthy.runtime.rendering import write_card  # noqa: F401 - loads every module that defines an error
from roadworthy.sdk.clients.errors import NotServedError  # noqa: F401 - the same
from roadworthy.sdk.exchange.refusing import HttpError  # noqa: F401 - the same

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(p for p in DOCS.rglob("*.md") if "first-release" not in p.parts)
FRONT = [ROOT / name for name in ("README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md")]
GENERATED = (
    "cli.md",
    "controls.md",
    "guard-coverage.md",
    "lint-rules.md",
    "manifest.md",
    "overlays.md",
    "scorers.md",
    "threats.md",
)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def every_error(kind=RoadworthyError):
    yield kind
    for child in kind.__subclasses__():
        yield from every_error(child)


def commands(command=None, path=("rw",)):
    command = command if command is not None else command_line()
    below = getattr(command, "commands", {})
    own = {" ".join(path): command} if not below or (command.invoke_without_command and len(path) > 1) else {}
    return own | {name: c for key, child in below.items() for name, c in commands(child, (*path, key)).items()}


COMMANDS = commands()


def load_generator():
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- errors


def test_every_error_code_has_a_section_and_no_section_is_stale():
    sections = re.findall(r"^### `([^`]+)`$", text_of(DOCS / "reference" / "errors.md"), re.MULTILINE)
    codes = {kind.code for kind in every_error() if kind.__module__.startswith("roadworthy.")}

    assert sorted(sections) == sorted(codes)


@pytest.mark.parametrize("kind", [k for k in every_error() if k.__module__.startswith("roadworthy.")], ids=str)
def test_the_section_of_a_code_names_its_class_and_exit_code(kind):
    _, _, after = text_of(DOCS / "reference" / "errors.md").partition(f"### `{kind.code}`\n")
    section = after.partition("\n### ")[0]

    assert section.strip().startswith(f"`{kind.__name__}`, exit {kind.exit_code}.")
    assert {"**Typical causes:**", "**Fix:**"} <= set(re.findall(r"\*\*[^*]+\*\*", section))


# --- commands


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help_and_a_section(name):
    assert (COMMANDS[name].help or "").strip()
    assert f"\n## `{name}`\n" in text_of(DOCS / "reference" / "cli.md")


def said_commands():
    """Yield page, command and options of everything in code that looks like a call of `rw`."""
    for page in [*PAGES, *FRONT]:
        if page.name in GENERATED or page.parent.name == "adr":
            continue
        for call in re.findall(
            r"(?:^\$ |^- run: |run: |`|^|\(exit 0\); )(rw [a-z][^`\n;|#>]*)", text_of(page), re.MULTILINE
        ):
            yield page, call.strip()


def resolve(call: str) -> str | None:
    """Return the command that ``call`` names, or None."""
    words = call.split()
    default = getattr(command_line().commands.get(words[1]), "default", None)
    if default is not None and " ".join(words[:3]) not in COMMANDS:
        return f"rw {words[1]} {default}"
    for length in (4, 3, 2):
        name = " ".join(words[:length])
        if name in COMMANDS:
            return name
    return None


GROUPS = {" ".join(name.split()[:2]) for name in COMMANDS if len(name.split()) == 3}


def test_commands_that_pages_name_exist_with_their_options():
    wrong = []
    for page, call in said_commands():
        name = resolve(call)
        if name is None:
            if call not in GROUPS and call != "rw command":
                wrong.append(f"{page.name}: {call}")
            continue
        known = {flag for parameter in COMMANDS[name].params for flag in parameter.opts} | {"--help"}
        used = set(re.findall(r"(?<=\s)--?[a-z][a-z-]*", call))
        wrong += [f"{page.name}: {call}: no option {flag}" for flag in sorted(used - known)]

    assert wrong == []


# --- pages made from code


def test_generated_pages_are_fresh():
    generator = load_generator()
    stale = [name for name, make in generator.PAGES.items() if text_of(DOCS / "reference" / name) != make()]

    assert stale == [], "run `python docs/generate.py`"
    assert sorted(generator.PAGES) == list(GENERATED)


# --- names and numbers


def test_the_counts_that_pages_state_are_right():
    pack = PackFolders(ROOT).load("base")
    controls, rules = len(pack.controls), sum(len(control.rules) for control in pack.controls)
    threats = len(load_threats().threats)
    stated = {
        (number, noun)
        for page in [*PAGES, *FRONT]
        if page.name not in GENERATED and page.parent.name != "adr"
        for number, noun in re.findall(r"\b(\d{2,3}) (controls|rules|threats)\b", text_of(page))
    }

    assert stated == {(str(controls), "controls"), (str(rules), "rules"), (str(threats), "threats")}


@pytest.mark.parametrize("words", [Verdict, RiskTier, Area, Layer, Origin, Assurance], ids=lambda w: w.__name__)
def test_words_of_closed_sets_stand_in_the_glossary_or_in_reference(words):
    said = (
        " ".join(text_of(p).lower() for p in PAGES if p.parent.name == "reference").replace("_", " ").replace("-", " ")
    )

    assert [w.value for w in words if w.value.replace("_", " ") not in said] == []


def test_the_glossary_is_sorted_and_names_each_word_once():
    words = re.findall(r"^\| \*\*([^*]+)\*\* \|", text_of(DOCS / "reference" / "glossary.md"), re.MULTILINE)

    assert words == sorted(set(words))


def test_every_environment_variable_that_the_code_reads_is_a_setting():
    read = {
        name
        for layer in ("adapters", "runtime", "cli")
        for path in (ROOT / "src" / "roadworthy" / layer).rglob("*.py")
        for name in re.findall(r"\"(ROADWORTHY_[A-Z_]+|NO_COLOR)\"", text_of(path))
    }
    stated = set(
        re.findall(r"^\| `(ROADWORTHY_\w+|NO_COLOR)`", text_of(DOCS / "reference" / "settings.md"), re.MULTILINE)
    )

    assert stated == read


@pytest.mark.parametrize(
    ("constant", "text"),
    [
        ("adapters.yaml_source:MAX_YAML_BYTES", "2 MiB"),
        ("adapters.yaml_source:MAX_NODES", "200,000 nodes"),
        ("adapters.yaml_source:MAX_DEPTH", "depth 40"),
        ("adapters.yaml_source:MAX_ALIASES", "100 aliases"),
        ("adapters.jsonl:MAX_FILE_BYTES", "256 MiB"),
        ("adapters.jsonl:MAX_LINE_BYTES", "1 MiB"),
        ("adapters.tasks:MAX_SAMPLES", "1,000,000"),
        ("adapters.targets.exchange:MAX_REPLY_BYTES", "4 MiB"),
        ("adapters.targets.exchange:MAX_STREAM_BYTES", "16 MiB"),
        ("adapters.targets.process:MAX_OUTPUT_BYTES", "4 MiB"),
        ("adapters.targets.table.files:MAX_MODEL_BYTES", "4 GiB"),
        ("adapters.targets.table.files:MAX_FILES", "1,000 files"),
        ("adapters.datasets.csv_rows:MAX_COLUMNS", "2,000"),
        ("adapters.datasets.corpus:MAX_FILES", "20,000"),
        ("integrations.inspect_ai.target:MAX_TASK_BYTES", "16 MiB"),
        ("adapters.conditions:MAX_EXPRESSION", "2,000 characters"),
        ("evals.scorers.answers.pattern:MAX_PATTERN", "1,000 characters"),
        ("evidence.archive:MAX_ARCHIVE_BYTES", "1 GiB"),
        ("evidence.archive:MAX_FILES", "20,000 files"),
        ("adapters.pack_files.lists:MAX_FILES", "200"),
        ("runtime.evaluation.runs:DEFAULT_CONCURRENCY", "8, "),
    ],
)
def test_a_limit_that_is_stated_is_the_limit(constant, text):
    module, _, name = constant.partition(":")
    value = getattr(importlib.import_module(f"roadworthy.{module}"), name)
    number = int(re.search(r"[\d,]+", text)[0].strip(",").replace(",", ""))
    unit = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30}.get(text.split()[-1], 1)

    assert number * unit == value
    assert text in text_of(DOCS / "reference" / "settings.md")


def test_recipes_that_contributing_names_exist():
    made = set(re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    named = {n for page in FRONT for n in re.findall(r"(?:^|`)make ([a-z-]+)", text_of(page), re.MULTILINE)}

    assert named <= made


# --- examples


def fenced(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text_of(page), re.MULTILINE | re.DOTALL)


def test_the_task_that_is_shown_loads(tmp_path):
    page = DOCS / "how-to" / "write-a-task.md"
    (tmp_path / "refusal.yaml").write_text(fenced(page, "yaml")[0], encoding="utf-8")
    (tmp_path / "refusal.jsonl").write_text(fenced(page, "json")[0], encoding="utf-8")

    assert len(load_task(tmp_path / "refusal.yaml", root=tmp_path).samples) == 3


def test_the_pack_that_is_shown_loads_and_its_rule_says_no(tmp_path):
    head, control = fenced(DOCS / "how-to" / "write-a-pack.md", "yaml")
    (tmp_path / "acme" / "controls").mkdir(parents=True)
    (tmp_path / "acme" / "pack.yaml").write_text(head, encoding="utf-8")
    (tmp_path / "acme" / "SOURCES.md").write_text("Ours.\n", encoding="utf-8")
    (tmp_path / "acme" / "controls" / "acme.yaml").write_text(control, encoding="utf-8")

    from roadworthy.policy.resolve import pack_digest, resolve
    from roadworthy.runtime.policy.catalogue import check_packs
    from roadworthy.runtime.workspace import Workspace

    folders = PackFolders(tmp_path)
    packs = [folders.load("base"), folders.load("acme")]
    resolved = resolve(packs, tier=RiskTier.LIMITED, digests={p.name: pack_digest(p) for p in packs})

    assert "acme/refund-limit" in {rule.id for rule in resolved.rules}
    assert check_packs(Workspace(root=tmp_path), ["base", "acme"]) == ()


def test_sample_fields_that_are_listed_are_the_samples_fields():
    _, _, after = text_of(DOCS / "reference" / "task-format.md").partition("\n## Sample\n")
    listed = re.findall(r"^\| `(\w+)` \|", after.partition("\n## ")[0], re.MULTILINE)

    assert sorted(listed) == sorted(TypeAdapter(Sample).json_schema()["properties"])


# --- links


def links(page: Path) -> list[str]:
    text = re.sub(r"^```.*?^```", "", text_of(page), flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"\]\(([^)\s]+)\)", text)


def test_links_to_files_lead_somewhere():
    local = [
        (page, link.partition("#")[0])
        for page in [*FRONT, *PAGES]
        for link in links(page)
        if not link.startswith(("http://", "https://", "#"))
    ]
    dead = [f"{page.relative_to(ROOT)}: {link}" for page, link in local if link and not (page.parent / link).exists()]

    assert len(local) > 500
    assert dead == []


def test_tests_that_pages_name_exist():
    wrong = []
    for page in [*PAGES, *FRONT]:
        for path, _, name in re.findall(r"`((?:tests|src)/[\w/.-]+\.py)(::(\w+))?`", text_of(page)):
            if not (ROOT / path).is_file() or (name and f"def {name}(" not in text_of(ROOT / path)):
                wrong.append(f"{page.name}: {path}::{name}")

    assert wrong == []


@pytest.mark.slow
def test_the_site_builds_without_a_warning_and_loads_nothing_from_elsewhere(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    pages = list((tmp_path / "site").rglob("*.html"))
    loaded = {
        address
        for page in pages
        for tag in re.findall(r"<(?:script|link|img|iframe|source)\b[^>]*>", text_of(page))
        for address in re.findall(r"(?:src|href)=\"?(https?:[^\s\">]+)", tag)
    }

    assert done.returncode == 0, done.stderr
    assert len(pages) >= len(PAGES)
    assert loaded == set()


def test_pages_say_nothing_about_machines_or_registries():
    wrong = [
        f"{page.name}: {found}"
        for page in [*PAGES, *FRONT]
        for found in re.findall(r"(?<![\w.])(?:/work|/tmp|/root|/home)/\S*|TODO|FIXME", text_of(page))
    ]

    assert wrong == []


def test_the_lock_holds_a_hash_for_every_requirement_that_the_decision_page_names():
    page = text_of(DOCS / "adr" / "0012-dependencies.md")
    named = re.findall(r"^\| ([a-z0-9-]+) \|", page, re.MULTILINE)
    project = text_of(ROOT / "pyproject.toml").partition("dependencies = [")[2].partition("]")[0]
    required = re.findall(r"\"([a-z0-9-]+)", project)
    lock = text_of(ROOT / "requirements.lock")

    assert [n for n in named if n != "package"] == required
    assert [n for n in required if not re.search(rf"^{n}==\S+.*\\\n\s+--hash=sha256:", lock, re.MULTILINE)] == []


def test_samples_in_the_tutorial_are_lines_of_json():
    files = sorted((DOCS / "tutorials" / "first-release" / "evals").glob("*.jsonl"))

    assert [len([json.loads(line) for line in text_of(file).splitlines()]) for file in files] == [31, 30, 30]
