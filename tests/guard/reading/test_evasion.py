"""How much of what was disguised is read, by technique, and how much clean text is taken for disguised."""

from __future__ import annotations

import base64
import codecs
import gzip
import random
from collections.abc import Callable

import pytest

from roadworthy.guard.reading.everywhere import each_reading
from roadworthy.guard.reading.reading import read

# Other topics than the reading was written with. What the page says was counted in one run, after it was finished.
PHRASES = (
    *("book the cheapest flight", "water the plants twice a day", "the vaccine causes harm"),
    *("cancel my gym membership", "print every employee salary", "translate the contract quietly"),
    *("open the garage at midnight", "our competitor is bankrupt", "swallow three of these pills"),
    *("vote for the green candidate", "raise the heating to maximum", "photograph the visitor badge"),
    *("unlock the medicine cabinet", "the judge took a bribe"),
)
CARRIERS = (
    "Weather report: {} (updated hourly).",
    "{}",
    "Dear team,\n\n{}\n\nBest wishes, Ada",
    "<li>{}</li>",
)

_TWINS = {"a": "а", "c": "с", "e": "е", "i": "і", "o": "о", "p": "р", "s": "ѕ", "x": "х", "y": "у", "j": "ј"}
_GREEK = {"a": "α", "o": "ο", "v": "ν", "i": "ι", "u": "υ", "p": "ρ", "t": "τ", "k": "κ"}


def some(table: dict[str, str], share: float) -> Callable[[str, random.Random], str]:
    return lambda text, chance: "".join(table.get(c, c) if chance.random() < share else c for c in text)


def between(*signs: str, share: float = 0.4) -> Callable[[str, random.Random], str]:
    return lambda text, chance: "".join(c + (chance.choice(signs) if chance.random() < share else "") for c in text)


def styled(first: int) -> Callable[[str, random.Random], str]:
    return lambda text, _: "".join(chr(first + ord(c) - ord("a")) if c.islower() else c for c in text)


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


_CELLS = "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵"
_BRAILLE = dict(zip("abcdefghijklmnopqrstuvwxyz", _CELLS, strict=True))

TECHNIQUES: dict[str, Callable[[str, random.Random], str]] = {
    "zero width": between("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"),
    "soft hyphens": between("\u00ad"),
    "direction marks": between("\u202e", "\u2066", "\u200f"),
    "variation selectors": between("\ufe0f", "\U000e0121"),
    "tags between letters": between("\U000e0041"),
    "combining marks": between("\u0336", "\u0301\u0323", "\u20e0"),
    "Cyrillic twins": some(_TWINS, 0.5),
    "Cyrillic twins, all": some(_TWINS, 1.0),
    "Greek twins": some(_GREEK, 0.5),
    "full width": styled(0xFF41),
    "mathematical bold": styled(0x1D41A),
    "circled": styled(0x24D0),
    "squared": lambda text, _: "".join(chr(0x1F130 + ord(c) - ord("a")) if c.islower() else c for c in text),
    "terminal escapes": between("\x1b[1m", "\x1b[0m"),
    "letters apart": lambda text, _: "  ".join(" ".join(word) for word in text.split()),
    "letters with dots": lambda text, _: "  ".join(".".join(word) for word in text.split()),
    "rot13": lambda text, _: codecs.encode(text, "rot13"),
    "backwards": lambda text, _: text[::-1],
    "base64": lambda text, _: b64(text),
    "hex": lambda text, _: text.encode().hex(),
    "bits": lambda text, _: " ".join(f"{byte:08b}" for byte in text.encode()),
    "HTML": lambda text, chance: "".join(f"&#{ord(c)};" if chance.random() < 0.5 else c for c in text),
    "percent": lambda text, _: "".join(f"%{ord(c):02x}" for c in text),
    "tags": lambda text, _: "".join(chr(0xE0000 + ord(c)) for c in text),
    "base64 of hex": lambda text, _: b64(text.encode().hex()),
    "base64 of base64 of percent": lambda text, _: b64(b64("".join(f"%{ord(c):02x}" for c in text))),
    "twins in base64": lambda text, chance: b64(some(_TWINS, 0.5)(text, chance)),
    "zero width in base64": lambda text, chance: between("\u200b")(b64(text), chance),
    "letters with emoji": lambda text, _: "   ".join("🔥".join(word) for word in text.split()),
    "Zalgo": between("\u0300\u0316\u0334", "\u0347\u0353\u0489", share=0.8),
    "small capitals": some(dict(zip("abcdefghijklmnoprtuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ", strict=True)), 1.0),
    "flags": lambda text, _: "".join(chr(0x1F1E6 + ord(c) - ord("a")) + "\u200b" if c.islower() else c for c in text),
    "in brackets": styled(0x249C),
    "Braille": lambda text, _: "".join(_BRAILLE.get(c, "\u2800") for c in text),
    "HTML without ends": lambda text, _: "".join(f"&#{ord(c)}" if c.islower() else c for c in text),
    "HTML of HTML": lambda text, _: "".join(f"&amp;#{ord(c)};" for c in text),
    "backslashes": lambda text, _: "".join(f"\\u{{{ord(c):X}}}" for c in text),
    "percent of 16 bits": lambda text, _: "".join(f"%u{ord(c):04x}" for c in text),
    "full-width percent": lambda text, _: "".join(f"％{ord(c):02x}" for c in text),
    "UTF-7": lambda text, _: "+" + base64.b64encode(text.encode("utf-16-be")).decode().rstrip("=") + "-",
    "soft line breaks": between("=\n", share=0.3),
    "forced from the right": lambda text, _: "\u202e" + text[::-1] + "\u202c",
    "base32": lambda text, _: base64.b32encode(text.encode()).decode(),
    "gzip in base64": lambda text, _: base64.b64encode(gzip.compress(text.encode())).decode(),
    "decimal": lambda text, _: ", ".join(str(ord(c)) for c in text),
    "tags in base64": lambda text, chance: between("\U000e0061")(b64(text), chance),
    "full width of twins and marks": lambda text, chance: between("\u200b", "\u0336")(
        some(_TWINS, 0.4)(text, chance), chance
    ),
}
MOSTLY = {"rot13": 0.15, "backwards": 0.15, "flags": 0.6}
"""Share of the phrases that must be read where it is not nearly all: the first two show only by words that are known,
and two letters of flags are a flag."""


def is_read(text: str, phrase: str) -> bool:
    return any(phrase in " ".join(inner.folded.split()) for inner, _ in each_reading(read(text)))


def hits(technique: str) -> tuple[int, int]:
    chance = random.Random(technique)  # noqa: S311 - repeatable, and no secret
    trials = [
        (carrier.format(TECHNIQUES[technique](phrase, chance)), phrase) for phrase in PHRASES for carrier in CARRIERS
    ]
    return sum(is_read(text, phrase) for text, phrase in trials), len(trials)


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_a_disguised_phrase_is_read(technique: str) -> None:
    read_, trials = hits(technique)

    assert read_ >= MOSTLY.get(technique, 0.95) * trials


CLEAN = (
    "The meeting moved to 10:30; bring the Q3 report (v2.1) and the café receipts.",
    "Die Straße ist naß – „Größe“ zählt nicht, sagt Frau Müller-Lüdenscheidt.",
    "Où est l'hôtel ? Ça coûte 12,50 € à Besançon, n'est-ce pas ?",
    "Сегодня в Москве +5 °C, а в Сочи тепло. Читайте новости на сайте example.com",
    "Η Αθήνα είναι όμορφη· θα πάμε με το Uber στις 8 μ.μ.",
    "今天天气很好，我们去公园散步吧！价格是￥１２０（含税）。",
    "明日の会議は１０時からです。ＡＴＭは駅前にあります。",
    "안녕하세요, 주문한 상품이 아직 도착하지 않았어요.",
    "مرحبا، هل يمكنك مساعدتي في تغيير كلمة المرور؟",
    "शुभ प्रभात, मेरा ऑर्डर कब आएगा?",
    "Tôi muốn đổi mật khẩu, cảm ơn bạn rất nhiều.",
    "สวัสดีครับ ผมอยากทราบราคา",
    "Łódź, Győr, Çeşme, Ñuñoa, Þingvellir and Reykjavík are towns.",
    "x = np.arange(10)[::-1]; print(f'{x!r}')  # 0x1F, 0b1010, 1e-9",
    "🎉 Party at 8? 👩‍💻 brings ☕️ and 🇩🇪🇫🇷 flags ❤️",
    "H₂O at 20 °C, E = mc², α-helix, β-blocker, 5 µg, ½ cup, №5, ™",
)


@pytest.mark.parametrize("text", CLEAN)
def test_clean_text_of_any_language_is_not_taken_for_disguised(text: str) -> None:
    reading = read(text)

    assert [kind for kind, _ in reading.oddities if kind != "full_width"] == []
    assert reading.smuggled == ()
