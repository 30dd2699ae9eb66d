"""Whatever breaks while a call is judged, the call is not made, and the fault does not say what was in it."""

from dataclasses import replace

from fakes.tool_calls import Walk, argument, grant, kinds, tools


class BrokenLedger:
    """Breaks with the value in its words."""

    is_tainted = False

    def trace(self, value, *, same=()):
        raise RuntimeError(f"cannot trace {value}")


def test_a_ledger_that_breaks_denies_and_repeats_nothing():
    walk = Walk(tools(grant("send", argument("to", "user"), result=grant("x").result)))
    walk.state = replace(walk.state, run=replace(walk.run, ledger=BrokenLedger()))

    decision = walk.call("send", {"to": "secret-address"})

    assert kinds(decision) == {"failed"}
    assert decision.stops
    assert decision.degraded
    assert "secret-address" not in repr(decision)
    assert walk.status() == "refused"
