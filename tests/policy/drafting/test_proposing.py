"""What becomes of a statement: covered, proposed, not translated, or no requirement."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.packs import PackFolders
from roadworthy.core.errors import ConfigError
from roadworthy.policy.check import problems
from roadworthy.policy.drafting.cases import cases_of
from roadworthy.policy.drafting.disposition import Covered, NotARequirement, NotTranslated, Proposed
from roadworthy.policy.drafting.drafting import MAX_STATEMENTS, Wanted, draft
from roadworthy.policy.drafting.index import Index
from roadworthy.policy.model import EvidenceCheck, FactCheck, Layer, MeasureCheck

BASE = PackFolders(Path()).load("base")
WANTED = Wanted(name="acme", layer=Layer.TENANT, owner="Risk office", document="policy.md")


def drafted(text, *, packs=(BASE,), lint_rules=()):
    return draft(text.encode(), wanted=WANTED, packs=packs, lint_rules=lint_rules)


def only(text, **given):
    [found] = [e.disposition for e in drafted(text, **given).entries if not isinstance(e.disposition, NotARequirement)]
    return found


@pytest.mark.parametrize(
    ("text", "control"),
    [
        ("The assistant must not reveal its system prompt.", "base/eval-prompt-leak"),
        ("Model versions must be pinned.", "base/model-pinned"),
        ("A model card must be published for every model.", "base/model-card"),
        ("Jede Abfrage muss protokolliert werden.", "base/monitoring-logging"),
        ("Il faut désigner un responsable.", "base/oversight-executive"),
        ("Vor der Einführung ist eine Datenschutz-Folgenabschätzung durchzuführen.", "base/data-protection"),
    ],
)
def test_what_a_control_asks_already_is_a_link_and_no_other_control(text, control):
    found = only(text)
    assert isinstance(found, Covered)
    assert found.by_control == control
    assert found.because


def test_nothing_is_covered_where_there_is_no_pack_to_cover_it():
    assert isinstance(only("The assistant must not reveal its system prompt.", packs=()), Proposed)


@pytest.mark.parametrize(
    ("text", "check"),
    [
        pytest.param(
            "At least 95 % of answers must be correct.",
            MeasureCheck(category="quality", rate="success", comparator=">=", threshold=0.95, min_samples=59),
            id="success",
        ),
        pytest.param(
            "Unsupported claims must stay below 2 % of answers.",
            MeasureCheck(category="grounding", comparator="<=", threshold=0.02, min_samples=149),
            id="failure",
        ),
        pytest.param(
            "The assistant must be correct in 100 % of answers.",
            MeasureCheck(category="quality", rate="success", comparator=">=", threshold=0.99, min_samples=299),
            id="never cannot be shown",
        ),
        pytest.param(
            "The team must complete a DPIA every 90 days.",
            EvidenceCheck(type="document:dpia", max_age_days=90),
            id="oftener than the control that there is",
        ),
        pytest.param(
            "AI agents must stop after at most 20 steps.",
            FactCheck(condition="components.all(c, c.type != 'agent' || (c.max_steps > 0 && c.max_steps <= 20))"),
            id="a fact with the text's number",
        ),
    ],
)
def test_a_rule_is_proposed_with_the_numbers_of_the_text(text, check):
    found = only(text)
    assert isinstance(found, Proposed)
    assert found.control.rules[0].require == check


def test_a_number_in_a_condition_is_no_bar():
    found = only("An alert must be raised when the error rate exceeds 10 %.", packs=())
    assert isinstance(found.control.rules[0].require, EvidenceCheck)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("All assistants must be fair.", ("fair",)),
        ("Staff must use it responsibly.", ("responsibly",)),
        ("Models must be robust.", ("robust",)),
        ("Das Klinikum muss angemessen vorgehen.", ("angemessen",)),
        ("L'usage doit rester raisonnable.", ("raisonnable",)),
    ],
)
def test_a_vague_statement_is_not_translated_and_says_which_word_makes_it_so(text, words):
    found = only(text)
    assert isinstance(found, NotTranslated)
    assert (found.reason, found.words) == ("vague", words)
    assert words[0] in found.question


def test_a_vague_word_beside_something_that_can_be_shown_is_left_to_a_person():
    found = only("The team must carry out an adequate DPIA.")
    assert any("adequate" in need for need in found.needs_you)


def test_what_is_about_nothing_known_is_not_translated():
    found = only("The canteen must serve soup.")
    assert (found.kind, found.reason) == ("not_translated", "unknown")


def test_a_topic_of_the_condition_alone_never_covers_the_duty():
    found = only("If a supplier changes a price, the owner must sing.")
    assert isinstance(found, Proposed)
    assert found.confidence < 0.5


def test_an_exception_and_a_deadline_are_left_to_a_person():
    made = drafted("# R\n\nIncidents must be reported within 24 hours. This does not apply to tests.")
    needs = " ".join(made.entries[1].disposition.needs_you)
    assert "line 3 takes something out of it" in needs
    assert "'within 24 hours'" in needs


def test_a_control_names_tests_guards_figures_and_lint_rules():
    rules = ("secret/key", "prompt/other", "tool/x")
    found = only("Employees must not put passwords into a prompt.", packs=(), lint_rules=rules)
    assert found.tests == ("secrets",)
    assert found.lint == ("secret/key",)
    assert "keys and passwords" in found.guard


def test_ids_are_unique_however_often_a_clause_says_the_same():
    made = drafted("\n\n".join(["Users must be told that it is a machine."] * 12), packs=())
    ids = [control.id for control in made.pack.controls]
    assert len(set(ids)) == 12


def test_a_draft_is_proposed_and_sound_but_for_the_links_that_a_person_must_name():
    text = (Path(__file__).parent / "policies" / "model-risk.md").read_text("utf-8")
    made = drafted(text)
    assert made.pack.status == "proposed"
    assert made.pack.reviewed_by == ""
    left = [line for line in problems([made.pack], CelConditions()) if "links to no framework" not in line]
    assert left == []
    assert all(link.status == "proposed" for control in made.pack.controls for link in control.links)


def test_every_rule_but_a_fact_gets_cases_of_every_outcome():
    made = drafted("At least 95 % of answers must be correct. The team must complete a DPIA every 90 days.")
    wants = [{one.want for case in cases_of(control) for one in case.tries} for control in made.pack.controls]
    assert wants == [
        {"pass", "fail", "missing", "stale", "underpowered"},
        {"pass", "fail", "missing", "stale"},
    ]


SENTENCE = st.sampled_from(
    [
        "Owners must keep logs.", "Staff may use it.", "It is new.", "Models must be fair.",
        "Users should ask.",
        "Es ist zu melden.", "Il est interdit de copier.", "“X” means y.", "Answers must be 95 % correct.",
        "Owners must:", "- keep a register;", "- sing", "## 3 Rules", "| Id | Rule |\n|--|--|\n| R-1 | It must stop. |",
    ]
)  # fmt: skip


@given(st.lists(SENTENCE, min_size=1, max_size=20))
@settings(max_examples=25)
def test_every_statement_has_one_disposition_and_the_counts_add_up(parts):
    made = drafted("\n\n".join(parts))
    counts = made.counts

    assert counts.statements == len(made.entries) == counts.translated + counts.not_translated + counts.not_requirements
    for entry in made.entries:
        assert isinstance(entry.disposition, NotARequirement) == (not entry.statement.modality.binds)
    proposed = sum(isinstance(entry.disposition, Proposed) for entry in made.entries)
    assert (len(made.pack.controls) if made.pack else 0) == proposed


@given(st.lists(SENTENCE, min_size=1, max_size=8))
@settings(max_examples=6)
def test_the_same_document_gives_the_same_draft(parts):
    assert drafted("\n\n".join(parts)) == drafted("\n\n".join(parts))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"", "says nothing", id="empty"),
        pytest.param(b" \n\n<!-- -->\n", "says nothing", id="blank"),
        pytest.param(b"Owners must\xff log", "not UTF-8", id="not text"),
        pytest.param(b"Owners must \x00 log", "NUL", id="binary"),
        pytest.param(b"a" * (2 * 1024 * 1024 + 1), "larger than", id="huge"),
        pytest.param(b"It is.\n\n" * (MAX_STATEMENTS + 1), "at most 2500", id="endless"),
    ],
)
def test_what_is_no_policy_is_refused_and_says_why(content, told):
    with pytest.raises(ConfigError, match=told):
        draft(content, wanted=WANTED, packs=[])


def test_a_better_match_scores_higher_and_never_above_one():
    index = Index({"a": {"drift": 1.0, "alarm": 1.0}, "b": {"drift": 1.0}, "c": {"licence": 9.0}})
    hits = index.search({"drift": 1.0, "alarm": 1.0, "zebra": 1.0})
    assert [hit.name for hit in hits] == ["a", "b"]
    assert 1 > hits[0].score > hits[1].score > 0
    assert hits[0].matched == ("alarm", "drift")
