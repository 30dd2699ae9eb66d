"""Every command by its place on the road: describe, know the risk, evaluate, decide, let people decide, prove."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

import typer
from typer.main import get_command

import roadworthy
from roadworthy.cli import output
from roadworthy.cli.road import Stop, road_of

_DESCRIBE = "Describe the system"
_RISK = "Know its risk"
_EVALUATE = "Evaluate it"
_DECIDE = "Decide on a release"
_PEOPLE = "Let people decide"
_PROVE = "Prove it to others"

STOPS = (
    Stop("init", "system:init", _DESCRIBE, "Look at a repository and write its first roadworthy.yaml."),
    Stop("schema", "system:schema", _DESCRIBE, "Print the JSON Schema of a file that people write, for editors."),
    Stop("freeze", "system:freeze", _DESCRIBE, "Fix the digest of every component and of the release, and keep it."),
    Stop("diff", "system:diff", _DESCRIBE, "Name what changed between two releases, and what kind of change it is."),
    Stop(
        "lint",
        "lint:app",
        _DESCRIBE,
        "Look for what is wrong with prompts, tools, agents, models, data and dependencies, without running "
        "anything. `rw lint src` is `rw lint check src`.",
    ),
    Stop(
        "assess",
        "risk:assess",
        _RISK,
        "Give the system its legal class and risk tier, with facts, rules, sources, threats and open questions.",
    ),
    Stop(
        "threats",
        "register.threats:app",
        _RISK,
        "The threat model: parts and flows from the manifest, what may go wrong at each, what stands against it.",
    ),
    Stop(
        "risk",
        "register.risks:app",
        _RISK,
        "The risk register: what may go wrong, who answers for it, what is left, and who accepted that.",
    ),
    Stop(
        "vendor",
        "register.vendors:app",
        _RISK,
        "Vendors and model providers: their terms, what hangs on them, what was decided, what they changed.",
    ),
    Stop("eval", "evaluation:app", _EVALUATE, "Evaluations: samples, a target, scorers, intervals."),
    Stop(
        "dataset",
        "dataset:app",
        _EVALUATE,
        "Datasets: what is in them, what is wrong with them, parts and variants.",
    ),
    Stop(
        "suites",
        "suites:app",
        _EVALUATE,
        "Suites: ready scenarios for safety, privacy, security, quality, fairness; and your own.",
    ),
    Stop(
        "judge",
        "judging.commands:app",
        _EVALUATE,
        "Judges: models that grade replies. A gate counts what they say once you have counted how often they err.",
    ),
    Stop(
        "decisions",
        "fairness:app",
        _EVALUATE,
        "Decision models: fairness by group, counterfactual flips, explanations, robustness, privacy.",
    ),
    Stop(
        "import",
        "imports:app",
        _EVALUATE,
        "Results of other tools: taken in as evidence, with our intervals and their numbers side by side.",
    ),
    Stop("controls", "policy:controls", _DECIDE, "The controls that bind this system."),
    Stop(
        "explain",
        "policy.catalogue:explain",
        _DECIDE,
        "Show a control in full: what to verify and why, its rules, what it serves, what turns it green.",
    ),
    Stop("policy", "policy:app", _DECIDE, "Policy packs: the controls as data."),
    Stop(
        "guard",
        "guard:app",
        _DECIDE,
        "Guard policies: what may go into a model, come out of it, be retrieved for it and be done by its tools.",
    ),
    Stop("redteam", "redteam:app", _DECIDE, "Agent policies tried in worlds where the model is an attacker's."),
    Stop("plan", "gate:plan", _DECIDE, "Say which checks this release still needs, why, and what they will cost."),
    Stop(
        "gate",
        "gate:gate",
        _DECIDE,
        "Decide whether this release may ship, sign the decision and keep it. Exits 0, 1 or 3 as it decided.",
    ),
    Stop(
        "why",
        "gate:why",
        _DECIDE,
        "Explain the last decision on a release in full: every rule, its evidence, value against bound, what helps.",
    ),
    Stop(
        "replay",
        "gate:replay",
        _DECIDE,
        "Take one past decision again with its own policy: the same result, or every difference by name.",
    ),
    Stop(
        "attest",
        "evidence:attest",
        _DECIDE,
        "Declare that a document exists, a review was held or a drill was done, and sign it.",
    ),
    Stop("ci", "pipeline.commands:app", _DECIDE, "The steps of a pipeline, the same on every platform."),
    Stop("mlflow", "pipeline.mlflow:app", _DECIDE, "Move aliases of MLflow's registry only behind a gate."),
    Stop(
        "governance",
        "oversight.governance:app",
        _PEOPLE,
        "Who consents to what, and by which rules: governance.yaml.",
    ),
    Stop("approval", "oversight.approval:app", _PEOPLE, "People's consent, bound to exactly what they looked at."),
    Stop(
        "exception",
        "oversight.exception:app",
        _PEOPLE,
        "Let a release ship although some rule does not hold: approved by people, compensated, and until a day.",
    ),
    Stop(
        "review",
        "reviews:review_app",
        _PEOPLE,
        "Reviews: hand something in, triage it, ask, answer, decide; with clocks in working time.",
    ),
    Stop(
        "finding",
        "reviews:finding_app",
        _PEOPLE,
        "Findings: what is wrong, who mends it by when, and the test that keeps it mended.",
    ),
    Stop(
        "pack",
        "evidence:pack",
        _PROVE,
        "Write one archive that anyone can verify offline: decision, evidence, journals without texts, documents.",
    ),
    Stop(
        "verify",
        "evidence:verify",
        _PROVE,
        "Check a pack offline, from it and a public key alone. Exits 0 intact, 1 broken, 3 intact but not in force.",
    ),
    Stop(
        "report",
        "evidence:report",
        _PROVE,
        "Write the decision as one self-contained page: what was judged, the intervals, the evidence.",
    ),
    Stop(
        "card",
        "evidence:card",
        _PROVE,
        "Write the system card: every measured claim cites its evidence, and none is made without.",
    ),
    Stop(
        "document",
        "documents:app",
        _PROVE,
        "Documents for authorities, boards and customers: each claim with its evidence, each gap named.",
    ),
    Stop(
        "answer",
        "documents.answering:answer",
        _PROVE,
        "Answer a customer's questionnaire from facts and evidence. What neither says is not answered.",
    ),
    Stop("export", "exports:app", _PROVE, "Decided releases, runs and tasks in the forms that other tools read."),
    Stop(
        "model",
        "exchange.model:app",
        _PROVE,
        "Sign a model's files in the format of the model-signing package, and verify them.",
    ),
    Stop(
        "trace",
        "graph:app",
        _PROVE,
        "What rests on what: `rw trace REFERENCE` both ways, `--impact` for the blast radius, `ask` for what is open.",
    ),
    Stop("evidence", "oversight.recall:app", _PROVE, "Evidence that was recorded: recall what turned out to be wrong."),
    Stop("log", "evidence:log_app", _PROVE, "The hash-chained log of everything that was recorded."),
    Stop("key", "oversight.key:app", _PROVE, "The key that signs for the team, and keys for people."),
    Stop("list", "evidence:list_records", _PROVE, "List what the store holds of one noun, oldest first."),
    Stop(
        "reproduce",
        "evaluation.reproduce:reproduce",
        _PROVE,
        "Run a stored run again and compare every outcome. Exits 0 reproduced, 1 differs beyond chance, 3 cannot tell.",
    ),
)
"""All commands. Each is loaded when it is called."""

app = typer.Typer(
    name="rw",
    cls=road_of(*STOPS),
    help="The paved road for responsible AI: from a manifest to a signed, offline-verifiable release decision.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    epilog="Exit codes: 0 ship, 1 blocked, 2 asked wrongly, 3 cannot tell.",
)


def _version(wanted: bool) -> None:
    if wanted:
        output.result(f"roadworthy {roadworthy.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Options that stand before the command."""


@cache
def command() -> Any:
    """Return the program, built once: many calls in one process share it."""
    return get_command(app)
