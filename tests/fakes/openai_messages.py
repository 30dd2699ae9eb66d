"""Generated messages and streams of the OpenAI APIs. Every text in them that is judged is a word of its own."""

import json
from itertools import count

from hypothesis import strategies as st

CHUNK = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_700_000_000, "model": "m-1"}


class Words:
    """Gives words that stand nowhere else."""

    def __init__(self, draw):
        self._draw = draw
        self._next = count(1)
        self.given = []

    def __call__(self, *, ends=("", " ünï", " 🦊 x", "\n- y", '"quoted"', "\u202e")):
        word = f"word{next(self._next):03}{self._draw(st.sampled_from(ends))}"
        self.given.append(word)
        return word


def maybe(draw, value):
    return draw(st.sampled_from([True, False])) and value


def _some(draw, **members):
    """Some of the members: each is there or not."""
    kept = draw(st.sets(st.sampled_from(sorted(members))) if members else st.just(set()))
    return {name: members[name] for name in members if name in kept}


def schema(word):
    return {
        "type": "object",
        "properties": {"city": {"type": "string", "description": word(), "enum": [word(), word()]}},
        "required": ["city"],
        "additionalProperties": False,
    }


def logprobs(word, text):
    half = len(text) // 2
    return [
        {"token": text[:half], "bytes": None, "logprob": -0.5, "top_logprobs": []},
        {
            "token": text[half:],
            "bytes": [1, 2],
            "logprob": -1.25,
            "top_logprobs": [{"token": word(), "bytes": None, "logprob": -3.5}],
        },
    ]


@st.composite
def chat_requests(draw):
    word = Words(draw)
    pin = {"prompt_cache_breakpoint": {"mode": "explicit"}}
    parts = [
        {"type": "text", "text": word(), **_some(draw, **pin)},
        {"type": "image_url", "image_url": {"url": f"https://x.example/{word(ends=('',))}", "detail": "low"}},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGVsbG8="}},
        {"type": "input_audio", "input_audio": {"data": "aGVsbG8=", "format": "wav"}},
        {"type": "file", "file": {"file_data": "data:application/pdf;base64,aGVsbG8=", "filename": word()}},
    ]
    call = {"id": "call_1", "type": "function", "function": {"name": "lookup", "arguments": json.dumps({"a": word()})}}
    custom = {"id": "call_2", "type": "custom", "custom": {"name": "run", "input": word()}}
    turns = [
        {"role": "system", "content": word()},
        {"role": "developer", "content": [{"type": "text", "text": word()}], "name": word()},
        {"role": "user", "content": draw(st.lists(st.sampled_from(parts), min_size=1, max_size=4))},
        {
            "role": "assistant",
            "content": draw(st.sampled_from([None, word(), [{"type": "refusal", "refusal": word()}]])),
            **_some(draw, refusal=word(), reasoning_content=word(), audio={"id": "a_1"}, tool_calls=[call, custom]),
        },
        {"role": "tool", "tool_call_id": "call_1", "content": word()},
        {"role": "assistant", "content": None, "function_call": {"name": "old", "arguments": word()}},
        {"role": "function", "name": "old", "content": word()},
    ]
    tools = [
        {"type": "function", "function": {"name": "lookup", "description": word(), "parameters": schema(word)}},
        {
            "type": "custom",
            "custom": {
                "name": "run",
                "description": word(),
                "format": {"type": "grammar", "grammar": {"definition": word(), "syntax": "lark"}},
            },
        },
    ]
    wanted = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema(word), "strict": True}}
    return {
        "model": "m-1",
        "messages": draw(st.lists(st.sampled_from(turns), min_size=1, max_size=7)),
        **_some(
            draw,
            tools=tools,
            tool_choice={"type": "function", "function": {"name": "lookup"}},
            response_format=wanted,
            metadata={"purpose": word(), word(ends=("",)): "a"},
            user=word(),
            safety_identifier=word(),
            stop=[word(), word()],
            prediction={"type": "content", "content": word()},
            stream=True,
            stream_options={"include_usage": True},
            temperature=0.5,
            n=2,
            max_completion_tokens=draw(st.integers(1, 10_000)),
            logit_bias={"50256": -100},
            logprobs=True,
            top_logprobs=3,
            seed=17,
            store=None,
            web_search_options={"user_location": {"type": "approximate", "approximate": {"city": word()}}},
            audio={"voice": "alloy", "format": "mp3"},
            modalities=["text", "audio"],
            functions=[{"name": "old", "description": word(), "parameters": schema(word)}],
        ),
    }


@st.composite
def chat_responses(draw):
    word = Words(draw)
    choices = []
    for index in range(draw(st.integers(1, 3))):
        said = word()
        message = {
            "role": "assistant",
            "content": said,
            **_some(
                draw,
                refusal=word(),
                reasoning_content=word(),
                audio={"id": "a_1", "data": "aGVsbG8=", "expires_at": 17, "transcript": word()},
                annotations=[
                    {
                        "type": "url_citation",
                        "url_citation": {"start_index": 0, "end_index": 2, "title": word(), "url": word()},
                    }
                ],
                tool_calls=[{"id": "call_1", "type": "function", "function": {"name": "lookup", "arguments": word()}}],
                function_call={"name": "old", "arguments": word()},
            ),
        }
        choice = {"index": index, "message": message, "finish_reason": "stop"}
        choice["logprobs"] = draw(st.sampled_from([None, {"content": logprobs(word, said), "refusal": None}]))
        choices.append(choice)
    usage = {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}
    return {
        **CHUNK,
        "object": "chat.completion",
        "choices": choices,
        **_some(draw, usage=usage, system_fingerprint="fp_1", service_tier="default"),
    }


def _cut(draw, text):
    """The text in some pieces."""
    places = sorted(draw(st.sets(st.integers(0, len(text)), max_size=3)))
    return [text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True)]


def written(draw, events, *, done=True, named=False):
    """The events as a stream, as servers differ in writing them."""
    end = draw(st.sampled_from(["\n", "\r\n"]))
    escape = draw(st.booleans())
    out = [draw(st.sampled_from(["", "\ufeff"]))]
    for event in events:
        out.append(draw(st.sampled_from(["", "", "", f": keep-alive{end}{end}", f":{end}"])))
        data = json.dumps(event, ensure_ascii=escape)
        if named:
            out.append(f"event: {event['type']}{end}")
        half = data.find(", ") + 1
        if half and draw(st.integers(0, 9)) == 0:
            data = f"{data[:half]}{end}data:{data[half:]}"
        out.append(f"data: {data}{end}{end}")
    if done:
        out.append(f"data: [DONE]{end}{end}")
    return "".join(out).encode()


@st.composite
def chat_streams(draw, *, told=None):
    """The bytes of a stream. ``told``, a list, is given the words in it."""
    word = Words(draw)
    lanes = [_choice_lane(draw, word, index) for index in range(draw(st.integers(1, 3)))]
    events = []
    while any(lanes):
        lane = draw(st.sampled_from([lane for lane in lanes if lane]))
        events.append(lane.pop(0))
    if draw(st.booleans()):
        events.append({**CHUNK, "choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}})
    if told is not None:
        told += word.given
    return written(draw, events, done=draw(st.booleans()))


def _choice_lane(draw, word, index):
    def chunk(delta, *, reason=None, **more):
        choice = {"index": index, "delta": delta, "finish_reason": reason, **more}
        return {**CHUNK, "choices": [choice], **_some(draw, obfuscation="aXbYcZ")}

    lane = [chunk({"role": "assistant", "content": ""})]
    if draw(st.booleans()):
        lane += [chunk({"reasoning_content": piece}) for piece in _cut(draw, word())]
    for piece in _cut(draw, word()):
        tokens = {"content": [{"token": piece, "bytes": None, "logprob": -1.5, "top_logprobs": []}], "refusal": None}
        lane.append(chunk({"content": piece}, **_some(draw, logprobs=tokens)))
    calls = [
        [
            {
                "index": number,
                "id": f"call_{index}{number}",
                "type": "function",
                "function": {"name": "f", "arguments": ""},
            },
            *({"index": number, "function": {"arguments": piece}} for piece in _cut(draw, json.dumps({"a": word()}))),
        ]
        for number in range(draw(st.integers(0, 2)))
    ]
    while any(calls):
        call = draw(st.sampled_from([call for call in calls if call]))
        lane.append(chunk({"tool_calls": [call.pop(0)]}))
    if draw(st.booleans()):
        lane += [chunk({"refusal": piece}) for piece in _cut(draw, word())]
    lane.append(chunk({}, reason="stop"))
    return lane


def _items(draw, word):
    """Items that a request may bring and an answer may have."""
    cited = {"type": "url_citation", "start_index": 0, "end_index": 3, "title": word(), "url": word()}
    said = word()
    return [
        {
            "type": "message",
            "id": "msg_1",
            "role": "assistant",
            "status": "completed",
            "content": [
                {"type": "output_text", "text": said, "annotations": [cited], "logprobs": []},
                {"type": "refusal", "refusal": word()},
            ],
        },
        {
            "type": "reasoning",
            "id": "rs_1",
            "summary": [{"type": "summary_text", "text": word()}],
            "content": [{"type": "reasoning_text", "text": word()}],
            "encrypted_content": "gAAAAB==",
        },
        {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "lookup", "arguments": word()},
        {"type": "custom_tool_call", "call_id": "call_2", "name": "run", "input": word()},
        {
            "type": "mcp_call",
            "id": "mcp_1",
            "name": "read",
            "arguments": word(),
            "server_label": "files",
            "output": word(),
            "error": None,
        },
        {
            "type": "mcp_list_tools",
            "id": "mcpl_1",
            "server_label": "files",
            "tools": [{"name": "read", "description": word(), "input_schema": schema(word), "annotations": {}}],
        },
        {"type": "mcp_approval_request", "id": "r", "name": "x", "arguments": word(), "server_label": "y"},
        {
            "type": "file_search_call",
            "id": "fs_1",
            "status": "completed",
            "queries": [word()],
            "results": [
                {"file_id": "f", "filename": word(), "score": 0.5, "text": word(), "attributes": {"a": word()}}
            ],
        },
        {
            "type": "web_search_call",
            "id": "ws_1",
            "status": "completed",
            "action": {
                "type": "search",
                "query": word(),
                "queries": [word()],
                "sources": [{"type": "url", "url": word()}],
            },
        },
        {
            "type": "computer_call",
            "id": "cu_1",
            "call_id": "c",
            "status": "completed",
            "pending_safety_checks": [{"id": "s", "code": "x", "message": word()}],
            "action": {"type": "type", "text": word()},
        },
        {
            "type": "code_interpreter_call",
            "id": "ci_1",
            "container_id": "c",
            "status": "completed",
            "code": word(),
            "outputs": [{"type": "logs", "logs": word()}, {"type": "image", "url": word()}],
        },
        {
            "type": "image_generation_call",
            "id": "ig",
            "status": "completed",
            "result": "aGVs",
            "revised_prompt": word(),
        },
        {
            "type": "local_shell_call",
            "id": "ls",
            "call_id": "c",
            "status": "completed",
            "action": {"type": "exec", "command": [word()], "env": {"A": word()}, "timeout_ms": None},
        },
        {"type": "shell_call", "call_id": "c", "action": {"commands": [word()], "timeout_ms": 5}},
        {
            "type": "apply_patch_call",
            "call_id": "c",
            "status": "completed",
            "operation": {"type": "update_file", "path": word(), "diff": word()},
        },
        {"type": "tool_search_call", "id": "ts", "arguments": {"query": word()}, "execution": "server"},
        {"type": "compaction", "id": "cmp", "encrypted_content": "gAAAAB=="},
        {"type": "program", "id": "p", "call_id": "c", "code": word(), "fingerprint": "f1"},
    ]


def _results(word):
    return [
        {"type": "function_call_output", "call_id": "call_1", "output": word()},
        {"type": "function_call_output", "call_id": "call_1", "output": [{"type": "input_text", "text": word()}]},
        {"type": "custom_tool_call_output", "call_id": "call_2", "output": word()},
        {
            "type": "shell_call_output",
            "call_id": "c",
            "output": [{"stdout": word(), "stderr": word(), "outcome": {"type": "exit", "exit_code": 0}}],
        },
        {"type": "local_shell_call_output", "id": "ls", "output": word()},
        {"type": "apply_patch_call_output", "call_id": "c", "status": "failed", "output": word()},
        {
            "type": "computer_call_output",
            "call_id": "c",
            "output": {"type": "computer_screenshot", "image_url": "data:image/png;base64,aGVs"},
        },
        {"type": "mcp_approval_response", "approval_request_id": "r", "approve": False, "reason": word()},
        {"type": "program_output", "id": "p", "call_id": "c", "result": word(), "status": "completed"},
    ]


def _turns(word):
    return [
        {"role": "user", "content": word()},
        {"type": "message", "role": "developer", "content": [{"type": "input_text", "text": word()}]},
        {
            "role": "user",
            "content": [
                {"type": "input_text", "text": word()},
                {"type": "input_image", "image_url": "data:image/png;base64,aGVs", "detail": "auto"},
                {"type": "input_file", "filename": word(), "file_url": f"https://x.example/{word(ends=('',))}"},
            ],
        },
    ]


def _tools(word):
    return [
        {"type": "function", "name": "lookup", "description": word(), "parameters": schema(word), "strict": True},
        {
            "type": "mcp",
            "server_label": "files",
            "server_url": word(),
            "allowed_tools": ["read"],
            "headers": {"X-A": word()},
        },
        {"type": "file_search", "vector_store_ids": ["vs_1"]},
        {"type": "web_search", "user_location": {"type": "approximate", "city": word()}},
        {"type": "code_interpreter", "container": {"type": "auto"}},
        {"type": "custom", "name": "run", "description": word(), "format": {"type": "text"}},
        {"type": "namespace", "name": "n", "description": word(), "tools": [{"type": "function", "name": "f"}]},
    ]


@st.composite
def responses_requests(draw):
    word = Words(draw)
    known = [*_turns(word), *_items(draw, word), *_results(word)]
    said = draw(st.one_of(st.just(word()), st.lists(st.sampled_from(known), min_size=1, max_size=8)))
    wanted = {"format": {"type": "json_schema", "name": "a", "schema": schema(word)}, "verbosity": "low"}
    return {
        "model": "m-1",
        "input": said,
        **_some(
            draw,
            instructions=word(),
            tools=_tools(word),
            tool_choice={"type": "function", "name": "lookup"},
            metadata={"purpose": word()},
            text=wanted,
            user=word(),
            stream=True,
            store=False,
            background=False,
            max_output_tokens=100,
            include=["message.output_text.logprobs"],
            reasoning={"effort": "low", "summary": "auto"},
            truncation="auto",
            temperature=1,
        ),
    }


def _response(word, **more):
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1_700_000_000,
        "status": "completed",
        "model": "m-1",
        "output": [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": None,
        "metadata": {},
        **more,
    }


@st.composite
def responses_responses(draw):
    word = Words(draw)
    known = _items(draw, word)
    return _response(
        word,
        output=draw(st.lists(st.sampled_from(known), min_size=1, max_size=5)),
        **_some(draw, instructions=word(), tools=_tools(word), usage={"input_tokens": 3, "output_tokens": 4}),
    )


@st.composite
def responses_streams(draw, *, told=None):
    """The bytes of a stream. ``told``, a list, is given the words in it."""
    word = Words(draw)
    echo = {"instructions": word()}
    started = _response(word, status="in_progress", **echo)
    events = [{"type": "response.created", "response": started}, {"type": "response.in_progress", "response": started}]
    makers = [_streamed_message, _streamed_thought, _streamed_call, _streamed_other]
    output = []
    for maker in draw(st.lists(st.sampled_from(makers), min_size=1, max_size=3)):
        more, item = maker(draw, word, len(output))
        events += more
        output.append(item)
    events.append({"type": "response.completed", "response": _response(word, output=output, **echo)})
    events = [{**event, "sequence_number": number} for number, event in enumerate(events)]
    if told is not None:
        told += word.given
    return written(draw, events, done=False, named=draw(st.booleans()))


def _streamed_message(draw, word, place):
    text = word()
    at = {"item_id": f"msg_{place}", "output_index": place, "content_index": 0}
    item = {"id": f"msg_{place}", "type": "message", "role": "assistant", "status": "in_progress", "content": []}
    part = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    done = {**item, "status": "completed", "content": [part]}
    events = [
        {"type": "response.output_item.added", "output_index": place, "item": item},
        {"type": "response.content_part.added", **at, "part": {**part, "text": ""}},
    ]
    for piece in _cut(draw, text):
        tokens = [{"token": piece, "logprob": -1.5, "top_logprobs": []}]
        events.append(
            {
                "type": "response.output_text.delta",
                **at,
                "delta": piece,
                "logprobs": draw(st.sampled_from([[], tokens])),
            }
        )
        events[-1] |= _some(draw, obfuscation="aXbYcZ")
    events += [
        {"type": "response.output_text.done", **at, "text": text, "logprobs": []},
        {"type": "response.content_part.done", **at, "part": part},
        {"type": "response.output_item.done", "output_index": place, "item": done},
    ]
    return events, done


def _streamed_thought(draw, word, place):
    text = word()
    at = {"item_id": f"rs_{place}", "output_index": place, "summary_index": 0}
    item = {"id": f"rs_{place}", "type": "reasoning", "summary": []}
    part = {"type": "summary_text", "text": text}
    done = {**item, "summary": [part]}
    return [
        {"type": "response.output_item.added", "output_index": place, "item": item},
        {"type": "response.reasoning_summary_part.added", **at, "part": {**part, "text": ""}},
        *({"type": "response.reasoning_summary_text.delta", **at, "delta": piece} for piece in _cut(draw, text)),
        {"type": "response.reasoning_summary_text.done", **at, "text": text},
        {"type": "response.reasoning_summary_part.done", **at, "part": part},
        {"type": "response.output_item.done", "output_index": place, "item": done},
    ], done


def _streamed_call(draw, word, place):
    kind, member, event = draw(
        st.sampled_from(
            [
                ("function_call", "arguments", "function_call_arguments"),
                ("custom_tool_call", "input", "custom_tool_call_input"),
                ("mcp_call", "arguments", "mcp_call_arguments"),
            ]
        )
    )
    text = word()
    at = {"item_id": f"fc_{place}", "output_index": place}
    item = {"id": f"fc_{place}", "type": kind, "call_id": f"call_{place}", "name": word(ends=("",)), member: ""}
    done = {**item, member: text}
    return [
        {"type": "response.output_item.added", "output_index": place, "item": item},
        *({"type": f"response.{event}.delta", **at, "delta": piece} for piece in _cut(draw, text)),
        {"type": f"response.{event}.done", **at, member: text},
        {"type": "response.output_item.done", "output_index": place, "item": done},
    ], done


def _streamed_other(draw, word, place):
    item = {**draw(st.sampled_from(_items(draw, word)[5:])), "id": f"it_{place}"}
    return [
        {"type": "response.output_item.added", "output_index": place, "item": item},
        {"type": "response.output_item.done", "output_index": place, "item": item},
    ], item
