"""The shipped dates against the summary beside the checkout, where there is one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from roadworthy.adapters.catalogues import load_regimes

SUMMARY = Path(__file__).parents[4] / "shared" / "catalogs" / "eu-ai-act-applicability.json"


@pytest.mark.shared
@pytest.mark.skipif(not SUMMARY.exists(), reason="the development data are not beside this checkout")
def test_every_date_of_the_summary_is_the_date_of_some_row() -> None:
    table = next(t for t in load_regimes().tables if t.id == "eu-ai-act")
    shipped = {row.effective_from.isoformat() for row in table.rows}

    summary = json.loads(SUMMARY.read_text("utf-8"))

    assert {entry["date"] for entry in summary["applies_from"]} == shipped
