"""What a draft makes of the numbers of a policy, and of what turns them round."""

from pathlib import Path

import pytest

from roadworthy.adapters.packs import PackFolders
from roadworthy.policy.drafting.disposition import Covered, Proposed
from roadworthy.policy.drafting.drafting import Wanted, draft
from roadworthy.policy.drafting.modality import find
from roadworthy.policy.drafting.quantities import quantities_in
from roadworthy.policy.model import EvidenceCheck, FactCheck, Layer, MeasureCheck

BASE = PackFolders(Path()).load("base")
WANTED = Wanted(name="acme", layer=Layer.ORGANISATION, owner="Risk office", document="policy.md")


def drafted(text):
    """Return what becomes of the one statement of ``text``."""
    return draft(text.encode(), wanted=WANTED, packs=[BASE]).entries[0].disposition


@pytest.mark.parametrize(
    ("text", "bound", "value"),
    [
        ("Accuracy must not fall below 95 %.", "at_least", 0.95),
        ("Answers must be correct in no fewer than 90 % of cases.", "at_least", 0.9),
        ("No model may be deployed with an error rate above 5 %.", "at_most", 0.05),
        ("The error rate must never exceed 3 %.", "at_most", 0.03),
        ("The error rate must not exceed 3 %.", "at_most", 0.03),
        ("Systems without review must fail in at most 2 % of cases.", "at_most", 0.02),
        ("Systems with no users must fail in at most 2 % of cases.", "at_most", 0.02),
        ("Systems not in production must be right in at least 90 % of cases.", "at_least", 0.9),
        ("No system may fail in more than 2 % of cases.", "at_most", 0.02),
        ("Systems are stopped without falling below 99 %.", "at_least", 0.99),
        ("Systems must not be used if the error rate exceeds 5 %.", "at_least", 0.05),
        ("Logs must not only be kept, but read in at least 90 % of cases.", "at_least", 0.9),
        ("Die Genauigkeit darf nicht unter 95 % fallen.", "at_least", 0.95),
        ("Nicht weniger als 95 % der Antworten müssen richtig sein.", "at_least", 0.95),
        ("Le taux d'erreur ne doit pas dépasser 3 %.", "at_most", 0.03),
        ("Agents must not take more than 10 steps.", "at_most", 10),
        ("Les agents ne doivent pas effectuer plus de 10 étapes.", "at_most", 10),
        ("Agents may take no more than 1,000 steps.", "at_most", 1000),
        ("Personal data must not be kept for more than 30 days.", "at_most", 30),
        ("Logs must be kept for no longer than 30 days.", "at_most", 30),
        ("Logs must be kept for 30 days.", "at_least", 30),
        ("Personal data must be deleted after 30 days.", "at_most", 30),
        ("Les journaux ne doivent pas être conservés plus de 30 jours.", "at_most", 30),
    ],
)
def test_a_negation_turns_the_bound_that_it_governs(text, bound, value):
    (found,) = quantities_in(text)

    assert (found.bound, found.value) == (bound, pytest.approx(value))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("reviewed every 1,000 days", 1000),
        ("alle 1.000 Tage geprüft", 1000),
        ("testés tous les 1 000 jours", 1000),
        ("reviewed every 12.5 days", 12.5),
        ("reviewed every other week", 14),
        ("reviewed twice a year", 182.5),
        ("reviewed 4 times per year", 91.25),
        ("zweimal jährlich geprüft", 182.5),
        ("testés deux fois par an", 182.5),
    ],
)
def test_a_period_is_read_whole(text, days):
    assert [(q.kind, q.value) for q in quantities_in(text)] == [("period", days)]


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("Owners do not have to keep logs.", "permission"),
        ("Models need not be tested.", "permission"),
        ("Owners are not required to keep logs.", "permission"),
        ("Protokolle müssen nicht aufbewahrt werden.", "permission"),
        ("Daten müssen nicht nur gelöscht, sondern auch gesperrt werden.", "obligation"),
        ("Les équipes ne sont pas tenues de conserver les journaux.", "permission"),
        ("Staff must under no circumstances share secrets.", "prohibition"),
        ("Agents may take no more than 1,000 steps.", "prohibition"),
        ("Les agents peuvent effectuer au plus 10 étapes.", "prohibition"),
        ("The list may be up to date.", "permission"),
    ],
)
def test_what_need_not_be_and_what_must_not_be_are_told_apart(text, modality):
    assert find(text)[0].value == modality


@pytest.mark.parametrize(
    ("text", "rate", "threshold"),
    [
        ("Accuracy must not fall below 95 %.", "success", 0.95),
        ("Accuracy below 95 % is prohibited.", "success", 0.95),
        ("Accuracy must be at least 95 % unless fewer than 5 % of users are affected.", "success", 0.95),
        ("The hallucination rate must not exceed 3 %.", "failure", 0.03),
        ("The error rate must stay under 0.5 %.", "failure", 0.005),
        ("The hallucination rate must be 0 %.", "failure", 0.01),
        ("The hallucination rate must be below 0.01 %.", "failure", 0.001),
    ],
)
def test_a_rate_is_proposed_on_the_side_and_at_the_number_that_the_text_states(text, rate, threshold):
    check = drafted(text).control.rules[0].require

    assert isinstance(check, MeasureCheck)
    assert (check.rate, check.threshold) == (rate, threshold)


def test_a_limit_of_steps_that_a_negation_states_becomes_a_fact():
    check = drafted("Agents must not take more than 10 steps.").control.rules[0].require

    assert isinstance(check, FactCheck)
    assert "max_steps <= 10" in check.condition


def test_a_period_shorter_than_the_known_control_asks_for_newer_runs():
    found = drafted("Models must be tested for bias every 30 days.")

    assert isinstance(found, Proposed)
    assert found.control.rules[0].require.max_age_days == 30


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("If more than 10 % of complaints concern bias, the model must be tested for bias.", "more than 10 %"),
        ("Models must be evaluated by at least 2 reviewers.", "at least 2 reviewers"),
        ("Incidents must be reported within 4 hours.", "within 4 hours"),
        ("Logs must be kept for no longer than 6 months.", "for no longer than 6 months"),
        ("The hallucination rate must be between 1 % and 3 %.", "1 %"),
    ],
)
def test_a_number_that_no_rule_holds_is_named_to_the_reviewer(text, number):
    found = drafted(text)

    assert isinstance(found, Proposed | Covered)
    assert any(repr(number) in need for need in found.needs_you)


@pytest.mark.parametrize(
    ("text", "objective"),
    [
        (
            "Use of facial recognition is prohibited.",
            "Verify that this holds: use of facial recognition is prohibited.",
        ),
        (
            "Except for pilots, all models must be tested for toxicity.",
            "Verify that all models are tested for toxicity except for pilots.",
        ),
    ],
)
def test_an_objective_says_what_the_sentence_says(text, objective):
    assert drafted(text).control.objective == objective


def test_an_exception_within_a_sentence_is_named_to_the_reviewer():
    found = drafted("Agents must log what they do, with the exception of test runs.")

    assert "condition: with the exception of test runs" in found.needs_you
    assert isinstance(found.control.rules[0].require, EvidenceCheck)


@pytest.mark.parametrize("text", ["Agents cannot make payments.", "Owners do not have to keep logs."])
def test_words_of_duty_in_what_is_no_requirement_are_pointed_out(text):
    assert "words of duty" in drafted(text).because
