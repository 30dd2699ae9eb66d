"""Personal data: how much of it is found, how often something else is taken for it, and what it costs.

On the rows of ``presidio_synth_v2`` in the folder that ``ROADWORTHY_DATA`` names (``../shared/data``), beside
Presidio's pattern recognisers on the same rows in the same run. Presidio runs in an environment of its own, whose
folder is in ``ROADWORTHY_PEERS`` (``make bench-guard`` makes it); without it its figures are None: not measured.

How time is counted. ``pii_ms_per_kchar`` is the processor time of one pass over all rows, one call for each row, with
every kind looked for (URLs, coordinates and handles too), divided by the characters of all rows together; one core,
after a first pass; the least of several passes. Rows are short (87 characters in the mean), so the cost of a call
counts in full. Presidio's is counted alike: its own recognisers of the same eight entities as its registry makes
them, called one after the other without its analyser, its language model or its look at the words around, after a
first pass, the least of two passes.

How F2 is counted. The structured group: cards, telephone numbers, e-mail addresses, US social security numbers, IBANs,
IP addresses, URLs and US driver licences. A labelled stretch of the group is found when a prediction of a kind of the
group shares at least half of their union of characters with it, whatever kind it says; each prediction serves one
stretch. A prediction of a kind of the group that serves none is false, also where it lies on other labels; by entity,
it counts against the kind it names. Intervals of F2 are percentiles of resampled rows, the others are Wilson's.
"""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
import time
from pathlib import Path
from typing import Any

from roadworthy.sensitive.personal.find import Finder
from roadworthy.sensitive.personal.kind import Kind

GROUP = {
    "CREDIT_CARD": "card", "PHONE_NUMBER": "phone", "EMAIL_ADDRESS": "email", "US_SSN": "national_id",
    "IBAN_CODE": "iban",
    "IP_ADDRESS": "ip_address", "DOMAIN_NAME": "url", "US_DRIVER_LICENSE": "driver_licence",
}  # fmt: skip
OURS = frozenset({
    Kind.CARD, Kind.PHONE, Kind.EMAIL, Kind.NATIONAL_ID, Kind.TAX_ID, Kind.IBAN, Kind.IP_ADDRESS, Kind.URL,
    Kind.DRIVER_LICENCE,
})  # fmt: skip
KINDS = tuple(dict.fromkeys(GROUP.values()))
Span = tuple[int, int, str]
THEIRS = {**GROUP, "URL": "url"}
RESAMPLES = 400
REPEATS = 7
_PEER = """
import json, sys, time
from presidio_analyzer import RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpArtifacts
registry = RecognizerRegistry(supported_languages=["en"])
registry.load_predefined_recognizers(languages=["en"])
names = {"CreditCardRecognizer", "PhoneRecognizer", "EmailRecognizer", "UsSsnRecognizer", "IbanRecognizer",
         "IpRecognizer",
         "UrlRecognizer", "UsLicenseRecognizer"}
chosen = [one for one in registry.recognizers if type(one).__name__ in names]
texts = json.load(sys.stdin)
def look(text):
    found = []
    for one in chosen:
        results = one.analyze(text, one.supported_entities, None) or ()
        found += [(r.start, r.end, r.score, r.entity_type) for r in results]
    return found
for text in texts:
    look(text)
seconds = []
for _ in range(2):
    start = time.process_time()
    found = [look(text) for text in texts]
    seconds.append(time.process_time() - start)
print(json.dumps({"seconds": min(seconds), "found": found}))
"""


def figures() -> dict[str, Any]:
    """Return the figures by key; None for what could not be measured here."""
    folder = Path(os.environ.get("ROADWORTHY_DATA", "../shared/data")) / "presidio_synth_v2" / "data.jsonl"
    if not folder.is_file():
        return dict.fromkeys(("pii_ms_per_kchar", "pii_f2", "presidio_f2", "presidio_over_ours"))
    rows = [json.loads(line) for line in folder.read_text(encoding="utf-8").splitlines()]
    texts = [row["text"] for row in rows]
    thousands = sum(map(len, texts)) / 1000
    finder = Finder(kinds=frozenset(Kind))
    found = [
        [(one.start, one.end, _entity(one.kind)) for one in finder.find(text) if one.kind in OURS] for text in texts
    ]
    ours = min(_seconds(finder, texts) for _ in range(REPEATS)) * 1000 / thousands
    told: dict[str, Any] = {"pii_ms_per_kchar": round(ours, 4), **_quality("pii", rows, found)}
    peer = _peer(texts)
    if peer is None:
        return {**told, "presidio_f2": None, "presidio_over_ours": None}
    theirs = [_without_overlaps(spans) for spans in peer["found"]]
    return {
        **told,
        "presidio_ms_per_kchar": round(peer["seconds"] * 1000 / thousands, 3),
        "presidio_over_ours": round(peer["seconds"] * 1000 / thousands / ours, 1),
        **_quality("presidio", rows, theirs),
    }


def _entity(kind: Kind) -> str:
    return str(Kind.NATIONAL_ID if kind is Kind.TAX_ID else kind)


def _seconds(finder: Finder, texts: list[str]) -> float:
    start = time.process_time()
    for text in texts:
        finder.find(text)
    return time.process_time() - start


def _peer(texts: list[str]) -> dict[str, Any] | None:
    python = Path(os.environ.get("ROADWORTHY_PEERS", "")) / "bin" / "python"
    if not os.environ.get("ROADWORTHY_PEERS") or not python.is_file():
        return None
    done = subprocess.run(
        [str(python), "-c", _PEER], input=json.dumps(texts), capture_output=True, text=True, check=False
    )
    return json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else None


def _without_overlaps(spans: list[tuple[int, int, float, str]]) -> list[Span]:
    """Return the surest of those that overlap, as Presidio's analyser does."""
    kept: list[Span] = []
    for start, end, _, entity in sorted(spans, key=lambda one: (-one[2], one[0] - one[1])):
        if all(end <= a or b <= start for a, b, _ in kept):
            kept.append((start, end, THEIRS[entity]))
    return kept


def _quality(name: str, rows: list[dict[str, Any]], found: list[list[Span]]) -> dict[str, Any]:
    counted = [_counted(row["labels"], spans) for row, spans in zip(rows, found, strict=True)]
    hits, missed, wrong = (sum(counts[place] for row in counted for counts in row.values()) for place in range(3))
    return {
        f"{name}_f2": round(_f2(hits, missed, wrong), 4),
        f"{name}_precision": [round(hits / max(hits + wrong, 1), 4), *_wilson(hits, hits + wrong)],
        f"{name}_recall": [round(hits / max(hits + missed, 1), 4), *_wilson(hits, hits + missed)],
        f"{name}_f2_by_entity": {kind: _of_entity([row[kind] for row in counted if kind in row]) for kind in KINDS},
    }


def _counted(labels: list[dict[str, Any]], spans: list[Span]) -> dict[str, list[int]]:
    """Return what was found, missed and wrong in one row, by entity."""
    told: dict[str, list[int]] = {}
    left = list(spans)
    for label in labels:
        if label["type"] not in GROUP:
            continue
        served = next((one for one in left if _overlap(one[:2], (label["start"], label["end"])) >= 0.5), None)
        told.setdefault(GROUP[label["type"]], [0, 0, 0])[served is None] += 1
        if served is not None:
            left.remove(served)
    for _, _, kind in left:
        told.setdefault(kind, [0, 0, 0])[2] += 1
    return told


def _of_entity(rows: list[list[int]]) -> dict[str, Any]:
    """Return what there is to say of one entity: labels, found, false finds, F2 and its 95 % interval."""
    hits, missed, wrong = (sum(row[place] for row in rows) for place in range(3))
    rng = random.Random(7)  # noqa: S311 - resampling
    resampled = sorted(
        _f2(*(sum(row[place] for row in chosen) for place in range(3)))
        for chosen in (rng.choices(rows, k=len(rows)) for _ in range(RESAMPLES if rows else 0))
    )
    ends = [round(resampled[int(len(resampled) * at)], 4) for at in (0.025, 0.975)] if rows else [0.0, 1.0]
    return {"labels": hits + missed, "found": hits, "false": wrong, "f2": [round(_f2(hits, missed, wrong), 4), *ends]}


def _f2(hits: int, missed: int, wrong: int) -> float:
    return 5 * hits / max(5 * hits + 4 * missed + wrong, 1)


def _table(told: dict[str, Any]) -> str:
    """Return F2 by entity beside Presidio's, as a table."""
    ours, theirs = told["pii_f2_by_entity"], told.get("presidio_f2_by_entity")
    lines = ["| entity | labels | F2 (95 %) | false | Presidio's F2 (95 %) | false |", "|---|---|---|---|---|---|"]
    for kind in KINDS:
        cells = [_cell(ours[kind]), *([_cell(theirs[kind])] if theirs else ["not measured | "])]
        lines.append(f"| {kind} | {ours[kind]['labels']} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(one: dict[str, Any]) -> str:
    value, low, high = one["f2"]
    return f"{value:.3f} ({low:.3f}-{high:.3f}) | {one['false']}"


def _overlap(one: tuple[int, int], two: tuple[int, int]) -> float:
    shared = max(0, min(one[1], two[1]) - max(one[0], two[0]))
    return shared / (one[1] - one[0] + two[1] - two[0] - shared)


def _wilson(hits: int, total: int) -> list[float]:
    """Return the 95 % interval of a fraction (Wilson 1927)."""
    if not total:
        return [0.0, 1.0]
    z, p = 1.96, hits / total
    middle, width = p + z * z / (2 * total), z * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total))
    return [round((middle - width) / (1 + z * z / total), 4), round((middle + width) / (1 + z * z / total), 4)]


if __name__ == "__main__":
    measured = figures()
    if measured["pii_f2"] is not None:
        print(_table(measured))
    print(json.dumps(measured))
