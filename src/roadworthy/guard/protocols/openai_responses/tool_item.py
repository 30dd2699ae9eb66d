"""Definitions of tools, and choices among them."""

from __future__ import annotations

from roadworthy.core.digest import JsonValue
from roadworthy.guard.protocols.leaf import (
    facts,
    flag,
    free,
    name,
    number,
    payload,
    reference,
)
from roadworthy.guard.protocols.openai_values import GRAMMAR, LOCATION, STRUCTURED_TEXT, defined
from roadworthy.guard.protocols.shape import (
    Shape,
    either,
    fields,
    items,
    tagged,
)
from roadworthy.guard.protocols.walk import (
    Place,
    Walk,
)

_NAME = STRUCTURED_TEXT
_CALLERS = {"allowed_callers": items(name), "defer_loading": flag, "async": flag}


def _credential(to: Walk, value: JsonValue, path: str, place: Place) -> None:
    """Note a credential for a server that works out of sight: the route's policy says whether it may go there."""
    to.foreign(value, path)


_SECRET = fields({"domain": STRUCTURED_TEXT, "name": STRUCTURED_TEXT, "value": _credential})
_NETWORK = fields({"type": name, "allowed_domains": items(STRUCTURED_TEXT), "domain_secrets": items(_SECRET)})
_SKILL = fields(
    {
        "type": name,
        "name": STRUCTURED_TEXT,
        "description": STRUCTURED_TEXT,
        "path": STRUCTURED_TEXT,
        "skill_id": name,
        "version": name,
        "source": fields({"type": name, "media_type": name, "data": payload}),
    }
)
ENVIRONMENT = fields(
    {
        "type": name,
        "container_id": name,
        "file_ids": items(reference),
        "memory_limit": name,
        "network_policy": _NETWORK,
        "skills": items(_SKILL),
    }
)
_FUNCTION: dict[str, Shape] = {
    "type": name,
    "name": _NAME,
    "description": STRUCTURED_TEXT,
    "parameters": free(),
    "output_schema": free(),
    "strict": flag,
    **_CALLERS,
}
_CUSTOM: dict[str, Shape] = {
    "type": name,
    "name": _NAME,
    "description": STRUCTURED_TEXT,
    "format": fields(GRAMMAR),
    **_CALLERS,
}
_FILTER = fields({"read_only": flag, "tool_names": items(_NAME)})
_SERVER: dict[str, Shape] = {
    "type": name,
    "server_label": STRUCTURED_TEXT,
    "server_url": STRUCTURED_TEXT,
    "server_description": STRUCTURED_TEXT,
    "connector_id": name,
    "tunnel_id": name,
    "authorization": _credential,
    "headers": free(),
    "allowed_tools": either(array=items(_NAME), record=_FILTER),
    "require_approval": either(text=name, record=fields({"always": _FILTER, "never": _FILTER})),
    **_CALLERS,
}
_FILE_SEARCH: dict[str, Shape] = {
    "type": name,
    "vector_store_ids": items(name),
    "filters": free(),
    "max_num_results": number,
    "ranking_options": fields({"ranker": name, "score_threshold": number, "hybrid_search": facts}),
}
_WEB_SEARCH: dict[str, Shape] = {
    "type": name,
    "search_context_size": name,
    "search_content_types": items(name),
    "external_web_access": flag,
    "user_location": LOCATION,
    "filters": fields({"allowed_domains": items(STRUCTURED_TEXT), "blocked_domains": items(STRUCTURED_TEXT)}),
}
_IMAGES: dict[str, Shape] = {
    **dict.fromkeys(
        (
            "type",
            "action",
            "background",
            "complexity",
            "input_fidelity",
            "model",
            "moderation",
            "output_format",
            "quality",
            "size",
        ),
        name,
    ),
    **dict.fromkeys(("frame_count", "frame_duration_ms", "output_compression", "partial_images"), number),
    "input_image_mask": fields({"file_id": reference, "image_url": reference}),
    "svg": fields({"model": name, "reasoning": fields({"effort": name})}),
}
_PLAIN = fields({"type": name, **_CALLERS})
_NAMESPACE = fields(
    {
        "type": name,
        "name": _NAME,
        "description": STRUCTURED_TEXT,
        "tools": items(tagged({"function": defined(fields(_FUNCTION)), "custom": defined(fields(_CUSTOM))})),
    }
)
_CASES: dict[str, Shape] = {
    "function": fields(_FUNCTION),
    "custom": fields(_CUSTOM),
    "mcp": fields(_SERVER),
    "file_search": fields(_FILE_SEARCH),
    **dict.fromkeys(
        ("web_search", "web_search_2025_08_26", "web_search_preview", "web_search_preview_2025_03_11"),
        fields(_WEB_SEARCH),
    ),
    "code_interpreter": fields({"type": name, "container": either(text=name, record=ENVIRONMENT), **_CALLERS}),
    "image_generation": fields(_IMAGES),
    "computer_use_preview": fields(
        {"type": name, "environment": name, "display_height": number, "display_width": number}
    ),
    **dict.fromkeys(("computer", "local_shell", "apply_patch", "programmatic_tool_calling"), _PLAIN),
    "shell": fields({"type": name, "environment": ENVIRONMENT, **_CALLERS}),
    "namespace": _NAMESPACE,
    "tool_search": fields({"type": name, "description": STRUCTURED_TEXT, "execution": name, "parameters": free()}),
}
TOOLS = items(defined(tagged(_CASES)))
"""Tools that the model may call."""

_ONE = {"type": name, "name": _NAME, "server_label": STRUCTURED_TEXT}
TOOL_CHOICE = either(text=name, record=fields({**_ONE, "mode": name, "tools": items(fields(_ONE))}))
"""Which tool the model is to call."""
