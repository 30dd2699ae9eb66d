"""An assurance case as one self-contained page: drawings to unfold, and the whole argument as text."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from roadworthy.adapters.documents import environment
from roadworthy.adapters.papers.page import content_policy, paper_style
from roadworthy.evidence.documents.assurance.drawing import drawing_of, views
from roadworthy.evidence.documents.assurance.model import AssuranceCase, LinkKind, Node, NodeKind, Status
from roadworthy.evidence.documents.assurance.outline import outline_of
from roadworthy.evidence.documents.wording import Tone

_TONE = {
    Status.SUPPORTED: Tone.GOOD,
    Status.UNDEVELOPED: Tone.UNKNOWN,
    Status.CHALLENGED: Tone.OWED,
    Status.REFUTED: Tone.BAD,
}
_MEANING = {
    Status.SUPPORTED: "Every goal of the argument is supported by evidence that counts for exactly this release.",
    Status.UNDEVELOPED: "Nothing speaks against the top goal, but parts of the argument have no evidence that counts. "
    "What is not known does not count as safe.",
    Status.CHALLENGED: "Something speaks against the argument: an exception lets a rule through, a warning is refuted, "
    "or somebody objects.",
    Status.REFUTED: "Evidence shows that at least one goal that the release depends on does not hold.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawing:
    name: str
    title: str
    svg: Markup


def render_assurance(case: AssuranceCase) -> bytes:
    """Return the case as a page."""
    style = paper_style()
    goals = [node for node in case.nodes if node.kind is NodeKind.GOAL]
    page = (
        environment()
        .get_template("assurance.html")
        .render(
            case=case,
            top=case.node(case.top),
            counts=[(status.value, sum(goal.status is status for goal in goals)) for status in reversed(Status)],
            on_word=sum(goal.status is Status.SUPPORTED and _on_word(case, goal) for goal in goals),
            drawings=[_drawing(case, name, title) for name, title in views(case)],
            outline=outline_of(case),
            tone=_TONE,
            meaning=_MEANING,
            style=Markup(style),  # noqa: S704 - our own file, no value from outside
            content_policy=content_policy(style),
        )
    )
    return page.encode("utf-8")


def _on_word(case: AssuranceCase, goal: Node) -> bool:
    """Tell whether a goal rests on nothing but what the team states."""
    under = case.below(goal.id, LinkKind.SUPPORTED_BY)
    return bool(under) and all(node.is_word for node in under)


def _drawing(case: AssuranceCase, name: str, title: str) -> _Drawing:
    # Each drawing has arrowheads of its own: names must not repeat in one page.
    svg = drawing_of(case, name).replace('<marker id="', f'<marker id="{name}-').replace("url(#", f"url(#{name}-")
    return _Drawing(name=name, title=title, svg=Markup(svg))  # noqa: S704 - every text in it is escaped where it is drawn
