"""Cards: figures from evidence alone, other people's words and rows untouched, edited rows refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from huggingface_hub import ModelCard
from huggingface_hub.repocard_data import model_index_to_eval_results
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.adapters.exchange.readme import page_bytes, read_page
from roadworthy.core.digest import digest_of
from roadworthy.core.errors import ConfigError, EvidenceError, NotFoundError
from roadworthy.evals.datasets.datasheet import Datasheet
from roadworthy.evidence.exchange.cards.dataset_card import dataset_card_of
from roadworthy.evidence.exchange.cards.model_card import model_card_of
from roadworthy.evidence.exchange.cards.page import BEGIN, END, Page, with_section
from roadworthy.evidence.exchange.source import DecidedRelease

FOREIGN = {
    "task": {"type": "text-generation"},
    "dataset": {"type": "hellaswag", "name": "HellaSwag"},
    "metrics": [{"type": "acc", "value": 0.31, "verified": True, "verifyToken": "abc"}],
    "source": {"name": "Leaderboard", "url": "https://example.org/board"},
}


def card(source: DecidedRelease, existing: Page | None = None, key: str = "model") -> Page:
    return model_card_of(source, key, existing=existing, task_type="text-generation", where="README.md")


def rows(page: Page) -> list[Any]:
    return page.front["model-index"][0]["results"]


def test_a_new_card_has_a_row_for_each_evaluation_with_its_evidence(shipped: DecidedRelease, tmp_path: Path) -> None:
    page = card(shipped)
    (tmp_path / "README.md").write_bytes(page_bytes(page))
    read = ModelCard.load(tmp_path / "README.md")
    name, found = model_index_to_eval_results(yaml.safe_load(read.data.to_yaml())["model-index"])

    assert name == "model"
    assert read.data.license == "apache-2.0"
    assert read.data.language is None
    assert {one.metric_args["evidence"] for one in found} == {item.id for item in shipped.evidence if item.result}
    assert {one.metric_args["evidence_digest"] for one in found} == {digest_of(e) for e in shipped.evidence if e.result}
    assert all(one.metric_args["n"] == 24 and one.metric_value == 1.0 for one in found)
    assert not any(one.verified for one in found)
    assert all(f"| {item.id} |" in page.body for item in shipped.evidence if item.result)


def test_writing_it_again_changes_nothing(shipped: DecidedRelease, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_bytes(page_bytes(card(shipped)))

    assert page_bytes(card(shipped, read_page(tmp_path / "README.md"))) == (tmp_path / "README.md").read_bytes()


def test_what_others_wrote_stays_to_the_character(shipped: DecidedRelease, tmp_path: Path) -> None:
    place = tmp_path / "README.md"
    body = "\n# My model\n\nWords | of <b>others</b>.\r\n\n\n---\nnot a fence\n"
    front = yaml.safe_dump({"license": "mit", "tags": ["no", "2026-01-02", "x"], "model-index": [
        {"name": "leader", "results": [FOREIGN]}, {"name": "model", "results": [FOREIGN], "extra": 1}]})  # fmt: skip
    place.write_bytes(f"---\n{front}---\n{body}".encode())
    made = card(shipped, read_page(place))

    assert made.front["license"] == "mit"
    assert made.front["tags"] == ["no", "2026-01-02", "x"]
    assert made.front["model-index"][0] == {"name": "leader", "results": [FOREIGN]}
    assert made.front["model-index"][1]["extra"] == 1
    assert made.front["model-index"][1]["results"][0] == FOREIGN
    assert len(made.front["model-index"][1]["results"]) == 3
    assert made.body.startswith(body)


def test_norway_stays_norway(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("---\nlanguage: no\nyes: on\n---\nx\n")
    page = read_page(tmp_path / "README.md")

    assert page is not None
    assert page.front == {"language": "no", "yes": "on"}
    (tmp_path / "again.md").write_bytes(page_bytes(page))
    assert read_page(tmp_path / "again.md") == page


def test_a_card_that_cites_evidence_that_is_another_one_now_is_refused(shipped: DecidedRelease) -> None:
    page = card(shipped)
    rows(page)[0]["metrics"][0]["args"]["evidence_digest"] = digest_of("other")

    with pytest.raises(EvidenceError, match="which is another one now"):
        card(shipped, page)


def test_a_row_whose_value_was_edited_is_refused(shipped: DecidedRelease) -> None:
    page = card(shipped)
    rows(page)[0]["metrics"][0]["value"] = 0.5

    with pytest.raises(EvidenceError, match=r"the card says 0\.5 where evidence .* says 1\.0"):
        card(shipped, page)


def test_rows_of_ours_that_no_longer_count_go_and_those_of_others_stay(shipped: DecidedRelease) -> None:
    page = card(shipped)
    rows(page).append(FOREIGN)
    results = tuple(replace(r, evidence=(), judged=()) for r in shipped.decision.results)
    without = replace(shipped, decision=replace(shipped.decision, results=results))

    assert rows(card(without, page)) == [FOREIGN]
    assert "Nothing was measured" in card(without, page).body


@pytest.mark.parametrize("index", [{}, "text", [1], [{"name": "m"}], [{"results": "none"}]])
def test_a_model_index_that_cannot_be_read_is_not_written_over(shipped: DecidedRelease, index: Any) -> None:
    with pytest.raises(EvidenceError, match="not a list of models with results"):
        card(shipped, Page(front={"model-index": index}, body=""))


@pytest.mark.parametrize("body", [BEGIN, END, f"{END}{BEGIN}", f"{BEGIN}{BEGIN}{END}"])
def test_broken_marks_are_refused(body: str) -> None:
    with pytest.raises(EvidenceError, match="marks around the generated section are broken"):
        with_section(body, "x", where="README.md")


@given(st.text().filter(lambda t: "roadworthy:" not in t), st.text().filter(lambda t: "roadworthy:" not in t))
def test_renewing_a_section_keeps_everything_around_it(before: str, after: str) -> None:
    first = with_section(before, "one", where="README.md")
    second = with_section(first + after, "two", where="README.md")

    assert first.startswith(before)
    assert second == first.replace("one\n" + END, "two\n" + END) + after or "one" in before + after


def test_a_hosted_model_that_is_not_pinned_says_so(blocked: DecidedRelease) -> None:
    page = card(blocked, key="router")

    assert "**not pinned**" in page.body
    assert page.front["license"] == "other"
    assert page.front["license_name"] == "see the contract"
    assert "model-index" not in page.front


def test_only_models_have_model_cards_and_only_datasets_dataset_cards(blocked: DecidedRelease) -> None:
    with pytest.raises(NotFoundError, match=r"'kb' is no model of this release"):
        card(blocked, key="kb")
    with pytest.raises(NotFoundError, match=r"'wren-model' is no dataset of this release"):
        dataset_card_of(blocked, "wren-model", datasheet=None, existing=None, where="README.md")


def test_a_dataset_card_says_what_nobody_stated(blocked: DecidedRelease) -> None:
    page = dataset_card_of(blocked, "orders", datasheet=None, existing=None, where="README.md")

    assert page.front == {"license": "apache-2.0", "pretty_name": "orders"}
    assert "There is no datasheet" in page.body
    assert "| personal data | yes |" in page.body


def test_a_dataset_card_takes_its_datasheets_words(blocked: DecidedRelease) -> None:
    sheet = Datasheet(
        schema="roadworthy/datasheet/v1",
        name="Orders",
        version="1",
        licence="CC-BY-4.0",
        source="made up",
        purpose="To try refunds | <script>",
        collection="By hand.",
        languages=("de",),
        limits=("No returns.",),
    )
    page = dataset_card_of(blocked, "orders", datasheet=sheet, existing=None, where="README.md")

    assert (page.front["license"], page.front["language"]) == ("cc-by-4.0", ["de"])
    assert "To try refunds \\| &lt;script>" in page.body
    assert "- No returns." in page.body


@pytest.mark.parametrize(
    ("text", "message"),
    [("---\n- a\n---\n", "not a mapping"), ("---\na: 1\na: 2\n---\n", "a"), ("---\na: !!python/x 1\n---\n", "tag")],
)
def test_front_matter_that_means_nothing_certain_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "README.md").write_text(text)
    with pytest.raises(ConfigError, match=message):
        read_page(tmp_path / "README.md")
