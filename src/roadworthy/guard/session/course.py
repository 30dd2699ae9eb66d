"""What the parts of a run share: who it is for, how far it has come, and how an event is judged in it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace

from roadworthy.core.digest import Digest, digest_of
from roadworthy.guard.engine.applying import apply
from roadworthy.guard.engine.bundle import Bundle
from roadworthy.guard.engine.stub import stub_id, stub_text
from roadworthy.guard.event import ConversationState, Event, Principal
from roadworthy.guard.segment import Segment
from roadworthy.guard.session.errors import BlockedError
from roadworthy.guard.session.outfit import Outfit
from roadworthy.guard.session.wording import problem_of
from roadworthy.guard.verdict import Decision

MAX_PROMPTS = 32
"""Texts of the operator that a run knows again where they come out; the latest ones."""

MAX_PROMPT_CHARS = 400_000
"""Characters of them in all."""


def owner_of(principal: Principal) -> Digest:
    """Return what says whose a state is (`ConversationState.owner`), without saying anybody's id."""
    return digest_of({"tenant": principal.tenant, "principal": principal.id})


class Course:
    """The state of one run. Whoever reads or changes it holds its lock.

    Args:
        outfit: Of the guard.
        principal: For whom it is.
        route: Name of the route in the policy.
        state: What went before.
        depth: How many agents stand between the user and this one.
    """

    def __init__(
        self, outfit: Outfit, *, principal: Principal, route: str, state: ConversationState, depth: int
    ) -> None:
        self.outfit = outfit
        self.principal = principal
        self.route = route
        self.depth = depth
        self.owner = owner_of(principal)
        self.prompts = state.prompts
        self._state = replace(state, owner=self.owner)
        self.lock = threading.RLock()
        self._messages = state.turns

    @property
    def state(self) -> ConversationState:
        """What the next event is judged with, with what only a run knows: whose it is, and what the operator said."""
        return self._state

    @state.setter
    def state(self, state: ConversationState) -> None:
        if state.owner == self.owner and state.prompts is self.prompts:
            self._state = state
            return
        self._state = ConversationState(
            conversation=state.conversation,
            turns=state.turns,
            labels=state.labels,
            stubs=state.stubs,
            sources=state.sources,
            run=state.run,
            prompts=self.prompts,
            owner=self.owner,
            canaries=state.canaries,
        )

    def instructed(self, texts: Iterable[str]) -> None:
        """Keep what the operator said to the model, so that it is known where it comes out."""
        known = tuple(dict.fromkeys((*self.prompts, *filter(None, texts))))
        if known == self.prompts:
            return
        kept, left = [], MAX_PROMPT_CHARS
        for text in reversed(known[-MAX_PROMPTS:]):
            kept.append(text[:left])
            left -= len(text)
            if left <= 0:
                break
        self.prompts = tuple(reversed(kept))
        self.state = self._state

    def event(self, segments: Sequence[Segment]) -> Event:
        """Return an event of the run, now."""
        return Event(
            id=self.outfit.ids.new("event"),
            route=self.route,
            at=self.outfit.clock.now(),
            principal=self.principal,
            segments=tuple(
                one if one.index == place else replace(one, index=place) for place, one in enumerate(segments)
            ),
            depth=self.depth,
        )

    def next_message(self) -> int:
        """Return the number of the next message, from 1."""
        self._messages += 1
        return self._messages

    def judged(self, bundle: Bundle, event: Event) -> Decision:
        """Judge ``event`` and go on from what is decided. Where anything raises, nothing has changed."""
        decision = self.outfit.judged(bundle, event, self.state)
        self.noted(bundle, event, decision)
        return decision

    def noted(self, bundle: Bundle, event: Event, decision: Decision) -> None:
        """Record ``decision`` and go on from it."""
        self.outfit.record(bundle, event, decision, state=self.state)
        self.state = decision.state

    def passed(self, segment: Segment, *, what: str, stub: str) -> str:
        """Return the text of ``segment`` as it may go on.

        Args:
            segment: The only one of its event.
            what: For the log.
            stub: What stands in its place if it may not.

        Raises:
            BlockedError: If it may not.
        """
        bundle, event = self.outfit.bundle, self.event((segment,))
        decision = self.judged(bundle, event)
        if decision.stops:
            raise self.blocked(decision, event, what=what, stub=stub)
        return apply(decision, event)[0].text

    def blocked(self, decision: Decision, event: Event, *, what: str, stub: str) -> BlockedError:
        """Return what to raise for an event that was stopped."""
        names = {stub_id(event, segment) for segment in event.segments}
        known = next((one for one in self.state.stubs if one.id in names), None)
        return BlockedError(
            problem_of(decision, what),
            decision=decision,
            message=decision.message,
            stub=stub if known is None else stub_text(known.id),
        )
