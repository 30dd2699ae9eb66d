"""Promise: a value in a vault comes back in its own conversation, in time, to who may have it, and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from roadworthy.guard.event import Principal
from roadworthy.guard.vault.model import Entitlement, Scope, VaultPolicy
from roadworthy.guard.vault.restoring import RestoreStream
from roadworthy.guard.vault.vault import Vault, conversation_key

NOW = datetime(2026, 11, 21, tzinfo=UTC)
SECRET = b"s" * 32
POLICY = VaultPolicy(ttl_s=600, entitlements=(Entitlement(kinds=("email",), roles=("support",)),))
SCOPES = [Scope(tenant=tenant, conversation=name) for tenant in ("acme", "beta") for name in ("c1", "c2")]
PEOPLE = [
    Principal(id=name, tenant=tenant, roles=roles)
    for tenant in ("acme", "beta")
    for name, roles in (("ada", ()), ("bob", ()), ("cyd", ("support",)))
]
SAID = st.tuples(st.sampled_from(SCOPES), st.sampled_from(["ada", "bob"]), st.sampled_from(["email", "iban"]))
REWRITTEN = st.sampled_from([str, str.lower, str.upper, " ".join, lambda p: p.replace("-", ""), lambda p: f"`{p}`"])


@given(
    said=st.lists(SAID, min_size=1, max_size=6),
    where=st.sampled_from(SCOPES),
    reader=st.sampled_from(PEOPLE),
    after_s=st.sampled_from([0, 599, 600]),
    rewrite=REWRITTEN,
    size=st.integers(1, 40),
)
def test_a_value_comes_back_only_where_when_and_to_whom_it_may(*, said, where, reader, after_s, rewrite, size):
    vaults = {scope: Vault(scope, key=conversation_key(SECRET, scope), policy=POLICY) for scope in SCOPES}
    placed = []
    for number, (scope, who, kind) in enumerate(said):
        value = f"zebra-{number:03}."
        principal = Principal(id=who, tenant=scope.tenant)
        placed.append((scope, who, kind, value, vaults[scope].hide(value, kind=kind, principal=principal, at=NOW)))
    text = " ; ".join(rewrite(placeholder) for *_, placeholder in placed)
    at = NOW + timedelta(seconds=after_s)

    whole = vaults[where].restore(text, recipient=reader, at=at)
    stream = RestoreStream(vaults[where], recipient=reader, at=at)
    parts = [stream.push(text[start : start + size]) for start in range(0, len(text), size)]

    for scope, who, kind, value, _ in placed:
        entitled = reader.id == who or (kind == "email" and "support" in reader.roles)
        may = scope == where and reader.tenant == scope.tenant and after_s < 600 and entitled
        assert (value in whole.text) is may
    assert "".join([*parts, stream.finish()]) == whole.text
    assert whole.restored + len(whole.kept) == len(placed)
