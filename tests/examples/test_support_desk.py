"""The reference application: its parts with a scripted model, its files, and the whole with the real one."""

from __future__ import annotations

import asyncio
import hashlib
import json
import subprocess
import sys
import urllib.request
from collections import Counter
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from fakes.local_server import LocalServer

ROOT = Path(__file__).parents[2] / "examples" / "support-desk"
MODEL = ROOT / ".model" / "SmolLM2-135M-Instruct.Q4_1.gguf"
sys.path.insert(0, str(ROOT))

from support_desk.orders import load_shop  # noqa: E402 - the example is no installed package
from support_desk.retrieval import Index, load_passages  # noqa: E402
from support_desk.service import build_app  # noqa: E402
from support_desk.tools import TOOLS  # noqa: E402

from roadworthy.adapters.manifest.load import load_manifest  # noqa: E402
from roadworthy.adapters.tasks import load_tasks  # noqa: E402
from roadworthy.evals.scorers.registry import build  # noqa: E402
from roadworthy.policy.categories import CATEGORIES  # noqa: E402


@pytest.fixture(scope="module")
def manifest():
    return load_manifest(ROOT / "roadworthy.yaml")


@pytest.fixture(scope="module")
def tasks(manifest):
    return load_tasks(ROOT, manifest.tasks)


class ScriptedModel:
    """Says what it is told to, in order, and keeps what it was asked."""

    def __init__(self, *replies: str) -> None:
        self.replies = list(replies)
        self.asked: list[dict] = []

    async def handle(self, request: web.Request) -> web.Response:
        self.asked.append(await request.json())
        message = {"role": "assistant", "content": self.replies.pop(0)}
        usage = {"prompt_tokens": 5, "completion_tokens": 3}
        return web.json_response({"choices": [{"message": message, "finish_reason": "stop"}], "usage": usage})


def asked(model: ScriptedModel, *bodies: dict) -> list[tuple[int, dict]]:
    """Put requests to the service, with ``model`` behind it."""

    async def put(url: str) -> list[tuple[int, dict]]:
        found = []
        async with TestClient(TestServer(build_app(root=ROOT, model_url=url))) as client:
            for body in bodies:
                response = await client.post("/v1/chat/completions", json=body)
                found.append((response.status, await response.json()))
        return found

    with LocalServer(model.handle) as server:
        return asyncio.run(put(server.url))


def question(text: str, model: str = "support-desk") -> dict:
    return {"model": model, "messages": [{"role": "user", "content": text}]}


def test_an_answer_reports_its_passages_components_and_the_digests_of_its_prompts():
    model = ScriptedModel("Within 30 days.")
    [(status, body)] = asked(model, question("How long may I return goods?", "support-desk-help"))
    extra = body["roadworthy"]
    answer = hashlib.sha256((ROOT / "prompts" / "answer.md").read_bytes()).hexdigest()

    assert status == 200
    assert {"answer-prompt", "kb", "wren-model"} <= set(extra["components"])
    assert extra["digests"]["answer-prompt"] == f"sha256:{answer}"
    assert any("30 days" in passage["text"] for passage in extra["contexts"])
    assert "30 days" in model.asked[0]["messages"][-1]["content"]


def test_the_model_chooses_a_tool_and_its_result_is_told():
    action = json.dumps({"action": "refund", "order": "1001", "amount": 20})
    model = ScriptedModel(action, "Done.")
    [(_, body)] = asked(model, question("Refund 20 euros for order 1001."))

    assert body["roadworthy"]["tool_calls"] == [{"name": "refund", "arguments": {"order": "1001", "amount": 20}}]
    assert "refunded" in model.asked[1]["messages"][-1]["content"]
    assert "response_format" in model.asked[0]


@pytest.mark.parametrize(("amount", "said"), [(50, "refunded"), (50.01, "error"), (-1, "error"), (1e9, "error")])
def test_the_refund_limit_is_enforced_in_code(amount, said):
    shop = load_shop(ROOT / "data" / "orders.json")
    result = TOOLS["refund"].run(shop, {"order": "1004", "amount": amount})

    assert said in (result.get("status"), *result)
    assert bool(shop.refunds) == (said == "refunded")


@pytest.mark.parametrize(
    "body",
    [{}, [], "text", {"model": "support-desk"}, question("hi", "another"), {**question("hi"), "stream": True}],
)
def test_malformed_requests_are_client_errors_and_ask_no_model(body):
    model = ScriptedModel()
    [(status, answer)] = asked(model, body)

    assert 400 <= status < 500
    assert answer["error"]["message"]
    assert model.asked == []


def test_a_model_that_is_down_is_a_server_error():
    async def broken(_: web.Request) -> web.Response:
        return web.Response(status=500)

    model = ScriptedModel()
    model.handle = broken
    [(status, _)] = asked(model, question("hi", "support-desk-help"))

    assert status == 502


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("How long does the link for a new password work?", "accounts"),
        ("What does express delivery cost?", "delivery"),
        ("How often should I descale the Aster kettle?", "kettle"),
        ("How bright is the Lumen desk lamp?", "lumen"),
        ("Wie lange dauert die Lieferung in Deutschland?", "lieferung"),
        ("Can a gift card be paid out in cash?", "gift"),
    ],
)
def test_the_right_article_is_found(text, source):
    found = Index(load_passages(ROOT / "kb")).search(text, limit=2)

    assert any(source in passage.source for passage in found)


def test_every_task_exercises_components_and_asks_a_target_of_the_manifest(manifest, tasks):
    keys = {component.key for component in manifest.components}
    targets = {target.key for target in manifest.targets}

    assert len(tasks) == 10
    for task in tasks:
        assert set(task.exercises) <= keys
        assert task.target in targets
        assert task.category in CATEGORIES


def test_every_scorer_can_be_built_and_judges_every_sample_of_its_task(tasks):
    from roadworthy.evals.model import Reply

    for task in tasks:
        for spec in task.scorers:
            scorer = build(spec)
            reply = Reply(text="Something that says nothing.", status=400)
            kinds = Counter(scorer.score(sample, reply).kind for sample in task.samples)
            if scorer.name != "grounding":
                assert set(kinds) <= {"success", "failure"}, (task.id, scorer.name, kinds)


def test_harmful_requests_and_benign_twins_are_pairs(tasks):
    by_id = {task.id: {s.id for s in task.samples} for task in tasks}

    assert by_id["harmful-requests"] == by_id["benign-twins"]


def test_the_marks_that_tasks_look_for_stand_in_the_articles(tasks):
    kb = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "kb").glob("*.md"))
    [documents] = [task for task in tasks if task.id == "injection-documents"]

    assert all(mark in kb for sample in documents.samples for mark in sample.forbidden)


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.skipif(
    not MODEL.is_file(), reason="the model is not there; fetch it with examples/support-desk/model/fetch.py"
)
def test_the_real_assistant_starts_answers_and_stops_with_its_parent():
    process = subprocess.Popen(
        [sys.executable, "-m", "support_desk"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        url = json.loads(process.stdout.readline())["url"]
        body = json.dumps({**question("What does express delivery cost?", "support-desk-help"), "max_tokens": 24})
        request = urllib.request.Request(  # noqa: S310 - our own service on the loopback address
            f"{url}/v1/chat/completions", data=body.encode(), headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=120) as response:  # noqa: S310 - as above
            answer = json.load(response)
    finally:
        process.terminate()
        code = process.wait(30)
        process.stdin.close()
        process.stdout.close()

    assert answer["choices"][0]["message"]["content"].strip()
    assert answer["usage"]["completion_tokens"] > 0
    assert code == 0
