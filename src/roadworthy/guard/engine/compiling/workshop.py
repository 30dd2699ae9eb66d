"""Makes rules ready to be asked, and notes everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from roadworthy.core.digest import digest_of
from roadworthy.core.severity import RiskTier
from roadworthy.guard.calls.compiling import CompiledTools, compile_tools, rule_id
from roadworthy.guard.engine.compiling.problem import POLICY, Place, Problem
from roadworthy.guard.engine.compiling.rule import CompiledRule
from roadworthy.guard.engine.compiling.scan import TriggerScan
from roadworthy.guard.policy.facts import OF_CALLS, facts_named, needs_whole_text
from roadworthy.guard.policy.model import FailMode, GuardPolicy, GuardRule, Tighten
from roadworthy.guard.rails.known import Detectors
from roadworthy.guard.rails.rail import Rail
from roadworthy.guard.rails.sink.rail import OutputEncodingSettings
from roadworthy.guard.verdict import Action
from roadworthy.policy.ports import ConditionLanguage

Builders: TypeAlias = Mapping[type, Callable[[Any, Detectors], Rail]]
"""Makes each kind of rail from its settings; raises `LookupError` where a detector is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What every rule is made with."""

    tier: RiskTier
    language: ConditionLanguage
    detectors: Detectors
    builders: Builders
    fail_mode: FailMode
    routes: frozenset[str]
    """Names of the policy's routes."""

    sinks: tuple[tuple[str, str], ...] = ()
    """Name and `Route.sink` of each."""

    problems: list[Problem] = field(default_factory=list)

    def rules(
        self, rules: Sequence[GuardRule], *, document: str, prefix: str, incident: str = ""
    ) -> tuple[CompiledRule, ...]:
        """Return those of ``rules`` that bind in the tier, ready to be asked, sorted by id.

        Args:
            rules: As they were written.
            document: What they stand in, for the problems.
            prefix: What their ids must start with.
            incident: The incident that they are from.
        """
        made = []
        for number, rule in enumerate(rules):
            place: Place = ("rules", number)
            if not rule.id.startswith(prefix):
                self.note(document, (*place, "id"), f"the id must start with {prefix!r}", rule=rule.id)
            made.append(self._rule(rule, document=document, place=place, incident=incident))
        return tuple(
            sorted(
                (one for one, rule in zip(made, rules, strict=True) if not rule.tiers or self.tier in rule.tiers),
                key=lambda one: one.id,
            )
        )

    def tools(self, policy: GuardPolicy) -> CompiledTools | None:
        """Return the policy's grants ready to be asked; None: it says nothing of tools."""
        if policy.tools is None:
            return None

        def note(place: Place, tool: str, said: str) -> None:
            self.note(POLICY, ("tools", *place), said, rule=rule_id(policy.name, tool) if tool else "")

        return compile_tools(policy.tools, name=policy.name, check=self._check_of_tools, note=note)

    def _check_of_tools(self, condition: str, allowed: frozenset[str]) -> str | None:
        said = self.language.problem(condition)
        if said is not None:
            return said
        foreign = sorted(facts_named(condition) - allowed)
        return f"`{foreign[0]}` is not stated there; it may ask for {', '.join(sorted(allowed))}" if foreign else None

    def note(self, document: str, place: Place, said: str, *, rule: str = "") -> None:
        """Keep one problem."""
        self.problems.append(Problem(document=document, place=place, rule=rule, said=said))

    def _rule(self, rule: GuardRule, *, document: str, place: Place, incident: str) -> CompiledRule:
        self._check_where(rule, document=document, place=place)
        condition = None if rule.when.strip() == "true" else rule.when
        if condition is not None:
            self._check_condition(rule, condition, document=document, place=place)
        rail, absent = self._rail(rule, document=document, place=place)
        triggers = self._triggers(rule, rail, document=document, place=place)
        return CompiledRule(
            id=rule.id,
            action=rule.action,
            kind="" if rule.rail is None else rule.rail.kind,
            rail=rail,
            where=replace(rule.where, routes=()) if "*" in rule.where.routes else rule.where,
            is_narrow=bool(rule.where.tools or rule.where.labels),
            condition=condition,
            facts=facts_named(condition or ""),
            is_shadow=rule.mode == "shadow",
            fail_mode=rule.on_failure or self.fail_mode,
            category=rule.message,
            triggers=triggers,
            asks_unusual=rail is not None and rail.triggers is not None and rail.triggers.unusual,
            reach=_reach(rail, condition),
            look=digest_of({"rail": rule.rail, "where": rule.where, "when": rule.when, "sinks": self._sinks(rule)}),
            max_us=rule.max_us,
            absent=absent,
            operating_point=None if rail is None else rail.operating_point,
            incident=incident,
        )

    def _sinks(self, rule: GuardRule) -> tuple[tuple[str, str], ...]:
        """Return what else ``rule`` finds by: the routes' sinks, where it has none of its own."""
        return self.sinks if isinstance(rule.rail, OutputEncodingSettings) and rule.rail.sink == "route" else ()

    def _check_where(self, rule: GuardRule, *, document: str, place: Place) -> None:
        unknown = sorted(set(rule.where.routes) - self.routes - {"*"})
        if unknown and "*" not in self.routes:
            said = f"no route is named {unknown[0]!r}, and none is `*`: it would never be asked there"
            self.note(document, (*place, "where", "routes"), said, rule=rule.id)

    def _check_condition(self, rule: GuardRule, condition: str, *, document: str, place: Place) -> None:
        said = self.language.problem(condition)
        if said is not None:
            self.note(document, (*place, "when"), f"the condition does not compile: {said}", rule=rule.id)
        elif rule.rail is None and "detections" in facts_named(condition):
            said = "the condition asks for `detections`, and without a rail nothing is detected"
            self.note(document, (*place, "when"), said, rule=rule.id)
        elif OF_CALLS & facts_named(condition):
            said = "the condition asks for `call` or `result`, which only the grants of `tools` can"
            self.note(document, (*place, "when"), said, rule=rule.id)

    def _rail(self, rule: GuardRule, *, document: str, place: Place) -> tuple[Rail | None, str]:
        if rule.rail is None:
            return None, ""
        try:
            return self.builders[type(rule.rail)](rule.rail, self.detectors), ""
        except (LookupError, ImportError) as error:
            return None, f"`{rule.rail.kind}` lacks what it needs ({type(error).__name__})"
        except (ValueError, TypeError) as error:
            self.note(document, (*place, "rail"), str(error), rule=rule.id)
            return None, "it could not be made"

    def _triggers(self, rule: GuardRule, rail: Rail | None, *, document: str, place: Place) -> tuple[str, ...] | None:
        if rail is None or rail.triggers is None:
            return None
        try:
            TriggerScan(rail.triggers.patterns)
        except ValueError as error:
            self.note(document, (*place, "rail"), str(error), rule=rule.id)
            return None
        return rail.triggers.patterns


def fail_mode_of(policy: GuardPolicy, *, tier: RiskTier) -> tuple[FailMode, str]:
    """Return what follows a failure in ``tier``, and why that is acceptable; *closed* where nothing is said."""
    for one in policy.fail_modes:
        if one.tier is tier:
            return one.mode, one.reason
    return FailMode.CLOSED, ""


def tightened(rule: CompiledRule, by: Sequence[Tighten]) -> CompiledRule:
    """Return ``rule`` as strict as it and all of ``by`` ask. The order of ``by`` does not matter."""
    for one in by:
        rule = replace(
            rule,
            action=rule.action if one.action is None else max(rule.action, one.action, key=_rank),
            is_shadow=rule.is_shadow and one.mode is None,
            fail_mode=one.on_failure or rule.fail_mode,
        )
    return rule


def check_tightening(
    workshop: Workshop, tighten: Sequence[Tighten], *, known: Mapping[str, Action], document: str
) -> None:
    """Note each line of ``tighten`` that loosens, does nothing or names no rule.

    Args:
        workshop: Keeps the problems.
        tighten: The lines.
        known: Action of every rule that may be named, those of other tiers included.
        document: What the lines stand in.
    """
    for number, one in enumerate(tighten):
        place: Place = ("tighten", number)
        if one.rule not in known:
            workshop.note(document, (*place, "rule"), "there is no rule of that id beneath", rule=one.rule)
        elif one.action is not None and one.action.rank < known[one.rule].rank:
            said = f"`{one.action}` is looser than `{known[one.rule]}`, and an overlay can only tighten"
            workshop.note(document, (*place, "action"), said, rule=one.rule)
        elif one.action is None and one.mode is None and one.on_failure is None:
            workshop.note(document, place, "it tightens nothing", rule=one.rule)


def _reach(rail: Rail | None, condition: str | None) -> int | None:
    if condition is not None and needs_whole_text(condition):
        return None
    return 0 if rail is None else rail.reach


def _rank(action: Action) -> int:
    return action.rank
