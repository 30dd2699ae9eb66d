from dataclasses import fields

import pytest

from roadworthy.inventory.model import Agent, FileComponent, HostedModel, McpServer, System, Tool
from roadworthy.policy.facts import FIELDS, VARIABLES, names_a_fact, unknown_facts


def test_facts_of_the_system_are_the_fields_of_the_manifest():
    assert FIELDS["system"] == {field.name for field in fields(System)}


def test_facts_of_components_are_their_fields_and_what_a_release_adds():
    stated = {f.name for kind in (HostedModel, FileComponent, Tool, McpServer, Agent) for f in fields(kind)}

    assert FIELDS["components"] == stated | {"digest", "revision"}


def test_only_variables_have_fields():
    assert set(FIELDS) < set(VARIABLES)


@pytest.mark.parametrize(
    ("expression", "want"),
    [
        ("system.owner != '' && release.version != ''", ()),
        ("documents.anything != ''", ()),
        ("system.legal_facts.profiling", ()),
        ("assessment.teir == 'high'", ("assessment.teir",)),
        ("'system.ower' == system.owner", ()),
        ('"\\"system.ower" == system.owner', ()),
        ("components.all(c, c.typ == 'tool')", ("components.typ",)),
        ("components.exists(x, x.type == 'tool' && x.side_effects.exists(s, s == 'pay'))", ()),
        ("components.filter( c , c.pinned).size() == 0", ("components.pinned",)),
        ("system.markets.exists(m, m.startsWith('E'))", ()),
        ("components.all(c, c.arguments.system.ower == 1)", ()),
    ],
)
def test_unknown_facts_are_named(expression, want):
    assert unknown_facts(expression) == want


@pytest.mark.parametrize(
    ("expression", "want"),
    [
        ("true", False),
        ("'system' == 'system'", False),
        ("size(components) > 0", True),
        ("ecosystem == 1", False),
    ],
)
def test_a_condition_depends_on_facts_or_not(expression, want):
    assert names_a_fact(expression) is want
