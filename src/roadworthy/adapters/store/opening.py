"""Which database the ledger is in, from its address."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from roadworthy.adapters.store.database import Database
from roadworthy.adapters.store.postgres import PostgresDatabase
from roadworthy.adapters.store.sqlite import SqliteDatabase
from roadworthy.core.errors import ConfigError

_SQLITE = "sqlite:///"
_POSTGRES = ("postgresql://", "postgres://")


def database_at(address: str, *, default: Path) -> Database:
    """Open the database that ``address`` names.

    Args:
        address: ``postgresql://…``, ``sqlite:///path`` or empty.
        default: SQLite file where it is empty.

    Raises:
        ConfigError: If the address is of another kind.
        StoreError: If the database cannot be opened.
    """
    if not address:
        return SqliteDatabase(default)
    if address.startswith(_POSTGRES):
        return PostgresDatabase(address)
    if address.startswith(_SQLITE) and len(address) > len(_SQLITE):
        return SqliteDatabase(Path(unquote(address.removeprefix(_SQLITE))))
    # Never the address itself: it may hold a password.
    raise ConfigError(
        f"a ledger cannot be kept in {address.partition(':')[0][:20]!r}",
        where="ROADWORTHY_DATABASE",
        fix="write postgresql://user@host/database or sqlite:///path/ledger.sqlite, or leave it empty",
    )
