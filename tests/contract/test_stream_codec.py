"""What every `StreamCodec` does. A codec is added to `fakes.codecs.STREAM_CODECS`."""

import json
import re
from itertools import zip_longest

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.codecs import MESSAGE, STREAM_CODECS, Releasing, chunked, denial
from roadworthy.core.errors import ConfigError
from roadworthy.guard.protocols.sse import EventReader
from roadworthy.guard.stream.model import Released

WORD = re.compile(r"word\d{3}")
EVERY = pytest.mark.parametrize("case", STREAM_CODECS, ids=lambda case: case.name)
SOME = settings(max_examples=12)
PLACES = st.lists(st.integers(0, 1_000_000), max_size=12)


def said(data):
    """The JSON of the events in ``data``, as a client reads them."""
    reader = EventReader()
    events = [event.data for event in (*reader.feed(data), *reader.end()) if event.data is not None]
    return [json.loads(one) for one in events if one.strip() != "[DONE]"]


@EVERY
@SOME
@given(data=st.data())
@pytest.mark.parametrize("at_once", [True, False])
def test_a_stream_that_is_released_unchanged_leaves_with_its_own_bytes(case, at_once, data):
    stream = data.draw(case.streams)
    releasing = Releasing(case.make(), at_once=at_once)

    for piece in chunked(stream, data.draw(PLACES)):
        releasing.feed(piece)

    assert releasing.end().left == stream
    assert not releasing.foreign


def _places(stream):
    """Every place beside a byte that means something to a reader, and some of those within words."""
    ends = {place + beside for place, byte in enumerate(stream) if byte in b"\r\n\\" or byte > 127 for beside in (0, 1)}
    return sorted((ends | set(range(1, len(stream), 11))) - {0, len(stream)})


@EVERY
def test_a_stream_means_the_same_wherever_it_is_cut(case):
    stream = _example(case)
    whole = Releasing(case.make()).feed(stream).end()

    for place in _places(stream):
        cut = Releasing(case.make()).feed(stream[:place]).feed(stream[place:]).end()
        assert (cut.left, cut.texts) == (stream, whole.texts)
    bytewise = Releasing(case.make())
    for place in range(len(stream)):
        bytewise.feed(stream[place : place + 1])
    assert (bytewise.end().left, bytewise.texts) == (stream, whole.texts)


@EVERY
@SOME
@given(data=st.data())
def test_every_word_of_a_stream_is_in_a_field_whole(case, data):
    stream = data.draw(case.streams)

    releasing = Releasing(case.make()).feed(stream).end()

    texts = list(releasing.texts.values())
    for word in set(WORD.findall(json.dumps(said(stream)))):
        assert any(word in text for text in texts)


@EVERY
@SOME
@given(data=st.data())
def test_nothing_that_is_judged_leaves_before_it_is_released(case, data):
    codec = case.make()
    left = b""
    for piece in chunked(data.draw(case.streams), data.draw(PLACES)):
        codec.feed(piece)
        left += codec.emit([])
    codec.end()

    left += codec.emit([]) + codec.finish()

    assert not re.search(r"word", left.decode())


@EVERY
@SOME
@given(data=st.data())
def test_a_word_that_is_edited_is_nowhere_in_what_leaves(case, data):
    stream = data.draw(case.streams)

    releasing = Releasing(case.make(), edit=lambda text: WORD.sub("[GONE]", text))
    for piece in chunked(stream, data.draw(PLACES)):
        releasing.feed(piece)
    left = releasing.end().left

    events = json.dumps(said(left))
    assert not WORD.search(events)
    again = Releasing(case.make()).feed(left).end()
    fields = [key for key, text in releasing.texts.items() if WORD.search(text) and key in again.texts]
    for key in fields:
        if "logprobs" not in key:
            assert again.texts[key] == WORD.sub("[GONE]", releasing.texts[key])


@EVERY
@SOME
@given(data=st.data())
def test_an_edit_in_a_stream_can_be_taken_back(case, data):
    stream = data.draw(case.streams)
    before = Releasing(case.make()).feed(stream).end()
    edited = Releasing(case.make(), edit=lambda text: text.replace("word", "<<p>>")).feed(stream).end().left

    restored = Releasing(case.make(), edit=lambda text: text.replace("<<p>>", "word")).feed(edited).end()

    after = Releasing(case.make()).feed(restored.left).end()
    kept = [key for key in before.texts if key in after.texts and "logprobs" not in key]
    assert [after.texts[key] for key in kept] == [before.texts[key] for key in kept]
    assert [key for key in before.texts if key not in after.texts and "logprobs" not in key] == []


@EVERY
@SOME
@given(data=st.data())
def test_text_that_grows_at_the_end_of_a_field_arrives(case, data):
    stream = data.draw(case.streams)

    releasing = Releasing(case.make(), at_once=True, edit=None)
    grown = _Growing(releasing)
    for piece in chunked(stream, data.draw(PLACES)):
        grown.feed(piece)
    grown.end()

    again = Releasing(case.make()).feed(releasing.left).end()
    for key in grown.keys:
        assert again.texts[key] == releasing.texts[key] + " (checked)"


class _Growing:
    """Lets text out at once, and adds words where a field ends."""

    def __init__(self, releasing):
        self.releasing, self.keys = releasing, []

    def feed(self, data):
        self.releasing.left += self._let(self.releasing.codec.feed(data))

    def end(self):
        codec = self.releasing.codec
        self.releasing.left += self._let(codec.end()) + codec.finish()

    def _let(self, pieces):
        releases = []
        for piece in pieces:
            for release in self.releasing._of(piece):
                segment = self.releasing.segments[release.key]
                if release.closes and segment.channel.value == "text" and not release.consumed:
                    self.keys.append(release.key)
                    releases.append(Released(key=release.key, text=" (checked)", consumed=0, closes=True))
                else:
                    releases.append(release)
        return self.releasing.codec.emit(releases)


@EVERY
@SOME
@given(data=st.data())
@pytest.mark.parametrize("at_once", [True, False])
def test_a_stop_ends_the_stream_as_the_protocol_has_it(case, at_once, data):
    stream = data.draw(case.streams)
    place = data.draw(st.integers(0, len(stream)))
    releasing = Releasing(case.make(), at_once=at_once).feed(stream[:place])

    left = releasing.left + releasing.codec.stop(denial())

    assert case.is_over(left) or _was_over(stream, releasing.left)
    again = Releasing(case.make()).feed(left).end()
    assert again.left == left
    assert not again.foreign
    assert any(MESSAGE in text for text in again.texts.values()) or _was_over(stream, releasing.left)
    assert releasing.codec.feed(stream[place:]) == ()
    assert releasing.codec.emit([]) == releasing.codec.finish() == releasing.codec.stop(denial()) == b""


def _was_over(stream, left):
    """Whether all that a client shows had left before the stop."""
    return not WORD.search(json.dumps(said(stream[len(left) :])))


@EVERY
@SOME
@given(data=st.data())
def test_a_member_that_nobody_knows_is_told_and_can_be_left_out(case, data):
    stream = data.draw(case.streams)
    events = said(stream)
    event = data.draw(st.sampled_from(events))
    holders = list(_objects(event))
    data.draw(st.sampled_from(holders))["zz_new"] = "surprise777 x"
    hurt = b"".join(f"data: {json.dumps(one)}\n\n".encode() for one in events)

    told = Releasing(case.make()).feed(hurt).end()
    stripped = Releasing(case.make(), strip=True).feed(hurt).end()

    judged = [key for key, text in told.texts.items() if "surprise777" in text]
    assert told.left == hurt
    assert told.foreign or judged
    if not judged:
        assert b"surprise777" not in stripped.left


def _objects(value):
    if isinstance(value, dict):
        yield value
        for member in value.values():
            yield from _objects(member)
    elif isinstance(value, list):
        for element in value:
            yield from _objects(element)


@EVERY
@SOME
@given(data=st.data())
def test_a_value_of_another_kind_is_refused_in_words_without_content(case, data):
    events = said(data.draw(case.streams))
    holder = data.draw(st.sampled_from([one for event in events for one in _objects(event) if one]))
    name = data.draw(st.sampled_from(sorted(holder)))
    holder[name] = data.draw(
        st.sampled_from([17, True, "word999 x", ["word999 x"], {"word999 x": "word998"}, -1, 10**9, 1.5])
    )
    hurt = b"".join(f"data: {json.dumps(one)}\n\n".encode() for one in events)

    releasing, refusal = _tried(case, hurt)

    assert not re.search(r"word\d", str(refusal))
    if releasing is not None:
        assert releasing.left == hurt
        everything = " ".join([*releasing.texts.values(), *releasing.foreign])
        assert ("word999" not in json.dumps(events)) or "word999" in everything or releasing.foreign


@EVERY
@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(b"data: {not json}\n\n", "not JSON", id="not JSON"),
        pytest.param(b'data: {"a": 1, "a": 2}\n\n', "reads alike", id="a member twice"),
        pytest.param(b'data: {"a": NaN}\n\n', "reads alike", id="NaN"),
        pytest.param(b'data: {"a": 1e999}\n\n', "reads alike", id="beyond a double"),
        pytest.param(b"data: [1]\n\n", "must be an object", id="no object"),
        pytest.param(b"data: \xff\n\n", "not UTF-8", id="not UTF-8"),
        pytest.param(b"data: " + b"[" * 100_000 + b"\n\n", "not JSON|nested deeper", id="brackets"),
        pytest.param(b"data: " + b"[" * 100 + b"]" * 100 + b"\n\n", "nested deeper", id="nested"),
    ],
)
def test_what_is_no_event_of_a_protocol_is_refused(case, data, says):
    codec = case.make()

    with pytest.raises(ConfigError, match=says):
        codec.feed(data)


@EVERY
def test_an_event_without_end_is_refused_at_the_limit(case):
    codec = case.make()
    block = b"x" * 1_000_000
    for _ in range(4):
        codec.feed(block)

    with pytest.raises(ConfigError, match="longer than 4,000,000 bytes"):
        codec.feed(block)


@EVERY
def test_comments_that_say_something_are_foreign(case):
    codec = case.make()

    pieces = codec.feed(b": keep-alive\n\n: the password is 'hunter2', do not tell\n\n")

    assert [piece.path for piece in pieces] == ["comment"]


@EVERY
@SOME
@given(data=st.data())
def test_a_stream_that_breaks_off_leaves_only_what_came(case, data):
    stream = data.draw(case.streams)
    place = data.draw(st.integers(0, len(stream)))

    releasing, refusal = _tried(case, stream[:place])

    if releasing is None:
        assert re.search("not JSON|not UTF-8", str(refusal))
    else:
        assert releasing.left == stream[:place]


@EVERY
@SOME
@given(data=st.data())
def test_two_streams_know_nothing_of_each_other(case, data):
    one, other = data.draw(case.streams), data.draw(case.streams)
    first, second = Releasing(case.make()), Releasing(case.make())
    pieces = zip_longest(chunked(one, range(0, len(one), 97)), chunked(other, range(0, len(other), 97)), fillvalue=b"")
    for here, there in pieces:
        first.feed(here)
        second.feed(there)

    assert (first.end().left, second.end().left) == (one, other)


@EVERY
@settings(max_examples=40)
@given(data=st.binary(max_size=300), head=st.sampled_from([b"", b"data: ", b'data: {"choices":[', b"\xef\xbb\xbf"]))
def test_any_bytes_are_read_or_refused(case, data, head):
    releasing, refusal = _tried(case, head + data)

    assert refusal is not None or releasing.left == head + data


def _tried(case, data):
    """What became of the stream, or why it was refused."""
    try:
        return Releasing(case.make()).feed(data).end(), None
    except ConfigError as error:
        return None, error


def _example(case):
    """A short stream, always the same."""
    found = []

    @settings(max_examples=30, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case.streams)
    def draw(stream):
        found.append(stream)

    draw()
    return min((one for one in found if len(one) > 1_200), key=len, default=max(found, key=len))
