"""Builds the argument from one decision: areas and threats, controls, evidence, and what speaks against them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from roadworthy.approvals.standing import ConsentStanding, ConsentState
from roadworthy.core.clock import rfc3339
from roadworthy.core.digest import Digest, digest_of
from roadworthy.core.severity import Severity
from roadworthy.evidence.documents.assurance.model import (
    ON_ITS_WORD,
    AssuranceCase,
    HandNode,
    Link,
    LinkKind,
    Node,
    NodeKind,
    Status,
)
from roadworthy.evidence.documents.assurance.propagate import propagated
from roadworthy.evidence.documents.citation import Basis
from roadworthy.evidence.documents.dossier import Dossier
from roadworthy.evidence.documents.parts import basis_of, said, sentence
from roadworthy.evidence.documents.wording import OUTCOME_WORD
from roadworthy.gates.model import RuleOutcome, RuleResult, Validity, Verdict
from roadworthy.policy.model import Area, Control

TOP = "G-top"
BY_AREA = "S-areas"
BY_THREAT = "S-threats"

_IDLE = frozenset({RuleOutcome.NOT_APPLICABLE, RuleOutcome.PENDING})
_AREA_GOAL = {
    Area.DATA: "Data is known, lawful and fit for its use",
    Area.MODEL: "Models are identified and may be used",
    Area.EVALUATION: "Behaviour was measured and is good enough",
    Area.GUARD: "Harmful actions are prevented while it runs",
    Area.MONITORING: "What happens after release is noticed",
    Area.INCIDENT: "Failures can be stopped and reported",
    Area.DOCUMENTATION: "Those concerned can know what it is",
    Area.SUPPLY_CHAIN: "What it is made of is known and sound",
    Area.OVERSIGHT: "People answer for it and can step in",
}


def assurance_case_of(
    dossier: Dossier,
    *,
    decision_digest: Digest,
    by_hand: Sequence[HandNode] = (),
    findings: Mapping[str, Collection[str]] | None = None,
) -> AssuranceCase:
    """Return the assurance case of the release that was decided on.

    Args:
        dossier: What it is built from.
        decision_digest: Digest of the decision's record.
        by_hand: What the team adds; it can add doubt and structure, never support.
        findings: Open findings: the rules, controls and tasks that each is about, by a sentence that tells it. One
            that is about none of them speaks against the top goal.

    Raises:
        EvidenceError: If evidence that is cited is not the one that counted.
        ValueError: If a node written by hand hangs on one that does not exist, or in a circle.
    """
    made = _Builder(dossier, findings or {}, decision_digest)
    made.frame()
    made.areas()
    made.threats()
    made.rest()
    made.decision()
    made.hand(by_hand)
    nodes = propagated(made.nodes, made.links, local=made.local)
    decision = dossier.decision
    return AssuranceCase(
        system=decision.system,
        version=decision.version,
        release=decision.release,
        decision=decision.id,
        decision_digest=decision_digest,
        tier=decision.tier.value,
        verdict=decision.verdict.value,
        written_at=rfc3339(dossier.written_at),
        top=TOP,
        nodes=nodes,
        links=tuple(made.links),
    )


class _Builder:
    """Collects nodes and links in the order in which they are read."""

    def __init__(self, dossier: Dossier, findings: Mapping[str, Collection[str]], decision: Digest) -> None:
        self._d = dossier
        self._decision = decision
        self._findings = findings
        self.nodes: list[Node] = []
        self.links: list[Link] = []
        self._ids: set[str] = set()
        self._placed: set[str] = set()
        self.local: dict[str, Status] = {}
        """Worst that a node's own evidence says, before what hangs under it."""

        self._controls = {c.control.id: c.control for c in dossier.policy.controls}
        self._by_control: dict[str, list[RuleResult]] = {}
        for result in dossier.decision.results:
            if result.outcome not in _IDLE:
                self._by_control.setdefault(result.control, []).append(result)

    def _add(self, node: Node, *, under: str | None = None, kind: LinkKind = LinkKind.SUPPORTED_BY) -> None:
        if node.id not in self._ids:
            self._ids.add(node.id)
            self.nodes.append(node)
        if under is not None:
            link = Link(source=under, kind=kind, target=node.id)
            if link not in self.links:
                self.links.append(link)

    def frame(self) -> None:
        """Add the top goal, and in which context and under which assumptions it is meant."""
        d = self._d
        purpose = said(d.system.get("purpose")) or "a purpose that is not stated"
        self._add(
            Node(
                id=TOP,
                kind=NodeKind.GOAL,
                text=f"{d.decision.system} {d.decision.version} is acceptably safe and responsible to release "
                "for its stated use",
                reason=f"The decision on it: {d.decision.verdict.value.replace('_', ' ')}. "
                f"{sentence(d.decision.summary)}",
            )
        )
        contexts = (
            ("C-release", f"Release {d.release.version}, {len(d.release.components)} components", d.release.digest),
            ("C-use", f"Stated use: {said(d.system.get('intended_use')) or purpose}", d.decision.facts),
            ("C-tier", f"Risk tier {d.decision.tier.value}: {d.assessment.headline}", d.decision.assessment),
            ("C-policy", f"{len(d.policy.controls)} controls bind it", d.decision.policy),
        )
        for id_, text, record in contexts:
            node = Node(id=id_, kind=NodeKind.CONTEXT, text=text, record=record)
            self._add(node, under=TOP, kind=LinkKind.IN_CONTEXT_OF)
        self._assumptions()

    def _assumptions(self) -> None:
        assumed = [("A-facts", "What the manifest states about the system is true"),
                   ("A-complete", ("The controls in force ask about everything that matters; what none asks was "
                       "not looked at"))]  # fmt: skip
        assumed += [
            (f"A-{q.fact}", f"Assumed to be the worse until it is stated: {q.text}")
            for q in self._d.assessment.questions
        ]
        for id_, text in assumed:
            self._add(Node(id=id_, kind=NodeKind.ASSUMPTION, text=text), under=TOP, kind=LinkKind.IN_CONTEXT_OF)
        reason = (
            "Rules pass only on a confidence bound against a threshold that was registered before the run; "
            "what is missing, stale or too little never counts as safe"
        )
        self._add(Node(id="J-method", kind=NodeKind.JUSTIFICATION, text=reason), under=TOP, kind=LinkKind.IN_CONTEXT_OF)

    def areas(self) -> None:
        """Add one goal for each area of controls in force, and under it each control."""
        self._add(Node(id=BY_AREA, kind=NodeKind.STRATEGY, text="Argue over what the controls look after"), under=TOP)
        for area in Area:
            mine = [c for c in self._controls.values() if c.area is area and c.id in self._by_control]
            if not mine:
                continue
            id_ = f"G-area-{area.value}"
            self._add(Node(id=id_, kind=NodeKind.GOAL, text=_AREA_GOAL[area]), under=BY_AREA)
            for control in mine:
                self._control(control, under=id_)

    def _control(self, control: Control, *, under: str) -> None:
        id_ = f"G-{control.id}"
        results = self._by_control[control.id]
        objective = control.objective.removeprefix("Verify that ")
        reason = " ".join(f"{OUTCOME_WORD[r.outcome]}: {sentence(r.reason)}" for r in results)
        self._add(Node(id=id_, kind=NodeKind.GOAL, text=sentence(objective), reason=reason), under=under)
        self.local[id_] = max((_status(result) for result in results), key=lambda status: status.rank)
        for result in results:
            self._evidence(result, goal=id_)
            self._against(result, goal=id_)
        names = {control.id, *(r.rule for r in results), *(task for r in results for task in r.tasks)}
        for told, about in self._findings.items():
            if names & set(about):
                self._finding(told, goal=id_)

    def _finding(self, told: str, *, goal: str) -> None:
        self._placed.add(told)
        self._defeater(f"D-finding-{digest_of([told, goal])[7:19]}", f"Open finding: {told}", goal=goal)
        self._worsen(goal, Status.CHALLENGED)

    def rest(self) -> None:
        """Add the findings that are about no control in force: they speak against the whole."""
        for told in self._findings:
            if told not in self._placed:
                self._finding(told, goal=TOP)

    def decision(self) -> None:
        """Add what the decision itself says, so that the whole is never better than it: consent, verdict, and time."""
        made = self._d.decision
        if made.verdict not in (Verdict.SHIP, Verdict.CONDITIONS):
            self._worsen(TOP, Status.CHALLENGED if made.verdict is Verdict.BLOCKED else Status.UNDEVELOPED)
        if self._d.lapsed:
            text = f"The decision is no longer in force: {self._d.why_lapsed}"
            node = Node(id="D-lapsed", kind=NodeKind.DEFEATER, text=text, record=self._decision)
            self._add(node, under=TOP, kind=LinkKind.DEFEATED_BY)
            self._worsen(TOP, Status.CHALLENGED)
        if made.consent is not None and made.consent.state is not ConsentState.NOT_ASKED_FOR:
            self._consent(made.consent)

    def _consent(self, consent: ConsentStanding) -> None:
        reason = sentence(consent.reason)
        text = "Those whose consent it needs have given it, for exactly this release"
        self._add(Node(id="G-consent", kind=NodeKind.GOAL, text=text, reason=reason), under=TOP)
        if consent.state is ConsentState.APPROVED:
            told = ", ".join(f"{one.approver} as {one.role}" for one in consent.approvals if one.counts)
            node = Node(
                id="Sn-consent",
                kind=NodeKind.SOLUTION,
                text=f"Signed approvals: {told}",
                status=Status.SUPPORTED,
                record=self._decision,
            )
            self._add(node, under="G-consent")
        elif consent.state in (ConsentState.NOT_REQUESTED, ConsentState.IN_REVIEW):
            self.local["G-consent"] = Status.UNDEVELOPED
        else:
            self.local["G-consent"] = Status.CHALLENGED
            self._defeater("D-consent", f"{consent.state.value.capitalize()}: {reason}", goal="G-consent")

    def _worsen(self, goal: str, status: Status) -> None:
        self.local[goal] = max(self.local.get(goal, Status.SUPPORTED), status, key=lambda one: one.rank)

    def _evidence(self, result: RuleResult, *, goal: str) -> None:
        """Add what supports a goal: evidence that counted and speaks for it, or the facts that a condition held on."""
        if result.outcome is not RuleOutcome.PASS:
            return
        cites = self._d.cited(result)
        for cite in cites:
            used = next(u for u in result.evidence if u.id == cite.evidence)
            text = f"{used.type}: {result.reason}"
            node = Node(
                id=f"Sn-{result.rule}-{cite.evidence}",
                kind=NodeKind.SOLUTION,
                text=text,
                status=Status.SUPPORTED,
                cites=(cite,),
            )
            self._add(node, under=goal)
        if not cites:
            node = Node(
                id=f"Sn-{result.rule}", kind=NodeKind.SOLUTION, text=self._by_record(result),
                status=Status.SUPPORTED, record=self._d.decision.facts,
            )  # fmt: skip
            self._add(node, under=goal)

    def _by_record(self, result: RuleResult) -> str:
        """Say what a rule holds on that cites no evidence: the team's word, which nobody checked, or static checks."""
        if basis_of(self._d, result) is Basis.STATED:
            return f"{ON_ITS_WORD} meets {result.rule}; nobody checked it"
        return f"Static checks of the files meet {result.rule}"

    def _against(self, result: RuleResult, *, goal: str) -> None:
        """Add what speaks against a goal: refuting evidence, and each exception that lets it through."""
        if result.outcome is RuleOutcome.FAIL:
            cites = self._d.cited(result)
            node = Node(
                id=f"D-{result.rule}", kind=NodeKind.DEFEATER, text=f"Refuted: {sentence(result.reason)}",
                cites=cites, record=None if cites else self._d.decision.facts,
            )  # fmt: skip
            self._add(node, under=goal, kind=LinkKind.DEFEATED_BY)
        for one in self._d.decision.exceptions:
            if one.effective and result.rule in one.waived:
                text = (
                    f"Exception {one.id} lets {result.rule} through until {one.expires_at:%Y-%m-%d} "
                    f"({one.reason_code.value.replace('_', ' ')})"
                )
                node = Node(id=f"D-{one.id}-{result.rule}", kind=NodeKind.DEFEATER, text=text, record=one.digest)
                self._add(node, under=goal, kind=LinkKind.DEFEATED_BY)

    def _defeater(self, id_: str, text: str, *, goal: str) -> None:
        self._add(Node(id=id_, kind=NodeKind.DEFEATER, text=text), under=goal, kind=LinkKind.DEFEATED_BY)

    def threats(self) -> None:
        """Add one goal for each threat that the system is exposed to, carried by the controls that counter it."""
        if not self._d.assessment.threats:
            return
        self._add(
            Node(id=BY_THREAT, kind=NodeKind.STRATEGY, text="Argue over the threats that it is exposed to"), under=TOP
        )
        for threat in self._d.assessment.threats:
            id_ = f"G-threat-{threat.threat}"
            self._add(
                Node(
                    id=id_,
                    kind=NodeKind.GOAL,
                    text=f"{threat.threat} {threat.title} is countered",
                    reason=sentence(threat.because),
                ),
                under=BY_THREAT,
            )
            for control in self._controls.values():
                if threat.threat in control.threats and control.id in self._by_control:
                    self.links.append(Link(source=id_, kind=LinkKind.SUPPORTED_BY, target=f"G-{control.id}"))

    def hand(self, written: Sequence[HandNode]) -> None:
        """Add what the team wrote."""
        for one in written:
            known = {node.id: node for node in self.nodes}
            missing = [id_ for id_ in (one.under, *one.takes) if id_ not in known]
            if missing:
                raise ValueError(f"{one.id} hangs on {missing[0]!r}, which is no node of the case")
            if one.id in known:
                raise ValueError(f"the node {one.id!r} is there twice")
            kind = _LINKS.get(one.kind, LinkKind.SUPPORTED_BY)
            self._add(Node(id=one.id, kind=one.kind, text=one.text, written_by_hand=True), under=one.under, kind=kind)
            for id_ in one.takes:
                self.links.append(Link(source=one.id, kind=LinkKind.SUPPORTED_BY, target=id_))
            if one.kind is NodeKind.DEFEATER:
                if known[one.under].kind not in (NodeKind.GOAL, NodeKind.STRATEGY):
                    raise ValueError(f"{one.id} defeats {one.under!r}, which is neither a goal nor a strategy")
                self._worsen(one.under, Status.CHALLENGED)


_LINKS = {
    NodeKind.CONTEXT: LinkKind.IN_CONTEXT_OF,
    NodeKind.ASSUMPTION: LinkKind.IN_CONTEXT_OF,
    NodeKind.JUSTIFICATION: LinkKind.IN_CONTEXT_OF,
    NodeKind.DEFEATER: LinkKind.DEFEATED_BY,
}


def _status(result: RuleResult) -> Status:
    """Return what a rule's own outcome makes of its goal. A rule without valid support is never supported."""
    if result.outcome is RuleOutcome.PASS:
        return Status.SUPPORTED
    if result.exceptions:
        return Status.CHALLENGED
    if result.outcome is RuleOutcome.FAIL:
        return Status.REFUTED if result.severity is Severity.BLOCK else Status.CHALLENGED
    against = any(used.validity is Validity.RECALLED for used in result.evidence)
    return Status.CHALLENGED if against else Status.UNDEVELOPED
