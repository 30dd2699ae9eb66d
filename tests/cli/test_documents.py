"""``rw document …``: written whole from one decision, refused when its evidence does not hold."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import shutil
import textwrap

import pytest

from fakes.small_system import write_system
from roadworthy.cli.main import run
from roadworthy.gates.recall import Recall, RecallCause
from roadworthy.runtime.workspace import Workspace

REFUSED, CANNOT_TELL = 2, 3
GOVERNANCE = """\
schema: roadworthy/governance/v1
organisation: The desk
people:
  - {id: bea, roles: [developer]}
  - {id: ada, roles: [risk_reviewer]}
"""


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """A system with a decision that lets it ship."""
    root = write_system(tmp_path_factory.mktemp("documents") / "desk")
    assert [run([*words, "-C", str(root)]) for words in (["assess"], ["eval", "run"], ["gate"])] == [0, 0, 0]
    assert run(["pack", "-C", str(root), "-o", str(root / "desk.zip")]) == 0
    return root


@pytest.fixture
def rw(shipped, capsys):
    def call(*arguments):
        capsys.readouterr()
        code = run([*arguments, "-C", str(shipped)])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return call


@pytest.mark.parametrize("document", ["annex-iv", "memo", "report", "assurance-case"])
def test_a_page_is_whole_and_fetches_nothing(rw, tmp_path, document):
    out = tmp_path / "page.html"
    code, _, _ = rw("document", document, "--format", "html", "-o", str(out))
    page = html.unescape(out.read_text(encoding="utf-8"))
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    allowed = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")

    assert code == 0
    assert page.rstrip().endswith("</html>")
    assert not re.search(r"<script|<link|\ssrc=|https?://(?!www\.w3\.org/2000/svg)", page)
    assert f"default-src 'none'; style-src 'sha256-{allowed}'" in page
    assert " style=" not in page


@pytest.mark.parametrize(
    ("document", "schema"),
    [
        ("annex-iv", "roadworthy/annex-iv/v1"),
        ("memo", "roadworthy/decision-memo/v1"),
        ("assurance-case", "roadworthy/assurance-case/v1"),
        ("report", "roadworthy/decision-report/v1"),
    ],
)
def test_the_json_form_is_printed_with_its_schema(rw, document, schema):
    code, out, _ = rw("document", document, "--format", "json", "-o", "-")

    assert code == 0
    assert json.loads(out)["schema"] == schema


@pytest.mark.parametrize("document", ["annex-iv", "memo", "report"])
def test_a_pdf_is_pdf_a(rw, tmp_path, document):
    pytest.importorskip("typst")
    out = tmp_path / "d.pdf"

    assert rw("document", document, "--format", "pdf", "-o", str(out))[0] == 0
    assert b"<pdfaid:part>2</pdfaid:part>" in out.read_bytes()


def test_a_pdf_is_not_printed(rw):
    pytest.importorskip("typst")
    code, out, err = rw("document", "memo", "--format", "pdf", "-o", "-")

    assert (code, out) == (REFUSED, "")
    assert "a PDF cannot be printed" in err


def test_the_technical_file_says_what_small_enterprises_may_do_when_asked(rw):
    _, plain, _ = rw("document", "annex-iv", "--format", "markdown", "-o", "-")
    _, small, _ = rw("document", "annex-iv", "--format", "markdown", "--sme", "-o", "-")

    assert "simplified manner" not in plain
    assert "simplified manner" in small


def test_one_view_of_the_case_is_drawn(rw):
    code, out, err = rw("document", "assurance-case", "--format", "svg", "--view", "guard", "-o", "-")

    assert code == 0
    assert out.startswith("<svg")
    assert "the top goal is" in err


def test_an_unknown_view_is_refused_with_those_that_there_are(rw):
    code, _, err = rw("document", "assurance-case", "--format", "svg", "--view", "cellar", "-o", "-")

    assert code == REFUSED
    assert "choose from overview" in err


def test_the_team_adds_to_the_argument_by_a_file(rw, tmp_path):
    additions = tmp_path / "more.yaml"
    additions.write_text(
        textwrap.dedent("""\
        schema: roadworthy/assurance-additions/v1
        nodes:
          - {id: H-doubt, kind: defeater, text: Only one language was tried, under: G-top}
        """)
    )
    _, out, err = rw("document", "assurance-case", "--format", "json", "--additions", str(additions), "-o", "-")

    assert "the top goal is challenged" in err
    assert any(node["id"] == "H-doubt" and node["written_by_hand"] for node in json.loads(out)["nodes"])


def test_a_bad_addition_is_refused_with_its_line(rw, tmp_path):
    additions = tmp_path / "more.yaml"
    additions.write_text(
        "schema: roadworthy/assurance-additions/v1\nnodes:\n  - {id: H-1, kind: solution, text: x, under: G-top}\n"
    )
    code, _, err = rw("document", "assurance-case", "--additions", str(additions))

    assert code == REFUSED
    assert "more.yaml:3" in err


def test_the_summary_of_a_pack_names_its_digests(shipped, tmp_path, capsys):
    out = tmp_path / "summary.md"
    key = shipped / ".roadworthy" / "keys" / "signing-key.pub.pem"
    pack = str(shipped / "desk.zip")
    capsys.readouterr()

    assert run(["document", "pack-summary", pack, "--key", str(key), "--format", "markdown", "-o", str(out)]) == 0
    text = out.read_text(encoding="utf-8")
    assert "Ship; the pack is intact" in text
    assert re.search(r"\*\*Signed index:\*\* sha256:[0-9a-f]{64}", text)


def test_a_broken_pack_has_no_summary(shipped, tmp_path, capsys):
    content = bytearray((shipped / "desk.zip").read_bytes())
    content[len(content) // 2] ^= 1
    broken = tmp_path / "broken.zip"
    broken.write_bytes(bytes(content))
    key = shipped / ".roadworthy" / "keys" / "signing-key.pub.pem"

    assert (
        run(["document", "pack-summary", str(broken), "--key", str(key), "-o", str(tmp_path / "x.pdf")]) == CANNOT_TELL
    )
    assert not (tmp_path / "x.pdf").exists()


def test_the_memo_tells_of_the_review_and_the_case_of_open_findings(shipped, tmp_path, capsys, monkeypatch):
    root = shutil.copytree(shipped, tmp_path / "desk")
    (root / "governance.yaml").write_text(GOVERNANCE)
    monkeypatch.setenv("ROADWORTHY_ACTOR", "bea")
    here = ["-C", str(root)]
    asked = ["review", "open", "May it ship", "--about", "1.0.0", "--template", "intake", "--submit"]
    found = ["finding", "add", "The word got out", "--rule", "desk/refusals", "--control", "desk/refusals"]

    assert [run([*words, *here]) for words in (asked, [*found, "--severity", "block"])] == [0, 0]
    capsys.readouterr()
    assert run(["document", "memo", "--format", "json", "-o", "-", *here]) == 0
    review = json.loads(capsys.readouterr().out)["review"]
    assert (review["state"], review["text"]) == ("submitted", "May it ship, asked for by bea.")
    assert run(["document", "assurance-case", "--format", "json", "-o", "-", *here]) == 0
    nodes = {node["id"]: node for node in json.loads(capsys.readouterr().out)["nodes"]}
    assert nodes["G-desk/refusals"]["status"] == nodes["G-top"]["status"] == "challenged"


def test_recalled_evidence_is_cited_in_no_document(shipped, tmp_path, capsys):
    root = shutil.copytree(shipped, tmp_path / "desk")
    workspace = Workspace(root=root)
    counted = workspace.evidence.all()[0].record
    workspace.recalls.add(
        Recall(
            id="recall_1", cause=RecallCause.COLLECTOR_FAULTY, reason="it miscounted", evidence=(counted.id,),
            recorded_by="bea", recorded_at=workspace.clock.now(),
        )
    )  # fmt: skip
    capsys.readouterr()

    for extra in ([], ["--allow-lapsed"]):
        out = tmp_path / "file.html"
        assert run(["document", "annex-iv", "-C", str(root), "-o", str(out), *extra]) == CANNOT_TELL
        assert "it miscounted" in capsys.readouterr().err
        assert not out.exists()


def test_nothing_is_written_before_anything_was_decided(tmp_path, capsys):
    root = write_system(tmp_path / "desk")

    assert run(["document", "memo", "-C", str(root), "-o", str(tmp_path / "memo.html")]) == REFUSED
    assert "run `rw gate`" in capsys.readouterr().err
    assert not (tmp_path / "memo.html").exists()
