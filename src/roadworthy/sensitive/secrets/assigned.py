"""Values that are given to names like ``password`` and ``api_key``, and look as if nobody was to guess them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from roadworthy.sensitive.pattern import compiled
from roadworthy.sensitive.secrets.format import FoundSecret, Group
from roadworthy.sensitive.secrets.stand_in import entropy, is_random, stands_in

NAME = "assigned secret"
_WORDS = (
    r"(?:password|passwd|passphrase|passcode|passwort|passord|pwd|secret|token|credential|api[ _-]?key|apikey"
    r"|access[ _-]?key|account[ _-]?key|private[_-]?key|signing[_-]?key|encryption[_-]?key|master[_-]?key"
    r"|(?:app|auth|admin|ai|service|search|storage|server|root|deploy|subscription|shared|webhook)[_-]?key"
    r"|[_-]pass|\bpass|\bpw|(?-i:[a-z]Pass)|key-data|bearer|authorization"
    r"|kennwort|mot de passe|\bmdp|contraseña|\bclave|wachtwoord|senha|hasło|parola(?: chiave)?|lösenord"
    r"|adgangskode|salasana|heslo|jelszó|şifre|parolă|mật khẩu|kata sandi|пароль|κωδικός"
    r"|密码|密碼|口令|パスワード|비밀번호|암호"
    r"|كلمة المرور|كلمة السر|סיסמה|पासवर्ड|รหัสผ่าน)"
)
_ENDINGS = (
    r"(?:[_-]?(?:key|token|value|id|hash|base64|base|secret|prod|production|live|main|primary|secondary|v[0-9]|[0-9]))"
    r"{0,2}"
)
_TYPED = r"(?:\[\]|\s?:\s?[&A-Za-z'<>\[\] ]{1,24}?)\s{0,4}="
"""A type between a name and its value, as programs have it."""

_GIVES = (
    rf"[\"'`*\]\\]{{0,3}}(?:{_TYPED}|\s{{0,4}}(?::=|=>|==|=|:|：|＝)"
    r"|\s{1,4}(?:(?:is now|is|ist|lautet|est|es|er|on|je|to)\b|è|é|är|это|є|=>):?|\s?(?:は|是|为|為|는|은)[:：]?"
    r"|\s{1,2}(?:bearer|basic))\s{0,4}(?:bearer\s|basic\s|base64:|b['\"])?[\"'`*\\]{0,3}"
)
_PAIRED = (
    r"\\?[\"']\s?(?:,?\s{0,12}\\?[\"']value\\?[\"']\s?[:=]\s?|,\s{0,12}|\s{1,2}value=|\]?\s?\{\s{1,8}default\s{1,4}=\s?)"
    r"\\?[\"']|\s{1,12}value:\s?[\"']?|>"
)
"""What stands between a name and its value where both are values: arguments, pairs of JSON, YAML and XML."""

_FOR = r"(?:\s(?:for|of|für|von|de|del|do|da|pour|para|per|di|voor|dla|till|til|to)(?:\s[A-Za-z0-9_.@-]{1,20}){1,2})?"
_TO = rf"(?i)({_WORDS}{_ENDINGS})(?:{_FOR}{_GIVES}|{_PAIRED})"
_LOOSELY_TO = rf"(?i)({_WORDS}{_ENDINGS})[ \t]{{1,4}}[\"']?"
_FOLLOWS = r"[^\s\"'`,;*<>]{8}"
TRIGGER = rf"{_WORDS}{_ENDINGS}(?:(?:{_FOR}{_GIVES}|{_PAIRED})[^\s\"'`,;<>]{{8}}|[ \t]{{1,4}}[\"']?{_FOLLOWS})".replace(
    "(?-i:[a-z]Pass)", "[a-z]pass"
)
MOST = 48 + 48 + 112 + 256
"""Characters that decide, from before the name to the end of the value."""

_WHOLE = re.compile(r"[^\s\"'`,;*<>\\]{8,256}+(?![^\s\"'`,;*<>\\])")
_QUOTED = re.compile(r"[^\s\"'`\\]{8,256}+(?=\\?[\"'`])")
_NEXT_FIELD = re.compile(r"&[A-Za-z_][A-Za-z0-9_.-]{0,40}=")
_CODE = re.compile(r"[(){}$\[\]|]")
"""What values in programs have that are calls or templates; a password in quotes may have them."""

_NO_SECRET = re.compile(
    r"(?i)^(?:[a-z][a-z0-9+.-]*://|ssh-[a-z0-9]|-----BEGIN|\./|/|~/|arn:|os\.environ|projects/|sha(?:256|512)[:-]|vault:|op://|env:|file:|secretsmanager|secret:)"
    r"|(?-i:^[a-z]+(?:[-_./:][a-z0-9]+){2,}$)|\.(?:json|ya?ml|pem|key|txt|env|py|js)$|[{}$]|%[sd](?![A-Za-z0-9])|%\("
    r"|^[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)+$"
)
"""Values that say where a secret lies, or are names of something."""

_UUID = re.compile(r"(?i)^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
_NAME_OF_SOMETHING = re.compile(
    r"^[a-z]+(?:_[a-z]+)*_?[0-9]{0,2}$|^[A-Z]+(?:_[A-Z]+)*_?[0-9]{0,2}$|^[a-z]*(?:[A-Z][a-z]{2,})+[0-9]{0,2}$"
    r"|^[0-9.,:/+-]+$|^[a-z]+[0-9]{0,2}(?:_[a-z]+[0-9]{0,2})*$|(?:Key|Secret|Token|Password)s?(?:[A-Z0-9]|$)"
)
_NO_CREDENTIAL = re.compile(
    r"(?i)(?:next|page|paging|client|request|change|continuation|csrf|xsrf|eos|bos|pad|unk|sep|stop|special|idempotency|sync"
    r"|start|resume|cursor|lock|task|max|num|count|mask|public[_-]?key)[ _-]?$"
)
"""What stands before *token* in names of what opens nothing."""

_HASHED = re.compile(r"^(?:\$2[aby]\$|\$argon2|\$[156]\$|\$apr1\$|pbkdf2|scrypt|\{SHA\})")
_MIN_BITS, _MIN_TOKEN = 3.0, 16
_ISSUED = re.compile(r"(?:(?i:auth|access|api|bot|hec|personal|service|deploy|registry)[_-]?|[A-Z]{3}_)$")
"""What stands before *token* where it is one even if its value is a UUID."""

_SIGN = re.compile(r"[!#$%&@+=?^~*]")
_MANY_KINDS = 3
_MIN_VARIED = 6
"""Different characters below which a value is filler; it keeps texts made to be slow from being so."""

_CASES_MIXED = re.compile(r"[A-Z]{2}[^A-Z]*[a-z][A-Z]|[a-z][A-Z].*[a-z][A-Z]|[A-Z]{2}.*[!#$%&@+=?^~*].*[a-z]")
_SETS = re.compile(r"(?:\bsetx|\bENV|\bARG|#define|--)[ \t]?[A-Za-z0-9_-]*$")
"""What gives a name a value without a sign between the two."""

_TEMPLATE = re.compile(r"\$\{|\{\{|%\(|^/|\(\)|://|^\^|\(\?|A-Z|a-z")
_MIN_LONG, _MIN_LONG_BITS = 24, 4.2
_WORD_AND_NUMBER = re.compile(r"[A-Za-z]+(?:[-_.][A-Za-z]+)*[-_.]?[0-9.:]*[!?]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """Values without a prefix that are told by the name they are given to."""

    group: Group
    provider: str
    name: str
    named: str
    """What stands in the 48 characters before the value, without regard to case."""

    value: str


_owned = partial(Owned, group=Group.SERVICE)
_cloud = partial(Owned, group=Group.CLOUD)
OWNED: tuple[Owned, ...] = (
    _cloud(provider="aws", name="AWS secret key", named=r"aws|secret_?access_?key", value=r"[A-Za-z0-9/+]{40}"),
    _cloud(
        provider="azure", name="Azure storage account key", named=r"accountkey|azure",
        value=r"[A-Za-z0-9+/]{80,90}={0,2}",
    ),
    _cloud(
        provider="azure", name="Azure access key", named=r"sharedaccesskey|azure|ocp-apim",
        value=r"[A-Za-z0-9+/]{43}=|[a-f0-9]{32}",
    ),
    _cloud(
        provider="cloudflare", name="Cloudflare token", named=r"cloudflare|\bcf[_-]",
        value=r"[A-Za-z0-9_-]{40}|[a-f0-9]{37}",
    ),
    _cloud(
        provider="heroku", name="Heroku key", named=r"heroku",
        value=r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    ),
    _cloud(
        provider="kubernetes", name="Kubernetes client key", named=r"client-key-data",
        value=r"LS0tLS1CRUdJTi[A-Za-z0-9+/]{40,140}={0,2}",
    ),
    _cloud(
        provider="vault", name="HashiCorp Vault token", named=r"vault", value=r"s\.[A-Za-z0-9]{24}",
    ),
    _owned(
        provider="datadog", name="Datadog key", named=r"datadog|\bdd[_-]", value=r"[a-f0-9]{32}|[a-f0-9]{40}",
    ),
    _owned(
        provider="twilio", name="Twilio auth token", named=r"twilio", value=r"[a-f0-9]{32}", group=Group.MESSAGE,
    ),
    _owned(
        provider="mailgun", name="Mailgun key", named=r"mailgun", value=r"[a-f0-9]{32}-[a-f0-9]{8}-[a-f0-9]{8}",
        group=Group.MESSAGE,
    ),
    _owned(
        provider="cohere", name="Cohere key", named=r"cohere|\bco_api", value=r"[A-Za-z0-9]{40}", group=Group.MODEL,
    ),
    _owned(provider="mistral", name="Mistral key", named=r"mistral", value=r"[A-Za-z0-9]{32}", group=Group.MODEL),
    _owned(provider="sonarqube", name="SonarQube token", named=r"sonar", value=r"[a-f0-9]{40}", group=Group.CODE),
    _owned(provider="okta", name="Okta token", named=r"okta|ssws", value=r"00[A-Za-z0-9_-]{40}"),
    _owned(provider="auth0", name="Auth0 client secret", named=r"auth0", value=r"[A-Za-z0-9_-]{64}"),
    _owned(provider="algolia", name="Algolia key", named=r"algolia", value=r"[a-f0-9]{32}"),
    _owned(provider="asana", name="Asana token", named=r"asana", value=r"[0-9]/[0-9]{16}:[a-f0-9]{32}"),
)  # fmt: skip
GROUPS = frozenset([Group.ASSIGNED, *(owner.group for owner in OWNED)])


def assigned_secrets(text: str, *, loose: bool = False) -> Iterator[FoundSecret]:
    """Yield the values given to names of secrets that look random, or are of the form that the named issuer uses.

    Args:
        text: Any text.
        loose: Whether every value counts that mixes letters with digits or signs, in programs too.

    >>> text = "The password is tR7#kq92Lm, and twilio_token=" + "0f" * 4 + "3a7b" * 6
    >>> [found.name for found in assigned_secrets(text)]
    ['assigned secret', 'Twilio auth token']
    """
    for given in compiled(_TO).finditer(text):
        yield from _given(text, given, loose=loose, needs_strength=False)
    for given in compiled(_LOOSELY_TO).finditer(text):
        yield from _given(text, given, loose=loose, needs_strength=True)


def _given(text: str, given: Any, *, loose: bool, needs_strength: bool) -> Iterator[FoundSecret]:
    start = given.end()
    quoted = text[start - 1 : start] in ('"', "'", "`")
    value = (_QUOTED.match(text, start) if quoted else None) or _WHOLE.match(text, start)
    if value is None or len(set(value[0])) < _MIN_VARIED:
        return
    trimmed = value[0] if quoted else _NEXT_FIELD.split(value[0], maxsplit=1)[0].rstrip(".)!?:")
    owner = _owner(text[max(0, given.start() - 48) : start], trimmed)
    if owner is not None:
        yield _found(owner.group, owner.provider, owner.name, start, start + len(trimmed))
    elif (not needs_strength or _is_strong(trimmed) or _is_set(text, given.start(), quoted=quoted)) and _counts(
        given, trimmed, quoted=quoted, loose=loose
    ):
        yield _found(Group.ASSIGNED, "assigned", NAME, start, start + len(trimmed))


def _is_set(text: str, at: int, *, quoted: bool) -> bool:
    found = _SETS.search(text, max(0, at - 48), at)
    return found is not None and (quoted or not found[0].startswith("#"))


def _counts(given: Any, value: str, *, quoted: bool, loose: bool) -> bool:
    if loose:
        return is_random(value)
    if stands_in(value) or (not quoted and _CODE.search(value) is not None):
        return False
    at = given.start(1)
    before = given.string[max(0, at - 16) : at]
    # In the name of a resource (arn:…:secret:…) nothing is given to anything.
    return not before.endswith(":") and is_secret(given.group(1), value, before=before)


def is_secret(name: str, value: str, *, before: str) -> bool:
    """Return whether ``value`` is nothing that one was to guess, given to ``name``, with ``before`` in front of it.

    >>> is_secret("token", "q9Wd7Lk2Zt5Xv8Bn3", before="auth_"), is_secret("token", "q9Wd7Lk2Zt5Xv8Bn3", before="next_")
    (True, False)
    """
    if _HASHED.match(value):
        return False
    kinds = _kinds(value)
    if kinds > _MANY_KINDS and len(value) >= _MIN_LONG and entropy(value) >= _MIN_LONG_BITS:
        return _TEMPLATE.search(value) is None
    if _NO_SECRET.search(value) or not is_random(value):
        return False
    if ("[" in value and "]" in value) or _NAME_OF_SOMETHING.search(value):
        return False
    if name.casefold() == "token" and (
        len(value) < _MIN_TOKEN
        or (_UUID.match(value) is not None and _ISSUED.search(before) is None)
        or _NO_CREDENTIAL.search(before) is not None
    ):
        return False
    if not any(map(str.isdigit, value)):
        return kinds >= _MANY_KINDS and _CASES_MIXED.search(value) is not None and "." not in value
    return kinds >= _MANY_KINDS or entropy(value) >= _MIN_BITS


def _kinds(value: str) -> int:
    """Return how many there are of small letters, capitals, digits and signs."""
    has_sign = _SIGN.search(value) is not None
    return any(map(str.islower, value)) + any(map(str.isupper, value)) + any(map(str.isdigit, value)) + has_sign


def _is_strong(value: str) -> bool:
    """Return whether ``value`` looks like a secret without a sign that it is given to a name."""
    if value.isidentifier() and "_" in value:
        return False
    return _kinds(value) >= _MANY_KINDS and any(map(str.isdigit, value)) and _WORD_AND_NUMBER.fullmatch(value) is None


def _owner(named: str, value: str) -> Owned | None:
    fitting = [number for number, form in enumerate(_owned_values()) if form.fullmatch(value)]
    if not fitting or len(set(value)) < 6 or stands_in(value):
        return None
    return next((OWNED[number] for number in fitting if _owned_names()[number].search(named)), None)


@cache
def _owned_values() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(owner.value) for owner in OWNED)


@cache
def _owned_names() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(owner.named, re.IGNORECASE) for owner in OWNED)


def _found(group: Group, provider: str, name: str, start: int, end: int) -> FoundSecret:
    return FoundSecret(group=group, provider=provider, name=name, start=start, end=end)
