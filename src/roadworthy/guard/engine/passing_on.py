"""How secret the result of a call may be that says again what the call was given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from roadworthy.guard.calls.compiling import CompiledTools, ToolTerms
from roadworthy.guard.calls.value import leaves
from roadworthy.guard.flow.carrying import MAX_CARRYING
from roadworthy.guard.flow.effort import Effort
from roadworthy.guard.flow.label import Label, Secrecy, most_secret
from roadworthy.guard.flow.ledger import Ledger
from roadworthy.guard.run.call import Call, Made

_DEFAULT = Secrecy.INTERNAL.rank
"""Of what is labelled by nobody: nothing less secret makes it more so."""

_MOST_LEAVES = 200
"""Values in the arguments of a call that are looked at; more may carry anything."""


def given_to(tools: CompiledTools, call: Call | None, ledger: Ledger, *, effort: Effort | None = None) -> Secrecy:
    """Return how secret what ``call`` is given may be.

    `Secrecy.PUBLIC` where its grants state how secret its result is: then it does not matter.

    Args:
        tools: The policy.
        call: As it goes on; None: it cannot be read.
        ledger: What the run has read before it.
        effort: What all calls of one event may cost together; None: this one is alone. What is not looked at may
            carry anything.
    """
    if ledger.secrecy.rank <= _DEFAULT or call is None:
        return Secrecy.PUBLIC
    terms = tools.terms(call.tool)
    if not terms.unstated:
        return Secrecy.PUBLIC
    return _carried(terms, call, ledger, same=tools.same, effort=effort or Effort())


def least_secret(tools: CompiledTools, made: Made | None, ledger: Ledger, *, tool: str, is_error: bool) -> Secrecy:
    """Return how secret a result is at least where nobody states it.

    The words of an error may say again what the call was given, whatever its grants state of a result. A result of a
    call of which nothing is known may say again anything that was read.

    Args:
        tools: The policy.
        made: The call; None: it is not known.
        ledger: What the run has read.
        tool: That gave it.
        is_error: Whether the call did not come back as it should.
    """
    if ledger.secrecy.rank <= _DEFAULT:
        return Secrecy.PUBLIC
    terms = tools.terms(tool)
    if made is None:
        return ledger.secrecy if is_error or terms.unstated else Secrecy.PUBLIC
    if not is_error:
        return made.given
    return most_secret(made.given, _carried(terms, made.call, ledger, same=tools.same, effort=Effort()))


def no_less(label: Label, secrecy: Secrecy) -> Label:
    """Return ``label`` for what is at least as secret as ``secrecy``."""
    return label if label.secrecy.rank >= secrecy.rank else replace(label, secrecy=secrecy)


def labels_no_less(
    terms: ToolTerms,
    label: Label,
    fields: Iterable[tuple[str, Label]],
    *,
    secrecy: Secrecy,
    is_error: bool,
) -> tuple[Label, Mapping[str, Label]]:
    """Return the labels of a result and of its fields, at least as secret as ``secrecy`` where nobody states them."""
    by_path = dict(fields)
    if secrecy.rank <= _DEFAULT:
        return label, by_path
    raised = {
        path: no_less(one, secrecy) if is_error or path in terms.unstated else one for path, one in by_path.items()
    }
    return no_less(label, secrecy) if is_error or "" in terms.unstated else label, raised


def _carried(terms: ToolTerms, call: Call, ledger: Ledger, *, same: Sequence[Sequence[str]], effort: Effort) -> Secrecy:
    """Return the most secret content that the arguments of ``call`` may carry; what was composed may carry anything."""
    told = list(dict.fromkeys(islice(_told(terms, call), _MOST_LEAVES + 1)))
    if not told:
        return Secrecy.PUBLIC
    if len(told) > _MOST_LEAVES or sum(len(one) for one in told if type(one) is str) > MAX_CARRYING:
        return ledger.secrecy
    found = Secrecy.PUBLIC
    for leaf in told:
        found = most_secret(found, *(part.secrecy for part in ledger.parts(leaf, same=same, effort=effort)))
        if found is ledger.secrecy:
            return found
    texts = [leaf for leaf in told if type(leaf) is str]
    carried = ledger.carried(*told, *([" ".join(texts)] if len(texts) > 1 else ()), same=same, effort=effort)
    return most_secret(found, *(one.secrecy for one in carried))


def _told(terms: ToolTerms, call: Call) -> Iterator[str | int | float]:
    """Yield what ``call`` is given, but truth values and what the policy itself lists, which say nothing secret."""
    lined = {line.path[0] for grant in terms.enforced for line in grant.lines}
    for name, value in call.arguments.items():
        if name not in lined:
            yield name
        # A list of listed values can spell anything.
        if name not in terms.constants or type(value) in (list, dict):
            yield from (leaf for leaf in leaves(value) if type(leaf) is not bool and leaf != "")
