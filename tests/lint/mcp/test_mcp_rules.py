"""Which servers of a configuration are faulty, whatever runner, shape or disguise they come in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.adapters.lint.memory import repository_of
from roadworthy.adapters.lint.rules import read_rules
from roadworthy.lint.mcp import DETECTORS
from roadworthy.lint.mcp.servers import servers_in
from roadworthy.lint.mcp.snapshots import tool_list_digest
from roadworthy.lint.model import Area

RULES = {rule.id: rule for rule in read_rules(frozenset([Area.MCP]))}
OF_FILES = sorted({rule.detect.name for rule in RULES.values() if DETECTORS[rule.detect.name].of_file is not None})
SECRET = "q7Hz" + "Pm2kX9aaLw"


def hits(rule: str, config: object, path: str = ".mcp.json"):
    text = config if isinstance(config, str) else json.dumps(config)
    return list(DETECTORS[RULES[rule].detect.name].of_file(repository_of({path: text}).files[path], {}))


def server(**said) -> dict:
    return {"mcpServers": {"notes": said}}


@pytest.mark.parametrize(
    ("command", "args", "floats"),
    [
        ("npx", ["-y", "notes"], True),
        ("npx", ["-y", "@acme/notes@^1.2.0"], True),
        ("npx", ["--yes", "notes@next"], True),
        ("npx", ["-p", "notes@1.2.3", "notes-cli"], False),
        ("npx", ["--package=notes", "notes-cli"], True),
        ("npx.cmd", ["-y", "notes"], True),
        ("/usr/local/bin/npx", ["-y", "@acme/notes@1.2.3-beta.1"], False),
        ("cmd", ["/c", "npx", "-y", "notes"], True),
        ("bunx", ["notes@2.0.0"], False),
        ("pnpm", ["dlx", "notes"], True),
        ("pnpm", ["run", "notes"], False),
        ("uvx", ["notes@1.2.3"], False),
        ("uvx", ["notes[web]==1.2.3"], False),
        ("uvx", ["--from", "notes", "notes-server"], True),
        ("uvx", ["--python", "3.12", "notes==1.0"], False),
        ("uvx", ["--from", "git+https://git.example/a/notes@" + "a" * 40, "notes"], False),
        ("uvx", ["--from", "git+https://git.example/a/notes@main", "notes"], True),
        ("pipx", ["run", "notes"], True),
        ("uv", ["tool", "run", "notes"], True),
        ("uv", ["run", "notes_server.py"], False),
        ("npx", ["./local/server.js"], False),
        ("npx", ["${PACKAGE}"], False),
        ("npx", [], False),
        ("docker", ["run", "-i", "--rm", "acme/notes"], True),
        ("docker", ["run", "-i", "acme/notes:latest"], True),
        ("docker", ["run", "-e", "KEY", "-v", "a:/b", "registry:5000/acme/notes:1.2"], False),
        ("docker", ["run", "registry:5000/acme/notes"], True),
        ("podman", ["run", "acme/notes@sha256:" + "0" * 64], False),
        ("docker", ["compose", "up"], False),
        ("node", ["server.js"], False),
        ("python", ["-m", "notes"], False),
    ],
)
def test_a_server_floats_where_tomorrow_another_package_is_started(command, args, floats):
    assert bool(hits("mcp/unpinned-server", server(command=command, args=args))) is floats


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("http://tools.example.com/mcp", True),
        ("HTTP://tools.example.com", True),
        ("ws://10.1.2.3/mcp", True),
        ("https://tools.example.com/mcp", False),
        ("http://127.0.0.1:8000", False),
        ("http://localhost/mcp", False),
        ("http://[::1]:9/mcp", False),
        ("http://notes:8000/mcp", False),
        ("http://[bad", True),
        ("", False),
    ],
)
def test_plain_http_is_found_where_it_crosses_a_network(url, plain):
    assert bool(hits("mcp/plain-http", server(url=url))) is plain


@pytest.mark.parametrize(
    "said",
    [
        {"command": "x", "env": {"API_KEY": SECRET}},
        {"command": "x", "env": {"GITHUB_PAT": SECRET}},
        {"command": "x", "args": ["--token=" + SECRET]},
        {"command": "x", "args": ["--password", SECRET]},
        {"url": "https://u:" + SECRET + "@tools.example.com"},
        {"url": "https://tools.example.com?access_token=" + SECRET},
        {"url": "https://tools.example.com", "headers": {"X-API-Key": SECRET}},
        {"url": "https://tools.example.com", "headers": {"Authorization": "Bearer " + SECRET}},
    ],
)
def test_a_written_secret_is_found_and_never_shown(said):
    found = hits("mcp/secret-written", server(**said))

    assert len(found) == 1
    assert SECRET not in repr(found)


@pytest.mark.parametrize(
    "said",
    [
        {"command": "x", "env": {"API_KEY": "${API_KEY}", "TOKEN": "$TOKEN", "SECRET": "<your secret>"}},
        {"command": "x", "env": {"API_KEY": "your-api-key-here", "TOKEN": "xxxxxxxxxxxx", "PASSWORD": ""}},
        {
            "command": "x",
            "env": {"MAX_TOKENS": "100000000", "TOKENIZER": "cl100k_base_long", "KEYBOARD": "qwertz-layout"},
        },
        {"command": "x", "env": {"API_KEY": 5, "TOKEN": None}},
        {"command": "x", "args": ["--token", "--verbose"]},
        {"command": "x", "args": ["--token"]},
        {"url": "https://tools.example.com", "headers": {"Authorization": "Bearer ${input:token}"}},
        {"url": "https://tools.example.com?page=aaaaaaaaaaaaaaaa"},
        {"url": "https://[bad"},
    ],
)
def test_what_is_no_secret_is_left_alone(said):
    assert hits("mcp/secret-written", server(**said)) == []


@pytest.mark.parametrize("key", ["mcpServers", "servers", "mcp_servers", "context_servers"])
def test_servers_are_found_under_each_programs_key(key):
    text = json.dumps({key: {"notes": {"command": "npx", "args": ["notes"]}}})
    file = repository_of({".mcp.json": text}).files[".mcp.json"]

    assert [(one.name, one.command) for one in servers_in(file)] == [("notes", "npx")]


def test_a_finding_names_the_line_of_its_server():
    config = server(command="node", args=["a.js"])
    config["mcpServers"]["wiki"] = {"command": "npx", "args": ["wiki"]}
    text = json.dumps(config, indent=2)
    (hit,) = hits("mcp/unpinned-server", text)

    assert '"wiki"' in text.splitlines()[hit.line - 1]


TOOLS = [{"name": "a", "description": "x"}, {"name": "b"}, {"name": "c", "inputSchema": {"type": "object"}}]


def test_credentials_of_a_git_address_are_not_shown():
    args = ["--from", f"git+https://bot:{SECRET}@git.example/acme/notes@main", "notes"]
    (hit,) = hits("mcp/unpinned-server", server(command="uvx", args=args))

    assert SECRET not in repr(hit)
    assert "git.example/acme/notes@main" in hit.said


@given(st.permutations(TOOLS))
def test_the_order_of_a_tool_list_does_not_matter(tools):
    assert tool_list_digest({"tools": tools}) == tool_list_digest({"result": {"tools": sorted(tools, key=str)}})


@pytest.mark.parametrize("change", [{"description": "y"}, {"inputSchema": {}}, {"annotations": {"readOnlyHint": True}}])
def test_every_change_that_a_model_sees_changes_the_digest(change):
    before = {"name": "a", "description": "x"}

    assert tool_list_digest([before]) != tool_list_digest([before | change])


def test_what_a_model_does_not_see_does_not_change_the_digest():
    tools = [{"name": "a", "description": "x"}]

    assert tool_list_digest({"tools": tools, "nextCursor": "z"}) == tool_list_digest([{**tools[0], "_meta": {"t": 1}}])


@pytest.mark.parametrize(
    "answer", [None, "tools", {}, {"tools": "a"}, [1], {"tools": [None]}, [{"name": float("nan")}]]
)
def test_what_is_no_tool_list_has_no_digest(answer):
    assert tool_list_digest(answer) is None


MANIFEST = """\
schema: roadworthy/manifest/v1
system: {key: desk, name: Desk, version: 1.0.0, purpose: Answers.}
components:
  - {type: mcp_server, key: notes, uri: https://tools.example.com}
"""


def test_a_kept_list_that_nobody_pinned_is_told_with_its_digest():
    tools = {"tools": [{"name": "list_notes"}]}
    repository = repository_of({"roadworthy.yaml": MANIFEST, "mcp/notes.tools.json": json.dumps(tools)})
    (hit,) = DETECTORS["mcp.tools-unpinned"].of_repository(repository, {})

    assert tool_list_digest(tools) in hit.said
    assert (hit.path, hit.line) == ("roadworthy.yaml", 4)


@pytest.mark.parametrize("detector", OF_FILES)
@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "null", '{"mcpServers": []}', '{"mcpServers": {"a": null}}',
        '{"mcpServers": {"a": {"command": 3}}}',
        '{"mcpServers": {"a": {"command": [], "args": {"b": 1}, "env": [1], "url": 7, "headers": "x"}}}',
        '{"mcpServers": {"a": {"command": "docker", "args": ["run", "-v"]}, "b": {"url": null, "autoApprove": {}}}}',
        '{"mcpServers": {"a": {"command": "npx", "args": ["-p"]}, "": {"url": "http://"}}}',
    ],
)  # fmt: skip
def test_a_broken_configuration_makes_no_rule_stumble(detector, text):
    file = repository_of({".mcp.json": text}).files[".mcp.json"]

    assert all(hit.line >= 1 for hit in DETECTORS[detector].of_file(file, {}))


@pytest.mark.parametrize(
    ("text", "floats"),
    [
        ("mcp.StdioServerParameters(command='npx', args=['-y', 'notes'])", True),
        ("MCPServerStdio(params={'command': 'uvx', 'args': ['notes']})", True),
        ("MCPToolset({'notes': {'command': 'npx', 'args': ['notes@latest']}})", True),
        ("StdioServerParameters(command='npx', args=['-y', 'notes@1.2.3'])  # mcp", False),
        ("StdioServerParameters(command=command, args=args)  # mcp", False),
        ("StdioServerParameters(command='npx', args=['-y', package])  # mcp", False),
        ("x = {'command': 'npx', 'help': 'starts mcp'}", False),
        ("x = {**servers, 'mcp': 1}", False),
    ],
)
def test_servers_that_are_written_in_python_are_read_too(text, floats):
    assert bool(hits("mcp/unpinned-server", text, "app/client.py")) is floats


@pytest.mark.parametrize("detector", OF_FILES)
@pytest.mark.parametrize(
    "text", ["mcp(", "# mcp", "x = {None: 1, **mcp}", "MCPServerStdio(**mcp)", "mcp = {'args': 1, 'command': 2}"]
)
def test_odd_source_makes_no_rule_stumble(detector, text):
    assert list(DETECTORS[detector].of_file(repository_of({"a.py": text}).files["a.py"], {})) == []
