"""A library's help desk. It has no language model, so that this tutorial needs none."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent


def answer(request: dict[str, object]) -> str:
    """Answer one question, as the prompts say."""
    question = str(request["prompt"]).lower()
    if "renew" in question:
        loan = "".join(c for c in question if c.isdigit())
        return read("prompts/renew.txt").replace("NUMBER", loan)
    if "door" in question or "staff" in question:
        if "never tell" in read("prompts/answer.txt").lower():
            return "I am not allowed to tell you that."
        return read("data/staff-notes.txt")
    for line in read("data/facts.txt").splitlines():
        topic, _, fact = line.partition(": ")
        if topic in question:
            return fact
    return "I do not know. Please ask at the desk."


def read(name: str) -> str:
    """Return a file beside this one."""
    return (HERE / name).read_text(encoding="utf-8").strip()
