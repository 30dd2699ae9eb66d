import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.core.digest import digest_of_bytes
from roadworthy.inventory.freeze import component_version, facts_digest, freeze
from roadworthy.inventory.materials import Materials, content_digest, owner_of
from roadworthy.inventory.model import (
    Agent,
    Autonomy,
    FileComponent,
    HostedModel,
    Manifest,
    McpServer,
    PinKind,
    SideEffect,
    System,
    TargetSpec,
    Tool,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SYSTEM = System(key="desk", name="Desk", version="1", purpose="answers")
PROMPT = FileComponent(type="prompt", key="answer", path="answer.txt")
MODEL = HostedModel(key="llm", provider="openai", model="gpt-4o-2024-08-06", pin=PinKind.DATED, snapshot="2024-08-06")
TOOL = Tool(
    key="refund", description="pays back", arguments={"type": "object"}, side_effects=(SideEffect.PAY,), scopes=("pay",)
)
SERVER = McpServer(key="files", uri="pkg:npm/files", version="1")
AGENT = Agent(key="route", description="chat", uses=("llm",), max_steps=3)


def digest(text):
    return digest_of_bytes(text.encode())


def materials(key="answer", text="You are helpful.", **changes):
    given = {"key": key, "files": (("answer.txt", digest(text)),), "content": digest(text)}
    return Materials(**(given | changes))


def manifest(*components, system=SYSTEM, **changes):
    return Manifest(schema="roadworthy/manifest/v1", system=system, components=components, **changes)


def frozen(*components, texts=None, system=SYSTEM, now=NOW, **changes):
    found = [materials(c.key, (texts or {}).get(c.key, "x")) for c in components if isinstance(c, FileComponent)]
    return freeze(manifest(*components, system=system, **changes), found, now=now)


def test_freezing_later_gives_the_same_release():
    assert frozen(PROMPT, MODEL).digest == frozen(PROMPT, MODEL, now=NOW + timedelta(days=9)).digest


@given(st.permutations([PROMPT, MODEL, TOOL, SERVER, AGENT]))
def test_the_order_of_components_does_not_matter(components):
    assert frozen(*components) == frozen(PROMPT, MODEL, TOOL, SERVER, AGENT)


@given(st.lists(st.text(max_size=5), min_size=2, max_size=2, unique=True))
def test_other_bytes_are_another_component_and_another_release(texts):
    before, after = (frozen(PROMPT, MODEL, texts={"answer": text}) for text in texts)

    assert before.component("answer").digest != after.component("answer").digest
    assert before.component("llm") == after.component("llm")
    assert before.digest != after.digest


@pytest.mark.parametrize(
    ("component", "change"),
    [
        pytest.param(MODEL, {"model": "other"}, id="model name"),
        pytest.param(MODEL, {"provider": "azure"}, id="provider"),
        pytest.param(MODEL, {"region": "eu"}, id="region"),
        pytest.param(MODEL, {"snapshot": "2024-11-20"}, id="snapshot"),
        pytest.param(MODEL, {"pin": PinKind.EXACT}, id="pin"),
        pytest.param(TOOL, {"description": "pays"}, id="tool description"),
        pytest.param(TOOL, {"arguments": {"type": "object", "properties": {}}}, id="tool arguments"),
        pytest.param(TOOL, {"side_effects": ()}, id="tool side effects"),
        pytest.param(TOOL, {"scopes": ("all",)}, id="tool scopes"),
        pytest.param(TOOL, {"requires_approval": True}, id="tool approval"),
        pytest.param(TOOL, {"limits": {"max_amount": 5.0}}, id="tool limits"),
        pytest.param(SERVER, {"uri": "pkg:npm/other"}, id="server address"),
        pytest.param(SERVER, {"version": "2"}, id="server version"),
        pytest.param(SERVER, {"tool_list_digest": digest("")}, id="server tools"),
        pytest.param(AGENT, {"description": "other"}, id="agent description"),
        pytest.param(AGENT, {"max_steps": None}, id="agent steps"),
        pytest.param(AGENT, {"uses": ("llm", "guard")}, id="what it uses"),
    ],
)
def test_what_changes_behaviour_changes_the_digest(component, change):
    after = component_version(dataclasses.replace(component, **change))

    assert after.digest != component_version(component).digest


@pytest.mark.parametrize(
    "change", [{"role": "golden"}, {"trusted": False}, {"personal_data": False}, {"type": "dataset"}, {"uses": ("b",)}]
)
def test_stated_facts_about_files_change_the_digest(change):
    after = component_version(dataclasses.replace(PROMPT, **change), materials())

    assert after.digest != component_version(PROMPT, materials()).digest


@pytest.mark.parametrize("change", [{"licence": "MIT"}, {"source": "home"}, {"path": "b.txt"}, {"include": ("*",)}])
def test_what_people_only_know_about_files_changes_nothing(change):
    assert component_version(dataclasses.replace(PROMPT, **change), materials()) == component_version(
        PROMPT, materials()
    )


def test_not_stated_and_false_are_different_facts():
    stated = component_version(dataclasses.replace(TOOL, requires_approval=False))

    assert stated.digest != component_version(TOOL).digest


def test_the_order_in_which_uses_are_written_does_not_matter():
    forward, backward = (dataclasses.replace(AGENT, uses=uses) for uses in [("a", "b"), ("b", "a")])

    assert component_version(forward) == component_version(backward)


def test_rewiring_changes_the_digest_but_not_the_content():
    before, after = component_version(AGENT), component_version(dataclasses.replace(AGENT, uses=()))

    assert (before.digest != after.digest, before.content) == (True, after.content)


def test_a_model_file_has_one_digest_whether_it_is_fetched_or_here():
    model = FileComponent(type="model", key="answer", path="m.gguf", digest=digest("weights"))
    absent = materials(files=(), content=digest("weights"), problems=("not here",))

    assert component_version(model, absent).digest == component_version(model, materials(text="weights")).digest


def test_another_key_is_another_component_of_the_release():
    renamed = dataclasses.replace(MODEL, key="llm-2")

    assert frozen(renamed).digest != frozen(MODEL).digest


def test_only_hosted_models_carry_a_pin():
    release = frozen(PROMPT, MODEL)

    assert (release.component("llm").pin, release.component("answer").pin) == ("dated", None)


def test_facts_are_part_of_the_release_but_its_label_is_no_fact():
    changed = dataclasses.replace(SYSTEM, autonomy=Autonomy.AUTONOMOUS)
    relabelled = dataclasses.replace(SYSTEM, version="2")

    assert frozen(MODEL, system=changed).digest != frozen(MODEL).digest
    assert facts_digest(relabelled) == facts_digest(SYSTEM)
    assert frozen(MODEL, system=relabelled).digest != frozen(MODEL).digest


def test_how_it_is_reached_for_tests_is_not_part_of_the_release():
    reached = frozen(
        MODEL, targets=(TargetSpec(key="local", kind="openai", url="http://localhost"),), tasks=("*.yaml",)
    )

    assert reached.digest == frozen(MODEL).digest


def test_a_file_component_without_files_is_refused():
    with pytest.raises(ValueError, match=r"'answer' consists of files"):
        freeze(manifest(PROMPT), [], now=NOW)


def test_another_components_files_are_refused():
    with pytest.raises(ValueError, match=r"'answer' consists of files"):
        component_version(PROMPT, materials("other"))


def test_materials_given_twice_are_refused():
    with pytest.raises(ValueError, match=r"'answer' has materials twice"):
        freeze(manifest(PROMPT), [materials(), materials(text="b")], now=NOW)


def test_a_naive_time_is_refused():
    with pytest.raises(ValueError, match=r"timezone-aware"):
        frozen(MODEL, now=NOW.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"files": (("b", digest("")), ("a", digest("")))}, "sorted by name"),
        ({"files": (("a", digest("")), ("a", digest("x")))}, "each once"),
        ({"files": (("a", "md5:1"),)}, "not a sha256 digest"),
        ({"content": "no"}, "not a sha256 digest"),
    ],
)
def test_materials_that_are_not_well_formed_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        materials(**changes)


def test_nothing_has_no_content():
    with pytest.raises(ValueError, match=r"has no content"):
        content_digest([], single=False)


def test_renaming_a_file_of_a_folder_changes_its_content():
    assert content_digest([("a", digest(""))], single=False) != content_digest([("b", digest(""))], single=False)


@pytest.mark.parametrize(
    ("name", "claims", "want"),
    [
        pytest.param("a/b.txt", {"all": ".", "a": "a", "b": "a/b.txt"}, ("b",), id="file before folder before root"),
        pytest.param("a/c.txt", {"all": ".", "a": "a", "b": "a/b.txt"}, ("a",), id="folder before root"),
        pytest.param("ab/c.txt", {"all": ".", "a": "a"}, ("all",), id="a prefix of a name is no folder"),
        pytest.param("a/b.txt", {"y": "a", "x": "a"}, ("x", "y"), id="the same path shares"),
        pytest.param("a/b.txt", {"y": "b"}, (), id="nobody's"),
    ],
)
def test_a_file_belongs_to_the_most_specific_path(name, claims, want):
    assert owner_of(name, claims) == want
