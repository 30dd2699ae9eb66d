"""However a stream's bytes arrive, its events are the same, and they are those of the standard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.adapters.targets.sse import Event, EventReader

LINES = st.sampled_from(
    [b"data: x", b"data:y", b"data", b"data:  z", b"event: delta", b"event", b": ping", b":", b"id: 7", b"retry: 9",
     b"unknown: 1", b"", b"", "data: grüße 🦊".encode(), b"data: \xff\xfe", b"\xef\xbb\xbfdata: marked"]
)  # fmt: skip
STREAMS = st.lists(st.tuples(LINES, st.sampled_from([b"\n", b"\r\n", b"\r"]))).map(
    lambda pairs: b"".join(line + end for line, end in pairs)
)


def events(*chunks):
    reader = EventReader()
    return [event for chunk in chunks for event in reader.feed(chunk)]


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (b"data: a\n\n", [Event(data="a")]),
        (b"data: a\r\n\r\n", [Event(data="a")]),
        (b"data: a\r\r", [Event(data="a")]),
        (b"data: a\ndata: b\n\n", [Event(data="a\nb")]),
        (b"data:a\n\ndata:  b\n\n", [Event(data="a"), Event(data=" b")]),
        (b"data\ndata\n\n", [Event(data="\n")]),
        (b"event: end\n\n", []),
        (b"event: add\ndata: 1\n\ndata: 2\n\n", [Event(data="1", name="add"), Event(data="2")]),
        (b": keep-alive\n\n: another\ndata: a\n\n", [Event(data="a")]),
        (b"id: 1\nretry: 10\nnovel: x\ndata: a\n\n", [Event(data="a")]),
        (b"\xef\xbb\xbfdata: a\n\n", [Event(data="a")]),
        (b"data: a\n\n\xef\xbb\xbfdata: b\n\n", [Event(data="a")]),
        (b"data: \xff\n\n", [Event(data="\N{REPLACEMENT CHARACTER}")]),
        (b"data: never ended\n", []),
        (b"data: never ended", []),
        (b"", []),
    ],
)
def test_events_are_read_as_the_standard_says(stream, expected):
    assert events(stream) == expected


@given(STREAMS, st.data())
def test_any_cutting_into_chunks_gives_the_same_events(stream, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=20)))
    chunks = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]

    assert events(*chunks) == events(stream)
    assert events(*(bytes([b]) for b in stream)) == events(stream)


@given(st.binary(max_size=200), st.integers(0, 200))
def test_arbitrary_bytes_never_raise_and_do_not_depend_on_a_cut(stream, cut):
    assert events(stream[:cut], stream[cut:]) == events(stream)


@given(st.lists(st.text(alphabet=st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), min_size=1)))
def test_what_is_written_is_what_is_read(texts):
    stream = "".join(f"data: {text}\n\n" for text in texts).encode()

    assert [event.data for event in events(stream)] == texts


@pytest.mark.timeout(60)
def test_a_line_that_never_ends_is_put_together():
    assert events(b"data: ", *([b"x" * 16] * 200_000), b"\n\n") == [Event(data="x" * 3_200_000)]
