"""Opens reviews: of what is in the store, or of an intake form that a team filled in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from roadworthy.adapters.files import write_atomically
from roadworthy.adapters.manifest.load import load_manifest
from roadworthy.approvals.refusal import RefusedBecause
from roadworthy.core.digest import JsonValue, digest_of, plain
from roadworthy.core.errors import ConfigError, NotFoundError
from roadworthy.core.severity import RiskTier
from roadworthy.core.subject import Subject
from roadworthy.governance.model import ActorKind, Governance
from roadworthy.inventory.model import Manifest
from roadworthy.inventory.release import Release
from roadworthy.reviews.model import Review, ReviewKind, ReviewQuestion, Submitted
from roadworthy.reviews.state import ReviewState
from roadworthy.reviews.template import ReviewTemplate, answered_by_form
from roadworthy.runtime.candidate import read_candidate
from roadworthy.runtime.findings.acting import acting, refused, require_evidence
from roadworthy.runtime.reviews.authors import authors_of_review
from roadworthy.runtime.reviews.moving import all_reviews, review_named, take
from roadworthy.runtime.reviews.templates import INTAKE, form_text, read_form, read_template
from roadworthy.runtime.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants reviewed."""

    kind: ReviewKind
    title: str
    about: tuple[str, ...] = ()
    """Versions or digests of releases, keys or digests of components of the release in the making."""

    tier: RiskTier | None = None
    authors: tuple[str, ...] = ()
    template: str | None = None
    """``intake``, or path of a template below the repository; None: no question."""


def open_review(workspace: Workspace, wanted: Wanted) -> ReviewState:
    """Open a review as a draft: nobody looks at it before it is handed in.

    Raises:
        ConfigError: If something is asked wrongly, or there is no governance file.
        NotFoundError: If what it is about is not there.
        NotPermittedError: If the governance file does not know who acts, or they are no human.
    """
    template = None if wanted.template is None else read_template(wanted.template, beside=workspace.root)
    manifest = load_manifest(workspace.manifest_path)
    questions = () if template is None else answered_by_form(template, form=None, manifest=_as_json(manifest))
    return _opened(workspace, wanted, system=manifest.system.key, template=template, questions=questions)


def intake(workspace: Workspace, path: Path, *, submit: bool) -> ReviewState:
    """Open the review of an intake form: what it leaves out is read from the manifest, and else stays unanswered.

    Args:
        workspace: The repository.
        path: The form.
        submit: Whether it is handed in at once.

    Raises:
        ConfigError: If the form does not read or answers what is not asked.
        NotFoundError: If evidence that it names is not there.
        NotPermittedError: As `open_review`.
    """
    form = read_form(path)
    template = read_template(form.template, beside=path.resolve().parent)
    manifest = load_manifest(workspace.manifest_path)
    try:
        questions = answered_by_form(template, form=form, manifest=_as_json(manifest))
        tier = None if form.tier_claimed is None else RiskTier(form.tier_claimed)
    except ValueError as fault:
        raise ConfigError(str(fault), where=str(path), fix="correct the form") from fault
    require_evidence(workspace, (one for named in (form.evidence or {}).values() for one in named))
    wanted = Wanted(kind=ReviewKind.INTAKE, title=form.title, tier=tier)
    state = _opened(workspace, wanted, system=manifest.system.key, template=template, questions=questions)
    return take(workspace, state.review.id, Submitted()) if submit else state


def write_form(workspace: Workspace, path: Path, *, template: str = INTAKE) -> None:
    """Write an empty form to be filled in.

    Raises:
        ConfigError: If there is a file already, or the template does not read.
        StoreError: If it cannot be written.
    """
    if path.exists():
        raise ConfigError("there is a file already", where=str(path), fix="choose another name")
    write_atomically(path.resolve(), form_text(read_template(template, beside=workspace.root)).encode("utf-8"))


def _as_json(manifest: Manifest) -> dict[str, JsonValue]:
    found = plain(manifest)
    return dict(found) if isinstance(found, dict) else {}


def _opened(
    workspace: Workspace,
    wanted: Wanted,
    *,
    system: str,
    template: ReviewTemplate | None,
    questions: tuple[ReviewQuestion, ...],
) -> ReviewState:
    who = acting(workspace, action="review")
    if who.person.kind is not ActorKind.HUMAN:
        says = f"{who.person.id} is a {who.person.kind.value}: only a human asks for a review"
        raise refused(workspace, action="review", because=RefusedBecause.NOT_HUMAN, says=says, of=None)
    about = tuple(_subject(workspace, reference) for reference in wanted.about)
    wrote = authors_of_review(workspace, who.governance, kind=wanted.kind, about=about)
    try:
        review = Review(
            id=workspace.ids.new("review"),
            system=system,
            kind=wanted.kind,
            title=wanted.title,
            about=about,
            tier_claimed=wanted.tier,
            requested_by=who.person.id,
            authors=(*(_author(name, who.governance) for name in wanted.authors), *wrote.known),
            unknown_authors=wrote.unknown,
            opened_at=workspace.clock.now(),
            template=template.id if template else "",
            template_digest=digest_of(template) if template else None,
            questions=questions,
            previous=_previous(workspace, system=system, kind=wanted.kind),
        )
    except ValueError as fault:
        raise ConfigError(str(fault), where="rw review open", fix="correct what was given") from fault
    workspace.reviews.add(review)
    return review_named(workspace, review.id)


def _author(name: str, governance: Governance) -> str:
    found = governance.person(name)
    if found is None:
        raise ConfigError(
            f"the governance file knows nobody called {name[:80]!r}", where="--author", fix="give a person's id"
        )
    return found.id


def _subject(workspace: Workspace, reference: str) -> Subject:
    """Return the release in the store, or the component of the release in the making, that ``reference`` names."""
    try:
        return workspace.releases.get(reference).record.subject
    except NotFoundError:
        found = _component(read_candidate(workspace).release, reference)
    if found is None:
        raise NotFoundError(
            f"no release and no component is called {reference[:80]!r}",
            where="--about",
            fix="freeze the release with `rw freeze`, or give the key of a component of the manifest",
        )
    return found


def _component(release: Release, reference: str) -> Subject | None:
    return next(
        (
            Subject(kind="component", name=part.key, digest=part.digest)
            for part in release.components
            if reference in (part.key, part.digest)
        ),
        None,
    )


def _previous(workspace: Workspace, *, system: str, kind: ReviewKind) -> str | None:
    decided = [
        state
        for state in all_reviews(workspace)
        if (state.decision is not None or state.earlier_decisions)
        and state.review.system == system
        and state.review.kind is kind
    ]
    return max(decided, key=lambda state: (state.last_at, state.review.id)).review.id if decided else None
