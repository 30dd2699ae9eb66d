from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from roadworthy.adapters.catalogues import load_regimes, load_threats, read_regimes, read_threats
from roadworthy.core.errors import CatalogueError
from roadworthy.risk.law import LegalRegimes, Question
from roadworthy.risk.source import SourceStatus

Edit = Callable[[str, str], None]


@pytest.fixture
def legal(tmp_path: Path) -> Path:
    """A copy of the shipped legal tables."""
    with as_file(files("roadworthy.packs").joinpath("legal")) as shipped:
        return Path(shutil.copytree(shipped, tmp_path / "legal"))


@pytest.fixture
def threats(tmp_path: Path) -> Path:
    """A copy of the shipped threat catalogue."""
    with as_file(files("roadworthy.packs").joinpath("threats.yaml")) as shipped:
        return Path(shutil.copy(shipped, tmp_path / "threats.yaml"))


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_shipped_tables_and_threats_load() -> None:
    assert [table.id for table in load_regimes().tables] == ["eu-ai-act", "us-colorado-admt", "us-nyc-ll144"]
    assert len(load_threats().threats) >= 36


def test_a_copy_reads_as_the_shipped_one(legal: Path, threats: Path) -> None:
    assert read_regimes(legal) == load_regimes()
    assert read_threats(threats) == load_threats()


def test_shipped_tables_do_not_claim_to_be_verified() -> None:
    assert {table.source_status for table in load_regimes().tables} == {SourceStatus.UNVERIFIED}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        pytest.param("licence: Apache-2.0\n", "licence: ''\n", "states no licence", id="trap 29: no licence"),
        pytest.param("licence: Apache-2.0\n", "", "licence: is missing", id="trap 29: licence left out"),
        pytest.param("    digest: sha256:", "    digest: md5:", "is not a sha256 digest", id="trap 29: no digest"),
        pytest.param("narrows what", "widens what", "the digest of its reading is", id="edited"),
        pytest.param("outcome: prohibited", "outcome: forbidden", "unknown classes: forbidden", id="unknown class"),
        pytest.param("[art-6-3]", "[art-6-4]", "unknown exemptions: art-6-4", id="unknown exemption"),
        pytest.param("tier_floor: prohibited", "tier_floor: awful", "tier_floor", id="unknown tier"),
        pytest.param("effective_from: 2025-02-02", "effective_from: soon", "effective_from", id="unreadable date"),
        pytest.param("citation: 'Art. 5(1)(a)'", "citation: ' '", "cites nothing", id="no citation"),
        pytest.param("id: art-5-1-b\n", "id: art-5-1-a\n", "ids repeat: art-5-1-a", id="repeated row"),
        pytest.param(
            "id: eu-ai-act\n", "id: eu-ai-act\ncolour: red\n", "colour: is not a known field", id="unknown key"
        ),
        pytest.param(
            "when: system.legal_facts.social_scoring",
            "when: system.legal_facts.social_scoring &&",
            "does not compile",
            id="bad condition",
        ),
        pytest.param(
            "system.legal_facts.social_scoring", "system.sozial", "unknown facts: system.sozial", id="unknown fact"
        ),
        pytest.param(
            "system.legal_facts.social_scoring",
            "system.legal_facts.sozial",
            "no question asks for sozial",
            id="unasked",
        ),
    ],
)
def test_faulty_table_is_refused(legal: Path, old: str, new: str, reason: str) -> None:
    replaced(legal / "eu-ai-act.yaml", old, new)

    with pytest.raises(CatalogueError) as refused:
        read_regimes(legal)

    assert reason in str(refused.value)
    assert refused.value.where
    assert refused.value.fix


def test_fault_is_located_in_file_and_line(legal: Path) -> None:
    table = legal / "eu-ai-act.yaml"
    replaced(table, "when: system.legal_facts.social_scoring", "when: system.legal_facts.social_scoring ||")
    line = next(n for n, text in enumerate(table.read_text("utf-8").splitlines(), 1) if text.endswith("||"))

    with pytest.raises(CatalogueError, match="does not compile") as refused:
        read_regimes(legal)

    assert refused.value.where.startswith(f"{table}:{line}:")


def test_faults_of_every_file_are_told_at_once(legal: Path) -> None:
    for name in ("eu-ai-act", "us-nyc-ll144"):
        replaced(legal / f"{name}.yaml", "licence: Apache-2.0\n", "")

    with pytest.raises(CatalogueError, match="licence: is missing") as refused:
        read_regimes(legal)

    assert any("us-nyc-ll144.yaml" in detail for detail in refused.value.details)


def test_folder_without_tables_is_refused(legal: Path) -> None:
    for path in legal.glob("*.yaml"):
        if path.name != "questions.yaml":
            path.unlink()

    with pytest.raises(CatalogueError, match="there is no legal table"):
        read_regimes(legal)


def test_questions_that_close_each_other_are_refused(legal: Path) -> None:
    replaced(legal / "questions.yaml", "- id: biometrics\n", "- id: biometrics\n    closed_by: face_scraping\n")

    with pytest.raises(CatalogueError, match="in a circle"):
        read_regimes(legal)


def test_question_closed_by_none_that_exists_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no question 'nobody'"):
        LegalRegimes(questions=(Question(id="a", text="?", closed_by="nobody"),))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        pytest.param("licence: Apache-2.0\n", "licence: ''\n", "states no licence", id="trap 29: no licence"),
        pytest.param("    digest: sha256:", "    digest: ", "is not a sha256 digest", id="trap 29: no digest"),
        pytest.param("id: T02\n", "id: T01\n", "threats repeat: T01", id="repeated threat"),
        pytest.param("AML.T0051.000", "AML.51", "malformed id 'AML.51'", id="malformed foreign id"),
        pytest.param("severity: 2\n", "severity: 6\n", "`severity` must be in 1..5, got 6", id="off the scale"),
        pytest.param("threats: [T02, T12]", "threats: [T02, T99]", "unknown threats: T99", id="factor without threat"),
        pytest.param("critical: 90, ", "", "`valid_days` lacks critical", id="tier without days"),
        pytest.param("flow: lethal", "flow: letal", "flow", id="unknown flow"),
        pytest.param("tier: high\n", "tier: prohibited\n", "only law prohibits", id="harm floor that prohibits"),
        pytest.param("size(system.markets) > 3", "size(system.market) > 3", "unknown facts: system.market", id="fact"),
    ],
)
def test_faulty_threat_catalogue_is_refused(threats: Path, old: str, new: str, reason: str) -> None:
    replaced(threats, old, new)

    with pytest.raises(CatalogueError) as refused:
        read_threats(threats)

    assert reason in str(refused.value)
    assert refused.value.where.startswith(str(threats))
