"""What whoever tells to whom things belong must do: yes, no or not known, by tenant and principal, or say it cannot."""

from __future__ import annotations

import pytest

from fakes.guarded_runs import ADA, Owners, guard
from roadworthy.guard.calls.ports import Ownership, OwnershipError
from roadworthy.guard.session.errors import CallRefusedError


@pytest.fixture(params=[Owners])
def owners(request) -> Ownership:
    return request.param(A17="acme:ada", B2="acme:eve", C3="rival:ada")


def test_it_knows_what_belongs_to_whom(owners):
    assert owners.belongs("order", "A17", tenant="acme", principal="ada") is True
    assert owners.belongs("order", "A17", tenant="acme", principal="eve") is False


def test_the_same_id_in_another_tenant_is_another_person(owners):
    assert owners.belongs("order", "C3", tenant="acme", principal="ada") is False
    assert owners.belongs("order", "A17", tenant="rival", principal="ada") is False


@pytest.mark.parametrize("name", ["", "Z9", "a17", "A17 ", "x" * 10_000])
def test_what_it_does_not_know_is_not_known(owners, name):
    assert owners.belongs("order", name, tenant="acme", principal="ada") is None


class Away:
    """Cannot be asked."""

    def belongs(self, kind: str, name: str, *, tenant: str, principal: str) -> bool | None:
        raise OwnershipError("away")


@pytest.mark.parametrize("ownership", [Away(), Owners(), None], ids=["away", "knows nothing", "nobody"])
def test_a_run_lets_no_call_through_that_names_what_is_not_known_to_be_ones_own(ownership):
    with pytest.raises(CallRefusedError, match="tools-order"):
        guard(ownership=ownership).run(ADA).call("order", {"id": "A17"})
