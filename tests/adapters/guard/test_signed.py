"""A containment counts only if one of the team's keys signed exactly what it says."""

import pytest

from fakes.guard_world import containment, rule
from roadworthy.adapters.guard.signed import PAYLOAD_TYPE, read_signed_containment, sign_containment
from roadworthy.adapters.signing import FileSigner
from roadworthy.core.digest import canonical_json
from roadworthy.core.errors import VerificationError
from roadworthy.evidence.dsse import encode, seal

STOP = containment("c1", rule("containment/stop", "hush"))


@pytest.fixture
def signers(tmp_path):
    return FileSigner.open(tmp_path / "ours"), FileSigner.open(tmp_path / "theirs")


def test_what_the_team_signed_is_read_as_it_was(tmp_path, signers):
    path = tmp_path / "stop.dsse.json"
    path.write_bytes(sign_containment(STOP, signer=signers[0]))

    assert read_signed_containment(path, verifiers=[signers[1].verifier, signers[0].verifier]).value == STOP


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        pytest.param(lambda ours, theirs: sign_containment(STOP, signer=theirs), "may not contain", id="another key"),
        pytest.param(
            lambda ours, _: sign_containment(STOP, signer=ours).replace(b'"payload":"ey', b'"payload":"eX'),
            "signature does not hold|not canonical",
            id="changed content",
        ),
        pytest.param(lambda *_: canonical_json(STOP), "not a DSSE envelope", id="not signed"),
        pytest.param(lambda *_: b"", "not canonical JSON", id="empty"),
        pytest.param(lambda *_: b"x" * (2 * 1024 * 1024 + 1), "larger than", id="too large"),
        pytest.param(
            lambda ours, _: encode(seal(canonical_json(STOP), payload_type="text/plain", signer=ours)),
            "expected 'application/vnd",
            id="another type",
        ),
        pytest.param(
            lambda ours, _: encode(seal(b'{"id":"c1"}', payload_type=PAYLOAD_TYPE, signer=ours)),
            "no containment",
            id="signed and no containment",
        ),
    ],
)
def test_anything_else_is_refused(tmp_path, signers, make, problem):
    path = tmp_path / "stop.dsse.json"
    path.write_bytes(make(*signers))

    with pytest.raises(VerificationError, match=problem):
        read_signed_containment(path, verifiers=[signers[0].verifier])


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(VerificationError, match="cannot read the file"):
        read_signed_containment(tmp_path / "none", verifiers=[])
