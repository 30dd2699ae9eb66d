"""What is found in a text and what is not, whatever stands around it."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.growth import grows_in_proportion
from roadworthy.sensitive.pattern import compiled
from roadworthy.sensitive.personal.find import Finder
from roadworthy.sensitive.personal.kind import Kind

ALL = Finder(kinds=frozenset(Kind))

FOUND = [
    ("email", "Write to «ana.li+news@mail.shop.test» now"),
    ("email", "an «jürgen@müller-bau.de», bitte"),
    ("email", "contact «ana [at] shop [dot] com» please"),
    ("email", "it is «ana.berg at shop dot com» as I said"),
    ("phone", "from «+49 30 901820» today"),
    ("phone", "«+1-555-123-4567x8910» works"),
    ("phone", "or («602) 272-9781» there".replace("(«", "«(")),
    ("phone", "at «555.123.4567» then"),
    ("phone", "Call me on «0049 30 901820» or so"),
    ("phone", "Tel. «030 / 901 820-12» bis 17 Uhr"),
    ("phone", "appelez le «01 23 45 67 89» svp"),
    ("phone", "ring «020 7946 0958» in London"),
    ("phone", "they're not answering at «71-33-52-22»"),
    ("phone", "Suite 9\n«451 5986» office"),
    ("phone", "llámame al «612 345 678»"),
    ("phone", "手机号是«13812345678»。"),
    ("phone", "{\"customerPhone\": \"«5403926876»\"}"),
    ("card", "card «4111-1111-1111-1111» exp 12/27"),
    ("card", "it is «378282246310005» there"),
    ("card", "5x «4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1» ok".replace("5x ", "")),
    ("iban", "to «DE89 3704 0044 0532 0130 00» please"),
    ("iban", "IBAN:«GB82WEST12345698765432»;next"),
    ("iban", "iban «fr14 2004 1010 0505 0001 3m02 606»"),
    ("iban", "transfer to «GB82 WEST 1234 5698 7654 32» today"),
    ("iban", "bonifico su «GB 82 WEST 1234 5698 7654 32», grazie"),
    ("iban", "rekening «NL91-ABNA-0417-1643-00»"),
    ("card", "card «4111 1111 1111\n1111» exp 12/27"),
    ("card", "carte «3782 822463\n10005» merci"),
    ("email", "write to «\"ana berg\"@shop.test» now"),
    ("driver_licence", "{'driving_licence_number': '«D1234567»'}"),
    ("passport", "паспорт: «46 22 876543»"),
    ("passport", "паспорт «4622 876543»"),
    ("mac_address", "the port is «001a.2b3c.4d5e». Thanks"),
    ("address", '{"address": "«Vestergade 105, 5915 Odense»", "n": 5}'),
    ("address", "<td>«Gartenweg 13, 31096 Dresden»</td>"),
    ("address", "in «Karl Johans gate 22» there"),
    ("phone", "my number is «213119809», ring me"),
    ("national_id", "ת.ז. «123456782»"),
    ("national_id", "RUT «7469294-K» ok"),
    ("date_of_birth", "[2026-03-01 10:00:01] INFO DOB: «1990-09-11»"),
    ("national_id", "SSN «536-90-4399» there"),
    ("national_id", "my social security number is «536904399»"),
    ("national_id", "NI number «AB 12 34 56 C» here"),
    ("national_id", "CPF «529.982.247-25» ok"),
    ("national_id", "DNI «12345678Z» ok"),
    ("national_id", "codice fiscale «RSSMRA85T10A562S»"),
    ("national_id", "PESEL «44051401359» ok"),
    ("national_id", "身份证号«11010519491231002X»"),
    ("national_id", "HKID «A123456(3)» ok"),
    ("ip_address", "from «203.0.113.77» port 80"),
    ("ip_address", "host «2001:db8:85a3::8a2e:370:7334»."),
    ("mac_address", "eth0 «00:1A:2B:3C:4D:5E» up"),
    ("mac_address", "port «001a.2b3c.4d5e» up"),
    ("crypto_address", "pay «1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa»"),
    ("crypto_address", "pay «bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq»"),
    ("crypto_address", "pay «0x52908400098527886E0F7030069857D2E4169EE7»"),
    ("date_of_birth", "She was born on «4 May 1980» in Rome"),
    ("date_of_birth", "né le «04/05/1980»"),
    ("date_of_birth", "Geburtsdatum: «04.05.1980»"),
    ("date_of_birth", "DOB «1980-05-04»"),
    ("licence_plate", "license plate «ABC 1234»"),
    ("licence_plate", "Kennzeichen: «B-AB 123»"),
    ("driver_licence", "My driver's license number is «D1234567»"),
    ("medical_id", "MRN: «00123456»"),
    ("passport", "passport number «C01X00T47»".replace("C01X00T47", "X12345678")),
    ("passport", "«P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10»"),
    ("bank_account", "account number «000123456789»"),
    ("bank_account", "sort code «20-00-00»".replace("20-00-00", "20-32-06")),
    ("bic", "SWIFT «DEUTDEFF500»"),
    ("vehicle_id", "VIN «1HGCM82633A004352»"),
    ("device_id", "IMEI «490154203237518»"),
    ("vat_number", "VAT number «DE136695976»"),
    ("address", "I live at «12 Long Meadow Road» since May"),
    ("address", "wohnt in der «Lange Straße 12a» dort"),
    ("address", "habite «14 bis rue de la Paix» et"),
    ("address", "en «Calle Mayor 5» de"),
    ("address", "write to «P.O. Box 1234» now"),
    ("address", "lives in «SW1A 2AA» now"),
    ("url", "see «https://shop.test/a?b=1»."),
    ("coordinates", "at «52.520008, 13.404954» now"),
    ("user_handle", "ask «@ana_berg» there"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "marked"), FOUND, ids=[f"{n}-{kind}" for n, (kind, _) in enumerate(FOUND)])
def test_it_is_found_where_it_stands(kind, marked):
    text = marked.replace("«", "").replace("»", "")
    start, end = marked.index("«"), marked.index("»") - 1

    assert (kind, start, end) in [(one.kind.value, one.start, one.end) for one in ALL.find(text)]


NOT_FOUND = [
    "It costs 1,234,567.89 or 3.14159265358979 in 2026.",
    "Version 1.2.3.4 of 2026-11-21 20:39:34 replaces 10.4.0.",
    "id 550e8400-e29b-41d4-a716-446655440000 in the log",
    "sha256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "ISBN 978-3-16-148410-0 is a book",
    "Order number 123-456-7890 has shipped",
    "The school (1894–96) and the years 1990-1995, 2003 2004 2005",
    "def f(x): return x[::2] + a[1:2] # line 1234567",
    "4111 1111 1111 1112 has a wrong check digit",
    "DE88 3704 0044 0532 0130 00 too",
    "During 1920 it rained; 12 of 34 houses stood",
    "section 1.2.3.4 and 12:30:45 and 2/3 of 100000000",
    "flight KN5565 gate 25 is late",
    "at 20 people came to see it and 12 345 678 more",
    "epoch 1711161408899 in ms",
    "column\n4111\n1111\n1111\n1112\n",
    "The business number was 263783389 RP 2590.",
    "The dni was 86093867 S.",
    "@decorator\ndef f(): ...",
    "a @ b, 5 @ 3",
    "",
]


@pytest.mark.parametrize("text", NOT_FOUND, ids=range(len(NOT_FOUND)))
def test_what_only_looks_like_it_is_left_alone(text):
    assert Finder().find(text) == ()


@pytest.mark.parametrize(
    ("finder", "text", "count"),
    [
        (Finder(), "see https://shop.test", 0),
        (Finder(kinds=frozenset({Kind.EMAIL})), "ana@shop.test +49 30 901820", 1),
        (Finder(with_private_ips=False), "hosts 192.168.0.77 and 93.184.216.34", 1),
        (Finder(min_confidence=0.9), "my phone is 5403926876", 0),
        (Finder(regions=frozenset({"US"})), "5403926876 it is", 1),
        (Finder(), "5403926876 it is", 0),
    ],
)
def test_settings_say_what_counts(finder, text, count):
    assert len(finder.find(text)) == count


@pytest.mark.parametrize("text", ["[2026-03-01 10:00:01] INFO DOB: x", "[2026-03-01 10:00:01] driver's license: x"])
def test_the_time_at_the_head_of_a_log_line_is_nobodys(text):
    assert ALL.find(text) == ()


@pytest.mark.parametrize("sign", [" ", "\n", ", ", "-", "\t"], ids=repr)
def test_in_a_long_run_each_number_is_found_where_it_stands_alone(sign):
    cards = ["4111 1111 1111 1111", "5555 5555 5555 4444", "378282246310005"] * 40
    text = sign.join(cards)
    starts = list(itertools.accumulate((len(card) + len(sign) for card in cards[:-1]), initial=0))

    found = Finder(kinds=frozenset({Kind.CARD})).find(text)

    tied = sign == "-"
    assert [one.start for one in found] == ([] if tied else starts)


def test_digits_of_other_scripts_and_widths_are_digits():
    assert [one.kind for one in Finder().find("４１１１ １１１１ １１１１ １１１１")] == [Kind.CARD]


def test_a_stronger_find_stands_against_what_it_crosses():
    text = "account number 4111 1111 1111 1111"

    assert [one.kind for one in Finder().find(text)] == [Kind.CARD]


PIECES = st.sampled_from(
    [re.sub("[«»]", "", marked) for _, marked in FOUND]
    + [
        " ",
        "\n",
        "-",
        "1 ",
        "12 34 ",
        "phone ",
        "order ",
        "@",
        "a@",
        ".",
        "via ",
        "0x",
        "Street ",
        "(",
        "+",
        "é",
        "<<",
        "::",
        "5",
    ]
)
TEXTS = st.lists(PIECES | st.text("0123456789 -.@:/abcXYZ", max_size=8), max_size=8).map("".join)


@given(TEXTS)
@settings(max_examples=150)
def test_where_no_trigger_matches_nothing_is_found(text):
    folded = text.lower()
    is_triggered = any(compiled(pattern).search(folded) for pattern in ALL.triggers)

    assert is_triggered or ALL.find(text) == ()


@given(TEXTS)
@settings(max_examples=150)
def test_finds_are_in_order_in_the_text_and_none_lies_in_another(text):
    found = ALL.find(text)

    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.start < two.start and one.end < two.end for one, two in itertools.pairwise(found))


@given(before=TEXTS, text=st.sampled_from([re.sub("[«»]", "", marked) for _, marked in FOUND]), after=TEXTS)
@settings(max_examples=150)
def test_what_is_further_than_the_reach_changes_nothing(before, text, after):
    finder = Finder()
    pad = " lorem ipsum dolor sit amet" * (finder.reach // 27 + 1)
    alone = pad + text + pad
    there = len(pad)

    def inside(found, offset):
        return [
            (one.start - offset, one.end - offset, one.kind)
            for one in found
            if offset <= one.start < offset + len(text)
        ]

    around = before + alone + after
    assert inside(finder.find(around), len(before) + there) == inside(finder.find(alone), there)


@pytest.mark.parametrize(
    "text",
    [
        "1",
        "1 ",
        " at x dot ",
        "( at )",
        "4111 1111 1111 1111 ",
        "@",
        "a@",
        "1-",
        "0x",
        "A1 ",
        ":",
        "1.",
        "+1 ",
        "via a ",
        "12 Aa ",
        "<",
        "phone 12 ",
    ],
    ids=repr,
)
def test_time_is_in_proportion_to_the_text(text):
    short, long = (text * (length // len(text)) for length in (10_000, 40_000))

    assert grows_in_proportion(ALL.find, short, long, slack=4, floor_s=0.004)
