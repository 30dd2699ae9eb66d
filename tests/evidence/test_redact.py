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
