"""Figures of each request, one to a line: how long it took, and how often the model was asked. No content."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


class RequestsLog:
    """Adds a line to a file for each request that was answered."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def add(self, assistant: str, *, seconds: float, **figures: Any) -> None:
        """Add a line; without a file, nothing."""
        if self._path is None:
            return
        line = json.dumps({"assistant": assistant, "seconds": round(seconds, 6), **figures})
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
