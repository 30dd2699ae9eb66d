"""On the shared rows of another maker, where they are at hand."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from roadworthy.sensitive.personal.find import Finder

ROOT = Path(__file__).parents[3]
DATA = ROOT.parent / "shared" / "data"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not (DATA / "presidio_synth_v2").is_dir(), reason="the shared data are not there"),
]


def bench():
    spec = importlib.util.spec_from_file_location("guard_personal", ROOT / "benchmarks" / "guard_personal.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def texts(name, most):
    lines = (DATA / name / "data.jsonl").read_text(encoding="utf-8").splitlines()[:most]
    return [json.loads(line)["text"] or "" for line in lines]


def test_the_structured_group_is_found_with_f2_of_97_in_100(monkeypatch):
    monkeypatch.setenv("ROADWORTHY_DATA", str(DATA))
    monkeypatch.delenv("ROADWORTHY_PEERS", raising=False)

    told = bench().figures()

    assert told["pii_f2"] >= 0.97
    assert told["presidio_f2"] is None


@pytest.mark.parametrize(("name", "most"), [("winobias", 1), ("cyberseceval_frr_benign", 5)])
def test_texts_without_personal_data_have_next_to_no_find(name, most):
    assert sum(len(Finder().find(text)) for text in texts(name, 1500)) <= most
