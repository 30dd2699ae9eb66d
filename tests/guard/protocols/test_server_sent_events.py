import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.core.errors import ConfigError
from roadworthy.guard.protocols.pointer import at, child, parts
from roadworthy.guard.protocols.relay_field import RelayedField
from roadworthy.guard.protocols.sse import EventReader, rewritten, written
from roadworthy.guard.protocols.strict_json import parsed


def events(data):
    reader = EventReader()
    return [*reader.feed(data), *reader.end()]


@pytest.mark.parametrize(
    ("data", "want"),
    [
        pytest.param(b"data: a\n\n", ["a"], id="one"),
        pytest.param(b"data: a\r\n\r\ndata: b\r\n\r\n", ["a", "b"], id="CRLF"),
        pytest.param(b"data: a\r\rdata: b\r\r", ["a", "b"], id="CR"),
        pytest.param(b"\xef\xbb\xbfdata: a\n\n", ["a"], id="byte order mark"),
        pytest.param(b"data: a\ndata:b\ndata\n\n", ["a\nb\n"], id="several lines"),
        pytest.param(b": note\n\ndata: a\n\n", [None, "a"], id="a comment alone"),
        pytest.param(b"data:  a\n\n", [" a"], id="one space goes"),
        pytest.param(b"event: x\n\n", [None], id="no data"),
        pytest.param("data: é\u2028ü\n\n".encode(), ["é\u2028ü"], id="a separator that ends no line here"),
        pytest.param(b"data: a", ["a"], id="no end"),
    ],
)
def test_events_are_read_as_the_standard_has_it(data, want):
    assert [event.data for event in events(data)] == want
    assert b"".join(event.raw for event in events(data)) == data


@given(
    data=st.lists(st.sampled_from([b"data: a", b":c", b"\n", b"\r", b"\r\n", b"\n\n", "é".encode(), b"id: 7", b" "]))
)
def test_events_are_the_same_wherever_the_bytes_are_cut(data):
    whole = b"".join(data)
    reader = EventReader()
    bytewise = []
    for place in range(len(whole)):
        bytewise += reader.feed(whole[place : place + 1])

    assert [*bytewise, *reader.end()] == events(whole)
    assert b"".join(event.raw for event in events(whole)) == whole


def test_an_event_with_other_data_keeps_everything_else():
    (event,) = events(b"\xef\xbb\xbfevent: x\r\ndata: a\r\ndata: b\r\n: note\r\nid: 7\r\n\r\n")

    assert rewritten(event, data="new") == b"\xef\xbb\xbfevent: x\r\ndata: new\r\n: note\r\nid: 7\r\n\r\n"
    (bare,) = events(written("one\ntwo"))
    assert bare.data == "one\ntwo"


def test_an_event_beyond_the_limit_is_refused_with_the_limit():
    reader = EventReader(limit=20)

    with pytest.raises(ConfigError, match="longer than 20 bytes"):
        reader.feed(b"data: " + b"x" * 30 + b"\n\n")


@given(st.lists(st.text(max_size=5), max_size=4))
def test_a_pointer_leads_back_to_its_parts(names):
    pointer, body = "", "leaf"
    for name in names:
        pointer = child(pointer, name)
    for name in reversed(names):
        body = {name: body}

    assert parts(pointer) == tuple(names)
    assert at(body, pointer) == "leaf"


@pytest.mark.parametrize("pointer", ["/a/2", "/a/-1", "/a/01", "/b", "/a/0/x", "/a/1_0"])
def test_a_pointer_that_leads_nowhere_is_told(pointer):
    with pytest.raises(LookupError):
        at({"a": [1, 2]}, pointer)


@pytest.mark.parametrize("text", ['{"a":1,"a":2}', "NaN", "-Infinity", "1e999", '{"' + "n" * 201 + '":1}', "{", ""])
def test_json_that_readers_read_differently_is_refused_without_its_content(text):
    with pytest.raises(ConfigError, match="an event") as refusal:
        parsed(text, where="an event")

    assert "nnn" not in str(refusal.value)


@given(
    parts=st.lists(st.text("ab", max_size=6), min_size=1, max_size=6),
    runs=st.lists(st.tuples(st.integers(0, 7), st.none() | st.text("xy", max_size=4)), max_size=8),
)
def test_what_is_released_of_a_field_is_taken_once_and_in_order(parts, runs):
    field, text = RelayedField(), "".join(parts)
    ends = [field.came(part)[1] for part in parts]
    released, place = "", 0
    for wanted, new in runs:
        count = min(wanted, len(text) - place)
        said = text[place : place + count] if new is None else new
        field.released(said, consumed=count, closes=False)
        released, place = released + said, place + count
    field.released(text[place:], consumed=len(text) - place, closes=True)
    released += text[place:]

    taken = [field.taken(end) for end in ends]

    assert "".join(taken) + field.rest() == released == field.text
    if released == text:
        assert "".join(taken) == text
    if all(new is None for _, new in runs):
        assert taken == parts
