"""Decides again from what was stored, and names every difference."""

from __future__ import annotations

from dataclasses import fields

from roadworthy.gates.model import GateDecision


def differences(stored: GateDecision, replayed: GateDecision) -> tuple[str, ...]:
    """Return what differs between a stored decision and the same one made again; empty when nothing does.

    Each difference names the field, and for rules the rule, with both values.
    """
    found = []
    for field in fields(GateDecision):
        before, after = getattr(stored, field.name), getattr(replayed, field.name)
        if before == after:
            continue
        found.extend(_of_rules(stored, replayed) if field.name == "results" else [_line(field.name, before, after)])
    return tuple(found)


def _of_rules(stored: GateDecision, replayed: GateDecision) -> list[str]:
    before = {result.rule: result for result in stored.results}
    after = {result.rule: result for result in replayed.results}
    lines = []
    for rule in sorted(before | after):
        if rule not in after:
            lines.append(f"rule {rule} was judged and is not now")
        elif rule not in before:
            lines.append(f"rule {rule} was not judged and is now")
        else:
            lines += [
                _line(f"rule {rule}: {f.name}", getattr(before[rule], f.name), getattr(after[rule], f.name))
                for f in fields(before[rule])
                if getattr(before[rule], f.name) != getattr(after[rule], f.name)
            ]
    return lines or ["the order of the rules differs"]


def _line(name: str, before: object, after: object) -> str:
    return f"{name}: was {_short(before)}, is {_short(after)}"


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 80 else text[:77] + "…"
