"""What every detector of names, organisations and places must do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.scripted_entities import ScriptedEntities
from roadworthy.guard.ports import DetectorError, EntityDetector

DETECTORS: list[EntityDetector] = [ScriptedEntities("Ana Berg", "Li")]


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda one: one.operating_point.detector)
@given(text=st.text(max_size=80) | st.just("Ask Ana Berg, or Li."))
def test_finds_are_in_order_lie_in_the_text_and_are_the_same_again(detector, text):
    found = detector.find(text, language="")

    assert list(found) == sorted(found, key=lambda one: one.span)
    assert all(0 <= one.span.start < one.span.end <= len(text) for one in found)
    assert list(detector.find(text, language="")) == list(found)


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda one: one.operating_point.detector)
def test_a_find_does_not_repeat_the_text(detector):
    assert "Ana" not in repr(detector.find("Ask Ana Berg.", language="en"))


def test_one_that_cannot_look_says_so():
    with pytest.raises(DetectorError, match="not loaded"):
        ScriptedEntities(broken=True).find("Ana", language="en")
