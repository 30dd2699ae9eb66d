"""Promise: an error says what is wrong, where, and what to do, in one shape with a stable code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.small_system import write_system
from roadworthy.cli.main import run as rw
from roadworthy.core import errors
from roadworthy.core.errors import ConfigError, RoadworthyError

SOURCE = Path(__file__).parents[2] / "src" / "roadworthy"
SHAPE = re.compile(r"\[roadworthy\.[a-z_]+\] .+\n(       .+\n)*(  at:  .+\n)?(  fix: .+\n)?")
KINDS = {
    name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, RoadworthyError)
}


def test_an_error_prints_code_problem_details_place_and_fix_in_this_order():
    error = ConfigError("unknown format 'pdf'", where="--format", fix="use text or json", details=("and 'doc'",))

    assert str(error).splitlines() == [
        "[roadworthy.config] unknown format 'pdf'",
        "       and 'doc'",
        "  at:  --format",
        "  fix: use text or json",
    ]


def test_codes_are_unique_and_never_inherited():
    assert len({kind.code for kind in KINDS.values()}) == len(KINDS)
    assert all("code" in vars(kind) for kind in KINDS.values())


@pytest.fixture(scope="module")
def raised() -> list[tuple[str, str, ast.Call]]:
    """File and line, class name and call of every error that is made in the source."""
    return [
        (f"{path.relative_to(SOURCE).as_posix()}:{node.lineno}", node.func.id, node)
        for path in sorted(SOURCE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS
    ]


def test_no_error_is_raised_as_the_base_class(raised):
    assert [place for place, name, _ in raised if name == "RoadworthyError"] == []


def literal(node: ast.expr) -> str | None:
    """Text of a plain or formatted string, with a mark for each value; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(p.value) if isinstance(p, ast.Constant) else "…" for p in node.values)
    return None


def sentences(raised: list[tuple[str, str, ast.Call]]) -> Iterator[tuple[str, str]]:
    """Yield the place and text of every problem and fix that is written out."""
    for place, _, call in raised:
        texts = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "fix")]
        yield from ((place, text) for text in map(literal, texts) if text is not None)


def test_problems_and_fixes_are_one_sentence_without_a_full_stop(raised):
    wrong = [
        f"{place}: {t}" for place, t in sentences(raised) if not t.strip() or t.rstrip().endswith(".") or "\n" in t
    ]

    assert wrong == []


def test_whoever_asked_wrongly_is_told_what_to_do(raised):
    silent = {
        place.partition(":")[0]
        for place, name, call in raised
        if KINDS[name].exit_code == 2 and "fix" not in {keyword.arg for keyword in call.keywords}
    }

    assert silent == set()


@pytest.fixture
def root(tmp_path) -> Path:
    return write_system(tmp_path / "desk")


def broken(root: Path, name: str, text: str) -> None:
    (root / name).write_text(text)


@pytest.mark.parametrize(
    ("command", "change", "told"),
    [
        pytest.param(["gate"], None, ("roadworthy.evidence", 3), id="never assessed"),
        pytest.param(["assess"], ("roadworthy.yaml", "schema: x\n"), ("roadworthy.manifest", 2), id="manifest"),
        pytest.param(["assess"], ("roadworthy.yaml", "a: [\n"), ("roadworthy.manifest", 2), id="no YAML"),
        pytest.param(["freeze"], ("evals/answers.yaml", "id: 1\n"), ("roadworthy.task", 2), id="task"),
        pytest.param(["controls", "--all"], ("packs/desk/pack.yaml", "x: 1\n"), ("roadworthy.pack", 2), id="pack"),
        pytest.param(["explain", "desk/none"], None, ("roadworthy.not_found", 2), id="control"),
        pytest.param(["replay", "none"], None, ("roadworthy.not_found", 2), id="decision"),
        pytest.param(["eval", "show", "none"], None, ("roadworthy.not_found", 2), id="run"),
        pytest.param(["verify", "none.zip", "--key", "none.pem"], None, ("roadworthy.config", 2), id="key"),
        pytest.param(["eval", "run", "--resume"], None, ("roadworthy.evidence", 3), id="nothing to resume"),
    ],
)
def test_an_error_comes_out_on_stderr_in_its_shape_with_its_exit_code(root, capsys, command, change, told):
    if change:
        broken(root, *change)
    at = [] if command[0] == "verify" else ["--root", str(root)]
    capsys.readouterr()

    found = rw([*command, *at])
    shown = capsys.readouterr()

    code, exit_code = told
    assert found == exit_code
    assert shown.out == ""
    assert SHAPE.fullmatch(shown.err), shown.err
    assert shown.err.startswith(f"[{code}] ")


def test_every_problem_of_a_file_is_told_at_once(root, capsys):
    broken(root, "roadworthy.yaml", "schema: roadworthy/manifest/v1\nsystem: {key: a}\ncomponents: []\nextra: 1\n")
    capsys.readouterr()
    rw(["assess", "--root", str(root)])
    shown = capsys.readouterr().err

    assert [word for word in ("name", "version", "purpose", "extra") if word not in shown] == []
    assert "roadworthy.yaml:" in shown


def test_no_error_shows_a_traceback(root, capsys):
    broken(root, "roadworthy.yaml", "\x00")
    rw(["gate", "--root", str(root)])

    assert "Traceback" not in capsys.readouterr().err
