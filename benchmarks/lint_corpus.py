"""Measures `rw lint` on composed repositories, clean and dirty, and on packages that are installed here.

The repositories stand in `tests/lint/corpus`; who wrote them labelled every place that a careful reviewer would flag
before lint ran on them. A finding and a label are the same where rule and file are. Figures:

- ``precision``: share of what lint tells that is labelled; ``recall``: share of what is labelled that lint tells;
- ``told_per_1000_files``: findings on installed packages, ``--packages``, by severity.

Prints the tables, writes them into `docs/explanation/lint.md` with ``--write``, and prints, as the last line, one JSON
object.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import re
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "lint"))

from corpus.composed import FOLDER, Composed, read  # noqa: E402 - found by the line above

from roadworthy.adapters.lint.memory import FilesRepository  # noqa: E402
from roadworthy.adapters.lint.rules import read_rules  # noqa: E402
from roadworthy.adapters.lint.source import HeldBytes  # noqa: E402
from roadworthy.evals.stats.proportion import clopper_pearson  # noqa: E402
from roadworthy.lint.engine import Engine  # noqa: E402
from roadworthy.lint.model import LintReport  # noqa: E402

PAGE = ROOT / "docs" / "explanation" / "lint.md"
TODAY = date(2026, 11, 21)
COUNTS = ("agreed", "unlabelled", "missed")
MAX_BYTES = 20_000_000
PACKAGES_WORDS = """
    inspect_ai aiohttp pydantic ray fairlearn sklearn mkdocs jinja2 typer tokenizers onnxruntime onnx shap pandas
    huggingface_hub hypothesis rich yaml cryptography textual material pygments joblib safetensors click httpx starlette
    uvicorn boto3 tiktoken regopy fsspec httpcore platformdirs packaging license_expression numba
"""
Told = dict[str, dict[str, int]]


def held(content: str | bytes) -> HeldBytes:
    """Return a file's content as lint reads it."""
    return HeldBytes(content.encode() if isinstance(content, str) else content)


def look(engine: Engine, repository: Composed) -> LintReport:
    """Return what lint finds in a composed repository."""
    return engine.check(FilesRepository({path: held(one) for path, one in repository.files.items()}), today=TODAY)


def measure(engine: Engine, collection: str) -> Told:
    """Return by rule how many findings are labelled, how many are not, and how many labels no finding has."""
    counts: Told = {}
    for repository in read(collection):
        told = {(one.path, one.rule) for one in look(engine, repository).findings}
        groups = (told & repository.labels, told - repository.labels, repository.labels - told)
        for name, group in zip(COUNTS, groups, strict=True):
            for _, rule in group:
                counts.setdefault(rule, dict.fromkeys(COUNTS, 0))[name] += 1
    return dict(sorted(counts.items()))


def total(counts: Told) -> dict[str, int]:
    """Return the counts over all rules."""
    return {name: sum(one[name] for one in counts.values()) for name in COUNTS}


def share(hits: int, trials: int) -> str:
    """Return a share with its exact 95 % interval."""
    if not trials:
        return "–"
    bounds = clopper_pearson(hits, trials)
    return f"{hits / trials:.2f} [{bounds.low:.2f}, {bounds.high:.2f}]"


def row(name: str, one: dict[str, int]) -> str:
    """Return a line of a table."""
    agreed, unlabelled, missed = (one[count] for count in COUNTS)
    precision, recall = share(agreed, agreed + unlabelled), share(agreed, agreed + missed)
    return f"| {name} | {agreed} | {unlabelled} | {missed} | {precision} | {recall} |"


HEAD = (
    "| {} | told and labelled | told only | labelled only | precision | recall |\n| --- | --- | --- | --- | --- | --- |"
)


def overall(measured: dict[str, Told]) -> str:
    """Return the table over all rules, a line for each measurement."""
    return "\n".join([HEAD.format("measured"), *(row(name, total(counts)) for name, counts in measured.items())])


def by_rule(counts: Told) -> str:
    """Return the table by rule."""
    return "\n".join([HEAD.format("rule"), *(row(f"`{rule}`", one) for rule, one in counts.items())])


def of_packages(engine: Engine) -> tuple[int, list[dict[str, Any]]]:
    """Return the number of files of the installed packages, and what lint tells of them."""
    files, told = 0, []
    for name in PACKAGES_WORDS.split():
        found = importlib.util.find_spec(name)
        for folder in map(Path, found.submodule_search_locations or ()) if found is not None else ():
            report = engine.check(FilesRepository(package_files(name, folder)), today=TODAY)
            files += report.files
            told += [{"rule": one.rule, "severity": str(one.severity), "path": one.path} for one in report.findings]
    return files, told


def package_files(name: str, folder: Path) -> dict[str, HeldBytes]:
    """Return a package's files by path, what is compiled or larger than 20 MB left out; at most 2,500."""
    found = sorted(one for one in folder.rglob("*") if one.is_file() and "__pycache__" not in one.parts)
    wanted = [one for one in found if one.suffix not in {".so", ".pyc"} and one.stat().st_size < MAX_BYTES]
    return {f"{name}/{one.relative_to(folder).as_posix()}": HeldBytes(one.read_bytes()) for one in wanted[:2500]}


def judged_table() -> str:
    """Return how the sampled findings on installed packages were judged by hand, by rule."""
    samples = json.loads((FOLDER / "judged.json").read_text("utf-8"))
    lines = ["| sample | rule | true | arguable | false |", "| --- | --- | --- | --- | --- |"]
    for sample, rules in samples.items():
        whole = {word: sum(one.get(word, 0) for one in rules.values()) for word in ("true", "arguable", "false")}
        for rule, one in [*sorted(rules.items()), ("**all**", whole)]:
            name = rule if rule.startswith("*") else f"`{rule}`"
            lines.append(f"| {sample} | {name} | " + " | ".join(str(one.get(w, 0)) for w in whole) + " |")
    return "\n".join(lines)


def write(tables: dict[str, str]) -> None:
    """Put the tables into the page, each between its marks."""
    text = PAGE.read_text("utf-8")
    for name, table in tables.items():
        begin, end = f"<!-- table:{name} -->", f"<!-- end:{name} -->"
        shape = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
        if shape.search(text) is None:
            raise SystemExit(f"{PAGE} has no place for the table {name!r}")
        text = shape.sub(lambda _, put=f"{begin}\n\n{table}\n\n{end}": put, text)
    PAGE.write_text(text, "utf-8")


def main() -> None:
    """Measure, print the tables and the JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the tables into docs/explanation/lint.md")
    parser.add_argument("--packages", action="store_true", help="look at installed packages as well; minutes")
    given = parser.parse_args()
    engine = Engine(read_rules())
    kept = {name: json.loads((FOLDER / f"{name}_sight.json").read_text("utf-8")) for name in ("first", "second")}
    now = {name: measure(engine, name) for name in ("first", "second")}
    tables = {
        "overall": overall(
            {
                "14 repositories at first sight": kept["first"],
                "the same after mending (seen)": now["first"],
                "4 further ones at first sight": kept["second"],
                "the same after mending (seen)  ": now["second"],
            }
        ),
        "first": by_rule(kept["first"]),
        "after": by_rule(now["first"]),
        "second": by_rule(kept["second"]),
        "judged": judged_table(),
    }
    figures: dict[str, float] = {}
    for name, counts in (("first_sight", kept["first"]), ("seen", now["first"]), ("second_sight", kept["second"])):
        one = total(counts)
        figures[f"precision_{name}"] = round(one["agreed"] / (one["agreed"] + one["unlabelled"]), 3)
        figures[f"recall_{name}"] = round(one["agreed"] / (one["agreed"] + one["missed"]), 3)
    if given.packages:
        files, told = of_packages(engine)
        severities = Counter(one["severity"] for one in told)
        tables["packages"] = "\n".join(
            ["| severity | findings | per 1,000 files |", "| --- | --- | --- |"]
            + [f"| {one} | {n} | {n / files * 1000:.2f} |" for one, n in severities.most_common()]
            + [f"| all, {files:,} files | {len(told)} | {len(told) / files * 1000:.2f} |"]
        )
        figures["told_per_1000_files"] = round(len(told) / files * 1000, 2)
    print("\n\n".join(tables.values()))
    if given.write:
        write(tables)
    machine = {"cpus": os.cpu_count(), "system": platform.system(), "python": platform.python_version()}
    print(json.dumps({"benchmark": "lint_corpus", "figures": figures, "machine": machine}))


if __name__ == "__main__":
    main()
