"""The text that tells a stranger how to check a pack, with and without Roadworthy."""

from __future__ import annotations

from roadworthy.core.clock import rfc3339
from roadworthy.gates.model import GateDecision


def verification_instructions(decision: GateDecision, *, key_id: str) -> bytes:
    """Return ``VERIFY.md``.

    Args:
        decision: What the pack is about.
        key_id: Fingerprint of the key that signed it.
    """
    return _TEXT.format(
        system=_safe(decision.system),
        version=_safe(decision.version),
        verdict=decision.verdict.value.replace("_", " "),
        release=decision.release,
        decided_at=rfc3339(decision.decided_at),
        valid_until=rfc3339(decision.valid_until),
        key_id=key_id,
    ).encode("utf-8")


def _safe(text: str) -> str:
    """Keep a name from becoming markup."""
    return "".join(c if c.isalnum() or c in " ._-" else "_" for c in text)


_TEXT = """# How to check this evidence pack

| | |
| --- | --- |
| system | {system} {version} |
| verdict | {verdict} |
| release | `{release}` |
| decided | {decided_at} |
| in force until | {valid_until} |
| signing key | `{key_id}` |

You need no network, and you need not trust the pack.

## With Roadworthy

1. Get the team's public key **from the team**, over a channel that you trust. The copy in this
   pack (`signing-key.pub.pem`) proves nothing: whoever forges a pack puts their own key in it.
   Compare its fingerprint with the one above.
2. Run:

       rw verify PACK --key team-key.pub.pem

   It checks every digest, every signature, the log, and that the decision follows from the
   evidence, and names the first thing that does not hold. An intact pack whose decision has
   expired is reported as intact and expired.

## Without Roadworthy

1. `unzip` the archive. `index.dsse.json` is a DSSE envelope; its payload (base64) lists every
   file with its SHA-256 digest and size. `sha256sum` each one. A file that is not listed, or is
   listed and not there, means that the pack was changed.
2. An Ed25519 signature in each `*.dsse.json` is over
   `DSSEv1 SP len(payloadType) SP payloadType SP len(payload) SP payload`, where SP is a space and
   lengths are in bytes, decimal. Check it with any Ed25519 implementation and the team's key.
3. `decision.dsse.json` and `evidence/*.dsse.json` hold in-toto Statements v1. `vsa.dsse.json` is
   a SLSA verification summary; `svr.dsse.json`, present only for a verdict of *ship*, an in-toto
   simple verification result.
4. `approvals/`, `delegations/`, `withdrawals/`, `conditions-met/` and `independent-reviews/`, where
   they are, hold what people said, each signed with that person's own key. Their public keys stand
   under `governance` in `gate-inputs.json`: compare them, and its digest in the decision, with what
   you have from the organisation.
5. `log.jsonl` is a hash chain: each entry's `hash` is SHA-256 over the canonical JSON (RFC 8785)
   of its other fields, and its `previous` is the hash before. Ask the team for a checkpoint that
   it exported earlier, and see that the log goes on from there.

## What is not here

What the system answered. Journals keep sample ids, outcomes and reasons; every text is replaced
by a keyed commitment. The holder of an original journal can redact it again and must get the
same bytes. The samples that were asked are here, in `tasks/`: their digest is what evidence names.
"""
