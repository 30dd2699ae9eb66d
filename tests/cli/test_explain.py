"""`rw explain`: a control as an engineer and a lawyer read it."""

import pytest

from roadworthy.adapters.packs import PackFolders, shipped_packs
from roadworthy.cli.policy.explain_text import explanation
from roadworthy.policy.frameworks.known import FRAMEWORKS
from roadworthy.runtime.policy.catalogue import explain_control


def every_control(tmp_path_factory):
    source = PackFolders(tmp_path_factory.mktemp("empty"))
    return [control.id for name in shipped_packs() for control in source.load(name).controls]


@pytest.fixture(scope="module")
def explained(tmp_path_factory):
    found = {id: explain_control(None, id) for id in every_control(tmp_path_factory)}
    return {id: (item, explanation(item)) for id, item in found.items()}


def test_each_shipped_control_says_what_why_and_how_to_mend_it(explained):
    for id, (item, lines) in explained.items():
        text = " ".join(" ".join(lines).split())

        assert item.control.objective in text, id
        assert item.control.why in text, id
        for rule in item.control.rules:
            assert f"Rule {rule.id}" in text
            assert rule.message in text
            assert rule.remediation in text


def test_each_link_is_named_by_the_title_of_its_document(explained):
    for id, (item, lines) in explained.items():
        for link in item.control.links:
            assert any(f"{FRAMEWORKS[link.framework].title}, {link.id}" in line for line in lines), id


def test_no_line_is_wider_than_a_page(explained):
    wide = [line for _, lines in explained.values() for line in lines if len(line) > 110 and " " in line.strip()[20:]]

    assert wide == []


def test_what_nobody_may_waive_says_so(explained):
    nobody = [lines for item, lines in explained.values() if any(not r.who_may_waive for r in item.control.rules)]

    assert nobody
    assert all(any("nobody may waive it" in line for line in lines) for lines in nobody)


def test_a_rule_leads_to_its_control():
    assert explain_control(None, "base/model-alias-refused").control.id == "base/model-pinned"
