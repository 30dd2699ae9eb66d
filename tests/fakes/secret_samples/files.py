"""Credentials in the files, commands, headers and addresses that they are kept in."""

from __future__ import annotations

import base64
import json
import string

from fakes.secret_samples.values import ALNUM, HEX, LOWER, STANDARD, URL, base_64, crc, jwt, pem, some, url_64, uuid_of

SPECIAL = {
    "pem pkcs8": pem(""),
    "pem rsa": pem("RSA "),
    "pem ec": pem("EC ", 121),
    "openssh": pem("OPENSSH ", 380, True),
    "pem dsa": pem("DSA ", 440),
    "gcp service account": lambda d: json.dumps(
        {
            "type": "service_account",
            "private_key_id": some(d, HEX, 40),
            "private_key": pem("")(d) + "\n",
            "client_email": "a@b.iam.gserviceaccount.com",
        }
    ),
    "pem in env": lambda d: 'PRIVATE_KEY="' + pem("RSA ")(d).replace("\n", "\\n") + '"',
    "pem in yaml": lambda d: "key: |\n" + "\n".join("    " + line for line in pem("")(d).split("\n")),
    "pem quoted mail": lambda d: "\n".join("> " + line for line in pem("RSA ")(d).split("\n")),
    "pem one line": lambda d: pem("")(d).replace("\n", " "),
    "pem crlf": lambda d: pem("RSA ")(d).replace("\n", "\r\n"),
    "pem cut": lambda d: pem("RSA ")(d)[:500],
    "pem java": lambda d: " +\n".join('"' + line + '\\n"' for line in pem("")(d).split("\n")),
    "pem diff": lambda d: "\n".join("+" + line for line in pem("RSA ")(d).split("\n")),
    "pem log numbered": lambda d: "\n".join(f"{i}: " + line for i, line in enumerate(pem("RSA ")(d).split("\n"))),
    "kubeconfig": lambda d: "    client-key-data: " + base64.b64encode(pem("RSA ")(d).encode()).decode(),
    "kubeconfig token": lambda d: "users:\n- name: a\n  user:\n    token: " + jwt(d),
    "docker config": lambda d: json.dumps(
        {
            "auths": {
                "https://index.docker.io/v1/": {"auth": base64.b64encode(f"ada:{some(d, ALNUM, 20)}".encode()).decode()}
            }
        }
    ),
    "k8s secret": lambda d: (
        "kind: Secret\ndata:\n  password: " + base64.b64encode(some(d, ALNUM + "!#", 14).encode()).decode()
    ),
    "npmrc": lambda d: f"//registry.shop.io/:_authToken={uuid_of(d)}",
    "npmrc auth": lambda d: (
        f"//registry.shop.io/:_auth={base64.b64encode(('ada:' + some(d, ALNUM, 16)).encode()).decode()}"
    ),
    "pypirc": lambda d: f"[pypi]\nusername = ada\npassword = {some(d, ALNUM + '!-', 16)}7",
    "netrc": lambda d: f"machine a.shop.io\n  login ada\n  password {some(d, ALNUM, 18)}",
    "pgpass": lambda d: f"db.shop.io:5432:orders:ada:{some(d, ALNUM, 15)}7x",
    "my.cnf": lambda d: f"[client]\nuser=ada\npassword={some(d, ALNUM, 14)}4",
    "basic header": lambda d: "Authorization: Basic " + base64.b64encode(f"ada:{some(d, ALNUM, 14)}".encode()).decode(),
    "bearer opaque": lambda d: "Authorization: Bearer " + some(d, URL, 40) + "7a",
    "x-api-key": lambda d: "X-Api-Key: " + some(d, ALNUM, 40),
    "curl -u": lambda d: f"curl -u ada:{some(d, ALNUM, 16)}7 https://a.shop.io/x",
    "mysql -p": lambda d: f"mysql -h db -u ada -p{some(d, ALNUM, 14)}9 orders",
    "sshpass": lambda d: f"sshpass -p '{some(d, ALNUM, 12)}9!' ssh ada@h",
    "redis-cli": lambda d: f"redis-cli -h r -a {some(d, ALNUM, 20)}7 ping",
    "docker login": lambda d: f"docker login -u ada -p {some(d, ALNUM, 18)}7 r.shop.io",
    "wget": lambda d: f"wget --user=ada --password={some(d, ALNUM, 12)}7 u",
    "pg url": lambda d: f"postgres://ada:{some(d, ALNUM, 16)}@db.shop.io:5432/orders",
    "mongo": lambda d: f"mongodb+srv://ada:{some(d, ALNUM, 16)}@c0.ab1cd.mongodb.net/x?retryWrites=true",
    "redis url": lambda d: f"rediss://:{some(d, ALNUM, 32)}@r.shop.io:6380/0",
    "amqp": lambda d: f"amqps://ada:{some(d, ALNUM, 16)}@mq.shop.io/v",
    "mysql pct": lambda d: f"mysql+pymysql://ada:{some(d, ALNUM, 7)}%40{some(d, ALNUM, 7)}%21@db/x",
    "git url": lambda d: f"https://x-access-token:{crc('ghs_')(d)}@github.com/a/b.git",
    "git oauth2": lambda d: f"https://oauth2:{some(d, ALNUM, 20)}@gitlab.shop.io/a/b.git",
    "proxy": lambda d: f"http_proxy=http://ada:{some(d, ALNUM, 12)}3@proxy.shop.io:3128",
    "jdbc": lambda d: f"jdbc:postgresql://db:5432/x?user=ada&password={some(d, ALNUM, 14)}7",
    "ado": lambda d: f"Server=tcp:db,1433;Database=x;User Id=ada;Password={some(d, ALNUM, 12)}!7;Encrypt=True",
    "oracle": lambda d: f"jdbc:oracle:thin:ada/{some(d, ALNUM, 12)}7@db:1521:x",
    "jdbc sql": lambda d: f"jdbc:sqlserver://db:1433;user=ada;password={some(d, ALNUM, 14)}7;",
    "pg dsn": lambda d: f"host=db user=ada password={some(d, ALNUM, 14)}7 dbname=x",
    "htpasswd bcrypt": lambda d: f"ada:$2y$05${some(d, ALNUM + './', 53)}",
    "shadow": lambda d: f"ada:$6$rounds=5000${some(d, ALNUM, 16)}${some(d, ALNUM + './', 86)}:19000:0:99999:7:::",
    "yescrypt": lambda d: f"ada:$y$j9T${some(d, ALNUM + './', 22)}${some(d, ALNUM + './', 43)}:19000:0:",
    "argon2": lambda d: f"$argon2id$v=19$m=65536,t=3,p=4${some(d, ALNUM, 22)}${some(d, STANDARD, 43)}",
    "pbkdf2 django": lambda d: f"pbkdf2_sha256$600000${some(d, ALNUM, 22)}${base_64(d, 32)}",
    "ldap ssha": lambda d: "userPassword: {SSHA}" + base_64(d, 28),
    "putty": lambda d: (
        "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\n"
        + base_64(d, 36)
        + "\nPrivate-MAC: "
        + some(d, HEX, 64)
    ),
    "pgp": lambda d: (
        "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\n"
        + "\n".join(base_64(d, 48) for _ in range(20))
        + "\n="
        + base_64(d, 3)
        + "\n-----END PGP PRIVATE KEY BLOCK-----"
    ),
    "jwk": lambda d: json.dumps(
        {
            "kty": "EC",
            "crv": "P-256",
            "x": url_64(d.randbytes(32)),
            "y": url_64(d.randbytes(32)),
            "d": url_64(d.randbytes(32)),
        }
    ),
    "jwk rsa": lambda d: json.dumps(
        {"kty": "RSA", "n": url_64(d.randbytes(256)), "e": "AQAB", "d": url_64(d.randbytes(256))}
    ),
    "wireguard": lambda d: "[Interface]\nPrivateKey = " + base_64(d, 32),
    "ansible": lambda d: f"ansible_ssh_pass: {some(d, ALNUM, 14)}7",
    "ansible vaultpw": lambda d: f"vault_password: {some(d, ALNUM, 14)}7",
    "rails": lambda d: f"secret_key_base: {some(d, HEX, 128)}",
    "django": lambda d: f"SECRET_KEY = 'django-insecure-{some(d, LOWER + '!@#%^&*(-_=+)', 50)}'",
    "flask": lambda d: f"app.secret_key = b'{some(d, ALNUM, 24)}'",
    "laravel": lambda d: f"APP_KEY=base64:{base_64(d, 32)}",
    "wordpress": lambda d: f"define('AUTH_KEY',         '{some(d, ALNUM + '!#%^&*()-_=+[]|;:.<>?', 64)}');",
    "maven": lambda d: f"<server><id>x</id><username>ada</username><password>{some(d, ALNUM, 14)}7</password></server>",
    "nuget config": lambda d: f'<add key="ClearTextPassword" value="{some(d, ALNUM, 16)}7" />',
    "composer": lambda d: json.dumps(
        {"http-basic": {"r.shop.io": {"username": "ada", "password": some(d, ALNUM, 16) + "7"}}}
    ),
    "smtp": lambda d: f"smtps://ada%40shop.io:{some(d, ALNUM, 16)}@mail.shop.io:465",
    "form": lambda d: f"grant_type=password&username=ada&password={some(d, ALNUM, 14)}7",
    "oauth form": lambda d: f"client_id=abc&client_secret={some(d, URL, 39)}7&grant_type=client_credentials",
    "cookie": lambda d: "Set-Cookie: session=" + jwt(d) + "; HttpOnly",
    "webhook teams": lambda d: (
        f"https://shop.webhook.office.com/webhookb2/{uuid_of(d)}@{uuid_of(d)}/IncomingWebhook/{some(d, HEX, 32)}/{uuid_of(d)}"  # noqa: E501 - one sample to a line
    ),
    "s3 presigned": lambda d: (
        f"https://b.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA{some(d, string.ascii_uppercase + '234567', 16)}%2F20261121%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Signature={some(d, HEX, 64)}"  # noqa: E501 - one sample to a line
    ),
}
"""By what they are kept in."""
