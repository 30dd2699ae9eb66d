"""The SDK is light: importing it loads nothing of the platform, and using it only what is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

PLATFORM = {"typer", "click", "rich", "aiohttp", "sqlite3", "jinja2", "cryptography", "license_expression"}
SERVICES = {
    "openai",
    "anthropic",
    "langchain",
    "langgraph",
    "llama_index",
    "starlette",
    "fastapi",
    "mcp",
    "httpx",
    "httpx2",
}
PARTS = {f"roadworthy.{part}" for part in ("evals", "gates", "evidence", "notebook", "cli", "reviews", "risk", "lint")}


def loaded_by(code: str) -> set[str]:
    code = f"import sys\n{code}\nprint('\\n'.join(sorted(sys.modules)), file=sys.__stderr__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    return set(done.stderr.split())


def top(loaded: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in loaded}


def test_importing_the_sdk_loads_the_standard_library_alone():
    loaded = loaded_by("import roadworthy.sdk\nfrom roadworthy.sdk import guarded, in_run, speaking_for")

    assert {name for name in top(loaded) - {"roadworthy"} if name not in sys.stdlib_module_names} <= {
        "_distutils_hack",
        "__main__",
    }
    assert top(loaded) & (PLATFORM | SERVICES) == set()
    assert {".".join(name.split(".")[:2]) for name in loaded if name.startswith("roadworthy.")} <= {
        "roadworthy.core",
        "roadworthy.sdk",
    }


def test_deciding_with_a_policy_of_a_file_loads_nothing_of_the_platform(tmp_path):
    (tmp_path / "guard.yaml").write_text(
        "schema: roadworthy/guard-policy/v1\nname: t\nversion: '1'\ntitle: T\nowner: T\nlicence: CC0-1.0\nrules:\n"
        "  - {id: t/bomb, description: No bombs., action: deny, rail: {kind: pattern, patterns: [bomb]}}\n"
    )
    loaded = loaded_by(
        "from roadworthy.sdk import guarded, Principal\n"
        f"f = guarded(lambda q: q, policy={str(tmp_path / 'guard.yaml')!r}, principal=Principal(id='a', tenant='t'))\n"
        "assert f('hello') == 'hello'"
    )

    assert top(loaded) & (PLATFORM | SERVICES) == set()
    assert {".".join(name.split(".")[:2]) for name in loaded} & PARTS == set()


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("guard_openai", "roadworthy.sdk.clients.openai"),
        ("guard_anthropic", "roadworthy.sdk.clients.anthropic"),
    ],
)
def test_naming_a_wrapper_does_not_load_its_package(name, module):
    loaded = loaded_by(f"from roadworthy.sdk import {name}")

    assert module in loaded
    assert top(loaded) & SERVICES == set()
