"""All formats that are known, and the settings of a search made from them."""

from __future__ import annotations

from roadworthy.sensitive.secrets.catalogue import cloud, code, message, model, payment, service
from roadworthy.sensitive.secrets.format import Format, Group
from roadworthy.sensitive.secrets.structure import web_token

WEB_TOKEN = Format(
    group=Group.TOKEN,
    provider="json-web-token",
    name="JSON Web Token",
    heads=("eyJ",),
    body="[A-Za-z0-9_-]{8,1024}+\\.eyJ[A-Za-z0-9_-]{8,14000}+\\.[A-Za-z0-9_-]{8,1024}+",
    tail="[a-z0-9_-]{8,512}\\.eyj",
    most=16_200,
    check=web_token,
    opening="[A-Za-z0-9_-]{8,490}+\\.eyJ[A-Za-z0-9_-]{8}",
    opening_most=512,
)

FORMATS: tuple[Format, ...] = (
    *cloud.FORMATS,
    *model.FORMATS,
    *code.FORMATS,
    *message.FORMATS,
    *payment.FORMATS,
    *service.FORMATS,
    WEB_TOKEN,
)
"""Where two fit one span, the earlier one names it."""
