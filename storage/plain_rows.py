"""Connections and authentications as plain rows: their columns, and the records that rows are."""

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Final

from .records import Authentication, Connection

CONNECTION: Final = tuple(item.name for item in fields(Connection))
AUTHENTICATION: Final = tuple(item.name for item in fields(Authentication))


def columns(names: Sequence[str], table: str) -> str:
    """Give the columns of a table as SQL, in the order of ``names``."""
    return ", ".join(f'{table}."{name}"' for name in names)


def connection_of(row: Sequence[Any]) -> Connection:
    """Give the connection whose columns `CONNECTION` are a row."""
    facts = dict(zip(CONNECTION, row, strict=True))
    facts["variables"] = json.loads(facts["variables"])
    facts["secrets"] = json.loads(facts["secrets"])
    facts["last_test_stages"] = tuple(json.loads(facts["last_test_stages"]))
    return Connection(**facts)


def authentication_of(row: Sequence[Any]) -> Authentication:
    """Give the authentication whose columns `AUTHENTICATION` are a row."""
    facts = dict(zip(AUTHENTICATION, row, strict=True))
    facts["values"] = json.loads(facts["values"])
    facts["secrets"] = json.loads(facts["secrets"])
    facts["captured"] = json.loads(facts["captured"])
    facts["scopes"] = tuple(json.loads(facts["scopes"])) if facts["scopes"] else None
    return Authentication(**facts)
