"""The picture of a diagram: nothing overlaps, no line passes through an element, names are inert."""

from __future__ import annotations

from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.evidence.documents.threat_model.layout import layout_of
from roadworthy.evidence.documents.threat_model.markdown import threat_model_markdown
from roadworthy.evidence.documents.threat_model.picture import diagram_svg
from roadworthy.risk.threat_model.drawing import diagram_of
from roadworthy.risk.threat_model.model import ThreatModel

KINDS = ("hosted_model", "model", "prompt", "index", "dataset", "tool", "mcp_server", "agent", "application", "library")


@st.composite
def systems(draw):
    """A system of any components that use each other in any way."""
    size = draw(st.integers(0, 14))
    keys = [f"c{i}" for i in range(size)]
    components = [
        {
            "type": draw(st.sampled_from(KINDS)),
            "key": key,
            "provider": draw(st.sampled_from(["a", "b"])),
            "uses": draw(st.lists(st.sampled_from(keys), max_size=5, unique=True)),
            "side_effects": draw(st.lists(st.sampled_from(["read", "send", "pay"]), max_size=2)),
        }
        for key in keys
    ]
    return {
        "system": {"key": "s", "users": draw(st.lists(st.sampled_from("xyz"), unique=True))},
        "components": components,
    }


def meets(box, start, end):
    """Whether a straight piece of a line runs through a box."""
    (x1, y1), (x2, y2) = start, end
    return max(x1, x2) > box.x and min(x1, x2) < box.right and max(y1, y2) > box.y and min(y1, y2) < box.bottom


@settings(max_examples=60)
@given(systems())
def test_nothing_overlaps_and_no_line_runs_through_an_element(facts):
    layout = layout_of(diagram_of(facts))

    assert not [(a.id, b.id) for a, b in combinations(layout.elements, 2) if a.overlaps(b)]
    assert not [(a.id, b.id) for a, b in combinations(layout.boundaries, 2) if a.overlaps(b)]
    assert all(box.x >= 0 and box.right <= layout.width and box.bottom <= layout.height for box in layout.boundaries)
    for line in layout.lines:
        if not line.within_column:
            crossed = [b.id for a, z in pairwise(line.points) for b in layout.elements if meets(b, a, z)]
            assert crossed == []


@settings(max_examples=60)
@given(systems())
def test_every_element_lies_in_its_own_boundary_and_in_no_other(facts):
    diagram = diagram_of(facts)
    layout = layout_of(diagram)
    owners = {element.id: element.boundary for element in diagram.elements}

    for box in layout.elements:
        assert {frame.id for frame in layout.boundaries if frame.overlaps(box)} == {owners[box.id]}


HOSTILE = 'x"><script>alert(1)</script>&\u202e|`*'


@pytest.fixture
def hostile() -> ThreatModel:
    facts = {
        "system": {"key": "s", "users": [HOSTILE]},
        "components": [{"type": "hosted_model", "key": "m", "provider": HOSTILE, "uses": []}],
    }
    return ThreatModel(
        system=HOSTILE,
        diagram=diagram_of(facts),
        threats=(),
        abuse_cases=(),
        countermeasures=(),
        catalogue="sha256:" + "0" * 64,
        decision=None,
    )


def test_a_hostile_name_stays_text_in_the_picture(hostile):
    svg = diagram_svg(hostile)

    root = ET.fromstring(svg)  # noqa: S314 - made by our own code
    assert {element.tag.rpartition("}")[2] for element in root.iter()} <= {
        *("svg", "title", "defs", "marker", "path", "rect", "text", "g")
    }
    assert "\u202e" not in svg
    assert "<script" not in svg


def test_a_hostile_name_stays_text_in_markdown(hostile):
    text = threat_model_markdown(hostile)

    assert "<script" not in text
    assert "\u202e" not in text
