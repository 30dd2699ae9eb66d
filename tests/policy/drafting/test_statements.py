"""What a sentence asks, of whom, when and how much of it, in three languages."""

import pytest

from roadworthy.policy.drafting.document import read_document
from roadworthy.policy.drafting.objective import objective_of
from roadworthy.policy.drafting.quantities import quantities_in
from roadworthy.policy.drafting.statement import Modality
from roadworthy.policy.drafting.statements import exceptions_to, read_statements


def statements(text):
    return read_statements(read_document(text))


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("Owners must keep logs.", "obligation"),
        ("Owners shall keep logs.", "obligation"),
        ("The team will keep logs.", "obligation"),
        ("It will rain.", "context"),
        ("A review is required.", "obligation"),
        ("Changes are subject to approval.", "obligation"),
        ("Staff may not use it.", "prohibition"),
        ("Staff cannot use it.", "prohibition"),
        ("Some harm cannot wait.", "context"),
        ("No team may use it.", "prohibition"),
        ("It may only be used if it was tested.", "prohibition"),
        ("At most 3 % of answers may be wrong.", "prohibition"),
        ("Staff may use it.", "permission"),
        ("Answers may not be accurate.", "context"),
        ("This has to do with trust.", "context"),
        ("A score must not be confused with a decision.", "context"),
        ("Staff should use it.", "recommendation"),
        ("“Model” means a program that must learn.", "definition"),
        ("The word “must” is a strong one.", "context"),
        ("What must I do?", "context"),
        ("This page explains what owners must do.", "context"),
        ("Keep a log of it.", "obligation"),
        ("Do not share the output.", "prohibition"),
        ("Release management is part of it.", "context"),
        ("Das Team muss es prüfen.", "obligation"),
        ("Das Team hat die Ergebnisse zu dokumentieren.", "obligation"),
        ("Vorfälle sind sofort zu melden.", "obligation"),
        ("Daten dürfen nicht eingegeben werden.", "prohibition"),
        ("Das System darf nur geprüft eingesetzt werden.", "prohibition"),
        ("Die Nutzung ist untersagt.", "prohibition"),
        ("Das Team sollte es prüfen.", "recommendation"),
        ("Das Team darf es nutzen.", "permission"),
        ("„Modell“ bezeichnet ein Programm.", "definition"),
        ("L'équipe doit tester le système.", "obligation"),
        ("Le service est tenu de signaler tout incident.", "obligation"),
        ("Il est interdit de saisir des données.", "prohibition"),
        ("L'outil ne doit pas répondre.", "prohibition"),
        ("L'équipe devrait tester.", "recommendation"),
        ("L'équipe peut tester.", "permission"),
        ("On entend par « modèle » un logiciel.", "definition"),
    ],
)
def test_the_modality_of_a_sentence_is_told(text, modality):
    assert {statement.modality for statement in statements(text)} == {Modality(modality)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "Owners must test each model before release and document the result.",
            ["Owners must test each model before release.", "Owners must document the result."],
            id="a shared must",
        ),
        pytest.param(
            "If data is personal, the team must assess it and must inform the officer.",
            ["If data is personal, the team must assess it.", "If data is personal, the team must inform the officer."],
            id="a shared condition",
        ),
        pytest.param(
            "Logs must be kept; the owner must review them.",
            ["Logs must be kept.", "The owner must review them."],
            id="two clauses",
        ),
        pytest.param(
            "The team must keep a model card and record of training.",
            ["The team must keep a model card and record of training."],
            id="a noun is no second duty",
        ),
        pytest.param(
            "Teams must test it if a model is new and the data is personal.",
            ["Teams must test it if a model is new and the data is personal."],
            id="a condition stays whole",
        ),
        pytest.param(
            "Das Personal muss geschult werden und hat die Schulung zu wiederholen.",
            ["Das Personal muss geschult werden.", "Das Personal hat die Schulung zu wiederholen."],
            id="German",
        ),
        pytest.param(
            "Owners must:\n- keep a log; and\n- carry out a review and update it every year.",
            [
                "Owners must:",
                "Owners must keep a log.",
                "Owners must carry out a review.",
                "Owners must update it every year.",
            ],
            id="a list",
        ),
        pytest.param(
            "The following data must not be entered:\n- customer data\n- health data",
            [
                "The following data must not be entered:",
                "Customer data must not be entered.",
                "Health data must not be entered.",
            ],
            id="a list of things",
        ),
    ],
)
def test_what_stands_alone_is_split_and_reads_alone(text, expected):
    assert [statement.text for statement in statements(text)] == expected


def test_actor_object_condition_and_reference_are_read():
    [statement] = statements(
        "The model owner must report errors to the board within 2 days unless section 4.2(b) applies."
    )

    assert statement.actor == "The model owner"
    assert statement.object == "errors to the board"
    assert [condition.split()[:2] for condition in statement.conditions] == [["unless", "section"]]
    assert statement.refers_to == ("4.2(b)",)
    assert [q.value for q in statement.quantities] == [2.0]


def test_an_exception_is_told_to_the_rule_before_it():
    found = statements("# Rules\n\nStaff must not share data. This does not apply to test data.")
    assert exceptions_to(found) == {2: (3,)}


@pytest.mark.parametrize(
    ("text", "kind", "value", "bound"),
    [
        ("within 24 hours", "deadline", 1.0, "at_most"),
        ("no later than two weeks", "deadline", 14.0, "at_most"),
        ("innerhalb von 24 Stunden", "deadline", 1.0, "at_most"),
        ("dans les 48 heures", "deadline", 2.0, "at_most"),
        ("at least 95 %", "share", 0.95, "at_least"),
        ("höchstens 0,5 Prozent", "share", 0.005, "at_most"),
        ("moins de 2 %", "share", 0.02, "at_most"),
        ("every 90 days", "period", 90.0, "at_most"),
        ("annually", "period", 365.0, "at_most"),
        ("jährlich", "period", 365.0, "at_most"),
        ("alle 6 Monate", "period", 180.0, "at_most"),
        ("tous les 3 mois", "period", 90.0, "at_most"),
        ("for at least 10 years", "retention", 3650.0, "at_least"),
        ("at most 20 steps", "count", 20.0, "at_most"),
    ],
)
def test_numbers_are_read_with_their_meaning(text, kind, value, bound):
    [found] = quantities_in(text)
    assert (found.kind, round(found.value, 6), found.bound) == (kind, value, bound)


@pytest.mark.parametrize("text", ["version 2.0", "section 4.2", "100 people", "120 %", "for 0 days", "in 2027"])
def test_numbers_of_nothing_known_are_left_alone(text):
    assert quantities_in(text) == ()


@pytest.mark.parametrize(
    ("text", "objective"),
    [
        ("Owners must document the use.", "Verify that owners document the use."),
        ("Each owner must document the use.", "Verify that each owner documents the use."),
        ("All models must be tested.", "Verify that all models are tested."),
        ("A model must not be sold.", "Verify that a model is not sold."),
        ("Staff shall not paste data.", "Verify that staff do not paste data."),
        ("The bank will apply and test it.", "Verify that the bank applies and tests it."),
        ("Do not share the output.", "Verify that nobody shares the output."),
        ("Keep a log of it.", "Verify that those concerned keep a log of it."),
        ("If it fails, the team must stop it.", "Verify that the team stops it if it fails."),
        ("An approval is required.", "Verify that an approval is in place."),
        ("No chatbot may give advice.", "Verify that no chatbot gives advice."),
        ("It may only be used by staff.", "Verify that it is only used by staff."),
        ("It is forbidden to copy it.", "Verify that nobody copies it."),
    ],
)
def test_the_objective_is_a_sentence_that_can_be_answered_yes_or_no(text, objective):
    [statement] = statements(text)
    assert objective_of(statement) == objective


def test_a_bare_list_is_what_its_heading_says_and_code_is_never_a_rule():
    found = statements("## Prohibited uses\n\n- social scoring\n\n```\nStaff must log.\n```\n\n## Thanks\n\n- the team")
    assert [s.text for s in found if s.modality.binds] == ["Prohibited uses: social scoring."]
    assert [s.text for s in found if s.is_unseen] == ["Staff must log."]
