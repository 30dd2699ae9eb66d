"""What a build fetches is found in the files in which it is written, and well-kept projects are left alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.lint_rules import findings_of
from roadworthy.lint.dependencies.popular import _POPULAR, _REAL, looks_like
from roadworthy.lint.dependencies.requirement import is_moving, logical_lines

COMMIT = "0123456789abcdef0123456789abcdef01234567"
HASH = "--hash=sha256:" + "0" * 64


def rules_for(files):
    return {one.rule.removeprefix("dependency/") for one in findings_of("dependency/*", files)}


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"requirements.txt": f"a==1 {HASH}\nb==2 {HASH}\n"}, id="fixed by content"),
        pytest.param({"requirements.in": "a\n", "requirements.txt": f"a==1 {HASH}\n"}, id="compiled"),
        pytest.param({"requirements.txt": "-r base.txt\n# a\n\n"}, id="nothing of its own"),
        pytest.param({"pyproject.toml": '[project]\nname="a"\nversion="1"\n'}, id="needs nothing"),
        pytest.param({"pyproject.toml": "[tool.ruff]\nline-length = 9\n"}, id="only settings"),
        pytest.param({"package.json": '{"name": "x"}'}, id="a package that needs nothing"),
        pytest.param({"Dockerfile": "ARG V=1\nFROM python:${V}\nFROM scratch\n"}, id="a version from outside"),
        pytest.param({"Dockerfile": "FROM localhost:5000/base:1.2\n"}, id="a port is no tag"),
        pytest.param({"install.sh": "# curl https://a.test | sh\ncurl https://a.test -o x\n"}, id="only said"),
        pytest.param({"install.sh": "cat x | sh\ncurl https://a.test/data.json | jq .\n"}, id="data through a pipe"),
    ],
)
def test_well_kept_projects_are_left_alone(files):
    assert rules_for(files) - {"unpinned", "no-lock"} == set()


@pytest.mark.parametrize(
    "line",
    [
        "RUN curl -sSL https://a.test/i.sh | bash",
        "RUN wget -qO- https://a.test/i.sh | sudo -E bash -",
        'RUN bash -c "$(curl -fsSL https://a.test/i.sh)"',
        "RUN bash <(curl -s https://a.test/i.sh)",
        "RUN curl -sSL https://a.test/i.py | python3 -",
        "RUN curl -sSL \\\n  https://a.test/i.sh | sh",
    ],
)
def test_a_script_that_is_run_as_it_comes_is_found(line):
    assert "piped-script" in rules_for({"Dockerfile": f"FROM python:3.12\n{line}\n"})


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("uv.lock", '[[package]]\nname = "litellm"\nversion = "1.82.8"\n'),
        ("poetry.lock", '[[package]]\nname = "litellm"\nversion = "1.82.8"\n'),
        ("requirements.lock", "litellm==1.82.8\n"),
        ("pyproject.toml", '[project]\nname = "a"\nversion = "1"\ndependencies = ["litellm==1.82.8"]\n'),
        ("requirements.txt", "deepseeek\n"),
    ],
)
def test_a_malicious_release_is_found_wherever_it_is_fixed(path, text):
    assert len(findings_of("dependency/malicious-release", {path: text})) == 1


def test_a_malicious_release_that_is_excluded_is_left_alone():
    assert findings_of("dependency/malicious-release", {"requirements.txt": "litellm!=1.82.7,!=1.82.8\n"}) == ()


@given(st.sampled_from(sorted(_POPULAR | _REAL)))
def test_no_known_package_looks_like_another(name):
    assert looks_like(name) == ""


@given(st.sampled_from(sorted(name for name in _POPULAR if len(name) > 6)), st.data())
def test_swapped_letters_within_a_popular_name_are_a_misspelling(name, data):
    at = data.draw(st.integers(1, len(name) - 3))
    slip = name[:at] + name[at + 1] + name[at] + name[at + 2 :]

    assert slip == name or slip in _POPULAR | _REAL or looks_like(slip) != ""


ORDINARY = """
    torchx xformers grequests urequests tensorboardx pandasai openai-whisper ollama-python langchain2 requests-oauthlib
    numpy scipy boto3 flask jinja2 keras redis typer whisperx lmflow ctransformers pyarrow-hotfix dspy ragas faiss
"""


@pytest.mark.parametrize("name", ORDINARY.split())
def test_packages_of_their_own_are_no_misspellings(name):
    assert looks_like(name) == ""


PATHS = (
    "requirements.txt", "pyproject.toml", "package.json", "Dockerfile", "uv.lock", "pip.conf",
    ".github/workflows/a.yml",
)  # fmt: skip


@settings(max_examples=100)
@given(st.text(max_size=200), st.sampled_from(PATHS))
def test_no_text_makes_the_rules_fail(text, path):
    found = findings_of("dependency/*", {path: text + "\nid-token: write litellm\n"})

    assert all(one.line >= 1 for one in found)


@given(st.lists(st.text("ab=1# \\", max_size=8), max_size=8))
def test_logical_lines_are_numbered_in_order_and_are_never_empty(pieces):
    found = list(logical_lines("\n".join(pieces)))

    assert [number for number, _ in found] == sorted({number for number, _ in found})
    assert all(line for _, line in found)


@pytest.mark.parametrize(
    ("url", "moving"),
    [
        ("git+https://h.test/a/b", True),
        ("git+https://h.test/a/b@v1.2", True),
        ("git+ssh://git@h.test/a/b", True),
        (f"git+ssh://git@h.test/a/b@{COMMIT}", False),
        (f"git+https://h.test/a/b@{COMMIT}#egg=b", False),
        ("https://h.test/b-1.0.whl", False),
    ],
)
def test_an_address_can_move_unless_it_names_a_commit(url, moving):
    assert is_moving(url) is moving


def test_a_lock_further_up_counts():
    files = {"apps/desk/requirements.txt": "openai>=1\n", "uv.lock": "version = 1\n"}

    assert "unpinned" not in rules_for(files)


@pytest.mark.parametrize(
    ("wanted", "rule"),
    [
        ("*", "node-any-version"),
        ("", "node-any-version"),
        ("acme/helper", "node-moving-source"),
        ("git+ssh://git@h.test/a.git", "node-moving-source"),
        ("^1.2.0", None),
        ("workspace:*", None),
        ("file:../x", None),
        ("npm:other@^1", None),
        (f"github:acme/helper#{COMMIT}", None),
    ],
)
def test_what_a_package_json_asks_for_is_judged_by_how_fixed_it_is(wanted, rule):
    text = f'{{"dependencies": {{"helper": "{wanted}"}}}}'

    found = rules_for({"package.json": text, "package-lock.json": "{}"})

    assert found == ({rule} if rule else set())
