"""The change watch against a real server: an alias that moves voids evidence, and only what is configured is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from roadworthy.adapters.vendors.file import load_vendors
from roadworthy.core.errors import ConfigError, NotFoundError
from roadworthy.gates.recall import RecallCause
from roadworthy.runtime.attesting import Attestation, attest
from roadworthy.runtime.vendors.deciding import VendorWish, assess_now, decide, view_of
from roadworthy.runtime.vendors.reading import read_desk
from roadworthy.runtime.vendors.stores import VendorStores
from roadworthy.runtime.vendors.watching import watch
from roadworthy.vendors.changes import ChangeKind
from roadworthy.vendors.standing import VendorState

HEAD = """\
schema: roadworthy/vendors/v1
vendors:
  - key: acme
    name: Acme
    services: [the language model]
    providers: [acme]
    criticality: convenient
    contract: {training_use: never}
"""


def alias(url: str, *, kind: str = "openai", more: str = "") -> str:
    return (
        f"    aliases:\n      - {{component: model, kind: {kind}, url: '{url}/v1', timeout_s: 5, "
        f"headers: {{Authorization: 'Bearer ${{ACME_KEY}}'}}{more}}}\n"
    )


def write(root: Path, *parts: str) -> None:
    (root / "vendors.yaml").write_text(HEAD + "".join(parts))


@pytest.mark.parametrize("kind", ["openai", "responses", "anthropic"])
def test_the_provider_is_asked_and_its_own_word_is_kept(root, acting, provider, server, kind):
    write(root, alias(server.url, kind=kind))

    report = watch(acting("ben"))

    assert [o.value for o in report.seen] == ["acme-2026-01-01"]
    assert report.exit_code == 0
    assert provider.asked[0]["model"] == "acme-latest"
    assert provider.headers == ["Bearer s3cret-key"]


def test_a_moved_alias_is_recorded_once_and_voids_the_evidence_on_the_component(root, acting, provider, server):
    write(root, alias(server.url))
    watch(acting("ben"))
    provider.model = "acme-2026-11-01"

    first, second = watch(acting("ben")), watch(acting("ben"))

    (change,) = first.changes
    assert (change.kind, change.before, change.now) == (ChangeKind.ALIAS_MOVED, "acme-2026-01-01", "acme-2026-11-01")
    (recall,) = first.recalls
    digest = {r.component: r.digest for r in read_desk(acting("ben")).relies["acme"]}["model"]
    assert (recall.cause, recall.subject) == (RecallCause.COMPONENT_CHANGED, digest)
    assert recall.observed_until == change.noticed_at
    assert first.exit_code == 1
    assert (second.changes, second.recalls, second.exit_code) == ((), (), 0)
    assert [s.record.id for s in acting("ben").recalls.all()] == [recall.id]


def test_an_approval_ends_with_the_move_of_an_alias(root, acting, provider, server):
    write(root, alias(server.url))
    watch(acting("ben"))
    assess_now(acting("ada"), "acme")
    decide(acting("ben"), "acme", VendorWish(to=VendorState.CONDITIONAL, reason="known", conditions=("state more",)))
    assert view_of(acting("ben"), read_desk(acting("ben")), "acme").standing.state.may_be_relied_on
    provider.model = "acme-2026-11-01"

    watch(acting("ben"))

    standing = view_of(acting("ben"), read_desk(acting("ben")), "acme").standing
    assert standing.state is VendorState.UNDER_REVIEW
    assert "acme-2026-11-01" in standing.reason


def test_what_a_service_notices_is_void_without_waiting_for_a_person(root, acting, provider, server):
    write(root, alias(server.url))
    watch(acting("robot"))
    provider.model = "acme-2"

    first, second = watch(acting("robot")), watch(acting("ben"))

    assert (len(first.changes), [recall.recorded_by for recall in first.recalls]) == (1, ["robot"])
    assert (second.changes, second.recalls) == ((), ())
    assert (first.exit_code, second.exit_code) == (1, 0)


def test_changed_terms_void_the_review_of_the_vendor(root, acting, provider, server):
    (root / "dpa.txt").write_text("first")
    write(
        root, "    terms:\n", "      - {name: dpa, path: dpa.txt}\n", f"      - {{name: web, url: '{server.url}/t'}}\n"
    )
    packs = root / "packs" / "desk" / "controls" / "desk.yaml"
    packs.write_text(packs.read_text() + REVIEW_CONTROL)
    watch(acting("ben"))
    piece = attest(acting("ben"), reviewed()).record

    (root / "dpa.txt").write_text("second")
    provider.terms = b"terms of November"
    report = watch(acting("ben"))

    assert {c.subject for c in report.changes} == {"dpa", "web"}
    assert {r.cause for r in report.recalls} == {RecallCause.TERMS_CHANGED}
    assert {r.evidence for r in report.recalls} == {(piece.id,)}


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (500, None, "HTTP 500"),
        (302, None, "redirects are not followed"),
        (200, {"choices": []}, "does not say which model"),
        (200, {"model": ["x"]}, "does not say which model"),
        (200, {"model": "x" * 1000}, "does not say which model"),
    ],
)
@pytest.mark.usefixtures("watched")
def test_what_cannot_be_told_is_said_and_is_no_change(acting, provider, status, body, said):
    watch(acting("ben"))
    provider.status, provider.body = status, body

    report = watch(acting("ben"))

    assert said in report.not_seen[0].reason
    assert (report.changes, report.exit_code) == ((), 3)
    assert len(VendorStores(acting("ben")).observations.all()) == 1


@pytest.fixture
def watched(root, server) -> None:
    write(root, alias(server.url))


def test_nobody_there_is_cannot_tell(root, acting):
    write(root, alias("http://127.0.0.1:9"))

    report = watch(acting("ben"))

    assert report.exit_code == 3
    assert "refused" in report.not_seen[0].reason


def test_a_fingerprint_counts_where_it_is_asked_for(root, acting, provider, server):
    write(root, alias(server.url, more=", fingerprint: true"))

    assert [o.value for o in watch(acting("ben")).seen] == ["acme-2026-01-01 (fp_1)"]
    provider.body = {"model": "acme-2026-01-01"}
    assert "system_fingerprint" in watch(acting("ben")).not_seen[0].reason


def test_nothing_is_contacted_but_by_the_watch(root, acting, server):
    write(root, alias(server.url), "    terms:\n", f"      - {{name: web, url: '{server.url}/t'}}\n")

    assess_now(acting("ada"), "acme")
    view_of(acting("ada"), read_desk(acting("ada")), "acme")

    assert server.hits == 0


def test_a_missing_variable_is_named_without_a_value(root, acting, server):
    write(root, alias(server.url).replace("ACME_KEY", "OTHER_KEY"))

    with pytest.raises(ConfigError, match="OTHER_KEY"):
        watch(acting("ben"))


def test_the_key_is_in_no_record(root, acting, provider, server):
    write(root, alias(server.url))
    watch(acting("ben"))
    provider.model = "acme-2"
    watch(acting("ben"))

    stored = b"".join(row.body for row in acting("ben").ledger.rows("1 = 1 ORDER BY added", ()))
    assert b"acme-2" in stored
    assert b"s3cret-key" not in stored


def test_an_unknown_vendor_is_named(root, acting):
    write(root)

    with pytest.raises(NotFoundError, match="no vendor is called 'nobody'"):
        watch(acting("ben"), only="nobody")


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("    terms: [{name: x, path: ../../etc/passwd}]\n", "not a path below"),
        ("    terms: [{name: x, url: 'https://me:pw@a.example/'}]\n", "without a password"),
        ("    terms: [{name: x, url: 'file:///etc/passwd'}]\n", "not an http or https address"),
        (
            "    aliases: [{component: model, kind: openai, url: 'https://a.example', headers: {X-Api-Key: abc123}}]\n",
            "a credential is written",
        ),
        ("    contract: {training_use: maybe}\n", "the key 'contract' is given twice"),
        ("    colour: red\n", "not a known field"),
        ("    deprecations: [{model: m, on: 2026, source: x}]\n", "a day is written as YYYY-MM-DD"),
    ],
)
def test_a_file_that_is_not_sound_is_refused_without_repeating_a_secret(root, part, said):
    write(root, part)

    with pytest.raises(ConfigError, match=said) as caught:
        load_vendors(root / "vendors.yaml")

    assert "abc123" not in str(caught.value)
    assert "pw@" not in str(caught.value)


@pytest.mark.parametrize("term", ["retention_days", "change_notice_days", "incident_notice_hours"])
def test_yes_is_no_number_of_days(root, term):
    (root / "vendors.yaml").write_text(HEAD.replace("training_use: never", f"{term}: true"))

    with pytest.raises(ConfigError, match="must be a number, got true"):
        load_vendors(root / "vendors.yaml")


def reviewed() -> Attestation:
    return Attestation(
        type="review:vendor",
        statement="read",
        author="ben",
        document=None,
        about=("model",),
        supports=True,
        observed_at=None,
    )


REVIEW_CONTROL = """\
- id: desk/vendor
  title: The supplier is reviewed
  objective: Verify that the supplier was reviewed.
  why: It sees every prompt.
  area: supply_chain
  type: directive
  stage: design
  tiers: [minimal, limited, high, critical]
  rules:
    - id: desk/vendor-reviewed
      message: the supplier was not reviewed
      remediation: review it
      require: {kind: evidence, type: "review:vendor"}
"""
