"""grounding and citations: verdicts claim by claim, each with its place in the reply."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.core.errors import TaskError
from roadworthy.evals.model import Context, Reply, Sample, ScorerSpec
from roadworthy.evals.scorers.reading.sentences import sentences_of
from roadworthy.evals.scorers.registry import build
from roadworthy.evals.scorers.sources.citations import Citations
from roadworthy.evals.scorers.sources.grounding import Grounding

POLICY = (
    "Unopened items may be returned within 30 days of delivery. Opened software cannot be returned. "
    "Refunds increased in March. The warehouse in Porto ships parcels on Tuesdays."
)
CONTEXTS = (Context(source="returns", text=POLICY), Context(source="faq", text="Gift cards never expire."))
ASKED = Sample(id="a", prompt="What are the rules?")


def verdicts(text, context=POLICY):
    outcome = Grounding().score(Sample(id="a", prompt="?", context=context), Reply(text=text))
    return [mark.label for mark in outcome.marks], outcome


@pytest.mark.parametrize(
    ("text", "label", "detail"),
    [
        ("Unopened items may be returned within 30 days.", "supported", "sentence 1 of the context"),
        ("Unopened items may be returned within 60 days.", "contradicted", "number"),
        ("Unopened items may not be returned within 30 days.", "contradicted", "negation"),
        ("Opened software can be returned.", "contradicted", "negation"),
        ("Refunds decreased in March.", "contradicted", "opposite"),
        ("The moon festival doubles every voucher.", "unsupported", ""),
        ("I don't know.", "no_claim", ""),
    ],
)
def test_each_claim_gets_its_verdict_and_the_reason(text, label, detail):
    labels, outcome = verdicts(text)

    assert labels == [label]
    assert outcome.marks[0].detail == detail


def test_marks_cover_the_sentences_that_they_speak_of():
    text = "Sure! Parcels ship on Tuesdays from Porto. The moon festival doubles every voucher."
    labels, outcome = verdicts(text)

    assert labels == ["no_claim", "supported", "unsupported"]
    assert text[outcome.marks[1].start : outcome.marks[1].end] == "Parcels ship on Tuesdays from Porto."
    assert outcome.value == 0.5


def test_one_contradicted_sentence_fails_a_reply_that_is_otherwise_supported():
    text = "Unopened items may be returned within 30 days. Opened software can be returned."

    _, outcome = verdicts(text)

    assert Grounding(min_supported=0.5).score(Sample(id="a", prompt="?", context=POLICY), Reply(text=text)) == outcome
    assert outcome.kind == "failure"


def test_text_without_spaces_is_held_against_its_source():
    source = "未开封的商品可以在30天内退货。软件一经打开不可退货。"

    assert verdicts("未开封的商品可以在30天内退货。", source)[0] == ["supported"]
    assert verdicts("月亮节的代金券在星期二加倍。", source)[0] == ["unsupported"]


@pytest.mark.parametrize(
    ("text", "labels", "kind"),
    [
        ("Unopened items may be returned within 30 days [1].", ["supported"], "success"),
        ("Gift cards never expire (faq).", ["supported"], "success"),
        ("Gift cards never expire [source: FAQ].", ["supported"], "success"),
        ("Gift cards never expire. [2]", ["supported"], "success"),
        ("Gift cards never expire [1].", ["unsupported"], "failure"),
        ("Gift cards never expire [7].", ["missing"], "failure"),
        ("Gift cards never expire [handbook].", ["missing"], "failure"),
        ("Unopened items may be returned within 90 days [1].", ["contradicted"], "failure"),
        ("Gift cards never expire【2】.", ["supported"], "success"),
        ("Read [our page](https://a.test). Gift cards never expire [2].", ["supported"], "success"),
        ("Unopened items may be returned, and gift cards never expire [1][2].", ["supported"] * 2, "success"),
        ("Gift cards never expire.", [], "failure"),
        ("I don't know.", [], "success"),
    ],
)
def test_each_citation_is_followed_to_its_context(text, labels, kind):
    outcome = Citations().score(ASKED, Reply(text=text, contexts=CONTEXTS))

    assert ([mark.label for mark in outcome.marks], outcome.kind) == (labels, kind)


def test_every_claim_needs_a_citation_where_that_is_asked_for():
    reply = Reply(text="Gift cards never expire [2]. Parcels ship on Tuesdays.", contexts=CONTEXTS)

    assert Citations().score(ASKED, reply).kind == "success"
    assert Citations(require="every_claim").score(ASKED, reply).kind == "failure"
    assert Citations(require="every_claim", min_recall=0.5).score(ASKED, reply).kind == "success"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"require": "some"}, "`require` must be one of none, any, every_claim"),
        ({"min_precision": 0}, "`min_precision`"),
    ],
)
def test_a_wrong_option_is_refused(options, message):
    with pytest.raises(TaskError, match=message):
        build(ScorerSpec(kind="citations", options=options))


@given(st.text(max_size=300))
def test_sentences_stand_where_they_say_and_in_order(text):
    found = sentences_of(text)

    assert all(text[s.start : s.end] == s.text for s in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_a_reply_that_repeats_its_source_is_never_contradicted():
    labels, outcome = verdicts(POLICY)

    assert labels == ["supported"] * 4
    assert outcome.kind == "success"


def test_of_a_thousand_replies_only_the_one_with_the_right_figure_is_grounded():
    scorer, sample = Grounding(), Sample(id="a", prompt="How long?", context=POLICY)
    replies = [Reply(text=f"Unopened items may be returned within {i} days.") for i in range(1000)]

    outcomes = [scorer.score(sample, reply) for reply in replies]

    assert [i for i, outcome in enumerate(outcomes) if outcome.kind == "success"] == [30]


@pytest.mark.parametrize("text", ["[1] " * 250_000, "(faq " * 200_000, "[1, 2, 3, " * 100_000, "e.g. " * 200_000])
@pytest.mark.timeout(60)
def test_a_million_characters_of_citations_are_judged_soon(text):

    outcome = Citations().score(ASKED, Reply(text=text, contexts=CONTEXTS))

    assert outcome.kind in {"success", "failure"}
