"""Whatever words a manifest holds, the exports are valid, and no word becomes more than a word."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from roadworthy.adapters.exchange.readme import page_bytes
from roadworthy.evidence.exchange.cards.dataset_card import dataset_card_of
from roadworthy.evidence.exchange.cards.model_card import model_card_of
from roadworthy.evidence.exchange.cards.page import BEGIN, END
from roadworthy.evidence.exchange.cyclonedx.bom import bom_of
from roadworthy.evidence.exchange.oscal.folder import OscalModel, folder_of
from roadworthy.evidence.exchange.source import DecidedRelease

WORDS = [
    "two\nlines\r\nand\ttabs",
    " \u00a0 ",
    "\u202egnp.exe \u0000 \u001b[31m",
    "---\nverified: true\n---\n# Heading",
    f"{END}\n# Not ours\n{BEGIN}",
    "<script>alert(1)</script> | `code` | [x](javascript:1)",
    "x" * 20_000,
    "'; DROP TABLE releases; --",
    "\U0001f600 ünïcödé 中文",
]


def with_words(source: DecidedRelease, words: str) -> DecidedRelease:
    system = replace(
        source.manifest.system,
        name=words,
        purpose=words,
        owner=words,
        users=(words, words),
        intended_use=(words,),
        out_of_scope_use=(words,),
    )
    components: list[Any] = [
        replace(one, source=words, licence=words) if hasattr(one, "source") else one
        for one in source.manifest.components
    ]
    components = [replace(one, description=words) if hasattr(one, "description") else one for one in components]
    components = [replace(one, uri=words) if hasattr(one, "uri") else one for one in components]
    components = [
        replace(one, provider=words, model=words, region=words) if hasattr(one, "provider") else one
        for one in components
    ]
    return replace(source, manifest=replace(source.manifest, system=system, components=tuple(components)))


@pytest.mark.parametrize("words", WORDS, ids=range(len(WORDS)))
def test_a_bill_of_materials_stays_valid(blocked: DecidedRelease, words: str) -> None:
    bom = bom_of(with_words(blocked, words))

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bom)) is None
    assert {one["bom-ref"] for one in bom["services"]} == {
        "component:router",
        "component:wiki-server",
        "component:local-server",
    }


@pytest.mark.parametrize("words", WORDS, ids=range(len(WORDS)))
def test_cards_keep_one_section_and_no_word_becomes_front_matter(blocked: DecidedRelease, words: str) -> None:
    source = with_words(blocked, words)
    for page in (
        model_card_of(source, "router", existing=None, task_type="other", where="README.md"),
        dataset_card_of(source, "orders", datasheet=None, existing=None, where="README.md"),
    ):
        assert (page.body.count(BEGIN), page.body.count(END)) == (1, 1)
        assert "verified" not in page.front
        assert "<script" not in page.body
        assert "\n# Heading" not in page.body
        assert page_bytes(page).decode("utf-8").startswith("---\n")


@pytest.mark.parametrize("words", WORDS, ids=range(len(WORDS)))
def test_oscal_strings_have_one_line_and_are_never_empty(blocked: DecidedRelease, words: str) -> None:
    files = folder_of(with_words(blocked, words), model=OscalModel.ASSESSMENT_RESULTS)
    documents = [json.loads(content) for name, content in files.items() if name.endswith(".json")]

    def titles(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [v for k, v in value.items() if k in {"title", "system-name", "name", "value"} and isinstance(v, str)]
            return own + [one for held in value.values() for one in titles(held)]
        return [one for held in value for one in titles(held)] if isinstance(value, list) else []

    assert all(one.strip() == one and one and "\n" not in one for document in documents for one in titles(document))
