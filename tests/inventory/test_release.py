import dataclasses
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from roadworthy.core.digest import digest_of_bytes
from roadworthy.inventory.freeze import freeze
from roadworthy.inventory.model import Agent, HostedModel, Manifest, McpServer, PinKind, System
from roadworthy.inventory.release import ComponentVersion, Release, closure

NOW = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = "abcdef"


def release(wiring):
    components = tuple(Agent(key=key, description=key, uses=tuple(uses)) for key, uses in wiring.items())
    system = System(key="desk", name="Desk", version="1", purpose="")
    return freeze(Manifest(schema="roadworthy/manifest/v1", system=system, components=components), [], now=NOW)


def test_a_tampered_component_is_noticed():
    good = release({"a": "", "b": ""})
    other = dataclasses.replace(good.components[0], digest=digest_of_bytes(b"other"))

    with pytest.raises(ValueError, match=r"its digest is sha256:\w+, not"):
        dataclasses.replace(good, components=(other, good.components[1]))


def test_a_release_survives_being_written_and_read():
    adapter = TypeAdapter(Release)
    good = release({"a": "b", "b": ""})

    assert adapter.validate_json(adapter.dump_json(good)) == good


def test_a_release_with_an_unknown_field_is_refused():
    adapter = TypeAdapter(Release)
    written = adapter.dump_python(release({"a": ""}), mode="json") | {"approved": True}

    with pytest.raises(ValidationError, match=r"approved"):
        adapter.validate_python(written)


def test_a_component_that_is_not_there_is_none():
    assert release({"a": ""}).component("b") is None
    assert isinstance(release({"a": ""}).component("a"), ComponentVersion)


def test_a_closure_holds_what_is_used_through_others():
    assert [s.name for s in closure(release({"a": "b", "b": "c", "c": "", "d": ""}), ["a"])] == ["a", "b", "c"]


def test_circles_end():
    assert [s.name for s in closure(release({"a": "b", "b": "a"}), ["a"])] == ["a", "b"]


def test_a_check_that_names_nothing_depends_on_everything():
    assert [s.name for s in closure(release({"a": "", "b": ""}), [])] == ["a", "b"]


def test_an_unknown_component_has_no_closure():
    with pytest.raises(KeyError, match=r"nobody"):
        closure(release({"a": ""}), ["nobody"])


wirings = st.fixed_dictionaries({key: st.sets(st.sampled_from(KEYS)).map(sorted) for key in KEYS})


@given(wirings, st.sets(st.sampled_from(KEYS), min_size=1), st.sets(st.sampled_from(KEYS)))
def test_exercising_more_never_depends_on_less(wiring, keys, more):
    made = release(wiring)

    assert set(closure(made, keys)) <= set(closure(made, keys | more))


@given(wirings, st.sets(st.sampled_from(KEYS), min_size=1))
def test_a_closure_is_closed(wiring, keys):
    made = release(wiring)
    names = [subject.name for subject in closure(made, keys)]

    assert {used for name in names for used in made.component(name).uses} <= set(names)


def test_a_pin_other_than_an_alias_needs_a_snapshot():
    with pytest.raises(ValueError, match=r"needs a `snapshot`"):
        HostedModel(key="m", provider="p", model="m", pin=PinKind.EXACT)


def test_components_may_not_share_a_key_or_use_a_stranger():
    system = System(key="desk", name="Desk", version="1", purpose="")
    server = McpServer(key="a", uri="u")

    with pytest.raises(ValueError, match=r"keys repeat: a"):
        Manifest(schema="roadworthy/manifest/v1", system=system, components=(server, server))
    with pytest.raises(ValueError, match=r"uses unknown components: b"):
        Manifest(schema="roadworthy/manifest/v1", system=system, components=(dataclasses.replace(server, uses=("b",)),))
