"""Documents are written only from what the decision names, and only while it holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fakes.dossier_world import NOW, assessment, decided, dossier, pieces, policy
from fakes.gate_world import release
from roadworthy.core.errors import EvidenceError
from roadworthy.evidence.documents.citation import Basis, Passage
from roadworthy.evidence.documents.dossier import dossier_of


def test_evidence_whose_digest_changed_is_refused():
    first, *rest = pieces()
    altered = replace(first, producer=replace(first.producer, version="2"))

    with pytest.raises(EvidenceError, match=r"ev_injection is not the one that counted"):
        dossier(given=(altered, *rest))


def test_evidence_that_is_gone_is_refused():
    with pytest.raises(EvidenceError, match=r"ev_injection is gone"):
        dossier(given=pieces()[1:])


def test_evidence_that_was_voided_since_is_refused():
    with pytest.raises(EvidenceError, match=r"ev_quality counts no more: its collector was recalled"):
        dossier(voided={"ev_quality": "its collector was recalled"})


def test_a_decision_that_lapsed_is_refused_unless_asked_for():
    later = NOW + timedelta(days=400)

    with pytest.raises(EvidenceError, match=r"no longer in force"):
        dossier(now=later)
    assert dossier(now=later, allow_lapsed=True).lapsed


@pytest.mark.parametrize("part", ["release", "policy", "assessment", "facts", "inputs"])
def test_a_part_that_the_decision_does_not_name_is_refused(part):
    decision, inputs, bound, assessed = decided(evidence=pieces())
    given = {"release": release(), "policy": bound, "assessment": assessed, "inputs": inputs}
    given |= {
        "release": {"release": release(version="2")},
        "policy": {"policy": replace(policy(), controls=policy().controls[:1])},
        "assessment": {"assessment": assessment(author="somebody else")},
        "facts": {"inputs": replace(inputs, facts={"system": {}})},
        "inputs": {"inputs": replace(inputs, decision="decision_other")},
    }[part]

    with pytest.raises(EvidenceError, match=rf"the {part} is not the one that the decision names"):
        dossier_of(decision, **given, evidence=pieces(), written_at=NOW)


def test_what_is_measured_must_cite():
    with pytest.raises(ValueError, match=r"cites no evidence"):
        Passage(basis=Basis.MEASURED, text="it is safe", source="somewhere")
