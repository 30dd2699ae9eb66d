"""The small system with a governance file, people and their real keys."""

from __future__ import annotations

import textwrap
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from fakes.small_system import write_system

PEOPLE = {
    "ada": "[developer]",
    "ben": "[ai_owner, risk_reviewer]",
    "cleo": "[release_manager]",
    "dora": "[ai_owner]",
}
TIERS = "[minimal, limited, high, critical]"


def write_governed_system(root: Path, *, keys: Path, release_needs: str | None = "release_manager") -> Path:
    """Write the system with ``governance.yaml`` below ``root``, and a private key for each person below ``keys``."""
    write_system(root)
    keys.mkdir(mode=0o700)
    people = "".join(_person(name, roles, public=_key(keys / f"{name}.pem")) for name, roles in PEOPLE.items())
    release = f"  - {{kind: release, tiers: {TIERS}, quorum: [{{role: {release_needs}}}]}}\n" if release_needs else ""
    (root / "governance.yaml").write_text(
        "schema: roadworthy/governance/v1\norganisation: Desk makers\npeople:\n"
        f"{people}  - {{id: robot, kind: service}}\nconsent:\n{release}"
        f"  - {{kind: exception, tiers: {TIERS}, quorum: [{{role: ai_owner}}]}}\n"
    )
    return root


def _key(path: Path) -> str:
    key = Ed25519PrivateKey.generate()
    path.touch(mode=0o600)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def _person(name: str, roles: str, *, public: str) -> str:
    text = f"""\
    - id: {name}
      roles: {roles}
      keys:
        - id: {name}-key
          valid_from: 2020-01-01T00:00:00Z
          valid_until: 2060-01-01T00:00:00Z
          public: |
    """
    return textwrap.indent(textwrap.dedent(text) + textwrap.indent(public, " " * 8), "  ")
