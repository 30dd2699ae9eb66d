import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.core.errors import ConfigError, ManifestError
from roadworthy.inventory.draft import draft
from roadworthy.inventory.drafted_components import key_from, side_effect_of
from roadworthy.inventory.findings import Findings, FoundModel, FoundTool, Project
from roadworthy.inventory.globs import matches_any
from roadworthy.inventory.languages import language_of
from roadworthy.inventory.model import DataClass, DecisionEffect, Oversight, PinKind, SideEffect
from roadworthy.inventory.model_names import ModelName, model_named, models_in, pin_of
from roadworthy.inventory.questions import Answers, answered, questions

FINDINGS = Findings(project=Project(folder="shop"), num_files=3)


def found_model(name, provider="openai"):
    return FoundModel(model=ModelName(name=name, provider=provider), places=("a.py:1",))


def test_an_empty_repository_is_refused():
    with pytest.raises(ManifestError, match=r"holds no files"):
        draft(dataclasses.replace(FINDINGS, num_files=0), Answers())


def test_facts_that_nobody_stated_are_left_out_and_said_so():
    made = draft(FINDINGS, Answers())
    system = made.manifest.system

    assert (system.purpose, system.autonomy, system.data_classes, system.human_oversight) == ("", None, None, None)
    assert {at[-1] for at, _ in made.notes} >= {"purpose", "autonomy", "data_classes", "human_oversight", "markets"}


def test_answers_become_facts():
    answers = Answers(
        purpose="sells", decision_effect=DecisionEffect.ACTS, human_oversight=Oversight.NONE, markets=("EU",)
    )

    system = draft(FINDINGS, answers).manifest.system

    assert (system.purpose, system.decision_effect, system.human_oversight, system.markets) == (
        "sells", DecisionEffect.ACTS, Oversight.NONE, ("EU",),
    )  # fmt: skip


@pytest.mark.parametrize(("found", "drafted"), [("2.1.0+b7", "2.1.0+b7"), ("next week", "0.1.0"), ("", "0.1.0")])
def test_a_version_that_is_no_label_is_not_taken_over(found, drafted):
    made = draft(dataclasses.replace(FINDINGS, project=Project(folder="shop", version=found)), Answers())

    assert made.manifest.system.version == drafted


def test_a_tool_called_system_is_drafted_under_another_key():
    tool = FoundTool(name="system", description="d", arguments={"type": "object"}, place="a.py:1")

    made = draft(dataclasses.replace(FINDINGS, tools=(tool,)), Answers())

    assert "system" not in {component.key for component in made.manifest.components}


def test_a_model_without_a_date_is_unpinned():
    (model, _) = draft(dataclasses.replace(FINDINGS, models=(found_model("gpt-4o"),)), Answers()).manifest.components

    assert (model.pin, model.snapshot) == (PinKind.ALIAS, None)


def test_a_model_whose_file_is_here_is_not_a_hosted_one():
    findings = dataclasses.replace(
        FINDINGS,
        models=(found_model("SmolLM2-360M-Instruct", "huggingface"),),
        model_files=("models/smollm2-360m-instruct-q8_0.gguf",),
    )

    assert [c.type for c in draft(findings, Answers()).manifest.components] == ["model", "application"]


def test_components_of_one_name_get_keys_of_their_own():
    findings = dataclasses.replace(FINDINGS, prompts=("a/answer.txt", "b/answer.txt"))

    assert [c.key for c in draft(findings, Answers()).manifest.components] == [
        "answer-prompt", "answer-prompt-2", "application",
    ]  # fmt: skip


def test_a_tool_whose_effect_cannot_be_read_from_its_name_states_none():
    tool = FoundTool(name="frobnicate", description="", arguments={"type": "object"}, place="a.py:1")

    made = draft(dataclasses.replace(FINDINGS, tools=(tool,)), Answers())

    assert made.manifest.components[0].side_effects == ()
    assert any("not stated" in text for at, text in made.notes if at[-1] == "side_effects")


def test_there_are_three_questions_and_no_more():
    assert [q.id for q in questions(FINDINGS)] == ["purpose", "effect", "reach"]


@pytest.mark.parametrize(
    ("number", "text", "want"),
    [
        pytest.param(0, "  sells\n shoes ", Answers(purpose="sells shoes"), id="free text on one line"),
        pytest.param(
            1,
            "Decides, IN",
            Answers(decision_effect=DecisionEffect.DECIDES, human_oversight=Oversight.IN_THE_LOOP),
            id="both words",
        ),
        pytest.param(1, "over", Answers(human_oversight=Oversight.OVER_THE_LOOP), id="one word"),
        pytest.param(
            2,
            "us, eu; personal",
            Answers(markets=("EU", "US"), data_classes=(DataClass.PERSONAL,)),
            id="markets and data",
        ),
        pytest.param(2, "", Answers(), id="nothing said"),
    ],
)
def test_answers_are_read(number, text, want):
    assert answered(Answers(), questions(FINDINGS)[number], text) == want


@pytest.mark.parametrize(("number", "text"), [(1, "maybe"), (2, "Europe"), (2, "personal, stuff")])
def test_an_answer_that_is_not_understood_is_refused_with_the_choices(number, text):
    with pytest.raises(ConfigError, match=r"is no answer[\s\S]*answer with"):
        answered(Answers(), questions(FINDINGS)[number], text)


@pytest.mark.parametrize(
    ("name", "provider"),
    [
        ("gpt-4o", "openai"), ("gpt-3.5-turbo", "openai"), ("o3-mini", "openai"), ("o1", "openai"),
        ("claude-3-5-sonnet-20241022", "anthropic"), ("claude-sonnet-4-20250514", "anthropic"),
        ("gemini-1.5-pro", "google"), ("mistral-large-latest", "mistral"), ("llama3.1:8b", "meta"),
        ("meta-llama/Llama-3.1-8B-Instruct", "meta"), ("Qwen/Qwen2.5-7B-Instruct", "alibaba"),
        ("HuggingFaceTB/SmolLM2-360M-Instruct", "huggingface"), ("openai/gpt-4o", "openai"),
        ("model", None), ("gpt", None), ("claude", None), ("weights.gguf", None), ("o-ring", None),
    ],
)  # fmt: skip
def test_model_names_are_told_by_family(name, provider):
    named = model_named(name)

    assert (named.provider if named else None) == provider


@pytest.mark.parametrize(
    ("name", "pin", "snapshot"),
    [
        ("gpt-4o-2024-08-06", PinKind.DATED, "2024-08-06"),
        ("gpt-4-0613", PinKind.DATED, "0613"),
        ("gpt-3.5-turbo-0125", PinKind.DATED, "0125"),
        ("claude-sonnet-4-20250514", PinKind.DATED, "20250514"),
        ("anthropic.claude-3-haiku-20240307-v1:0", PinKind.DATED, "20240307"),
        ("claude-3-5-sonnet@20240620", PinKind.DATED, "20240620"),
        ("mistral-large-2407", PinKind.DATED, "2407"),
        ("gemini-1.5-pro-002", PinKind.DATED, "002"),
        ("acme/m@" + "a" * 40, PinKind.EXACT, "a" * 40),
        ("gpt-4o", PinKind.ALIAS, None),
        ("mistral-large-latest", PinKind.ALIAS, None),
        ("qwen2.5-7b-instruct", PinKind.ALIAS, None),
    ],
)
def test_how_exactly_a_name_pins(name, pin, snapshot):
    assert pin_of(name) == (pin, snapshot)


def test_prose_about_a_model_does_not_use_it():
    assert models_in("We compared it with gpt-4o and liked that.") == ()


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("You are a helpful assistant and you must answer with care.", "en"),
        ("Du bist ein hilfreicher Assistent und antwortest nicht, wenn die Frage nicht klar ist.", "de"),
        ("Vous êtes un assistant et vous répondez avec soin pour les clients.", "fr"),
        ("あなたは親切なアシスタントです。質問に答えてください。", "ja"),
        ("{{x}} {{y}}", None),
        ("", None),
    ],
)
def test_languages_are_guessed_or_left_open(text, tag):
    assert language_of(text) == tag


@pytest.mark.parametrize(
    ("name", "effect"),
    [
        ("getOrder", SideEffect.READ), ("send_email", SideEffect.SEND), ("issue_refund", SideEffect.PAY),
        ("delete-user", SideEffect.DELETE), ("runPython", SideEffect.EXECUTE), ("create_ticket", SideEffect.WRITE),
        ("thing", None),
    ],
)  # fmt: skip
def test_side_effects_are_read_from_verbs(name, effect):
    assert side_effect_of(name) == effect


@given(st.text())
def test_every_name_gives_a_valid_key(name):
    key = key_from(name)

    assert 0 < len(key) <= 48
    assert key.strip("-") == key
    assert set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


@pytest.mark.parametrize(
    ("name", "pattern", "want"),
    [
        ("a/b.py", "*.py", False), ("a/b.py", "**/*.py", True), ("b.py", "**/*.py", True), ("a/b/c", "a/**", True),
        ("a", "a/**", False), ("a.py", "?.py", True), ("b.py", "[!a].py", True), ("a.py", "[!a].py", False),
        ("a+b", "a+b", True), ("aab", "a+b", False), ("A.py", "a.py", False), ("a/b", "./a/b", True),
        ("a\nb", "*", True), ("x/y/z", "x/*/z", True), ("x/y/w/z", "x/*/z", False),
    ],
)  # fmt: skip
def test_glob_patterns(name, pattern, want):
    assert matches_any(name, [pattern]) is want
