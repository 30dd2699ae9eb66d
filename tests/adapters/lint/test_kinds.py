"""What a file is, by name, folder, manifest and a little content."""

import pytest

from roadworthy.adapters.lint.memory import repository_of
from roadworthy.lint.model import FileKind as K

MANIFEST = """\
schema: roadworthy/manifest/v1
system: {key: desk, name: Desk, version: "1", purpose: Answers}
components:
  - {type: prompt, key: greeting, path: app/words/greeting.md}
  - {type: dataset, key: rows, path: things/rows.json}
  - {type: index, key: kb, path: handbook}
  - {type: model, key: model, path: bin/model.dat}
"""


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ("roadworthy.yaml", {K.MANIFEST}),
        ("app/prompts/answer.txt", {K.PROMPT}),
        ("app/answer.prompty", {K.PROMPT}),
        ("app/main.py", {K.PYTHON}),
        ("web/chat.ts", {K.SCRIPT}),
        ("run.sh", {K.SCRIPT}),
        ("notebooks/a.ipynb", {K.SCRIPT}),
        (".mcp.json", {K.MCP}),
        (".cursor/mcp.json", {K.MCP}),
        ("config/agents.yaml", {K.AGENTS}),
        ("config/tools.json", {K.TOOLS}),
        ("config/retrieval.yaml", {K.RETRIEVAL}),
        ("config/guardrails.yaml", {K.GUARD}),
        ("models/x.safetensors", {K.MODEL}),
        ("models/pytorch_model.bin", {K.MODEL}),
        ("data/rows.csv", {K.DATASET}),
        ("data/README.md", {K.DATA_DOCUMENT}),
        ("docs/datasheet.md", {K.DATA_DOCUMENT}),
        ("docs/kb/returns.md", set()),
        ("knowledge/returns.html", {K.KNOWLEDGE}),
        ("requirements-dev.txt", {K.DEPENDENCIES}),
        ("pyproject.toml", {K.DEPENDENCIES}),
        ("Dockerfile", {K.DEPENDENCIES}),
        (".github/workflows/ci.yml", {K.DEPENDENCIES}),
        ("LICENSE", {K.LICENCE}),
        ("COPYING.txt", {K.LICENCE}),
        (".env", {K.ENVIRONMENT}),
        (".env.local", {K.ENVIRONMENT}),
        ("config/app.yaml", {K.CONFIG}),
        ("settings.toml", {K.CONFIG}),
        ("logo.png", {K.OTHER}),
        ("README.md", {K.OTHER}),
        ("tests/test_app.py", {K.TEST}),
        ("tests/prompts/evil.txt", {K.TEST}),
        ("tests/data/x.pkl", {K.TEST, K.MODEL}),
        ("tests/.env", {K.TEST, K.ENVIRONMENT}),
    ],
)
def test_a_name_tells_what_a_file_is(path, kinds):
    assert repository_of({path: "x"}).files[path].kinds == (kinds or {K.KNOWLEDGE})


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        ("a.json", '{"mcpServers": {}}', K.MCP),
        ("a.json", '[{"name": "x", "inputSchema": {}}]', K.TOOLS),
        ("a.yaml", "max_iterations: 3\n", K.AGENTS),
        ("a.yaml", "retriever:\n  top_k: 3\n", K.RETRIEVAL),
        ("a.yaml", "rails:\n  input: {}\n", K.GUARD),
        ("notes.txt", "You are a helpful assistant.", K.PROMPT),
    ],
)
def test_content_tells_where_the_name_does_not(path, text, kind):
    assert kind in repository_of({path: text}).files[path].kinds


def test_the_manifest_says_what_names_do_not():
    files = {"app/words/greeting.md": "x", "things/rows.json": "[]", "handbook/a.md": "x", "bin/model.dat": "x"}
    found = repository_of({**files, "roadworthy.yaml": MANIFEST}).files

    assert [found[path].kinds for path in files] == [{K.PROMPT}, {K.DATASET}, {K.KNOWLEDGE}, {K.MODEL}]
    assert [found[path].component for path in files] == ["greeting", "rows", "kb", "model"]


@pytest.mark.parametrize("manifest", ["", "schema: [", "a: 1", "schema: roadworthy/manifest/v1\n"])
def test_a_manifest_that_does_not_read_leaves_the_rest_to_names(manifest):
    repository = repository_of({"roadworthy.yaml": manifest, "app/prompts/a.txt": "x"})

    assert repository.manifest is None
    assert repository.files["app/prompts/a.txt"].kinds == {K.PROMPT}
