from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.core.digest import canonical_json, digest_of_bytes
from roadworthy.core.errors import EvidenceError
from roadworthy.evidence.redact import redact_journal

LINE = {
    "sample": "s1", "epoch": 0, "cluster": "c1", "slices": {"language": "de"}, "request_digest": "sha256:x",
    "response": {
        "kind": "reply", "text": "my number is SECRET", "status": 200, "finish_reason": "SECRET",
        "tool_calls": [{"name": "refund", "arguments": {"order": "SECRET"}}],
        "contexts": [{"source": "SECRET", "text": "SECRET"}], "components": ["prompt"],
        "usage": {"input_tokens": 3, "output_tokens": 4, "latency_s": 0.5},
    },
    "scores": [{"scorer": "pii", "version": "2", "outcome": {"kind": "failure", "reason": "an identifier found"}}],
    "cached": False, "finished_at": "2026-11-20T12:00:00Z",
}  # fmt: skip


def _redacted(*lines: object) -> list[dict[str, object]]:
    raw = b"".join(canonical_json(line) + b"\n" for line in lines)
    return [json.loads(line) for line in redact_journal(raw, where="run").content.splitlines()]


def test_no_text_under_test_is_left_and_every_outcome_is() -> None:
    line = _redacted(LINE)[0]

    assert "SECRET" not in json.dumps(line)
    for kept in ("sample", "epoch", "cluster", "slices", "request_digest", "scores", "cached", "finished_at"):
        assert line[kept] == LINE[kept]
    assert line["response"]["tool_calls"][0]["name"] == "refund"
    assert line["response"]["text"]["characters"] == len("my number is SECRET")


@pytest.mark.parametrize(
    "hostile",
    ["my number is SECRET", "SECRET\n", "SECRET" * 20, "", "SECRET é", "<SECRET>"],
    ids=["text", "line end", "long", "empty", "letters", "mark"],
)
def test_what_a_target_puts_where_a_name_belongs_is_replaced(hostile: str) -> None:
    response = {
        "kind": "reply", "tool_calls": [{"name": hostile, "arguments": {}}, {"name": "refund", "arguments": {}}],
        "components": ["prompt", hostile], "digests": {hostile: "sha256:" + "0" * 64},
    }  # fmt: skip

    shown = _redacted({**LINE, "response": response})[0]["response"]

    assert "SECRET" not in json.dumps(shown)
    assert set(shown["tool_calls"][0]["name"]) == set(shown["components"][1]) == {"redacted", "characters"}
    assert set(shown["digests"]) == {"redacted", "characters"}
    assert (shown["tool_calls"][1]["name"], shown["components"][0]) == ("refund", "prompt")


def test_names_and_digests_in_their_form_are_kept_and_other_values_are_not() -> None:
    digests = {"prompts/answer.txt": "sha256:" + "a" * 64, "model": "SECRET", "index": ["SECRET"]}

    shown = _redacted({**LINE, "response": {"kind": "reply", "digests": digests}})[0]["response"]["digests"]

    assert shown["prompts/answer.txt"] == digests["prompts/answer.txt"]
    assert "SECRET" not in json.dumps(shown)
    assert set(shown) == set(digests)


@given(text=st.text(min_size=6, max_size=60), name=st.text(min_size=1, max_size=12))
def test_a_field_that_nobody_listed_is_private(text: str, name: str) -> None:
    line = {"sample": "s1", f"x-{name}": f"<<{text}>>", "response": {f"x-{name}": [f"<<{text}>>"]}}

    shown = json.dumps(_redacted(line), ensure_ascii=False)

    assert json.dumps(f"<<{text}>>", ensure_ascii=False)[1:-1] not in shown


def test_a_label_that_is_as_long_as_a_text_is_replaced() -> None:
    line = {**LINE, "sample": "SECRET" * 400, "slices": {"language": {"deep": "SECRET"}}}

    assert "SECRET" not in json.dumps(_redacted(line))


def test_equal_texts_have_different_commitments_in_different_journals() -> None:
    """A short reply cannot be guessed and compared without the rest of the journal."""
    one = _redacted(LINE)[0]["response"]["text"]
    two = _redacted(LINE, {**LINE, "sample": "s2"})[0]["response"]["text"]

    assert one != two


def test_the_holder_of_the_original_gets_the_same_bytes_again() -> None:
    raw = canonical_json(LINE) + b"\n"

    first, second = redact_journal(raw, where="run"), redact_journal(raw, where="run")

    assert first == second
    assert first.original == digest_of_bytes(raw)
    assert first.digest == digest_of_bytes(first.content)


@pytest.mark.parametrize(("raw", "message"), [(b"{}\n{torn", "not JSON"), (b"[1]\n", "not an object")])
def test_a_line_that_cannot_be_read_is_not_let_through(raw: bytes, message: str) -> None:
    with pytest.raises(EvidenceError, match=message):
        redact_journal(raw, where="run_1")
