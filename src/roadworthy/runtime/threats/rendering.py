"""Writes a threat model as JSON, Markdown, a picture or a page."""

from __future__ import annotations

import json
from collections.abc import Callable

from markupsafe import Markup

from roadworthy.adapters.documents import environment
from roadworthy.core.digest import plain
from roadworthy.evidence.documents.threat_model.markdown import threat_model_markdown
from roadworthy.evidence.documents.threat_model.page import threat_page
from roadworthy.evidence.documents.threat_model.picture import diagram_svg
from roadworthy.risk.threat_model.model import ThreatModel


def rendered(model: ThreatModel, form: str) -> str:
    """Return ``model`` as ``json``, ``markdown``, ``svg`` or ``html``.

    Raises:
        KeyError: If there is no such form.
    """
    return _FORMS[form](model)


def _json(model: ThreatModel) -> str:
    record = {"digest": model.digest, "threat_model": plain(model)}
    return json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _page(model: ThreatModel) -> str:
    page = threat_page(model)
    # Made by `diagram_svg`, which escapes every name; nothing of it comes from outside as markup.
    svg = Markup(page.svg)  # noqa: S704 - see above
    return environment().get_template("threat-model.html").render(page=page, svg=svg)


_FORMS: dict[str, Callable[[ThreatModel], str]] = {
    "json": _json,
    "markdown": threat_model_markdown,
    "svg": diagram_svg,
    "html": _page,
}
