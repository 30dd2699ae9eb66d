"""Detectors of what must not stand in rows: persons, secrets, instructions, characters that nobody sees."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from roadworthy.inventory.model import FileComponent
from roadworthy.lint.datasets.role import Role, role_of
from roadworthy.lint.datasets.rows import beginning_of, rows_of
from roadworthy.lint.datasets.shape import texts_of
from roadworthy.lint.model import FileKind, Hit
from roadworthy.lint.ports import Repository, SourceFile
from roadworthy.sensitive.personal.identifier import identifiers
from roadworthy.sensitive.secrets.stand_in import stands_in

_MADE_UP_MAIL = re.compile(
    r"(?:@|\.)(?:example|test|invalid|localhost|local)$"
    r"|@(?:[\w-]+\.)*(?:example|test|domain|email|acme|company|foo|bar)\."
    r"(?:com|org|net|edu|io|co)$|^(?:no-?reply|info|support|git|admin|contact|hello|sales|user|username|name|someone)@"
    r"|@users\.noreply\.|@(?:[\w-]+\.)*example\."
)
_MADE_UP_PHONE = re.compile(r"555\d{4}$|5550\d{3}$|0123456|1234567|(\d)\1{5}")
_TEST_CARDS = frozenset({
    "4111111111111111", "4242424242424242", "4012888888881881", "4000056655665556", "5555555555554444",
    "5105105105105100", "2223003122003222", "378282246310005", "371449635398431", "6011111111111117",
    "6011000990139424", "3530111333300000", "30569309025904", "38520000023237", "4000000000000002", "5200828282828210",
})  # fmt: skip
"""Published by networks and payment services for tests."""

_TEST_IBANS = frozenset(
    {"de89370400440532013000", "gb82west12345698765432", "gb29nwbk60161331926819", "fr1420041010050500013m02606"}
)
_EASILY_BY_CHANCE = frozenset({
    "payment card", "Polish PESEL", "German tax id", "Canadian social insurance number", "British NHS number",
    "US social security number", "Indian Aadhaar number", "Spanish DNI",
})  # fmt: skip
"""Kinds that a column of other numbers yields now and then."""

_BY_CHANCE = 5
_ENOUGH = 3
_SECRETS = re.compile(
    r"\b(?P<aws>(?:AKIA|ASIA)[A-Z2-7]{16})\b|\b(?P<git>gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,}|glpat-[\w-]{20,})"
    r"|\b(?P<model>sk-(?:proj-|ant-|or-|svcacct-)[\w-]{20,}|hf_[A-Za-z0-9]{30,}|AIza[\w-]{35})"
    r"|(?P<slack>\bxox[abeoprs]-[A-Za-z0-9-]{20,})|(?P<pay>\b[rs]k_live_[A-Za-z0-9]{16,})"
    r"|(?P<key>-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY-----[\\nr\s]*[A-Za-z0-9+/=]{40,})"
)
_NAMES = {"aws": "a cloud access key", "git": "a code host's token", "model": "a model provider's key",
          "slack": "a chat token", "pay": "a payment key", "key": "a private key"}  # fmt: skip
_INSTRUCTIONS = re.compile(
    r"(?i)\b(?:ignore|disregard|forget|override)\s+(?:all\s+|any\s+|the\s+|your\s+|of\s+){0,3}(?:previous|prior|above|earlier|preceding|system)\s+"
    r"(?:instructions?|prompts?|messages?|rules|directions|context)"
    r"|\b(?:do not|don't|never)\s+(?:tell|inform|mention\s+(?:this\s+)?to|reveal\s+(?:this\s+)?to)\s+the\s+user\b"
    r"|<\s*(?:IMPORTANT|SYSTEM|INST)\s*>|\[\[?SYSTEM\]\]?|<\|(?:im_start|system|start_header_id)\|>\s*system"
    r"|\bvergiss\s+alle\s+(?:bisherigen|vorherigen)\s+anweisungen|\bignorez?\s+(?:toutes\s+)?les\s+instructions\s+précédentes"
    r"|\bignora\s+(?:todas\s+)?las\s+instrucciones\s+anteriores"
)
_HIDDEN = re.compile(
    "[\u202a-\u202e\u2066-\u2069]|(?<![\U000e0020-\U000e007f\U0001f3f4])[\U000e0020-\U000e007f]{3,}|(?<=[A-Za-z])[\u200b\u2060\u2062-\u2064\ufeff](?=[A-Za-z])|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{3,}"
)
_PROTECTED = re.compile(
    r"(?i)(?:sex|gender|geschlecht|sexe|sexo|genere|race|ethnic(?:ity|_group|_origin)?|ethnie|etnia|rasse|religion|religi[oó]n"
    r"|faith|belief|nationality|nationalit(?:ät|aet|é|e)|nacionalidad|citizenship|staatsangeh(?:ö|oe)rigkeit|national_origin"
    r"|disability|disabled|behinderung|handicap|discapacidad|sexual_orientation|orientation_sexuelle|marital_status"
    r"|familienstand|[ée]tat_civil|estado_civil|pregnan(?:t|cy)|schwanger(?:schaft)?|age|alter|[âa]ge|edad|birth_?date|date_of_birth"
    r"|dob|geburtsdatum|skin_(?:tone|colou?r)|union_member(?:ship)?|political_(?:party|opinion|views)|veteran(?:_status)?|caste)"
)


def personal_data(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield data whose rows hold identifiers of persons, where ``declared`` is ``denied`` or ``unstated``."""
    for file in repository.of_kind(FileKind.DATASET):
        stated = _component(repository, file)
        said_so = stated.personal_data if stated is not None else None
        if said_so is True or (said_so is False) != (parameters["declared"] == "denied"):
            continue
        kinds = _persons_in(beginning_of(file))
        if kinds:
            shown = ", ".join(f"{count} × {kind}" for kind, count in kinds)
            told = ", and the manifest says that there is no personal data" if said_so is False else ""
            yield Hit(
                path=file.path, said=f"the first rows seem to hold personal data ({shown}){told}", subject="persons"
            )


def secret_in_rows(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield data whose rows hold a credential."""
    text = beginning_of(file)
    for found in _SECRETS.finditer(text):
        if not stands_in(found.group(0)):
            kind = _NAMES[found.lastgroup or "key"]
            yield Hit(line=text.count("\n", 0, found.start()) + 1, said=f"a row holds {kind}", subject=kind)
            return


def instruction_in_rows(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield training data with texts that give a model orders. Data to evaluate with has such texts on purpose."""
    for file in repository.of_kind(FileKind.DATASET):
        if role_of(repository, file) is Role.TRAINING:
            for row in rows_of(file).rows:
                if any(_INSTRUCTIONS.search(text) for text in texts_of(row)):
                    said = "a row to train on gives orders as an attacker would"
                    yield Hit(path=file.path, line=row.line, said=said, subject="orders")
                    break


def hidden_in_rows(repository: Repository, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield training data with characters that nobody sees and a model reads."""
    for file in repository.of_kind(FileKind.DATASET):
        if role_of(repository, file) is not Role.TRAINING:
            continue
        text = beginning_of(file)
        readable = text if text.isascii() is False else _unescaped(text)
        found = _HIDDEN.search(readable)
        if found is not None:
            said = f"a row holds U+{ord(found.group(0)[0]):04X}, which nobody sees and a model reads"
            yield Hit(path=file.path, line=readable.count("\n", 0, found.start()) + 1, said=said, subject="hidden")


def protected_attribute(file: SourceFile, parameters: Mapping[str, Any]) -> Iterable[Hit]:
    """Yield tables with a column that names a protected attribute."""
    found = rows_of(file)
    columns = tuple(found.rows[0].values) if found.rows and len(found.rows[0].values) > 2 else ()
    named = [column for column in columns if _PROTECTED.fullmatch(column.strip().replace(" ", "_"))]
    if named:
        said = f"columns name protected attributes: {', '.join(column[:40] for column in named[:6])}"
        yield Hit(said=said, subject=",".join(named)[:60])


def _component(repository: Repository, file: SourceFile) -> FileComponent | None:
    parts = repository.manifest.components if repository.manifest is not None and file.component else ()
    return next((one for one in parts if one.key == file.component and isinstance(one, FileComponent)), None)


@lru_cache(maxsize=64)
def _persons_in(text: str) -> tuple[tuple[str, int], ...]:
    """Return the kinds of identifiers and how many different ones, where they are too many to be by chance."""
    if not text:
        return ()
    found = {(one.kind, one.value) for one in identifiers(text) if not _is_made_up(one.kind, one.value)}
    counts = Counter(kind for kind, _ in found)
    least = {kind: _BY_CHANCE if kind in _EASILY_BY_CHANCE else _ENOUGH for kind in counts}
    return tuple(sorted((kind, count) for kind, count in counts.items() if count >= least[kind]))


def _is_made_up(kind: str, value: str) -> bool:
    match kind:
        case "e-mail address":
            return _MADE_UP_MAIL.search(value) is not None
        case "phone number":
            return _MADE_UP_PHONE.search(value) is not None
        case "payment card":
            return value in _TEST_CARDS
        case "IBAN":
            return value in _TEST_IBANS
    return False


def _unescaped(text: str) -> str:
    r"""Return JSON text with the escapes of invisible characters carried out."""
    return re.sub(r"\\u(20[0-6][0-9a-fA-F]|[fF][eE][0fF][0-9a-fA-F])", lambda m: chr(int(m[1], 16)), text)
