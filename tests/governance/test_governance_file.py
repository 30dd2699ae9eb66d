"""`governance.yaml`: what is read, and what is refused with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from roadworthy.adapters.governance.load import load_governance
from roadworthy.adapters.governance.template import governance_template
from roadworthy.core.digest import canonical_json
from roadworthy.core.errors import ConfigError
from roadworthy.core.severity import RiskTier
from roadworthy.governance.model import ConsentKind, Separation
from roadworthy.governance.published import published

PUBLIC = (
    Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
).decode()
GOOD = f"""\
schema: roadworthy/governance/v1
organisation: Acme
people:
  - id: ada
    roles: [release_manager]
    aliases: [ada@example.org]
    keys:
      - id: ada-1
        public: {PUBLIC} ada
        valid_from: "2026-01-01T00:00:00Z"
        valid_until: "2027-01-01T00:00:00+01:00"
  - id: ci
    kind: service
consent:
  - kind: release
    tiers: [high, critical]
    quorum: [{{role: release_manager}}]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "governance.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    read = load_governance(written(tmp_path, GOOD))

    assert [p.id for p in read.people] == ["ada", "ci"]
    assert read.person("ada@example.org") is read.people[0]
    assert read.consent_rule(ConsentKind.RELEASE, RiskTier.HIGH) is read.consent[0]
    assert read.consent_rule(ConsentKind.RELEASE, RiskTier.LIMITED) is None
    assert Separation.REQUESTER_NOT_APPROVER in read.separations(RiskTier.MINIMAL)


def test_what_is_published_names_nobody_by_their_account(tmp_path: Path) -> None:
    read = load_governance(written(tmp_path, GOOD))

    assert b"example.org" not in canonical_json(published(read))
    assert published(read).people[0].keys == read.people[0].keys


def test_the_file_to_start_from_reads(tmp_path: Path) -> None:
    text = governance_template(organisation='Acme "AI": {x}', person="ada", alias="Ada L.")

    read = load_governance(written(tmp_path, text))

    assert (read.organisation, read.people[0].id, read.people[0].aliases) == ('Acme "AI": {x}', "ada", ("Ada L.",))


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        pytest.param("roles: [release_manager]", "roles: [pope]", 4, "unknown role 'pope'", id="unknown role"),
        pytest.param("tiers: [high, critical]", "tiers: [extreme]", 16, "tiers", id="unknown tier"),
        pytest.param("kind: service", "kind: daemon", 13, "kind", id="unknown kind of actor"),
        pytest.param(
            "    kind: service", "    kind: service\n    roles: [legal]", 12, "only a human may approve", id="bot"
        ),
        pytest.param("organisation: Acme", "organisation: Acme\ncolour: red", 3, "not a known field", id="unknown key"),
        pytest.param("organisation: Acme", "organisation: Acme\norganisation: B", 3, "given twice", id="repeated key"),
        pytest.param('"2026-01-01T00:00:00Z"', '"2026-01-01T00:00:00"', 10, "RFC 3339", id="naive time"),
        pytest.param('"2026-01-01T00:00:00Z"', "2026-01-01", 10, "RFC 3339", id="a day"),
        pytest.param('"2026-01-01T00:00:00Z"', "20260101", 10, "RFC 3339", id="a number"),
        pytest.param(
            '"2026-01-01T00:00:00Z"', '"2028-01-01T00:00:00Z"', 8, "not after `valid_from`", id="empty window"
        ),
        pytest.param("id: ci", "id: ada", 1, "is there more than once", id="one id twice"),
        pytest.param("id: ci", "id: Ci Bot", 12, "use 1 to 64", id="malformed id"),
        pytest.param(f"public: {PUBLIC} ada", "public: ssh-ed25519 AAAA", 9, "OpenSSH public key", id="malformed key"),
        pytest.param(
            f"public: {PUBLIC} ada", "public: '-----BEGIN PRIVATE KEY----- zzz'", 9, "private key stands", id="secret"
        ),
        pytest.param("role: release_manager", "role: auditor", 17, "no role that approves", id="an auditor's seat"),
        pytest.param("{role: release_manager}", "{role: release_manager, count: 2}", 1, "1 people are", id="too few"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, problem: str) -> None:
    assert old in GOOD
    with pytest.raises(ConfigError, match=problem) as caught:
        load_governance(written(tmp_path, GOOD.replace(old, new, 1)))

    assert f"governance.yaml:{line}:" in str(caught.value)
    assert "zzz" not in str(caught.value)


def test_leaving_out_that_nobody_approves_their_own_is_refused(tmp_path: Path) -> None:
    loose = GOOD + "separation: [{separation: requester_not_approver}]\n"

    with pytest.raises(ConfigError, match="leaves out author_not_approver"):
        load_governance(written(tmp_path, loose))


def test_too_many_people_are_refused(tmp_path: Path) -> None:
    many = "organisation: A\npeople:\n" + "".join(f"  - id: p{n}\n" for n in range(2_001))

    with pytest.raises(ConfigError, match="2001 people"):
        load_governance(written(tmp_path, many))


@pytest.mark.parametrize("text", ["", "[]", "people: 3", "people: [3]", "people: [{keys: [7]}]", "{a: &x [*x]}"])
def test_what_is_no_such_file_is_refused_without_a_fall(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError):
        load_governance(written(tmp_path, text))


def test_the_example_of_the_reference_reads(tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "governance-format.md"
    (example,) = re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    people = "  - {id: sara, roles: [security]}\n  - {id: sven, roles: [security]}\n  - {id: ci"
    whole = example.replace("  - {id: ci", people).replace("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA…", PUBLIC)

    read = load_governance(written(tmp_path, whole))

    assert read.consent[0].people == 3
    assert [person.id for person in read.people] == ["rita", "sara", "sven", "ci"]
