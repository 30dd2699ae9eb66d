"""A lint rule that finds the word *bad*, for tests of what is done with rules."""

from roadworthy.core.severity import Severity
from roadworthy.lint.model import Area, Example, FileKind, LintRule, Pattern, Reference

EXAMPLES = (
    Example(note="bad", files={"a.py": "bad"}, finds=True),
    Example(note="good", files={"a.py": "good"}, finds=False),
)


def bad_word(name="bad", detect=None, *, kinds=(FileKind.PYTHON,), severity=Severity.BLOCK):
    """Return a rule named ``secret/<name>``, which finds the word *bad* in Python unless told otherwise."""
    return LintRule(
        id=f"secret/{name}",
        area=Area.SECRET,
        severity=severity,
        title="Something bad is here",
        why="It is bad.",
        fix="Make it good.",
        kinds=kinds,
        detect=detect or Pattern(patterns=("bad",)),
        examples=EXAMPLES,
        references=(Reference(framework="cwe", id="CWE-1"),),
    )
