"""What people signed, in a pack: checked with their own keys, and refused where a team made it up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fakes.consenting_people import PEOPLE, RELEASE_NEEDS_CLEO, answer, governance
from fakes.consenting_people import request as asked_for
from roadworthy.adapters.keys.public import parse_key
from roadworthy.adapters.signing import FileSigner
from roadworthy.approvals.model import Consents, Signed
from roadworthy.core.digest import digest_of
from roadworthy.core.errors import EvidenceError
from roadworthy.core.severity import RiskTier
from roadworthy.evidence.archive import read_archive
from roadworthy.evidence.chain import append
from roadworthy.evidence.consent import statement_of_consent
from roadworthy.evidence.dsse import encode
from roadworthy.evidence.pack import PackContents, build_pack
from roadworthy.evidence.ports import Sealed
from roadworthy.evidence.statement import sign_statement
from roadworthy.evidence.verification import CheckStatus, Verification
from roadworthy.evidence.verify import verify
from roadworthy.gates.model import Verdict
from roadworthy.gates.oversight.consenting import payload_of

if TYPE_CHECKING:
    World = Any

CLEO = FileSigner(Ed25519PrivateKey.from_private_bytes(b"c" * 32))


class Team:
    """Whoever makes packs: it holds the team's key and can write whatever it wants into them."""

    def __init__(self, world: World, *, decide: Callable[[Sealed], Any], now: Any) -> None:
        self.world, self.decide, self.now = world, decide, now
        key = replace(
            PEOPLE[2].keys[0],
            public=CLEO.public_pem.decode(),
            valid_from=now - timedelta(days=9),
            valid_until=now + timedelta(days=9),
        )
        people = tuple(replace(p, keys=(key,) if p.id == "cleo" else ()) for p in PEOPLE)
        self.rules = governance(rules=(replace(RELEASE_NEEDS_CLEO, tiers=tuple(RiskTier)),), people=people)
        at = now - timedelta(hours=1)
        bare = self._decided(Consents())[1]
        self.asked = asked_for(payload_of(bare), at=at)
        self.yes = answer(self.asked, "cleo", "release_manager", at=at, until=now + timedelta(days=5))
        self.at = at

    def signed(self, signer: FileSigner = CLEO) -> bytes:
        return encode(sign_statement(statement_of_consent(self.yes.approval), signer=signer))

    def contents(self, *answers: Any, said: dict[str, bytes] | None = None, at: Any = None) -> PackContents:
        inputs, decision = self._decided(Consents(requests=(self.asked,), approvals=answers or (self.yes,)))
        log = list(self.world.log[:-1])
        for digest in (digest_of(self.asked), *(one.digest for one in answers or (self.yes,)), digest_of(decision)):
            log.append(append(log[-1], kind="record", digest=digest, recorded_at=at or self.at, actor="a"))
        return replace(
            self.world.contents,
            inputs=inputs,
            decision=decision,
            log=tuple(log),
            said={self.yes.approval.id: self.signed()} if said is None else said,
        )

    def _decided(self, consents: Consents) -> tuple[Any, Any]:
        inputs = replace(self.world.inputs, governance=self.rules, consents=consents)
        sealed = Sealed(
            decision=self.world.decision,
            release=self.world.release,
            policy=self.world.policy,
            inputs=inputs,
            evidence=self.world.evidence,
            assessment=self.world.assessment,
        )
        return inputs, self.decide(sealed)


@pytest.fixture
def team(shipped: World, replay: Any, now: Any) -> Team:
    # The log's own entries are of this time; what people said comes after them.
    made = Team(shipped, decide=replay, now=now)
    made.at = now
    made.yes = replace(made.yes, signed=replace(made.yes.signed, recorded_at=now))
    return made


@pytest.fixture
def check(signer: FileSigner, reader: Any, replay: Any, now: Any) -> Callable[..., Verification]:
    return partial(verify, verifier=signer.verifier, reader=reader, at=now, replay=replay, keys=_key)


def _key(public: str) -> Any:
    return parse_key(public.encode(), where="a test")


def status(result: Verification, name: str) -> CheckStatus:
    return next(one.status for one in result.checks if one.name == name)


def test_a_release_that_people_approved_is_verified_with_their_own_signature(
    team: Team, signer: FileSigner, check: Any
) -> None:
    pack = build_pack(team.contents(), signer=signer)
    result = check(pack)

    assert result.intact, result.first_failure
    assert (result.verdict, status(result, "people"), status(result, "replay")) == (
        Verdict.SHIP,
        CheckStatus.OK,
        CheckStatus.OK,
    )
    files = read_archive(pack)
    assert files[f"approvals/{team.yes.approval.id}.dsse.json"] == team.signed()
    assert b'"aliases":[]' in files["gate-inputs.json"]


def test_without_a_reader_of_keys_what_people_signed_is_not_checked(team: Team, signer: FileSigner, check: Any) -> None:
    result = check(build_pack(team.contents(), signer=signer), keys=None)

    assert (status(result, "people"), status(result, "replay")) == (CheckStatus.NOT_CHECKED, CheckStatus.NOT_CHECKED)


def test_a_pack_without_the_signed_words_is_not_made(team: Team, signer: FileSigner) -> None:
    with pytest.raises(EvidenceError, match="signed words are not there"):
        build_pack(team.contents(said={}), signer=signer)


def test_an_approval_that_the_team_signed_in_a_persons_name_is_found(
    team: Team, signer: FileSigner, check: Any
) -> None:
    forged = team.contents(said={team.yes.approval.id: team.signed(signer)})
    result = check(build_pack(forged, signer=signer))

    assert status(result, "people") is CheckStatus.FAILED
    assert "not signed as the decision says" in result.first_failure.detail


def test_an_approval_of_something_else_is_no_approval(team: Team, signer: FileSigner, check: Any) -> None:
    other = replace(team.yes.approval, comment="of something else")
    words = encode(sign_statement(statement_of_consent(other), signer=CLEO))
    result = check(build_pack(team.contents(said={team.yes.approval.id: words}), signer=signer))

    assert status(result, "people") is CheckStatus.FAILED


@pytest.mark.parametrize(
    "claim",
    [
        pytest.param({"holds": False, "key": None}, id="that the signature of a real answer does not hold"),
        pytest.param({"key": "ben-key"}, id="that another key made it"),
    ],
)
def test_what_the_team_claims_of_a_signature_is_checked(
    team: Team, signer: FileSigner, check: Any, claim: dict[str, Any]
) -> None:
    claimed = replace(team.yes, signed=replace(team.yes.signed, **claim))
    result = check(build_pack(team.contents(claimed), signer=signer))

    assert status(result, "people") is CheckStatus.FAILED


def test_an_approval_that_is_said_to_have_been_recorded_at_another_time_is_found(
    team: Team, signer: FileSigner, check: Any
) -> None:
    earlier = Signed(holds=True, key="cleo-key", recorded_at=team.at - timedelta(minutes=1))
    result = check(build_pack(team.contents(replace(team.yes, signed=earlier)), signer=signer))

    assert status(result, "people") is CheckStatus.FAILED
    assert "another time" in result.first_failure.detail


def test_an_answer_that_is_not_in_the_log_is_found(team: Team, signer: FileSigner, check: Any) -> None:
    made = team.contents()
    log = list(team.world.log[:-1])
    log.append(append(log[-1], kind="decision", digest=digest_of(made.decision), recorded_at=team.at, actor="a"))
    result = check(build_pack(replace(made, log=tuple(log)), signer=signer))

    assert status(result, "people") is CheckStatus.FAILED
    assert "not in the log" in result.first_failure.detail


def test_a_verdict_that_people_did_not_give_does_not_survive_the_replay(
    team: Team, signer: FileSigner, check: Any
) -> None:
    made = team.contents()
    unasked = replace(made.inputs, consents=Consents())
    log = (
        *made.log[:-1],
        append(made.log[-2], kind="d", digest=digest_of(made.decision), recorded_at=team.at, actor="a"),
    )
    result = check(build_pack(replace(made, inputs=unasked, said={}, log=log), signer=signer))

    assert status(result, "replay") is CheckStatus.FAILED
    assert "verdict" in result.first_failure.detail or "summary" in result.first_failure.detail


def test_the_governance_of_a_decision_cannot_be_exchanged(team: Team, signer: FileSigner) -> None:
    made = team.contents()
    loose = replace(team.rules, consent=())

    with pytest.raises(EvidenceError, match="governance is not the one"):
        build_pack(replace(made, inputs=replace(made.inputs, governance=loose)), signer=signer)
