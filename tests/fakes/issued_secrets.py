"""Makes credentials as their issuers would: from the issuers' published grammar, not from the patterns that find them.

Every value is random and opens nothing. `ISSUERS` gives, for each issuer, makers of true ones; `look_alikes` what only
resembles one, and `DOCUMENTED` what manuals print.
"""

from __future__ import annotations

import base64
import binascii
import json
import random
import string
import zlib
from collections.abc import Callable

ALNUM = string.ascii_letters + string.digits
BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
URL = ALNUM + "-_"
BASE32 = string.ascii_uppercase + "234567"
HEX = "0123456789abcdef"
UPPER = string.ascii_uppercase + string.digits
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

Maker = Callable[[random.Random], str]


def dice_of(seed: str) -> random.Random:
    """Return dice that fall the same way for the same seed."""
    return random.Random(seed)  # noqa: S311 - what they make opens nothing


def some(dice: random.Random, alphabet: str, length: int) -> str:
    """Return random characters."""
    return "".join(dice.choices(alphabet, k=length))


def url64(content: bytes) -> str:
    """Return base 64 for addresses without padding."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def uuid(dice: random.Random) -> str:
    """Return a random UUID."""
    h = some(dice, HEX, 32)
    return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:]}"


def crc_token(prefix: str) -> Maker:
    """Return a maker of 30 random characters and their CRC-32 in base 62."""

    def make(dice: random.Random) -> str:
        body = some(dice, ALNUM, 30)
        number, digits = binascii.crc32(body.encode()), ""
        while number:
            number, rest = divmod(number, 62)
            digits = BASE62[rest] + digits
        return prefix + body + digits.rjust(6, "0")

    return make


def plain(prefix: str, alphabet: str, length: int, suffix: str = "") -> Maker:
    """Return a maker of a prefix and random characters."""
    return lambda dice: prefix + some(dice, alphabet, length) + suffix


def web_token(dice: random.Random) -> str:
    """Return a signed JSON Web Token."""
    head = {"alg": dice.choice(["HS256", "RS256", "ES256"]), "typ": "JWT"}
    body = {"sub": some(dice, ALNUM, 12), "iat": dice.randrange(10**9, 2 * 10**9), "scope": "read write"}
    return ".".join((url64(json.dumps(head).encode()), url64(json.dumps(body).encode()), url64(dice.randbytes(32))))


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    head = bytes([size]) if size < 128 else bytes([0x82, size >> 8, size & 255])
    return bytes([tag]) + head + content


def pem(label: str, *, size: int = 600) -> Maker:
    """Return a maker of a key block: DER (or OpenSSH's format) in lines of 64 characters."""

    def make(dice: random.Random) -> str:
        inside = b"\x02\x01\x00" + dice.randbytes(size)
        body = b"openssh-key-v1\0" + dice.randbytes(size) if "OPENSSH" in label else _der(0x30, inside)
        text = base64.b64encode(body).decode()
        lines = [text[at : at + 64] for at in range(0, len(text), 64)]
        return "\n".join((f"-----BEGIN {label}PRIVATE KEY-----", *lines, f"-----END {label}PRIVATE KEY-----"))

    return make


def armoured(dice: random.Random) -> str:
    """Return an OpenPGP key block."""
    text = base64.b64encode(b"\x95" + dice.randbytes(500)).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    begin, end = "-----BEGIN PGP PRIVATE KEY BLOCK-----", "-----END PGP PRIVATE KEY BLOCK-----"
    return "\n".join((begin, "", *lines, "=" + some(dice, ALNUM, 4), end))


def age_key(dice: random.Random) -> str:
    """Return an age key: Bech32 of 32 bytes with its check sum (BIP 173)."""
    data = [dice.randrange(32) for _ in range(51)] + [dice.choice([0, 16])]
    human = "age-secret-key-"
    values = [ord(c) >> 5 for c in human] + [0] + [ord(c) & 31 for c in human] + data
    check = 1
    for value in (*values, 0, 0, 0, 0, 0, 0):
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= term if top >> bit & 1 else 0
    check ^= 1
    data += [check >> 5 * (5 - place) & 31 for place in range(6)]
    return (human + "1" + "".join(BECH32[value] for value in data)).upper()


def macaroon(dice: random.Random) -> str:
    """Return a PyPI token: a macaroon in version 2, whose first packet names the registry."""
    inner = b"\x02\x01\x08pypi.org\x02" + bytes([36]) + uuid(dice).encode()
    return "pypi-" + url64(inner + b"\x00" + dice.randbytes(60))


def atlassian(dice: random.Random) -> str:
    """Return an Atlassian token: a long body and the CRC-32 of it."""
    body = "ATATT3xFfGF0" + some(dice, URL, 171)
    return f"{body}={zlib.crc32(body.encode()):08X}"


def password(dice: random.Random) -> str:
    """Return a password as managers make them."""
    body = some(dice, ALNUM + "!#%+-_?", dice.randrange(14, 24))
    return dice.choice(string.ascii_letters) + body + dice.choice(string.digits) + dice.choice("!#+?")[:0]


ISSUERS: dict[str, tuple[Maker, ...]] = {
    "AWS": (plain("AKIA", BASE32, 16), plain("ASIA", BASE32, 16)),
    "Google": (plain("AIzaSy", URL, 33), plain("GOCSPX-", URL, 28), plain("ya29.a0", URL, 160)),
    "Azure": (
        lambda d: some(d, ALNUM, 3) + "8Q~" + some(d, ALNUM + "-_.~", 33) + some(d, ALNUM, 1),
        lambda d: "DefaultEndpointsProtocol=https;AccountName=shop;AccountKey="
        + base64.b64encode(d.randbytes(64)).decode(),
        lambda d: "Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey="
        + base64.b64encode(d.randbytes(32)).decode(),
    ),
    "GitHub": (
        *(crc_token(f"gh{kind}_") for kind in "pous"),
        lambda d: f"github_pat_{some(d, ALNUM, 22)}_{some(d, ALNUM, 59)}",
    ),
    "GitLab": (plain("glpat-", URL, 20), plain("glrt-", URL, 20), plain("gldt-", URL, 20)),
    "Bitbucket": (plain("ATBB", ALNUM, 32),),
    "Atlassian": (atlassian,),
    "npm": (crc_token("npm_"),),
    "PyPI": (macaroon,),
    "RubyGems": (plain("rubygems_", HEX, 48),),
    "Docker": (plain("dckr_pat_", URL, 27),),
    "Slack": (
        lambda d: f"xoxb-{some(d, string.digits, 12)}-{some(d, string.digits, 13)}-{some(d, ALNUM, 24)}",
        lambda d: f"xapp-1-A{some(d, UPPER, 10)}-{some(d, string.digits, 13)}-{some(d, HEX, 64)}",
        lambda d: f"https://hooks.slack.com/services/T{some(d, UPPER, 10)}/B{some(d, UPPER, 10)}/{some(d, ALNUM, 24)}",
    ),
    "Discord": (
        lambda d: f"https://discord.com/api/webhooks/{some(d, '123456789', 18)}/{some(d, URL, 68)}",
        lambda d: f"M{some(d, ALNUM, 25)}.G{some(d, URL, 5)}.{some(d, URL, 37)}{some(d, ALNUM, 1)}",
    ),
    "Telegram": (lambda d: f"{d.randrange(10**8, 10**10)}:AA{some(d, URL, 32)}{some(d, ALNUM, 1)}",),
    "Stripe": (plain("sk_live_51", ALNUM, 97), plain("rk_live_", ALNUM, 24), plain("whsec_", ALNUM, 32)),
    "Square": (plain("sq0atp-", URL, 22), plain("sq0csp-", URL, 43)),
    "Shopify": (plain("shpat_", HEX, 32), plain("shpss_", HEX, 32)),
    "Braintree": (lambda d: f"access_token$production${some(d, HEX, 16)}${some(d, HEX, 32)}",),
    "Twilio": (plain("SK", HEX, 32), lambda d: f"TWILIO_AUTH_TOKEN={some(d, HEX, 32)}"),
    "SendGrid": (lambda d: f"SG.{some(d, URL, 22)}.{some(d, URL, 42)}{some(d, ALNUM, 1)}",),
    "Mailgun": (plain("key-", HEX, 32),),
    "Mailchimp": (lambda d: f"{some(d, HEX, 32)}-us{d.randrange(1, 22)}",),
    "OpenAI": (
        lambda d: f"sk-proj-{some(d, URL, 74)}T3BlbkFJ{some(d, URL, 73)}{some(d, ALNUM, 1)}",
        lambda d: f"sk-{some(d, ALNUM, 20)}T3BlbkFJ{some(d, ALNUM, 20)}",
    ),
    "Anthropic": (plain("sk-ant-api03-", URL, 93, "AA"),),
    "Hugging Face": (plain("hf_", string.ascii_letters, 34),),
    "Cohere": (lambda d: f"COHERE_API_KEY={some(d, ALNUM, 40)}",),
    "Groq": (plain("gsk_", ALNUM, 52),),
    "Replicate": (plain("r8_", ALNUM, 37),),
    "Databricks": (plain("dapi", HEX, 32),),
    "DigitalOcean": (plain("dop_v1_", HEX, 64),),
    "Heroku": (lambda d: f"HEROKU_API_KEY={uuid(d)}", lambda d: f"HRKU-{some(d, URL, 58)}"),
    "Cloudflare": (lambda d: f"CLOUDFLARE_API_TOKEN={some(d, URL, 40)}",),
    "Datadog": (lambda d: f"DD_API_KEY={some(d, HEX, 32)}", lambda d: f"datadog_app_key={some(d, HEX, 40)}"),
    "New Relic": (plain("NRAK-", UPPER, 27),),
    "Sentry": (
        lambda d: "sntrys_" + url64(json.dumps({"iat": 1.7e9, "url": "https://sentry.io"}).encode())
        + "_" + some(d, ALNUM + "+/", 43),
        plain("sntryu_", HEX, 64),
    ),
    "Grafana": (lambda d: f"glsa_{some(d, ALNUM, 32)}_{some(d, HEX, 8)}",),
    "Vault": (plain("hvs.", URL, 95),),
    "Terraform": (lambda d: f"{some(d, ALNUM, 14)}.atlasv1.{some(d, URL, 66)}{some(d, ALNUM, 1)}",),
    "Doppler": (plain("dp.pt.", ALNUM, 43),),
    "Postman": (lambda d: f"PMAK-{some(d, HEX, 24)}-{some(d, HEX, 34)}",),
    "Dropbox": (plain("sl.u.", URL, 140),),
    "Facebook": (plain("EAAB", ALNUM, 180),),
    "Linear": (plain("lin_api_", ALNUM, 40),),
    "Notion": (plain("ntn_", ALNUM, 46), plain("secret_", ALNUM, 43)),
    "Airtable": (lambda d: f"pat{some(d, ALNUM, 14)}.{some(d, HEX, 64)}",),
    "Figma": (plain("figd_", URL, 40),),
    "HubSpot": (lambda d: f"pat-na1-{uuid(d)}",),
    "Okta": (lambda d: f"OKTA_API_TOKEN=00{some(d, URL, 39)}{some(d, ALNUM, 1)}",),
    "JSON Web Token": (web_token,),
    "PEM key": (pem(""), pem("RSA "), pem("EC ", size=118), pem("OPENSSH ", size=340)),
    "OpenPGP key": (armoured,),
    "age": (age_key,),
    "kubeconfig": (lambda d: "client-key-data: " + base64.b64encode(pem("RSA ")(d).encode()).decode(),),
    "password in an address": (
        lambda d: f"postgresql://app:{some(d, ALNUM, 16)}@db-{d.randrange(99)}.internal.shop.io:5432/orders",
        lambda d: f"https://ci:{some(d, ALNUM, 20)}@git.shop.io/team/app.git",
    ),
    "netrc": (lambda d: f"machine git.shop.io login ci password {some(d, ALNUM, 18)}",),
    "password hash": (
        lambda d: f"ada:$2y$10${some(d, ALNUM + './', 53)}",
        lambda d: f"$apr1${some(d, ALNUM, 8)}${some(d, ALNUM, 22)}",
    ),
    "assigned": (lambda d: f"DB_PASSWORD={password(d)}", lambda d: f'api_key = "{some(d, ALNUM, 32)}"'),
}  # fmt: skip
"""By issuer; more than 40 of them."""


def _wrong_crc(dice: random.Random) -> str:
    token = crc_token("ghp_")(dice)
    return token[:10] + ("A" if token[10] != "A" else "B") + token[11:]


LOOK_ALIKES: dict[str, Maker] = {
    "SHA-256": plain("", HEX, 64),
    "SHA-1 of a commit": lambda d: f"commit {some(d, HEX, 40)}",
    "MD5": plain("", HEX, 32),
    "UUID": uuid,
    "lock file": lambda d: f'integrity = "sha512-{base64.b64encode(d.randbytes(64)).decode()}"',
    "image": lambda d: "data:image/png;base64,iVBORw0KGgo" + base64.b64encode(d.randbytes(200)).decode(),
    "certificate": lambda d: "-----BEGIN CERTIFICATE-----\n" + base64.b64encode(d.randbytes(48)).decode()
    + "\n-----END CERTIFICATE-----",
    "public key": lambda d: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + some(d, ALNUM, 43) + " ada@laptop",
    "GitHub token with a digit wrong": _wrong_crc,
    "npm token with a digit wrong": lambda d: "npm_" + _wrong_crc(d)[4:],
    "JSON Web Token that is none": lambda d: f"eyJ{some(d, ALNUM, 20)}.eyJ{some(d, ALNUM, 30)}.{some(d, ALNUM, 43)}",
    "age key with a letter wrong": lambda d: (k := age_key(d))[:20] + ("Q" if k[20] != "Q" else "P") + k[21:],
    "token too short": plain("ghp_", ALNUM, 20),
    "access key too short": plain("AKIA", UPPER[:26], 11),
    "words with hyphens": lambda d: "sk-" + "-".join(d.choices(["learn", "image", "video", "bio", "plot"], k=6)),
    "module path": lambda d: "hf_hub_download_with_revision_" + d.choice(["pinned", "checked", "resolved"]),
    "environment": lambda d: "password = os.environ['DB_PASSWORD']" if d.random() < 0.5 else "api_key=${API_KEY}",
    "call": lambda d: "token = create_access_token(identity=user.id, hours=12)",
    "prose": lambda d: "The password is required-for-all-users. A token: see section 4.2.",
    "address without password": lambda d: f"https://api.shop.io:8443/v{d.randrange(9)}/orders?page={d.randrange(99)}",
    "pagination": lambda d: f'"next_page_token": "{some(d, ALNUM, 32)}"',
    "serial": lambda d: f"serial number {some(d, UPPER, 4)}-{some(d, UPPER, 4)}-{some(d, UPPER, 4)}",
}  # fmt: skip
"""What has the form, or nearly, and is no credential."""

DOCUMENTED = (
    "AKIA" + "IOSFODNN7EXAMPLE",
    "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY",
    "sk_test_" + "4eC39HqLyjWDarjtT1zdp7dc",
    "sk_test_" + "BQokikJOvBiI2HlWgH4olfQ2",
    "ghp_" + "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "ghp_" + "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17",
    "xoxb-" + "your-token-here-goes-in-this-place",
    "https://hooks.slack.com/services/" + "T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    + "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ"
    ".SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
    "AccountKey=" + "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
    "AIzaSy" + "YourApiKeyGoesRightInHere_0000000",
    "sk-" + "your-api-key-goes-here-0000000000",
    "postgres://user:password@localhost:5432/mydb",
    "mysql://root:root@127.0.0.1/test",
    "https://user:secret99@example.com/path",
    "export API_KEY=<your-api-key>",
    "password: changeme123",
    "TWILIO_AUTH_TOKEN=" + "x" * 32,
    "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
    "SG." + "ngeVfQFYQlKU0ufo8x5d1A.TwL2iGABf9DHoTf-09kqeF8tAmbihYzrnopKc-1s5cr",
    "110201543:" + "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
    "glpat-" + "XXXXXXXXXXXXXXXXXXXX",
    'client_secret = "{{ client_secret }}"',
    "DD_API_KEY=<DATADOG_API_KEY_32_CHARS>",
)
"""As manuals print them."""

SETTINGS: dict[str, tuple[str, ...]] = {
    "code": ('VALUE = "{}"\n', 'client = Client("{}", timeout=30)\n', "const it = '{}';\n", 'headers["X-Id"] = "{}"\n'),
    "configuration": ("deploy: {}\n", "SERVICE={}\n", '{{"value": "{}"}}\n', "  value: '{}'\n"),
    "prose": ("Please use {} for now, it works.\n", "Mine is {}\n", "I pasted `{}` into the form.\n"),
    "logs": (
        "2026-11-21T10:00:00Z INFO sent {} to upstream\n",
        'level=info msg="done" given="{}"\n',
        "GET /v1/items?k={}&page=2 200\n",
    ),
}  # fmt: skip
"""Where they are written. The names say nothing of secrets: what is told, is told by its form."""


def placed(value: str, where: str, dice: random.Random) -> str:
    """Return ``value`` as it is written in code, configuration, prose or logs."""
    if "\n" in value or "=" in value[:40] or ": " in value or value.startswith(("https:", "postgresql:", "machine")):
        before = {"code": "# settings\n", "configuration": "---\n", "prose": "Here it is:\n", "logs": "INFO dump\n"}
        return f"{before[where]}{value}\n"
    return dice.choice(SETTINGS[where]).format(value)
