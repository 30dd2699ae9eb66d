"""What the source looks like: small files, few broad catches, no hidden channels, imports that stay light.

Directions of imports are import-linter's (`make contracts`).
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "roadworthy"
FILES = sorted(SOURCE.rglob("*.py"))
CAPABILITIES = (
    *("core", "inventory", "policy", "sensitive", "governance", "risk", "evals", "lint", "approvals", "findings"),
    *("vendors", "guard", "exceptions", "reviews", "gates", "evidence"),
)

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
MAX_MODULES_IN_FOLDER = 20

CROWDED_FOLDERS: dict[str, str] = {}
"""Folders above the cap, each with its reason."""

LONG_FILES: dict[str, str] = {}
"""Files above the cap, each with its reason."""

LONG_FUNCTIONS: dict[str, str] = {}
"""Functions above the cap, each with its reason."""

BROAD_CATCHES: dict[str, str] = {
    "evals/execution/judge.py": "a scorer that breaks is unassessed",
    "evals/execution/asking.py": "a target that breaks leaves its sample unassessed, and must not end the run",
    "cli/main.py": "the top of the program: what nobody foresaw is *cannot tell*",
    "adapters/targets/python.py": "the team's callable may raise anything",
    "adapters/targets/team_code.py": "importing the team's code may raise anything; told as a wrong call",
    "adapters/targets/table/batching.py": "a model may raise anything; its row is unassessed",
    "adapters/targets/table/called.py": "making the team's model may raise anything",
    "adapters/targets/table/mlflow_folder.py": "the model's own loader may raise anything",
    "adapters/targets/table/onnx_model.py": "the runtime's errors share no class; told as a model that does not load",
    "adapters/targets/table/pickled.py": "unpickling runs foreign code, which may raise anything",
    "adapters/guard/languages.py": "the identifier's library may raise anything; its rule's fail mode decides",
    "guard/engine/calling.py": "what breaks while a call is judged denies it",
    "guard/engine/finding.py": "a rail may raise anything; its rule's fail mode decides",
    "guard/session/calls/showing.py": "a rail may raise anything; what it could not look at is not shown",
    "guard/stream/guard.py": "a rail may raise anything while a stream is under way; the stream ends closed",
    "integrations/embeddings/encoder.py": "the tokenizer's library raises bare exceptions; told as unreadable",
    "integrations/inspect_ai/packed_log.py": "a foreign file's faults are of many classes; it is refused",
    "integrations/inspect_ai/worker.py": "the team's Inspect task may raise anything; its samples are unassessed",
}
"""Where everything may be caught without being raised again, each with its reason."""

FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc", "shared", "tools"}


pytestmark = pytest.mark.xdist_group("structure")  # so that each file is parsed once


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


@dataclass(frozen=True)
class Call:
    """A call by its plain name or the name of an attribute."""

    name: str
    is_plain: bool
    keywords: frozenset[str | None]
    node: ast.Call | None
    """Kept for the names of `ASKED_ABOUT`."""


@dataclass(frozen=True)
class Looked:
    """What the tests ask of a file; its tree is let go, for all of them together are large."""

    has_docstring: bool
    functions: tuple[tuple[str, int], ...]
    catches_all: bool
    calls: tuple[Call, ...]
    writes_out: bool
    sql_built_in: tuple[str, ...]
    imported: frozenset[str]


ASKED_ABOUT = frozenset({"insert", "rows"})


@cache
def look(path: Path) -> Looked:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return Looked(
        has_docstring=bool(ast.get_docstring(tree)),
        functions=tuple((one.name, length(one)) for one in functions),
        catches_all=any(isinstance(node, ast.ExceptHandler) and is_broad(node) for node in nodes),
        calls=tuple(calls_among(nodes)),
        writes_out=any(map(is_standard_stream, nodes)),
        sql_built_in=tuple(one.name for one in functions if any(map(is_built_sql, ast.walk(one)))),
        imported=frozenset(imported_among(nodes)),
    )


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    first = function.body[0]
    has_text = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    text = (first.end_lineno or 0) - first.lineno + 1 if has_text else 0
    return (function.end_lineno or 0) - function.lineno + 1 - text


def test_there_is_source_to_look_at():
    assert len(FILES) > 100
    assert {path.parent.name for path in FILES} >= set(CAPABILITIES)


def test_files_are_at_most_400_lines():
    long = {name_of(p) for p in FILES if len(p.read_text(encoding="utf-8").splitlines()) > MAX_FILE_LINES}

    assert long == set(LONG_FILES)


def test_functions_are_at_most_60_lines():
    long = {
        f"{name_of(path)}:{name}"
        for path in FILES
        for name, lines in look(path).functions
        if lines > MAX_FUNCTION_LINES
    }

    assert long == set(LONG_FUNCTIONS)


def test_no_file_is_named_after_nothing():
    assert [name_of(p) for p in SOURCE.rglob("*") if p.suffix == ".py" and p.stem in FORBIDDEN_NAMES] == []
    assert [name_of(p) for p in SOURCE.iterdir() if p.is_dir() and p.name in FORBIDDEN_NAMES] == []


def test_folders_stay_small_enough_to_read():
    crowded = {
        name_of(folder)
        for folder in (p for p in SOURCE.rglob("*") if p.is_dir())
        if len([m for m in folder.glob("*.py") if m.name != "__init__.py"]) > MAX_MODULES_IN_FOLDER
    }

    assert crowded == set(CROWDED_FOLDERS)


def is_broad(handler: ast.ExceptHandler) -> bool:
    """Whether it catches everything and does not raise it on."""
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    everything = any(c is None or (isinstance(c, ast.Name) and c.id in ("Exception", "BaseException")) for c in caught)
    last = handler.body[-1]
    return everything and not (isinstance(last, ast.Raise) and last.exc is None)


def test_everything_is_caught_only_where_it_is_listed():
    assert {name_of(path) for path in FILES if look(path).catches_all} == set(BROAD_CATCHES)


@pytest.mark.parametrize(
    ("code", "broad"),
    [
        ("try: f()\nexcept Exception: pass", True),
        ("try: f()\nexcept: pass", True),
        ("try: f()\nexcept (ValueError, BaseException): g()", True),
        ("try: f()\nexcept BaseException:\n    g()\n    raise", False),
        ("try: f()\nexcept ValueError: pass", False),
    ],
)
def test_a_broad_catch_is_told(code, broad):
    (handler,) = (n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.ExceptHandler))

    assert is_broad(handler) is broad


def calls_among(nodes: Iterable[ast.AST]) -> Iterator[Call]:
    for node in nodes:
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    keywords = frozenset(keyword.arg for keyword in node.keywords)
                    kept = node if name in ASKED_ABOUT else None
                    yield Call(name, isinstance(node.func, ast.Name), keywords, kept)


def is_standard_stream(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="sys"), attr="stdout" | "stderr"):
            return True
    return False


def test_nothing_prints_but_the_surfaces():
    assert [name_of(p) for p in FILES for call in look(p).calls if call.name == "print"] == []
    writes = {name_of(path) for path in FILES if look(path).writes_out}
    assert {Path(name).parts[0] for name in writes} == {"cli", "notebook"}


UNPICKLES = {
    "adapters/targets/table/pickled.py": "a team's own model, where its manifest says `unsafe_pickle: true`",
}
"""Where a pickle may be read, each with its reason."""


def test_nothing_evaluates_text_or_unpickles():
    called = {(name_of(p), call.name) for p in FILES for call in look(p).calls if call.is_plain}

    assert {c for c in called if c[1] in ("eval", "exec", "compile", "__import__")} == set()
    assert {name_of(p) for p in FILES if {"pickle", "marshal", "shelve", "dill"} & look(p).imported} == set(UNPICKLES)


def test_subprocesses_get_lists_and_no_shell():
    assert [name_of(path) for path in FILES for call in look(path).calls if "shell" in call.keywords] == []


SQL = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ", "CREATE ", "DROP ", "ALTER ")
BUILT_SQL = {
    "adapters/store/ledger.py:rows": "appends a condition that its callers write as a constant",
    "adapters/store/graph.py:follow": "one step of the query for each hop of the paths; kinds and nodes are parameters",
    "adapters/store/graph.py:_step": "names a step before it and one of two columns; kinds of edges are parameters",
}


def is_built_sql(node: ast.AST) -> bool:
    first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else None
    return isinstance(first, ast.Constant) and str(first.value).lstrip().upper().startswith((*SQL, "BEGIN "))


def test_sql_is_fixed_text_with_parameters():
    built = {f"{name_of(path)}:{function}" for path in FILES for function in look(path).sql_built_in}

    assert built <= set(BUILT_SQL)


def test_statements_that_insert_many_rows_are_constants():
    """`insert` fills question marks into its statement, one for each value: the statement is fixed text."""
    given = [
        (name_of(path), call.node.args[1])
        for path in FILES
        if name_of(path).startswith("adapters/store/")
        for call in look(path).calls
        if call.name == "insert" and call.is_plain
    ]

    assert len(given) > 5
    assert {(file, ast.unparse(sql)) for file, sql in given if not isinstance(sql, ast.Constant)} == {
        ("adapters/store/moving.py", "table.write")
    }


def test_conditions_that_are_joined_to_a_query_are_constants():
    """`Ledger.rows` joins its first argument to a query: it may hold names of columns and nothing from outside."""
    joined = [
        (name_of(path), ast.unparse(node.args[0]))
        for path in FILES
        for node in (call.node for call in look(path).calls if call.name == "rows")
        if node.args
        if "ledger" in ast.unparse(node.func).lower() or name_of(path).startswith("adapters/store/")
        if not isinstance(node.args[0], ast.Constant)
    ]
    allowed = [("adapters/store/records.py", "f'kind = ? AND {condition}'")]

    assert joined == allowed


def imported_among(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module.partition(".")[0]


ALLOWED_IN_CAPABILITIES = {
    "evals": {"re2", "jsonschema", "stdnum", "phonenumbers", "referencing"},
    "evidence": {"orjson"},
    "guard": {"re2", "jsonschema", "referencing", "json_repair", "lark", "nh3", "orjson"},
    "lint": {"re2", "packaging", "license_expression"},
    "sensitive": {"re2", "stdnum", "phonenumbers"},
}
"""Third-party modules that a capability may use as pure functions."""


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_a_capability_imports_the_standard_library_and_little_else(capability):
    foreign = {
        module
        for path in (SOURCE / capability).rglob("*.py")
        for module in look(path).imported
        if module != "roadworthy" and module not in sys.stdlib_module_names
    }

    assert foreign <= ALLOWED_IN_CAPABILITIES.get(capability, set())


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_a_capability_opens_no_file(capability):
    opened = [
        name_of(path)
        for path in (SOURCE / capability).rglob("*.py")
        for call in look(path).calls
        if (call.name == "open" and call.is_plain) or call.name in ("read_text", "write_text", "read_bytes")
    ]

    assert opened == []


def loaded_by(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint('\\n'.join(sorted(sys.modules)), file=sys.__stderr__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    return set(done.stderr.split())


HEAVY = {
    "aiohttp", "asyncio", "cel_expr_python", "cryptography", "jinja2", "jsonschema", "orjson", "phonenumbers",
    "pydantic", "re2", "sqlite3", "ssl", "stdnum", "yaml",
}  # fmt: skip


def test_importing_the_package_loads_nothing_but_the_standard_library():
    loaded = {name.partition(".")[0] for name in loaded_by("import roadworthy")}

    assert loaded & (HEAVY | {"typer", "rich", "click"}) == set()


def test_help_loads_no_heavy_library():
    loaded = loaded_by("from roadworthy.cli.main import run\nrun(['--help'])")

    assert {name.partition(".")[0] for name in loaded} & HEAVY == set()
    assert {name for name in loaded if name.startswith(("roadworthy.adapters", "roadworthy.runtime"))} == set()


def test_the_package_has_at_most_30_public_names():
    import roadworthy

    public = [name for name in dir(roadworthy) if not name.startswith("_")]
    submodules = {path.stem for path in SOURCE.iterdir()}

    assert len([name for name in public if name not in submodules]) <= 30


def test_every_module_says_what_it_owns():
    assert [name_of(p) for p in FILES if p.read_text(encoding="utf-8").strip() and not look(p).has_docstring] == []


def test_tests_are_folders_without_init_files_so_that_names_may_repeat():
    tests = Path(__file__).parents[1]

    assert list(tests.rglob("__init__.py")) == []
