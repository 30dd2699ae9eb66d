import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.anthropic_messages import answers, block, block_events, read_back, sent, streamed
from fakes.pumped_streams import Pump
from roadworthy.core.errors import ConfigError
from roadworthy.core.severity import RiskTier
from roadworthy.guard.protocols.anthropic.response import AnthropicResponse
from roadworthy.guard.protocols.anthropic.stream import AnthropicStream
from roadworthy.guard.segment import Channel, Stage
from roadworthy.guard.stream.model import Opened, Released, Text
from roadworthy.guard.verdict import Action, Decision

NO = Decision(event="e1", route="*", policy="sha256:p", tier=RiskTier.HIGH, action=Action.DENY, message="Not this.")
BLOCKS = [
    block("thinking", thinking="a secret plan", signature="c2ln"),
    block("text", text="Write to Zoë: zoe@example.org, please."),
    block("tool_use", id="c1", name="send", input={"to": "zoe@example.org", "n": 3}),
]


def answer(*blocks):
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": list(blocks),
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 3, "output_tokens": 5},
    }


def start():
    return sent({"type": "message_start", "message": {**answer(), "stop_reason": None}})


@settings(max_examples=25)
@given(answers, st.lists(st.integers(0, 3_000), max_size=8), st.integers(1, 20), st.booleans())
def test_what_is_released_unchanged_leaves_as_the_bytes_that_came(body, cuts, size, eager):
    data = streamed(body, size=size)

    assert Pump(AnthropicStream(), eager=eager).run(data, cuts=cuts) == data


def test_it_does_not_matter_where_the_reads_were_cut():
    data = b"\xef\xbb\xbf: hello\r\n\r\n" + streamed(answer(*BLOCKS), size=4).replace(b"\n", b"\r\n")
    whole = Pump(AnthropicStream())
    whole.run(data)

    for place in range(0, len(data), 13):
        pump = Pump(AnthropicStream())
        assert pump.run(data, cuts=[place]) == data
        assert pump.texts == whole.texts


@settings(max_examples=25)
@given(answers, st.integers(1, 9))
def test_a_stream_has_the_segments_of_the_whole_answer(body, size):
    pump = Pump(AnthropicStream())
    pump.run(streamed(body, size=size))
    whole = {
        one.path: (one.text, one.stage, one.role, one.channel, one.source, one.call, one.tool)
        for one in AnthropicResponse().decode(body).segments
    }
    seen = {
        (one := opened.segment).path: (
            pump.fields[key][1],
            one.stage,
            one.role,
            one.channel,
            one.source,
            one.call,
            one.tool,
        )
        for key, opened in pump.segments.items()
        if pump.fields[key][1]
    }

    assert seen == whole


def test_an_edit_lands_in_what_a_client_reads():
    out = Pump(AnthropicStream(), edit=lambda _, text: text.replace("zoe@example.org", "[EMAIL]")).run(
        streamed(answer(*BLOCKS), size=4), cuts=range(0, 3000, 7)
    )

    read = read_back(out)

    assert read["content"][0] == BLOCKS[0]
    assert read["content"][1]["text"] == "Write to Zoë: [EMAIL], please."
    assert read["content"][2]["input"] == {"to": "[EMAIL]", "n": 3}
    assert b"zoe@example.org" not in out


def test_an_edited_thought_is_left_out_whole_and_the_blocks_behind_it_move_up():
    out = Pump(AnthropicStream(), edit=lambda _, text: text.replace("secret", "[x]")).run(streamed(answer(*BLOCKS)))

    read = read_back(out)

    assert [one["type"] for one in read["content"]] == ["text", "tool_use"]
    assert read["ended"]
    assert b"plan" not in out


def test_a_text_block_of_which_nothing_is_left_says_a_stub():
    out = Pump(AnthropicStream(), edit=lambda _, text: "").run(streamed(answer(block("text", text="bad"))))

    assert read_back(out)["content"] == [block("text", text="[removed]")]


def test_nothing_of_a_call_leaves_before_all_of_it_is_released():
    codec, data = AnthropicStream(), streamed(answer(BLOCKS[2]), size=2)
    pieces = [*codec.feed(data)]
    opened = {one.key: one.segment.channel for one in pieces if isinstance(one, Opened)}
    texts = {key: "".join(one.text for one in pieces if isinstance(one, Text) and one.key == key) for key in opened}
    name, arguments = (
        next(key for key in opened if opened[key] is kind) for kind in (Channel.TOOL_NAME, Channel.TOOL_ARGUMENT)
    )

    others = [
        Released(key=key, text=texts[key], consumed=len(texts[key]), closes=True) for key in opened if key != arguments
    ]
    assert b"tool_use" not in codec.emit(others)
    rest = codec.emit([Released(key=arguments, text=texts[arguments], consumed=len(texts[arguments]), closes=True)])
    assert b"tool_use" in rest
    assert name != arguments


def test_a_released_part_leaves_and_the_rest_waits():
    codec = AnthropicStream()
    codec.feed(start() + b"".join(map(sent, block_events(block("text", text="Hello there"), index=0, size=11))))

    out = codec.emit([Released(key="content/0/text", text="Hello", consumed=5)])

    assert b'"text": "Hello"' in out
    assert b"there" not in out
    assert b"content_block_stop" not in out
    later = codec.emit([Released(key="content/0/text", text=" there", consumed=6, closes=True)])
    assert read_back(out + later)["content"] == [block("text", text="Hello there")]


def test_words_that_are_added_at_the_end_stand_before_the_end_of_their_block():
    codec = AnthropicStream()
    codec.feed(streamed(answer(block("text", text="Buy it.")), size=9))
    out = codec.emit([Released(key="content/0/text", text="Buy it.", consumed=7)])
    out += codec.emit([Released(key="content/0/text", text=" Made by a machine.", consumed=0, closes=True)])

    assert read_back(out + codec.finish())["content"] == [block("text", text="Buy it. Made by a machine.")]


def interleaved():
    text = block_events(block("text", text="one two"), index=0, size=2)
    call = block_events(BLOCKS[2], index=1, size=5)
    mixed = [text[0], call[0]]
    for pair in zip(text[1:], call[1:], strict=False):
        mixed += pair
    mixed += text[len(call) :] + call[len(text) :]
    mixed = sorted(mixed, key=lambda one: one["type"] == "content_block_stop")
    ending = [{"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 1}}]
    return start() + b"".join(map(sent, [*mixed, *ending, {"type": "message_stop"}]))


@pytest.mark.parametrize("eager", [True, False])
def test_interleaved_blocks_leave_in_the_order_in_which_they_came(eager):
    data = interleaved()

    assert Pump(AnthropicStream(), eager=eager).run(data, cuts=range(0, len(data), 5)) == data


def test_a_stop_between_interleaved_blocks_leaves_no_half_call():
    codec = AnthropicStream()
    pieces = codec.feed(interleaved())
    call = [one.key for one in pieces if isinstance(one, Opened) and one.segment.stage is Stage.TOOL_CALL]
    texts = {key: "".join(one.text for one in pieces if isinstance(one, Text) and one.key == key) for key in call}
    out = codec.emit([Released(key=key, text=texts[key], consumed=len(texts[key]), closes=True) for key in call])
    out += codec.emit([Released(key="content/0/text", text="one", consumed=3)])
    out += codec.stop(NO)

    assert b"tool_use" not in out
    assert [one["text"] for one in read_back(out)["content"]] == ["Not this."]


@pytest.mark.parametrize("size", [0, 1, 200, 500, 700, 900, 1_200])
def test_a_stop_ends_the_stream_as_the_service_does(size):
    codec = AnthropicStream(model="m")
    data = streamed(answer(*BLOCKS), size=4)
    pump = Pump(codec)
    out = codec.emit(pump._judged(codec.feed(data[:size])))

    read = read_back(out + codec.stop(NO))

    assert read["stop_reason"] == "refusal"
    assert read["ended"]
    assert read["content"][-1] == block("text", text="Not this.")
    assert all(one.get("text") != "" for one in read["content"])
    assert codec.stop(NO) == b""


def test_a_stop_after_the_end_says_nothing():
    codec = AnthropicStream()
    Pump(codec).run(streamed(answer(BLOCKS[1])))

    assert codec.stop(NO) == b""


def test_a_stream_that_is_cut_off_is_judged_as_far_as_it_came():
    data = streamed(answer(*BLOCKS), size=4)
    cut_off = data[: data.index(b"input_json_delta") + 400]
    cut_off = cut_off[: cut_off.rindex(b"\n\n") + 2]
    pump = Pump(AnthropicStream())

    assert pump.run(cut_off) == cut_off
    assert pump.texts["/content/2/input"].startswith('{"to"')


def test_half_an_event_at_the_end_is_a_foreign_event():
    data = streamed(answer(BLOCKS[1]))[:-20] + b"data: {half"
    pump = Pump(AnthropicStream(), strip=True)

    assert b"half" not in pump.run(data)
    assert "cut_off" in pump.foreign


@pytest.mark.parametrize(
    ("event", "path"),
    [
        ({"type": "surprise", "text": "unseen"}, "surprise"),
        ({"type": "ping", "note": "unseen"}, "/ping/note"),
        ({"type": "message_delta", "delta": {"stop_reason": "x", "note": "unseen"}}, "/message_delta/delta/note"),
    ],
)
def test_a_foreign_event_or_field_is_reported_and_can_be_stripped(event, path):
    data = start() + sent(event) + sent({"type": "message_stop"})
    pump = Pump(AnthropicStream())
    assert pump.run(data) == data
    assert pump.foreign == [path]

    assert b"unseen" not in Pump(AnthropicStream(), strip=True).run(data)


def test_a_block_of_an_unknown_kind_is_stripped_with_all_its_events():
    hologram = [
        {"type": "content_block_start", "index": 0, "content_block": {"type": "hologram"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "unseen"}},
        {"type": "content_block_stop", "index": 0},
    ]
    data = start() + b"".join(map(sent, [*hologram, *block_events(BLOCKS[1], index=1), {"type": "message_stop"}]))
    assert Pump(AnthropicStream()).run(data) == data

    out = Pump(AnthropicStream(), strip=True).run(data)

    assert b"unseen" not in out
    assert read_back(out)["content"] == [BLOCKS[1]]


def test_an_error_in_the_stream_is_judged_and_passed():
    data = start() + sent({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded for zoe"}})
    pump = Pump(AnthropicStream(), edit=lambda _, text: text.replace("zoe", "[name]"))

    assert b"Overloaded for [name]" in pump.run(data)
    assert pump.texts == {"/error/error/message": "Overloaded for zoe"}


def test_a_citation_and_a_search_result_in_a_stream_are_judged():
    cited = block(
        "text",
        text="x",
        citations=[{"type": "char_location", "cited_text": "quoted", "document_index": 0, "document_title": "T"}],
    )
    found = block(
        "web_search_tool_result",
        tool_use_id="s",
        content=[block("web_search_result", title="Found", url="https://example.org", encrypted_content="eA==")],
    )
    pump = Pump(AnthropicStream(), edit=lambda _, text: text.replace("quoted", "[q]").replace("Found", "[f]"))

    read = read_back(pump.run(streamed(answer(cited, found))))

    assert read["content"][0]["citations"][0]["cited_text"] == "[q]"
    assert read["content"][1]["content"][0]["title"] == "[f]"


@pytest.mark.parametrize(
    "events",
    [
        [{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "early"}}],
        [block_events(BLOCKS[1], index=0)[0]] * 2,
        [*block_events(BLOCKS[1], index=0), block_events(BLOCKS[1], index=0)[0]],
        [block_events(BLOCKS[1], index=-1)[0]],
        [block_events(BLOCKS[1], index=10**9)[0]],
        [block_events(BLOCKS[1], index="0")[0]],
        [{"type": "content_block_start", "index": 0, "content_block": "text"}],
        [
            block_events(BLOCKS[1], index=0)[0],
            {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "x"}},
        ],
        [
            block_events(BLOCKS[1], index=0)[0],
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": 7}},
        ],
        [
            block_events(BLOCKS[1], index=0)[0],
            {"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": "{"}},
        ],
        [{"type": "message_start", "message": {**answer(), "content": [block("text", text="early")]}}],
    ],
)
def test_events_that_no_client_could_follow_are_refused(events):
    with pytest.raises(ConfigError, match=r"content block|must be|arguments") as caught:
        Pump(AnthropicStream()).run(start() + b"".join(map(sent, events)))
    assert "early" not in str(caught.value)


@pytest.mark.parametrize(
    "data", [b"data: {\n\n", b"data: 7\n\n", b'data: {"type":"ping","type":"x"}\n\n', b"data: \xff\n\n"]
)
def test_what_is_no_stream_is_refused(data):
    with pytest.raises(ConfigError, match=r"event|must be"):
        Pump(AnthropicStream()).run(data)


def test_arguments_that_two_readers_read_differently_are_refused():
    events = block_events(BLOCKS[2], index=0, size=10_000)
    events[1]["delta"]["partial_json"] = '{"to": "good", "to": "bad"}'

    with pytest.raises(ConfigError, match="twice"):
        Pump(AnthropicStream()).run(start() + b"".join(map(sent, events)))


def test_two_streams_side_by_side_do_not_touch():
    first, second = Pump(AnthropicStream()), Pump(AnthropicStream())
    data = [streamed(answer(BLOCKS[1])), streamed(answer(BLOCKS[2]))]
    out = [b"", b""]
    for place in range(0, max(map(len, data)), 11):
        for number, pump in enumerate((first, second)):
            out[number] += pump.codec.emit(pump._judged(pump.codec.feed(data[number][place : place + 11])))

    assert out == data


def test_a_long_stream_of_small_parts_leaves_as_it_came():
    text = "word " * 3_000
    data = streamed(answer(block("text", text=text), block("tool_use", id="c", name="f", input={"a": text})), size=5)

    assert Pump(AnthropicStream()).run(data, cuts=range(0, len(data), 4_096)) == data
