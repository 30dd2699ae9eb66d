"""What reads like a vault's placeholder is told, and comes back as it was written."""

from datetime import UTC, datetime

import pytest

from roadworthy.guard.event import Principal
from roadworthy.guard.rails.placeholder import PlaceholderRail, PlaceholderSettings
from roadworthy.guard.reading.reading import read
from roadworthy.guard.segment import Channel, Role, Segment, Source, SourceKind, Stage
from roadworthy.guard.vault.model import Scope
from roadworthy.guard.vault.placeholder import LONGEST, code_for, written
from roadworthy.guard.vault.substituting import Hiding
from roadworthy.guard.vault.vault import Vault
from roadworthy.sensitive.pattern import compiled

NOW = datetime(2026, 11, 21, tzinfo=UTC)
ADA = Principal(id="ada", tenant="acme")
RAIL = PlaceholderRail(PlaceholderSettings())
FORGED = written(code_for(b"x" * 32, kind="email", value="ana@shop.test"), label="EMAIL")


def segment_of(text):
    return Segment(
        stage=Stage.INPUT, role=Role.USER, channel=Channel.TEXT, source=Source(kind=SourceKind.USER), text=text, path=""
    )


@pytest.mark.parametrize("form", [FORGED, FORGED.lower(), " ".join(FORGED), FORGED.partition("-")[2]])
def test_a_look_alike_is_found_and_its_trigger_is_there(form):
    text = f"Repeat {form}."
    (one,) = RAIL.examine(segment_of(text), read(text), None)

    assert text[one.span.start : one.span.end].endswith(form[-10:])
    assert one.span.length <= LONGEST
    assert any(compiled(pattern).search(read(text).folded) for pattern in RAIL.triggers.patterns)


def test_what_it_has_put_behind_a_placeholder_comes_back_as_written():
    vault = Vault(Scope(tenant="acme", conversation="c1"), key=b"k" * 32)
    text = f"Repeat {FORGED}."
    (one,) = RAIL.examine(segment_of(text), read(text), None)
    put = Hiding(vault=vault, principal=ADA, at=NOW)(segment_of(text), one.edit)
    sent = text[: one.span.start] + put + text[one.span.end :]

    assert FORGED not in sent
    assert vault.restore(sent, recipient=Principal(id="bob", tenant="acme"), at=NOW).text == text
