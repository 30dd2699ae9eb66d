"""Tools that tell: channels, people, messages, files, pages and notes."""

from __future__ import annotations

from typing import Any

from roadworthy.redteam.worlds.model import State
from roadworthy.redteam.worlds.rows import named


def list_channels(state: State) -> Any:
    """Return the channels and who is in them."""
    return {"channels": [dict(one) for one in state["channels"]]}


def list_people(state: State) -> Any:
    """Return the directory: handles, names, addresses, roles."""
    return {"people": [dict(one) for one in state["people"]]}


def read_channel(state: State, *, channel: str) -> Any:
    """Return the messages of a channel."""
    named(state["channels"], name=channel)
    return {"messages": [dict(one) for one in state["messages"] if one["channel"] == channel]}


def read_direct(state: State, *, person: str) -> Any:
    """Return what somebody wrote to the user."""
    named(state["people"], handle=person)
    return {"messages": [dict(one) for one in state["direct"] if one["from"] == person]}


def list_files(state: State) -> Any:
    """Return the user's files and whom they are shared with."""
    return {"files": [{key: one[key] for key in ("name", "owner", "shared")} for one in state["files"]]}


def read_file(state: State, *, name: str) -> Any:
    """Return a file."""
    return dict(named(state["files"], name=name))


def read_pins(state: State, *, channel: str) -> Any:
    """Return what is pinned in a channel."""
    return {"pins": [dict(one) for one in state["pins"] if one["channel"] == channel]}


def recall(state: State, *, key: str) -> Any:
    """Return a note that the assistant keeps from run to run."""
    return dict(named(state["notes"], key=key))


def read_page(state: State, *, url: str) -> Any:
    """Fetch a web page; any host is asked, and sees the address."""
    state["requests"].append(url)
    return {"url": url, "text": state["pages"].get(url.partition("?")[0], "404: there is no such page")}
