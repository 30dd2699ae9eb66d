"""What fills each point of the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from roadworthy.evidence.documents.annex_iv import conduct, elements, general
from roadworthy.evidence.documents.citation import Part
from roadworthy.evidence.documents.dossier import Dossier

FILL: Mapping[str, Callable[[Dossier], tuple[Part, ...]]] = {
    "1(a)": general.purpose,
    "1(b)": general.interaction,
    "1(c)": general.software,
    "1(d)": general.forms,
    "1(e)": general.hardware,
    "1(f)": general.product,
    "1(g)": general.interface,
    "1(h)": general.instructions,
    "2(a)": elements.methods,
    "2(b)": elements.design,
    "2(c)": elements.architecture,
    "2(d)": elements.data,
    "2(e)": elements.oversight_needed,
    "2(f)": elements.planned_changes,
    "2(g)": elements.testing,
    "2(h)": elements.security,
    "3 i": conduct.limits,
    "3 ii": conduct.unintended,
    "3 iii": conduct.oversight_measures,
    "3 iv": conduct.input_data,
    "4": conduct.metrics,
    "5": conduct.risks,
    "6": conduct.changes,
    "7": conduct.standards,
    "8": conduct.declaration,
    "9": conduct.after_market,
}
"""What fills each point that asks for something."""
