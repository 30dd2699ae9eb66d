"""Formats of other services' credentials: monitoring, documents, identity, social networks."""

from __future__ import annotations

from functools import partial

from roadworthy.sensitive.secrets.format import Format, Group

_service = partial(Format, group=Group.SERVICE)

FORMATS: tuple[Format, ...] = (
    _service(
        provider="sentry", name="Sentry token", heads=("sntrys_", "sntryu_"),
        body="[A-Za-z0-9+/=_-]{50,300}+", tail="[a-z0-9+/=_-]{24}", most=307,
    ),
    _service(
        provider="newrelic", name="New Relic key", heads=("NRAK-",), body="[A-Z0-9]{27}", tail="[a-z0-9]{27}", most=32,
    ),
    _service(
        provider="newrelic", name="New Relic licence key", heads=("NRAL",), lead="[a-f0-9]{36}", lead_lengths=(36,),
        body="", tail="", most=40,
    ),
    _service(
        provider="grafana", name="Grafana token", heads=("glsa_", "glc_"),
        body="[A-Za-z0-9+/]{32,400}(?:_[a-f0-9]{8})?={0,2}", tail="[a-z0-9+/]{24}", most=420,
    ),
    _service(
        provider="datadog", name="Datadog key", heads=("ddapp_", "ddpat_", "ddsat_"),
        body="[A-Za-z0-9_]{30,80}+", tail="[a-z0-9_]{24}", most=86,
    ),
    _service(
        provider="dynatrace", name="Dynatrace token", heads=("dt0c01.", "dt0s16."),
        body="[A-Z0-9]{8,24}\\.[A-Z0-9]{64}", tail="[a-z0-9]{8}", most=96,
    ),
    _service(
        provider="linear", name="Linear key", heads=("lin_api_", "lin_oauth_"),
        body="[A-Za-z0-9]{40,64}", tail="[a-z0-9]{24}", most=74,
    ),
    _service(
        provider="notion", name="Notion token", heads=("ntn_",), body="[A-Za-z0-9]{40,60}", tail="[a-z0-9]{24}",
        most=64,
    ),
    _service(
        provider="notion", name="Notion token", heads=("secret_",), body="[A-Za-z0-9]{43}", tail="[a-z0-9]{43}",
        most=50, weak=True,
    ),
    _service(
        provider="airtable", name="Airtable token", heads=("pat",), body="[A-Za-z0-9]{14}\\.[a-f0-9]{64}",
        tail="[a-z0-9]{14}\\.[a-f0-9]{16}", most=82,
    ),
    _service(
        provider="postman", name="Postman key", heads=("PMAK-",),
        body="[a-f0-9]{24}-[a-f0-9]{34}", tail="[a-f0-9]{24}-", most=64,
    ),
    _service(
        provider="figma", name="Figma token", heads=("figd_", "figo_"),
        body="[A-Za-z0-9_-]{40,80}+", tail="[a-z0-9_-]{24}", most=85,
    ),
    _service(
        provider="hubspot", name="HubSpot token", heads=("pat-na", "pat-eu"),
        body="[0-9]-[a-f0-9]{8}-[a-f0-9-]{27}", tail="[0-9]-[a-f0-9]{8}-", most=44,
    ),
    _service(
        provider="dropbox", name="Dropbox token", heads=("sl.",),
        body="(?:u\\.)?[A-Za-z0-9_-]{100,1300}+", tail="(?:u\\.)?[a-z0-9_-]{60}", most=1310, weak=True,
        opening="(?:u\\.)?[A-Za-z0-9_-]{100}", opening_most=110,
    ),
    _service(
        provider="facebook", name="Facebook token", heads=("EAA",),
        body="[A-Za-z0-9]{90,400}", tail="[a-z0-9]{90}", most=403, weak=True,
    ),
    _service(
        provider="discord", name="Discord bot token", heads=(".",), lead="[MNO][A-Za-z0-9_-]{23,27}",
        lead_lengths=(28, 27, 26, 25, 24), body="[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,38}+",
        tail="[a-z0-9_-]{6}\\.[a-z0-9_-]{27}", most=75, weak=True,
    ),
    _service(
        provider="onepassword", name="1Password service account token", heads=("ops_eyJ",),
        body="[A-Za-z0-9+/=_-]{200,1500}+", tail="[a-z0-9+/=_-]{24}", most=1510,
        opening="[A-Za-z0-9+/=_-]{200}", opening_most=210,
    ),
    _service(
        provider="contentful", name="Contentful token", heads=("CFPAT-",),
        body="[A-Za-z0-9_-]{43}", tail="[a-z0-9_-]{43}", most=49,
    ),
    _service(
        provider="typeform", name="Typeform token", heads=("tfp_",),
        body="[A-Za-z0-9_.=-]{40,64}+", tail="[a-z0-9_.=-]{24}", most=68, weak=True,
    ),
    _service(
        provider="readme", name="ReadMe key", heads=("rdme_",), body="[a-z0-9]{60,80}", tail="[a-z0-9]{24}", most=85,
    ),
    _service(
        provider="frameio", name="Frame.io token", heads=("fio-u-",),
        body="[A-Za-z0-9_=-]{64}", tail="[a-z0-9_=-]{24}", most=70,
    ),
    _service(
        provider="newrelic", name="New Relic key", heads=("NRIQ-", "NRII-", "NRIK-", "NRSP-"),
        body="[A-Za-z0-9_-]{28,32}", tail="[a-z0-9_-]{28}", most=37,
    ),
    _service(
        provider="honeycomb", name="Honeycomb key", heads=("hcaik_", "hcxik_", "hcalk_", "hcxmk_", "hcamk_"),
        body="[a-z0-9]{58}", tail="[a-z0-9]{24}", most=65,
    ),
    _service(
        provider="segment", name="Segment token", heads=("sgp_",),
        body="[A-Za-z0-9]{64}", tail="[a-z0-9]{64}", most=68,
    ),
    _service(
        provider="adafruit", name="Adafruit key", heads=("aio_",),
        body="[A-Za-z0-9]{28}", tail="[a-z0-9]{28}", most=32,
        weak=True,
    ),
    _service(
        provider="adobe", name="Adobe client secret", heads=("p8e-",),
        body="[A-Za-z0-9_-]{32}", tail="[a-z0-9_-]{32}", most=36,
        weak=True,
    ),
    _service(
        provider="mapbox", name="Mapbox secret token", heads=("sk.eyJ",),
        body="[A-Za-z0-9_-]{20,200}+\\.[A-Za-z0-9_-]{20,30}", tail="[a-z0-9_-]{20,200}\\.[a-z0-9_-]{20}", most=240,
    ),
    _service(
        provider="twitter", name="X bearer token", heads=("AAAAAAAAAAAAAAAAAAAA",),
        body="A?[A-Za-z0-9]{24,60}(?:%[0-9A-F]{2}|[A-Za-z0-9+/=]){30,80}", tail="[a-z0-9]{24}", most=180,
        weak=True,
    ),
    _service(
        provider="linkedin", name="LinkedIn client secret", heads=("WPL_AP1.",),
        body="[A-Za-z0-9]{16}\\.[A-Za-z0-9+/]{6}==", tail="[a-z0-9]{16}\\.", most=34,
        ends=False,
    ),
    _service(
        provider="sourcegraph", name="Sourcegraph token", heads=("sgp_", "slk_"),
        body="(?:[a-f0-9]{16}_|local_)?[a-f0-9]{40}", tail="[a-z0-9_]{24}", most=64,
    ),
)  # fmt: skip
"""In the order in which one span is named where two fit."""
