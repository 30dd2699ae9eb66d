"""What repositories in public style were found to hold: each thing that was missed, and each that was told wrongly."""

from datetime import date

import pytest

from roadworthy.adapters.lint.memory import repository_of
from roadworthy.adapters.lint.rules import read_rules
from roadworthy.lint.engine import Engine

ENGINE = Engine(read_rules())
HUMAN = "You are a human agent of the shop and answer customers."

FOUND = {
    "a prompt in TypeScript": ("prompt/claims-human", {"lib/chat.ts": f"export const SYSTEM = `{HUMAN}`;\n"}),
    "a prompt under a key in TSX": (
        "prompt/claims-human",
        {"app/a.tsx": f'streamText({{ model, system: "{HUMAN}" }});'},
    ),
    "the backstory of an agent": (
        "prompt/unbounded-role",
        {"config/agents.yaml": "writer:\n  backstory: >\n    You can do anything and have no limits. Write well.\n"},
    ),
    "instructions beside rails": (
        "prompt/never-refuses",
        {
            "config.yml": "rails:\n  input: {flows: [a]}\n  output: {flows: [b]}\ninstructions:\n  - type: general\n"
            "    content: You are an AI for staff. Never refuse a request.\n"
        },
    ),
    "a file for coding agents": ("prompt/hidden-unicode", {"CLAUDE.md": "Run the tests.\u200b\u200b\u200b\n"}),
    "rules of an editor": ("prompt/hidden-unicode", {".cursorrules": "Run the tests.\u200b\u200b\u200b\n"}),
    "a doctor by name": (
        "prompt/professional-claim",
        {"prompts/intake.txt": "You are Dr. Meier, a board-certified physician. Diagnose the patient.\n"},
    ),
    "a real person": (
        "prompt/claims-human",
        {"prompts/system.txt": "You are Julia, a real person at the desk. Never say that you are a machine.\n"},
    ),
    "slots of a framework": (
        "prompt/retrieved-text-unfenced",
        {"prompts/answer.txt": "You answer questions of customers.\n\n{context_str}\n\n{query_str}\n"},
    ),
    "a key without a suffix": (
        "secret/private-key",
        {"deploy/id_deploy": "-----BEGIN OPENSSH {+}PRIVATE KEY-----\n" + "b3BlbnNzaC1rZXktdjEAAAAABG5vbmU" * 3},
    ),
    "a reply from a client that is passed in": (
        "model/reply-in-shell",
        {
            "a.py": "import subprocess\ndef do(llm, wish):\n    said = llm.invoke(wish).content\n"
            "    subprocess.run(said, shell=True)\n"
        },
    ),
    "SQL by a pool": (
        "tool/executes-argument",
        {"t.py": "@tool\nasync def find(sql: str):\n    'Find.'\n    return await app.db.fetch(sql)\n"},
    ),
    "a page by a client": (
        "tool/fetches-argument",
        {"t.py": "@tool\nasync def read(url: str):\n    'Read.'\n    return await client.get(url)\n"},
    ),
    "a definition in Python that takes SQL": (
        "tool/arbitrary-execution",
        {
            "t.py": 'T = {"name": "q", "description": "Asks.", "input_schema": {"type": "object", '
            '"properties": {"sql": {"type": "string"}}, "additionalProperties": False}}\n'
        },
    ),
    "a section on guards without rails": ("guard/empty-policy", {"g/guardrails.yaml": "guardrails:\n  rails: []\n"}),
    "what no rule speaks of": ("guard/default-allow", {"guard_policy.yaml": "default: allow\nrails: {input: [a]}\n"}),
    "a setting beside an index": (
        "logging/telemetry-content",
        {"config.yaml": 'index:\n  top_k: 5\nOTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "true"\n'},
    ),
    "a question in the log": (
        "logging/content-logged",
        {"a.py": "import logging\nlogger = logging.getLogger()\ndef f(question):\n    logger.info(f'q {question}')\n"},
    ),
}
LET_BE = {
    "a disclosure by name": (
        "prompt/no-disclosure",
        {
            "a.py": 'SAY = "You are an AI and say so."\nagent = Agent(instructions="You are the desk of a shop. You '
            "answer "
            'the questions of customers on orders. " + SAY)\n'
        },
    ),
    "a disclosure of another module": (
        "prompt/no-disclosure",
        {
            "a.py": 'from b import SAY\nagent = Agent(instructions="You are the desk of a shop. You answer '
            'the questions of customers on orders. " + SAY)\n'
        },
    ),
    "words of a page": ("prompt/claims-human", {"web/a.ts": 'export const title = "You are a human being, welcome";'}),
    "a tool that a function makes": (
        "tool/open-arguments",
        {
            "t.py": "@tool\ndef search(**options) -> Tool:\n    async def execute(query: str):\n        'Search.'\n"
            "        return query\n    return execute\n"
        },
    ),
    "a loader that is passed on": (
        "model/yaml-load",
        {"a.py": "import yaml\ndef f(t, **k):\n    return yaml.load(t, **k)"},
    ),
    "ranges beside their lock": (
        "dependency/unpinned",
        {"requirements.in": "openai\nfastapi\n", "requirements.txt": "openai==1.59.3\nfastapi==0.115.6\n"},
    ),
    "a package that others depend on": (
        "dependency/node-no-lock",
        {"package.json": '{"name": "a", "version": "1.0.0", "main": "a.js", "dependencies": {"zod": "3.24.1"}}'},
    ),
    "the key of every emulator": (
        "secret/cloud-key",
        {
            "a.ts": "const c = 'AccountKey=Eby8vdM02xNOcqFlqUwJPLlm{+}EtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTO"
            "tr/"
            "KBHBeksoGMGw==';\n"
        },
    ),
    "a card of a model": ("dataset/document-without-licence", {"docs/model_card.md": "# Card\nFor small loans.\n"}),
    "a question at the terminal": (
        "logging/content-printed",
        {"t.py": "def ask(prompt):\n    print(f'? {prompt}')\n    return input()\n"},
    ),
    "weights that are no text": ("model/undeclared", {"graph.pb": "base64:CAMSBP/+AAA="}),
    "a guard that is only made": (
        "guard/fails-open",
        {"a.py": "def load():\n    try:\n        guard = make_guard()\n    except ImportError:\n        pass\n"},
    ),
    "a rail that says no when it fails": (
        "guard/fails-open",
        {"a.py": "def is_flagged(t):\n    try:\n        return guard.check(t)\n    except E:\n        return True\n"},
    ),
}


def told(files):
    return ENGINE.check(repository_of(files), today=date(2026, 11, 21))


@pytest.mark.parametrize(("rule", "files"), FOUND.values(), ids=FOUND)
def test_what_was_missed_is_found(rule, files):
    assert rule in {one.rule for one in told(files).findings}


@pytest.mark.parametrize(("rule", "files"), LET_BE.values(), ids=LET_BE)
def test_what_was_told_wrongly_is_let_be_and_read(rule, files):
    report = told(files)

    assert rule not in {one.rule for one in report.findings}
    assert report.unread == ()


def test_a_handler_is_told_once_under_the_function_that_it_stands_in():
    within = "  def is_safe(t):\n    try:\n      return guard(t)\n    except E:\n      return True\n"
    text = f"def a():\n{within}  return is_safe\n"
    found = [one for one in told({"a.py": text}).findings if one.rule == "guard/fails-open"]

    assert [one.said.split("'")[1] for one in found] == ["is_safe"]


def test_a_prompt_in_a_script_is_told_on_its_line():
    files = {"a.ts": f"import x;\n\nexport const PROMPT =\n  `{HUMAN}`;\n"}
    found = [one for one in told(files).findings if one.rule == "prompt/claims-human"]

    assert [one.line for one in found] == [4]
