"""Shapes of credentials, as those who issue them document them. No shape is tried: whether one works is not known.

Source:
    Each issuer's manual on its keys, for the prefixes and lengths.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from roadworthy.sensitive.pattern import compiled
from roadworthy.sensitive.stand_in import stands_in

MAX_FOUND = 500
"""Credentials in one text; where there are so many, one more tells nothing."""


class Group(StrEnum):
    """Whose credentials; a lint rule is for one or more of them."""

    CLOUD = "cloud"
    MODEL = "model"
    CODE = "code"
    """Where source, packages and builds lie."""

    MESSAGE = "message"
    PAYMENT = "payment"
    SERVICE = "service"
    KEY = "key"
    """Private keys."""

    ADDRESS = "address"
    """Passwords within addresses of databases and services."""

    TOKEN = "token"  # a group's name, not a value


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How one kind of credential looks."""

    group: Group
    name: str
    """What it is called in findings."""

    pattern: str
    """RE2. A group, where there is one, holds the secret part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSecret:
    """Where a credential stands, and what it is; never its value."""

    name: str
    start: int
    end: int

    @property
    def said(self) -> str:
        """What is said of it."""
        article = "an" if self.name[0] in "AEIOU" else "a"
        return f"{article} {self.name} of {self.end - self.start} characters"


def _shapes(group: Group, shapes: dict[str, str]) -> tuple[Shape, ...]:
    return tuple(Shape(group=group, name=name, pattern=pattern) for name, pattern in shapes.items())


SHAPES: tuple[Shape, ...] = (
    *_shapes(
        Group.CLOUD,
        {
            "AWS access key": r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b",
            "AWS secret key": r"(?i)aws[_-]?secret[_-]?(?:access[_-]?)?key[\"']?\s*[:=]\s*[\"']?([A-Za-z0-9/+]{40})\b",
            "Google API key": r"\bAIza[0-9A-Za-z_-]{35}",
            "Google OAuth client secret": r"\bGOCSPX-[A-Za-z0-9_-]{28}",
            "Azure storage account key": r"AccountKey=([A-Za-z0-9+/]{80,90}={0,2})",
            "Azure client secret": r"\b[A-Za-z0-9_~.]{3}8Q~[A-Za-z0-9_~.-]{34}",
            "Alibaba Cloud access key": r"\bLTAI[A-Za-z0-9]{17,21}\b",
            "Tencent Cloud secret id": r"\bAKID[A-Za-z0-9]{32}\b",
            "DigitalOcean token": r"\bdo[oprt]_v1_[a-f0-9]{64}\b",
            "Heroku key": r"\bHRKU-[A-Za-z0-9_-]{36,}",
            "Databricks token": r"\bdapi[a-f0-9]{32}(?:-[0-9])?\b",
            "Cloudflare origin key": r"\bv1\.0-[a-f0-9]{24}-[a-f0-9]{146}\b",
            "HashiCorp Vault token": r"\bhv[sb]\.[A-Za-z0-9_-]{24,}",
            "Terraform Cloud token": r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}",
            "PlanetScale token": r"\bpscale_(?:tkn|oauth|pw)_[A-Za-z0-9_=.-]{32,}",
            "Supabase token": r"\bsbp_[a-f0-9]{40}\b",
        },
    ),
    *_shapes(
        Group.MODEL,
        {
            "Anthropic key": r"\bsk-ant-[A-Za-z0-9_-]{20,}",
            "OpenAI key": r"\bsk-(?:proj-|svcacct-|admin-|or-v1-)?[A-Za-z0-9][A-Za-z0-9_-]{18,}[A-Za-z0-9]",
            "Hugging Face token": r"\bhf_[A-Za-z0-9]{30,}|\bapi_org_[A-Za-z0-9]{30,}",
            "Replicate token": r"\br8_[A-Za-z0-9]{37,}",
            "Groq key": r"\bgsk_[A-Za-z0-9]{40,}",
            "xAI key": r"\bxai-[A-Za-z0-9]{60,}",
            "Perplexity key": r"\bpplx-[A-Za-z0-9]{40,}",
            "Fireworks key": r"\bfw_[A-Za-z0-9]{22,}\b",
            "NVIDIA API key": r"\bnvapi-[A-Za-z0-9_-]{60,}",
            "LangSmith key": r"\blsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}\b",
            "Langfuse key": r"\bsk-lf-[a-f0-9]{8}-[a-f0-9-]{27}\b",
            "Pinecone key": r"\bpcsk_[A-Za-z0-9]{5,6}_[A-Za-z0-9]{50,}",
            "Voyage key": r"\bpa-[A-Za-z0-9_-]{40,}\b",
            "Tavily key": r"\btvly-(?:dev-|prod-)?[A-Za-z0-9]{24,}\b",
        },
    ),
    *_shapes(
        Group.CODE,
        {
            "GitHub token": r"\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_[A-Za-z0-9_]{40,}",
            "GitLab token": r"\bgl(?:pat|dt|rt|cbt|ptt)-[A-Za-z0-9_-]{20,}",
            "Bitbucket token": r"\bATBB[A-Za-z0-9]{24,}",
            "Atlassian token": r"\bATATT3[A-Za-z0-9_=-]{180,}",
            "npm token": r"\bnpm_[A-Za-z0-9]{36}\b",
            "PyPI token": r"\bpypi-AgE[A-Za-z0-9_-]{50,}",
            "RubyGems key": r"\brubygems_[a-f0-9]{48}\b",
            "Docker Hub token": r"\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{24,}",
            "Doppler token": r"\bdp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9.]{40,}",
        },
    ),
    *_shapes(
        Group.MESSAGE,
        {
            "Slack token": r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}|\bxapp-[0-9]-[A-Z0-9]{8,}-[0-9]{8,}-[a-f0-9]{32,}",
            "Slack webhook": r"hooks\.slack\.com/services/(T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/[A-Za-z0-9]{20,})",
            "Discord webhook": r"discord(?:app)?\.com/api/webhooks/([0-9]{17,20}/[A-Za-z0-9_-]{60,})",
            "Telegram bot token": r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b",
            "SendGrid key": r"\bSG\.[\w-]{16,}\.[\w-]{16,}",
            "Mailgun key": r"\bkey-[a-f0-9]{32}\b",
            "Mailchimp key": r"\b[a-f0-9]{32}-us[0-9]{1,2}\b",
            "Twilio key": r"\bSK[0-9a-f]{32}\b",
        },
    ),
    *_shapes(
        Group.PAYMENT,
        {
            "Stripe key": r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}|\bwhsec_[A-Za-z0-9]{24,}",
            "Square token": r"\bsq0(?:atp|csp)-[A-Za-z0-9_-]{22,}|\bEAAA[A-Za-z0-9_-]{60}\b",
            "Braintree token": r"\baccess_token\$(?:production|sandbox)\$[a-z0-9]{16}\$[a-f0-9]{32}\b",
            "Shopify token": r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b",
            "Razorpay key": r"\brzp_live_[A-Za-z0-9]{14,}\b",
        },
    ),
    *_shapes(
        Group.SERVICE,
        {
            "Sentry token": r"\bsntry[su]_[A-Za-z0-9+/=_-]{50,}",
            "New Relic key": r"\bNRAK-[A-Z0-9]{27}\b",
            "Grafana token": r"\bgl(?:sa|c)_[A-Za-z0-9+/]{32,}(?:_[a-f0-9]{8})?",
            "Linear key": r"\blin_api_[A-Za-z0-9]{40}\b",
            "Notion token": r"\bntn_[A-Za-z0-9]{40,}\b",
            "Airtable token": r"\bpat[A-Za-z0-9]{14}\.[a-f0-9]{64}\b",
            "Postman key": r"\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\b",
            "Figma token": r"\bfigd_[A-Za-z0-9_-]{40,}",
            "HubSpot token": r"\bpat-(?:na|eu)[0-9]-[a-f0-9]{8}-[a-f0-9-]{27}\b",
        },
    ),
    *_shapes(Group.KEY, {"private key": r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"}),
    *_shapes(Group.TOKEN, {"JSON Web Token": r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"}),
    *_shapes(
        Group.ADDRESS,
        {
            "password in an address": r"\b[a-z][a-z0-9+.-]{1,20}://([^\s/:@\"'<>{}$]{0,64}):([^\s/@\"'<>{}$%,]{4,128})@[\w.\[-]"
        },
    ),
)

_DEVELOPMENT = frozenset(
    [
        "postgres",
        "repo",
        "root",
        "admin",
        "guest",
        "minio",
        "minioadmin",
        "rabbitmq",
        "redis",
        "mysql",
        "mongo",
        "neo4j",
        "elastic",
        "changeit",
        "development",
    ]
)
"""Passwords that containers start with, and that nobody guards."""

_MADE_UP_HOST = re.compile(r"^@(?:[\w-]+\.)*(?:example(?:\.(?:com|org|net))?|invalid|test|domain\.com)(?:[:/?\s\"']|$)")
"""Hosts that nobody has (RFC 2606)."""

_KEY_BODY = r"(?i)^(?:[\s\"'+,]|\\[nr])*(?:[A-Za-z0-9+/]{16,}|Proc-Type|Comment:|Version:)"
"""What follows the first line of a private key that is there; in programs that read keys, that line stands alone."""


def secrets_in(text: str, groups: frozenset[Group]) -> Iterator[FoundSecret]:
    """Yield the credentials of ``groups`` in ``text``; what only stands where one would be is left out.

    >>> text = "key = ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF2hJ5"
    >>> [found.said for found in secrets_in(text, frozenset(Group))]
    ['a GitHub token of 40 characters']
    """
    taken: list[tuple[int, int]] = []
    for shape in SHAPES:
        if shape.group not in groups:
            continue
        for found in compiled(shape.pattern).finditer(text):
            start, end = found.span(found.re.groups)
            if not any(start < to and end > at for at, to in taken) and _is_real(shape, found, text[end : end + 80]):
                taken.append((start, end))
                if len(taken) > MAX_FOUND:
                    return
                yield FoundSecret(name=shape.name, start=start, end=end)


def _is_real(shape: Shape, found: object, after: str) -> bool:
    value: str = found.group(found.re.groups)  # type: ignore[attr-defined]  # a match of a library without types
    if shape.group is Group.KEY:
        return compiled(_KEY_BODY).search(after) is not None
    if shape.group is Group.ADDRESS:
        user: str = found.group(1)  # type: ignore[attr-defined]  # as above
        common = value.casefold() in _DEVELOPMENT or value.casefold() == user.casefold()
        return not common and not stands_in(value) and _MADE_UP_HOST.search(after) is None
    # Words with hyphens between them have neither digits nor capitals.
    is_mixed = any(c.isdigit() for c in value[4:]) or any(c.isupper() for c in value[4:])
    return is_mixed and len(set(value)) > 5 and not stands_in(value)
