"""National and tax identifiers: format, check and the words beside them. The only table of them in the code.

In a format ``0`` is a digit and ``A`` a letter; all else stands for itself. Checks are
python-stdnum's where it has one (LGPL, a separate library), else those of `checks`.

Source: the module named in each row, which cites the issuer's specification.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module

from roadworthy.sensitive.personal.kind import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """One kind of number of one country."""

    country: str
    """ISO 3166."""

    name: str
    kind: Kind
    formats: tuple[str, ...]
    check: str
    """Module whose ``is_valid`` tells: ``stdnum.…``, or a function of `checks`; empty: none exists."""

    stands_alone: tuple[str, ...] = ()
    """Formats in which it is told without words beside it, because few other numbers have them."""

    words: str = ""
    """Words beside it, caseless, with ``|`` between; those of its kind count as well where `is_rare`."""

    is_rare: bool = False
    """Whether fewer than about 2 in 100 random numbers of the format pass the check."""

    search: str = ""
    """RE2 pattern by which scorers, redaction and static checks look for it, by format alone; empty: they do not."""

    def accepts(self, written: str) -> bool:
        """Return whether a number passes, as it is written; whether it could, where there is no check."""
        value = written if self.check in _KEEPS_SIGNS else "".join(filter(str.isalnum, written))
        try:
            return _check(self.check)(value)
        except (KeyError, IndexError, ValueError):
            # Tables of places that a check looks into have gaps.
            return False


_KEEPS_SIGNS = frozenset({"stdnum.fi.hetu", "stdnum.se.personnummer"})
"""Checks that read the sign between the parts: it stands for the century."""


@lru_cache(maxsize=256)
def _check(name: str) -> Callable[[str], bool]:
    if not name:
        return lambda value: True
    if name.startswith("stdnum."):
        check: Callable[[str], bool] = import_module(name).is_valid
        return check
    own: Callable[[str], bool] = getattr(import_module("roadworthy.sensitive.personal.checks"), name)
    return own


def _of(kind: Kind) -> Callable[..., Scheme]:
    """Return what makes a scheme of ``kind`` from a row, with ``|`` between formats and between words."""

    def scheme(
        country: str, name: str, formats: str, check: str, words: str, *, alone: str = "", rare: bool = False,
        search: str = "",
    ) -> Scheme:  # fmt: skip
        """``formats`` need words beside them, ``alone`` do not."""
        stands_alone = tuple(alone.split("|")) if alone else ()
        return Scheme(
            country=country, name=name, kind=kind, formats=tuple(dict.fromkeys((*formats.split("|"), *stands_alone))),
            check=check, words=words, stands_alone=stands_alone, is_rare=rare, search=search,
        )  # fmt: skip

    return scheme


_national, _tax = _of(Kind.NATIONAL_ID), _of(Kind.TAX_ID)

SCHEMES: tuple[Scheme, ...] = (
    _tax("AR", "Argentine CUIT", "00000000000|00-00000000-0", "stdnum.ar.cuit", "cuit|cuil|afip",
    alone="00-00000000-0"),
    _national("AR", "Argentine DNI", "00.000.000|00000000|0.000.000", "stdnum.ar.dni", "dni!|documento"),
    _national("AT", "Austrian social security number", "0000000000|0000 000000|0000-000000", "stdnum.at.vnr",
              "svnr!|sv-nummer|svn!|sozialversicherung|versicherungsnummer|österreich", rare=True),
    _tax("AT", "Austrian tax number", "00-000/0000|00 000/0000|000000000", "stdnum.at.tin",
         "steuernummer|abgabenkonto|finanzamt", alone="00-000/0000"),
    _tax("AU", "Australian tax file number", "000 000 000|000000000|00000000|000-000-000", "stdnum.au.tfn",
         "tfn!|tax file|australia"),
    _tax("AU", "Australian business number", "00 000 000 000|00000000000", "stdnum.au.abn", "abn!|business number",
         rare=True),
    _national("AU", "Australian Medicare number", "0000 00000 0|0000000000|0000-00000-0", "is_medicare_au", "medicare",
              alone="0000 00000 0"),
    _tax("AZ", "Azerbaijani VÖEN", "0000000000", "stdnum.az.voen", "vöen|voen|azerbai"),
    _national("BE", "Belgian national number", "00.00.00-000.00|00.00.00-000-00|00000000000|000000 000 00|00 00 00"
    " 000 00",
              "stdnum.be.nn",
              "rijksregister|registre national|numéro national|nationaal nummer|insz!|niss!|nrn!|belg",
              alone="00.00.00-000.00|00.00.00-000-00", rare=True,
              search=r"\b[0-9]{2}\.[0-9]{2}\.[0-9]{2}-[0-9]{3}\.[0-9]{2}\b"),
    _national("BG", "Bulgarian EGN", "0000000000", "stdnum.bg.egn", "егн|egn!|bulgaria|българ", rare=True),
    _national("BR", "Brazilian CPF", "000.000.000-00|00000000000|000000000-00", "stdnum.br.cpf",
              "cpf!|cadastro de pessoa|contribuinte|brasil|brazil", alone="000.000.000-00|000000000-00", rare=True,
              search=r"\b[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}\b"),
    _tax("BR", "Brazilian CNPJ", "00.000.000/0000-00|00000000000000", "stdnum.br.cnpj", "cnpj!", rare=True,
         alone="00.000.000/0000-00"),
    _tax("BY", "Belarusian UNP", "000000000|AA0000000|A00000000", "stdnum.by.unp", "унп|unp!|belarus"),
    _national("CA", "Canadian social insurance number", "000 000 000|000-000-000|000000000", "stdnum.ca.sin",
              "sin!|nas!|social insurance|assurance sociale|canad", alone="000-000-000",
              search=r"\b[0-9]{3}[ -][0-9]{3}[ -][0-9]{3}\b"),
    _tax("CA", "Canadian business number", "000000000AA0000|00000 0000 AA0000|000000000 AA 0000", "stdnum.ca.bn",
         "business number|bn!|cra!", alone="00000 0000 AA0000|000000000AA0000"),
    _national("CH", "Swiss social security number", "000.0000.0000.00|0000000000000|000 0000 0000 00", "stdnum.ch.ssn",
              "ahv|avs!|schweiz|suisse|swiss|sozialversicherung", alone="000.0000.0000.00|0000000000000",
              search=r"\b756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2}\b"),
    _tax("CH", "Swiss UID", "AAA-000.000.000|AAA000000000", "stdnum.ch.uid", "uid!|ide!",
         alone="AAA-000.000.000|AAA000000000"),
    _national("CL", "Chilean RUT", "00.000.000-0|00.000.000-A|00000000-0|00000000-A|0.000.000-0|0000000-0|0000000-A"
    "|000000000|00000000A",
              "stdnum.cl.rut", "rut!|run!|chile",
              alone="00.000.000-0|00.000.000-A|0.000.000-0|00000000-A|00000000-0|0000000-A"),
    _national("CN", "Chinese resident identity number", "000000000000000000|00000000000000000A", "is_resident_cn",
              "身份证|shenfenzheng|resident id|china|chinese", rare=True,
              alone="000000000000000000|00000000000000000A"),
    _tax("CN", "Chinese unified social credit code", "000000AA0000000000|000000AA00000000AA|000000AA0000000A00"
    "|000000AA000000000A",
         "stdnum.cn.uscc", "信用代码|credit code", alone="000000AA0000000000|000000AA000000000A|000000AA0000000A00"),
    _tax("CO", "Colombian NIT", "000.000.000-0|0000000000|000000000-0|00.000.000-0", "stdnum.co.nit",
         "nit!|colombia", alone="000.000.000-0"),
    _national("CR", "Costa Rican identity card", "0-0000-0000|00-0000-0000|0000000000", "stdnum.cr.cpf",
              "cédula física|costa rica", alone="00-0000-0000|0-0000-0000"),
    _national("CU", "Cuban identity number", "00000000000", "stdnum.cu.ni", "carné|carnet de identidad|cuba"),
    _tax("CY", "Cypriot tax number", "00000000A|AA00000000A", "stdnum.cy.vat", "vat!|tic!|φπα|cyprus",
         alone="AA00000000A"),
    _national("CZ", "Czech birth number", "000000/0000|0000000000|000000/000", "stdnum.cz.rc",
              "rodné číslo|rodne cislo|rodného|r\\.č|rč!|rc!|česk|czech", alone="000000/0000", rare=True),
    _tax("DE", "German tax id", "00 000 000 000|00000000000", "stdnum.de.idnr",
         "steuer-?id|steueridentifikation|idnr|steuerliche identifikation|steuer-identifikation|tin!|tax id",
         alone="00 000 000 000", rare=True, search=r"\b[1-9][0-9] ?[0-9]{3} ?[0-9]{3} ?[0-9]{3}\b"),
    _tax("DE", "German tax number", "00/000/00000|000/000/00000|000/0000/0000|00000/00000|000 000 00000",
         "stdnum.de.stnr", "steuernummer|steuer-nr|st\\.-?nr|stnr", alone="000/000/00000|00/000/00000|000/0000/0000"),
    _national("DE", "German social security number", "00 000000 A 000|00000000A000", "is_rvnr",
              "rentenversicherung|sozialversicherung|versicherungsnummer|rvnr|svnr",
              alone="00 000000 A 000|00000000A000"),
    _national("DE", "German identity card", "A00A00A000|AAAA00A000|A0AAA0AA00|A00A0AA000|A0AA0AAA00|A000000000|"
              "A00AA00AA0|A00A00AA00|A0A00A0A00|A00000A000|A0000A0000|A00A000000|A000A00000",
              "is_mrz_number", "personalausweis|ausweisnummer|ausweis"),
    _national("DK", "Danish CPR number", "000000-0000|0000000000|000000 0000", "is_cpr",
              "cpr|personnummer|dansk|denmark|danish", alone="000000-0000"),
    _national("DO", "Dominican identity card", "000-0000000-0|00000000000", "stdnum.do.cedula",
              "cédula|cedula|dominican", alone="000-0000000-0"),
    _tax("DZ", "Algerian NIF", "000000000000000|00000000000000000000", "stdnum.dz.nif", "nif!|algér|alger"),
    _national("EC", "Ecuadorian identity card", "0000000000|000000000-0", "stdnum.ec.ci", "cédula|cedula|ecuador"),
    _national("EE", "Estonian personal code", "00000000000", "stdnum.ee.ik", "isikukood|estonia|eesti",
              alone="00000000000", rare=True),
    _tax("EG", "Egyptian tax number", "000-000-000|000000000", "stdnum.eg.tn", "ضريبي|egypt"),
    _national("EG", "Egyptian national id", "00000000000000", "is_egyptian_id", "رقم قومي|الرقم القومي|egypt",
    rare=True),
    _national("ES", "Spanish DNI", "00000000A|00000000-A|00.000.000-A|00000000 A|00.000.000A", "stdnum.es.dni",
              "dni!|nif!|documento nacional|españ|spanish", alone="00000000A|00000000-A|00.000.000-A|00.000.000A",
              search=r"(?i)\b[0-9]{8}-?[A-Z]\b"),
    _national("ES", "Spanish NIE", "A0000000A|A-0000000-A|A-0000000A|A0000000-A", "stdnum.es.nie", "nie!|extranjero",
              alone="A0000000A|A-0000000-A|A-0000000A|A0000000-A", search=r"(?i)\b[XYZ]-?[0-9]{7}-?[A-Z]\b"),
    _tax("ES", "Spanish CIF", "A00000000|A-00000000|A0000000A", "stdnum.es.cif", "cif!|nif!"),
    _national("ES", "Spanish social security number", "00/00000000/00|00 0000000000|000000000000|00 00000000 00",
              "is_naf", "seguridad social|naf!|nuss|afiliación", alone="00/00000000/00", rare=True),
    _national("FI", "Finnish personal code", "000000-0000|000000-000A|000000A0000|000000A000A|000000+000A|000000+0000",
              "stdnum.fi.hetu", "henkilötunnus|hetu|henkilotunnus|personbeteckning|finnish|finland|suom",
              alone="000000-000A|000000A000A|000000+000A|000000-0000|000000A0000|000000+0000", rare=True,
              search=r"(?i)\b[0-9]{6}[-+A][0-9]{3}[0-9A-Z]\b"),
    _national("FR", "French social security number",
              "000000000000000|0 00 00 00 000 000 00|0 00 00 0A 000 000 00|000000A00000000|0000000000000 00"
              "|00000000000000 0",
              "stdnum.fr.nir", "sécurité sociale|securite sociale|sécu!|nir!|insee|numéro de sécu|assuré",
              alone="000000000000000|0 00 00 00 000 000 00|0 00 00 0A 000 000 00|0000000000000 00|000000A00000000",
              rare=True, search=r"\b[12] ?[0-9]{2} ?[0-9]{2} ?[0-9AB]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}\b"),
    _tax("FR", "French tax number", "00 00 000 000 000|0000000000000", "stdnum.fr.nif",
         "numéro fiscal|spi!|référence fiscale|impôt|fiscal|nif!", rare=True),
    _tax("FR", "French SIREN", "000 000 000|000000000", "stdnum.fr.siren", "siren"),
    _tax("FR", "French SIRET", "000 000 000 00000|00000000000000", "stdnum.fr.siret", "siret",
         alone="000 000 000 00000"),
    _national("GB", "British NHS number", "000 000 0000|000-000-0000|0000000000", "stdnum.gb.nhs",
              "nhs!|national health", alone="000 000 0000", search=r"\b[0-9]{3}[ -][0-9]{3}[ -][0-9]{4}\b"),
    _national("GB", "British National Insurance number", "AA 00 00 00 A|AA000000A|AA 000000 A|AA-00-00-00-A|AA00 00"
    " 00A|AA 00 00 00A",
              "is_nino", "national insurance|nino!|ni number|insurance number",
              alone="AA 00 00 00 A|AA000000A|AA 000000 A|AA-00-00-00-A"),
    _tax("GB", "British unique taxpayer reference", "0000000000|00000 00000", "stdnum.gb.utr", "utr!|taxpayer"
    " reference|self assessment"),
    _tax("GH", "Ghanaian TIN", "A0000000000|A000000000A", "stdnum.gh.tin", "tin!|ghana", alone="A0000000000"),
    _national("GR", "Greek AMKA", "00000000000", "stdnum.gr.amka", "amka|αμκα", rare=True),
    _tax("GR", "Greek tax number", "000000000", "stdnum.gr.vat", "αφμ|afm!|greece|ελλ"),
    _tax("GT", "Guatemalan NIT", "0000000-0|0000000-A|00000000|000000-0", "stdnum.gt.nit", "nit!|guatemala"),
    _national("HK", "Hong Kong identity card", "A000000(0)|A000000(A)|AA000000(0)|A0000000|A000000A", "is_hkid",
              "hkid|identity card|身份證|hong kong", alone="A000000(0)|A000000(A)|AA000000(0)"),
    _national("HR", "Croatian OIB", "00000000000", "stdnum.hr.oib", "oib!|croatia|hrvat"),
    _tax("HU", "Hungarian tax number", "00000000-0-00|00000000", "is_adoszam", "adószám|adoszam|magyar|hungar",
         alone="00000000-0-00"),
    _national("HU", "Hungarian social security number", "000 000 000|000000000|000-000-000", "is_taj", "taj!"
    "|taj-szám|magyar"),
    _national("ID", "Indonesian NIK", "0000000000000000", "stdnum.id.nik", "nik!|ktp|indonesia|kependudukan",
    rare=True),
    _tax("ID", "Indonesian NPWP", "00.000.000.0-000.000|000000000000000", "stdnum.id.npwp", "npwp",
         alone="00.000.000.0-000.000"),
    _national("IE", "Irish PPS number", "0000000A|0000000AA|0000000 A|0000000 AA", "stdnum.ie.pps",
              "pps!|ppsn!|personal public|ireland|irish", alone="0000000AA|0000000A"),
    _national("IL", "Israeli identity number", "000000000|00000000-0|0-0000000-0", "stdnum.il.idnr",
              "תעודת זהות|ת\\.ז|ת\"ז|ת״ז|teudat|israel|זהות"),
    _national("IN", "Indian Aadhaar number", "0000 0000 0000|000000000000|0000-0000-0000", "stdnum.in_.aadhaar",
              "aadhaar|aadhar|adhaar|uidai|uid!|आधार", alone="0000 0000 0000", search=r"\b[2-9][0-9]{3} [0-9]{4}"
              r" [0-9]{4}\b"),
    _tax("IN", "Indian PAN", "AAAAA0000A", "stdnum.in_.pan", "pan!|permanent account|income tax", alone="AAAAA0000A",
         rare=True),
    _tax("IN", "Indian GSTIN", "00AAAAA0000A0A0|00AAAAA0000A0AA", "stdnum.in_.gstin", "gst",
         alone="00AAAAA0000A0A0|00AAAAA0000A0AA"),
    _national("IN", "Indian voter id", "AAA0000000", "stdnum.in_.epic", "epic!|voter|electoral", alone="AAA0000000"),
    _national("IS", "Icelandic kennitala", "000000-0000|0000000000", "stdnum.is_.kennitala", "kennitala|iceland|ísland",
              alone="000000-0000", rare=True),
    _national("IT", "Italian fiscal code", "AAAAAA00A00A000A", "stdnum.it.codicefiscale",
              "codice fiscale|c\\.f\\.|cf!", alone="AAAAAA00A00A000A", rare=True,
              search=r"(?i)\b[A-Z]{6}[0-9]{2}[A-Z][0-9]{2}[A-Z][0-9]{3}[A-Z]\b"),
    _tax("IT", "Italian VAT number", "00000000000", "stdnum.it.iva", "partita iva|p\\.? ?iva|iva!"),
    _tax("JP", "Japanese corporate number", "0000000000000|0-0000-0000-0000", "stdnum.jp.cn",
         "法人番号|corporate number",
         alone="0-0000-0000-0000"),
    _national("JP", "Japanese My Number", "000000000000|0000 0000 0000|0000-0000-0000", "stdnum.jp.in_",
              "マイナンバー|個人番号|my number|japan"),
    _tax("KE", "Kenyan PIN", "A000000000A", "stdnum.ke.pin", "pin!|kra!|kenya", alone="A000000000A"),
    _national("KR", "Korean resident number", "000000-0000000|0000000000000", "is_rrn",
              "주민등록|주민번호|resident registration|rrn!|korea", alone="000000-0000000"),
    _tax("KR", "Korean business number", "000-00-00000|0000000000", "stdnum.kr.brn", "사업자|business registration",
         alone="000-00-00000"),
    _national("LT", "Lithuanian personal code", "00000000000", "stdnum.lt.asmens", "asmens kod|lithuania|lietuv",
              alone="00000000000", rare=True),
    _national("LU", "Luxembourg national number", "0000000000000|0000 00 00 000 00", "is_matricule_lu",
              "matricule|luxemb|cns!", alone="0000000000000", rare=True),
    _national("LV", "Latvian personal code", "000000-00000|00000000000", "stdnum.lv.pvn",
              "personas kods|latvia|latvij|pk!", alone="000000-00000"),
    _tax("MA", "Moroccan ICE", "000000000000000", "stdnum.ma.ice", "ice!|maroc|morocc", rare=True),
    _national("MD", "Moldovan IDNP", "0000000000000", "stdnum.md.idno", "idnp|idno|moldova"),
    _national("ME", "Montenegrin personal number", "0000000000000", "stdnum.si.emso", "jmbg|montenegro|crna gora",
    rare=True),
    _tax("MK", "Macedonian EDB", "0000000000000", "stdnum.mk.edb", "едб|edb!|macedon"),
    _national("MU", "Mauritian national id", "A0000000000000|A000000000000A", "stdnum.mu.nid", "mauriti",
              alone="A0000000000000|A000000000000A", rare=True),
    _national("MX", "Mexican CURP", "AAAA000000AAAAAA00|AAAA000000AAAAAAA0", "stdnum.mx.curp", "curp",
              alone="AAAA000000AAAAAA00|AAAA000000AAAAAAA0", rare=True),
    _tax("MX", "Mexican RFC", "AAAA000000AA0|AAAA000000A00|AAAA000000AAA|AAAA000000000|AAAA0000000A0|AAAA00000000A|"
         "AAAA000000A0A|AAAA0000000AA|AAA000000AA0|AAA000000A00|AAA000000AAA|AAA000000000", "stdnum.mx.rfc", "rfc!"
         "|contribuyente",
         alone="AAAA000000AA0|AAAA000000A00|AAAA000000AAA|AAAA0000000A0|AAAA000000A0A|AAAA0000000AA"),
    _national("MY", "Malaysian NRIC", "000000-00-0000|000000000000", "stdnum.my.nric", "nric|mykad|malaysia|pengenalan",
              alone="000000-00-0000"),
    _tax("MZ", "Mozambican NUIT", "000000000", "stdnum.mz.nuit", "nuit!|moçambi|mozambi"),
    _national("NL", "Dutch BSN", "000000000|0000.00.000|0000 00 000|00000000|000.000.000", "stdnum.nl.bsn",
              "bsn!|burgerservice|sofi|dutch|nederland", alone="0000.00.000"),
    _national("NO", "Norwegian birth number", "00000000000|000000 00000|000000-00000", "stdnum.no.fodselsnummer",
              "fødselsnummer|fodselsnummer|personnummer|norw|norsk|norge", alone="00000000000|000000 00000", rare=True),
    _tax("NZ", "New Zealand IRD number", "000-000-000|00-000-000|000000000|00000000", "stdnum.nz.ird",
         "ird!|inland revenue|new zealand"),
    _national("PE", "Peruvian CUI", "00000000-0|000000000|00000000", "is_dni_pe", "dni!|cui!|perú|peru"),
    _tax("PE", "Peruvian RUC", "00000000000", "stdnum.pe.ruc", "ruc!|sunat"),
    _national("PK", "Pakistani CNIC", "00000-0000000-0|0000000000000", "stdnum.pk.cnic", "cnic|nadra|pakistan",
              alone="00000-0000000-0"),
    _national("PL", "Polish PESEL", "00000000000", "stdnum.pl.pesel", "pesel|polish|pols", alone="00000000000",
    rare=True,
              search=r"\b[0-9]{11}\b"),
    _tax("PL", "Polish NIP", "000-000-00-00|0000000000|000-00-00-000|000 000 00 00", "stdnum.pl.nip", "nip!|podatk",
         alone="000-000-00-00|000-00-00-000"),
    _national("PL", "Polish identity card", "AAA000000|AAA 000000", "is_dowod", "dowód|dowod|dowodu"),
    _national("PT", "Portuguese citizen card", "00000000 0 AA0|000000000AA0|00000000-0-AA0", "stdnum.pt.cc",
    "cidadão|cidadao|cc!",
              alone="00000000 0 AA0|000000000AA0"),
    _tax("PT", "Portuguese NIF", "000000000|000 000 000", "stdnum.pt.nif", "nif!|contribuinte|finanças|portug"),
    _tax("PY", "Paraguayan RUC", "00000000-0|0000000-0", "stdnum.py.ruc", "ruc!|paraguay"),
    _national("RO", "Romanian CNP", "0000000000000", "stdnum.ro.cnp", "cnp!|cod numeric|roman|român",
    alone="0000000000000",
              rare=True),
    _national("RS", "Serbian JMBG", "0000000000000", "stdnum.si.emso", "jmbg|јмбг|serbia|srbi", rare=True),
    _tax("RU", "Russian INN", "000000000000|0000000000", "stdnum.ru.inn", "инн|inn!|налогоплат"),
    _national("RU", "Russian SNILS", "000-000-000 00|00000000000|000-000-000-00", "is_snils", "снилс|snils|russia|росс",
              alone="000-000-000 00|000-000-000-00", rare=True),
    _national("SE", "Swedish personal number", "000000-0000|00000000-0000|000000+0000|0000000000|000000000000",
              "stdnum.se.personnummer", "personnummer|samordningsnummer|svensk|swed|sverige|pnr!",
              alone="000000-0000|00000000-0000|000000+0000", rare=True,
              search=r"\b(?:[0-9]{2})?[0-9]{6}[-+][0-9]{4}\b"),
    _national("SG", "Singaporean NRIC", "A0000000A", "is_nric_sg", "nric|fin!|singapore", alone="A0000000A"),
    _national("SI", "Slovenian EMŠO", "0000000000000", "stdnum.si.emso", "emšo|emso|sloveni|sloven",
    alone="0000000000000",
              rare=True),
    _national("SK", "Slovak birth number", "000000/0000|0000000000", "stdnum.sk.rc", "rodné číslo|rodne cislo"
    "|rodného|slovak|sloven",
              alone="000000/0000", rare=True),
    _tax("SV", "Salvadoran NIT", "0000-000000-000-0|00000000000000", "stdnum.sv.nit", "nit!|salvador",
         alone="0000-000000-000-0"),
    _national("TH", "Thai identity number", "0-0000-00000-00-0|0000000000000|0 0000 00000 00 0", "stdnum.th.pin",
              "บัตรประชาชน|ประจำตัว|thai", alone="0-0000-00000-00-0|0 0000 00000 00 0"),
    _national("TR", "Turkish identity number", "00000000000", "stdnum.tr.tckimlik",
              "kimlik|tckn|t\\.?c\\.? ?no|tc!|türk|turkish", alone="00000000000", rare=True),
    _national("TW", "Taiwanese identity number", "A000000000", "is_twid", "身分證|統一編號|taiwan", alone="A000000000"),
    _tax("UA", "Ukrainian tax number", "0000000000", "stdnum.ua.rntrc", "рнокпп|іпн|ідентифікаційний|ukrain|україн"),
    _national("US", "US social security number", "000-00-0000|000 00 0000|000000000|000.00.0000|000-00 0000", "is_ssn",
              "ssn|social sec|soc sec|soc\\.? ?sec|social!|ss#|ss #|ss nu|ss no!|sozialversicherung|seguro social",
              alone="000-00-0000", search=r"\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b"),
    _tax("US", "US individual taxpayer number", "000-00-0000|000 00 0000|000000000", "is_itin",
         "itin|taxpayer id|tax id|ssn|social sec", alone="000-00-0000"),
    _tax("US", "US employer number", "00-0000000|000000000", "stdnum.us.ein",
         "ein!|employer id|fein|tax id|federal id|taxpayer"),
    _tax("UY", "Uruguayan RUT", "000000000000|00-000000-000-0", "stdnum.uy.rut", "rut!|uruguay"),
    _national("UY", "Uruguayan identity card", "0.000.000-0|0000000-0|00000000", "is_ci_uy", "cédula|cedula|uruguay"
    "|c\\.i\\."),
    _tax("VE", "Venezuelan RIF", "A-00000000-0|A000000000|A-000000000", "stdnum.ve.rif", "rif!|venez",
         alone="A-00000000-0"),
    _tax("VN", "Vietnamese tax number", "0000000000|0000000000-000", "stdnum.vn.mst", "mst!|mã số thuế|vietnam"),
    _national("ZA", "South African identity number", "0000000000000|000000 0000 000|000000 0000 00 0", "stdnum.za.idnr",
              "south africa|rsa id|sa id|id number", alone="0000000000000|000000 0000 000", rare=True),
    _tax("ZA", "South African tax number", "0000000000|0000/000/000", "stdnum.za.tin", "sars!|tax reference"),
)  # fmt: skip
"""In order of country. Of two whose numbers pass, the one of a wanted region counts, else the first."""
