"""What resembles a credential and is none, and what manuals print."""

from __future__ import annotations

import base64
import string

from fakes.secret_samples.values import ALNUM, HEX, LOWER, UPPER, URL, base_64, crc, prefixed, some, uuid_of


def _one_off(token):
    return token[:12] + ("A" if token[12] != "A" else "B") + token[13:]


HARMLESS = {
    "sha256 file": lambda d: f"{some(d, HEX, 64)}  app-1.2.3.tar.gz",
    "docker digest": lambda d: f"image: r.shop.io/app@sha256:{some(d, HEX, 64)}",
    "go.sum": lambda d: f"github.com/a/b v1.2.3 h1:{base_64(d, 32)}",
    "npm lock": lambda d: f'"integrity": "sha512-{base_64(d, 64)}"',
    "git log": lambda d: f"commit {some(d, HEX, 40)}\nAuthor: Ada",
    "uuid json": lambda d: f'{{"id":"{uuid_of(d)}","request_id":"{uuid_of(d)}"}}',
    "etag": lambda d: f'ETag: "{some(d, HEX, 32)}"',
    "ssh pub": lambda d: "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAB" + base_64(d, 260) + " ada@h",
    "known_hosts": lambda d: (
        f"|1|{base_64(d, 20)}|{base_64(d, 20)} ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{some(d, ALNUM, 43)}"
    ),
    "cert": lambda d: (
        "-----BEGIN CERTIFICATE-----\n" + "\n".join(base_64(d, 48) for _ in range(12)) + "\n-----END CERTIFICATE-----"
    ),
    "pub pem": lambda d: "-----BEGIN PUBLIC KEY-----\n" + base_64(d, 48) + "\n-----END PUBLIC KEY-----",
    "data uri": lambda d: '<img src="data:image/png;base64,iVBORw0KGgo' + base_64(d, 400) + '">',
    "css hash": lambda d: f"main.{some(d, HEX, 20)}.chunk.js",
    "k8s pod": lambda d: f"pod/api-{some(d, HEX, 10)}-{some(d, LOWER, 5)} Running",
    "trace": lambda d: f"traceparent: 00-{some(d, HEX, 32)}-{some(d, HEX, 16)}-01",
    "arn": lambda d: (
        f"arn:aws:secretsmanager:eu-west-1:{some(d, string.digits, 12)}:secret:prod/db-{some(d, ALNUM, 6)}"
    ),
    "env ref": lambda d: d.choice(
        [
            "password: ${DB_PASSWORD}",
            'api_key = os.getenv("API_KEY")',
            "token: {{ .Values.token }}",
            "secret: !vault |",
            "PASSWORD=$(cat /run/secrets/db)",
            '"password": process.env.DB_PASSWORD,',
            "password = var.db_password",
            'apiKey: config.get("api.key")',
            "Authorization: Bearer $TOKEN",
            'token = request.headers["authorization"]',
            "valueFrom:\n  secretKeyRef:\n    name: db-credentials\n    key: password",
        ]
    ),
    "code": lambda d: d.choice(
        [
            "def get_password_hash(password: str) -> str:",
            'password = input("Password: ")',
            "token = tokenizer.encode(text, add_special_tokens=False)",
            "if password != confirm_password: raise ValueError",
            "secret_key = secrets.token_hex(32)",
            "token_type_ids=token_type_ids",
            "api_key: Optional[str] = None",
            "password=hashlib.sha256(x.encode()).hexdigest()",
            'self.api_key = api_key or os.environ.get("OPENAI_API_KEY")',
            'access_token = response.json()["access_token"]',
            "const token = await getAccessTokenSilently();",
            "passwordField.setText(userPasswordRepository.find(id))",
        ]
    ),
    "prose": lambda d: d.choice(
        [
            "Your password must have 8 characters, 1 digit and 1 sign.",
            "The token is valid for 3600 seconds.",
            "Password: see 1Password entry db-prod-2026.",
            "The secret is in the details.",
            "The key is under the mat at 221B Baker-Street.",
            "Das Passwort ist mindestens 12-stellig.",
            "Reset your password at https://shop.io/reset/step-2",
            "token: 128,000 tokens per request",
            "The api key is rotated every 90-days.",
            "password: min-8-chars",
            "The password is case-sensitive.",
        ]
    ),
    "docs": lambda d: d.choice(
        [
            "API_KEY=your_api_key_here",
            "sk-proj-XXXXXXXXXXXXXXXXXXXXXXXX",
            "Authorization: Bearer YOUR_ACCESS_TOKEN",
            'password: "changeme"',
            "https://user:pass@host.com/",
            "postgresql://postgres:postgres@localhost:5432/postgres",
            "AKIAIOSFODNN7EXAMPLE",
            "xoxb-1234-56789abcdefghij",
            "ghp_XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            "<API_KEY>",
            'api_key="sk-..."',
            "export OPENAI_API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxx",
            "AIzaSyXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            "glpat-xxxxxxxxxxxxxxxxxxxx",
            "SG.xxxxxxxxxxxxxxxxxxxxxx.xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "redis://:password@localhost:6379/0",
            'password: "********"',
            'token: "<redacted>"',
            'client_secret: "REPLACE_ME_123456"',
            "hf_your_token_here_1234567890",
            'secret = "my-secret-key-123"',
            "sk-ant-api03-...",
            "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
            "TOKEN=0123456789abcdef0123456789abcdef",
            'password = "p@ssw0rd"',
            "password=Passw0rd!",
            "mongodb://myUser:myPassword@mongodb0.example.com:27017",
        ]
    ),
    "phone/iban": lambda d: f"IBAN DE89 3704 0044 0532 0130 00, Tel. +49 30 {some(d, string.digits, 7)}",
    "base64 text": lambda d: base64.b64encode(
        f"The quick brown fox number {d.randrange(9999)} jumps over it all day long".encode()
    ).decode(),
    "isbn/sku": lambda d: f"SKU {some(d, UPPER, 3)}-{some(d, UPPER, 8)}-{some(d, UPPER, 4)}",
    "short prefix": lambda d: d.choice(
        [
            prefixed("ghp_", ALNUM, 20),
            prefixed("AKIA", UPPER, 10),
            prefixed("sk-", ALNUM, 8),
            prefixed("hf_", ALNUM, 12),
            prefixed("glpat-", ALNUM, 8),
            prefixed("AIza", ALNUM, 20),
            prefixed("npm_", ALNUM, 20),
        ]
    )(d),
    "one off": lambda d: _one_off(d.choice([crc("ghp_"), crc("npm_")])(d)),
    "idents": lambda d: d.choice(
        [
            "sk-learn-contrib-image-processing-tools",
            "hf_hub_download_with_retry_and_progress",
            "pa-per-trail-for-all-the-things-in-the-world-today-ok",
            "re_compile_pattern_for_all_the_tests",
            "pat-na1-region-based-routing",
            "secret_manager_client_for_all_of_the_regions_in_it",
            "fw_update_manager_for_all_devices",
            "key-value-store-with-many-names",
            "dapi_version_is_checked_here_for_you",
            "SKIP_ALL_THE_TESTS_IN_THIS_FOLDER_NOW",
            "access_token_provider_for_identity",
            "npm_config_registry_and_others_are_set",
        ]
    ),
    "version": lambda d: f"v1.0-{some(d, HEX, 7)}",
    "eth": lambda d: "0x" + some(d, HEX, 40),
    "ipfs": lambda d: "ipfs://bafybei" + some(d, string.ascii_lowercase + "234567", 52),
    "youtube": lambda d: "https://youtu.be/" + some(d, URL, 11),
    "gdoc": lambda d: "https://docs.google.com/document/d/1" + some(d, URL, 43) + "/edit",
    "pagination": lambda d: f'"nextPageToken": "{some(d, URL, 60)}"',
    "csrf": lambda d: f'<input name="csrf_token" value="{some(d, ALNUM, 40)}">',
    "stripe pub": lambda d: "pk_live_51" + some(d, ALNUM, 97),
    "fcm id": lambda d: f'"project_id": "shop-{some(d, LOWER, 6)}", "client_id": "{some(d, string.digits, 21)}"',
    "email": lambda d: f"mailto:ada.{some(d, LOWER, 8)}@shop.io?subject=key",
    "nonce": lambda d: f"script-src 'nonce-{base_64(d, 16)}'",
    "minified": lambda d: '!function(e,t){var n="' + some(d, ALNUM, 12) + '";e.token=t.token||n}(a,b);',
    "token count": lambda d: f'max_tokens: {d.randrange(99999)}, "total_tokens": {d.randrange(99999)}',
    "amazon url": lambda d: f"https://www.amazon.de/dp/B0{some(d, UPPER, 8)}?pf_rd_r={some(d, UPPER, 20)}&ref=sr_1_3",
}
"""By what it is."""
