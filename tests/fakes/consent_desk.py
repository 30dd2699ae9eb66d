"""A system, the people around it and a clock: what they do, each on its own, and all of it by the book."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from fakes.consenting_people import answer, consent_rule, exception, governance, held_exception, person, withdrawal
from fakes.consenting_people import request as asked_for
from fakes.gate_world import NOW, component, fact_check, held, judge, policy, release, rule, run_evidence, task
from roadworthy.approvals.model import Answer, Condition, Consents, Delegation, HeldDelegation, Signed
from roadworthy.core.digest import digest_of
from roadworthy.core.severity import RiskTier
from roadworthy.exceptions.model import ExceptionEnd, PolicyException
from roadworthy.exceptions.standing import exception_payload
from roadworthy.gates.model import GateDecision
from roadworthy.gates.oversight.consenting import Oversight, payload_of
from roadworthy.gates.recall import Recall, RecallCause
from roadworthy.governance.model import ActorKind, ConsentKind, ExceptionTerms, RevocationReason

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MANAGER, REVIEWER = "release_manager", "risk_reviewer"
MEASURED, UNMET = rule(), rule(fact_check("false"), id="base/unmet")
HOLDS, BROKEN = (rule(fact_check(said), id="base/holds") for said in ("true", "false"))
PEOPLE = (
    person("ada", "ai_owner", "developer"),
    person("ben", REVIEWER, "security"),
    person("cleo", MANAGER),
    person("dora", REVIEWER),
    person("evan", MANAGER),
    person("fay", MANAGER, REVIEWER),
    person("gus", "developer"),
    person("hal", "developer"),
    person("robot", kind=ActorKind.SERVICE),
)
RULES = (
    replace(consent_rule(ConsentKind.RELEASE, MANAGER, REVIEWER, people=2), valid_days=10),
    consent_rule(ConsentKind.EXCEPTION, REVIEWER),
)


class Desk:
    """One system, nine who act, and a clock."""

    def __init__(self) -> None:
        self.now, self.number, self.version, self.is_broken = NOW, 0, 1, False
        self.rules = governance(rules=RULES, people=PEOPLE, exceptions=ExceptionTerms(compensated_tiers=()))
        self.consents, self.exceptions, self.recalls = Consents(), [], []
        self.evidence, self.unverified = [], set()

    @property
    def release(self):
        parts = (component("agent", type="agent", uses=("answer",)), component("answer", content=f"v{self.version}"))
        return release(*parts, version=str(self.version))

    @property
    def oversight(self) -> Oversight:
        return Oversight(
            governance=self.rules,
            exceptions=tuple(self.exceptions),
            consents=self.consents,
            recalls=tuple(self.recalls),
        )

    def decide(self) -> GateDecision:
        of = self.release
        return judge(
            binding=policy(MEASURED, UNMET, BROKEN if self.is_broken else HOLDS, tier=RiskTier.HIGH),
            of=of,
            tasks=(task(of),),
            evidence=tuple(h for e in self.evidence for h in held(e, verified=e.id not in self.unverified)),
            now=self.now,
            expires_at=NOW + timedelta(days=1000),
            oversight=self.oversight,
        )

    def id(self, noun: str) -> str:
        self.number += 1
        return f"{noun}_{self.number:03}"

    # --- what people do

    def wait(self, time: timedelta) -> None:
        self.now += time

    def edit(self) -> None:
        self.version += 1

    def measure(self, *, age: timedelta = timedelta(), elsewhere: bool = False, unverified: bool = False) -> None:
        of = release() if elsewhere else self.release
        piece = run_evidence(of=of, task_ref=task(of), id=self.id("ev"), age=NOW - self.now + age)
        self.evidence.append(piece)
        self.unverified |= {piece.id} if unverified else set()

    def ask_for_exception(
        self,
        *,
        by: str = "ada",
        rules: str = "base/unmet",
        days: int = 5,
        compensating: tuple[str, ...] = ("base/holds",),
    ) -> PolicyException:
        one = exception(
            rules,
            id=self.id("exception"),
            requested_by=by,
            requested_at=self.now,
            starts_at=self.now,
            expires_at=self.now + timedelta(days=days),
            compensating=compensating,
        )
        one = replace(one, scope=replace(one.scope, release=self.release.digest))
        asked = asked_for(exception_payload(one, digest_of(one)), by=by, id=self.id("request"), at=self.now)
        self.exceptions.append(held_exception(one))
        self.consents = replace(self.consents, requests=(*self.consents.requests, asked))
        return one

    def ask_for_release(self, *, by: str = "ada", **changes: object) -> None:
        asked = asked_for(payload_of(self.decide()), by=by, id=self.id("request"), at=self.now, **changes)
        self.consents = replace(self.consents, requests=(*self.consents.requests, asked))

    def answer(
        self,
        by: str,
        role: str,
        *,
        to: int = -1,
        says: Answer = Answer.APPROVE,
        dated: timedelta = timedelta(),
        lasts: timedelta = 30 * DAY,
        due_in: int | None = None,
        holds: bool = True,
        key: str | None = None,
        **changes: object,
    ) -> None:
        if not self.consents.requests:
            return
        asked = self.consents.requests[to]
        said = answer(asked, by, role, says=says, at=self.now, until=self.now + lasts, holds=holds)
        record = replace(said.approval, id=self.id("approval"), decided_at=self.now + dated, **changes)
        if due_in is not None:
            due = Condition(text="turn it off", due=(self.now + timedelta(days=due_in)).date())
            record = replace(record, answer=Answer.APPROVE_WITH_CONDITIONS, conditions=(due,))
        signed = replace(said.signed, key=key or said.signed.key)
        said = replace(said, approval=record, digest=digest_of(record), signed=signed)
        self.consents = replace(self.consents, approvals=(*self.consents.approvals, said))

    def lend(
        self,
        lender: str,
        borrower: str,
        role: str,
        *,
        starts: timedelta = timedelta(),
        lasts: timedelta = 3 * DAY,
        holds: bool = True,
        kind: ConsentKind = ConsentKind.RELEASE,
    ) -> str:
        starts_at = self.now + starts
        record = Delegation(
            id=self.id("delegation"),
            lender=lender,
            borrower=borrower,
            role=role,
            kinds=(kind,),
            starts_at=starts_at,
            ends_at=starts_at + lasts,
            reason="holidays",
        )
        signed = Signed(holds=holds, key=f"{lender}-key" if holds else None, recorded_at=self.now)
        lent = HeldDelegation(delegation=record, digest=digest_of(record), signed=signed)
        self.consents = replace(self.consents, delegations=(*self.consents.delegations, lent))
        return record.id

    def answer_for(self, lender: str, by: str, role: str = MANAGER, **lent: object) -> None:
        self.answer(by, role, delegation=self.lend(lender, by, role, **lent))

    def take_back(self, of: str, *, by: str) -> None:
        back = withdrawal(of, by=by, at=self.now)
        self.consents = replace(self.consents, withdrawals=(*self.consents.withdrawals, back))

    def end_exception(self, at: int = -1) -> None:
        one = self.exceptions[at]
        end = ExceptionEnd(
            id=self.id("end"), exception=one.exception.id, end="revoked", by="cleo", at=self.now, reason="enough"
        )
        self.exceptions[at] = replace(one, end=one.end or end)

    def recall(self, piece: str) -> None:
        self.recalls.append(
            Recall(
                id=self.id("recall"),
                cause=RecallCause.EVIDENCE_FALSE,
                reason="wrong",
                evidence=(piece,),
                recorded_by="ben",
                recorded_at=self.now,
            )
        )

    def change_key(self, who: str, **changes: object) -> None:
        self.rules = replace(
            self.rules,
            people=tuple(
                replace(p, keys=tuple(replace(k, **changes) for k in p.keys)) if p.id == who else p
                for p in self.rules.people
            ),
        )

    def revoke_key(self, who: str, why: RevocationReason) -> None:
        self.change_key(who, revoked_at=self.now, revoked_because=why)

    def leave(self, who: str) -> None:
        self.rules = replace(self.rules, people=tuple(p for p in self.rules.people if p.id != who))

    # --- all of it

    def by_the_book(self, fault: str = "") -> None:
        """Do everything that a release takes, but for one thing."""
        self.edit()
        self.is_broken = False
        self.rules = replace(self.rules, people=PEOPLE)
        step = FAULTS[fault] if fault else {}
        for name, usual in USUAL.items():
            step.get(name, usual)(self)


Step = Callable[[Desk], object]


def nothing(_: Desk) -> None:
    pass


def last(desk: Desk, by: str) -> str:
    return [h.approval.id for h in desk.consents.approvals if h.approval.approver == by][-1]


def compensate_by_exception(desk: Desk) -> None:
    """The compensating rule does not hold, and is excepted itself."""
    desk.is_broken = True
    desk.ask_for_exception()
    desk.answer("ben", REVIEWER)
    desk.ask_for_exception(rules="base/holds", compensating=())


def lend_on(desk: Desk) -> None:
    desk.lend("cleo", "gus", MANAGER)
    desk.answer_for("gus", "hal")


def backdated(desk: Desk) -> None:
    """The key was given up an hour ago; what it signs now is dated before that."""
    desk.wait(2 * HOUR)
    desk.change_key("cleo", revoked_at=desk.now - HOUR, revoked_because=RevocationReason.SUPERSEDED)
    desk.answer("cleo", MANAGER, dated=-1.5 * HOUR)


def shown_another(desk: Desk) -> None:
    desk.answer("cleo", MANAGER, asked=digest_of("another request"))


USUAL: dict[str, Step] = {
    "measure": lambda d: d.measure(),
    "except": lambda d: d.ask_for_exception(),
    "accept": lambda d: d.answer("ben", REVIEWER),
    "ask": lambda d: d.ask_for_release(),
    "manager": lambda d: d.answer("cleo", MANAGER),
    "reviewer": lambda d: d.answer("dora", REVIEWER),
    "then": nothing,
}
FAULTS: dict[str, dict[str, Step]] = {
    "nothing was measured": {"measure": nothing},
    "the measurement is about something else": {"measure": lambda d: d.measure(elsewhere=True)},
    "the measurement is old": {"measure": lambda d: d.measure(age=31 * DAY)},
    "the measurement is from the future": {"measure": lambda d: d.measure(age=-HOUR)},
    "the measurement is not signed": {"measure": lambda d: d.measure(unverified=True)},
    "the measurement is recalled": {"then": lambda d: d.recall(d.evidence[-1].id)},
    "another measurement came after the approvals": {"then": lambda d: d.measure()},
    "the rule is not excepted": {"except": nothing, "accept": nothing},
    "nobody accepts the exception": {"accept": nothing},
    "who asks for the exception accepts it": {"except": lambda d: d.ask_for_exception(by="ben")},
    "the exception is over": {"except": lambda d: d.ask_for_exception(days=1), "then": lambda d: d.wait(DAY)},
    "the exception is ended": {"then": lambda d: d.end_exception()},
    "the exception lasts too long": {"except": lambda d: d.ask_for_exception(days=31)},
    "the exception is of another release": {"then": lambda d: d.edit()},
    "the compensating rule breaks": {"then": lambda d: setattr(d, "is_broken", True)},
    "the compensating rule is excepted": {"except": compensate_by_exception},
    "who accepted the exception approves the release": {"reviewer": lambda d: d.answer("ben", REVIEWER)},
    "nobody asks": {"ask": nothing},
    "no manager approves": {"manager": nothing},
    "two reviewers approve and no manager": {"manager": lambda d: d.answer("fay", REVIEWER)},
    "no reviewer approves": {"reviewer": nothing},
    "who asked approves": {"ask": lambda d: d.ask_for_release(by="cleo")},
    "an author approves": {"ask": lambda d: d.ask_for_release(authors=("cleo",))},
    "an author is unknown": {"ask": lambda d: d.ask_for_release(unknown_authors=(digest_of("who"),))},
    "one person fills both seats": {
        "manager": lambda d: d.answer("fay", MANAGER),
        "reviewer": lambda d: d.answer("fay", REVIEWER),
    },
    "the role is not theirs": {"manager": lambda d: d.answer("gus", MANAGER)},
    "the approval is not signed": {"manager": lambda d: d.answer("cleo", MANAGER, holds=False)},
    "the signature does not hold": {"manager": lambda d: d.answer("cleo", MANAGER, holds=False, key="cleo-key")},
    "another's key signed": {"manager": lambda d: d.answer("cleo", MANAGER, key="ada-key")},
    "another request was shown": {"manager": shown_another},
    "the approval ran out": {
        "manager": lambda d: d.answer("cleo", MANAGER, lasts=HOUR),
        "then": lambda d: d.wait(2 * HOUR),
    },
    "the approval lasts longer than the rule lets it": {
        "except": lambda d: d.ask_for_exception(days=20),
        "then": lambda d: d.wait(11 * DAY),
    },
    "the approval is dated ahead": {"manager": lambda d: d.answer("cleo", MANAGER, dated=HOUR)},
    "the approval is dated before the request": {"manager": lambda d: d.answer("cleo", MANAGER, dated=-DAY)},
    "the key was given up and the approval dated back": {"manager": backdated},
    "the key was stolen": {"then": lambda d: (d.wait(HOUR), d.revoke_key("cleo", RevocationReason.COMPROMISED))},
    "the key had expired": {"manager": lambda d: (d.change_key("cleo", valid_until=d.now), d.answer("cleo", MANAGER))},
    "the key was not valid yet": {
        "manager": lambda d: (d.change_key("cleo", valid_from=d.now + HOUR), d.answer("cleo", MANAGER))
    },
    "who approved took it back": {"then": lambda d: d.take_back(last(d, "cleo"), by="cleo")},
    "who asked took it back": {"then": lambda d: d.take_back(d.consents.requests[-1].id, by="ada")},
    "somebody rejects": {"then": lambda d: d.answer("fay", REVIEWER, says=Answer.REJECT)},
    "somebody only abstains": {"manager": lambda d: d.answer("cleo", MANAGER, says=Answer.ABSTAIN)},
    "who approved has left": {"then": lambda d: d.leave("cleo")},
    "a condition is overdue": {
        "manager": lambda d: d.answer("cleo", MANAGER, due_in=1),
        "then": lambda d: d.wait(2 * DAY),
    },
    "a service approves": {"manager": lambda d: d.answer_for("cleo", "robot")},
    "a lent role is lent on": {"manager": lend_on},
    "who lent the role had asked": {
        "ask": lambda d: d.ask_for_release(by="cleo"),
        "manager": lambda d: d.answer_for("cleo", "gus"),
    },
    "the role is not lent yet": {"manager": lambda d: d.answer_for("cleo", "gus", starts=HOUR)},
    "the loan is not signed": {"manager": lambda d: d.answer_for("cleo", "gus", holds=False)},
    "the loan covers something else": {"manager": lambda d: d.answer_for("cleo", "gus", kind=ConsentKind.EXCEPTION)},
    "the release was edited": {"then": lambda d: (d.edit(), d.measure())},
}
"""What may go wrong on the way to a release, one thing each. None of them may ship."""
