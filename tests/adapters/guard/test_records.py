from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic_core import PydanticSerializationError

from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.guard.records import RecordFile, read_records
from roadworthy.core.errors import ConfigError, StoreError
from roadworthy.core.severity import RiskTier
from roadworthy.guard.engine.bundle import Bundle, compile_policy
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.event import ConversationState, Event, Principal
from roadworthy.guard.policy.facts import VARIABLES
from roadworthy.guard.policy.model import GuardPolicy, GuardRule
from roadworthy.guard.rails.pattern import PatternSettings
from roadworthy.guard.replay.model import GuardRecord
from roadworthy.guard.replay.recording import policy_use, record
from roadworthy.guard.segment import Channel, Provenance, Role, Segment, Source, SourceKind, Stage
from roadworthy.guard.verdict import Action

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def bundle(pattern: str = "poison") -> Bundle:
    rule = GuardRule(id="desk/p", description="d", action=Action.TRANSFORM, rail=PatternSettings(patterns=(pattern,)))
    policy = GuardPolicy(name="desk", version="1", title="t", owner="o", licence="Apache-2.0", rules=(rule,))
    return compile_policy(policy, tier=RiskTier.HIGH, language=CelConditions(variables=VARIABLES))


def made(judged_by: Bundle, name: str = "e1") -> GuardRecord:
    segment = Segment(
        stage=Stage.RETRIEVAL,
        role=Role.TOOL,
        channel=Channel.RETRIEVED_CHUNK,
        source=Source(kind=SourceKind.DOCUMENT, name="d"),
        text="much poison here",
        path="/chunks/0",
        labels=("tainted",),
        provenance=Provenance(document="d", tenant="t", readers=("*",), expires_at=NOON),
    )
    principal = Principal(id="ana", tenant="t", attributes=(("age_group", "adult"),))
    event = Event(id=name, route="chat", at=NOON, principal=principal, segments=(segment,))
    decision = enforce(judged_by, event)
    return record(judged_by, event, decision, state=ConversationState(conversation="c"), pseudonym=str.upper)


def test_what_was_appended_is_read_back_with_its_policy(tmp_path: Path):
    one, other, path = bundle(), bundle("bomb"), tmp_path / "logs" / "records.jsonl"
    uses = {use.policy: use for use in map(policy_use, (one, other))}
    file = RecordFile(path)
    file.append([made(one), made(other, "e2")], uses=uses)
    file.append([made(one, "e3")], uses=uses)
    file.close()
    file.close()

    found = list(read_records(path))
    assert [kept for kept, _ in found] == [made(one), made(other, "e2"), made(one, "e3")]
    assert [use for _, use in found] == [uses[one.digest], uses[other.digest], uses[one.digest]]
    assert path.stat().st_mode & 0o777 == 0o600
    assert "poison" not in path.read_text()


def test_a_record_of_a_policy_that_nobody_describes_is_not_written(tmp_path: Path):
    file = RecordFile(tmp_path / "r.jsonl")

    with pytest.raises(KeyError):
        file.append([made(bundle())], uses={})
    assert (tmp_path / "r.jsonl").read_bytes() == b""


def test_a_torn_last_line_is_cut_off_by_the_next_writer_and_refused_by_a_reader(tmp_path: Path):
    path, one = tmp_path / "r.jsonl", bundle()
    uses = {one.digest: policy_use(one)}
    RecordFile(path).append([made(one)], uses=uses)
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"schema": "road' + b"x" * 70_000)

    with pytest.raises(ConfigError, match=r"the last line is torn.*") as told:
        list(read_records(path))
    assert told.value.where == f"{path}:3"
    RecordFile(path).append([made(one, "e2")], uses=uses)
    assert [kept.event.id for kept, _ in read_records(path)] == ["e1", "e2"]


def test_a_file_without_any_line_feed_is_one_torn_line(tmp_path: Path):
    path, one = tmp_path / "r.jsonl", bundle()
    path.write_bytes(b"{" * 200_000)
    RecordFile(path).append([made(one)], uses={one.digest: policy_use(one)})

    assert len(list(read_records(path))) == 1


@pytest.mark.parametrize(
    ("line", "match"),
    [
        (b"{}\n", "no record of a decision"),
        (b"\n", "no record of a decision"),
        (b"\xff\xfe\n", "no record of a decision"),
        (b'{"schema": "roadworthy/other/v1"}\n', "no record of a decision"),
    ],
)
def test_a_line_that_is_no_record_is_named_without_repeating_it(tmp_path: Path, line, match):
    path, one = tmp_path / "r.jsonl", bundle()
    RecordFile(path).append([made(one)], uses={one.digest: policy_use(one)})
    path.write_bytes(path.read_bytes() + line)

    with pytest.raises(ConfigError, match=match) as told:
        list(read_records(path))
    assert told.value.where == f"{path}:3"


def test_an_edited_record_with_a_further_field_is_refused_by_field(tmp_path: Path):
    path, one = tmp_path / "r.jsonl", bundle()
    RecordFile(path).append([made(one)], uses={one.digest: policy_use(one)})
    path.write_bytes(path.read_bytes().replace(b'"had_canaries":false', b'"had_canaries":false,"x":"SECRET"'))

    with pytest.raises(ConfigError, match=r"unexpected_keyword_argument in roadworthy/guard-record/v1\.x") as told:
        list(read_records(path))
    assert "SECRET" not in str(told.value)


def test_a_record_whose_policy_no_line_before_it_names_is_refused(tmp_path: Path):
    path, one = tmp_path / "r.jsonl", bundle()
    RecordFile(path).append([made(one)], uses={one.digest: policy_use(one)})
    path.write_bytes(path.read_bytes().split(b"\n", 1)[1])

    with pytest.raises(ConfigError, match="no line before it says what policy"):
        list(read_records(path))


def test_a_full_file_is_put_aside_and_the_new_one_stands_alone(tmp_path: Path):
    path, one = tmp_path / "r.jsonl", bundle()
    file = RecordFile(path, rotate_bytes=2_000)
    for number in range(6):
        file.append([made(one, f"e{number}")], uses={one.digest: policy_use(one)})

    files = sorted(tmp_path.iterdir())
    assert len(files) > 2
    assert sorted(kept.event.id for one_file in files for kept, _ in read_records(one_file)) == [
        f"e{number}" for number in range(6)
    ]


def test_many_threads_tear_no_line(tmp_path: Path):
    path, one = tmp_path / "r.jsonl", bundle()
    uses, file = {one.digest: policy_use(one)}, RecordFile(path)
    threads = [
        threading.Thread(target=lambda n=n: [file.append([made(one, f"e{n}-{k}")], uses=uses) for k in range(10)])
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({kept.event.id for kept, _ in read_records(path)}) == 80


def test_what_cannot_be_written_or_read_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot write the records"):
        RecordFile(tmp_path / "file" / "r.jsonl")
    with pytest.raises(ConfigError, match="cannot read the records"):
        list(read_records(tmp_path / "none.jsonl"))
    (tmp_path / "link").symlink_to(tmp_path / "file")
    with pytest.raises(StoreError, match="cannot write the records"):
        RecordFile(tmp_path / "link")


def test_a_write_that_fails_leaves_what_was_acknowledged(tmp_path: Path):
    one = bundle()
    file = RecordFile(tmp_path / "r.jsonl")
    file.append([made(one)], uses={one.digest: policy_use(one)})
    size = (tmp_path / "r.jsonl").stat().st_size
    with pytest.raises(PydanticSerializationError):
        file.append([replace(made(one), had_canaries=object())], uses={one.digest: policy_use(one)})

    assert (tmp_path / "r.jsonl").stat().st_size == size
