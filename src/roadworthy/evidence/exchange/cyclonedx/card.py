"""The model card of a model, with measured figures only, each from evidence that counted."""

from __future__ import annotations

from roadworthy.core.digest import JsonValue
from roadworthy.core.evidence import Evidence, RunResult
from roadworthy.core.result import Measurement
from roadworthy.evidence.exchange.cyclonedx.parts import Json, component_ref, properties, without_empty
from roadworthy.evidence.exchange.source import DecidedRelease
from roadworthy.inventory.model import FileComponent


def model_card(source: DecidedRelease, key: str) -> Json:
    """Return what is known of a model. Figures are of the system with this model in it, not of the model alone.

    The format's metric has four fields and allows no more, so counts, digests and run ids stand in ``properties``.
    """
    found = [(item, item.result) for item in source.about(key) if item.result is not None]
    system = source.manifest.system
    return without_empty(
        {
            "bom-ref": f"{component_ref(key)}#card",
            "modelParameters": without_empty({"datasets": _datasets(source)}),
            "quantitativeAnalysis": without_empty(
                {"performanceMetrics": [_metric(one) for _, result in found for one in result.measurements]}
            ),
            "considerations": without_empty(
                {
                    "users": list(system.users),
                    "useCases": list(system.intended_use),
                    "technicalLimitations": [f"not for: {text}" for text in system.out_of_scope_use],
                }
            ),
            "properties": [one for item, result in found for one in _figures(source, item, result)],
        }
    )


def _datasets(source: DecidedRelease) -> list[JsonValue]:
    """Refer to the datasets that a model was trained on; evaluation data is no part of it."""
    return [
        {"ref": component_ref(component.key)}
        for component in source.manifest.components
        if isinstance(component, FileComponent)
        and component.type == "dataset"
        and component.role in {"train", "finetune"}
    ]


def _metric(one: Measurement) -> JsonValue:
    interval = one.interval
    made: Json = {"type": f"success rate: {one.metric}", "slice": one.slice}
    if one.estimate is None or interval is None:
        return made | {"value": "unknown: nothing was assessed"}
    return made | {
        "value": f"{one.estimate:.6g}",
        "confidenceInterval": {"lowerBound": f"{interval.low:.6g}", "upperBound": f"{interval.high:.6g}"},
    }


def _figures(source: DecidedRelease, item: Evidence, result: RunResult) -> list[JsonValue]:
    at = f"evidence:{item.id}"
    return [
        *properties(
            (f"{at}:digest", source.digest(item.id)),
            (f"{at}:run", result.run),
            (f"{at}:task", result.task),
            (f"{at}:task-digest", result.task_digest),
        ),
        *(
            one
            for measured in result.measurements
            for one in properties(
                (f"{at}:{measured.metric}:{measured.slice}:n", measured.denominator),
                (f"{at}:{measured.metric}:{measured.slice}:attempted", measured.attempted),
                (f"{at}:{measured.metric}:{measured.slice}:interval", _interval(measured)),
            )
        ),
    ]


def _interval(one: Measurement) -> str | None:
    return f"{one.interval.method} at {one.interval.confidence:g}" if one.interval else None
