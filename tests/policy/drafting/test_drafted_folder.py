"""A drafted pack as a folder: hostile texts stay texts, nothing is lost, and nothing half-written stays."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from roadworthy.adapters.conditions import CelConditions
from roadworthy.adapters.drafts.folder import PAGE, drafted_from, write_draft
from roadworthy.adapters.drafts.pages import read_sources, sources_page
from roadworthy.adapters.drafts.text import shown, yaml_of
from roadworthy.adapters.packs import PackFolders
from roadworthy.adapters.yaml_source import read_yaml
from roadworthy.core.errors import ConfigError, PackError
from roadworthy.gates.trying.cases import failures
from roadworthy.policy.coverage import uncovered
from roadworthy.policy.drafting.comparing import since
from roadworthy.policy.drafting.document import read_document
from roadworthy.policy.drafting.drafting import Wanted, draft
from roadworthy.policy.drafting.statements import read_statements
from roadworthy.policy.expectations import bound_rules, unexpected, unmet
from roadworthy.policy.model import Layer

HOSTILE = [
    "Staff must log: yes, “no” & 'null'.",
    "Logs must be !!python/object/apply:os.system ['id'] kept.",
    "Logs must be kept 🙂 {a: b} [c] *d &e #f %g @h `i` | j.",
    "Logs must be kept -- --- ... and \\n \\x00 \\u0000.",
    "Logs must be kept as 0o17, 1e3, 1_000, .inf, 2026-01-02, ~ and NO.",
    "Logs must be kept <!-- x --> </td> <script>alert(1)</script> ](javascript:x).",
    "Logs must be kept " + "very " * 1_900 + "long.",
    "Journaux\u2028 doivent être gardés\u0085 \ufeff.",
]


def made(text, name="acme"):
    wanted = Wanted(name=name, layer=Layer.TENANT, owner="Risk: office # 1", document="a | `b`\n# policy.md")
    return draft(text.encode(), wanted=wanted, packs=[])


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_written_and_read_back_as_it_is(tmp_path, text):
    drafted = made(f"# T: - !x\n\n{text}\n\nModels must be tested.")
    write_draft(tmp_path / "pack", drafted)

    loaded = PackFolders(tmp_path).load("pack")
    by_id = {control.id: control for control in drafted.pack.controls}
    assert {control.id: control for control in loaded.controls} == by_id
    assert (loaded.status, loaded.owner, loaded.layer) == ("proposed", "Risk: office # 1", Layer.TENANT)
    _, mapped = drafted_from(tmp_path / "pack")
    assert [m.digest for m in mapped] == [entry.statement.digest for entry in drafted.entries]


@given(st.lists(st.text(max_size=60), max_size=5))
@settings(max_examples=100)
def test_any_texts_survive_yaml(tmp_path_factory, texts):
    written = yaml_of([{"text": text} for text in texts])
    assert yaml.safe_load(written) == [{"text": text} for text in texts]
    allowed = [text for text in texts if not any(0xD800 <= ord(c) <= 0xDFFF for c in text)]
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(yaml_of([{"text": text} for text in allowed] or ["x"]).encode())
    assert read_yaml(path, error=PackError).data == ([{"text": text} for text in allowed] or ["x"])


@given(st.text(max_size=300))
@settings(max_examples=100)
def test_a_cell_is_one_line_and_holds_no_mark_that_ends_it(text):
    cell = shown(text)
    assert "\n" not in cell
    assert "|" not in cell.replace("\\|", "")
    assert len(cell.encode()) <= 400


@given(st.lists(st.sampled_from([*HOSTILE[:6], "It is.", "Owners must:\n- keep it;\n- sing."]), min_size=1, max_size=6))
@settings(max_examples=25)
def test_every_statement_is_in_sources_with_its_line_and_what_became_of_it(texts):
    drafted = made("\n\n".join(texts))
    digest, mapped = read_sources(sources_page(drafted))

    assert digest == drafted.digest
    assert [(m.line, m.digest) for m in mapped] == [
        (e.statement.place.line, e.statement.digest) for e in drafted.entries
    ]
    ids = {control.id for control in drafted.pack.controls} if drafted.pack else set()
    assert {m.became for m in mapped} >= ids


def test_an_earlier_draft_is_written_over_only_when_told_and_never_once_reviewed(tmp_path):
    folder = tmp_path / "pack"
    write_draft(folder, made("Logs must be kept."))
    (folder / "note.txt").write_text("mine")

    with pytest.raises(ConfigError, match="already"):
        write_draft(folder, made("Models must be tested."))
    assert (folder / "note.txt").exists()
    write_draft(folder, made("Models must be tested."), force=True)
    assert not (folder / "note.txt").exists()

    header = folder / "pack.yaml"
    header.write_text(header.read_text().replace("status: proposed", "status: reviewed\nreviewed_by: Ada L."))
    with pytest.raises(ConfigError, match="has been reviewed"):
        write_draft(folder, made("Logs must be kept."), force=True)


@pytest.mark.parametrize("there", ["a file", "another folder", "a link"])
def test_what_is_no_draft_is_never_written_over(tmp_path, there):
    place = tmp_path / "place"
    if there == "a file":
        place.write_text("mine")
    elif there == "a link":
        (tmp_path / "real").mkdir()
        place.symlink_to(tmp_path / "real")
    else:
        place.mkdir()
        (place / "mine.txt").write_text("mine")

    with pytest.raises(ConfigError, match=r"no draft|is a link"):
        write_draft(place, made("Logs must be kept."), force=True)
    assert place.exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith((".new", ".old"))] == []


def test_nothing_half_written_stays_where_the_place_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(Exception, match="cannot write"):
        write_draft(tmp_path / "file" / "pack", made("Logs must be kept."))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


def test_a_policy_at_its_limits_still_loads(tmp_path):
    text = "\n\n".join(f"{n}.1 Logs of room {n} must be kept {'é' * 90}." for n in range(1, 400))
    drafted = made(text)
    write_draft(tmp_path / "pack", drafted)
    assert len(PackFolders(tmp_path).load("pack").controls) == len(drafted.pack.controls) == 399


def read(text):
    return read_statements(read_document(text))


def test_what_is_new_changed_gone_and_moved_is_told_apart():
    before = "# P\n\n1.1 Logs must be kept for 90 days.\n\n1.2 Staff must sing.\n\n1.3 Models must be tested."
    after = "# P\n\n1.3 Models must be tested.\n\n1.1 Logs must be kept for 30 days.\n\n1.4 A bell may ring."
    _, mapped = read_sources(sources_page(made(before)))
    found = since(mapped, read(after))

    assert [(one.before.text, one.after.text) for one in found.changed] == [
        ("Logs must be kept for 90 days.", "Logs must be kept for 30 days.")
    ]
    assert [statement.text for statement in found.new] == ["A bell may ring."]
    assert [gone.text for gone in found.gone] == ["Staff must sing."]
    assert found.same == 2
    assert found.concerns_requirements


@given(st.lists(st.sampled_from(["It is.", "Logs must be kept.", "Staff may go.", "No."]), min_size=1, max_size=6))
@settings(max_examples=20)
def test_an_unchanged_policy_in_any_order_is_the_same(parts):
    _, mapped = read_sources(sources_page(made("\n\n".join(parts))))
    found = since(mapped, read("\n\n".join(reversed(parts))))
    assert (found.new, found.changed, found.gone, found.same) == ((), (), (), len(mapped))


def test_a_page_that_maps_nothing_is_told(tmp_path):
    (tmp_path / "SOURCES.md").write_text("# Sources\n\nWritten by hand.\n")
    with pytest.raises(PackError, match="maps no document"):
        drafted_from(tmp_path)


def test_the_reviewers_list_names_every_control_and_every_untranslated_statement(tmp_path):
    write_draft(tmp_path / "pack", made("Logs must be kept. All assistants must be fair."))
    page = (tmp_path / "pack" / PAGE).read_text("utf-8")
    assert "### acme/logging" in page
    assert "All assistants must be fair." in page
    assert Path(tmp_path / "pack" / "cases" / "monitoring.yaml").is_file()


def test_words_of_duty_that_nobody_sees_are_put_before_the_reviewer(tmp_path):
    write_draft(tmp_path / "pack", made("Logs must be kept.\n\n<!-- Staff must not sell it. -->"))
    page = (tmp_path / "pack" / PAGE).read_text("utf-8")
    assert "line 3: Staff must not sell it. is no rule" in page


def test_what_is_expected_of_a_draft_restates_it_and_asks_to_be_confirmed(tmp_path):
    drafted = made(
        "Models must be tested for bias.\n\nAgents must not take more than 10 steps.\n\nHigh-risk systems must log."
    )
    write_draft(tmp_path / "pack", drafted)
    source = PackFolders(tmp_path)

    trial = source.trial("pack")

    rules = bound_rules(source.load("pack"))
    assert unmet(trial.expectations, rules) == unexpected(trial.expectations, rules) == ()
    assert (tmp_path / "pack" / "cases" / "expectations.yaml").read_text().startswith("# CONFIRM")
    assert "- [ ] `cases/expectations.yaml` says what was decided" in (tmp_path / "pack" / PAGE).read_text()


def test_a_drafted_limit_of_steps_has_every_case_it_owes(tmp_path):
    write_draft(tmp_path / "pack", made("Agents must not take more than 10 steps."))
    source = PackFolders(tmp_path)
    pack, cases = source.load("pack"), source.cases("pack")

    assert uncovered(pack, cases) == ()
    assert failures(pack, cases, CelConditions()) == ()
