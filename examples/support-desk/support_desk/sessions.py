"""Who a customer is: sessions that the shop's web site signs, and that nobody else can make up.

``python -m support_desk.sessions mara.lindqvist@example.com`` prints one that holds for an hour, as the web site would
after the customer has signed in; the key is in the environment.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import sys
import time

HEADER = "X-Customer-Session"
"""Header of a request in which the shop's web site passes the session on."""

KEY_VARIABLE = "SUPPORT_DESK_SESSION_KEY"
"""Environment variable with the key under which sessions are signed. Without it nobody is signed in."""

MIN_KEY_BYTES = 16
_MAX_CHARACTERS = 1_000
_HOUR_S = 3600


def issue(customer: str, *, key: bytes, expires_at: int) -> str:
    """Return a session of ``customer``, an e-mail address, that holds until ``expires_at`` (seconds since 1970).

    Raises:
        ValueError: If the key is too short to be one.
    """
    if len(key) < MIN_KEY_BYTES:
        raise ValueError(f"the key of the sessions needs at least {MIN_KEY_BYTES} bytes")
    said = base64.urlsafe_b64encode(customer.encode()).decode("ascii")
    return f"{said}.{expires_at}.{_signature(said, expires_at, key=key)}"


def customer_of(session: str, *, key: bytes, now: float) -> str | None:
    """Return the e-mail address of who is signed in; None: nobody, the session is forged, or it has ended.

    >>> key = b"0123456789abcdef"
    >>> customer_of(issue("mara@example.com", key=key, expires_at=200), key=key, now=100)
    'mara@example.com'
    >>> customer_of(issue("mara@example.com", key=key, expires_at=200), key=b"another key of 16", now=100) is None
    True
    """
    said, _, rest = session[:_MAX_CHARACTERS].partition(".")
    expires, _, signature = rest.partition(".")
    if len(key) < MIN_KEY_BYTES or not session.isascii() or not expires.isdigit():
        return None
    if not hmac.compare_digest(signature.encode(), _signature(said, int(expires), key=key).encode()):
        return None
    return base64.urlsafe_b64decode(said).decode() if now < int(expires) else None


def _signature(said: str, expires_at: int, *, key: bytes) -> str:
    return hmac.new(key, f"{said}.{expires_at}".encode(), hashlib.sha256).hexdigest()


def main(argv: list[str]) -> int:
    """Print a session of the customer that is named."""
    if len(argv) != 1 or "@" not in argv[0]:
        print("error: name one customer by e-mail address", file=sys.stderr)
        return 2
    try:
        print(issue(argv[0], key=os.environ.get(KEY_VARIABLE, "").encode(), expires_at=int(time.time()) + _HOUR_S))
    except ValueError as fault:
        print(f"error: {fault}; set {KEY_VARIABLE}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
