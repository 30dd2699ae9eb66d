"""Content blocks of Anthropic Messages, as they stand in requests, in answers and in the events of streams.

Source: Anthropic, *Messages API* reference, and the type definitions of its Python client, version 2.12.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from roadworthy.core.digest import JsonValue
from roadworthy.guard.protocols.editing import (
    EMPTIED,
    put_some,
)
from roadworthy.guard.protocols.leaf import (
    facts,
    flag,
    json_text,
    name,
    number,
    payload,
)
from roadworthy.guard.protocols.media import by_reference, inline
from roadworthy.guard.protocols.shape import (
    Shape,
    either,
    fields,
    items,
    names,
    tagged,
    text,
    with_place,
    word,
)
from roadworthy.guard.protocols.walk import (
    Place,
    Walk,
    kind_of,
    wrong,
)
from roadworthy.guard.segment import Channel, Provenance, Role, Source, SourceKind, Stage

_TYPE: Mapping[str, Shape] = {"type": name, "cache_control": facts}
_NUMBERS = (
    "document_index", "start_char_index", "end_char_index", "start_page_number", "end_page_number",
    "start_block_index", "end_block_index", "search_result_index",
)  # fmt: skip

_CITED = text(Channel.CITATION)


def _of_citation(value: dict[str, JsonValue], place: Place, walk: Walk) -> Place:
    cited = next((one for name in ("url", "source", "document_title", "title") if (one := word(value, name))), "")
    return replace(place, provenance=Provenance(document=cited[:256]))


_PLACE_IN_SOURCE: Shape = tagged(
    names(
        (
            "char_location", "page_location", "content_block_location", "search_result_location",
            "web_search_result_location",
        ),
        fields(
            {
                **_TYPE,
                **names(_NUMBERS, number),
                **names(("cited_text", "document_title", "title", "source", "url"), _CITED),
                "file_id": name,
                "encrypted_index": payload,
            }
        ),
    )
)  # fmt: skip
CITATION = with_place(_PLACE_IN_SOURCE, _of_citation)
"""A place in a source that a text rests on, with the words that stand there."""

_CITATIONS = either(array=items(CITATION), record=facts)


def _signed(channel: Channel) -> Shape:
    """Return the shape of text in a block that is signed: edited, it would make the next turn fail, so it goes."""
    return text(channel, drops=True)


def blocks_of(block: Shape) -> Shape:
    """A text, or a list of content blocks that is never left empty by what is taken out of it."""
    listed = items(block)

    def look(to: Walk, value: JsonValue, path: str, place: Place) -> None:
        to.fillers[path] = ({"type": "text", "text": EMPTIED},)
        listed(to, value, path, place)

    return look


def _text_block(channel: Channel) -> Shape:
    return fields({**_TYPE, "text": text(channel, put=put_some), "citations": _CITATIONS})


def _content(channel: Channel, block: Shape) -> Shape:
    return either(text=text(channel, put=put_some), array=blocks_of(block))


# --- what a block is from: a document, a search result, a tool


def _of_document(value: dict[str, JsonValue], place: Place, walk: Walk) -> Place:
    if place.source.kind is SourceKind.TOOL:
        return place
    name = word(value, "title")[:128]
    source = Source(kind=SourceKind.DOCUMENT, name=name)
    return replace(place, source=source, provenance=Provenance(document=name))


def _of_search(value: dict[str, JsonValue], place: Place, walk: Walk) -> Place:
    name = word(value, "source")[:256]
    if place.source.kind is SourceKind.TOOL:
        return replace(place, provenance=Provenance(document=name))
    source = Source(kind=SourceKind.DOCUMENT, name=name)
    return replace(place, stage=Stage.RETRIEVAL, source=source, provenance=Provenance(document=name))


def _of_call(value: dict[str, JsonValue], place: Place, walk: Walk) -> Place:
    call, tool = word(value, "id"), word(value, "name")
    walk.tools[call] = tool
    return replace(place, stage=Stage.TOOL_CALL if place.stage is Stage.OUTPUT else place.stage, call=call, tool=tool)


def _of_result(value: dict[str, JsonValue], place: Place, walk: Walk) -> Place:
    call = word(value, "tool_use_id")
    tool = walk.tools.get(call, "")
    source = Source(kind=SourceKind.TOOL, name=tool)
    place = replace(place, stage=Stage.TOOL_RESULT, role=Role.TOOL, source=source, call=call, tool=tool)
    return place.failed() if value.get("is_error") is True else place


def _of_error(value: dict[str, JsonValue], place: Place, walk: Walk) -> Place:
    return place.failed()


# --- blocks

IMAGE = fields({**_TYPE, "transformations": facts, "source": tagged(
    {"base64": inline, "url": by_reference("url"), "file": by_reference("file_id")}
)})  # fmt: skip

_CHUNK = _text_block(Channel.RETRIEVED_CHUNK)
_DOCUMENT_SOURCE = tagged(
    {
        "base64": inline,
        "url": by_reference("url"),
        "file": by_reference("file_id"),
        "text": fields({**_TYPE, "media_type": name, "data": text(Channel.RETRIEVED_CHUNK, put=put_some)}),
        "content": fields(
            {
                **_TYPE,
                "content": _content(Channel.RETRIEVED_CHUNK, tagged({"text": _CHUNK, "image": IMAGE}, is_block=True)),
            }
        ),
    }
)
_ABOUT = text(Channel.STRUCTURED_FIELD)
DOCUMENT = with_place(
    fields({**_TYPE, "source": _DOCUMENT_SOURCE, "title": _ABOUT, "context": _ABOUT, "citations": facts}), _of_document
)
SEARCH_RESULT = with_place(
    fields(
        {
            **_TYPE,
            "content": blocks_of(tagged({"text": _CHUNK}, is_block=True)),
            "source": _ABOUT,
            "title": _ABOUT,
            "citations": facts,
        }
    ),
    _of_search,
)

_CALL: Mapping[str, Shape] = {
    **_TYPE, "id": name, "name": text(Channel.TOOL_NAME), "input": json_text(Channel.TOOL_ARGUMENT),
    "caller": facts, "toolset_name": name, "server_name": _ABOUT,
}  # fmt: skip
TOOL_USE = with_place(fields(_CALL), _of_call)

_RESULT: Mapping[str, Shape] = {
    **_TYPE, "tool_use_id": name, "is_error": flag, "caller": facts, "toolset_name": name,
}  # fmt: skip
_SAID = text(Channel.TOOL_RESULT)
_TOOL_REFERENCE = fields({**_TYPE, "tool_name": _ABOUT})


def _result(content: Shape) -> Shape:
    return with_place(fields({**_RESULT, "content": content}), _of_result)


_IN_RESULT: Mapping[str, Shape] = {
    "text": _text_block(Channel.TOOL_RESULT),
    "image": IMAGE,
    "document": DOCUMENT,
    "search_result": SEARCH_RESULT,
    "tool_reference": _TOOL_REFERENCE,
    "browser_state": fields(
        {
            **_TYPE,
            "tabs": items(fields({"tab_id": name, "active": flag, "title": _SAID, "url": _SAID})),
            "state_changes": items(
                fields(
                    {**names(("type", "tab_id", "download_id"), name), "size_bytes": number}
                    | names(("url", "path", "error"), _SAID)
                )
            ),
        }
    ),
}


def _or_error(kind: str, shape: Shape | None = None, **more: Shape) -> Shape:
    """What a tool of the service gave back: an error, or one of further kinds."""
    error = with_place(fields({**_TYPE, "error_code": name, "error_message": _SAID}), _of_error)
    return either(record=tagged({f"{kind}_error": error, **more}), array=shape)


_FILES = items(fields({"type": name, "file_id": name}))
_RAN = fields(
    {**_TYPE, "stdout": _SAID, "stderr": _SAID, "return_code": number, "content": _FILES, "encrypted_stdout": payload}
)
_SEARCHED = fields({**_TYPE, "title": _SAID, "url": _SAID, "page_age": name, "encrypted_content": payload})
_EDITED = fields(
    {**_TYPE, **names(("new_lines", "new_start", "old_lines", "old_start"), number), "lines": items(_SAID)}
)
_VIEWED = fields(
    {**_TYPE, "content": _SAID, "file_type": name, **names(("num_lines", "start_line", "total_lines"), number)}
)

_SERVER_RESULTS: Mapping[str, Shape] = {
    "web_search_tool_result": _result(
        _or_error("web_search_tool_result", items(tagged({"web_search_result": _SEARCHED})))
    ),
    "web_fetch_tool_result": _result(
        _or_error(
            "web_fetch_tool_result",
            web_fetch_result=fields({**_TYPE, "url": _SAID, "retrieved_at": name, "content": DOCUMENT}),
        )
    ),
    "code_execution_tool_result": _result(
        _or_error("code_execution_tool_result", code_execution_result=_RAN, encrypted_code_execution_result=_RAN)
    ),
    "bash_code_execution_tool_result": _result(
        _or_error("bash_code_execution_tool_result", bash_code_execution_result=_RAN)
    ),
    "text_editor_code_execution_tool_result": _result(
        _or_error(
            "text_editor_code_execution_tool_result",
            text_editor_code_execution_view_result=_VIEWED,
            text_editor_code_execution_create_result=fields({**_TYPE, "is_file_update": flag}),
            text_editor_code_execution_str_replace_result=_EDITED,
        )
    ),
    "tool_search_tool_result": _result(
        _or_error(
            "tool_search_tool_result",
            tool_search_tool_search_result=fields({**_TYPE, "tool_references": items(_TOOL_REFERENCE)}),
        )
    ),
    "mcp_tool_result": _result(
        _content(Channel.TOOL_RESULT, tagged({"text": _text_block(Channel.TOOL_RESULT)}, is_block=True))
    ),
}

_MODEL: Mapping[str, Shape] = {
    "thinking": fields({**_TYPE, "thinking": _signed(Channel.REASONING), "signature": payload}),
    "redacted_thinking": fields({**_TYPE, "data": payload}),
    "compaction": fields(
        {**_TYPE, "content": _signed(Channel.REASONING), "encrypted_content": payload, "signature": payload}
    ),
    **names(("tool_use", "server_tool_use", "mcp_tool_use"), TOOL_USE),
    **_SERVER_RESULTS,
    "container_upload": fields({**_TYPE, "file_id": name}),
}

BLOCK = tagged(
    {
        "text": _text_block(Channel.TEXT),
        "image": IMAGE,
        "document": DOCUMENT,
        "search_result": SEARCH_RESULT,
        "tool_result": _result(_content(Channel.TOOL_RESULT, tagged(_IN_RESULT, is_block=True))),
        **_MODEL,
    },
    is_block=True,
)
"""One content block of a message."""

TEXTS: Shape = _content(Channel.TEXT, tagged({"text": _text_block(Channel.TEXT)}, is_block=True))
"""A text, or text blocks."""

CONTENT: Shape = _content(Channel.TEXT, BLOCK)
"""What a message says."""


def calls_in(messages: JsonValue) -> dict[str, str]:
    """Return the name of the tool of each call in ``messages``, by the call's id."""
    calls = {}
    for message in messages if isinstance(messages, list) else ():
        content = message.get("content") if isinstance(message, dict) else None
        for block in content if isinstance(content, list) else ():
            if word(block, "type").endswith("tool_use"):
                calls[word(block, "id")] = word(block, "name")
    return calls


def message_object(body: JsonValue, *, wanted: str) -> dict[str, JsonValue]:
    """Return ``body`` as an object.

    Raises:
        ConfigError: If it is none.
    """
    if not isinstance(body, dict):
        raise wrong("anthropic.messages", "", wanted=wanted, got=kind_of(body))
    return body
