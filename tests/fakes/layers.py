"""Generated packs of all five layers, each of which tightens what stands above it, and worlds to judge them in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from fakes.gate_world import CONDITIONS, declared, held, judge, measurement, run_evidence, task
from roadworthy.core.evidence import Origin
from roadworthy.core.severity import RiskTier, Severity
from roadworthy.policy.model import (
    Area,
    Control,
    EvidenceCheck,
    FactCheck,
    Layer,
    Link,
    MeasureCheck,
    Pack,
    Rule,
    Tightening,
)
from roadworthy.policy.resolve import pack_digest, resolve
from roadworthy.policy.strictness import bar_of, severity_rank
from roadworthy.policy.tighten import tightened

TIERS = (RiskTier.LIMITED, RiskTier.HIGH)
CATEGORIES = ("injection_direct", "quality")
TYPES = ("document:runbook", "review:threats")
DAYS = (date(2026, 1, 1), date(2026, 6, 1), date(2030, 1, 1))
"""Long past, the day of the decision, and later."""

LINK = Link(
    framework="nist-ai-rmf", id="GOVERN 1.1", relation="intersects", rationale="r", strength=1, status="proposed"
)
CONDITION = st.sampled_from(["system.a == 'x'", "system.b != 'x'", "components.exists(c, c.type == 'x')"])

fact_checks = st.builds(FactCheck, condition=CONDITION)
evidence_checks = st.builds(
    EvidenceCheck,
    type=st.sampled_from(TYPES),
    max_age_days=st.integers(1, 60),
    origins=st.sampled_from([tuple(Origin), (Origin.HUMAN_DECLARED,)]),
)


measure_checks = st.builds(
    lambda kind, **values: MeasureCheck(rate=kind[0], comparator=kind[1], **values),
    kind=st.sampled_from([("failure", "<="), ("success", ">=")]),
    category=st.sampled_from(CATEGORIES),
    threshold=st.sampled_from([0.05, 0.2, 0.5, 0.9]),
    confidence=st.sampled_from([0.8, 0.9, 0.95]),
    min_samples=st.sampled_from([1, 10, 30]),
    min_coverage=st.sampled_from([0.5, 0.9]),
    max_age_days=st.integers(1, 60),
)

# Strategies are made once: to make them takes longer than to draw from them.
RULES = st.fixed_dictionaries(
    {
        "require": st.one_of(fact_checks, evidence_checks, measure_checks),
        "applies_when": st.one_of(st.just("true"), CONDITION),
        "severity": st.sampled_from(Severity),
        "tiers": st.sampled_from([(), TIERS[:1], TIERS[1:]]),
        "effective_on": st.sampled_from([None, None, *DAYS]),
        "who_may_waive": st.sampled_from([(), ("legal",)]),
    }
)
SEVERITIES = {
    severity: st.sampled_from([s for s in Severity if severity_rank(s) >= severity_rank(severity)])
    for severity in Severity
}
ONE_OR_TWO, UP_TO_TWO, UP_TO_THREE = st.integers(1, 2), st.integers(0, 2), st.integers(0, 3)
MAYBE = st.booleans()
EFFECTIVE = st.sampled_from([None, None, *DAYS])
POSITION = st.integers(0, 10_000)


def controls(draw, id):
    number = draw(ONE_OR_TWO)
    return Control(
        id=id,
        title="t",
        objective="Verify that it holds.",
        why="It may not.",
        area=Area.GUARD,
        type="preventive",
        stage="release",
        tiers=TIERS,
        rules=tuple(Rule(id=f"{id}-{index}", message="m", remediation="r", **draw(RULES)) for index in range(number)),
        links=(LINK,),
    )


def tightenings(draw, rule):
    """A change of ``rule`` that asks at least as much in each value that it names."""
    check = rule.require
    values = {"severity": draw(SEVERITIES[rule.severity])}
    if isinstance(check, MeasureCheck | EvidenceCheck) and draw(MAYBE):
        values["max_age_days"] = 1 + draw(POSITION) % check.max_age_days
    if isinstance(check, MeasureCheck):
        towards = 0.0 if check.comparator == "<=" else 1.0
        stricter = {
            "threshold": (check.threshold + towards) / 2,
            "confidence": (check.confidence + 1.0) / 2,
            "min_samples": check.min_samples * 3,
            "min_coverage": (check.min_coverage + 1.0) / 2,
        }
        for name, value in stricter.items():
            if draw(MAYBE):
                values[name] = value if draw(MAYBE) else getattr(check, name)
    return Tightening(rule=rule.id, reason="Harm is likelier here.", **values)


def wild_tightenings(rule):
    """Anything that a pack may write under ``tighten`` about a rule: stricter, looser, senseless."""
    fraction = st.sampled_from([0.0, 0.01, 0.05, 0.2, 0.5, 0.51, 0.6, 0.9, 0.95, 0.99, 1.0])
    number = st.integers(1, 400)
    return st.builds(
        Tightening,
        rule=st.just(rule),
        reason=st.just("Harm is likelier here."),
        threshold=st.none() | fraction,
        confidence=st.none() | fraction,
        min_samples=st.none() | number,
        min_coverage=st.none() | fraction,
        max_age_days=st.none() | number,
        max_calibration_age_days=st.none() | number,
        severity=st.none() | st.sampled_from(Severity),
    )


def meddling(rule, change, *, effective_on):
    """A pack of the lowest layer that says one thing about a rule of another."""
    check = rule.require
    names = {"fact": (), "evidence": ("max_age_days",)}.get(check.kind)
    if names is not None:
        # Most values belong to measure rules only, and a change that names one is refused for that alone.
        change = Tightening(
            rule=change.rule,
            reason=change.reason,
            severity=change.severity,
            **{name: getattr(change, name) for name in names},
        )
    return _pack("zz", Layer.SYSTEM, (), (change,), effective_on)


@st.composite
def stacks(draw):
    """Packs of up to five layers in the order in which they are applied; the first has a rule."""
    known: dict[str, Rule] = {}
    packs: list[Pack] = []
    for layer in Layer:
        for name in (f"{layer.value}-{letter}" for letter in "ab"[: draw(UP_TO_TWO if packs else ONE_OR_TWO)]):
            num_own = draw(UP_TO_TWO if packs else ONE_OR_TWO)
            own = tuple(controls(draw, f"{name}/c{index}") for index in range(num_own))
            known |= {rule.id: rule for control in own for rule in control.rules}
            changes = []
            ids = sorted(known)
            for id in [ids[draw(POSITION) % len(ids)] for _ in range(draw(UP_TO_THREE))]:
                change = tightenings(draw, known[id])
                known[id] = tightened(known[id], change)
                changes.append(change)
            if own or changes:
                packs.append(_pack(name, layer, own, tuple(changes), draw(EFFECTIVE)))
    return packs


def _pack(name, layer, own, changes, day):
    return Pack(
        name=name,
        version="1",
        layer=layer,
        title="t",
        owner="o",
        licence="MIT",
        controls=own,
        tighten=changes,
        effective_on=day,
    )


@st.composite
def wider_and_all(draw):
    """A stack, and its part that stands above some lower layers."""
    packs = draw(stacks())
    return packs[: draw(st.integers(1, len(packs)))], packs


def resolved(packs, tier, on=None):
    return resolve(packs, tier=tier, digests={pack.name: pack_digest(pack) for pack in packs}, on=on)


@st.composite
def worlds(draw):
    """What a release states and has to show: facts, one run of each category, declarations."""
    facts: dict[str, object] = {
        "system": {name: draw(st.sampled_from(["x", "y"])) for name in "ab" if draw(st.booleans())}
    }
    if draw(st.booleans()):
        facts["components"] = [{"type": draw(st.sampled_from(["x", "y"])), "key": "k"}]
    runs = {
        category: (draw(st.integers(1, 120)), draw(st.floats(0, 1)), draw(st.integers(0, 80)))
        for category in CATEGORIES
        if draw(st.booleans())
    }
    declarations = {type: (draw(st.integers(0, 80)), draw(st.booleans())) for type in TYPES if draw(st.booleans())}
    return facts, runs, declarations


def verdict_in(world, policy, *, registered):
    """The decision on a release in ``world`` under ``policy``; its runs were registered under another one."""
    facts, runs, declarations = world
    tasks, evidence = [], []
    for category, (trials, share, age) in runs.items():
        ref = task(id=category, category=category)
        tasks.append(ref)
        bars = tuple(
            bar_of(rule, rule.require)
            for rule in registered.rules
            if isinstance(rule.require, MeasureCheck) and rule.require.category == category
        )
        measured = measurement(failures=round(trials * share), trials=trials)
        evidence.append(run_evidence(measured, task_ref=ref, age=timedelta(days=age), bars=bars, id=f"ev_{category}"))
    for type, (age, supports) in declarations.items():
        piece = declared(type, age=timedelta(days=age), id=f"ev_{type}")
        evidence.append(replace(piece, declaration=replace(piece.declaration, supports=supports)))
    return judge(binding=policy, tasks=tuple(tasks), evidence=held(*evidence), facts=facts)


__all__ = [
    "CONDITIONS",
    "DAYS",
    "TIERS",
    "meddling",
    "resolved",
    "stacks",
    "verdict_in",
    "wider_and_all",
    "wild_tightenings",
    "worlds",
]
