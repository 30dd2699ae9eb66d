"""What the page on lint shows is so: rules load, settings read, comments work, codes and limits are the program's."""

import re
from datetime import date
from pathlib import Path

import yaml

from roadworthy.adapters.lint.memory import repository_of
from roadworthy.adapters.lint.rules import read_rules, read_rules_below
from roadworthy.adapters.lint.settings import read_settings
from roadworthy.adapters.lint.source import MAX_TEXT_BYTES
from roadworthy.lint.selftest import disappointed
from roadworthy.lint.suppressions import MAX_DAYS, OWN_RULES, comments_in

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "lint-a-repository.md").read_text("utf-8")


def fenced(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_settings_that_are_shown_read_and_name_rules_that_exist(tmp_path):
    (tmp_path / ".roadworthy-lint.yaml").write_text(fenced("yaml")[0], "utf-8")
    settings = read_settings(tmp_path)

    assert [one.path for one in settings.excluded] == ["samples/**"]
    assert {one.rule for one in settings.suppressions} <= {rule.id for rule in read_rules()}


def test_the_rule_that_is_shown_loads_and_does_what_its_examples_say(tmp_path):
    (tmp_path / "own.yaml").write_text(fenced("yaml")[1], "utf-8")
    rules = read_rules_below(tmp_path)

    assert [rule.id for rule in rules] == ["prompt/says-please"]
    assert list(disappointed(rules, repository_of=repository_of)) == []


def test_the_comment_that_is_shown_is_whole_and_names_a_rule_that_exists():
    (one,) = comments_in("a.py", fenced("python")[0])

    assert one.suppression.until == date(2027, 1, 31)
    assert one.suppression.rule in {rule.id for rule in read_rules()}


def test_the_hook_that_is_shown_is_the_one_that_is_shipped():
    shipped = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text("utf-8"))
    shown = yaml.safe_load(fenced("yaml")[2])

    assert shown["repos"][0]["hooks"][0]["id"] == shipped[0]["id"]
    assert shipped[0]["entry"] in fenced("sh")[0]


def test_what_is_stated_is_so():
    assert f"more than {MAX_DAYS} days away" in PAGE
    assert MAX_TEXT_BYTES == 1024**2
    assert [rule for rule in OWN_RULES if f"`{rule}`" not in PAGE] == []
