"""Tells languages apart by their script and their small words. Deterministic, and silent where it cannot tell.

The words were written down for this module; they are no corpus's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from struct import Struct

from roadworthy.guard.ports import LanguageGuess
from roadworthy.guard.verdict import OperatingPoint

UNDETERMINED = "und"

_SCRIPTS: tuple[tuple[str, str], ...] = (
    ("Latn", "A-Za-zªºÀ-ÖØ-öø-ʯḀ-ỿ"),
    ("ja", "぀-ヿㇰ-ㇿ"),
    ("ko", "가-힣ᄀ-ᇿ㄰-㆏"),
    ("zh", "㐀-䶿一-鿿豈-﫿"),
    ("el", "Ͱ-Ͽἀ-῿"),
    ("he", "֐-׿"),
    ("th", "฀-๿"),
    ("lo", "຀-໿"),
    ("km", "ក-៿"),
    ("my", "က-႟"),
    ("ka", "Ⴀ-ჿ"),
    ("hy", "԰-֏"),
    ("am", "ሀ-፿"),
    ("bn", "ঀ-৿"),
    ("pa", "਀-੿"),
    ("gu", "઀-૿"),
    ("or", "଀-୿"),
    ("ta", "஀-௿"),
    ("te", "ఀ-౿"),
    ("kn", "ಀ-೿"),
    ("ml", "ഀ-ൿ"),
    ("si", "඀-෿"),
    ("Cyrl", "Ѐ-ԯ"),
    ("Arab", "؀-ۿݐ-ݿࢠ-ࣿ"),
    ("Deva", "ऀ-ॿ"),
)
_LETTERS = {name: re.compile(f"[{letters}]+") for name, letters in _SCRIPTS}
_WORDS_OF: dict[str, dict[str, str]] = {
    "Latn": {
        "en": "the and of to in is that it you for was with are this have be on not but they his her from what which "
        "would there their can will your how please could does do my we an if or all has i",
        "de": "der die das und ist nicht ich sie ein eine mit zu den dem von auf für auch sich wie wir aber noch nur "
        "dass bei sind war haben wird kann bitte mir mein als es im zum zur einen einer oder wenn was",
        "fr": "le la les des et est que dans pour pas vous une un qui sur au ce avec sont il elle nous mais plus je du "
        "en cette ou être fait votre vos mon ma où était leur aux s'il qu'il c'est n'est",
        "es": "el la los las que de y en un una es por con para no se su del como más pero lo al está son mi muy qué "
        "este esta sus hay también fue nos usted cómo puede tiene todo ser cuando",
        "it": "il lo la gli le che di e è un una per non con sono del della si da nel alla ma come più anche questo "
        "questa mi ho ha i al dei delle cosa essere perché quando molto sua suo ci",
        "pt": "o a os as que de e em um uma é por com para não se do da no na como mais mas ao você foi dos "
        "das são seu "
        "sua está isso muito também eu ele ela nos pelo pela tem ser quando já",
        "nl": "de het een en van is dat niet ik je op te zijn voor met die er aan ook als maar bij nog naar wat hij ze "
        "wordt om deze dit wij hebben heeft kan mijn zou werd geen uit hoe u",
        "sv": "och att det som en är på i av för med den till inte jag har de ett om var men så han vi kan när från nu "
        "ska hur mycket också eller efter vad där mig din alla skulle",
        "da": "og at det er en til på som af for med jeg ikke den har de et der vi han var men kan om så hvad mig fra "
        "efter nu meget også eller blev hvor når skal hun ud havde være din ikke noget",
        "no": "og at det er en til på som av for med jeg ikke den har de et vi han var men kan om så hva meg fra etter "
        "nå mye også eller ble hvor når skal hun ut hadde være din noe bare etter",
        "fi": "ja on ei se että hän oli mutta kun niin minä en ole sen ovat myös jos tai kuin joka mitä "
        "tämä olen siitä "
        "sitten vain nyt sinä voi kaikki hyvin me he ollut mukaan miten olla tässä",
        "et": "ja on ei see et ta oli aga kui ka ma mis seda või siis oma nii ning kes nad selle välja olen meie veel "
        "tema pole väga kuidas mida siin üle nagu kas mulle",
        "pl": "i w nie na się z do to że jest jak o co po tak za od jego ale ja są czy dla tym był mnie "
        "przez jej tylko "
        "już może być także przy jako proszę które który gdy bardzo",
        "cs": "a v se na je že to s z do o i ale jak tak jsem by pro po jeho co když už nebo si být byl jsou jen která "
        "který také ve ještě bylo své při jako mě až má této",
        "sk": "a v sa na je že to s z do o i ale ako tak som by pre po jeho čo keď už alebo si byť bol sú len ktorá "
        "ktorý tiež vo ešte bolo svoje pri mňa až má tejto",
        "sl": "in je da se na za v so ne ki pa bi z kot po tudi ali iz bil sem če ko še od lahko kaj do to si že bilo "
        "samo kako zelo ter nisem smo kje",
        "hr": "i je u se na da za su od s ne o kao što će bi ali koji iz to sam ili te do po samo već kako bio može "
        "više nije koja kada ovo jer još gdje",
        "hu": "a az és hogy nem is egy van de meg csak volt ez ha már mint vagy még el kell lehet én ami azt nagyon "
        "mert be ezt hogyan minden fel ki itt után aki majd vannak",
        "ro": "și în de a la cu că nu o un este pe din ce mai pentru se sunt care dar sau am fost ca au lui fi acest "
        "această să îl le prin după foarte cum când vă unde dacă",
        "tr": "ve bir bu da de için ne çok ben var ile mi o gibi daha ama değil olarak olan sonra kadar her nasıl en "
        "şey diye ki ya sen biz bana olduğu yok şu lütfen hiç mı",
        "vi": "và của là có không được cho một người trong với các này đã những để khi tôi ở như đến bạn thì từ cũng "
        "ra nhưng rất nào anh làm gì về nếu đó sẽ phải",
        "id": "dan yang di itu dengan untuk tidak ini dari dalam akan pada saya juga ada ke karena bisa oleh kita kami "
        "adalah mereka sudah anda apa atau dia seperti lebih telah bagaimana tersebut harus",
        "lt": "ir yra kad į ne su tai jis buvo bet kaip iš o aš ar už po jau tik nuo dar apie labai kai jo tiek jie "
        "mes gali taip mano kas prie būti kur dėl šis",
        "lv": "un ir ka ar no uz par bet tas tā kā nav es bija arī to kas viņš vai ja tikai jau pie lai vēl ļoti mēs "
        "man šis būt var pēc līdz kad tiek",
        "ca": "el la els les de que i en un una és per amb no se al com més però del ha són molt aquest aquesta també "
        "jo quan ens hi seva seu fer vostè dels ser això han",
    },
    "Cyrl": {
        "ru": "и в не на что я с он как это а по но она они мы вы к у так было из за от же бы то только если её его "
        "для мне был или когда есть уже быть пожалуйста очень",
        "uk": "і в не на що я з він як це а по але вона вони ми ви до у так було із за від же би то тільки якщо її "
        "його для мені був або коли є вже бути та й дуже",
        "bg": "и в не на че аз с той как това а по но тя те ние вие към у така беше от за се да ли е са ще като ми "
        "или когато има съм много му си със бъде",
        "sr": "и у не на да се је су за од са као што ће би али који из то сам или те до по само већ како био може "
        "више није која када ово јер још где",
    },
    "Arab": {
        "ar": "في من على إلى أن هذا هذه التي الذي لا ما كان مع عن هو هي كل أو ثم قد بعد كما لم بين أنا لكن إذا كيف غير "
        "ذلك",
        "fa": "و در به از که این را با است برای آن یک خود تا می های بر شد شود ما من اما هم چه شما کرد نیست باید یا اگر "
        "چگونه",
        "ur": "کے میں کی ہے اور سے کا کو یہ نے پر ہیں کہ نہیں ایک بھی تھا وہ اس ان تو ہو کر آپ ہم کیا جو لیے رہا گیا",
    },
    "Deva": {
        "hi": "के में है की और से का को यह ने पर हैं कि नहीं एक भी था वह इस तो हो कर आप हम क्या जो लिए रहा गया मैं",
        "mr": "आहे आणि या मध्ये ते ही हा तो मी नाही की च्या होते आहेत एक असे करून आपण काय मला त्या होता पण केला साठी तर आम्ही तुम्ही",
        "ne": "छ र को मा ले यो पनि भने हो छन् लागि गर्न एक तर म हामी तपाईं गरेको भएको थियो यस त्यो कि छैन के हुन्छ",
    },
}
_TELLING_LETTERS: dict[str, dict[str, str]] = {
    "Latn": {
        **{"de": "ß", "es": "ñ¿¡", "pt": "ãõ", "pl": "łżąęśźć", "cs": "ěřů", "sk": "ľĺŕ", "hu": "őű", "ro": "țșă"},
        **{
            "tr": "ğış",
            "vi": "ơưđạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
            "sv": "åäö",
            "da": "æøå",
            "no": "æøå",
        },
        **{"fi": "äö", "et": "õäü", "lt": "ėįųū", "lv": "āēīļņģķ", "fr": "çèêœ", "it": "òìù", "hr": "đ", "ca": "çï"},
    },
    "Cyrl": {"ru": "ыэё", "uk": "іїєґ", "bg": "ъ", "sr": "јљњћђџ"},
    "Arab": {"fa": "پچژگ", "ur": "ٹڈڑےں"},
    "Deva": {"mr": "ळ"},
}
_WORD_WEIGHT = 5_040
"""What a word counts for that one language has. A whole number, so that no order of adding changes a sum."""

_LETTER_WEIGHT = 1_714
"""What a letter counts for that few languages have: about a third of a word."""

_BETWEEN_WORDS = bytes(code if code >= 128 or chr(code).isalnum() or chr(code) in "_'" else 32 for code in range(256))
"""By byte of UTF-8: white space for each sign of ASCII that is no part of a word."""

_OTHER_SIGNS = {
    **dict.fromkeys("\xa1\xab\xb7\xbb\xbf\u2022\u2026\u060c\u061b\u061f\u06d4\u0964\u0965\u201c\u201d", " "),
    "\u2019": "'",
}
"""Signs that stand at words and are not ASCII: ``¡``, ``«``, ``…``, commas and full stops of Arabic and Devanagari."""

_MIN_SHARE = 0.5
"""Fraction of the letters that are in one script before it is the text's."""

_MIN_SCORE = 1.0
"""In words that one language has."""

_MIN_TOKENS = 2
"""Different words or letters that speak for a language; one alone may be a name."""

_MARGIN = 1.15
"""How much better the best language must fit than the next."""

_KANA_SHARE = 0.05
"""Fraction of kana from which Han is Japanese."""


def _weights(script: str) -> dict[bytes, int]:
    speakers: dict[bytes, set[str]] = {}
    for language, words in _WORDS_OF[script].items():
        for word in words.split():
            speakers.setdefault(word.encode(), set()).add(language)
    return {word: _packed(known, _WORD_WEIGHT, script=script) for word, known in speakers.items()}


def _letter_weights(script: str) -> dict[str, int]:
    speakers: dict[str, set[str]] = {}
    for language, telling in _TELLING_LETTERS.get(script, {}).items():
        for letter in telling:
            speakers.setdefault(letter, set()).add(language)
    return {letter: _packed(known, _LETTER_WEIGHT, script=script) for letter, known in speakers.items()}


def _packed(languages: set[str], weight: int, *, script: str) -> int:
    """Return ``weight`` shared among ``languages``, and one count for each: what many have speaks less for each.

    One number holds them, 32 bits for the weight and 32 for the count of each language, so that all languages are
    added up at once. No text has words enough for one to run over into the next.
    """
    places = _PLACES[script]
    share = weight // len(languages)
    return sum(share << 32 * places[one] | 1 << 32 * (len(places) + places[one]) for one in languages)


_TOLD_APART = {
    script: tuple(sorted({*words, *_TELLING_LETTERS.get(script, {})})) for script, words in _WORDS_OF.items()
}
"""Languages of a script, sorted: of two that fit alike the first is told."""

_LANES = {script: Struct(f"<{2 * len(known)}I") for script, known in _TOLD_APART.items()}
_PLACES = {script: {one: place for place, one in enumerate(known)} for script, known in _TOLD_APART.items()}
_WEIGHTS = {script: _weights(script) for script in _WORDS_OF}
_KNOWN_WORDS = {script: frozenset(weights) for script, weights in _WEIGHTS.items()}
_LETTER_WEIGHTS = {script: _letter_weights(script) for script in _WORDS_OF}
LANGUAGES: tuple[str, ...] = tuple(
    sorted({name for name, _ in _SCRIPTS if name.islower()} | {one for words in _WORDS_OF.values() for one in words})
)
"""What `WordsIdentifier` can tell."""


def scripts_of(text: str) -> dict[str, int]:
    """Return the letters of each script in ``text``; the language stands for a script that one language has.

    >>> scripts_of("Hello, мир!")
    {'Latn': 5, 'Cyrl': 3}
    """
    latin = len(text.encode("ascii", "ignore").translate(None, _NO_ASCII_LETTER))
    others = "" if text.isascii() else _ASCII.sub("", text)
    if _ALL_LATIN.fullmatch(others):
        return {"Latn": latin + len(others)} if latin or others else {}
    counts: dict[str, int] = {}
    while found := _LETTER.search(others):
        name = _script_of(found[0])
        left = _LETTERS[name].sub("", others)
        counts[name] = len(others) - len(left)
        others = left
    latin += counts.pop("Latn", 0)
    return {"Latn": latin, **counts} if latin else counts


_NO_ASCII_LETTER = bytes(code for code in range(128) if not chr(code).isalpha())
_ASCII = re.compile("[\x00-\x7f]+")
_LETTER = re.compile("[" + "".join(letters for _, letters in _SCRIPTS) + "]")


_ALL_LATIN = re.compile(f"[{dict(_SCRIPTS)['Latn']}]*")


def _script_of(letter: str) -> str:
    return next(name for name, letters in _LETTERS.items() if letters.match(letter))


_UNTOLD = LanguageGuess(language=UNDETERMINED, confidence=0.0)


class WordsIdentifier:
    """Names the language whose small words and letters are in a text; ``und`` where no language stands out.

    >>> WordsIdentifier().identify("Wie kann ich das Passwort ändern?").language
    'de'
    >>> WordsIdentifier().identify("OK 42").language
    'und'
    """

    operating_point = OperatingPoint(detector="words", version="1", measured_on="tests/guard/rails/test_language.py")

    def identify(self, text: str) -> LanguageGuess:
        """Return the language of ``text``."""
        return identified(text.lower(), scripts_of(text))


def identified(text: str, letters: Mapping[str, int]) -> LanguageGuess:
    """Return the language of ``text``.

    Args:
        text: In small letters.
        letters: `scripts_of` it.
    """
    counts = dict(letters)
    total = sum(counts.values())
    if counts.get("ja", 0) >= _KANA_SHARE * total > 0:
        counts["ja"] += counts.pop("zh", 0)
    script = max(counts, key=lambda name: counts[name], default="")
    if not script or counts[script] < _MIN_SHARE * total:
        return _UNTOLD
    if script not in _WEIGHTS:
        return LanguageGuess(language=script, confidence=counts[script] / total)
    return _by_words(text, script)


def _by_words(text: str, script: str) -> LanguageGuess:
    spoken = sum(_spoken(text, script))
    if not spoken:
        return _UNTOLD
    languages = _TOLD_APART[script]
    lanes = _LANES[script].unpack(spoken.to_bytes(8 * len(languages), "little"))
    scores = list(lanes[: len(languages)])
    score = max(scores)
    best = scores.index(score)
    scores[best] = 0
    second = max(scores)
    if score < _MIN_SCORE * _WORD_WEIGHT or score < _MARGIN * second or lanes[len(languages) + best] < _MIN_TOKENS:
        return _UNTOLD
    return LanguageGuess(language=languages[best], confidence=round(score / (score + second), 3))


def _spoken(text: str, script: str) -> list[int]:
    """Return what each known word and telling letter that is in ``text`` speaks for, as `_packed` has it."""
    spoken: list[int] = []
    if not text.isascii():
        telling = _LETTER_WEIGHTS[script]
        others = frozenset(_ASCII.sub("", text))
        spoken += map(telling.__getitem__, others & telling.keys())
        for sign in others & _OTHER_SIGNS.keys():
            text = text.replace(sign, _OTHER_SIGNS[sign])
    weights = _WEIGHTS[script]
    # Bytes, because they are taken apart three times as fast as characters.
    words = text.encode("utf-8", "replace").translate(_BETWEEN_WORDS).split()
    spoken += map(weights.__getitem__, _KNOWN_WORDS[script].intersection(words))
    return spoken
