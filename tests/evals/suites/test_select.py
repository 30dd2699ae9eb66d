"""What a selection of a suite asks: parts, languages, slots, statuses, and limits that keep whole clusters."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.core.severity import Severity
from roadworthy.evals.model import Message, Sample, ScorerSpec, ToolCall
from roadworthy.evals.suites.model import Scenario, ScenarioOrigin, Selection, Status, Suite
from roadworthy.evals.suites.samples import samples_of
from roadworthy.evals.suites.select import select
from roadworthy.evals.suites.slots import filled, slot_names
from roadworthy.evals.suites.spread import Group, spread


def suite(*scenarios, **given):
    return Suite(**{
        "schema": "roadworthy/suite/v1", "id": "demo", "version": "1", "title": "Demo", "description": "d",
        "category": "harmful_refusal", "twin_category": "over_refusal", "kind": "safety", "severity": Severity.BLOCK,
        "languages": ("en", "de", "fr"), "scorers": (ScorerSpec(kind="refusal"),), "licence": "Apache-2.0",
        "provenance": "ours", "scenarios": scenarios, **given,
    })  # fmt: skip


def test_each_language_is_a_sample_and_all_of_a_scenario_are_one_cluster():
    one = Scenario(
        id="lock", prompts={"en": "Open it", "pt-BR": "Abra"}, slices={"topic": "t"}, should_refuse=True,
        contexts={"en": "A lock."}, severity=Severity.WARN,
    )  # fmt: skip

    found = select(suite(one), Selection())

    slices = {"topic": "t", "severity": "warn"}
    assert found.category == "harmful_refusal"
    assert found.scorers == (ScorerSpec(kind="refusal"),)
    assert found.samples == (
        Sample(
            id="lock.en", prompt="Open it", cluster="lock", slices={**slices, "language": "en"}, context="A lock.",
            should_refuse=True,
        ),
        Sample(
            id="lock.pt-br", prompt="Abra", cluster="lock", slices={**slices, "language": "pt-BR"}, should_refuse=True,
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        (Scenario(id="a", prompt="x"), Sample(id="a", prompt="x", cluster="a", slices={"language": "en"})),
        (
            Scenario(id="a", prompts={"de": "x"}, cluster="c"),
            Sample(id="a", prompt="x", cluster="c", slices={"language": "de"}),
        ),
        (
            Scenario(id="a", messages=(Message(role="system", content="s"),), prompt="x", language="fr"),
            Sample(
                id="a", cluster="a", slices={"language": "fr"},
                messages=(Message(role="system", content="s"), Message(role="user", content="x")),
            ),
        ),
        (
            Scenario(id="a", features={"age": 3}, expected_calls=()),
            Sample(id="a", features={"age": 3}, cluster="a", expected_calls=()),
        ),
        (
            Scenario(id="a", features={"age": 3}, severity=Severity.BLOCK),
            Sample(id="a", features={"age": 3}, cluster="a"),
        ),
    ],
    ids=["plain", "one language", "after a system message", "a row", "the suite's own severity"],
)  # fmt: skip
def test_a_scenario_says_everything_a_sample_may(scenario, expected):
    assert list(samples_of(scenario, suite())) == [expected]


def test_slots_are_filled_everywhere_and_the_task_has_the_last_word():
    asked = Scenario(
        id="a", prompt="I am {{user}} at {{shop}}", turns=("{{user}}?",), includes=("{{shop}}",),
        forbidden=("{{user}}",), expected="{{shop}}", context="{{shop}}",
        expected_calls=(ToolCall(name="find", arguments={"who": ["{{user}}"], "{{shop}}": 1}),),
    )  # fmt: skip
    scorers = (ScorerSpec(kind="pattern", options={"pattern": "^{{shop}}$"}),)
    one = suite(asked, slots={"shop": "Lamps", "user": ""}, scorers=scorers)

    found = select(one, Selection(slots={"user": "Ana"}))

    [sample] = found.samples
    assert sample.prompt == "I am Ana at Lamps"
    assert (sample.turns, sample.includes, sample.forbidden) == (("Ana?",), ("Lamps",), ("Ana",))
    assert (sample.expected, sample.context) == ("Lamps", "Lamps")
    assert sample.expected_calls == (ToolCall(name="find", arguments={"who": ["Ana"], "Lamps": 1}),)
    assert found.scorers[0].options == {"pattern": "^Lamps$"}


@pytest.mark.parametrize(
    ("one", "selection", "message"),
    [
        (suite(Scenario(id="a", prompt="{{who}}")), Selection(), r"scenario a: the slot '\{\{who\}\}' is not filled"),
        (suite(Scenario(id="a", prompt="{{x}}"), slots={"x": ""}), Selection(), "is not filled"),
        (suite(Scenario(id="a", prompt="x"), slots={"x": "1"}), Selection(slots={"y": "1"}), "no slot 'y'; it has x"),
        (suite(Scenario(id="a", prompt="x"), twin_category=None), Selection(part="twins"), "has no twins"),
        (suite(Scenario(id="a", prompt="x")), Selection(part="twins"), "no twins are active"),
        (suite(Scenario(id="a", prompt="x")), Selection(languages=("nl",)), "asks nothing in 'nl'; it has en"),
        (suite(Scenario(id="a", prompts={"en": "x", "de": "y"})), Selection(limit=1), "the smallest has 2 samples"),
        (suite(), Selection(), "nothing to ask"),
    ],
)
def test_what_cannot_be_selected_is_named(one, selection, message):
    with pytest.raises(ValueError, match=message):
        select(one, selection)


def test_only_a_word_in_braces_is_a_slot():
    text = "{{7*7}} {{ a }} {{A}} {a} {{}} {{a-b}}"
    assert slot_names(text) == frozenset()
    assert filled(text, {}) == text
    assert filled("{{a}}", {"a": "{{b}}", "b": "no"}) == "{{b}}"


def test_drafts_are_asked_on_demand_and_retired_ones_never():
    one = suite(
        Scenario(id="a", prompt="a"),
        Scenario(id="d", prompt="d", status=Status.DRAFT),
        Scenario(id="r", prompt="r", status=Status.RETIRED, retired_because="wrong"),
        Scenario(id="t", prompt="t", part="twin"),
    )

    assert [s.id for s in select(one, Selection()).samples] == ["a"]
    assert [s.id for s in select(one, Selection(drafts=True)).samples] == ["a", "d"]
    assert [s.id for s in select(one, Selection(part="twins")).samples] == ["t"]
    assert select(one, Selection(part="twins")).category == "over_refusal"


def test_twins_have_scorers_of_their_own_where_the_suite_gives_some():
    one = suite(Scenario(id="t", prompt="t", part="twin"), twin_scorers=(ScorerSpec(kind="includes"),))
    assert select(one, Selection(part="twins")).scorers == (ScorerSpec(kind="includes"),)


def test_a_language_takes_its_regions_and_rows_of_a_table_have_none():
    one = suite(
        Scenario(id="a", prompts={"en": "x", "pt-BR": "y"}),
        Scenario(id="b", prompt="z"),
        Scenario(id="row", features={"n": 1}),
    )
    assert [s.id for s in select(one, Selection(languages=("PT",))).samples] == ["a.pt-br", "row"]


def many(number, *, languages=("en", "de", "fr", "es"), width=2, topics=5):
    return suite(*(
        Scenario(
            id=f"s{n}",
            prompts={languages[(n + k) % len(languages)]: f"question {n} {k}" for k in range(width)},
            slices={"topic": f"t{n % topics}", "style": f"y{n % 3}"},
        )
        for n in range(number)
    ))  # fmt: skip


def test_a_limit_spreads_evenly_over_languages_and_slices():
    found = select(many(400), Selection(limit=120)).samples

    assert len(found) == 120
    assert set(Counter(s.slices["language"] for s in found).values()) <= {28, 29, 30, 31, 32}
    assert set(Counter(s.slices["topic"] for s in found).values()) <= {22, 24, 26}
    assert set(Counter(s.slices["style"] for s in found).values()) <= {38, 40, 42}


def test_neither_the_order_of_the_file_nor_what_else_is_said_changes_what_a_limit_keeps():
    one = many(100)
    turned = replace(one, scenarios=tuple(reversed(one.scenarios)))
    kept = {s.id for s in select(one, Selection(limit=31)).samples}

    assert {s.id for s in select(turned, Selection(limit=31)).samples} == kept
    # It is no beginning of the file either.
    assert max(int(name[1:].partition(".")[0]) for name in kept) > 60


@pytest.mark.parametrize("origin", [ScenarioOrigin.PRODUCTION, ScenarioOrigin.FINDING])
def test_no_limit_leaves_out_what_was_captured(origin):
    one = many(50)
    captured = tuple(Scenario(id=f"c{n}", prompt=f"it broke {n}", origin=origin) for n in range(7))
    whole = replace(one, scenarios=(*one.scenarios, *captured))

    for limit in (1, 5, 20):
        ids = [s.id for s in select(whole, Selection(limit=limit)).samples]
        assert {f"c{n}" for n in range(7)} <= set(ids)
        assert len(ids) == max(7, limit - (limit - 7) % 2)


_GROUPS = st.lists(
    st.builds(
        lambda number, size, labels, kept: Group(
            key=f"k{number}", size=size, labels=Counter({("s", v): size for v in labels}), is_kept=kept
        ),
        st.integers(0, 40), st.integers(1, 4), st.lists(st.sampled_from("abc"), max_size=2), st.booleans(),
    ),
    unique_by=lambda group: group.key, max_size=25,
)  # fmt: skip


@given(groups=_GROUPS, limit=st.integers(1, 40), seed=st.randoms(use_true_random=False))
def test_spread_keeps_to_the_limit_keeps_what_must_stay_and_ignores_the_order(groups, limit, seed):
    kept = spread(groups, limit=limit)
    shuffled = list(groups)
    seed.shuffle(shuffled)

    assert spread(shuffled, limit=limit) == kept
    assert {g.key for g in groups if g.is_kept} <= kept
    free = sum(g.size for g in groups if g.key in kept and not g.is_kept)
    room = limit - sum(g.size for g in groups if g.is_kept)
    assert free <= max(room, 0)
    # Nothing that would still fit is left behind.
    assert not any(g.size <= room - free for g in groups if g.key not in kept)


@pytest.mark.timeout(60)
def test_ten_thousand_scenarios_are_selected_soon():
    one = many(10_000, languages=("en", "de", "fr", "es", "it", "pl", "tr", "ar", "hi"), width=3, topics=12)
    limited = select(one, Selection(limit=2_000))
    whole = select(one, Selection())

    assert len(whole.samples) == 30_000
    assert 1_998 <= len(limited.samples) <= 2_000


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"id": "A", "prompt": "x"}, "must be 1 to 64"),
        ({"id": "a"}, "give `prompt`, `prompts` or `messages`, or `features`"),
        ({"id": "a", "prompt": "x", "prompts": {"en": "y"}}, "not two of them"),
        ({"id": "a", "prompt": "x", "features": {"n": 1}}, "not two of them"),
        ({"id": "a", "prompts": {"English": "x"}}, "no language tag"),
        ({"id": "a", "prompt": "x", "language": "1"}, "no language tag"),
        ({"id": "a", "prompts": {"en": "x"}, "language": "en"}, "the keys of `prompts` say it"),
        ({"id": "a", "prompts": {"en": "x"}, "contexts": {"de": "y"}}, "`contexts` has 'de'"),
        ({"id": "a", "prompt": "x", "slices": {"language": "en"}}, "is set from the prompt's language"),
        ({"id": "a", "prompt": "x", "status": Status.RETIRED}, "says why"),
        ({"id": "a", "prompt": "x", "twin_of": "b"}, "belongs to a twin"),
        ({"id": "a", "prompt": "x", "version": 0}, "at least 1"),
    ],
)
def test_a_scenario_that_cannot_be_asked_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        Scenario(**given)
