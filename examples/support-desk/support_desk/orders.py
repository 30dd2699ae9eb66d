"""The shop's order records, and what the assistant has done to them. In memory only."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_KEPT = 1000


@dataclass(slots=True)
class Shop:
    """Orders by number, and the ledgers that the tools write."""

    orders: Mapping[str, dict[str, Any]]
    tickets: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=_KEPT))
    outbox: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=_KEPT))
    refunds: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def find(self, wanted: str) -> list[dict[str, Any]]:
        """Return the order of that number, or every order of customers whose name or e-mail holds the text."""
        wanted = wanted.strip().lstrip("#")
        if wanted in self.orders:
            return [self.orders[wanted]]
        text = wanted.casefold()
        return [
            order
            for order in self.orders.values()
            if text and (text in order["customer"]["name"].casefold() or text in order["customer"]["email"])
        ]


def load_shop(path: Path) -> Shop:
    """Read the order records."""
    return Shop(orders={order["order"]: order for order in json.loads(path.read_text(encoding="utf-8"))})
