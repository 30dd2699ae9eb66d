"""The paved road for responsible AI: from a manifest to a signed, offline-verifiable release decision."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from roadworthy.core.result import Failure as Failure
    from roadworthy.core.result import Success as Success
    from roadworthy.core.result import Unassessed as Unassessed
    from roadworthy.evals.model import Message as Message
    from roadworthy.evals.model import Reply as Reply
    from roadworthy.evals.model import Sample as Sample
    from roadworthy.evals.model import ScorerSpec as ScorerSpec
    from roadworthy.evals.model import ToolCall as ToolCall
    from roadworthy.guard.session.guard import Guard as Guard
    from roadworthy.inventory.model import TargetSpec as TargetSpec
    from roadworthy.notebook.asserting import assert_ships as assert_ships
    from roadworthy.notebook.comparing import assert_not_worse as assert_not_worse
    from roadworthy.notebook.comparing import compare as compare
    from roadworthy.notebook.criterion import at_least as at_least
    from roadworthy.notebook.criterion import at_most as at_most
    from roadworthy.notebook.evaluate import evaluate as evaluate
    from roadworthy.notebook.evaluation import Evaluation as Evaluation
    from roadworthy.notebook.fairness import fairness as fairness
    from roadworthy.notebook.judge import judge as judge
    from roadworthy.sdk.functions.guarded import guarded as guarded

__version__ = "0.1.0"

_HOMES = {
    "Evaluation": "roadworthy.notebook.evaluation",
    "Failure": "roadworthy.core.result",
    "Guard": "roadworthy.guard.session.guard",
    "Message": "roadworthy.evals.model",
    "Reply": "roadworthy.evals.model",
    "Sample": "roadworthy.evals.model",
    "ScorerSpec": "roadworthy.evals.model",
    "Success": "roadworthy.core.result",
    "TargetSpec": "roadworthy.inventory.model",
    "ToolCall": "roadworthy.evals.model",
    "Unassessed": "roadworthy.core.result",
    "assert_not_worse": "roadworthy.notebook.comparing",
    "assert_ships": "roadworthy.notebook.asserting",
    "at_least": "roadworthy.notebook.criterion",
    "at_most": "roadworthy.notebook.criterion",
    "compare": "roadworthy.notebook.comparing",
    "evaluate": "roadworthy.notebook.evaluate",
    "fairness": "roadworthy.notebook.fairness",
    "guarded": "roadworthy.sdk.functions.guarded",
    "judge": "roadworthy.notebook.judge",
}
"""Public names and where they live. They are imported on first use: `rw --help` needs none of them."""

__all__ = [
    "Evaluation",
    "Failure",
    "Guard",
    "Message",
    "Reply",
    "Sample",
    "ScorerSpec",
    "Success",
    "TargetSpec",
    "ToolCall",
    "Unassessed",
    "__version__",
    "assert_not_worse",
    "assert_ships",
    "at_least",
    "at_most",
    "compare",
    "evaluate",
    "guarded",
    "judge",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(home), name)


def __dir__() -> list[str]:
    return list(__all__)
