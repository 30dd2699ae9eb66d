"""What every detector of poisoned documents must do."""

from __future__ import annotations

import pytest

from fakes.poison_detector import ScriptedPoisonDetector
from roadworthy.guard.ports import PoisonDetector

TEXTS = ("", "The warranty lasts two years.", "x" * 20_000, "中文 🙂 \u202e\x00")


@pytest.fixture(params=[ScriptedPoisonDetector(scores=(("warranty", 0.7),))])
def detector(request: pytest.FixtureRequest) -> PoisonDetector:
    return request.param


@pytest.mark.parametrize("text", TEXTS, ids=["empty", "plain", "long", "odd"])
def test_a_score_is_a_fraction_and_the_same_twice(detector, text):
    score = detector.score(text)

    assert 0.0 <= score <= 1.0
    assert detector.score(text) == score


def test_it_says_what_it_is(detector):
    assert detector.operating_point.detector
    assert detector.operating_point.version
