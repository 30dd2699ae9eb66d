import json
import os
import subprocess
from datetime import UTC, datetime

import pytest

from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.adapters.manifest.materials import read_materials
from roadworthy.adapters.manifest.text import manifest_yaml
from roadworthy.adapters.repository.python_source import read_python
from roadworthy.adapters.repository.scan import Bounds, scan
from roadworthy.adapters.repository.tool_shapes import servers_in, tools_in
from roadworthy.core.errors import ConfigError, ManifestError
from roadworthy.inventory.draft import draft
from roadworthy.inventory.freeze import freeze
from roadworthy.inventory.questions import Answers

RAG = {
    "pyproject.toml": """
[project]
name = "Support Desk"
version = "2026.1"
description = "Answers customers: politely"
dependencies = ["openai>=1.0", "chromadb", "flask"]
""",
    "src/desk/main.py": '''
MODEL = "gpt-4o-2024-08-06"
EMBEDDING = "text-embedding-3-small"
SYSTEM_PROMPT = """You are a helpful assistant."""
TOOLS = [{"type": "function", "function": {"name": "refund_order", "description": "Pays: back",
          "parameters": {"type": "object", "properties": {"amount": {"type": "number"}}}}}]

@tool
def search_kb(query: str, limit: int = 3) -> list:
    """Search the knowledge base."""
''',
    "prompts/answer.txt": "You are a support agent and you must not lie to the customers of the shop.",
    "prompts/de.txt": "Du bist ein Assistent und antwortest auf die Fragen der Kunden, wenn du es kannst.",
    "kb/returns.md": "Returns take 14 days.",
    "evals/golden.jsonl": "{}",
    "data/orders.csv": "a,b",
    "guardrails/moderation.yaml": "a: b",
    "tests/test_main.py": 'MODEL = "x"',
    "LICENSE": "Apache License\n  Version 2.0, January 2004",
    ".github/CODEOWNERS": "* @acme/support",
    ".env": "OPENAI_MODEL=gpt-4-secret",
}
NODE = {
    "package.json": json.dumps(
        {"name": "@acme/bot", "version": "3.1.0", "license": "MIT", "dependencies": {"@anthropic-ai/sdk": "1"}}
    ),
    "package-lock.json": '{"model": "gpt-4o"}',
    "index.ts": "const m = await client.messages.create({ model: 'claude-sonnet-4-20250514' })",
    "tools.json": json.dumps(
        [{"name": "send_email", "description": "Sends", "input_schema": {"type": "object", "properties": {}}}]
    ),
    "node_modules/x/index.js": "const model = 'gpt-4o'",
}
AGENT = {
    "agent.py": "import mcp\n",
    "models/SmolLM2-360M-Instruct-Q8_0.gguf": "weights",
    "config.yaml": "model: HuggingFaceTB/SmolLM2-360M-Instruct\n",
    ".mcp.json": json.dumps(
        {
            "mcpServers": {
                "files": {"command": "npx", "args": ["-y", "@mcp/files@2.1.0", "--token", "sk-secret"]},
                "web": {"url": "https://user:pw@mcp.example.test:8443/sse?key=sk-secret"},
                "own": {"command": "/opt/bin/own", "args": ["--password=sk-secret"]},
            }
        }
    ),
}


@pytest.fixture
def repository(tmp_path):
    root = tmp_path / "shop"
    root.mkdir()

    def make(files):
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return root

    return make


def keys(findings):
    return [component.key for component in draft(findings, Answers()).manifest.components]


@pytest.mark.parametrize("files", [RAG, NODE, AGENT, {"README.md": "hello"}], ids=["rag", "node", "agent", "bare"])
def test_a_drafted_manifest_loads_again_and_freezes(repository, files):
    root = repository(files)
    made = draft(scan(root), Answers())
    path = root / "roadworthy.yaml"
    path.write_text(manifest_yaml(made), encoding="utf-8")

    manifest = load_manifest(path)
    release = freeze(manifest, read_materials(manifest, path=path), now=datetime(2026, 1, 1, tzinfo=UTC))

    assert manifest == made.manifest
    assert len(release.components) == len(made.manifest.components)


def test_a_rag_application_is_seen_whole(repository):
    findings = scan(repository(RAG))

    assert [m.model.name for m in findings.models] == ["gpt-4o-2024-08-06", "text-embedding-3-small"]
    assert findings.prompts == ("prompts/answer.txt", "prompts/de.txt")
    assert findings.prompt_constants == ("src/desk/main.py:4 SYSTEM_PROMPT",)
    assert [t.name for t in findings.tools] == ["refund_order", "search_kb"]
    assert findings.knowledge == ("kb",)
    assert [(d.path, d.role) for d in findings.datasets] == [
        ("data/orders.csv", None),
        ("evals/golden.jsonl", "golden"),
    ]
    assert findings.guards == ("guardrails/moderation.yaml",)
    assert findings.languages == ("de", "en")
    assert findings.dependencies == ("chromadb", "openai")
    assert findings.code == ("pyproject.toml", "src/**")


def test_the_projects_own_words_are_used(repository):
    project = scan(repository(RAG)).project

    assert (project.name, project.version, project.licence, project.owner) == (
        "Support Desk", "2026.1", "Apache-2.0", "@acme/support",
    )  # fmt: skip


def test_a_node_application_is_seen_without_its_dependencies_and_locks(repository):
    findings = scan(repository(NODE))

    assert [m.model.name for m in findings.models] == ["claude-sonnet-4-20250514"]
    assert [t.name for t in findings.tools] == ["send_email"]
    assert findings.project.licence == "MIT"


def test_an_agent_with_a_local_model_and_mcp_servers(repository):
    assert keys(scan(repository(AGENT))) == ["smollm2-360m-instruct-q8-0", "files", "own", "web", "application"]


def test_mcp_servers_are_named_without_their_secrets(repository):
    text = manifest_yaml(draft(scan(repository(AGENT)), Answers()))

    assert "sk-secret" not in text
    assert "user:pw" not in text
    assert "pkg:npm/@mcp/files" in text
    assert "https://mcp.example.test:8443/sse" in text


def test_the_environments_own_file_is_never_read(repository):
    assert "gpt-4-secret" not in manifest_yaml(draft(scan(repository(RAG)), Answers()))


def test_the_same_repository_gives_the_same_text(repository):
    root = repository(RAG)

    assert manifest_yaml(draft(scan(root), Answers())) == manifest_yaml(draft(scan(root), Answers()))


def test_an_existing_manifest_does_not_change_what_is_found(repository):
    root = repository(RAG)
    before = scan(root)
    (root / "roadworthy.yaml").write_text("schema: x")

    assert scan(root) == before


def test_what_is_not_stated_is_said_in_comments(repository):
    text = manifest_yaml(draft(scan(repository({"a.py": ""})), Answers()))

    assert 'purpose: ""' in text
    assert "# data_classes:  not stated" in text
    assert "data_classes:" not in [line.strip()[:13] for line in text.splitlines() if "#" not in line]


def test_an_empty_folder_is_refused(repository):
    with pytest.raises(ManifestError, match=r"holds no files"):
        draft(scan(repository({})), Answers())


def test_what_is_no_folder_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"is not a folder"):
        scan(tmp_path / "nowhere")


def test_what_git_ignores_is_passed_over_but_for_model_files(repository):
    root = repository({**AGENT, ".gitignore": "*.gguf\nprivate/\n", "private/a.py": 'M = "gpt-4o"'})
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)

    findings = scan(root)

    assert findings.model_files == ("models/SmolLM2-360M-Instruct-Q8_0.gguf",)
    assert "gpt-4o" not in [m.model.name for m in findings.models]


@pytest.mark.parametrize("name", ["venv", "myenv", "node_modules", "vendor", ".venv"])
def test_foreign_code_is_passed_over(repository, name):
    files = {f"{name}/lib/a.py": 'M = "gpt-4o"', f"{name}/pyvenv.cfg": "home = x", "a.py": ""}

    findings = scan(repository(files))

    assert (findings.models, findings.code) == ((), ("*.py",))


def test_many_prompts_become_their_folder(repository):
    findings = scan(repository({f"prompts/{n}.txt": "x" for n in range(50)}))

    assert findings.prompts == ("prompts",)


HOSTILE = {
    "binary.py": b"\x00\x01" * 100,
    "latin.py": 'MODEL = "gpt-4o"  # caf\xe9'.encode("latin-1"),
    "deep.py": "x = " + "(" * 5000 + ")" * 5000,
    "sum.py": "x = " + "1+" * 20_000 + "1",
    "broken.py": "def (",
    "deep.json": '{"parameters": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "bomb.yaml": "parameters: &a [x]\n" + "".join(f"b{n}: [*a, *a]\n" for n in range(200)),
    "package.json": "[" * 100_000,
    "pyproject.toml": "[project\n",
    "line.js": "a" * 400_000 + ' model="' + "x" * 10_000,
    ".mcp.json": '{"mcpServers": {"a": {"url": "http://[bad"}, "b": 1, "c": {"command": 3}}}',
    "prompts/\u202eevil\n.txt": "You are\x00 bad",
}


@pytest.mark.timeout(90)
def test_hostile_files_neither_stop_nor_slow_the_look(repository):
    root = repository(HOSTILE)
    (root / "loop").symlink_to(root)
    (root / "self").symlink_to("self")
    os.mkfifo(root / "pipe.py")
    with (root / "huge.py").open("wb") as handle:
        handle.truncate(4 * 1024**3)

    findings = scan(root)

    assert [m.model.name for m in findings.models] == ["gpt-4o"]


def test_a_draft_of_hostile_names_still_loads(repository):
    root = repository(HOSTILE)
    path = root / "roadworthy.yaml"
    path.write_text(manifest_yaml(draft(scan(root), Answers())), encoding="utf-8")

    assert "prompts/\u202eevil\n.txt" in [getattr(c, "path", "") for c in load_manifest(path).components]


def test_a_link_out_of_the_repository_is_not_followed(repository, tmp_path):
    (tmp_path / "secret.py").write_text('M = "gpt-4o"')
    root = repository({"a.py": ""})
    (root / "link.py").symlink_to(tmp_path / "secret.py")
    (root / "folder").symlink_to(tmp_path)

    assert scan(root).models == ()


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_twenty_thousand_files_are_read(repository):
    root = repository({f"src/d{n % 100}/f{n}.py": 'M = "gpt-4o"\n' for n in range(20_000)})

    findings = scan(root)

    assert findings.num_files == 20_000


@pytest.mark.parametrize(
    ("bounds", "note"),
    [
        (Bounds(max_files=3), "files after the first 3"),
        (Bounds(max_bytes=10), "the contents of some files"),
        (Bounds(max_seconds=0.0), "files after the first 0"),
    ],
)
def test_what_was_too_much_is_said(repository, bounds, note):
    notes = scan(repository({f"{n}.py": "a = 1" for n in range(9)}), bounds=bounds).notes

    assert any(note in said for said in notes)


def test_decorated_functions_become_schemas():
    source = '''
class A:
    @mcp.tool(name="x")
    async def get_order(self, order_id: str, verbose: bool = False, *, tags: list[str], other=None) -> str:
        """Look up an order.

        More.
        """
'''
    (tool,) = read_python(source, place="a.py").tools

    assert (tool.name, tool.description, tool.place) == ("get_order", "Look up an order.", "a.py:4")
    assert tool.arguments == {
        "type": "object",
        "properties": {"order_id": {"type": "string"}, "verbose": {"type": "boolean"}, "tags": {"type": "array"},
                       "other": {}},
        "required": ["order_id", "tags"],
    }  # fmt: skip


@pytest.mark.parametrize(
    "shape",
    [
        {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}},
        {"type": "function", "name": "f", "parameters": {"type": "object"}},
        {"name": "f", "input_schema": {"type": "object"}},
        {"tools": [{"name": "f", "inputSchema": {"type": "object"}}]},
        {"type": "function", "function": {"name": "f"}},
    ],
)
def test_tools_are_told_by_their_shape(shape):
    assert [tool.name for tool in tools_in(shape, place="a")] == ["f"]


@pytest.mark.parametrize(
    "shape",
    [
        {"name": "f"},
        {"name": "f", "input_schema": "x"},
        {"name": "a b", "input_schema": {"type": "object"}},
        [],
        None,
        3,
    ],
)
def test_what_only_resembles_a_tool_is_none(shape):
    assert list(tools_in(shape, place="a")) == []


@pytest.mark.parametrize("data", [None, [], {"mcpServers": []}, {"mcpServers": {"a": None}}])
def test_what_only_resembles_mcp_configuration_is_none(data):
    assert list(servers_in(data, place="a")) == []
