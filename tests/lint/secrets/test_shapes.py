"""Credentials are found by shape and told by kind and length; their values go nowhere."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy import __version__
from roadworthy.adapters.lint.memory import repository_of
from roadworthy.adapters.lint.rules import read_rules
from roadworthy.cli.lint_text import report_text
from roadworthy.core.digest import plain
from roadworthy.evidence.documents.lint_sarif import lint_sarif_of
from roadworthy.lint.engine import Engine
from roadworthy.lint.model import Area
from roadworthy.sensitive.secrets.finder import SHAPED, secrets_in

ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
RANDOM = st.text(alphabet=ALPHANUMERIC, min_size=36, max_size=36).filter(
    lambda t: len(set(t)) > 12 and any(c.isdigit() for c in t) and "xxxx" not in t.lower() and "0000" not in t
)
ENGINE = Engine(rule for rule in read_rules() if rule.area in {Area.SECRET, Area.PROMPT, Area.LOGGING})
WORDS = ("example", "your", "fake", "dummy", "change", "insert", "replace", "redacted", "placeholder", "here")


def names(text):
    return [found.name for found in secrets_in(text, SHAPED)]


@pytest.mark.parametrize(
    "text",
    [
        "AKIA" + "IOSFODNN7EXAMPLE",
        "sk-" + "your-api-key-goes-here-000",
        "ghp_" + "x" * 36,
        "xoxb-" + "your-token-here",
        "postgres://user:password@host/db",
        "postgres://postgres:postgres@localhost/db",
        "https://user:${TOKEN}@host/x",
        "redis://:{password}@host",
        "-----BEGIN PRIVATE KEY-----\n...\n",
        "-----BEGIN CERTIFICATE-----\nMIIB",
        "sk-learn-is-a-library-for-machine",
        "hf_hub_download_revision_pinned_to_commit",
        "a" * 40,
        "0123456789abcdef0123456789abcdef01234567",
    ],
)
def test_what_stands_in_for_a_credential_is_left_alone(text):
    assert names(text) == []


@given(body=RANDOM)
def test_a_token_is_found_whatever_follows_its_prefix(body):
    if any(word in body.lower() for word in WORDS):
        return

    assert names(f'token = "ghp_{body}"') == ["GitHub token"]


@given(
    body=RANDOM, place=st.sampled_from(["app/a.py", "config/a.yaml", "app/prompts/a.txt", "x.sh", ".env", ".mcp.json"])
)
def test_no_value_is_in_any_form_of_the_report(body, place):
    secret = f"ghp_{body}"
    text = f'You are an AI.\ntoken = "{secret}"\npassword = "{body[:14]}#9"\nlogger.info(f"{{prompt}} {secret}")\n'
    report = ENGINE.check(repository_of({place: text}), today=date(2026, 11, 21))
    said = report_text(report) + json.dumps(plain(report))
    said += json.dumps(lint_sarif_of(report, rules=ENGINE.rules, version=__version__))

    assert body not in said
    assert body[:14] not in said


def test_a_report_of_personal_data_does_not_repeat_it():
    text = "You are an AI.\nComplaints go to maria." + "huber@gmx.at, IBAN DE89 3704 0044 0532 0130 00.\n"
    report = ENGINE.check(repository_of({"app/prompts/a.txt": text}), today=date(2026, 11, 21))

    assert {one.said for one in report.findings} >= {
        "an e-mail address stands in the prompt",
        "an IBAN stands in the prompt",
    }
    assert "huber" not in report_text(report)
    assert "3704" not in report_text(report)


@given(text=st.text(max_size=400))
def test_no_text_makes_the_rules_fail(text):
    files = {
        "app/prompts/a.txt": text,
        "a.py": text,
        "docs/kb/a.md": text,
        "c.yaml": text,
        "d.json": text,
        ".env": text,
    }
    report = ENGINE.check(repository_of(files), today=date(2026, 11, 21))

    assert report.files == len(files)
