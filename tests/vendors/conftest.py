"""A system with a hosted model, its vendor, and people who may decide. Real files, real keys, a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from fakes.local_server import LocalServer
from fakes.small_system import write_system
from roadworthy.runtime.workspace import Workspace

START = datetime(2026, 11, 21, 12, tzinfo=UTC)
MODEL = "{type: model, key: model, path: model.bin, licence: Apache-2.0, source: made here}"
HOSTED = "{type: hosted_model, key: model, provider: acme, model: acme-latest, pin: alias}"
PEOPLE = {"ada": "developer", "ben": "vendor_manager", "eve": "vendor_manager", "cleo": "risk_reviewer"}


class SetClock:
    """Stands still until it is set."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at


class Provider:
    """What the provider's server answers; set it and ask again."""

    def __init__(self) -> None:
        self.model = "acme-2026-01-01"
        self.body: dict[str, object] | None = None
        self.status = 200
        self.terms = b"terms of January"
        self.asked: list[dict[str, object]] = []
        self.headers: list[str] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.method == "GET":
            return web.Response(body=self.terms, status=self.status)
        self.asked.append(await request.json())
        self.headers.append(request.headers.get("Authorization", ""))
        body = {"model": self.model, "system_fingerprint": "fp_1"} if self.body is None else self.body
        return web.json_response(body, status=self.status)


@pytest.fixture(scope="session")
def governance() -> str:
    """Text of a governance file with one person for each part."""
    lines = ["schema: roadworthy/governance/v1", "organisation: Desk makers", "people:"]
    for name, role in PEOPLE.items():
        key = Ed25519PrivateKey.generate().public_key()
        public = key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode("ascii")
        window = "valid_from: 2020-01-01T00:00:00Z, valid_until: 2060-01-01T00:00:00Z"
        lines.append(f"  - {{id: {name}, roles: [{role}], keys: [{{id: {name}-key, public: '{public}', {window}}}]}}")
    return "\n".join([*lines, "  - {id: robot, kind: service}", ""])


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def server(provider: Provider) -> Iterator[LocalServer]:
    with LocalServer(provider.answer) as running:
        yield running


@pytest.fixture
def root(tmp_path: Path, governance: str) -> Path:
    write_system(tmp_path)
    manifest = tmp_path / "roadworthy.yaml"
    manifest.write_text(manifest.read_text().replace(MODEL, HOSTED))
    (tmp_path / "governance.yaml").write_text(governance)
    return tmp_path


As = Callable[[str], Workspace]


@pytest.fixture
def clock() -> SetClock:
    return SetClock(START)


@pytest.fixture
def acting(root: Path, clock: SetClock) -> As:
    """Open the repository as somebody."""
    return lambda name: Workspace(root=root, clock=clock, environ={"ROADWORTHY_ACTOR": name, "ACME_KEY": "s3cret-key"})
