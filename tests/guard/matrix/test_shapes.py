"""No field that a codec reads is left out of the matrix: what generated messages yield has a row there."""

import re
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.codecs import MESSAGE_CODECS, STREAM_CODECS
from guard.matrix.fields import FIELDS
from guard.matrix.samples import SAMPLES
from roadworthy.guard.stream.model import Opened, Text

PLANTED = SAMPLES[0].text
# Below these members the protocol says nothing of what there is: names and depth are the sender's.
_FREE = re.compile(
    r"/(parameters|schema|input_schema|inputSchema|metadata|attributes|_meta|variables|env|headers|logit_bias|arguments)"
    r"(/.*)?$"
)
# Bytes within a message: one that is no text is judged by its media type, which carries no words; one that is a text
# is judged as that, which `tests/guard/protocols/test_text_in_bytes.py` shows for every place.
_BYTES = re.compile(r"/(source/data|image_url|image_url/url|file/file_data|file_data|content/\*/data|blob)$")
_NUMBER = re.compile(r"/[0-9]+(?=/|$)")


def shape(segment):
    """Where a segment stands, whatever the places in lists."""
    # What stands within a tool's result is read by the same tables as what stands beside it.
    path = _FREE.sub(r"/\1", segment.path)
    path = re.sub(r"(/content/[0-9]+)/content/[0-9]+(?=/(source|title|context|citations))", r"\1", path)
    return segment.channel.value, _NUMBER.sub("/*", path)


def of_message(codec, body):
    return _judged({shape(one) for one in codec.decode(body).segments})


def of_stream(codec, data):
    pieces = [*codec.feed(data), *codec.end()]
    return _judged({shape(one.segment) for one in pieces if isinstance(one, Opened)})


def _judged(found):
    return {one for one in found if not (one[0] in ("text", "image_reference") and _BYTES.search(one[1]))}


@cache
def rows(kind):
    """Shapes of fields with a row for a codec, in which the text of the row was planted."""
    found = set()
    for field in FIELDS:
        codec = field.codec()
        if type(codec) is not kind:
            continue
        message = field.make(PLANTED)
        if field.form == "whole":
            found |= {shape(one) for one in codec.decode(message).segments if PLANTED in one.text}
            continue
        pieces, said = [*codec.feed(message), *codec.end()], {}
        for piece in pieces:
            if isinstance(piece, Text):
                said[piece.key] = said.get(piece.key, "") + piece.text
        found |= {shape(one.segment) for one in pieces if isinstance(one, Opened) and PLANTED in said.get(one.key, "")}
    return found


SOME = settings(max_examples=25, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("case", MESSAGE_CODECS, ids=lambda case: case.codec.name)
@SOME
@given(data=st.data())
def test_every_field_of_a_message_has_a_row(case, data):
    missing = of_message(case.codec, data.draw(case.bodies)) - rows(type(case.codec))

    assert not missing, f"add rows to tests/guard/matrix for {sorted(missing)}"


@pytest.mark.parametrize("case", STREAM_CODECS, ids=lambda case: case.name)
@SOME
@given(data=st.data())
def test_every_field_of_a_stream_has_a_row(case, data):
    codec = case.make()

    missing = of_stream(codec, data.draw(case.streams)) - rows(type(codec))

    assert not missing, f"add rows to tests/guard/matrix for {sorted(missing)}"
