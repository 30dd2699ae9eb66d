"""The name by which a finding is known again, and the claim that keeps it from being recorded twice."""

from __future__ import annotations

from roadworthy.core.digest import digest_of


def fingerprint(*, rule: str, case: str, component: str) -> str:
    """Return the name by which a finding is known again: 32 hexadecimal digits.

    Args:
        rule: What says that it is wrong.
        case: The sample, file or other place by its stable name; never a line number or what a model said.
        component: Key of the component that has it; empty: not known.

    >>> fingerprint(rule="prompt-leak", case="leak-7", component="help-centre")
    '6315e47924f64ac881872697e247f808'
    """
    return digest_of([rule, case, component]).removeprefix("sha256:")[:32]


def first_claim(system: str, name: str) -> str:
    """Return the claim by which a store keeps a fingerprint from being a finding twice.

    >>> first_claim("desk", "0" * 4)
    'finding/desk/0000'
    """
    return f"finding/{system}/{name}"
