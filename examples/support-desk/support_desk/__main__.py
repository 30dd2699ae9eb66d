"""Starts the model and the service, says where it listens, and stops both when told or left alone."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from aiohttp import web

from support_desk.model_server import ModelMissingError, ModelServer, start_model_server
from support_desk.service import build_app
from support_desk.sessions import KEY_VARIABLE

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / ".model" / "SmolLM2-135M-Instruct.Q4_1.gguf"
HOST = "127.0.0.1"
_PARENT_CHECK_S = 0.5


def main(argv: list[str] | None = None) -> int:
    """Serve until SIGTERM, SIGINT or the end of the parent process."""
    parser = argparse.ArgumentParser(prog="support_desk", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--model", type=Path, default=MODEL, help="GGUF file to serve")
    parser.add_argument("--model-url", help="use this OpenAI-compatible server instead of the file")
    parser.add_argument("--root", type=Path, default=ROOT, help="folder with prompts, kb and data")
    named = os.environ.get("SUPPORT_DESK_GUARD") or None
    parser.add_argument("--guard", type=Path, default=named, help="guard policy, such as guard.yaml; none: no guard")
    parser.add_argument("--log", type=Path, help="file to which each request adds a line of figures")
    options = parser.parse_args(argv)
    parent = os.getppid()
    try:
        model = _model(options)
    except ModelMissingError as fault:
        print(f"error: {fault}", file=sys.stderr)
        return 2
    asyncio.run(_serve(options, model=model, parent=parent))
    return 0


def _model(options: argparse.Namespace) -> ModelServer:
    if options.model_url:
        return ModelServer(url=options.model_url, key=os.environ.get("SUPPORT_DESK_MODEL_KEY", ""))
    return start_model_server(options.model)


async def _serve(options: argparse.Namespace, *, model: ModelServer, parent: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    app = build_app(
        root=options.root,
        model_url=model.url,
        model_key=model.key,
        guard=None if options.guard is None else Path(options.guard),
        session_key=os.environ.get(KEY_VARIABLE, "").encode(),
        log=options.log,
    )
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, options.port).start()
        port = runner.addresses[0][1]
        ready = {"ready": True, "url": f"http://{HOST}:{port}", "pid": os.getpid()}
        print(json.dumps(ready), flush=True)
        await _until(stop, parent=parent)
    finally:
        await runner.cleanup()


async def _until(stop: asyncio.Event, *, parent: int) -> None:
    while not stop.is_set() and os.getppid() == parent:
        try:
            await asyncio.wait_for(stop.wait(), timeout=_PARENT_CHECK_S)
        except TimeoutError:
            continue


if __name__ == "__main__":
    sys.exit(main())
