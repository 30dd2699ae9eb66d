"""Formats of code hosts', package registries' and build services' credentials."""

from __future__ import annotations

from functools import partial

from roadworthy.sensitive.secrets.format import Format, Group
from roadworthy.sensitive.secrets.structure import crc_base62, macaroon

_code = partial(Format, group=Group.CODE)

FORMATS: tuple[Format, ...] = (
    _code(
        provider="github", name="GitHub token", heads=("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
        body="[A-Za-z0-9]{36,251}", tail="[a-z0-9]{24}", most=255, check=crc_base62,
    ),
    _code(
        provider="github", name="GitHub token", heads=("github_pat_",),
        body="[A-Za-z0-9_]{40,93}+", tail="[a-z0-9_]{24}", most=104,
    ),
    _code(
        provider="gitlab", name="GitLab token",
        heads=(
            "glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glimt-", "glagent-", "gloas-", "glsoat-",
            "glffct-",
        ),
        body="[A-Za-z0-9_.-]{20,300}+", tail="[a-z0-9_.-]{20}", most=308,
    ),
    _code(
        provider="atlassian", name="Bitbucket token", heads=("ATBB",),
        body="[A-Za-z0-9]{24,60}", tail="[a-z0-9]{24}", most=64,
    ),
    _code(
        provider="atlassian", name="Atlassian token", heads=("ATATT3", "ATCTT3", "ATSTT3"),
        body="[A-Za-z0-9_=-]{150,260}+", tail="[a-z0-9_=-]{24}", most=266,
    ),
    _code(
        provider="npm", name="npm token", heads=("npm_",), body="[A-Za-z0-9]{36}", tail="[a-z0-9]{36}", most=40,
        check=crc_base62,
    ),
    _code(
        provider="pypi", name="PyPI token", heads=("pypi-AgE",),
        body="[A-Za-z0-9_-]{50,300}+", tail="[a-z0-9_-]{24}", most=308, check=macaroon,
    ),
    _code(
        provider="rubygems", name="RubyGems key", heads=("rubygems_",),
        body="[a-f0-9]{48}", tail="[a-f0-9]{16}", most=57,
    ),
    _code(
        provider="crates", name="crates.io token", heads=("cio",), body="[A-Za-z0-9]{32}", tail="[a-z0-9]{32}", most=35,
        weak=True,
    ),
    _code(
        provider="docker", name="Docker Hub token", heads=("dckr_pat_", "dckr_oat_"),
        body="[A-Za-z0-9_-]{24,60}+", tail="[a-z0-9_-]{24}", most=69,
    ),
    _code(
        provider="doppler", name="Doppler token",
        heads=("dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."),
        body="[A-Za-z0-9._-]{40,80}+", tail="[a-z0-9._-]{24}", most=89,
    ),
    _code(
        provider="circleci", name="CircleCI token", heads=("CCIPAT_", "CCIPRJ_"),
        body="[A-Za-z0-9]{22}_[a-f0-9]{40}", tail="[a-z0-9]{22}_", most=70,
    ),
    _code(
        provider="buildkite", name="Buildkite token", heads=("bkua_",),
        body="[a-z0-9]{40}", tail="[a-z0-9]{40}", most=45,
    ),
    _code(
        provider="artifactory", name="Artifactory key", heads=("AKCp",),
        body="[A-Za-z0-9]{69}", tail="[a-z0-9]{69}", most=73,
    ),
    _code(
        provider="sonarqube", name="SonarQube token", heads=("squ_", "sqp_", "sqa_"),
        body="[a-f0-9]{40}", tail="[a-f0-9]{40}", most=44,
    ),
    _code(
        provider="vercel", name="Vercel token", heads=("vcp_", "vci_", "vca_", "vcr_", "vck_"),
        body="[A-Za-z0-9_-]{56}", tail="[a-z0-9_-]{56}", most=60, weak=True,
    ),
    _code(
        provider="netlify", name="Netlify token", heads=("nfp_", "nfc_"),
        body="[A-Za-z0-9_-]{36,60}+", tail="[a-z0-9_-]{36}", most=64, weak=True,
    ),
    _code(
        provider="gitlab", name="GitLab runner token", heads=("GR1348941",),
        body="[A-Za-z0-9_-]{20,30}", tail="[a-z0-9_-]{20}", most=40,
    ),
    _code(
        provider="nuget", name="NuGet key", heads=("oy2",),
        body="[a-z0-9]{43}", tail="[a-z0-9]{43}", most=46,
        weak=True,
    ),
    _code(
        provider="artifactory", name="Artifactory token", heads=("cmVmdGtu",),
        body="[A-Za-z0-9]{56}", tail="[a-z0-9]{56}", most=64,
    ),
    _code(
        provider="clojars", name="Clojars token", heads=("CLOJARS_",),
        body="[A-Za-z0-9]{60}", tail="[a-z0-9]{60}", most=68,
    ),
    _code(
        provider="launchdarkly", name="LaunchDarkly key", heads=("sdk-", "api-", "mob-"),
        body="[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}",
        tail="[a-f0-9]{8}-[a-f0-9]{4}-4", most=40,
    ),
)  # fmt: skip
"""In the order in which one span is named where two fit."""
