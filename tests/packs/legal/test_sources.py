from __future__ import annotations

from importlib.resources import files

import pytest

from roadworthy.adapters.catalogues import load_regimes
from roadworthy.core.digest import digest_of_bytes
from roadworthy.risk.law import LegalRegime

SOURCES = files("roadworthy.packs").joinpath("LEGAL_SOURCES.md").read_text("utf-8")


@pytest.mark.parametrize("table", load_regimes().tables, ids=lambda table: table.id)
def test_list_of_sources_has_a_line_for_the_table_with_its_dates_and_status(table: LegalRegime) -> None:
    (line,) = [line for line in SOURCES.splitlines() if line.startswith(f"| `legal/{table.id}.yaml`")]

    assert f"| {table.legal_data_as_of} | {table.review_by} | {table.source_status}" in line


@pytest.mark.parametrize("table", load_regimes().tables, ids=lambda table: table.id)
def test_readings_are_what_their_digests_say(table: LegalRegime) -> None:
    assert all(source.digest == digest_of_bytes(source.reading.encode()) for source in table.sources)


@pytest.mark.parametrize("table", load_regimes().tables, ids=lambda table: table.id)
def test_rows_are_reviewed_no_earlier_than_they_were_written(table: LegalRegime) -> None:
    assert all(row.review_by > table.legal_data_as_of for row in table.rows)
