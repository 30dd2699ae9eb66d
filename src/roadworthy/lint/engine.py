"""Asks every rule of every file that it is for, and weighs what is found against what is suppressed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TypeAlias

from roadworthy.core.severity import Severity
from roadworthy.lint.detectors import DETECTORS
from roadworthy.lint.fingerprint import fingerprinted
from roadworthy.lint.model import Absent, FileKind, Finding, Hit, LintReport, LintRule, Named, Pattern, Suppression
from roadworthy.lint.ports import Detector, Repository, SourceFile
from roadworthy.lint.python_code import nodes_of
from roadworthy.lint.scan import MAX_HITS, Part, Scan, line_hits, parts, place, require_patterns
from roadworthy.lint.suppressions import Written, comments_in, settled
from roadworthy.sensitive.pattern import compiled

MAX_SAID_CHARACTERS = 300
Matched: TypeAlias = frozenset[tuple[int, Part]]

_FOREIGN = frozenset([FileKind.KNOWLEDGE, FileKind.DATASET])
_RANK = {Severity.BLOCK: 0, Severity.WARN: 1, Severity.INFO: 2}


class Engine:
    """Rules made ready to be asked of any number of repositories."""

    def __init__(self, rules: Iterable[LintRule], *, detectors: Mapping[str, Detector] = DETECTORS) -> None:
        """Make ``rules`` ready.

        Raises:
            ValueError: If an id is given twice, a detector is unknown or a pattern cannot be matched.
        """
        self.rules = tuple(sorted(rules, key=lambda rule: rule.id))
        self._detectors = detectors
        ids = [rule.id for rule in self.rules]
        repeated = sorted({one for one in ids if ids.count(one) > 1})
        if repeated:
            raise ValueError(f"two lint rules are called {repeated[0]!r}")
        for rule in self.rules:
            self._require(rule)
        self._asked: dict[frozenset[FileKind], _Asked] = {}

    def check(
        self,
        repository: Repository,
        *,
        today: date,
        suppressions: Sequence[Suppression] = (),
        known: Collection[str] = (),
        only: Collection[str] | None = None,
    ) -> LintReport:
        """Look at ``repository``.

        Args:
            repository: Its files.
            today: What the expiry of suppressions is held against.
            suppressions: Those from outside the files that they are for.
            known: Ids of rules that exist beside those that are asked.
            only: Paths that are looked at; None is all. Rules on the whole repository see all of it, and only what
                they find in these files is told.
        """
        looked = [f for path, f in repository.files.items() if only is None or path in only]
        written = [Written(suppression=one, lines=None) for one in suppressions]
        hits: list[tuple[LintRule, str, Hit]] = []
        unparsed: dict[str, str] = {}
        for file in looked:
            asked = self._asked_of(file.kinds)
            matched = asked.matched(file)
            try:
                hits += asked.hits(file, matched)
            except RecursionError:
                unparsed[file.path] = "is nested too deep"
            written += asked.comments(file)
            if asked.needs_syntax(file, matched) and not nodes_of(file.text):
                unparsed[file.path] = "is no Python that parses, or too long"
        wanted = {file.path for file in looked}
        hits += [hit for hit in self._of_repository(repository) if hit[1] in wanted]
        findings = list(fingerprinted(_findings(repository, hits)))
        ids = frozenset(rule.id for rule in self.rules)
        in_force, suppressed = settled(
            findings, written, today=today, asked=ids, known=ids | frozenset(known), looked=wanted, is_all=only is None
        )
        return LintReport(
            files=len(looked),
            rules=tuple(rule.id for rule in self.rules),
            findings=tuple(sorted(in_force, key=_order)),
            suppressed=tuple(sorted(suppressed, key=_order)),
            unread=tuple(f"{file.path}: {why}" for file in looked if (why := file.problem or unparsed.get(file.path))),
        )

    def _require(self, rule: LintRule) -> None:
        detect = rule.detect
        if isinstance(detect, Named):
            detector = self._detectors.get(detect.name)
            if detector is None:
                raise ValueError(f"lint rule {rule.id}: no detector is called {detect.name!r}")
            if (detector.of_file is None) == (detector.of_repository is None):
                raise ValueError(f"detector {detect.name!r} must look at files or at the repository, and at one only")
        try:
            require_patterns(detect)
        except ValueError as error:
            raise ValueError(f"lint rule {rule.id}: {error}") from None

    def _asked_of(self, kinds: frozenset[FileKind]) -> _Asked:
        found = self._asked.get(kinds)
        if found is None:
            rules = [rule for rule in self.rules if kinds & frozenset(rule.kinds)]
            found = self._asked[kinds] = _Asked(rules, detectors=self._detectors)
        return found

    def _of_repository(self, repository: Repository) -> Iterator[tuple[LintRule, str, Hit]]:
        for rule in self.rules:
            detector = self._detectors[rule.detect.name] if isinstance(rule.detect, Named) else None
            if detector is not None and detector.of_repository is not None:
                for hit in _bounded(detector.of_repository(repository, _parameters(rule))):
                    yield rule, hit.path, hit


class _Asked:
    """The rules that are asked of files of one combination of kinds, with one scan for them all."""

    def __init__(self, rules: Iterable[LintRule], *, detectors: Mapping[str, Detector]) -> None:
        self._rules = [rule for rule in rules if not _is_of_repository(rule, detectors)]
        self._detectors = detectors
        self._always = [number for number, rule in enumerate(self._rules) if _is_always_asked(rule)]
        self._reads = any(True for rule in self._rules for _ in parts(rule.detect))

    @cached_property
    def _scan(self) -> Scan:
        return Scan([rule.detect for rule in self._rules])

    def matched(self, file: SourceFile) -> Matched:
        """Return what the one pass over a file's text tells."""
        return self._scan.matched(file.text) if self._reads else frozenset()

    def hits(self, file: SourceFile, matched: Matched) -> Iterator[tuple[LintRule, str, Hit]]:
        """Yield rule, path and hit of everything that the rules find in ``file``."""
        numbers = sorted({number for number, _ in matched} | set(self._always))
        for number in numbers:
            rule = self._rules[number]
            said = frozenset(part for owner, part in matched if owner == number)
            for hit in _bounded(self._hits_of(rule, file, said)):
                yield rule, hit.path or file.path, hit

    def comments(self, file: SourceFile) -> Iterator[Written]:
        """Yield the suppressions that are written in ``file``, where its text was read anyway.

        Documents and rows that are brought in from elsewhere cannot excuse themselves.
        """
        if not self._reads or file.kinds & _FOREIGN:
            return iter(())
        return comments_in(file.path, file.text)

    def needs_syntax(self, file: SourceFile, matched: Matched) -> bool:
        """Return whether a rule had reason to parse ``file`` as Python."""
        return FileKind.PYTHON in file.kinds and any(isinstance(self._rules[n].detect, Named) for n, _ in matched)

    def _hits_of(self, rule: LintRule, file: SourceFile, said: frozenset[Part]) -> Iterable[Hit]:
        match rule.detect:
            case Pattern() as detect:
                return line_hits(detect, file.text)
            case Absent() as detect:
                return _absent(detect, file, said)
            case Named(name=name):
                of_file = self._detectors[name].of_file
                return of_file(file, _parameters(rule)) if of_file is not None else ()


def check(
    repository: Repository, rules: Iterable[LintRule], *, today: date, suppressions: Sequence[Suppression] = ()
) -> LintReport:
    """Look at ``repository`` with ``rules``, once.

    Args:
        repository: Its files.
        rules: What is asked.
        today: What the expiry of suppressions is held against.
        suppressions: Those from outside the files that they are for.

    Raises:
        ValueError: As for `Engine`.
    """
    return Engine(rules).check(repository, today=today, suppressions=suppressions)


def _is_of_repository(rule: LintRule, detectors: Mapping[str, Detector]) -> bool:
    return isinstance(rule.detect, Named) and detectors[rule.detect.name].of_repository is not None


def _is_always_asked(rule: LintRule) -> bool:
    match rule.detect:
        case Pattern():
            return False
        case Absent(when=when) | Named(when=when):
            return not when


def _absent(detect: Absent, file: SourceFile, said: frozenset[Part]) -> Iterator[Hit]:
    text = file.text
    if "patterns" in said or not text.strip() or (detect.when and "when" not in said):
        return
    first = min((m.start() for m in (compiled(one).search(text) for one in detect.when) if m), default=0)
    line, column = place(text, first)
    yield Hit(line=line, column=column)


def _bounded(hits: Iterable[Hit]) -> Iterator[Hit]:
    for number, hit in enumerate(hits):
        if number >= MAX_HITS:
            return
        yield hit


def _parameters(rule: LintRule) -> Mapping[str, object]:
    return rule.detect.parameters if isinstance(rule.detect, Named) else {}


def _findings(repository: Repository, hits: Iterable[tuple[LintRule, str, Hit]]) -> Iterator[tuple[Finding, str]]:
    """Yield each finding once, with its subject, in order of rule and place."""
    seen: set[tuple[str, str, int, int, str]] = set()
    for rule, path, hit in sorted(
        hits, key=lambda one: (one[0].id, one[1], one[2].line, one[2].column, one[2].subject)
    ):
        key = (rule.id, path, hit.line, hit.column, hit.subject)
        if key in seen:
            continue
        seen.add(key)
        file = repository.files.get(path)
        yield (
            Finding(
                rule=rule.id,
                area=rule.area,
                severity=rule.severity,
                path=path,
                line=max(1, hit.line),
                column=max(1, hit.column),
                said=_plain(hit.said or rule.title),
                fix=rule.fix,
                references=rule.references,
                fingerprint="",
                component=file.component if file is not None else "",
            ),
            hit.subject,
        )


def _plain(said: str) -> str:
    """Return a sentence that is safe to print: short, on one line, without characters that nobody sees."""
    shown = "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in " ".join(said.split()))
    short = shown if len(shown) <= MAX_SAID_CHARACTERS else f"{shown[: MAX_SAID_CHARACTERS - 1]}…"
    return short.rstrip(".")


def _order(finding: Finding) -> tuple[int, str, int, int, str]:
    return _RANK[finding.severity], finding.path, finding.line, finding.column, finding.rule
