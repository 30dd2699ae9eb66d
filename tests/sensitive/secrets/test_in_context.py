"""Credentials are found in code, settings, commands, files and prose that the patterns were not made from."""

from collections import Counter

import pytest

from fakes.secret_samples.placed import harmless_samples, true_samples
from roadworthy.sensitive.secrets.finder import Search

LEAST = {"form": 0.995, "name": 0.98, "said": 0.88, "file": 0.97}
"""Shares found. Of passwords that people say, those of letters alone cannot be told from words."""


@pytest.mark.parametrize("told", sorted(LEAST))
def test_credentials_are_found_where_they_are_kept(told):
    search = Search()
    made, found, missed = 0, 0, Counter()
    for how, kind, text in true_samples("context", each=6):
        if how == told:
            made += 1
            is_found = bool(search.find(text))
            found += is_found
            missed[kind] += not is_found

    assert made > 250
    assert found / made >= LEAST[told], missed.most_common(5)


def test_what_only_resembles_them_is_left_alone():
    search = Search()
    samples = list(harmless_samples("context", each=2))
    taken = Counter(kind for kind, text in samples if search.find(text))

    assert len(samples) > 400
    assert taken.total() <= len(samples) * 0.005, taken
