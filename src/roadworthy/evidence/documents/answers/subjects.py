"""What combinations of concepts a question must show to be about a control or a stated fact. Data.

One word says little: *keep* is asked of data, of secrets and of promises. What is asked follows from words together:
to keep a conversation, to tell an authority of an incident. Each way names all concepts that must stand near each
other; of ways that use each other's words the one that needs more of them counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from roadworthy.core.subject import STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One thing that may be asked, by the combinations of concepts that show it."""

    __pydantic_config__: ClassVar = STRICT

    ways: tuple[frozenset[str], ...]
    controls: tuple[str, ...]
    """Names of controls without their pack."""

    facts: tuple[str, ...]
    """Fields of ``system`` in the manifest, or ``components``, ``assessment``."""


def _subject(controls: str, ways: str, *, facts: str = "") -> Subject:
    return Subject(
        ways=tuple(frozenset(part.strip() for part in way.split("+")) for way in ways.split("|")),
        controls=tuple(controls.split()),
        facts=tuple(facts.split()),
    )


SUBJECTS: tuple[Subject, ...] = (
    _subject("doc-purpose", "purpose+ai | purpose+user", facts="purpose intended_use"),
    _subject("doc-purpose", "forbid+ai | forbid+purpose | forbid+reply", facts="out_of_scope_use"),
    _subject(
        "doc-people",
        "who+user | list+affected | who+affected",
        facts="users affected_groups",
    ),
    _subject("data-classes", "category+personal+data | category+data+host | list+personal+data", facts="data_classes"),
    _subject("doc-markets", "market+list+ai | market+where+ai", facts="markets"),
    _subject(
        "eval-multilingual",
        "language+measure | language+accurate | language+fair | language+same",
        facts="languages",
    ),
    _subject("doc-markets", "language+list", facts="languages"),
    _subject(
        "oversight-human",
        "oversee+ai | oversee+person | oversee+decided | person+approve+decided",
        facts="human_oversight",
    ),
    _subject("oversight-autonomy", "alone+act | alone+agent | alone+ai | alone+decided", facts="autonomy"),
    _subject("oversight-autonomy automated-decisions", "effect+decided | effect+ai", facts="decision_effect"),
    _subject("oversight-human", "reply+person+vet | decided+person+vet", facts="human_oversight"),
    _subject("static-prompts", "prompts+lint | prompts+vulnerable"),
    _subject("guard-tool-scopes guard-tool-approval eval-tool-use", "agency"),
    _subject("guard-output", "improper output"),
    _subject("guard-consumption", "unbounded"),
    _subject("eval-hallucination eval-grounding", "misinformation"),
    _subject("eval-personal-data guard-isolation", "disclosure"),
    _subject("data-provenance data-training-review", "poisoning"),
    _subject("guard-untrusted eval-injection-indirect", "embedding | cascade+document"),
    _subject("eval-injection-direct eval-injection-indirect", "cascade"),
    _subject("eval-fairness", "trustworthy"),
    _subject(
        "oversight-executive",
        "executive+who | executive+own | executive+approve | executive+risk | executive+ai",
        facts="accountable_executive",
    ),
    _subject("oversight-owner", "own+who+ai | own+ai+person", facts="owner"),
    _subject(
        "model-identity model-pinned",
        "list+model+provider | list+model+version | list+model+ai+component",
        facts="components",
    ),
    _subject("model-identity", "component+ai | component+model", facts="components"),
    _subject(
        "model-pinned monitoring-canary",
        "model+version | model+change | provider+change+ai | version+ai+change",
        facts="components",
    ),
    _subject(
        "model-licence static-licences",
        "licence+model | licence+component | licence+ai+list",
        facts="components",
    ),
    _subject("model-region", "where+host | where+model | where+data+host", facts="components"),
    _subject("oversight-assessment", "law+risk | risk+ai | law+category | law+ai+category", facts="assessment"),
    _subject("oversight-prohibited", "prohibited+ai | prohibited+law | prohibited"),
    _subject("data-protection", "dpia | personal+impact | dpia+law"),
    _subject(
        "oversight-impact rights-impact",
        "impact+ai | impact+person | impact+affected | impact+decided | impact+user",
    ),
    _subject(
        "data-retention",
        "keep+talk | keep+data+how long | erase+talk | erase+data | keep+reply | keep+personal+data | "
        "how long+talk+keep | keep+our data | erase+our data",
    ),
    _subject("data-training-review", "learn+our data | learn+talk | our data+learn+provider"),
    _subject("data-provenance data-training-review", "origin+dataset | origin+data+learn | review data+dataset"),
    _subject("data-training-review", "review data+dataset+learn"),
    _subject("eval-memorisation", "memorise+dataset | memorise+learn | memorise+our data"),
    _subject("doc-datasheet", "describe data | paper+dataset"),
    _subject(
        "eval-injection-direct",
        "injection | attacker+ignore | attacker+instruction | ignore+instruction | attacker+agent | "
        "attacker+user+ai | attacker+talk",
    ),
    _subject(
        "eval-injection-indirect guard-untrusted",
        "injection+document | hide+document+instruction | hide+document+attacker | "
        "instruction+document+attacker | document+instruction+agent | document+hide+agent",
    ),
    _subject("guard-untrusted", "document+attacker+guard | document+attacker+keep"),
    _subject("eval-prompt-leak", "system prompt+leak | leak+instruction | system prompt"),
    _subject("eval-jailbreak", "jailbreak"),
    _subject("eval-red-team", "pentest+ai | pentest+model | pentest+agent | pentest+person"),
    _subject("guard-present", "guard+ai | guard+reply | guard+talk | guard+model"),
    _subject("eval-hallucination eval-grounding", "invent+fact | invent+ai+reply | invent+model | invent+agent"),
    _subject("eval-grounding", "source+reply | source+ai+fact"),
    _subject("eval-quality", "accurate+reply | accurate+measure+ai | accurate+model | accurate+ai+measure"),
    _subject("eval-harmful", "harm+ai | harm+reply | harm+refuse | harm+guard | harm+attacker | harm+instruction"),
    _subject("eval-over-refusal", "refuse+legitimate"),
    _subject("eval-fairness", "fair+ai | fair+group | group+affected+ai | fair+measure | fair+reply | group+same+ai"),
    _subject("eval-robustness", "robust+ai | robust+talk | robust+reply | robust+measure"),
    _subject("eval-consistency", "same+reply | same+model | same+ai"),
    _subject("eval-malformed", "malformed+ai | malformed+talk | malformed+plan | malformed"),
    _subject(
        "eval-personal-data guard-isolation",
        "personal+leak | personal+others+talk | others+leak | our data+leak | personal+others+reply",
    ),
    _subject("guard-isolation", "isolate+data | isolate+user | isolate+our data | isolate+talk | isolate+ai"),
    _subject(
        "static-secrets supply-secrets",
        "secret+code | secret+keep | secret+leak | secret+talk | secret+system prompt",
    ),
    _subject("eval-tool-use", "function+forbid | function+attacker | function+measure"),
    _subject("guard-tool-scopes guard-tool-arguments", "privilege+function | privilege+agent | privilege+ai+data"),
    _subject("guard-tool-arguments", "argument+function"),
    _subject(
        "guard-tool-approval",
        "money+agent | money+ai | approve+act | approve+money | money+act | limit+money+act | money+function",
    ),
    _subject("guard-tool-approval oversight-autonomy", "act+alone+limit | act+alone+list", facts="autonomy components"),
    _subject("guard-agent-steps", "loop+agent | loop+ai | loop+limit"),
    _subject("guard-consumption", "consume+limit | consume+user+limit | consume+attacker"),
    _subject("guard-agent-steps guard-consumption", "loop+consume"),
    _subject("guard-output", "encode+reply | encode+ai+reply"),
    _subject("model-serialisation model-identity static-models", "model file"),
    _subject("model-card", "model card"),
    _subject("incident-runbook", "incident+plan | incident+plan+ai"),
    _subject("incident-contact", "incident+reach | reach+bad reply | reach+incident+who"),
    _subject("incident-contact incident-runbook", "incident+plan+reach"),
    _subject("incident-stop", "stop+ai | stop+agent | stop+model | stop+incident"),
    _subject("incident-reporting serious-incidents", "authority+tell+incident | authority+incident | authority+tell"),
    _subject("incident-regression", "lesson+incident | lesson+measure | lesson"),
    _subject("monitoring-plan monitoring-canary", "watch+live | watch+ai+change | watch+model | watch+reply"),
    _subject("monitoring-logging static-logging", "log+ai | log+reply | log+talk | log+decided | log+act"),
    _subject("monitoring-feedback", "report+bad reply | report+reply+user | report+user+bad reply"),
    _subject("doc-disclosure", "tell+machine | machine+user+ai | tell+user+machine"),
    _subject("doc-instructions", "manual+ai | manual+staff | manual+user | manual"),
    _subject("doc-technical technical-file", "paper+law"),
    _subject("oversight-recourse", "contest+decided | contest+user | contest+ai | contest+person"),
    _subject("oversight-recourse explanation", "explain+decided | explain+decided+affected"),
    _subject("oversight-training ai-literacy", "staff+educate | educate+oversee | educate+staff+ai"),
    _subject("supply-dependencies static-dependencies", "package+vulnerable | vulnerable+component | vulnerable+code"),
    _subject("supply-vendor", "provider+vet | provider+vet+model | provider+list+data"),
    _subject("supply-fallback", "provider+gone | model+gone | ai+gone"),
    _subject("oversight-threats", "threat+ai | threat"),
    _subject("eval-independent", "independent+test results | independent+measure+ai"),
    _subject("controls-proven", "proof"),
    _subject("supply-mcp-pinned static-mcp", "mcp"),
    _subject("lawful-basis", "basis"),
    _subject("transfers", "transfer+data | transfer+personal | transfer"),
    _subject("content-marking", "marking"),
)  # fmt: skip
"""Every subject."""
