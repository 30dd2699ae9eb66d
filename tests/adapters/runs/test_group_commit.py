"""Group commit: order, failure, cancellation and closing while results wait."""

import asyncio
import os
import resource
import signal
from contextlib import contextmanager

import pytest

from roadworthy.adapters.runs.group_commit import GroupCommit
from roadworthy.core.errors import StoreError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.jsonl"


def opened(path):
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    return GroupCommit(path, descriptor=descriptor, size=path.stat().st_size)


@contextmanager
def room_for(num_bytes):
    """Let files of this process grow to ``num_bytes`` and no further."""
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (num_bytes, limit[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, handler)


def test_what_was_appended_is_in_the_file_when_append_returns_and_in_order(path):
    file = opened(path)

    async def writer(number):
        line = b"%d\n" % number
        await file.append(line)
        assert line in path.read_bytes().splitlines(keepends=True)

    async def together():
        await asyncio.gather(*(writer(number) for number in range(500)))

    asyncio.run(together())
    file.close()

    assert path.read_bytes() == b"".join(b"%d\n" % n for n in range(500))


def test_closing_writes_and_acknowledges_what_still_waits(path):
    file = opened(path)

    async def closed_early():
        waiting = [asyncio.create_task(file.append(b"%d\n" % n)) for n in range(20)]
        await asyncio.sleep(0)
        file.close()
        file.close()
        await asyncio.wait_for(asyncio.gather(*waiting), timeout=60)

    asyncio.run(closed_early())

    assert path.read_bytes().splitlines() == [b"%d" % n for n in range(20)]


def test_nothing_is_taken_after_closing(path):
    file = opened(path)
    file.close()

    with pytest.raises(StoreError, match="closed"):
        asyncio.run(file.append(b"x\n"))
    assert path.read_bytes() == b""


def test_a_full_disk_fails_everybody_who_waits_and_leaves_what_was_acknowledged(path):
    file = opened(path)

    async def filled():
        await file.append(b"kept\n")
        with room_for(20):
            waiting = [asyncio.create_task(file.append(b"x" * 30 + b"\n")) for _ in range(5)]
            await asyncio.sleep(0)
            late = asyncio.create_task(file.append(b"late\n"))
            failed = await asyncio.wait_for(asyncio.gather(*waiting, late, return_exceptions=True), timeout=60)
        with pytest.raises(StoreError, match="File too large"):
            await file.append(b"after\n")
        return failed

    failed = asyncio.run(filled())
    file.close()

    assert [type(fault) for fault in failed] == [StoreError] * 6
    assert path.read_bytes() == b"kept\n"


def test_a_waiter_that_gives_up_holds_nobody_else_up(path):
    file = opened(path)

    async def cancelled():
        impatient = asyncio.create_task(file.append(b"a\n"))
        patient = asyncio.create_task(file.append(b"b\n"))
        await asyncio.sleep(0)
        impatient.cancel()
        await asyncio.wait_for(patient, timeout=60)
        return impatient.cancelled()

    assert asyncio.run(cancelled())
    file.close()
    assert path.read_bytes() == b"a\nb\n"


def test_a_loop_that_was_stopped_while_it_waited_does_not_stop_the_next_one(path):
    file = opened(path)

    async def abandoned():
        for number in range(3):
            asyncio.get_running_loop().create_task(file.append(b"%d\n" % number))
        await asyncio.sleep(0)

    asyncio.run(abandoned())
    asyncio.run(asyncio.wait_for(file.append(b"next\n"), timeout=60))
    file.close()

    assert path.read_bytes() == b"0\n1\n2\nnext\n"


def test_the_listener_hears_what_is_on_the_disk_in_order_before_who_waits_and_nothing_of_a_failed_write(path):
    heard = []
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    file = GroupCommit(
        path, descriptor=descriptor, size=0, on_durable=lambda content: heard.append((content, path.read_bytes()))
    )

    async def append(number):
        content = b"%d\n" % number
        await file.append(content)
        assert content in b"".join(one for one, _ in heard)

    async def scenario():
        await asyncio.gather(*(append(number) for number in range(50)))
        with room_for(path.stat().st_size), pytest.raises(StoreError, match="cannot write"):
            await file.append(b"too much\n")
        file.close()

    asyncio.run(scenario())
    assert b"".join(content for content, _ in heard) == path.read_bytes()
    assert all(on_disk.endswith(content) for content, on_disk in heard)
