"""Whether licences fit is told from a table; what the table does not know is never taken for a yes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.lint_rules import findings_of
from roadworthy.lint.licences.compatibility import Binds, Conflicts, Fits, Undecided, compatibility
from roadworthy.lint.licences.expression import read_expression, says_nothing
from roadworthy.lint.licences.family import Family, family_of
from roadworthy.lint.licences.stated import licence_of_text, same_licence

WORDS = """
    MIT Apache-2.0 BSD-3-Clause BSD-4-Clause GPL-2.0-only GPL-2.0-or-later GPL-3.0-only AGPL-3.0-only LGPL-2.1-only
    MPL-2.0 EPL-1.0 CC-BY-4.0 CC-BY-NC-4.0 CC-BY-ND-4.0 CC-BY-SA-4.0 CC0-1.0 SSPL-1.0 EUPL-1.2 LicenseRef-Ours
    llama3.1 gemma
"""
LICENCES = st.sampled_from(WORDS.split())
WHOLES = st.sampled_from(
    ["MIT", "Apache-2.0", "GPL-2.0-only", "GPL-3.0-or-later", "AGPL-3.0-only", "MPL-2.0", "Proprietary"]
)
ORDER = (Fits, Undecided, Binds, Conflicts)


def badness(result):
    return ORDER.index(type(result))


@pytest.mark.parametrize(
    ("component", "whole", "result"),
    [
        ("MIT", "Proprietary", Fits),
        ("Apache-2.0", "GPL-3.0-only", Fits),
        ("Apache-2.0", "GPL-2.0-only", Conflicts),
        ("BSD-4-Clause", "GPL-3.0-only", Conflicts),
        ("GPL-3.0-only", "Proprietary", Conflicts),
        ("GPL-3.0-only", "MIT", Binds),
        ("GPL-3.0-only", "AGPL-3.0-only", Fits),
        ("GPL-3.0-only", "GPL-2.0-only", Conflicts),
        ("GPL-2.0-only", "GPL-3.0-only", Undecided),
        ("AGPL-3.0-only", "GPL-3.0-only", Binds),
        ("AGPL-3.0-only", "LicenseRef-Proprietary", Conflicts),
        ("SSPL-1.0", "AGPL-3.0-only", Undecided),
        ("LGPL-2.1-only", "Proprietary", Fits),
        ("EPL-1.0", "GPL-3.0-only", Conflicts),
        ("CC-BY-NC-4.0", "Proprietary", Conflicts),
        ("CC-BY-NC-4.0", "MIT", Undecided),
        ("CC-BY-NC-4.0", "GPL-3.0-only", Conflicts),
        ("llama3.1", "MIT", Undecided),
        ("unknown", "MIT", Undecided),
        ("MIT", "unknown", Undecided),
        ("no such thing", "MIT", Undecided),
        ("MIT", "no such thing", Undecided),
        ("Proprietary", "MIT", Undecided),
        ("GPL-2.0-only WITH Classpath-exception-2.0", "Proprietary", Fits),
        ("MIT AND GPL-3.0-only", "Proprietary", Conflicts),
        ("MIT OR GPL-3.0-only", "Proprietary", Fits),
        ("(MIT OR GPL-3.0-only) AND Apache-2.0", "GPL-2.0-only", Conflicts),
    ],
)
def test_the_table_says_what_the_licences_say(component, whole, result):
    assert isinstance(compatibility(component, whole=whole), result)


@given(LICENCES, LICENCES, WHOLES)
def test_a_choice_is_as_good_as_its_best_and_a_sum_as_bad_as_its_worst(first, second, whole):
    one, other = (badness(compatibility(licence, whole=whole)) for licence in (first, second))
    if not all(read_expression(licence).problem == "" for licence in (first, second)):
        return

    assert badness(compatibility(f"{first} OR {second}", whole=whole)) == min(one, other)
    assert badness(compatibility(f"{first} AND {second}", whole=whole)) == max(one, other)


@given(st.text(max_size=60), WHOLES)
def test_what_cannot_be_read_is_undecided_and_never_fits(text, whole):
    result = compatibility(text, whole=whole)

    assert isinstance(result, Fits) is False or read_expression(text).alternatives != ()


@given(LICENCES)
def test_a_licence_of_unknown_family_never_fits(licence):
    if family_of(licence) is Family.UNKNOWN:
        assert not isinstance(compatibility(licence, whole="MIT"), Fits)


@given(LICENCES, LICENCES)
def test_being_the_same_licence_goes_both_ways(first, second):
    assert same_licence(first, second) is same_licence(second, first)
    assert same_licence(first, first.lower())


@pytest.mark.parametrize(
    ("licence", "family"),
    [
        ("CC-BY-NC-ND-4.0", Family.NO_DERIVATIVES),
        ("CC-BY-NC-SA-4.0", Family.NON_COMMERCIAL),
        ("CC-BY-SA-3.0", Family.SHARE_ALIKE),
        ("GPL-3.0-only WITH GCC-exception-3.1", Family.WEAK_COPYLEFT),
        ("Llama-3.1", Family.USE_RESTRICTED),
        ("Apple-AMLR", Family.NON_COMMERCIAL),
        ("EUPL-1.2", Family.NETWORK_COPYLEFT),
        ("Nonsense-1.0", Family.UNKNOWN),
    ],
)
def test_a_licence_is_in_the_family_of_what_it_asks(licence, family):
    assert family_of(licence) is family


@given(st.text(max_size=100))
def test_no_text_makes_the_reader_of_expressions_fail(text):
    read = read_expression(text)

    assert read.alternatives or read.problem or says_nothing(text)


@given(st.text(max_size=3000))
def test_no_text_is_taken_for_a_licence_by_chance(text):
    assert licence_of_text(text) == ""


HEAD = (
    "schema: roadworthy/manifest/v1\n"
    "system: {key: desk, name: Desk, version: 1.0.0, purpose: Answers questions.}\n"
    "components:\n"
)


def manifest(*components):
    return HEAD + "".join(f"  - {one}\n" for one in components)


def test_the_manifests_application_decides_over_the_project_file():
    net = "{type: model, key: net, path: net.gguf, licence: GPL-3.0-only}"
    project = '[project]\nname = "a"\nversion = "1"\nlicense = "GPL-3.0-only"\n'
    closed = "{type: application, key: app, path: app, licence: Proprietary}"

    assert findings_of("licence/conflict", {"roadworthy.yaml": manifest(net), "pyproject.toml": project}) == ()
    files = {"roadworthy.yaml": manifest(closed, net), "pyproject.toml": project}
    assert [one.line for one in findings_of("licence/conflict", files)] == [5]


def test_without_a_licence_of_the_whole_no_conflict_is_told():
    net = "{type: model, key: net, path: net.gguf, licence: GPL-3.0-only}"

    assert findings_of("licence/conflict", {"roadworthy.yaml": manifest(net)}) == ()


def test_an_unknown_licence_is_told_and_not_passed_over():
    net = "{type: model, key: net, path: net.gguf, licence: unknown}"

    assert [one.rule for one in findings_of("licence/model-unstated", {"roadworthy.yaml": manifest(net)})] == [
        "licence/model-unstated"
    ]


@pytest.mark.parametrize(
    "stated",
    ['license = {text = "MIT"}', 'license = "mit"', 'classifiers = ["License :: OSI Approved :: MIT License"]'],
)
def test_a_projects_licence_is_read_from_wherever_it_may_stand(stated):
    apache = "Apache License\nVersion 2.0, January 2004\n"
    project = f'[project]\nname = "a"\nversion = "1"\n{stated}\n'

    assert len(findings_of("licence/text-differs", {"pyproject.toml": project, "LICENSE": apache})) == 1


def test_two_licence_texts_are_not_held_against_one_another():
    apache = "Apache License\nVersion 2.0, January 2004\n"
    project = '[project]\nname = "a"\nversion = "1"\nlicense = "MIT"\n'
    files = {"pyproject.toml": project, "LICENSE-APACHE": apache, "LICENSE-MIT": "MIT"}

    assert findings_of("licence/text-differs", files) == ()
