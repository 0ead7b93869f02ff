"""What is set up, as plain rows: the columns of each table, and the records that rows are."""

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Final

from .records import Authentication, Certificate, Connection, ProviderApp

CONNECTION: Final = tuple(item.name for item in fields(Connection))
AUTHENTICATION: Final = tuple(item.name for item in fields(Authentication))
PROVIDER_APP: Final = tuple(item.name for item in fields(ProviderApp))
CERTIFICATE: Final = tuple(item.name for item in fields(Certificate))


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


def provider_app_of(row: Sequence[Any]) -> ProviderApp:
    """Give the provider app whose columns `PROVIDER_APP` are a row."""
    facts = dict(zip(PROVIDER_APP, row, strict=True))
    facts["values"] = json.loads(facts["values"])
    facts["secrets"] = json.loads(facts["secrets"])
    return ProviderApp(**facts)


def certificate_of(row: Sequence[Any]) -> Certificate:
    """Give the certificate whose columns `CERTIFICATE` are a row."""
    facts = dict(zip(CERTIFICATE, row, strict=True))
    facts["secrets"] = json.loads(facts["secrets"])
    return Certificate(**facts)
