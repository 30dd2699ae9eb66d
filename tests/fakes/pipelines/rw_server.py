"""Runs ``rw`` in forks of one warm process: the same command line, without loading everything each time.

``serve SOCKET`` is the server; `write_client` writes the program that pipelines find as ``rw``.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from fakes.small_system import write_system

_CLIENT = """#!{python} -IS
import json, os, socket, sys
server = socket.socket(socket.AF_UNIX)
server.connect({path!r})
said = json.dumps({{"argv": sys.argv[1:], "cwd": os.getcwd(), "env": dict(os.environ)}}).encode()
socket.send_fds(server, [len(said).to_bytes(4, "big")], [0, 1, 2])
server.sendall(said)
answer = server.recv(1)
sys.exit(answer[0] if answer else 3)
"""


@contextmanager
def warm_rw(folder: Path) -> Iterator[Path]:
    """Start the server and yield the folder in which ``rw`` and a ``python`` that installs nothing lie."""
    path, programs = folder / "rw.socket", folder / "bin"
    programs.mkdir()
    for name, text in {
        "rw": _CLIENT.format(python=sys.executable, path=str(path)),
        "python": '#!/bin/sh\n[ "$1 $2 $3" = "-m pip install" ]\n',
    }.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    server = subprocess.Popen(
        [sys.executable, __file__, str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
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
        with asked:
            head, fds, _, _ = socket.recv_fds(asked, 4, 3)
            content = b""
            while len(content) < int.from_bytes(head, "big"):
                content += asked.recv(65536)
            given = json.loads(content)
            child = os.fork()
            if child == 0:
                for target, source in enumerate(fds):
                    os.dup2(source, target)
                os.chdir(given["cwd"])
                os.environ.clear()
                os.environ.update(given["env"])
                sys.stdout, sys.stderr = (open(descriptor, "w", closefd=False) for descriptor in (1, 2))  # noqa: SIM115
                code = run(given["argv"])
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
            for descriptor in fds:
                os.close(descriptor)
            _, status = os.waitpid(child, 0)
            asked.sendall(bytes([os.waitstatus_to_exitcode(status) & 0xFF]))


if __name__ == "__main__":
    _serve(sys.argv[1])
