"""Formats of messaging services' credentials."""

from __future__ import annotations

from functools import partial

from roadworthy.sensitive.secrets.format import Format, Group

_message = partial(Format, group=Group.MESSAGE)

FORMATS: tuple[Format, ...] = (
    _message(
        provider="slack", name="Slack token",
        heads=("xoxa-", "xoxb-", "xoxe-", "xoxo-", "xoxp-", "xoxr-", "xoxs-", "xoxc-", "xoxd-", "xoxe.xoxp-"),
        body="[A-Za-z0-9%-]{10,260}+", tail="[a-z0-9%-]{10}", most=270,
    ),
    _message(
        provider="slack", name="Slack token", heads=("xapp-",), body="[0-9]-[A-Z0-9]{8,16}-[0-9]{8,16}-[a-f0-9]{32,64}",
        tail="[0-9]-[a-z0-9]{8}", most=110,
    ),
    _message(
        provider="slack", name="Slack webhook", heads=("hooks.slack.com/services/", "hooks.slack.com/workflows/"),
        body="(T[A-Z0-9]{8,14}/[AB][A-Z0-9]{8,14}/(?:[0-9]{10,24}/)?[A-Za-z0-9]{16,48})", tail="t[a-z0-9]{8}",
        most=140,
    ),
    _message(
        provider="discord", name="Discord webhook", heads=("discord.com/api/webhooks/", "discordapp.com/api/webhooks/"),
        body="([0-9]{17,20}/[A-Za-z0-9_-]{60,80}+)", tail="[0-9]{17}", most=130,
    ),
    _message(
        provider="teams", name="Teams webhook", heads=(".webhook.office.com/webhookb2/",),
        body="([a-f0-9-]{36}@[a-f0-9-]{36}/IncomingWebhook/[a-f0-9]{32}/[a-f0-9-]{36}(?:/[A-Za-z0-9_-]{20,80}+)?)",
        tail="[a-f0-9-]{36}@", most=280,
    ),
    _message(
        provider="telegram", name="Telegram bot token", heads=(":AA",), lead="[0-9]{8,10}", lead_lengths=(10, 9, 8),
        body="[A-Za-z0-9_-]{33}", tail="[a-z0-9_-]{33}", most=46,
    ),
    _message(
        provider="sendgrid", name="SendGrid key", heads=("SG.",), body="[A-Za-z0-9_-]{16,32}\\.[A-Za-z0-9_-]{16,64}+",
        tail="[a-z0-9_-]{16,32}\\.[a-z0-9_-]{16}", most=100,
    ),
    _message(
        provider="mailgun", name="Mailgun key", heads=("key-",), body="[a-f0-9]{32}", tail="[a-f0-9]{32}", most=36,
    ),
    _message(
        provider="mailchimp", name="Mailchimp key", heads=("-us",), lead="[a-f0-9]{32}", lead_lengths=(32,),
        body="[0-9]{1,2}", tail="[0-9]", most=37,
    ),
    _message(
        provider="brevo", name="Brevo key", heads=("xkeysib-",),
        body="[a-f0-9]{64}-[A-Za-z0-9]{16}", tail="[a-f0-9]{16}", most=89,
    ),
    _message(
        provider="resend", name="Resend key", heads=("re_",),
        body="[A-Za-z0-9]{8}_[A-Za-z0-9]{24}", tail="[a-z0-9]{8}_[a-z0-9]{24}", most=36, weak=True,
    ),
    _message(provider="twilio", name="Twilio key", heads=("SK",), body="[0-9a-f]{32}", tail="[0-9a-f]{32}", most=34),
    _message(
        provider="mailchimp", name="Mandrill key", heads=("md-",),
        body="[A-Za-z0-9_-]{22}", tail="[a-z0-9_-]{22}", most=25,
        weak=True,
    ),
)  # fmt: skip
"""In the order in which one span is named where two fit."""
