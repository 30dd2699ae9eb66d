"""What every run store promises; `FileRunStore` also what only files can break."""

import asyncio
import stat
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.scripted_target import NOW, RUN, MemoryRunStore, make_plan, make_task
from roadworthy.adapters.runs.store import FileResponseCache, FileRunStore
from roadworthy.core.digest import canonical_json, digest_of, digest_of_bytes
from roadworthy.core.errors import NotFoundError, StoreError, VerificationError
from roadworthy.core.result import Failure, Success, Unassessed
from roadworthy.evals.model import Context, KeptReply, NoReply, Reply, SampleResult, Score, ToolCall, Usage

PLAN = make_plan(make_task(3))


@pytest.fixture(params=["file", "memory"])
def store(request, tmp_path):
    return FileRunStore(tmp_path / "runs") if request.param == "file" else MemoryRunStore()


def append(journal, *results):
    """Append all of them at once, as a run with that many questions in flight does."""

    async def together():
        await asyncio.gather(*(journal.append(one) for one in results))

    asyncio.run(together())


def result(sample="s0", epoch=0, **changes):
    fields = {
        "sample": sample, "epoch": epoch, "cluster": sample, "slices": {"language": "de"},
        "request_digest": digest_of(sample),
        "response": Reply(
            text='Grüße "\n,"hash":"sha256:' + "0" * 64 + '","previous":"', components=("prompt",), status=200,
            tool_calls=(ToolCall(name="refund", arguments={"hash": "x", "previous": 1.5}),),
            contexts=(Context(source="doc", text="text"),), usage=Usage(input_tokens=3, latency_s=0.25),
        ),
        "scores": (Score(scorer="exact", version="1", outcome=Success(reason="same")),
                   Score(scorer="leak", version="2", outcome=Unassessed(reason="none"))),
        "cached": False, "finished_at": NOW,
    }  # fmt: skip
    return SampleResult(**(fields | changes))


def test_what_is_appended_reads_back_in_order(store):
    written = [
        result("s0"),
        result("s1", scores=()),
        result("s0", 1, response=NoReply(reason="timeout", retryable=True)),
    ]
    journal = store.register(PLAN)
    for one in written:
        append(journal, one)
    journal.close()

    plan, again = store.open(RUN)

    assert plan == PLAN
    assert list(again.results()) == written
    again.close()


def test_a_journal_goes_on_where_it_stopped_and_reads_after_closing(store):
    journal = store.register(PLAN)
    append(journal, result("s0"))
    journal.close()
    _, journal = store.open(RUN)
    before = journal.digest()
    append(journal, result("s1"))
    journal.close()
    journal.close()

    assert [r.sample for r in journal.results()] == ["s0", "s1"]
    assert journal.digest() != before


def test_one_writer_at_a_time(store):
    journal = store.register(PLAN)
    with pytest.raises(StoreError, match="another process"):
        store.open(RUN)
    journal.close()

    _, again = store.open(RUN)
    again.close()

    assert [plan.id for plan in store.plans()] == [RUN]


def test_a_run_is_registered_once(store):
    store.register(PLAN).close()

    with pytest.raises(StoreError, match="registered already"):
        store.register(PLAN)


def test_a_closed_journal_takes_nothing(store):
    journal = store.register(PLAN)
    journal.close()

    with pytest.raises(StoreError, match="closed"):
        append(journal, result())


@pytest.mark.parametrize("name", ["run_01ARZ3NDEKTSV4RRFFQ69G5FAW", "../../etc", ""])
def test_an_unknown_run_is_not_found(store, name):
    with pytest.raises(NotFoundError):
        store.open(name)


def test_plans_come_oldest_first(store):
    later = replace(PLAN, id=f"{RUN[:-1]}A", registered_at=NOW + timedelta(hours=1))
    for plan in (later, PLAN):
        store.register(plan).close()

    assert [plan.id for plan in store.plans()] == [PLAN.id, later.id]


@pytest.fixture
def files(tmp_path):
    return FileRunStore(tmp_path / "runs")


def journal_file(tmp_path):
    return tmp_path / "runs" / RUN / "journal.jsonl"


def recorded(files, *results):
    journal = files.register(PLAN)
    for one in results:
        append(journal, one)
    journal.close()


def test_folders_and_files_are_closed_to_others(files, tmp_path):
    recorded(files, result())
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "runs").rglob("*")}

    assert set(modes.values()) == {0o700, 0o600}
    assert stat.S_IMODE((tmp_path / "runs").stat().st_mode) == 0o700


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(cut=st.integers(1, 2000))
def test_a_torn_last_line_is_left_out_and_overwritten(cut, tmp_path_factory):
    folder = tmp_path_factory.mktemp("torn")
    files = FileRunStore(folder / "runs")
    recorded(files, result("s0"), result("s1"))
    path = journal_file(folder)
    content = path.read_bytes()
    last = content.rstrip(b"\n").rfind(b"\n") + 1
    path.write_bytes(content[: max(last, len(content) - cut)])

    assert [r.sample for r in files.read(RUN)] == ["s0"]
    _, journal = files.open(RUN)
    append(journal, result("s2"))
    journal.close()

    assert [r.sample for r in files.read(RUN)] == ["s0", "s2"]
    assert journal.digest() == digest_of_bytes(path.read_bytes()) == digest_of_bytes(files.content(RUN))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(at=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_any_flipped_bit_is_found_and_its_line_named(at, bit, tmp_path_factory):
    folder = tmp_path_factory.mktemp("flip")
    files = FileRunStore(folder / "runs")
    recorded(files, result("s0"), result("s1"), result("s2"))
    path = journal_file(folder)
    content = bytearray(path.read_bytes())
    at %= len(content) - 1
    content[at] ^= 1 << bit
    path.write_bytes(content)
    line = content[:at].count(b"\n") + 1

    with pytest.raises(VerificationError, match=f"line {line} of the journal"):
        files.read(RUN)
    with pytest.raises(VerificationError, match=f"line {line} of the journal"):
        files.open(RUN)


@pytest.mark.parametrize(
    ("order", "line"),
    [((0, 2), 2), ((1, 2), 1), ((1, 0, 2), 1), ((0, 0, 1), 2)],
    ids=["lost", "first", "moved", "twice"],
)
def test_lost_moved_and_repeated_lines_are_named(files, tmp_path, order, line):
    recorded(files, result("s0"), result("s1"), result("s2"))
    path = journal_file(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[i] for i in order))

    with pytest.raises(VerificationError, match=f"line {line} of the journal does not follow"):
        files.read(RUN)


def test_another_runs_journal_is_not_taken_for_this_ones(files, tmp_path):
    other = replace(PLAN, id=f"{RUN[:-1]}A")
    recorded(files, result())
    files.register(other).close()
    path = journal_file(tmp_path)
    path.replace(tmp_path / "runs" / other.id / "journal.jsonl")

    with pytest.raises(VerificationError, match="line 1"):
        files.open(other.id)


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b"\xff", b"[" * 100_000])
def test_a_damaged_plan_is_named_with_its_folder_and_other_runs_still_read(files, tmp_path, content):
    other = replace(PLAN, id=f"{RUN[:-1]}A")
    files.register(PLAN).close()
    files.register(other).close()
    folder = tmp_path / "runs" / RUN
    (folder / "plan.json").write_bytes(content)

    with pytest.raises(VerificationError, match=f"plan of run {RUN} does not read") as caught:
        files.plans()
    with pytest.raises(VerificationError, match=f"plan of run {RUN} does not read"):
        files.plan(RUN)

    assert f"move the folder {folder} out of the way" in caught.value.fix
    assert (files.plan(other.id), files.read(other.id), files.content(other.id)) == (other, (), b"")
    folder.rename(tmp_path / "aside")
    assert files.plans() == (other,)


def test_a_failed_append_leaves_the_journal_as_it_was(files, tmp_path):
    import resource
    import signal

    recorded(files, result("s0"))
    _, journal = files.open(RUN)
    path = journal_file(tmp_path)
    before = path.read_bytes()
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 50, limit[1]))
    try:
        with pytest.raises(StoreError, match="File too large"):
            append(journal, result("s1"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, handler)

    assert path.read_bytes() == before
    assert [r.sample for r in files.read(RUN)] == ["s0"]


KEPT = KeptReply(reply=result().response, received_at=NOW)


def test_the_cache_returns_what_was_put_and_when_it_was_received(tmp_path):
    cache = FileResponseCache(tmp_path / "cache")
    key, other = digest_of("a"), digest_of("b")
    cache.put(key, KEPT)

    assert cache.get(key) == KEPT
    assert cache.get(other) is None
    assert {stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "cache").rglob("*")} == {0o700, 0o600}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(at=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_a_corrupt_cache_entry_is_a_miss_and_is_removed(at, bit, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cache")
    cache = FileResponseCache(folder)
    key = digest_of("a")
    cache.put(key, KEPT)
    (path,) = (p for p in folder.rglob("*") if p.is_file())
    content = bytearray(path.read_bytes())
    content[at % len(content)] ^= 1 << bit
    path.write_bytes(content)

    assert cache.get(key) is None
    assert not path.exists()


def test_a_cache_entry_that_does_not_say_when_it_was_received_is_a_miss(tmp_path):
    cache, key = FileResponseCache(tmp_path), digest_of("a")
    cache.put(key, KEPT)
    (path,) = (p for p in tmp_path.rglob("*") if p.is_file())
    former = digest_of({"key": key, "reply": KEPT.reply}).encode() + b"\n" + canonical_json(KEPT.reply)
    body = canonical_json(KEPT.reply)
    intact = digest_of_bytes(key.encode() + b"\n" + body).encode() + b"\n" + body

    for content in (former, intact):
        path.write_bytes(content)
        assert cache.get(key) is None
        assert not path.exists()


@pytest.mark.parametrize("moment", [NOW.replace(tzinfo=None)])
def test_a_kept_reply_needs_a_time_with_an_offset(moment):
    with pytest.raises(ValueError, match="`received_at` must be timezone-aware"):
        KeptReply(reply=Reply(text="x"), received_at=moment)


def test_a_cache_key_that_is_no_digest_is_refused(tmp_path):
    with pytest.raises(ValueError, match="is not a digest"):
        FileResponseCache(tmp_path).get("../../secrets")


def test_outcomes_are_read_back_by_their_tag(files):
    recorded(files, result(scores=(Score(scorer="x", version="1", outcome=Failure(reason="no")),)))

    assert files.read(RUN)[0].scores[0].outcome == Failure(reason="no")
