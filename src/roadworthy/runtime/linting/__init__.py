"""Static checks of a repository: looked at, weighed, and told as text, facts, JSON, SARIF or a page."""

from roadworthy.runtime.linting.facts import lint_facts
from roadworthy.runtime.linting.look import LintRequest, lint, look, rules_for
from roadworthy.runtime.linting.page import lint_rules_page

__all__ = ["LintRequest", "lint", "lint_facts", "lint_rules_page", "look", "rules_for"]
