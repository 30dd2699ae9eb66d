"""The pages about vendors say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from roadworthy.adapters.vendors.file import load_vendors
from roadworthy.vendors.demands import DEFAULT_DEMANDS
from roadworthy.vendors.model import Contract
from roadworthy.vendors.standing import VendorState

DOCS = Path(__file__).parents[2] / "docs"
HOW_TO = (DOCS / "how-to" / "assess-vendors.md").read_text(encoding="utf-8")
REFERENCE = (DOCS / "reference" / "vendor-format.md").read_text(encoding="utf-8")


def test_the_file_of_the_page_loads(tmp_path):
    (block,) = re.findall(r"```yaml\n(.*?)```", HOW_TO, re.DOTALL)
    (tmp_path / "vendors.yaml").write_text(block)

    (vendor,) = load_vendors(tmp_path / "vendors.yaml").vendors

    stated = [name for name in Contract.__dataclass_fields__ if not name.startswith("_")]
    assert [name for name in stated if getattr(vendor.contract, name) is None] == []


def test_the_shipped_demands_are_those_of_the_page():
    rows = re.findall(r"^\| `([a-z-]+)` \| .*`([a-z_]+)`|^\| `(certified)`", REFERENCE, re.MULTILINE)

    assert {first or third for first, _, third in rows} >= {demand.id for demand in DEFAULT_DEMANDS}


def test_every_term_and_state_is_written_down():
    terms = [name for name in Contract.__dataclass_fields__ if not name.startswith("_")]

    assert [name for name in (*terms, *(s.value for s in VendorState)) if f"`{name}`" not in REFERENCE] == []
