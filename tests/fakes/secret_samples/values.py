"""Makes credentials by grammars that their issuers publish. Every value is random and opens nothing.

Written without a look at the patterns that find them, and beside `fakes.issued_secrets`: the patterns were fitted to
neither.
"""

from __future__ import annotations

import base64
import json
import string
import uuid
import zlib

HEX = "0123456789abcdef"
ALNUM = string.ascii_letters + string.digits
UPPER = string.ascii_uppercase + string.digits
LOWER = string.ascii_lowercase + string.digits
URL = ALNUM + "-_"
STANDARD = ALNUM + "+/"
_BASE_62 = string.digits + string.ascii_uppercase + string.ascii_lowercase


def some(d, alphabet, length):
    return "".join(d.choices(alphabet, k=length))


def uuid_of(d):
    return str(uuid.UUID(int=d.getrandbits(128), version=4))


def base_64(d, size):
    return base64.b64encode(d.randbytes(size)).decode()


def url_64(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def prefixed(prefix, alphabet, length, suffix=""):
    return lambda d: prefix + some(d, alphabet, length) + suffix


def crc(prefix):
    def make(d):
        body = some(d, ALNUM, 30)
        rest, digits = zlib.crc32(body.encode()), ""
        while rest:
            rest, digit = divmod(rest, 62)
            digits = _BASE_62[digit] + digits
        return prefix + body + digits.rjust(6, "0")

    return make


def jwt(d):
    header = {"alg": d.choice(["HS256", "RS256", "ES256"]), "typ": "JWT", "kid": some(d, ALNUM, 12)}
    claims = {"iss": "https://id.shop.io/", "sub": uuid_of(d), "aud": "api", "exp": 1799999999, "scope": "read write"}
    parts = (json.dumps(one, separators=(",", ":")).encode() for one in (header, claims))
    return ".".join([*map(url_64, parts), url_64(d.randbytes(32))])


def pem(kind, size=600, is_openssh=False):
    def make(d):
        der = b"\x30\x82" + (size - 4).to_bytes(2, "big") + d.randbytes(size - 4)
        body = base64.b64encode(b"openssh-key-v1\0" + der if is_openssh else der).decode()
        lines = "\n".join(body[at : at + 64] for at in range(0, len(body), 64))
        return f"-----BEGIN {kind}PRIVATE KEY-----\n{lines}\n-----END {kind}PRIVATE KEY-----"

    return make


def password(d):
    pool = [d.choice(UPPER[:26]), d.choice("23456789"), d.choice("!#%-_+"), *some(d, ALNUM, d.randrange(7, 14))]
    return "".join(d.sample(pool, k=10))


PREFIXED = {
    "aws id": prefixed("AKIA", string.ascii_uppercase + "234567", 16),
    "aws sts id": prefixed("ASIA", string.ascii_uppercase + "234567", 16),
    "aws bedrock key": lambda d: (
        "ABSK"
        + base64.b64encode(
            b"BedrockAPIKey-"
            + some(d, LOWER, 4).encode()
            + b"-at-"
            + some(d, string.digits, 12).encode()
            + b":"
            + d.randbytes(32)
        ).decode()
    ),
    "gcp api": prefixed("AIzaSy", URL, 32, "Q"),
    "gcp oauth secret": prefixed("GOCSPX-", URL, 27, "x"),
    "gcp access": lambda d: "ya29.a0" + some(d, URL, 190) + "0175",
    "gcp refresh": lambda d: "1//0" + some(d, string.digits, 1) + some(d, URL, 97) + "a",
    "azure client secret": lambda d: some(d, ALNUM, 3) + "8Q~" + some(d, ALNUM + "_~.-", 33) + "c",
    "azure devops": lambda d: some(d, ALNUM, 52) + "JQQJ99" + some(d, ALNUM, 18) + "AZDO" + some(d, ALNUM, 4),
    "azure openai new": lambda d: (
        some(d, ALNUM, 52) + "JQQJ99" + some(d, UPPER, 4) + "AC" + some(d, ALNUM, 12) + "ACOG" + some(d, ALNUM, 4)
    ),
    "azure storage conn": lambda d: (
        f"DefaultEndpointsProtocol=https;AccountName=shop{some(d, LOWER, 4)};AccountKey={some(d, STANDARD, 76)}+ASt{some(d, STANDARD, 5)}A==;EndpointSuffix=core.windows.net"  # noqa: E501 - one sample to a line
    ),
    "azure servicebus conn": lambda d: (
        f"Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey={some(d, STANDARD, 33)}+ASb{some(d, STANDARD, 5)}A="  # noqa: E501 - one sample to a line
    ),
    "azure cosmos": lambda d: (
        f"AccountEndpoint=https://shop.documents.azure.com:443/;AccountKey={some(d, STANDARD, 76)}ACDb{some(d, STANDARD, 5)}A==;"  # noqa: E501 - one sample to a line
    ),
    "azure function": lambda d: some(d, URL, 44) + "AzFu" + some(d, URL, 5) + "A==",
    "azure search": lambda d: some(d, ALNUM, 42) + "AzSe" + some(d, "ABCD", 1) + some(d, ALNUM, 5),
    "azure sas": lambda d: (
        f"https://shop.blob.core.windows.net/c/b.csv?sv=2023-11-03&st=2026-01-01&se=2026-12-31&sr=b&sp=r&sig={some(d, ALNUM, 30)}%2B{some(d, ALNUM, 12)}%3D"  # noqa: E501 - one sample to a line
    ),
    "github classic": crc("ghp_"),
    "github oauth": crc("gho_"),
    "github server": crc("ghs_"),
    "github fine": lambda d: "github_pat_" + some(d, UPPER, 22) + "_" + some(d, ALNUM, 59),
    "gitlab": prefixed("glpat-", URL, 19, "w"),
    "gitlab routable": lambda d: "glpat-" + some(d, URL, 27) + ".01." + some(d, LOWER, 9),
    "gitlab runner": prefixed("glrt-", URL, 19, "e"),
    "gitlab runner registration": prefixed("GR1348941", URL, 19, "e"),
    "gitlab ci job": lambda d: "glcbt-" + some(d, HEX, 2) + "_" + some(d, URL, 19) + "r",
    "bitbucket": prefixed("ATBB", ALNUM, 32),
    "atlassian": lambda d: "ATATT3xFfGF0" + some(d, URL, 171) + "=" + some(d, UPPER[:6] + string.digits, 8),
    "npm": crc("npm_"),
    "pypi": lambda d: "pypi-AgEIcHlwaS5vcmc" + some(d, URL, 150) + "A",
    "rubygems": prefixed("rubygems_", HEX, 48),
    "nuget": prefixed("oy2", LOWER, 43),
    "docker": prefixed("dckr_pat_", URL, 26, "b"),
    "jfrog ref": lambda d: "cmVmdGtu" + some(d, ALNUM, 56),
    "jfrog": prefixed("AKCp8", ALNUM, 68),
    "slack bot": lambda d: f"xoxb-{some(d, string.digits, 12)}-{some(d, string.digits, 13)}-{some(d, ALNUM, 24)}",
    "slack user": lambda d: (
        f"xoxp-{some(d, string.digits, 12)}-{some(d, string.digits, 12)}-{some(d, string.digits, 13)}-{some(d, HEX, 32)}"  # noqa: E501 - one sample to a line
    ),
    "slack app": lambda d: f"xapp-1-A{some(d, UPPER, 10)}-{some(d, string.digits, 13)}-{some(d, HEX, 64)}",
    "slack refresh": lambda d: f"xoxe-1-{some(d, ALNUM, 147)}",
    "slack hook": lambda d: (
        f"https://hooks.slack.com/services/T{some(d, UPPER, 10)}/B{some(d, UPPER, 10)}/{some(d, ALNUM, 24)}"
    ),
    "stripe": prefixed("sk_live_51", ALNUM, 97),
    "stripe restricted": prefixed("rk_live_51", ALNUM, 97),
    "stripe hook": prefixed("whsec_", ALNUM, 32),
    "twilio sk": prefixed("SK", HEX, 32),
    "sendgrid": lambda d: f"SG.{some(d, URL, 22)}.{some(d, URL, 42)}x",
    "mailgun": prefixed("key-", HEX, 32),
    "mailgun new": lambda d: f"MAILGUN_API_KEY={some(d, HEX, 32)}-{some(d, HEX, 8)}-{some(d, HEX, 8)}",
    "mailchimp": lambda d: some(d, HEX, 32) + f"-us{d.randrange(1, 22)}",
    "mandrill": lambda d: "MANDRILL_API_KEY=md-" + some(d, ALNUM, 22),
    "brevo": lambda d: "xkeysib-" + some(d, HEX, 64) + "-" + some(d, ALNUM, 16),
    "openai proj": lambda d: f"sk-proj-{some(d, URL, 74)}T3BlbkFJ{some(d, URL, 73)}A",
    "openai old": lambda d: f"sk-{some(d, ALNUM, 20)}T3BlbkFJ{some(d, ALNUM, 20)}",
    "openai svc": lambda d: f"sk-svcacct-{some(d, URL, 74)}T3BlbkFJ{some(d, URL, 73)}A",
    "openai none": lambda d: f"sk-None-{some(d, URL, 20)}T3BlbkFJ{some(d, URL, 19)}A",
    "anthropic": prefixed("sk-ant-api03-", URL, 93, "AA"),
    "anthropic admin": prefixed("sk-ant-admin01-", URL, 93, "AA"),
    "anthropic oauth": prefixed("sk-ant-oat01-", URL, 93, "AA"),
    "huggingface": prefixed("hf_", string.ascii_letters, 34),
    "groq": lambda d: "gsk_" + some(d, ALNUM, 20) + "WGdyb3FY" + some(d, ALNUM, 24),
    "replicate": prefixed("r8_", ALNUM, 37),
    "perplexity": prefixed("pplx-", ALNUM, 48),
    "xai": prefixed("xai-", ALNUM, 80),
    "deepseek": prefixed("sk-", HEX, 32),
    "openrouter": prefixed("sk-or-v1-", HEX, 64),
    "gemini new": lambda d: "AQ.Ab8RN6" + some(d, URL, 43) + "w",
    "databricks": prefixed("dapi", HEX, 32),
    "newrelic user": prefixed("NRAK-", UPPER, 27),
    "newrelic insights": prefixed("NRIQ-", URL, 31, "x"),
    "newrelic browser": lambda d: "NRII-" + some(d, URL, 31) + "x",
    "sentry org": lambda d: (
        "sntrys_"
        + base64.b64encode(
            json.dumps({"iat": 1.7e9, "url": "https://sentry.io", "org": some(d, LOWER, 6)}).encode()
        ).decode()
        + "_"
        + some(d, STANDARD, 43)
    ),
    "sentry user": prefixed("sntryu_", HEX, 64),
    "grafana sa": lambda d: f"glsa_{some(d, ALNUM, 32)}_{some(d, HEX, 8)}",
    "grafana cloud": lambda d: (
        "glc_"
        + base64.b64encode(
            json.dumps({"o": some(d, string.digits, 6), "n": "stack", "k": some(d, ALNUM, 24)}).encode()
        ).decode()
    ),
    "honeycomb": prefixed("hcaik_01", LOWER, 56),
    "dynatrace": lambda d: f"dt0c01.{some(d, UPPER, 24)}.{some(d, UPPER, 64)}",
    "sonar": prefixed("squ_", HEX, 40),
    "launchdarkly": lambda d: f"LD_SDK_KEY=sdk-{uuid_of(d)}",
    "segment": prefixed("sgp_", ALNUM, 64),
    "prefect": prefixed("pnu_", LOWER, 36),
    "clojars": prefixed("CLOJARS_", LOWER, 60),
    "scalingo": prefixed("tk-us-", URL, 47, "a"),
    "shippo": prefixed("shippo_live_", HEX, 40),
    "easypost": prefixed("EZAK", LOWER, 54),
    "duffel": prefixed("duffel_live_", URL, 42, "s"),
    "plaid": lambda d: f"access-production-{uuid_of(d)}",
    "typeform": prefixed("tfp_", URL, 58, "2"),
    "adafruit": prefixed("aio_", ALNUM, 28),
    "yandex": prefixed("AQVN", URL, 38),
    "alibaba": prefixed("LTAI5t", ALNUM, 18),
    "digitalocean": prefixed("dop_v1_", HEX, 64),
    "flyio": lambda d: "FlyV1 fm2_" + base64.b64encode(d.randbytes(300)).decode(),
    "heroku": lambda d: "HRKU-AA" + some(d, URL, 58),
    "infracost": prefixed("ico-", ALNUM, 32),
    "pulumi": prefixed("pul-", HEX, 40),
    "terraform": lambda d: f"{some(d, ALNUM, 14)}.atlasv1.{some(d, URL, 66)}a",
    "vault": prefixed("hvs.", URL, 90, "a"),
    "vault old": lambda d: f"VAULT_TOKEN=s.{some(d, ALNUM, 24)}",
    "doppler": prefixed("dp.pt.", ALNUM, 43),
    "onepassword": lambda d: "ops_eyJ" + some(d, ALNUM, 400),
    "postman": lambda d: f"PMAK-{some(d, HEX, 24)}-{some(d, HEX, 34)}",
    "notion": prefixed("ntn_", ALNUM, 46),
    "airtable": lambda d: f"pat{some(d, ALNUM, 14)}.{some(d, HEX, 64)}",
    "linear": prefixed("lin_api_", ALNUM, 40),
    "figma": prefixed("figd_", URL, 39, "x"),
    "hubspot": lambda d: f"pat-eu1-{uuid_of(d)}",
    "shopify": prefixed("shpat_", HEX, 32),
    "square": prefixed("EAAA", URL, 59, "A"),
    "square secret": prefixed("sq0csp-", URL, 42, "A"),
    "braintree": lambda d: f"access_token$production${some(d, LOWER, 16)}${some(d, HEX, 32)}",
    "razorpay": lambda d: f"rzp_live_{some(d, ALNUM, 14)}",
    "telegram": lambda d: f"{d.randrange(10**8, 10**10)}:AA{some(d, URL, 32)}w",
    "discord": lambda d: f"{url_64(str(d.randrange(10**17, 10**18)).encode())}.{some(d, URL, 6)}.{some(d, URL, 37)}A",
    "discord hook": lambda d: f"https://discord.com/api/webhooks/{d.randrange(10**17, 10**19)}/{some(d, URL, 67)}a",
    "facebook": prefixed("EAAG", ALNUM, 190),
    "twitter bearer": lambda d: "AAAAAAAAAAAAAAAAAAAAA" + some(d, ALNUM, 30) + "%3D" + some(d, ALNUM, 50),
    "linkedin": lambda d: f"LINKEDIN_CLIENT_SECRET=WPL_AP1.{some(d, ALNUM, 16)}.{some(d, STANDARD, 6)}==",
    "dropbox": prefixed("sl.u.", URL, 140, "a"),
    "netlify": prefixed("nfp_", ALNUM, 36),
    "supabase": prefixed("sbp_", HEX, 40),
    "supabase secret": lambda d: f"sb_secret_{some(d, URL, 22)}_{some(d, URL, 7)}a",
    "planetscale": prefixed("pscale_tkn_", URL, 42, "a"),
    "neon": prefixed("napi_", LOWER, 64),
    "contentful": prefixed("CFPAT-", URL, 42, "3"),
    "mapbox": lambda d: (
        "sk."
        + url_64(json.dumps({"u": "shop", "a": "c" + some(d, LOWER, 24)}, separators=(",", ":")).encode())
        + "."
        + some(d, URL, 21)
        + "a"
    ),
    "tailscale": lambda d: f"tskey-auth-k{some(d, ALNUM, 11)}CNTRL-{some(d, ALNUM, 32)}",
    "langsmith": lambda d: f"lsv2_pt_{some(d, HEX, 32)}_{some(d, HEX, 10)}",
    "pinecone": lambda d: f"pcsk_{some(d, ALNUM, 6)}_{some(d, ALNUM, 63)}",
    "elevenlabs": prefixed("sk_", HEX, 48),
    "buildkite": prefixed("bkua_", HEX, 40),
    "circleci": lambda d: f"CCIPAT_{some(d, ALNUM, 22)}_{some(d, HEX, 40)}",
    "readme": prefixed("rdme_x", LOWER, 69),
    "artifact sonatype": lambda d: f"sqp_{some(d, HEX, 40)}",
    "nvidia": prefixed("nvapi-", URL, 63, "a"),
    "cloudflare origin": lambda d: f"v1.0-{some(d, HEX, 24)}-{some(d, HEX, 146)}",
    "langfuse": lambda d: f"sk-lf-{uuid_of(d)}",
    "jwt": jwt,
    "adobe": prefixed("p8e-", ALNUM, 32),
}
"""By what they are: told by their own form, wherever they stand."""

NAMED = {
    "aws secret": (
        ["AWS_SECRET_ACCESS_KEY", "aws_secret_access_key", "secretAccessKey", "awsSecretKey"],
        lambda d: some(d, STANDARD, 40),
    ),
    "aws session": (
        ["AWS_SESSION_TOKEN", "aws_session_token", "sessionToken"],
        lambda d: "IQoJb3JpZ2luX2Vj" + base_64(d, 420),
    ),
    "datadog": (["DD_API_KEY", "datadog_api_key", "ddApiKey"], lambda d: some(d, HEX, 32)),
    "twilio": (["TWILIO_AUTH_TOKEN", "twilioAuthToken"], lambda d: some(d, HEX, 32)),
    "cloudflare": (["CLOUDFLARE_API_TOKEN", "CF_API_TOKEN", "cloudflareApiToken"], lambda d: some(d, URL, 39) + "k"),
    "cohere": (["COHERE_API_KEY", "CO_API_KEY"], lambda d: some(d, ALNUM, 40)),
    "mistral": (["MISTRAL_API_KEY", "mistralApiKey"], lambda d: some(d, ALNUM, 32)),
    "okta": (["OKTA_API_TOKEN", "oktaApiToken"], lambda d: "00" + some(d, URL, 39) + "x"),
    "heroku": (["HEROKU_API_KEY"], uuid_of),
    "pagerduty": (["PAGERDUTY_API_KEY", "PD_TOKEN"], lambda d: "u+" + some(d, URL, 18)),
    "algolia": (["ALGOLIA_ADMIN_KEY", "algoliaApiKey"], lambda d: some(d, HEX, 32)),
    "azure openai": (["AZURE_OPENAI_API_KEY", "azureOpenAiKey"], lambda d: some(d, HEX, 32)),
    "auth0": (["AUTH0_CLIENT_SECRET", "auth0ClientSecret"], lambda d: some(d, URL, 63) + "x"),
    "generic hex": (["SECRET_KEY_BASE", "session_secret", "clientSecret", "SIGNING_KEY"], lambda d: some(d, HEX, 64)),
    "generic b64": (["JWT_SECRET", "ENCRYPTION_KEY", "webhook_secret", "appKey"], lambda d: base_64(d, 32)),
    "generic": (["API_KEY", "apiKey", "auth_token", "ACCESS_TOKEN", "client_secret"], lambda d: some(d, ALNUM, 32)),
    "password": (["DB_PASSWORD", "password", "dbPassword", "admin_password", "SMTP_PASS", "PGPASSWORD"], password),
    "splunk hec": (["SPLUNK_HEC_TOKEN"], uuid_of),
    "snyk": (["SNYK_TOKEN"], uuid_of),
    "postmark": (["POSTMARK_SERVER_TOKEN"], uuid_of),
}
"""By whose they are: names that they are given to, and the value, which has no form of its own."""
