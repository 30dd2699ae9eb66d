"""What is signed about a proof of controls: the record itself, under a type of its own."""

from dataclasses import replace

from fakes.gate_world import declared
from roadworthy.core.digest import digest_of, plain
from roadworthy.core.evidence import ControlProof, Origin
from roadworthy.evidence.statement import CONTROL_PROOF, parse_statement, statement_of_evidence


def test_a_proof_is_stated_whole_and_under_its_own_type():
    some = digest_of("x")
    proof = ControlProof(faults=some, policy=some, caught=("a",), escaped=("b",), assumed=("a guard was added",))
    evidence = replace(declared("proof:controls", origin=Origin.MACHINE_RUN), declaration=None, proof=proof)

    statement = parse_statement(statement_of_evidence(evidence).content, where="here")

    assert statement.predicate_type == CONTROL_PROOF
    assert statement.predicate["evidence"] == plain(evidence)
    assert statement.predicate["evidenceDigest"] == digest_of(evidence)
