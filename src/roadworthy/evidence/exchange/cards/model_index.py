"""The results of a model card's front matter: ours from evidence, everybody else's as they were.

Source:
    Hugging Face, model card metadata specification (``model-index``), read 2026. Its ``verified`` is a token of
    the hub's own evaluation service and is never set here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from roadworthy.core.digest import JsonValue
from roadworthy.core.errors import EvidenceError
from roadworthy.core.evidence import Evidence, RunResult
from roadworthy.core.result import Measurement
from roadworthy.evidence.exchange.source import DecidedRelease

EVIDENCE, DIGEST = "evidence", "evidence_digest"
"""Arguments of a metric by which a row of ours is known."""

_OTHER = "other"


def results_of(source: DecidedRelease, key: str, *, task_type: str = _OTHER) -> list[JsonValue]:
    """Return one result for each evaluation that counted and that the component took part in.

    Args:
        source: The decided release.
        key: Of the component.
        task_type: What the hub calls the task, e.g. ``text-generation``.
    """
    return [
        {
            "task": {"type": task_type, "name": result.category},
            "dataset": {"type": result.task, "name": result.task, "revision": result.task_digest},
            "metrics": [_metric(source, item, result, one) for one in result.measurements if one.estimate is not None],
        }
        for item in source.about(key)
        if (result := item.result) is not None and any(one.estimate is not None for one in result.measurements)
    ]


def _metric(source: DecidedRelease, item: Evidence, result: RunResult, one: Measurement) -> JsonValue:
    interval = one.interval
    return {
        "type": one.metric,
        "name": f"success rate, {one.metric} [{one.slice}]",
        "value": value_of(one),
        "args": {
            EVIDENCE: item.id,
            DIGEST: source.digest(item.id),
            "run": result.run,
            "slice": one.slice,
            "n": one.denominator,
            "attempted": one.attempted,
            "interval": [round(interval.low, 6), round(interval.high, 6)] if interval else [],
            "confidence": interval.confidence if interval else None,
            "method": interval.method if interval else None,
        },
    }


def value_of(one: Measurement) -> float | None:
    """Return the rate as it stands in a card: six decimals."""
    return None if one.estimate is None else round(one.estimate, 6)


def merged(
    existing: JsonValue, *, name: str, ours: Iterable[JsonValue], source: DecidedRelease, where: str
) -> list[JsonValue]:
    """Return a ``model-index`` with our rows renewed and every other row as it was.

    Args:
        existing: What the card has; None where it has none.
        name: Of the model, under which our rows stand.
        ours: Results made now.
        source: What they were made from: rows that the card already has of it must still say what it says.
        where: The card's name, for errors.

    Raises:
        EvidenceError: If ``existing`` is no model index, or a row cites evidence whose digest or value is
            another one now: a card that was edited, or evidence that was exchanged.
    """
    entries = _entries(existing, where=where)
    for entry in entries:
        for row in entry[1]:
            _require_true(row, source=source, where=where)
    made: list[JsonValue] = []
    placed = False
    for whole, rows in entries:
        foreign = [row for row in rows if not _is_ours(row)]
        own = list(ours) if whole.get("name") == name and not placed else []
        placed = placed or whole.get("name") == name
        if foreign or own or not rows:
            made.append({**whole, "results": [*foreign, *own]})
    new = list(ours)
    return made if placed or not new else [*made, {"name": name, "results": new}]


def _entries(existing: JsonValue, *, where: str) -> list[tuple[dict[str, JsonValue], list[JsonValue]]]:
    if existing is None:
        return []
    found = []
    for entry in existing if isinstance(existing, list) else [None]:
        rows = entry.get("results") if isinstance(entry, dict) else None
        if not isinstance(entry, dict) or not isinstance(rows, list):
            raise EvidenceError(
                "the card's `model-index` is not a list of models with results",
                where=where,
                fix="mend it by hand: rows that cannot be read cannot be kept safely",
            )
        found.append((entry, rows))
    return found


def _is_ours(row: JsonValue) -> bool:
    """Return whether every metric of a row cites evidence; a row with one that does not is somebody else's too."""
    metrics = row.get("metrics") if isinstance(row, dict) else None
    return isinstance(metrics, list) and bool(metrics) and all(_cited(metric) is not None for metric in metrics)


def _cited(metric: JsonValue) -> tuple[str, str, str] | None:
    match metric:
        case {"args": {"evidence": str(evidence), "evidence_digest": str(digest), "slice": str(part)}}:
            return evidence, digest, part
        case _:
            return None


def _require_true(row: JsonValue, *, source: DecidedRelease, where: str) -> None:
    metrics = row.get("metrics") if isinstance(row, dict) else None
    known: Mapping[str, Evidence] = {item.id: item for item in source.evidence}
    for metric in metrics if isinstance(metrics, list) else ():
        cited = _cited(metric)
        if cited is None or cited[0] not in known:
            continue
        evidence, digest, part = cited
        if source.digest(evidence) != digest:
            raise EvidenceError(
                f"the card cites evidence {evidence} with digest {digest[:19]}…, which is another one now",
                where=where,
                fix="find out who changed the card or the evidence; then take the row away and write the card again",
            )
        _require_value(metric, known[evidence], part=part, where=where)


def _require_value(metric: JsonValue, item: Evidence, *, part: str, where: str) -> None:
    said = metric if isinstance(metric, dict) else {}
    measured = item.result.measurements if item.result else ()
    found = [value_of(one) for one in measured if (one.metric, one.slice) == (said.get("type"), part)]
    if said.get("value") not in found:
        raise EvidenceError(
            f"the card says {said.get('value')!r} where evidence {item.id} says {found[0] if found else 'nothing'}",
            where=where,
            fix="take the edited row away and write the card again",
        )
