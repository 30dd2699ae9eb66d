"""What every `MessageCodec` does. A codec is added to `fakes.codecs.MESSAGE_CODECS`."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.codecs import MESSAGE, MESSAGE_CODECS, denial
from roadworthy.core.errors import ConfigError
from roadworthy.guard.protocols.pointer import at, child

WORD = re.compile(r"word\d{3}")
EVERY = pytest.mark.parametrize("case", MESSAGE_CODECS, ids=lambda case: case.codec.name)
SOME = settings(max_examples=12)


@EVERY
@SOME
@given(data=st.data())
def test_without_edits_a_message_stays_what_it_was(case, data):
    body = data.draw(case.bodies)
    before = json.dumps(body)
    decoded = case.codec.decode(body)

    again = case.codec.encode(body, {segment.path: segment.text for segment in decoded.segments})

    assert json.dumps(again) == before
    assert json.dumps(body) == before


@EVERY
@SOME
@given(data=st.data())
def test_every_word_of_a_message_is_in_a_segment_and_nothing_of_it_is_unknown(case, data):
    body = data.draw(case.bodies)

    decoded = case.codec.decode(body)

    seen = {word for segment in decoded.segments for word in WORD.findall(segment.text)}
    assert set(WORD.findall(json.dumps(body))) <= seen
    assert not decoded.unknown
    assert [segment.index for segment in decoded.segments] == list(range(len(decoded.segments)))
    paths = [segment.path for segment in decoded.segments]
    assert len(set(paths)) == len(paths)
    for path in paths:
        at(body, path)


@EVERY
@SOME
@given(data=st.data())
def test_an_edit_takes_a_word_out_of_the_whole_message(case, data):
    body = data.draw(case.bodies)
    decoded = case.codec.decode(body)
    segments = [segment for segment in decoded.segments if WORD.search(segment.text)]
    chosen = data.draw(st.sampled_from(segments)) if segments else None
    if chosen is None:
        return
    word = WORD.search(chosen.text)[0]
    texts = {one.path: one.text.replace(word, "[GONE]") for one in segments if word in one.text}

    edited = case.codec.encode(body, texts)

    assert word not in json.dumps(edited)
    again = {segment.path: segment.text for segment in case.codec.decode(edited).segments}
    for path, text in texts.items():
        if isinstance(at(body, path), str):
            assert again[path] == text


@EVERY
@SOME
@given(data=st.data())
def test_an_edit_can_be_taken_back(case, data):
    body = data.draw(case.bodies)
    texts = {one.path: one.text for one in case.codec.decode(body).segments if isinstance(at(body, one.path), str)}
    edited = case.codec.encode(body, {path: text.replace("word", "<<7>>") for path, text in texts.items()})

    kept = {one.path for one in case.codec.decode(edited).segments}
    restored = case.codec.encode(edited, {path: text for path, text in texts.items() if path in kept})

    again = {one.path: one.text for one in case.codec.decode(restored).segments}
    assert {path: again[path] for path in texts if path in kept} == {p: t for p, t in texts.items() if p in kept}


@EVERY
@SOME
@given(data=st.data())
def test_a_member_that_nobody_knows_is_unknown_or_judged_and_never_dropped(case, data):
    body = data.draw(case.bodies)
    where = data.draw(st.sampled_from([path for path, value in _values(body) if isinstance(value, dict)]))
    added = json.loads(json.dumps(body))
    at(added, where)["zz_new"] = "surprise777"

    decoded = case.codec.decode(added)

    path = child(where, "zz_new")
    unknown = [one.path for one in decoded.unknown]
    judged = [one.path for one in decoded.segments if "surprise777" in one.text]
    assert (path in unknown) or judged or any(path.startswith(one + "/") for one in unknown)
    assert json.dumps(case.codec.encode(added, {})) == json.dumps(added)
    if path in unknown:
        assert json.dumps(case.codec.encode(added, {}, stripped=[path])) == json.dumps(body)


@EVERY
@SOME
@given(data=st.data())
def test_a_value_of_another_kind_is_refused_in_words_without_content(case, data):
    body = data.draw(case.bodies)
    paths = [path for path, _ in _values(body) if path]
    where = data.draw(st.sampled_from(paths))
    wrong = data.draw(
        st.sampled_from([17, True, "word999 x", ["word999 x"], {"word999 x": "word998 x"}, [[[]]], -1, 1e300])
    )
    hurt = _with(body, where, wrong)

    decoded, refusal = _tried(case, hurt)

    if decoded is None:
        assert not re.search(r"word\d", str(refusal))
        assert case.codec.name in str(refusal)
    else:
        assert json.dumps(case.codec.encode(hurt, {})) == json.dumps(hurt)
        seen = {word for one in decoded.segments for word in WORD.findall(one.text)}
        unknown = json.dumps([at(hurt, one.path) for one in decoded.unknown])
        names = json.dumps([one.path for one in decoded.unknown])
        assert {word for word in WORD.findall(json.dumps(hurt)) if word not in unknown + names} <= seen


@EVERY
@pytest.mark.parametrize("body", [None, True, 17, "text", [], [{}], "x" * 10_000])
def test_what_is_no_message_is_refused(case, body):
    with pytest.raises(ConfigError, match=r"must be|there"):
        case.codec.decode(body)


@EVERY
def test_a_message_that_is_nested_too_deep_is_refused(case):
    body = deep = {}
    for _ in range(100_000):
        deep["metadata"] = {}
        deep = deep["metadata"]

    with pytest.raises(ConfigError, match="nested deeper than"):
        case.codec.decode(body)


@EVERY
@SOME
@given(data=st.data())
def test_a_block_is_an_answer_of_the_protocol_with_the_users_message(case, data):
    body = data.draw(case.bodies)

    answer = case.codec.blocked(body, denial())

    json.dumps(answer)
    decoded = (case.answers or case.codec).decode(answer)
    assert [segment.text for segment in decoded.segments if segment.text] == [MESSAGE]
    assert not decoded.unknown
    assert not WORD.search(json.dumps(answer))


@EVERY
@SOME
@given(data=st.data())
def test_texts_at_places_that_hold_none_are_refused(case, data):
    body = data.draw(case.bodies)

    with pytest.raises(ValueError, match="no segment stands"):
        case.codec.encode(body, {"/nowhere": "x"})


def _tried(case, body):
    """What was read, or why it was refused."""
    try:
        return case.codec.decode(body), None
    except ConfigError as error:
        return None, error


def _values(value, path=""):
    yield path, value
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _values(member, child(path, name))
    elif isinstance(value, list):
        for place, element in enumerate(value):
            yield from _values(element, child(path, place))


def _with(body, path, value):
    made = json.loads(json.dumps(body))
    parent, _, last = path.rpartition("/")
    holder = at(made, parent)
    last = last.replace("~1", "/").replace("~0", "~")
    holder[int(last) if isinstance(holder, list) else last] = value
    return made
