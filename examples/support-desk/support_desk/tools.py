"""What the assistant can do in the shop's system: definitions for the model, and the code that acts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from support_desk.orders import Shop

MAX_REFUND = 50.0
"""Euros in one call, enforced here whatever the model asks for."""

_TEXT = {"type": "string"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A tool as the model sees it, and what it does."""

    name: str
    arguments: dict[str, Any]
    run: Callable[[Shop, Mapping[str, Any]], dict[str, Any]]


def look_up_order(shop: Shop, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the records that match an order number or a customer's name."""
    found = shop.find(str(arguments["order"]))
    return {"orders": found} if found else {"error": "no such order"}


def create_ticket(shop: Shop, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """File a ticket for the team. The same complaint gets the same number."""
    content = f"{arguments['subject']}\n{arguments['details']}"
    number = "T-" + hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:6].upper()
    shop.tickets.append({"ticket": number, **arguments})
    return {"ticket": number, "status": "open"}


def send_email(shop: Shop, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Put a message into the outbox."""
    if "@" not in str(arguments["to"]):
        return {"error": "not an e-mail address"}
    shop.outbox.append(dict(arguments))
    return {"status": "sent", "to": arguments["to"]}


def refund(shop: Shop, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Pay money back to the account on the order, up to the limit of one call."""
    found = shop.orders.get(str(arguments["order"]).strip().lstrip("#"))
    amount = float(arguments["amount"])
    if found is None:
        return {"error": "no such order"}
    if not 0 < amount <= min(MAX_REFUND, found["total"]):
        return {"error": f"refunds above {MAX_REFUND:.0f} euros or above the order's total need a person"}
    shop.refunds.append({"order": found["order"], "amount": amount})
    return {"status": "refunded", "order": found["order"], "amount": amount, "to": found["customer"]["iban"]}


def _schema(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


TOOLS: Mapping[str, Tool] = {
    tool.name: tool
    for tool in (
        Tool(name="look_up_order", arguments=_schema(order=_TEXT), run=look_up_order),
        Tool(name="create_ticket", arguments=_schema(subject=_TEXT, details=_TEXT), run=create_ticket),
        Tool(name="send_email", arguments=_schema(to=_TEXT, subject=_TEXT, body=_TEXT), run=send_email),
        Tool(name="refund", arguments=_schema(order=_TEXT, amount={"type": "number"}), run=refund),
    )
}

SEARCH_KB = "search_kb"
"""The tool that looks into the help centre. Its question is the customer's message, so the model gives no argument."""


def action_schema() -> dict[str, Any]:
    """Return the JSON Schema of what the model may choose: one tool with its arguments."""
    choices: list[dict[str, Any]] = [_schema(action={"const": SEARCH_KB})]
    choices += [_schema(action={"const": name}, **tool.arguments["properties"]) for name, tool in TOOLS.items()]
    return {"anyOf": choices}
