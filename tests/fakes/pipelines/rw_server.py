"""Runs ``rw`` in forks of one warm process: the same command line, without loading everything each time.

The program that is found as ``rw`` hands its arguments, folder, variables and streams to the server, which forks a
process for them. A program that is killed takes that process with it. ``carry-out-run`` is `fakes.carry_out_run`.
"""

from __future__ import annotations

import io
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from fakes.small_system import write_system

_CLIENT = """#!{python} -IS
import json, os, socket, sys
server = socket.socket(socket.AF_UNIX)
server.connect({path!r})
said = json.dumps({{"program": {name!r}, "argv": sys.argv[1:], "cwd": os.getcwd(), "env": dict(os.environ)}}).encode()
socket.send_fds(server, [len(said).to_bytes(4, "big")], [0, 1, 2])
server.sendall(said)
answer = server.recv(1)
os._exit(answer[0] if answer else 3)
"""


@contextmanager
def warm_rw(folder: Path) -> Iterator[Path]:
    """Start the server and yield the folder in which ``rw`` and a ``python`` that installs nothing lie."""
    path, programs = folder / "rw.socket", folder / "bin"
    programs.mkdir()
    for name, text in {
        **{name: _CLIENT.format(python=sys.executable, path=str(path), name=name) for name in ("rw", "carry-out-run")},
        "python": '#!/bin/sh\n[ "$1 $2 $3" = "-m pip install" ]\n',
    }.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    server = subprocess.Popen(
        [sys.executable, "-B", __file__, str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 60
        while not path.exists():
            assert server.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "the server did not begin"
            time.sleep(0.02)
        yield programs
    finally:
        server.terminate()
        server.wait(10)


def _serve(path: str) -> None:
    from fakes import carry_out_run  # noqa: F401 - loaded before the first process is forked
    from roadworthy.cli.main import run

    # What the commands load when they are called is loaded once.
    warm = Path(path).with_name("warm")
    write_system(warm / "desk", num_samples=1)
    for command in (
        ["run", "--out", f"{warm}/out"],
        ["save", "--to", f"{warm}/kept"],
        ["restore", "--from", f"{warm}/kept"],
    ):
        run(["ci", *command, "-C", f"{warm}/desk"])
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path + ".new")
    listener.listen()
    os.rename(path + ".new", path)
    while True:
        asked, _ = listener.accept()
        while len(_ended()):
            pass
        if os.fork() == 0:
            listener.close()
            os._exit(_attend(asked))
        asked.close()


def _ended() -> tuple[int, ...]:
    """One process whose command has ended, if there is one."""
    try:
        number, _ = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return ()
    return (number,) if number else ()


def _attend(asked: socket.socket) -> int:
    """Run one command, and end it when who asked for it has gone."""
    head, fds, _, _ = socket.recv_fds(asked, 4, 3)
    content = b""
    while len(content) < int.from_bytes(head, "big"):
        content += asked.recv(65536)
    child = os.fork()
    if child == 0:
        asked.close()
        os._exit(_carry_out(json.loads(content), fds))
    for descriptor in fds:
        os.close(descriptor)
    ended = os.pidfd_open(child)
    heard, _, _ = select.select([asked, ended], [], [])
    if ended not in heard:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if ended in heard:
        asked.sendall(bytes([os.waitstatus_to_exitcode(status) & 0xFF]))
    return 0


def _carry_out(given: dict[str, Any], fds: list[int]) -> int:
    for target, source in enumerate(fds):
        os.dup2(source, target)
        os.close(source)
    os.chdir(given["cwd"])
    os.environ.clear()
    os.environ.update(given["env"])
    at_once = bool(given["env"].get("PYTHONUNBUFFERED"))
    sys.stdout, sys.stderr = _written(1, at_once=at_once), _written(2, at_once=at_once)
    code = _program(given["program"])(given["argv"])
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def _program(name: str) -> Callable[[list[str]], int]:
    if name == "carry-out-run":
        from fakes import carry_out_run

        return carry_out_run.run_with
    from roadworthy.cli.main import run

    return run


def _written(number: int, *, at_once: bool) -> io.TextIOWrapper:
    """Standard output or error as the interpreter opens it: errors are written line by line."""
    to = open(number, "wb", buffering=0 if at_once else -1, closefd=False)  # noqa: SIM115 - for the process's life
    return io.TextIOWrapper(to, encoding="utf-8", write_through=at_once, line_buffering=at_once or number == 2)


if __name__ == "__main__":
    _serve(sys.argv[1])
