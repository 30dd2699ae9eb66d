import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.runtime.proving.places import NoPlaceError, edited, matching


def manifest():
    return {
        "system": {"owner": "we", "legal_facts": {"biometrics": False}},
        "components": [
            {"type": "tool", "key": "find", "side_effects": ["read"], "requires_approval": False},
            {"type": "tool", "key": "pay", "side_effects": ["pay", "write"], "limits": {"max": 5}},
            {"type": "agent", "key": "desk", "uses": ["find", "pay"]},
        ],
    }


@pytest.mark.parametrize(
    ("conditions", "keys"),
    [
        pytest.param("type=tool", ["find", "pay"], id="one condition"),
        pytest.param("type=tool&side_effects=pay", ["pay"], id="a list holds the value"),
        pytest.param("type=tool&side_effects!=read", ["pay"], id="a list does not hold it"),
        pytest.param("requires_approval=false", ["find"], id="a boolean by its YAML name"),
        pytest.param("requires_approval!=true", ["find", "pay", "desk"], id="what is not stated is not that either"),
        pytest.param("type=model", [], id="nothing matches"),
    ],
)
def test_components_are_found_by_what_they_are(conditions, keys):
    assert [component["key"] for component in matching(manifest(), conditions)] == keys


def test_only_the_first_match_is_changed_and_a_star_changes_all():
    first, every = manifest(), manifest()

    edited(first, "components[type=tool].scopes", value=["*"], remove=False)
    edited(every, "components[*type=tool].scopes", value=["*"], remove=False)

    assert [c.get("scopes") for c in first["components"]] == [["*"], None, None]
    assert [c.get("scopes") for c in every["components"]] == [["*"], ["*"], None]


def test_a_component_is_taken_out_with_every_use_of_it():
    data = manifest()

    edited(data, "components[side_effects=pay]", value=None, remove=True)

    assert [c["key"] for c in data["components"]] == ["find", "desk"]
    assert data["components"][1]["uses"] == ["find"]


@pytest.mark.parametrize(
    ("at", "remove", "reason"),
    [
        pytest.param("components[type=model].path", False, "no component has type=model", id="no such component"),
        pytest.param("components[type=model]", True, "no component has type=model", id="none to take out"),
        pytest.param("components[type=tool]", False, "names no field", id="a component cannot be set"),
        pytest.param("components[tool].path", False, "is no condition", id="a condition without a sign"),
        pytest.param("system.never", True, "is not stated", id="nothing to remove"),
        pytest.param("system.owner.name", False, "which is no mapping", id="a path through a text"),
    ],
)
def test_an_edit_without_a_place_says_why(at, remove, reason):
    with pytest.raises(NoPlaceError, match=reason):
        edited(manifest(), at, value="x", remove=remove)


@given(field=st.from_regex(r"[a-z_]{1,12}", fullmatch=True), value=st.integers() | st.text() | st.lists(st.integers()))
def test_what_is_set_is_there_and_nothing_else_changed(field, value):
    data = manifest()

    edited(data, f"system.{field}", value=value, remove=False)

    assert data["system"][field] == value
    assert data["components"] == manifest()["components"]
    assert {k: v for k, v in data["system"].items() if k != field} == {
        k: v for k, v in manifest()["system"].items() if k != field
    }
