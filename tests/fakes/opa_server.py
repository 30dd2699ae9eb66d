"""A stand-in for an Open Policy Agent: its REST protocol, an embedded engine behind it, and each of its traps."""

import asyncio
import json

from aiohttp import web

from fakes.local_server import LocalServer
from fakes.rego_engine import EngineFailedError, ask


class StandIn:
    """What the server does. ``trap`` is the name of one below, or empty: it evaluates what was asked.

    ``seen`` keeps the last request: path, headers and body.
    """

    def __init__(self, *, modules=(), data=None, trap="", token=""):
        self.modules, self.data, self.trap, self.token = modules, data, trap, token
        self.seen = None

    async def __call__(self, request):
        self.seen = {"path": request.path, "headers": dict(request.headers), "body": await request.text()}
        if self.token and request.headers.get("Authorization") != f"Bearer {self.token}":
            return web.json_response({"code": "unauthorized"}, status=401)
        if self.trap:
            return await TRAPS[self.trap](request)
        if request.method != "POST" or not request.path.startswith("/v1/data/"):
            return web.json_response({"code": "resource_not_found"}, status=404)
        return await self._evaluated(request)

    async def _evaluated(self, request):
        body = json.loads(self.seen["body"])
        document = "data." + request.path.removeprefix("/v1/data/").replace("/", ".")
        try:
            found = (
                await asyncio.to_thread(ask, self.modules, [(document, {"input": body["input"]})], data=self.data)
            )[0]
        except EngineFailedError:
            return web.json_response({"code": "internal_error", "message": "eval failed"}, status=500)
        return web.json_response({"decision_id": "d-1", **found})


def _says(text, *, status=200, content_type="application/json"):
    async def answer(request):
        return web.Response(text=text, status=status, content_type=content_type)

    return answer


async def _elsewhere(request):
    return web.Response(status=307, headers={"Location": "/v1/data/other"})


async def _never(request):
    await asyncio.sleep(30)
    return web.Response(text="{}")


async def _endless(request):
    response = web.StreamResponse()
    await response.prepare(request)
    try:
        while True:
            await response.write(b" " * 65536)
    except (ConnectionError, asyncio.CancelledError):
        return response


async def _cut(request):
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"result": {"allow": true')
    request.transport.close()
    return response


_ALLOW = '{"allow": true, "denied": [], "missing": [], "errors": [], "warnings": []}'
TRAPS = {
    "undefined": _says('{"decision_id": "d-7"}'),
    "undefined with a warning": _says('{"warning": {"code": "api_usage_warning", "message": "\'input\' key missing"}}'),
    "null": _says('{"result": null, "decision_id": "d-7"}'),
    "empty object": _says('{"result": {}}'),
    "a number": _says('{"result": 1}'),
    "a text": _says('{"result": "true"}'),
    "a list": _says('{"result": [true]}'),
    "allow as a text": _says('{"result": {"allow": "true"}}'),
    "allow as a number": _says('{"result": {"allow": 1}}'),
    "allow with a denial": _says('{"result": {"allow": true, "denied": [{"rule": "org/a", "outcome": "fail"}]}}'),
    "allow with lists of a wrong type": _says('{"result": {"allow": true, "denied": 0}}'),
    "said twice": _says(f'{{"result": {{"allow": false}}, "result": {_ALLOW}}}'),
    "not a number": _says('{"result": {"allow": true, "x": NaN}}'),
    "no JSON": _says("<html>allow</html>", content_type="text/html"),
    "nothing": _says(""),
    "a list outside": _says("[]"),
    "too deep": _says('{"result": ' + "[" * 100_000 + "]" * 100_000 + "}"),
    "not UTF-8": _says('{"result": true}\udcff'.encode("utf-8", "surrogateescape").decode("latin-1")),
    "client error": _says(f'{{"result": {_ALLOW}}}', status=400),
    "server error": _says(f'{{"result": {_ALLOW}}}', status=500),
    "no content": _says("", status=204),
    "elsewhere": _elsewhere,
    "never": _never,
    "endless": _endless,
    "cut": _cut,
    "a bare yes": _says('{"result": true, "decision_id": "d-7"}'),
    "a bare no": _says('{"result": false}'),
    "yes": _says(f'{{"result": {_ALLOW}, "decision_id": "d-7\\u001b[31m"}}'),
}


def opa_server(**how):
    """Return a server and what stands in for the product: ``with server: …``."""
    stand_in = StandIn(**how)
    return LocalServer(stand_in), stand_in
