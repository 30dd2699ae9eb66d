"""Formats of clouds' and infrastructure services' credentials."""

from __future__ import annotations

from functools import partial

from roadworthy.sensitive.secrets.format import Format, Group

_cloud = partial(Format, group=Group.CLOUD)

FORMATS: tuple[Format, ...] = (
    _cloud(
        provider="aws", name="AWS access key", heads=("AKIA", "ASIA", "ABIA", "ACCA"),
        body="[A-Z2-7]{16}", tail="[a-z2-7]{16}", most=20,
    ),
    _cloud(
        provider="google", name="Google API key", heads=("AIza",),
        body="[0-9A-Za-z_-]{35}", tail="[0-9a-z_-]{35}", most=39,
    ),
    _cloud(
        provider="google", name="Google OAuth client secret", heads=("GOCSPX-",),
        body="[A-Za-z0-9_-]{28}", tail="[a-z0-9_-]{28}", most=35,
    ),
    _cloud(
        provider="google", name="Google OAuth access token", heads=("ya29.",),
        body="[A-Za-z0-9_-]{30,300}+", tail="[a-z0-9_-]{24}", most=305,
    ),
    _cloud(
        provider="google", name="Google OAuth refresh token", heads=("1//0",),
        body="[A-Za-z0-9_-]{40,160}+", tail="[a-z0-9_-]{40}", most=164, weak=True,
    ),
    _cloud(
        provider="azure", name="Azure client secret", heads=("8Q~", "7Q~"),
        lead="[A-Za-z0-9_~.]{3}", lead_lengths=(3,), body="[A-Za-z0-9_~.-]{34}", tail="[a-z0-9_~.-]{34}", most=40,
    ),
    _cloud(
        provider="azure", name="Azure DevOps token", heads=("JQQJ99",), lead="[A-Za-z0-9]{52}", lead_lengths=(52,),
        body="[A-Za-z0-9]{18}AZDO[A-Za-z0-9]{4}", tail="[a-z0-9]{18}azdo", most=84,
    ),
    _cloud(
        provider="azure", name="Azure shared access signature", heads=("&sig=", "?sig="),
        body="((?:[A-Za-z0-9+/]|%2[BbFf]){43}(?:=|%3[Dd]))", tail="[a-z0-9+/%]{43}", most=150,
    ),
    _cloud(
        provider="alibaba", name="Alibaba Cloud access key", heads=("LTAI",),
        body="[A-Za-z0-9]{17,21}", tail="[a-z0-9]{17}", most=25,
    ),
    _cloud(
        provider="tencent", name="Tencent Cloud secret id", heads=("AKID",),
        body="[A-Za-z0-9]{32}", tail="[a-z0-9]{32}", most=36,
    ),
    _cloud(
        provider="digitalocean", name="DigitalOcean token", heads=("dop_v1_", "doo_v1_", "dor_v1_", "dot_v1_"),
        body="[a-f0-9]{64}", tail="[a-f0-9]{16}", most=71,
    ),
    _cloud(
        provider="heroku", name="Heroku key", heads=("HRKU-",),
        body="[A-Za-z0-9_-]{36,80}+", tail="[a-z0-9_-]{16}", most=85,
    ),
    _cloud(
        provider="databricks", name="Databricks token", heads=("dapi", "dkea", "dose"),
        body="[a-f0-9]{32}(?:-[0-9])?", tail="[a-f0-9]{32}", most=38,
    ),
    _cloud(
        provider="cloudflare", name="Cloudflare origin key", heads=("v1.0-",),
        body="[a-f0-9]{24}-[a-f0-9]{146}", tail="[a-f0-9]{24}-", most=180,
    ),
    _cloud(
        provider="cloudflare", name="Cloudflare token", heads=("cfat_", "cfut_", "cfk_"),
        body="[A-Za-z0-9_-]{40,64}+", tail="[a-z0-9_-]{24}", most=69, weak=True,
    ),
    _cloud(
        provider="vault", name="HashiCorp Vault token", heads=("hvs.", "hvb.", "hvr."),
        body="[A-Za-z0-9_-]{24,300}+", tail="[a-z0-9_-]{24}", most=304,
    ),
    _cloud(
        provider="terraform", name="Terraform Cloud token", heads=(".atlasv1.",), lead="[A-Za-z0-9]{14}",
        lead_lengths=(14,), body="[A-Za-z0-9_-]{60,80}+", tail="[a-z0-9_-]{16}", most=103,
    ),
    _cloud(
        provider="pulumi", name="Pulumi token", heads=("pul-",), body="[a-f0-9]{40}", tail="[a-f0-9]{40}", most=44,
    ),
    _cloud(
        provider="planetscale", name="PlanetScale token", heads=("pscale_tkn_", "pscale_oauth_", "pscale_pw_"),
        body="[A-Za-z0-9_=.-]{32,64}+", tail="[a-z0-9_=.-]{16}", most=80,
    ),
    _cloud(
        provider="supabase", name="Supabase token", heads=("sbp_",), body="[a-f0-9]{40}", tail="[a-f0-9]{16}", most=44,
    ),
    _cloud(
        provider="supabase", name="Supabase secret key", heads=("sb_secret_",),
        body="[A-Za-z0-9_-]{22,60}+", tail="[a-z0-9_-]{16}", most=70,
    ),
    _cloud(
        provider="flyio", name="Fly.io token", heads=("fo1_", "FlyV1 fm2_"),
        body="[A-Za-z0-9_+/=-]{43,800}+", tail="[a-z0-9_+/=-]{40}", most=810, weak=True,
        opening="[A-Za-z0-9_+/=-]{43}", opening_most=60,
    ),
    _cloud(
        provider="tailscale", name="Tailscale key", heads=("tskey-",),
        body="[a-z]{2,16}-[A-Za-z0-9]{8,24}-[A-Za-z0-9]{16,48}", tail="[a-z]{2,16}-[a-z0-9]{8}", most=100,
    ),
    _cloud(
        provider="aws", name="AWS session token", heads=("IQoJb3JpZ2luX2Vj", "FwoGZXIvYXdzE", "FQoGZXIvYXdzE"),
        body="[A-Za-z0-9/+]{80,2000}+={0,2}", tail="[a-z0-9/+]{24}", most=2020,
        opening="[A-Za-z0-9/+]{80}", opening_most=100,
    ),
    _cloud(
        provider="aws", name="Amazon Bedrock key", heads=("ABSKQmVkcm9ja0FQSUtleS", "bedrock-api-key-YmVkcm9jay5h"),
        body="[A-Za-z0-9+/]{60,1500}+={0,2}", tail="[a-z0-9+/]{24}", most=1530,
        opening="[A-Za-z0-9+/]{60}", opening_most=90,
    ),
    _cloud(
        provider="google", name="Google API key", heads=("AQ.Ab8RN6",),
        body="[A-Za-z0-9_-]{36,80}+", tail="[a-z0-9_-]{24}", most=90,
    ),
    _cloud(
        provider="azure", name="Azure service key", heads=("JQQJ99",),
        body="[A-Za-z0-9]{10,22}AC[A-Za-z0-9]{2,6}[A-Za-z0-9]{4,8}", tail="[a-z0-9]{18}", most=90,
        lead="[A-Za-z0-9]{52}", lead_lengths=(52,),
    ),
    _cloud(
        provider="azure", name="Azure Functions key", heads=("AzFu",),
        body="[A-Za-z0-9_-]{5}[AQgw]==", tail="[a-z0-9_-]{5}[aqgw]==", most=56,
        lead="[A-Za-z0-9_-]{44}", lead_lengths=(44,), ends=False,
    ),
    _cloud(
        provider="azure", name="Azure service key", heads=("AzSe", "AzCa", "+ACR"),
        body="[A-D]?[A-Za-z0-9+/]{5,6}", tail="[a-z0-9+/]{5}", most=54,
        lead="[A-Za-z0-9+/]{42}", lead_lengths=(42,),
    ),
    _cloud(
        provider="azure", name="Azure storage account key", heads=("+ASt", "ACDb", "+ABa", "+AMC"),
        body="[A-Za-z0-9+/]{5}[AQgw]==", tail="[a-z0-9+/]{5}[aqgw]==", most=88,
        lead="[A-Za-z0-9+/]{76}", lead_lengths=(76,), ends=False,
    ),
    _cloud(
        provider="azure", name="Azure access key", heads=("+ASb", "+AEh", "AIoT", "+ARm"),
        body="[A-Za-z0-9+/]{5}[AEIMQUYcgkosw048]=", tail="[a-z0-9+/]{6}=", most=44,
        lead="[A-Za-z0-9+/]{33}", lead_lengths=(33,), ends=False,
    ),
    _cloud(
        provider="yandex", name="Yandex Cloud key", heads=("AQVN",),
        body="[A-Za-z0-9_-]{35,38}", tail="[a-z0-9_-]{35}", most=43,
        weak=True,
    ),
    _cloud(
        provider="scalingo", name="Scalingo token", heads=("tk-us-",),
        body="[A-Za-z0-9_-]{48}", tail="[a-z0-9_-]{48}", most=54,
    ),
    _cloud(
        provider="neon", name="Neon key", heads=("napi_",),
        body="[a-z0-9]{60,70}", tail="[a-z0-9]{60}", most=76,
    ),
    _cloud(
        provider="infracost", name="Infracost key", heads=("ico-",),
        body="[A-Za-z0-9]{32}", tail="[a-z0-9]{32}", most=36,
        weak=True,
    ),
    _cloud(
        provider="prefect", name="Prefect key", heads=("pnu_", "pnb_"),
        body="[A-Za-z0-9]{36}", tail="[a-z0-9]{36}", most=40,
    ),
    _cloud(
        provider="confluent", name="Confluent secret", heads=("cflt",),
        body="[A-Za-z0-9+/]{60}", tail="[a-z0-9+/]{60}", most=64,
        weak=True,
    ),
)  # fmt: skip
"""In the order in which one span is named where two fit."""
