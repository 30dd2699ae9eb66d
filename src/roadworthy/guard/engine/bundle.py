"""A policy made ready: immutable, named by its digest, with the rules indexed by where they look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from roadworthy.core.digest import Digest, digest_of
from roadworthy.core.severity import RiskTier
from roadworthy.guard.calls.compiling import CompiledTools
from roadworthy.guard.engine.asking import Asker, asker
from roadworthy.guard.engine.compiling.layer import Extra, Layers
from roadworthy.guard.engine.compiling.plan import Plan
from roadworthy.guard.engine.compiling.problem import POLICY, Problem, containment_document, error_of, overlay_document
from roadworthy.guard.engine.compiling.rule import CompiledRule
from roadworthy.guard.engine.compiling.workshop import Builders, Workshop, check_tightening, fail_mode_of
from roadworthy.guard.event import ConversationState, Event, UnknownField
from roadworthy.guard.policy.model import (
    Buffer,
    Completion,
    Containment,
    FailMode,
    GuardPolicy,
    GuardRule,
    Holdback,
    Route,
    TenantOverlay,
    UnknownBehaviour,
)
from roadworthy.guard.rails.known import BUILDERS, NO_DETECTORS, Detectors
from roadworthy.guard.rails.rail import Scene
from roadworthy.guard.segment import Channel, Segment, Stage
from roadworthy.guard.verdict import Action
from roadworthy.policy.ports import ConditionLanguage

ENGINE = "1"
"""Version of the engine's own rules; a part of every bundle's digest."""

NEVER_EARLY = frozenset((Channel.TOOL_ARGUMENT, Channel.TOOL_NAME, Channel.STRUCTURED_FIELD))
"""Fields that never leave before they are whole and judged, whatever the mode of the route."""

OF_TOOLS = frozenset((Stage.TOOL_CALL, Stage.TOOL_RESULT))
"""Stages that the section ``tools`` of a policy looks at."""


def is_never_early(segment: Segment) -> bool:
    """Return whether a field like ``segment`` never leaves before it is whole and judged, whatever the mode.

    So it is for all that makes something happen: tool calls and fields that programs read.
    """
    return segment.channel in NEVER_EARLY or segment.stage is Stage.TOOL_CALL


_MAX_PLANS = 4_096
_MIN_KEY_BYTES = 16
_Key: TypeAlias = "tuple[object, ...]"


class Bundle:
    """A compiled policy. Nothing in it changes; one may serve any number of threads.

    Made by `compile_policy`.
    """

    __slots__ = (
        "_completions",
        "_layers",
        "_other_route",
        "_plans",
        "_policy",
        "_routes",
        "asker",
        "digest",
        "fail_mode",
        "fail_reason",
        "is_open",
        "stub_key",
        "tier",
        "tools",
    )

    def __init__(
        self,
        *,
        policy: GuardPolicy,
        tier: RiskTier,
        digest: Digest,
        layers: Layers,
        ask: Asker,
        completions: Mapping[str, tuple[Completion, ...]],
        stub_key: bytes | None,
        tools: CompiledTools | None = None,
    ) -> None:
        self._policy = policy
        self._layers = layers
        self._routes = {route.name: route for route in policy.routes}
        self._other_route = self._routes.get("*")
        self._completions = completions
        self._plans: dict[_Key, Plan] = {}
        self.asker = ask
        self.digest = digest
        """Of the policy, what lies over it, the tier, the engine and the operating points of its detectors."""
        self.tier = tier
        self.fail_mode, self.fail_reason = fail_mode_of(policy, tier=tier)
        self.is_open = self.fail_mode is FailMode.OPEN or layers.has_open_rule
        """Whether a part of it goes on after a failure: every decision is then shown as degraded."""
        self.stub_key = stub_key
        self.tools = tools
        """The policy's grants; None: it says nothing of tools."""

    def __repr__(self) -> str:
        return f"Bundle(policy={self._policy.name!r}, tier={self.tier.value!r}, digest={self.digest!r})"

    @property
    def policy(self) -> GuardPolicy:
        """The policy that it was made from."""
        return self._policy

    @property
    def rules(self) -> tuple[CompiledRule, ...]:
        """Every rule that binds in the tier, of the policy and of what lies over it."""
        return self._layers.all_rules

    @property
    def looks(self) -> Mapping[str, Digest]:
        """`CompiledRule.look` of every rule, by id, and `CompiledTools.looks` of the grants."""
        of_rules = {rule.id: rule.look for rule in self._layers.all_rules}
        return of_rules if self.tools is None else {**of_rules, **self.tools.looks}

    @property
    def num_plans(self) -> int:
        """Kinds of segments whose rules are kept indexed; bounded."""
        return len(self._plans)

    def route(self, name: str) -> Route | None:
        """Return the route that serves ``name``; None: there is none, and nothing may pass."""
        return self._routes.get(name, self._other_route)

    def scene(self, event: Event, state: ConversationState, *, final: bool = True) -> Scene:
        """Return what rails are told of ``event`` besides the text."""
        route = self.route(event.route)
        return Scene(event=event, state=state, sink="text" if route is None else route.sink, final=final)

    def plan(self, segment: Segment, event: Event) -> Plan:
        """Return the rules that look at segments like ``segment``, indexed by what triggers them."""
        active = self._layers.active(event, tenant=segment.tenant) if self._layers.has_extras else ()
        key = (active, event.route, segment.stage, segment.role, segment.channel, segment.source.kind)
        plan = self._plans.get(key)
        if plan is None:
            plan = self._layers.plan(active, segment, route=event.route)
            if len(self._plans) >= _MAX_PLANS:
                self._plans.clear()
            self._plans[key] = plan
        return plan

    def rules_for(self, segment: Segment, event: Event) -> tuple[CompiledRule, ...]:
        """Return the rules that look at ``segment``, sorted by id."""
        return tuple(rule for rule in self.plan(segment, event).rules if rule.fits(segment))

    def covers(self, stage: Stage, *, route: str) -> bool:
        """Return whether a rule of the policy itself, or its section ``tools``, is enforced at ``stage`` of ``route``.

        What lies over the policy does not count, so that a further rule there never opens what was closed.
        """
        if self.tools is not None and stage in OF_TOOLS:
            return True
        return self._layers.covers(stage, route=route)

    def reach(self, segment: Segment, event: Event) -> int | None:
        """Return the most characters that decide on anything that an enforced rule finds in a field like ``segment``.

        None: a rule needs the whole text. Where no rule looks it is 0.
        """
        reaches = [rule.decides_within for rule in self.rules_for(segment, event) if not rule.is_shadow]
        known = [reach for reach in reaches if reach is not None]
        return max(known, default=0) if len(known) == len(reaches) else None

    def exposure_bound(self, segment: Segment, event: Event) -> int:
        """Return the most characters of a streamed field like ``segment`` that can leave before their verdict."""
        route = self.route(event.route)
        if route is None or is_never_early(segment) or isinstance(route.streaming, Buffer):
            return 0
        reach = self.reach(segment, event)
        if reach is None:
            return route.max_chars
        held = route.streaming.chars if isinstance(route.streaming, Holdback) else 0
        return min(max(0, reach - held), route.max_chars)

    def unknown_behaviour(self, unknown: UnknownField) -> UnknownBehaviour:
        """Return what becomes of a field that no adapter knows: the first pattern that fits decides."""
        for pattern, behaviour in self._policy.unknown.paths:
            if _fits(pattern, unknown.path):
                return behaviour
        return self._policy.unknown.default

    def category(self, rule: str) -> str:
        """Return the category of the safe completion of the rule with that id; empty where it names none."""
        return self._layers.categories.get(rule, "")

    def completions(self, tenant: str) -> tuple[Completion, ...]:
        """Return the safe completions for users of ``tenant``, the tenant's own first."""
        return self._completions.get(tenant) or self._completions[""]


def compile_policy(
    policy: GuardPolicy,
    *,
    tier: RiskTier,
    language: ConditionLanguage,
    detectors: Detectors = NO_DETECTORS,
    overlays: Sequence[TenantOverlay] = (),
    containments: Sequence[Containment] = (),
    stub_key: bytes | None = None,
    builders: Builders = BUILDERS,
) -> Bundle:
    """Return ``policy`` ready to judge with.

    Args:
        policy: As it was written.
        tier: Of the system that is guarded; decides which rules bind and what follows a failure.
        language: Of the conditions; its variables are `roadworthy.guard.policy.facts.VARIABLES`.
        detectors: What rails may use from outside. One that is missing is a failure of its rule at every request.
        overlays: Of tenants, at most one each, in any order. They only tighten.
        containments: Already verified: who calls has checked their signatures. In any order. Each ends by itself.
        stub_key: Secret under which blocked texts are known again in the history, at least 16 bytes; None: they are
            not, and each turn with such a text in its history is blocked again. Not a part of the digest.
        builders: Makes each kind of rail from its settings.

    Raises:
        ConfigError: With every problem found, each with its document, rule and field.
        ValueError: If ``stub_key`` is too short to be a secret.
    """
    made = try_compile(
        policy,
        tier=tier,
        language=language,
        detectors=detectors,
        overlays=overlays,
        containments=containments,
        stub_key=stub_key,
        builders=builders,
    )
    if isinstance(made, Bundle):
        return made
    raise error_of(made)


def try_compile(
    policy: GuardPolicy,
    *,
    tier: RiskTier,
    language: ConditionLanguage,
    detectors: Detectors = NO_DETECTORS,
    overlays: Sequence[TenantOverlay] = (),
    containments: Sequence[Containment] = (),
    stub_key: bytes | None = None,
    builders: Builders = BUILDERS,
) -> Bundle | tuple[Problem, ...]:
    """Return what `compile_policy` returns, or everything that is wrong, for who can say in which line it stands.

    Raises:
        ValueError: If ``stub_key`` is too short to be a secret.
    """
    if stub_key is not None and len(stub_key) < _MIN_KEY_BYTES:
        raise ValueError(f"`stub_key` must have at least {_MIN_KEY_BYTES} bytes, got {len(stub_key)}")
    mode, _ = fail_mode_of(policy, tier=tier)
    routes = frozenset(route.name for route in policy.routes)
    workshop = Workshop(
        tier=tier,
        language=language,
        detectors=detectors,
        builders=builders,
        fail_mode=mode,
        routes=routes,
        sinks=tuple(sorted((route.name, route.sink) for route in policy.routes)),
    )
    _check_policy(workshop, policy)
    base = workshop.rules(policy.rules, document=POLICY, prefix="")  # `GuardPolicy` has looked at its ids
    tools = workshop.tools(policy)
    extras = _extras(workshop, policy, overlays=overlays, containments=containments)
    if workshop.problems:
        return tuple(workshop.problems)
    try:
        layers = Layers(base=base, extras=extras)
    except ValueError as error:
        return (Problem(document=POLICY, place=("rules",), rule="", said=str(error)),)
    return Bundle(
        policy=policy,
        tier=tier,
        digest=_digest(policy, tier=tier, overlays=overlays, containments=containments, rules=layers.all_rules),
        layers=layers,
        ask=asker(language),
        completions=_completions(policy, overlays),
        stub_key=stub_key,
        tools=tools,
    )


def _check_policy(workshop: Workshop, policy: GuardPolicy) -> None:
    if policy.extends and not policy.beneath:
        said = f"it stands on {policy.extends!r}, which was not read with it, so that its rules would be missing"
        workshop.note(POLICY, ("extends",), said)
    tiers = [one.tier for one in policy.fail_modes]
    for number, one in enumerate(policy.fail_modes):
        if one.tier in tiers[:number]:
            workshop.note(POLICY, ("fail_modes", number, "tier"), f"tier {one.tier.value!r} is there twice")
        if one.mode is FailMode.OPEN and not one.reason.strip():
            workshop.note(POLICY, ("fail_modes", number, "reason"), "an open fail mode needs a reason")


def _extras(
    workshop: Workshop, policy: GuardPolicy, *, overlays: Sequence[TenantOverlay], containments: Sequence[Containment]
) -> tuple[Extra, ...]:
    known = {rule.id: rule.action for rule in policy.rules}
    extras: list[Extra] = []
    below = dict(known)
    for overlay in sorted(overlays, key=lambda one: one.tenant):
        document = overlay_document(overlay)
        if overlay.tenant in (policy.name, "containment") or any(
            overlay.tenant in (extra.tenants or ()) for extra in extras
        ):
            workshop.note(document, ("tenant",), f"the name {overlay.tenant!r} is taken")
        check_tightening(workshop, overlay.tighten, known=known, document=document)
        rules = workshop.rules(overlay.rules, document=document, prefix=f"{overlay.tenant}/")
        _check_new(workshop, overlay.rules, below, document=document)
        extras.append(Extra(rules=rules, tighten=overlay.tighten, tenants=frozenset((overlay.tenant,))))
    beneath = dict(below)
    for containment in sorted(containments, key=lambda one: one.id):
        document = containment_document(containment)
        if sum(one.id == containment.id for one in containments) > 1:
            workshop.note(document, ("id",), f"the id {containment.id!r} is there twice")
        check_tightening(workshop, containment.tighten, known=beneath, document=document)
        rules = workshop.rules(
            containment.rules, document=document, prefix="containment/", incident=containment.incident
        )
        _check_new(workshop, containment.rules, below, document=document)
        extras.append(_contained(containment, rules))
    return tuple(extras)


def _contained(containment: Containment, rules: tuple[CompiledRule, ...]) -> Extra:
    return Extra(
        rules=rules,
        tighten=containment.tighten,
        tenants=frozenset(containment.tenants) or None,
        expires_at=containment.expires_at,
    )


def _check_new(workshop: Workshop, rules: Sequence[GuardRule], below: dict[str, Action], *, document: str) -> None:
    """Note each of ``rules`` that has a taken id or is open, and add them to what is ``below``."""
    for number, rule in enumerate(rules):
        if rule.on_failure is FailMode.OPEN:
            said = "it goes on after a failure, and what lies over a policy can only tighten"
            workshop.note(document, ("rules", number, "on_failure"), said, rule=rule.id)
        if rule.id in below:
            workshop.note(document, ("rules", number, "id"), "a rule has that id already", rule=rule.id)
        below[rule.id] = rule.action


def _completions(policy: GuardPolicy, overlays: Sequence[TenantOverlay]) -> dict[str, tuple[Completion, ...]]:
    own = {overlay.tenant: (*overlay.completions, *policy.completions) for overlay in overlays if overlay.completions}
    return {"": policy.completions, **own}


def _digest(
    policy: GuardPolicy,
    *,
    tier: RiskTier,
    overlays: Sequence[TenantOverlay],
    containments: Sequence[Containment],
    rules: Sequence[CompiledRule],
) -> Digest:
    return digest_of(
        {
            "engine": ENGINE,
            "tier": tier.value,
            "policy": policy,
            "overlays": sorted(overlays, key=lambda one: one.tenant),
            "containments": sorted(containments, key=lambda one: one.id),
            "detectors": [[rule.id, rule.operating_point, rule.absent] for rule in rules],
        }
    )


def _fits(pattern: str, path: str) -> bool:
    wanted, given = pattern.split("/"), path.split("/")
    return len(wanted) == len(given) and all(one in ("*", part) for one, part in zip(wanted, given, strict=True))
