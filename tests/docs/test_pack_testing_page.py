"""docs/how-to/test-a-pack.md: its cases, expectations and reasons are read and do what the page says."""

import re
from pathlib import Path
from typing import get_args

import yaml

from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.packs import PackFolders
from roadworthy.gates.trying.mutants import mutation_report, tried_mutants
from roadworthy.policy.cases import Want
from roadworthy.policy.mutation.mutant import Operator
from roadworthy.policy.mutation.mutants import mutants
from roadworthy.runtime.policy.testing import run_pack_tests

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
PAGE = (HOW_TO / "test-a-pack.md").read_text(encoding="utf-8")
FIGURES = """\
- id: acme/refunds-are-right
  title: Refunds are right
  objective: Verify that refunds are given rightly.
  why: Money is hard to get back.
  area: evaluation
  type: detective
  stage: evaluate
  tiers: [limited, high]
  rules:
    - id: acme/refunds-right
      require: {kind: measure, category: acme_refunds, comparator: "<=", threshold: 0.05, min_samples: 60}
      severity: warn
      message: Too many refunds may be wrong.
      remediation: Run `rw eval run acme_refunds`.
"""


def blocks(text):
    return re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)


def written_pack(root):
    header, control = blocks((HOW_TO / "write-a-pack.md").read_text(encoding="utf-8"))[:2]
    facts, runs, expectations, _ = blocks(PAGE)
    folder = root / "acme"
    for name in ("controls", "cases"):
        (folder / name).mkdir(parents=True)
    (folder / "pack.yaml").write_text(header.partition("tighten:")[0], encoding="utf-8")
    (folder / "SOURCES.md").write_text("Our own.", encoding="utf-8")
    (folder / "controls" / "all.yaml").write_text(control + FIGURES, encoding="utf-8")
    (folder / "cases" / "all.yaml").write_text(facts + runs, encoding="utf-8")
    (folder / "cases" / "expectations.yaml").write_text(expectations, encoding="utf-8")
    return folder


def test_the_pack_of_the_page_is_tested_as_the_page_says(tmp_path):
    written_pack(tmp_path)
    source = PackFolders(tmp_path)
    pack, trial = source.load("acme"), source.trial("acme")

    tried = tried_mutants(mutants(pack), pack=pack, trial=trial, conditions=CelConditions())
    report = mutation_report(list(tried), survivors=trial.survivors)

    assert [(one.operator, one.rule, one.change) for one in report.unexplained] == []
    assert report.mutants > 60


def test_no_case_of_the_page_fails_and_none_is_owed(tmp_path, monkeypatch):
    written_pack(tmp_path)
    monkeypatch.chdir(tmp_path)

    (found,) = run_pack_tests(None, ["acme"], with_mutants=False)

    assert (found.failed, found.unmet, found.uncovered) == ((), (), ())


def test_the_page_names_every_outcome_and_every_change():
    named = set(re.findall(r"`([a-z_]+)`", PAGE))

    assert set(get_args(Want)) <= named
    assert set(get_args(Operator)) <= named


def test_a_survivor_has_the_fields_that_the_page_shows():
    (survivor,) = yaml.safe_load(blocks(PAGE)[-1])

    assert set(survivor) == {"operator", "rule", "change", "reason"}
