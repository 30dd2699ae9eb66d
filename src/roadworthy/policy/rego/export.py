"""A resolved policy as a folder of Rego: the library, a module for each pack, the decision, tests and data."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence

from roadworthy.core.digest import digest_of
from roadworthy.core.errors import PackError
from roadworthy.policy.cases import Case
from roadworthy.policy.model import FactCheck, Rule
from roadworthy.policy.ports import ConditionLanguage
from roadworthy.policy.rego.library import library
from roadworthy.policy.rego.model import RegoExport, RegoFile
from roadworthy.policy.rego.modules import RuleModule, decision_module, module_of, policy_data, write_rule
from roadworthy.policy.rego.names import package_name
from roadworthy.policy.rego.testing import tests_of
from roadworthy.policy.resolved import ResolvedPolicy

DECISION_PATH = "roadworthy/decision"
"""Where a server that loaded the export answers, below ``/v1/data/``."""


def export_rego(
    policy: ResolvedPolicy, *, cases: Mapping[str, Sequence[Case]], language: ConditionLanguage
) -> RegoExport:
    """Return ``policy`` in Rego, such that what is undefined is missing and never a pass.

    Rules on facts are translated whole. Rules that ask for a measurement or a document, and
    those whose condition Rego cannot answer as we do, become obligations: they ask
    ``input.evidence`` what our gate said, and what it does not say is missing.

    Args:
        policy: Every rule in force.
        cases: The packs' own cases, by name of pack; they become tests.
        language: The language of the conditions; it says what each test must find.

    Raises:
        PackError: If a condition does not compile, or two packs would have one package.
    """
    _require_readable(policy, language)
    digest = digest_of(policy)
    files = [
        RegoFile(path="roadworthy/cel.rego", text=library()),
        RegoFile(path="roadworthy/decision.rego", text=decision_module(policy)),
        RegoFile(path="data.json", text=_json(policy_data(digest, policy))),
        RegoFile(path=".manifest", text=_json({"revision": digest, "roots": ["roadworthy"], "rego_version": 1})),
    ]
    written: list[RuleModule] = []
    tests = 0
    for pack in policy.packs:
        controls = [item for item in policy.controls if item.control.id.startswith(f"{pack.name}/")]
        rules = [write_rule(rule) for item in controls for rule in item.rules]
        if not rules:
            continue
        stem = f"roadworthy/packs/{package_name(pack.name)}"
        tested, count = tests_of(pack.name, rules, cases.get(pack.name, ()), language)
        files += [
            RegoFile(path=f"{stem}.rego", text=module_of(pack, controls, rules)),
            RegoFile(path=f"{stem}_test.rego", text=tested),
        ]
        tests += count
        written += rules
    return RegoExport(
        policy=digest,
        files=tuple(sorted(files, key=lambda file: file.path)),
        decided=tuple(item.rule.id for item in written if item.obligation is None),
        obligations=tuple(item.obligation for item in written if item.obligation is not None),
        tests=tests,
    )


def _require_readable(policy: ResolvedPolicy, language: ConditionLanguage) -> None:
    problems = [
        f"{rule.id}: `{condition}` does not compile: {problem}"
        for rule in policy.rules
        for condition in _conditions(rule)
        if (problem := language.problem(condition)) is not None
    ]
    names = Counter(package_name(pack.name) for pack in policy.packs)
    problems += [f"more than one pack would be the package {name}" for name, count in names.items() if count > 1]
    if problems:
        raise PackError(
            problems[0],
            where="policy.packs",
            fix="correct the packs; `rw policy check` names every problem",
            details=tuple(problems[1:]),
        )


def _conditions(rule: Rule) -> tuple[str, ...]:
    asked = (rule.require.condition,) if isinstance(rule.require, FactCheck) else ()
    return (rule.applies_when, *asked)


def _json(value: object) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
