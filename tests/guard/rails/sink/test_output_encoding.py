"""What was found and edited is plain text to the sink: asked of the sinks' own readers."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import sqlite3
import subprocess
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from html.parser import HTMLParser
from typing import Any

import markdown as python_markdown
import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from fakes.growth import grows_in_proportion
from fakes.guard_world import bundle, event, rule
from fakes.looked_at import edited, looked, said, scene, triggered
from roadworthy.guard.engine.applying import apply
from roadworthy.guard.engine.enforce import enforce
from roadworthy.guard.policy.model import Route
from roadworthy.guard.rails.sink.rail import OutputEncodingRail, OutputEncodingSettings
from roadworthy.guard.reading.reading import read
from roadworthy.guard.verdict import Action

HOSTILE = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=x>", "</p>", "<!--", "-->", "<!",
    "<?x?>", "<![CDATA[", "]]>", "&lt;", "&#60;", "&", "<", ">", '"', "'", "`", "\\", "javascript:",
    "jav\tascript:", "data:", "![a](http://e.x/?q=1)", "[a](http://e.x)", "[a]: http://e.x", "[a]:\n<e>", "[a][b]",
    "[b]", "![b]", "[", "](", "]:", "[^1]: x", "![", "<http://e.x>", "<a@b.cd>", "<1@b.cd>", "{: onclick=x }",
    "{#i onclick=x}", "- ", "> ", "1. ", "```\n", "~~~", "    ", "*", "_", "\n", "\n\n", "\r", "\r\n", "\t", " ",
    "=", "+", "@", "=1+1", "-5", "-5+1", "+49 30", "@SUM(1)", ";", ",", "|", "$(id)", "${x}", "`id`", "&&", "||",
    "x", "é", "\u2028", "\u2029", "\x00", "\x1b[31m", "\x1b]52;c;QQ==\x07", "\x1b]8;;http://e.x\x1b\\", "\x9b31m",
    "\x07", "\x08", "\x7f", "--", "#", "!", "~", "*", "?", "a b", "\uff1d1+1", "\ufeff", "\u200b", "\xa0",
    "www.e.xx", "https://e.x/a", "__proto__", "%0a", "]\\:", "\\[", "\\!", "\\<",
)  # fmt: skip
texts = st.lists(st.sampled_from(HOSTILE) | st.characters(exclude_categories=("Cs",)), max_size=12).map("".join)


def rail(sink: str, use: str = "", **more: Any) -> OutputEncodingRail:
    return OutputEncodingRail(OutputEncodingSettings(sink=sink, use=use, **more))


def encode(text: str, sink: str, use: str = "", **more: Any) -> str:
    one = rail(sink, use, **more)
    return edited(text, looked(one, text))


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.others: list[str] = []
        self.data = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.data += data

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


@given(texts)
def test_text_in_html_is_text_to_two_parsers_whatever_follows(text: str) -> None:
    safe = encode(text, "html")

    page = Tags(f"<p>{safe}script>x</p>")
    assert [tag for tag, _ in page.tags] == ["p"]
    assert page.others == []
    assert page.data == text + "script>x"
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    assert html.unescape(nh3.clean(f"x{safe}", tags=set())).replace("\0", "") == f"x{lines}"


@given(texts, st.sampled_from("\"'"))
def test_an_attributes_value_stays_in_its_quotes(text: str, quote: str) -> None:
    page = Tags(f"<p title={quote}{encode(text, 'html', 'attribute')}{quote}>x</p>")

    assert page.tags == [("p", {"title": text.replace(chr(0), "")})]
    assert page.data == "x"


@given(texts)
def test_an_address_in_html_has_no_scheme_but_a_harmless_one(text: str) -> None:
    [(_, attributes)] = Tags(f'<a href="{encode(text, "html", "address")}">x</a>').tags

    address = re.sub(r"[\t\r\n]", "", (attributes["href"] or "").strip("".join(map(chr, range(33)))))
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", address)
    assert scheme is None or scheme[1].lower() in {"http", "https", "mailto", "tel"}


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " \x01JaVa\tScRiPt\n:x",
        "data:text/html,x",
        "vbscript:x",
        "java&#115;cript:x",
        "file:///etc",
    ],
)
def test_an_address_that_is_code_is_found(address: str) -> None:
    kinds = {one.kind for one in looked(rail("html", "address"), address)}

    assert kinds & {"html_script_url", "html_attribute"}


@given(texts)
def test_html_of_which_some_may_stay_keeps_only_that(text: str) -> None:
    once = encode(text, "html", allowed_tags=("b", "a"), allowed_attributes=("a.href",))

    found = {(tag, name) for tag, attributes in Tags(once).tags for name in attributes or ("",)}
    assert found <= {("b", ""), ("a", "href"), ("a", "rel"), ("a", "")}


def test_html_that_is_as_allowed_is_not_found() -> None:
    one = rail("html", allowed_tags=("b",))

    assert looked(one, "It is <b>open</b> till 6.") == ()
    assert [found.kind for found in looked(one, "It is <b onclick=x>open</b>.")] == ["html_not_allowed"]


ACTIVE = {"a", "img", "script", "svg", "iframe", "object", "math", "style", "base", "form", "input", "meta", "x"}


def rendered(text: str) -> list[Tags]:
    wide = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    extended = python_markdown.markdown(text, extensions=["extra", "fenced_code"])
    return [Tags(wide.render(text)), Tags(python_markdown.markdown(text)), Tags(extended)]


@settings(max_examples=150)
@given(texts)
def test_markdown_has_no_link_image_or_tag_to_three_renderers(text: str) -> None:
    for page in rendered(encode(text, "markdown", allowed_markdown=())):
        assert not {tag for tag, _ in page.tags} & ACTIVE
        assert not {name for _, attributes in page.tags for name in attributes if name.startswith("on")}
        assert page.others == []


@settings(max_examples=100)
@given(texts)
def test_markdown_with_links_has_no_image_and_no_link_that_is_code(text: str) -> None:
    for page in rendered(encode(text, "markdown", allowed_markdown=("links", "bare_urls"))):
        assert not {tag for tag, _ in page.tags} & (ACTIVE - {"a"})
        for tag, attributes in page.tags:
            scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", html.unescape(attributes.get("href") or ""))
            assert tag != "a" or scheme is None or scheme[0].lower() in {"http:", "https:", "mailto:"}


@pytest.mark.parametrize(
    "text",
    [
        "![a](https://e.x/?q=secret)",
        "![a][b]\n\n[b]: https://e.x/?q=secret",
        "![a]\n\n> - [a]:\n<https://e.x>",
        "[![a](https://e.x)](https://e.x)",
        "\\![a](https://e.x)",
        "\\\\![a](https://e.x)",
        "![a\\](https://e.x)",
        "![a](<https://e.x y>)",
        "[a](javascript:alert(1))",
        "[a](java&#115;cript:alert(1))",
        "\\<script>x</script>",
        "# x {: onclick=alert(1) }",
        "*x*{onclick=alert(1)}",
        "<1@b.cd>",
        "[" + "x" * 2_000 + "]: https://e.x",
    ],
)
def test_markdown_that_does_something_is_found_and_inert_after_the_edits(text: str) -> None:
    one = rail("markdown", allowed_markdown=())

    found = looked(one, text)

    assert found
    pages = rendered(edited(text, found))
    assert all(not {tag for tag, _ in page.tags} & ACTIVE for page in pages)
    assert not {name for page in pages for _, attributes in page.tags for name in attributes} & {"onclick"}


def test_links_that_are_allowed_stay_as_they_are() -> None:
    text = "See [the page](https://good.example/a?b=c), [here](#top), <https://good.example> or [this](a/b.md)."

    assert looked(rail("markdown", allowed_markdown=("links", "bare_urls")), text) == ()


def test_ordinary_markdown_is_not_found() -> None:
    text = "# Title\n\n* one: **two**\n* `x[0]: int` and a < b, 5 > 3\n\n| a | b |\n|---|---|\n| 1 | [2] |\n\nR&D & co."

    assert looked(rail("markdown"), text) == ()


@given(texts)
def test_sql_reads_back_the_value_that_was_meant(text: str) -> None:
    meant = text.replace("\0", "")
    with sqlite3.connect(":memory:") as database:
        value = database.execute(f"SELECT '{encode(text, 'sql')}'").fetchone()[0]
        column = database.execute(f'SELECT 1 AS "x{encode(text, "sql", "identifier")}"').description[0][0]
    database.close()

    assert (value, column) == (meant, "x" + meant)


def test_mysql_reads_backslashes_so_they_are_doubled() -> None:
    assert encode("\\' OR 1=1 -- ", "sql", "mysql_literal") == "\\\\'' OR 1=1 -- "
    assert encode("a` b", "sql", "mysql_identifier") == "a`` b"


QUOTES = {"word": "", "single_quoted": "'", "double_quoted": '"'}


@settings(max_examples=25)
@given(st.lists(texts, min_size=1, max_size=20))
def test_a_shell_prints_what_was_meant_and_runs_nothing(several: list[str]) -> None:
    words, meant = [], []
    for text in several:
        for use, quote in QUOTES.items():
            words.append(f"{quote}{encode('x' + text, 'shell', use)}{quote}")
            meant.append("x" + text.replace("\0", ""))
    script = "printf '%s\\0' " + " ".join(words)

    printed = subprocess.run(["/bin/sh", "-c", script], capture_output=True, check=True)

    assert printed.stderr == b""
    assert printed.stdout.decode().split("\0")[:-1] == meant


@given(texts)
def test_no_cell_of_a_table_is_a_formula_whatever_the_separator(text: str) -> None:
    safe = encode(text, "csv")

    for separator in ",;|\t":
        for row in csv.reader(io.StringIO(safe.replace("\0", ""), newline=""), delimiter=separator):
            for cell in row:
                start = cell.strip(" \t\r\n\xa0\ufeff\u200b\u200c\u200d\u2060\x0b\x0c\x1c\x1d\x1e\x1f\x85")
                is_formula = start[:1] in set("=+-@＝＋－＠")
                assert not is_formula or re.match(r"[+-]\d+([.,]\d+)?%?([,;|\t\r\n\" ]|$)", start), cell


def test_plain_numbers_are_no_formulas() -> None:
    assert looked(rail("csv"), "name,change\nA,-5\nB,+3.2%\nC;-1,5\n") == ()


def screen(text: str) -> tuple[str, list[str]]:
    """Return what a small terminal shows, and the commands that it carried out."""
    line, lines, commands, column = [], [], [], 0
    for match in re.finditer(r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b\[[0-9;?]*[@-~]?|(?s:.)", text):
        token = match[0]
        if token == "\n":
            lines, line, column = [*lines, "".join(line)], [], 0
        elif token == "\r":
            column = 0
        elif token == "\b":
            column = max(0, column - 1)
        elif token != "\t" and (len(token) > 1 or ord(token) < 0x20 or 0x7F <= ord(token) < 0xA0):
            commands.append(token[:2])
        else:
            line[column : column + 1] = [token]
            column += 1
    return "\n".join([*lines, "".join(line)]), commands


@given(texts)
def test_a_terminal_only_prints(text: str) -> None:
    safe = encode(text, "terminal")

    shown, commands = screen(safe)
    assert commands == []
    assert shown == safe.replace("\r\n", "\n")
    assert len(safe) == len(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("\x1b]52;c;QQ==\x07", "terminal_clipboard"),
        ("\x1b]8;;http://e.x\x1b\\", "terminal_link"),
        ("\x1b]0;title\x07", "terminal_command"),
        ("\x1b[2J", "terminal_sequence"),
        ("safe\rrm -rf", "terminal_overwrite"),
        ("x\x07", "terminal_bell"),
        ("\x9b2J", "terminal_control"),
    ],
)
def test_what_a_terminal_would_do_is_named(text: str, kind: str) -> None:
    assert looked(rail("terminal"), text)[0].kind == kind


@given(texts)
def test_json_reads_back_the_string_and_the_page_ends_where_it_should(text: str) -> None:
    safe = encode(text, "json", "string")

    assert json.loads(f'"{safe}"') == text
    page = Tags(f'<script>var x = "{safe}";</script><p>y</p>')
    assert [tag for tag, _ in page.tags] == ["script", "p"]


@given(st.recursive(texts, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)))
def test_a_document_in_a_script_means_the_same_and_does_not_end_it(value: Any) -> None:
    document = json.dumps(value, ensure_ascii=False)
    safe = encode(document, "json")

    assert json.loads(safe) == value
    page = Tags(f"<script>{safe}</script><p>y</p>")
    assert [tag for tag, _ in page.tags] == ["script", "p"]
    assert not set("\u2028\u2029") & set(safe)


EVERY = [
    ("html", "text"), ("html", "attribute"), ("markdown", ""), ("sql", "literal"), ("sql", "identifier"),
    ("sql", "mysql_literal"), ("shell", "single_quoted"), ("shell", "double_quoted"), ("shell", "word"), ("csv", ""),
    ("terminal", ""), ("json", "document"), ("json", "string"),
]  # fmt: skip


@pytest.mark.parametrize(("sink", "use"), EVERY)
@given(data=st.data())
@settings(max_examples=25)
def test_what_is_found_depends_on_what_is_near_only(sink: str, use: str, data: st.DataObject) -> None:
    one = rail(sink, use)
    reach = one.reach or 0
    core = data.draw(texts)
    context = data.draw(
        texts.map(lambda text: (text * (reach + 1))[:reach] + "z" * max(0, reach - len(text * (reach + 1))))
    )
    far = data.draw(texts)

    near = looked(one, context + core + context)
    wide = looked(one, far + context + core + context + far)

    inside = range(len(context), len(context) + len(core))
    kept = {(d.kind, d.span.start, d.edit) for d in near if d.span.start in inside}
    moved = {
        (d.kind, d.span.start - len(far), d.edit.replacement)
        for d in wide
        if d.edit and d.span.start - len(far) in inside
    }
    assert {(kind, start, edit.replacement) for kind, start, edit in kept if edit} == moved


@pytest.mark.parametrize("sink", ["html", "markdown", "sql", "csv", "terminal", "json"])
def test_clean_prose_triggers_nothing(sink: str) -> None:
    assert not triggered(rail(sink), "The office is open from nine to five. Please bring the form.\n" * 16)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: OutputEncodingSettings(sink="html", use="literal"), "must be one of text, attribute, address"),
        (lambda: OutputEncodingSettings(sink="csv", allowed_tags=("b",)), "for sink html"),
        (lambda: OutputEncodingSettings(sink="html", allowed_attributes=("a.href",)), "needs `allowed_tags`"),
        (lambda: OutputEncodingSettings(sink="html", allowed_tags=("Script",)), "is code"),
        (lambda: OutputEncodingSettings(sink="markdown", allowed_markdown=("images",)), "images without links"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(make: Callable[[], object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make()


def test_html_that_is_too_long_to_sanitise_is_a_failure_of_the_rail() -> None:
    with pytest.raises(ValueError, match="is longer than"):
        looked(rail("html", allowed_tags=("b",)), "<i>" * 100_000)


@pytest.mark.parametrize("blanks", [63, 64, 65, 500])
def test_blanks_before_a_formula_do_not_hide_it(blanks: int) -> None:
    assert encode("a\n" + " " * blanks + "=cmd()", "csv").endswith("'=cmd()")


@pytest.mark.parametrize("lost", ["\x00", "\x01", "\x7f", "\x00\x00 "])
def test_a_control_that_a_reader_drops_does_not_hide_a_formula(lost: str) -> None:
    assert encode(f"{lost}=1+1\na;{lost}@x", "csv") == f"{lost}'=1+1\na;{lost}'@x"


SINKS = ("html", "markdown", "sql", "shell", "csv", "terminal", "json")


@pytest.mark.parametrize("sink", SINKS)
@given(text=texts)
@settings(max_examples=20)
def test_a_rule_that_takes_the_routes_sink_finds_what_a_rule_for_that_sink_finds(sink: str, text: str) -> None:
    of_route, one = rail("route"), rail(sink)
    segment, reading = said(text), read(text)

    found = of_route.examine(segment, reading, replace(scene(segment), sink=sink))

    assert found == one.examine(segment, reading, scene(segment))
    assert not found or triggered(of_route, text)
    assert of_route.reach >= one.reach


def test_one_rule_encodes_for_the_sink_of_each_route() -> None:
    encode_it = rule("encode", action=Action.TRANSFORM, rail=OutputEncodingSettings(sink="route"))
    routes = (Route(name="page", sink="html"), Route(name="db", sink="sql"), Route(name="*"))
    judged = bundle(encode_it, routes=routes)

    def after(route: str) -> str:
        asked = event("<b>'x'", route=route)
        return apply(enforce(judged, asked), asked)[0].text

    assert (after("page"), after("db"), after("chat")) == ("&lt;b>'x'", "<b>''x''", "<b>'x'")
    moved = bundle(encode_it, routes=(Route(name="page", sink="sql"), *routes[1:]))
    assert judged.looks != moved.looks


def test_braces_without_end_take_no_longer_than_their_findings() -> None:
    work = partial(looked, rail("markdown"))

    assert grows_in_proportion(work, "{" * 4_000, "{" * 20_000, slack=4, floor_s=0.01)
