"""Agents: what a route joins through others, which loops end, and which brakes are off."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.adapters.lint.memory import repository_of
from roadworthy.adapters.lint.rules import read_rules
from roadworthy.lint.agents import DETECTORS
from roadworthy.lint.model import Area

RULES = {rule.id: rule for rule in read_rules(frozenset([Area.AGENT]))}
HEAD = (
    "schema: roadworthy/manifest/v1\nsystem: {key: desk, name: Desk, version: 1.0.0, purpose: Answers.}\ncomponents:\n"
)
TOOL = "arguments: {type: object}"
PARTS = [
    "{type: hosted_model, key: llm, provider: acme, model: m, pin: alias}",
    "{type: dataset, key: orders, path: data, personal_data: true}",
    "{type: index, key: forum, path: kb, trusted: false}",
    f"{{type: tool, key: look_up, description: Looks., {TOOL}, side_effects: [read], uses: [orders]}}",
    f"{{type: tool, key: find, description: Finds., {TOOL}, side_effects: [read], uses: [forum]}}",
    f"{{type: tool, key: mail, description: Mails., {TOOL}, side_effects: [send]}}",
]


def hits(rule: str, files: dict[str, str]):
    repository, asked = repository_of(files), RULES[rule]
    detector = DETECTORS[asked.detect.name]
    if detector.of_repository is not None:
        return list(detector.of_repository(repository, asked.detect.parameters))
    return [hit for file in repository.of_kind(*asked.kinds) for hit in detector.of_file(file, asked.detect.parameters)]


def manifest(*components: str) -> dict[str, str]:
    return {"roadworthy.yaml": HEAD + "".join(f"  - {one}\n" for one in (*PARTS, *components))}


def agent(key: str, *uses: str, steps: str = "max_steps: 3") -> str:
    return f"{{type: agent, key: {key}, description: Acts., uses: [{', '.join(uses)}], {steps}}}"


def test_the_lethal_combination_is_found_through_other_agents():
    files = manifest(agent("front", "llm", "back", "mail"), agent("back", "look_up", "find"))
    (hit,) = hits("agent/lethal-combination", files)

    assert all(part in hit.said for part in ("front", "orders", "forum", "mail"))
    assert files["roadworthy.yaml"].splitlines()[hit.line - 1].startswith("  - {type: agent, key: front")


@pytest.mark.parametrize("missing", ["look_up", "find", "mail"])
def test_two_of_the_three_are_not_lethal(missing):
    uses = [part for part in ("look_up", "find", "mail") if part != missing]

    assert hits("agent/lethal-combination", manifest(agent("front", "llm", *uses))) == []


@pytest.mark.parametrize(
    ("key", "strange"), [("fetch_url", True), ("read_emails", True), ("search_web", True), ("read_order", False)]
)
def test_a_tool_that_uses_nothing_stated_is_known_by_its_name(key, strange):
    tool = f"{{type: tool, key: {key}, description: Reads., {TOOL}, side_effects: [read]}}"
    files = manifest(tool, agent("front", "look_up", key, "mail"))

    assert bool(hits("agent/lethal-combination", files)) is strange


@given(st.permutations(["llm", "look_up", "find", "mail"]))
def test_the_order_of_uses_does_not_matter(uses):
    assert len(hits("agent/lethal-combination", manifest(agent("front", *uses)))) == 1


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), max_size=8))
def test_a_circle_is_found_exactly_where_an_agent_reaches_itself(edges):
    files = manifest(*(agent(key, *sorted({to for start, to in edges if start == key})) for key in "abcd"))
    reached = {key: {to for start, to in edges if start == key} for key in "abcd"}
    for _ in "abcd":
        reached = {key: to.union(*(reached[one] for one in to)) for key, to in reached.items()}

    assert {hit.subject for hit in hits("agent/circle", files)} == {key for key in "abcd" if key in reached[key]}


@pytest.mark.parametrize(("steps", "found"), [("max_steps: 0", 1), ("max_steps: 100", 0), ("max_steps: 101", 1)])
def test_a_bound_lies_between_one_and_the_most(steps, found):
    assert len(hits("agent/too-many-steps", manifest(agent("front", "llm", steps=steps)))) == found


@pytest.mark.parametrize(
    "body",
    [
        "reply = client.responses.create(model='m', input=x)\n        if not reply.output:\n            break",
        "reply = await client.chat.completions.create(model='m', messages=x)",
        "x = llm.invoke(x)",
        "x = litellm.completion(model='m', messages=x)",
    ],
)
def test_a_loop_that_only_the_model_ends_is_found(body):
    text = f"async def run(client, llm, x):\n    while True:\n        {body}\n"

    assert len(hits("agent/endless-loop", {"a.py": text})) == 1


@pytest.mark.parametrize(
    "body",
    [
        "x = input()\n        print(llm.invoke(x))",
        "job = queue.get()\n        llm.invoke(job)",
        "time.sleep(5)\n        llm.invoke(x)",
        "tries += 1\n        llm.invoke(x)",
        "if clock() > deadline:\n            break\n        llm.invoke(x)",
        "text = await socket.receive_text()\n        llm.invoke(text)",
        "serve_forever()",
    ],
)
def test_a_loop_that_waits_or_counts_is_left_alone(body):
    assert hits("agent/endless-loop", {"a.py": f"async def run(llm, x):\n    while True:\n        {body}\n"}) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("AgentExecutor(agent=a, max_iterations=-1)", 1),
        ("create_react_agent(m, max_steps=100000)", 1),
        ("Runner.run(a, max_turns=None)", 1),
        ("graph.invoke(x, {'recursion_limit': 5000})", 1),
        ("AgentExecutor(agent=a, max_iterations=25)", 0),
        ("LogisticRegression(max_iter=10000)", 0),
        ("TrainingArguments(max_steps=100000)", 0),
        ("sys.setrecursionlimit(10000)", 0),
        ("graph.invoke(x, {'recursion_limit': limit})", 0),
    ],
)
def test_a_bound_that_is_off_is_told_from_numbers_of_other_things(text, found):
    assert len(hits("agent/bound-off", {"a.py": f"import agents\n{text}\n"})) == found


def test_training_settings_are_not_taken_for_an_agents():
    text = "trainer:\n  max_steps: 100000\n  learning_rate: 0.1\n"

    assert hits("agent/bound-off-in-data", {"train.yaml": text}) == []


@pytest.mark.parametrize(
    ("rule", "text", "found"),
    [
        ("agent/approval-off", "Agent(allow_dangerous_requests=True)", 1),
        ("agent/approval-off", "Agent(auto_approve=False)", 0),
        ("agent/approval-off", "AssistantAgent('a', human_input_mode='NEVER')", 0),
        ("agent/approval-off", "x = {'require_approval': 'always'}", 0),
        ("agent/permissions-skipped", "Options(permission_mode='bypassPermissions')", 1),
        ("agent/permissions-skipped", "x = ['--yolo']", 1),
        ("agent/permissions-skipped", "html = dangerously_set_inner_html(x)", 0),
        ("agent/permissions-skipped", "x = '--dangerously-skip-permissions is refused'", 0),
        ("agent/unsandboxed-code", "CodeAgent(additional_authorized_imports=['*'])", 1),
        ("agent/unsandboxed-code", "Agent(code_execution_mode='unsafe')", 1),
        ("agent/unsandboxed-code", "CodeAgent(additional_authorized_imports=['math'])", 0),
        ("agent/unsandboxed-code", "class PythonREPL:\n    pass", 0),
    ],
)
def test_a_brake_is_off_only_where_code_switches_it_off(rule, text, found):
    assert len(hits(rule, {"a.py": text + "\n"})) == found


@pytest.mark.parametrize("name", sorted(name for name, one in DETECTORS.items() if one.of_file is not None))
@pytest.mark.parametrize("text", ["", "while True", "x = {**y}", "f(**k)", "a = [*b]", "\0", "@app.get\ndef f(): pass"])
@pytest.mark.parametrize("path", ["a.py", "agents.yaml", "agents.json"])
def test_odd_source_makes_no_rule_stumble(name, text, path):
    file = repository_of({path: text}).files[path]

    assert list(DETECTORS[name].of_file(file, {"most": 200})) == []


def test_a_repository_without_a_manifest_has_no_routes():
    found = [
        hit
        for one in DETECTORS.values()
        if one.of_repository
        for hit in one.of_repository(repository_of({}), {"most": 9})
    ]

    assert found == []
