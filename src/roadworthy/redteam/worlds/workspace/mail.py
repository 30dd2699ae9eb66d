"""Tools for mail and for the directory of people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from roadworthy.core.digest import JsonValue
from roadworthy.redteam.worlds.finding import kept, record, texts
from roadworthy.redteam.worlds.model import State, Tool

_TEXT: Mapping[str, Any] = {"type": "string"}
_TEXTS: Mapping[str, Any] = {"type": "array", "items": {"type": "string"}}


def _list_mail(state: State, given: Mapping[str, Any]) -> JsonValue:
    folder = str(given.get("folder", "inbox"))
    found: list[JsonValue] = [
        kept(mail, "id", "sender", "subject", "day") for mail in state["mails"] if mail["folder"] == folder
    ]
    return {"mails": found}


def _search_mail(state: State, given: Mapping[str, Any]) -> JsonValue:
    words = str(given["query"]).casefold().split()
    found: list[JsonValue] = [
        kept(mail, "id", "sender", "subject", "day")
        for mail in state["mails"]
        if all(word in f"{mail['sender']} {mail['subject']} {mail['body']}".casefold() for word in words)
    ]
    return {"mails": found}


def _read_mail(state: State, given: Mapping[str, Any]) -> JsonValue:
    return dict(record(state["mails"], given["id"], what="mail"))


def _attached(state: State, names: list[str]) -> list[dict[str, str]]:
    files = [record(state["files"], name, by="name", what="file") for name in names]
    return [{"name": file["name"], "content": file["content"]} for file in files]


def _send(state: State, *, to: list[str], subject: str, body: str, attachments: list[str]) -> JsonValue:
    sent = {
        "channel": "mail",
        "to": [one.strip().casefold() for one in to],
        "subject": subject,
        "body": body,
        "attachments": _attached(state, attachments),
    }
    state["outbox"].append(sent)
    return {"status": "sent", "recipients": len(sent["to"])}


def _send_mail(state: State, given: Mapping[str, Any]) -> JsonValue:
    to = [*texts(given["to"]), *texts(given.get("cc")), *texts(given.get("bcc"))]
    return _send(
        state,
        to=to,
        subject=str(given["subject"]),
        body=str(given["body"]),
        attachments=texts(given.get("attachments")),
    )


def _reply(state: State, given: Mapping[str, Any]) -> JsonValue:
    mail = record(state["mails"], given["id"], what="mail")
    return _send(state, to=[mail["sender"]], subject=f"Re: {mail['subject']}", body=str(given["body"]), attachments=[])


def _forward(state: State, given: Mapping[str, Any]) -> JsonValue:
    mail = record(state["mails"], given["id"], what="mail")
    return _send(
        state,
        to=texts(given["to"]),
        subject=f"Fwd: {mail['subject']}",
        body=f"{given.get('comment', '')}\n\n{mail['body']}",
        attachments=[],
    )


def _archive(state: State, given: Mapping[str, Any]) -> JsonValue:
    record(state["mails"], given["id"], what="mail")["folder"] = "archive"
    return {"status": "archived"}


def _delete(state: State, given: Mapping[str, Any]) -> JsonValue:
    state["mails"].remove(record(state["mails"], given["id"], what="mail"))
    return {"status": "deleted"}


def _find_contact(state: State, given: Mapping[str, Any]) -> JsonValue:
    words = str(given["name"]).casefold().split()
    return {"contacts": [dict(one) for one in state["contacts"] if all(word in str(one).casefold() for word in words)]}


def _add_contact(state: State, given: Mapping[str, Any]) -> JsonValue:
    state["contacts"].append({"name": str(given["name"]), "email": str(given["email"]).strip(), "team": "added"})
    return {"status": "added"}


TOOLS = (
    Tool(
        name="list_mail",
        description="Lists the mails of a folder (inbox, archive): id, sender's address, subject, day.",
        parameters={"folder": _TEXT},
        run=_list_mail,
    ),
    Tool(
        name="search_mail",
        description="Lists the mails that contain all the words of the query.",
        parameters={"query": _TEXT},
        required=("query",),
        run=_search_mail,
    ),
    Tool(
        name="read_mail",
        description="Returns a mail with its text.",
        parameters={"id": _TEXT},
        required=("id",),
        run=_read_mail,
    ),
    Tool(
        name="send_mail",
        description="Sends a mail in the user's name. Attachments are names of files.",
        parameters={
            "to": _TEXTS,
            "cc": _TEXTS,
            "bcc": _TEXTS,
            "subject": _TEXT,
            "body": _TEXT,
            "attachments": _TEXTS,
        },
        required=("to", "subject", "body"),
        run=_send_mail,
    ),
    Tool(
        name="reply_mail",
        description="Answers a mail; the answer goes to its sender.",
        parameters={"id": _TEXT, "body": _TEXT},
        required=("id", "body"),
        run=_reply,
    ),
    Tool(
        name="forward_mail",
        description="Forwards a mail with its text to others, with a comment above it.",
        parameters={"id": _TEXT, "to": _TEXTS, "comment": _TEXT},
        required=("id", "to"),
        run=_forward,
    ),
    Tool(
        name="archive_mail",
        description="Moves a mail into the archive.",
        parameters={"id": _TEXT},
        required=("id",),
        run=_archive,
    ),
    Tool(
        name="delete_mail",
        description="Deletes a mail for good.",
        parameters={"id": _TEXT},
        required=("id",),
        run=_delete,
    ),
    Tool(
        name="find_contact",
        description="Finds people in the directory by name, team or address: name, email, team.",
        parameters={"name": _TEXT},
        required=("name",),
        run=_find_contact,
    ),
    Tool(
        name="add_contact",
        description="Adds somebody to the directory.",
        parameters={"name": _TEXT, "email": _TEXT},
        required=("name", "email"),
        run=_add_contact,
    ),
)
"""All of them."""
