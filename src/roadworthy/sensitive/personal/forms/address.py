"""How postal addresses are written in about twenty countries: streets, boxes and post codes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One way to write an address."""

    gate: str
    """Words with ``|`` between, as RE2 patterns of caseless text: where none stands, the form is not looked for."""

    gate_begins: str = "[^a-z0-9]"
    """What stands before each of them."""

    gate_ends: str = ""
    """What stands behind each of them."""

    before: int | None = None
    """Characters before the anchor in which the address begins; None: it begins with a digit, and `pattern` is
    looked for in all of the text."""

    pattern: str
    """With bounded repetition; the group ``value`` where not all of it is the address."""

    endings: tuple[str, ...] = ()
    """Of a street's name, where a house number behind it is the anchor; `pattern` is what follows the name."""

    street: str = ""
    """Pattern of the name of a street with one of `endings`."""

    is_sure: bool = True

    def gate_in(self, *, ascii_only: bool) -> str:
        """Return the gate as one RE2 pattern; of texts in ASCII, without words that cannot stand there."""
        words = [word for word in self.gate.split("|") if word.isascii() or not ascii_only]
        return f"{self.gate_begins}(?:{'|'.join(words)}){self.gate_ends}"

    @property
    def anchoring(self) -> str:
        """RE2 pattern that finds where to look."""
        begins, ends = (edge.replace("[^a-z0-9]", r"\b") for edge in (self.gate_begins, self.gate_ends))
        return f"{begins}(?:{self.gate}){ends}"


_UPPER = "A-ZÀ-ÖØ-ÞŁŚŻŹĆŐŰŽŠČŘİ"
_WORD = rf"[{_UPPER}0-9][\w'’.-]{{0,24}}"


def _caseless(words: str) -> str:
    """Return ``words`` with ``|`` between as a pattern that matches them in any case, for `re`.

    Those that begin alike stand together behind a class of one letter, by which `re` passes over all of them at once;
    words that begin with different letters cannot match in the same place, so the order between them does not matter.
    """
    by_first: dict[str, list[str]] = {}
    for word in words.split("|"):
        first, rest = (word[:2], word[2:]) if word[0] == "\\" else (word[0], word[1:])
        by_first.setdefault(first, []).append(rest)
    groups = [_either_case(first) + f"(?i:{'|'.join(rests)})" for first, rests in by_first.items()]
    return f"(?:{'|'.join(groups)})"


def _either_case(letter: str) -> str:
    others = {"i": "İı", "k": "\N{KELVIN SIGN}", "s": "ſ", "в": "\N{CYRILLIC SMALL LETTER ROUNDED VE}"}
    return f"[{letter}{letter.upper()}{others.get(letter, '')}]" if letter.isalpha() else letter


_FLAT = (
    r"(?:[,\s]{1,3}+(?:"
    + _caseless(
        "apt|apartment|suite|ste|unit|flat|floor|fl|room|rm|bldg|building|lot|#|appt|étage|piso|puerta|planta|int|interno|lt"
        "|m\\.|wohnung|top|lok|bus"
    )
    + r"\b\.?[ ]?#?[ ]?[0-9A-Za-z-]{1,6}\b|#[ ]?[0-9A-Za-z-]{1,6}\b))?"
)
_CODE = (
    r"(?:[A-Z]{2}[,]?[ ]{1,2}[0-9]{5}(?:-[0-9]{4})?|[A-Z]{1,2}[0-9][A-Z0-9]?[ ][0-9][A-Z]{2}"
    r"|[A-Z][0-9][A-Z][ -]?[0-9][A-Z][0-9]|[0-9]{4}[ ]?[A-Z]{2}"
    r"|(?:[A-Z]{1,2}-)?[0-9]{4,6}(?:-[0-9]{3,4})?|[0-9]{2}-[0-9]{3}|[0-9]{3}[ ][0-9]{2}"
    r"|(?:ACT|NSW|NT|QLD|SA|TAS|VIC|WA),?[ ]{1,2}[0-9]{4}|[AC-FHKNPRTV-Y][0-9][0-9W][ ]?[0-9AC-FHKNPRTV-Y]{4})(?![\w-])"
)
_LETTERS = r"(?:[^\W\d_]{1,20}+(?![^\W\d_])|(?=[^\W\d_]{21})[^\W\d_]{1,20})"
"""The rest of a word. One that ends here is not tried in parts as well: what follows a town begins with no letter."""

_TOWN = rf"(?:[{_UPPER}]{_LETTERS}[-' ]?){{1,3}}"
_TAIL = (
    # A town with a post code has a digit: to look for one first saves trying each way to part the words.
    rf"{_FLAT}(?:(?=[^0-9]{{0,160}}[0-9])(?:[,\s]{{1,3}}+{_TOWN})?(?:,?\s{{1,2}}+{_TOWN})?[,\s]{{1,3}}+{_CODE}"
    rf"(?:[ ]{_TOWN})?|[,\s]{{1,3}}+{_TOWN},[ ][A-Z]{{2}}\b)?"
)

_ENGLISH = (
    "street|st|avenue|ave|av|road|rd|drive|dr|lane|ln|boulevard|blvd|court|ct|place|pl|terrace|ter|square|sq|highway"
    "|hwy|parkway|pkwy|way|circle|cir"
    "|trail|trl|crescent|cres|close|row|gardens|grove|mews|hill|hills|park|parks|parade|pike|alley|plaza|loop"
    "|turnpike|crossing|point|points|ridge|run|view"
    "|walk|walks|route|quay|esplanade|bend|bluff|bluffs|branch|bridge|brook|burg|bypass|camp|canyon|cape|causeway"
    "|center|cliff|cliffs|club|common|corner"
    "|corners|course|courts|cove|creek|crest|crossroad|curve|dale|dam|divide|drives|estate|estates|expressway"
    "|extension|fall|falls|ferry|field|fields|flat"
    "|flats|ford|forest|forge|fork|forks|fort|freeway|garden|gateway|glen|glens|green|greens|groves|harbor|haven"
    "|heights|hollow|inlet|island|islands|isle"
    "|junction|key|keys|knoll|knolls|lake|lakes|land|landing|light|lights|loaf|lock|locks|lodge|mall|manor|manors"
    "|meadow|meadows|mill|mills|mission|motorway"
    "|mount|mountain|neck|orchard|oval|overpass|pass|passage|path|pine|pines|plain|plains|port|ports|prairie|radial"
    "|ramp|ranch|rapid|rapids|rest|ridges|river"
    "|roads|shoal|shoals|shore|shores|skyway|spring|springs|spur|spurs|squares|station|stravenue|stream|streets"
    "|summit|throughway|trace|track|trafficway"
    "|tunnel|underpass|union|unions|valley|valleys|via|viaduct|views|village|villages|ville|vista|wall|ways|well|wells"
)
"""Source: USPS Publication 28, appendix C1, and what is usual in Britain, Ireland, Australia and Canada."""

STREETS = frozenset(_ENGLISH.split("|"))

_FRENCH = (
    "rue|avenue|av\\.|boulevard|bd|place|chemin|allée|allee|impasse|quai|cours|route|square|passage|faubourg"
    "|sentier|ruelle|rte|chaussée"
)
_TYPE_FIRST = (
    "calle|c/|avenida|avda\\.?|av\\.|plaza|pza\\.?|paseo|pº|carrera|cra\\.?|ctra\\.?|carretera|camino|travesía|ronda"
    "|calzada|cl|jirón|jr\\."
    "|via|viale|piazza|piazzale|corso|largo|vicolo|strada|contrada|borgo|lungomare|rua|r\\.|praça|travessa|tv\\."
    "|alameda|estrada|rodovia|rotunda|beco"
    "|ul\\.|ulica|al\\.|aleja|aleje|pl\\.|plac|os\\.|osiedle|улица|ул\\.|проспект|пр\\.|переулок|пер\\.|площадь"
    "|вулиця|вул\\.|str\\.|bulevardul"
    "|bd\\.|rue|avenue|boulevard|chaussée|jalan|jl\\.|οδός|ulice|náměstí|carrer|passeig|rambla|pasaje|acceso"
    "|glorieta|callejón|urbanización|vial|cañada|cuesta|pasadizo|privada|calzada|andador"
    "|circunvalación|prolongación|vereda|viela|ladeira|condomínio|jardim|quadra|vila|loteamento|conjunto|favela"
    "|morro|chácara|residencial|setor|viaduto"
    "|parque|campo|drumul|bulevard|aleea|splaiul|piața|intrarea|calea"
)
_ENDING = (
    "straße|strasse|str\\.|weg|platz|allee|gasse|ring|damm|ufer|steig|markt|chaussee|pfad|hof|straat|laan|plein"
    "|gracht|kade|dijk|singel|dreef|steeg"
    "|stigen|kroken|haugen|stien|bakken|svingen|plassen|tunet|åsen|toften|parken|vænget|løkken|gatan|vägen|gränd"
    "|torget|gata|gate|gaten|veien|vegen|vei|vej|gade|allé|stræde|plads|torv|katu|tie|polku|kuja|väylä|utca|körút"
    "|tér|caddesi|cad\\."
    "|sokak|sok\\.|bulvarı|tänav|iela|gatvė|ulice|ulica"
)
TAIL = _TAIL
_HOUSE = r"[0-9]{1,5}(?:[ ]?[A-Za-z](?![\w]))?(?:[ ]?[-/][ ]?[0-9]{1,4}[A-Za-z]?)?(?![\w.]?[0-9])"

FORMS: tuple[Form, ...] = (
    Form(
        gate=_ENGLISH,
        gate_ends="[^a-z0-9]",
        # It begins with a class of characters, for which the search runs many times faster.
        pattern=rf"[0-9](?<![\w.,:/$€£-][0-9])(?!(?:(?<=1)[89]|(?<=2)0)[0-9]{{2}},)(?:[0-9]{{0,5}}[A-Za-z]?"
        rf"|[0-9]{{0,4}}[-/][0-9]{{1,4}})(?=,?(?P<words>(?:[ ]{_WORD}){{2,6}}))",
    ),
    Form(
        gate=_FRENCH,
        gate_ends=r"(?:[ ]|\b)",
        pattern=rf"(?P<value>[0-9](?<![\w.,:/$€£-][0-9])[0-9]{{0,4}}(?:[ ]?(?:bis|ter|quater"
        rf"|[A-Da-d])\b)?,?[ ]{_caseless(_FRENCH)}[ ](?:(?i:d[eu]s?|la|le|les|l'|d')[ ]?){{0,2}}"
        rf"{_WORD}(?:[ -](?:(?i:d[eu]s?|la|le|les|et)[ ])?{_WORD}){{0,3}}{_TAIL})",
    ),
    Form(
        gate=_TYPE_FIRST,
        gate_ends=r"(?:[ ]|\b)",
        before=0,
        pattern=rf"(?<![\w.])"
        rf"{_caseless(_TYPE_FIRST)}[ ]?(?:[^\W\d_][\w'’.-]{{0,24}},?[ ]){{1,4}}?(?i:n[.º°o]{{0,2}}[ ]?"
        rf"|nr\.?[ ]?|num\.?[ ]|№[ ]?|д\.[ ]?|#[ ]?)?"
        rf"{_HOUSE}{_TAIL}",
    ),
    Form(
        gate=_ENDING,
        gate_begins="",
        gate_ends=r" (?:nr?\.? ?)?[0-9]",
        endings=tuple(_ENDING.replace("\\.", ".").split("|")),
        before=64,
        # The name of the street, up to the space before the number.
        street=rf"(?<![\w.])(?!(?:[Dd]ur|[Ss]pr|[Ss]tr|[Bb]r|[Oo]ffspr)ing\Z)"
        rf"(?:{_WORD}[ -]){{0,2}}[{_UPPER}][\w'’.-]{{0,30}}(?:[ -][^\W\d_]{{2,10}}\.?)?",
        pattern=rf"[ ](?:(?i:nr?\.?|no:?)[ ]?)?(?!(?:1[89]|20)[0-9]{{2}}\b){_HOUSE}{_TAIL}",
    ),
    Form(
        gate_begins="",
        gate=r"p\.? ?o\.? ?box|post office box|postfach|apartado|casella postale|caixa postal|postbus|postboks"
        r"|skrytka|boîte postale|\bbp [0-9]|\bbox [0-9]",
        before=14,
        pattern=r"(?<!\w)(?i:P\.?[ ]?O\.?[ ]?Box|Post[ ]Office[ ]Box|Postfach|Apartado(?:[ ]de[ ]Correos)?"
        r"|Casella[ ]Postale|Caixa[ ]Postal|Postbus"
        r"|Postboks|Skrytka(?:[ ]pocztowa)?|Boîte[ ]Postale|BP|(?:PSC|Unit"
        r"|CMR)[ ][0-9]{1,5},?[ ]Box)[ ]#?[0-9]{1,7}(?![\w])"
        r"(?:[,\s]{1,2}(?i:[AFD]PO[ ]A[AEP])[ ][0-9]{5}|" + _TAIL + ")",
    ),
    Form(
        gate="uss|usns|usnv|uscgc|usnc",
        gate_ends=" ",
        before=0,
        pattern=r"(?<!\w)(?:USS|USNS|USNV|USCGC|USNC)[ ][A-Z]\w{1,20}\s{1,2}[AFD]PO[ ]A[AEP][ ][0-9]{5}",
    ),
    Form(
        gate=r"[a-z]{1,2}[0-9][a-z0-9]? [0-9][a-z]{2}|[a-z][0-9][a-z] [0-9][a-z][0-9]",
        gate_ends="[^a-z0-9]",
        before=0,
        pattern=r"(?<![\w-])(?:[A-PR-UWYZ][A-HK-Y]?[0-9][0-9A-HJKPSTUW]?[ ][0-9][ABD-HJLNP-UW-Z]{2}"
        r"|[ABCEGHJ-NPRSTVXY][0-9][A-Z][ ][0-9][A-Z][0-9])(?![\w-])",
    ),
    Form(
        gate_begins="",
        gate=r"\bzip|post ?code|postal[ _-]?code|code postal|código postal|codigo postal|\bplz\b|postleitzahl"
        r"|\bcep\b|kod poczt|postnummer|pin ?code",
        before=0,
        pattern=r"(?<![^\W_])(?i:zip(?:[ _-]?codes?)?|post[ ]?code|postal[ _-]?code|code[ ]postal|código[ ]postal"
        r"|codigo[ ]postal|PLZ|Postleitzahl|CEP"
        r"|kod[ ]pocztowy|postnummer|PIN[ ]?code)\b[\"']?(?:[ ](?:is|ist|est|es|number|no\.?))?[ ]?[:=#]?[ ]{0,2}[\"']?"
        r"(?P<value>[0-9]{4,6}(?:[- ][0-9]{3,4})?|[0-9]{2}-[0-9]{3}|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9])(?![\w-])",
        is_sure=False,
    ),
    Form(
        gate=r"lives? at|living at|lived at|lived in|resides at|residing at|address is|address:|adresse est|adresse ist"
        r"|adresse:|wohne|wohnt|wohnhaft|anschrift|j'habite|domicilié"
        r"|vivo en|vive en|dirección|domicilio|abito in|residente in|indirizzo|moro n|resido|endereço|ik woon"
        r"|woonachtig|adres:|mieszkam|zamieszkał|jag bor|jeg bor"
        r"|bor på|asun |osoite|bydlím|bytem|lakcím|locuiesc|adresa|oturuyorum|adresim|живу|проживаю|адрес",
        before=0,
        pattern=r"[^\W\d_][\w'’]{1,14}(?:[ ][\w'’]{1,14}){0,1}?[: ]{1,3}(?:(?i:is|at|in|im|an|der|am|à|au|en|la|el"
        r"|na|no|ul\.?|aan|de|het|przy|på|i|v|pe|nach)[ ]){0,3}"
        rf"(?P<value>(?:[{_UPPER}][\w'’.-]{{1,24}},?[ ]){{1,4}}(?i:nr\.?[ ]|č\.[ ])?{_HOUSE}{_TAIL}"
        rf"|[0-9]{{1,5}}[ ](?:[{_UPPER}][\w'’.-]{{1,24}}[ ]?){{1,4}}{_TAIL})",
        is_sure=False,
    ),
)  # fmt: skip
