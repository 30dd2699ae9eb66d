"""Writes credentials as programs, settings, logs, commands and people do, in many languages."""

from __future__ import annotations

import random
from collections.abc import Iterator

from fakes.secret_samples.files import SPECIAL
from fakes.secret_samples.harmless import HARMLESS
from fakes.secret_samples.values import NAMED, PREFIXED, password

NEUTRAL = {
    "python": ['CLIENT = Client("{}")', 'x = f"{}"', 'requests.get(U, headers={{"X-A": "{}"}})'],
    "js": ["const it = '{}';", "fetch(u, {{headers: {{a: `{}`}}}})"],
    "ts": ['export const V: string = "{}";'],
    "java": ['private static final String V = "{}";'],
    "go": ['v := "{}"'],
    "rust": ['let v: &str = "{}";'],
    "c": ['static const char *v = "{}";'],
    "csharp": ['var v = @"{}";'],
    "php": ["$v = '{}';", "define('V', '{}');"],
    "ruby": ["v = '{}'.freeze"],
    "kotlin": ['val v = "{}"'],
    "swift": ['let v = "{}"'],
    "bash": ["run --with {} -v", "export V={}"],
    "yaml": ["v: {}", '  - "{}"'],
    "env": ["V={}", 'V="{}"'],
    "json": ['{{"v":"{}"}}', '{{\n  "v": "{}"\n}}'],
    "json in json": ['{{"a":"{{\\"v\\":\\"{}\\"}}"}}'],
    "logs": ["2026-11-21T10:00:00.123Z WARN [main] c.s.App - sent={} ok", "ts=1 lvl=info v={}\t200", "[{}]"],
    "history": [": 1700000000:0;tool login {}", '  482  curl -H "X-A: {}" https://a.shop.io'],
    "prose": [
        "Please take {}, it works.",
        "Mine is {}.",
        "(see {})",
        "It is “{}”.",
        "**{}**",
        "Bitte nimm {}, danke.",
        "Prends «{}» pour essayer.",
        "Usa {} por favor.",
        "请使用{}登录。",
        "ключ: {};",
        "{}を使って",
    ],
    "docker": ["ENV V={}", "RUN tool --v={} && true"],
    "k8s": ['        - name: V\n          value: "{}"'],
    "terraform": ['  v = "{}"'],
    "url": ["https://a.shop.io/x?v={}&p=1", "https://a.shop.io/{}/x"],
    "http": ["X-A: {}\r\n", "Cookie: s={}; a=b", "Authorization: Bearer {}", "Authorization: token {}"],
    "curl": ["curl -u {}: https://a.shop.io", "curl -H 'Authorization: Bearer {}' u"],
    "md": ["`{}`", "| v | {} |"],
    "xml": ["<v>{}</v>", '<add key="v" value="{}"/>'],
    "csv": ["a,{},b"],
    "diff": ['-v = "{}"', "+{}"],
}
"""Where the name says nothing."""

NAMING = {
    "python": ['{n} = "{v}"', "os.environ['{n}'] = '{v}'", 'dict({n}="{v}")', "config['{n}'] = \"{v}\""],
    "js": ["const {n} = '{v}';", '{{ {n}: "{v}" }}', "process.env.{n} = '{v}'"],
    "ts": ['const {n}: string = "{v}";'],
    "java": ['String {n} = "{v}";', 'System.setProperty("{n}", "{v}");', '.put("{n}", "{v}")'],
    "go": ['{n} := "{v}"', 'os.Setenv("{n}", "{v}")', '{n}: "{v}",'],
    "rust": ['let {n} = "{v}";', 'const {n}: &str = "{v}";'],
    "c": ['#define {n} "{v}"', 'const char *{n} = "{v}";', 'char {n}[] = "{v}";'],
    "csharp": ['var {n} = "{v}";', '["{n}"] = "{v}"'],
    "php": ["${n} = '{v}';", "define('{n}', '{v}');", "'{n}' => '{v}',"],
    "ruby": ["{n}: '{v}'", "ENV['{n}'] = '{v}'", ":{n} => '{v}'"],
    "kotlin": ['val {n} = "{v}"'],
    "swift": ['let {n} = "{v}"'],
    "bash": ["export {n}={v}", "export {n}='{v}'", "tool --{n} {v}", '{n}="{v}" ./run'],
    "powershell": ['$env:{n} = "{v}"'],
    "cmd": ["setx {n} {v}"],
    "yaml": ["{n}: {v}", '{n}: "{v}"', "  - {n}={v}"],
    "env": ["{n}={v}", '{n}="{v}"', "{n} = {v}"],
    "json": ['{{"{n}": "{v}"}}', '{{"{n}":"{v}"}}'],
    "json in json": ['"{{\\"{n}\\":\\"{v}\\"}}"'],
    "k8s": ['- name: {n}\n  value: "{v}"'],
    "json pair": ['{{"name": "{n}", "value": "{v}"}}'],
    "terraform": ['  {n} = "{v}"', 'variable "{n}" {{\n  default = "{v}"\n}}'],
    "docker": ["ENV {n}={v}", "ENV {n} {v}", "docker run -e {n}={v} a"],
    "logs": ["INFO starting with {n}={v} region=eu", "{n}: {v}"],
    "xml": ['<add key="{n}" value="{v}"/>', "<{n}>{v}</{n}>"],
    "properties": ["spring.{n}={v}"],
    "toml": ['{n} = "{v}"'],
    "sql": ["SET {n} = '{v}';"],
    "url": ["https://a.shop.io/x?{n}={v}&b=1"],
    "prose": [
        "The {n} is {v}.",
        "our {n}: {v}",
        "{n} = {v}",
        "Das {n} lautet {v}.",
        "la {n} est {v}",
        "el {n} es {v}",
        "{n}：{v}",
    ],
}
"""Where ``{n}`` is the name and ``{v}`` the value."""

SAID = {
    "en": [
        "the password is {v}",
        "Password: {v}",
        "login with ada and password {v}",
        "pw: {v}",
        "my pin/password for it = {v}",
    ],
    "de": ["Das Passwort lautet {v}", "Kennwort: {v}", "mein Passwort ist {v}", "Zugangsdaten: ada / Passwort {v}"],
    "fr": ["le mot de passe est {v}", "Mot de passe : {v}", "mdp: {v}"],
    "es": ["la contraseña es {v}", "Contraseña: {v}", "clave: {v}"],
    "it": ["la password è {v}", "Parola chiave: {v}"],
    "pt": ["a senha é {v}", "Senha: {v}"],
    "nl": ["het wachtwoord is {v}", "Wachtwoord: {v}"],
    "pl": ["hasło to {v}", "Hasło: {v}"],
    "ru": ["пароль: {v}", "Пароль {v}"],
    "zh": ["密码：{v}", "密码是{v}"],
    "ja": ["パスワード：{v}", "パスワードは{v}です"],
    "tr": ["Şifre: {v}", "parola: {v}"],
    "sv": ["lösenord: {v}"],
    "cs": ["heslo: {v}"],
    "ko": ["비밀번호: {v}"],
    "ar": ["كلمة المرور: {v}"],
    "uk": ["пароль: {v}"],
    "da": ["adgangskode: {v}"],
    "fi": ["salasana: {v}"],
}
"""How people say a password, by language."""


_AROUND = ("{}", "x {} y", '"{}"', "v: {}", "# {}\n", "- {}\n- b")
_LINES = ("{}", "a\n{}\nb", "Here:\n\n{}\n", "```\n{}\n```")


def true_samples(seed: str, *, each: int = 20) -> Iterator[tuple[str, str, str]]:
    """Yield how a credential is told, what it is, and a text that it stands in.

    Args:
        seed: The same one gives the same samples.
        each: Of each kind of file.
    """
    d = random.Random(seed)  # noqa: S311 - nobody guards these
    for kind, make in PREFIXED.items():
        yield from (("form", kind, one.format(make(d))) for several in NEUTRAL.values() for one in several)
    for kind, (names, make) in NAMED.items():
        for one in (one for several in NAMING.values() for one in several):
            text = one.replace("{n}", d.choice(names)).replace("{v}", make(d))
            yield "name", kind, text.replace("{{", "{").replace("}}", "}")
    for language, several in SAID.items():
        yield from (("said", language, one.replace("{v}", password(d))) for one in several for _ in range(8))
    for kind, make in SPECIAL.items():
        yield from (("file", kind, d.choice(_LINES).replace("{}", make(d))) for _ in range(each))


def harmless_samples(seed: str, *, each: int = 6) -> Iterator[tuple[str, str]]:
    """Yield what is no credential, and a text that it stands in."""
    d = random.Random(seed)  # noqa: S311 - nobody guards these
    for kind, make in HARMLESS.items():
        yield from ((kind, around.replace("{}", make(d))) for around in _AROUND for _ in range(each))
