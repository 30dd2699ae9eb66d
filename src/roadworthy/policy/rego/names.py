"""How packs and rules are called in Rego, and how texts are written there."""

from __future__ import annotations

import re

_KEYWORDS = frozenset(
    {
        "as", "contains", "data", "default", "else", "every", "false", "if", "import", "in", "input", "not", "null",
        "package", "set", "some", "true", "with",
    }
)  # fmt: skip


def package_name(pack: str) -> str:
    """Return the last part of the package of ``pack``.

    >>> package_name("base"), package_name("eu-hr"), package_name("3rd.party"), package_name("default")
    ('base', 'eu_hr', 'pack_3rd_dot_party', 'pack_default')
    """
    name = pack.replace(".", "_dot_").replace("-", "_")
    return f"pack_{name}" if name[:1].isdigit() or name in _KEYWORDS else name


def rule_name(rule: str) -> str:
    """Return the name of the function that judges ``rule``.

    >>> rule_name("base/owner-named")
    'rule_owner_named'
    """
    return "rule_" + rule.partition("/")[2].replace("-", "_")


def text(value: str) -> str:
    r"""Return ``value`` as a Rego text; control characters and the ends of lines are escaped.

    >>> print(text('say "a\\b"'))
    "say \"a\\b\""
    """
    escaped = re.sub(r'[\\"]', lambda found: "\\" + found[0], value)
    return '"' + re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", escaped) + '"'


def comment(value: str, *, indent: str = "") -> list[str]:
    r"""Return ``value`` as comment lines; nothing in it can end the comment.

    >>> comment("one\ntwo")
    ['# one', '# two']
    """
    return [f"# {indent}{line.rstrip()}".rstrip() for line in re.split(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+", value)]
