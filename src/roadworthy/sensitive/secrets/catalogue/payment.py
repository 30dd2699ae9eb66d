"""Formats of payment services' and shops' credentials."""

from __future__ import annotations

from functools import partial

from roadworthy.sensitive.secrets.format import Format, Group

_payment = partial(Format, group=Group.PAYMENT)

FORMATS: tuple[Format, ...] = (
    _payment(
        provider="stripe", name="Stripe key", heads=("sk_live_", "sk_test_", "rk_live_", "rk_test_", "sk_org_"),
        body="[A-Za-z0-9]{16,247}", tail="[a-z0-9]{16}", most=255,
    ),
    _payment(
        provider="stripe", name="Stripe key", heads=("whsec_",), body="[A-Za-z0-9+/=]{24,80}+", tail="[a-z0-9+/]{24}",
        most=86,
    ),
    _payment(
        provider="square", name="Square token", heads=("sq0atp-", "sq0csp-", "sq0idp-"),
        body="[A-Za-z0-9_-]{22,60}+", tail="[a-z0-9_-]{22}", most=67,
    ),
    _payment(
        provider="square", name="Square token", heads=("EAAA",),
        body="[A-Za-z0-9_-]{60}", tail="[a-z0-9_-]{60}", most=64, weak=True,
    ),
    _payment(
        provider="braintree", name="Braintree token", heads=("access_token$production$", "access_token$sandbox$"),
        body="[a-z0-9]{16}\\$[a-f0-9]{32}", tail="[a-z0-9]{16}", most=73,
    ),
    _payment(
        provider="shopify", name="Shopify token", heads=("shpat_", "shpca_", "shppa_", "shpss_"),
        body="[a-fA-F0-9]{32}", tail="[a-f0-9]{16}", most=38,
    ),
    _payment(
        provider="razorpay", name="Razorpay key", heads=("rzp_live_",),
        body="[A-Za-z0-9]{14,32}", tail="[a-z0-9]{14}", most=41,
    ),
    _payment(
        provider="adyen", name="Adyen key", heads=("AQE",),
        body="[A-Za-z0-9+/=]{20,200}+-[A-Za-z0-9+/=]{20,80}+-[!-~]{16}", tail="[a-z0-9+/=]{20}", most=300, weak=True,
    ),
    _payment(
        provider="flutterwave", name="Flutterwave key", heads=("FLWSECK-", "FLWSECK_TEST-"),
        body="[A-Fa-f0-9]{32}-X", tail="[a-f0-9]{32}", most=48,
    ),
    _payment(
        provider="shippo", name="Shippo token", heads=("shippo_live_", "shippo_test_"),
        body="[a-f0-9]{40}", tail="[a-f0-9]{16}", most=52,
    ),
    _payment(
        provider="plaid", name="Plaid token", heads=("access-production-", "access-development-", "access-sandbox-"),
        body="[a-f0-9]{8}-[a-f0-9-]{27}", tail="[a-f0-9]{8}-", most=55,
    ),
    _payment(
        provider="easypost", name="EasyPost key", heads=("EZAK", "EZTK"),
        body="[A-Za-z0-9]{54}", tail="[a-z0-9]{54}", most=58,
    ),
    _payment(
        provider="duffel", name="Duffel token", heads=("duffel_live_", "duffel_test_"),
        body="[A-Za-z0-9_=-]{40,46}", tail="[a-z0-9_=-]{40}", most=58,
    ),
    _payment(
        provider="lob", name="Lob key", heads=("live_", "test_"),
        body="[a-f0-9]{35}", tail="[a-f0-9]{35}", most=40,
    ),
)  # fmt: skip
"""In the order in which one span is named where two fit."""
