"""Legal class of a system by decision table. Three-valued: an unanswered question is never a *no*."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from roadworthy.core.severity import RiskTier, highest_tier
from roadworthy.policy.ports import Broken, ConditionLanguage, Fails, Holds, Missing
from roadworthy.risk.answers import Answers
from roadworthy.risk.facts import named_facts, stated, unstated
from roadworthy.risk.law import LEGAL_PREFIX, Exemption, LegalRegime, LegalRow, Obligation
from roadworthy.risk.model import UNKNOWN_CLASS, FindingStatus, LegalFinding, RegimeResult

_PRESUMED = (RiskTier.HIGH, RiskTier.CRITICAL)
"""Floors of rows that count until they are answered: a grave duty is presumed, a prohibition is not."""

_COUNTED = (FindingStatus.APPLIES, FindingStatus.PRESUMED, FindingStatus.EXEMPT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Classifier:
    """Applies one regime to one system on one day."""

    regime: LegalRegime
    answers: Answers
    conditions: ConditionLanguage
    today: date

    def result(self) -> RegimeResult:
        """Return the class, what could still raise it, and every row that has a say."""
        scope = self.conditions.evaluate(self.regime.scope, self.answers.facts)
        if isinstance(scope, Fails):
            return self._outside(self.regime.scope_citation, self.regime.out_of_scope_class)
        for exclusion in self.regime.exclusions:
            if isinstance(self.conditions.evaluate(exclusion.when, self.answers.facts), Holds):
                return self._outside(f"{exclusion.title} ({exclusion.citation})", exclusion.outcome)
        reached = isinstance(scope, Holds)
        findings = [f for row in self.regime.rows if (f := self._finding(row, reached=reached)) is not None]
        findings.sort(key=lambda finding: -self.regime.gravity(finding.outcome))
        if reached:
            return self._inside(findings)
        missing = ", ".join(unstated(self.answers.facts, self.regime.scope)) or _reason(scope)
        return self._inside(findings, unclear=f"whether {self.regime.title} reaches the system is not known: {missing}")

    def _outside(self, rationale: str, outcome: str) -> RegimeResult:
        return self._result(
            outcome=outcome,
            established=outcome,
            could_be=None,
            floor=RiskTier.MINIMAL,
            rationale=rationale,
            findings=(),
        )

    def _inside(self, findings: Sequence[LegalFinding], *, unclear: str = "") -> RegimeResult:
        gravity = self.regime.gravity
        counted = [finding.outcome for finding in findings if finding.status in _COUNTED]
        default = self.regime.out_of_scope_class if unclear else self.regime.default_class
        established = max(counted, key=gravity, default=default)
        open_classes = [f.outcome for f in findings if f.status is FindingStatus.UNKNOWN]
        if unclear:
            open_classes += [*(f.outcome for f in findings), self.regime.default_class]
            established = self.regime.out_of_scope_class
        could_be = max(open_classes, key=gravity, default=established)
        undecided = unclear != "" or gravity(could_be) > gravity(established)
        return self._result(
            outcome=UNKNOWN_CLASS if undecided else established,
            established=established,
            could_be=could_be if undecided else None,
            floor=_floor(findings, self.regime),
            rationale=unclear or self._rationale(findings, established, could_be, undecided=undecided),
            findings=tuple(findings),
        )

    def _rationale(self, findings: Sequence[LegalFinding], established: str, could_be: str, *, undecided: bool) -> str:
        if undecided:
            waiting = [f for f in findings if f.status is FindingStatus.UNKNOWN]
            title = self.regime.class_named(could_be).title
            return f"{len(waiting)} of its rows wait for answers; it could be: {title}"
        deciding = [f.citation for f in findings if f.outcome == established and f.status in _COUNTED]
        return ", ".join(dict.fromkeys(deciding)) or "no row applies"

    def _result(
        self,
        *,
        outcome: str,
        established: str,
        could_be: str | None,
        floor: RiskTier,
        rationale: str,
        findings: tuple[LegalFinding, ...],
    ) -> RegimeResult:
        regime = self.regime
        shown = regime.class_named(established)
        classes = dict.fromkeys(f.outcome for f in findings if f.status in _COUNTED)
        phrases = [self._phrase(identifier, findings) for identifier in classes]
        return RegimeResult(
            regime=regime.id,
            title=regime.title,
            jurisdiction=regime.jurisdiction,
            version=regime.version,
            outcome=outcome,
            outcome_title="cannot tell yet" if outcome == UNKNOWN_CLASS else shown.title,
            phrase="; ".join(phrase for phrase in phrases if phrase),
            established=established,
            could_be=could_be,
            tier_floor=floor,
            rationale=rationale,
            findings=findings,
            source_status=regime.source_status,
            legal_data_as_of=regime.legal_data_as_of,
            review_by=regime.review_by,
            overdue=self.today >= regime.review_by,
        )

    def _phrase(self, identifier: str, findings: Sequence[LegalFinding]) -> str:
        phrase = self.regime.class_named(identifier).phrase
        counted = [f for f in findings if f.outcome == identifier and f.status in _COUNTED]
        if not phrase or any(finding.in_force for finding in counted):
            return phrase
        return f"{phrase} from {min(finding.applies_from for finding in counted)}"

    def _finding(self, row: LegalRow, *, reached: bool) -> LegalFinding | None:
        truth = self.conditions.evaluate(row.when, self.answers.facts)
        match truth:
            case Fails():
                return None
            case Holds():
                for exemption in self._exemptions(row):
                    if isinstance(self.conditions.evaluate(exemption.when, self.answers.facts), Holds):
                        return self._exempt(row, exemption)
                if reached:
                    return self._row(row, FindingStatus.APPLIES, "its condition holds")
                return self._row(row, FindingStatus.PRESUMED, "it holds, if the law reaches the system")
            case Missing():
                return self._undecided(row)
            case Broken(reason=reason):
                return self._row(row, FindingStatus.UNKNOWN, f"its condition cannot be evaluated: {reason}")

    def _undecided(self, row: LegalRow) -> LegalFinding:
        missing = unstated(self.answers.facts, row.when)
        parents = [parent for fact in missing for parent in self.answers.parents(fact)[:1]]
        affirmed = [parent for parent in parents if self.answers.stated.get(parent) is True]
        names = ", ".join(name.removeprefix(LEGAL_PREFIX) for name in missing)
        if affirmed and row.tier_floor in _PRESUMED:
            return self._row(
                row,
                FindingStatus.PRESUMED,
                f"{affirmed[0]} is answered yes and {names} is not answered: counted until it is",
            )
        return self._row(row, FindingStatus.UNKNOWN, f"not stated: {names}")

    def _exemptions(self, row: LegalRow) -> tuple[Exemption, ...]:
        return tuple(e for e in self.regime.exemptions if e.id in row.exempted_by)

    def _exempt(self, row: LegalRow, exemption: Exemption) -> LegalFinding:
        return self._row(
            row,
            FindingStatus.EXEMPT,
            f"{exemption.title} ({exemption.citation})",
            outcome=exemption.outcome,
            floor=exemption.tier_floor,
            obligations=exemption.obligations,
            condition=f"{row.when} {exemption.when}",
        )

    def _row(
        self,
        row: LegalRow,
        status: FindingStatus,
        rationale: str,
        *,
        outcome: str | None = None,
        floor: RiskTier | None = None,
        obligations: tuple[Obligation, ...] | None = None,
        condition: str | None = None,
    ) -> LegalFinding:
        in_force = self.today >= row.effective_from
        duties = row.obligations if obligations is None else obligations
        named = named_facts(condition or row.when)
        return LegalFinding(
            row=row.id,
            title=row.title,
            status=status,
            outcome=outcome or row.outcome,
            tier_floor=_contribution(floor or row.tier_floor, status, in_force=in_force),
            applies_from=row.effective_from,
            in_force=in_force,
            citation=row.citation,
            obligations=self._duties((*duties, *self.regime.class_named(outcome or row.outcome).obligations)),
            facts=self.answers.used(named),
            missing=tuple(name for name in named if stated(self.answers.facts, name) is None),
            rationale=rationale,
        )

    def _duties(self, obligations: tuple[Obligation, ...]) -> tuple[str, ...]:
        role = stated(self.answers.facts, "system.role")
        return tuple(
            f"{duty.text} ({duty.citation})"
            for duty in obligations
            if role is None or not duty.roles or role in duty.roles
        )


def _contribution(floor: RiskTier, status: FindingStatus, *, in_force: bool) -> RiskTier:
    """Return what a finding adds to the tier.

    A prohibition that is not yet in force makes a system critical, not prohibited; a
    presumed row counts at most as high, and an unknown one not by itself.
    """
    if status is FindingStatus.UNKNOWN:
        return RiskTier.MINIMAL
    if status is FindingStatus.PRESUMED:
        return min(floor, RiskTier.HIGH, key=lambda tier: tier.rank)
    if floor is RiskTier.PROHIBITED and not in_force:
        return RiskTier.CRITICAL
    return floor


def _floor(findings: Sequence[LegalFinding], regime: LegalRegime) -> RiskTier:
    """Return the regime's floor: at least limited while a grave row is open."""
    rows = {row.id: row for row in regime.rows}
    open_rows = [f for f in findings if f.status is FindingStatus.UNKNOWN]
    grave = any(rows[f.row].tier_floor.rank >= RiskTier.HIGH.rank for f in open_rows)
    return highest_tier(RiskTier.LIMITED if grave else RiskTier.MINIMAL, *(f.tier_floor for f in findings))


def _reason(truth: object) -> str:
    return truth.reason if isinstance(truth, Missing | Broken) else ""
