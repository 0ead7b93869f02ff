"""The filter language for the provider apps, the certificates and the secrets of a project."""

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.reading.fields import FieldTable


@lru_cache(maxsize=1)
def app_fields() -> "FieldTable":
    """Give the keys for the list of provider apps."""
    from storage.reading.fields import Field, FieldTable, Flag, text_fields

    return FieldTable(
        (*text_fields(name="name", provider="provider", client="client_id", auth="used_by"),
         Field("is", "flag", "")),
        ("name", "provider", "client_id", "used_by"),
        {"used": Flag("", "used_by", bool)},
    )  # fmt: skip


@lru_cache(maxsize=1)
def certificate_fields() -> "FieldTable":
    """Give the keys for the list of certificates."""
    from storage.reading.fields import Field, FieldTable, Flag, text_fields

    return FieldTable(
        (*text_fields(name="name", subject="subject", issuer="issuer", conn="used_by"),
         Field("is", "flag", "")),
        ("name", "subject", "issuer", "used_by", "serial"),
        {"used": Flag("", "used_by", bool)},
    )  # fmt: skip


@lru_cache(maxsize=1)
def secret_fields() -> "FieldTable":
    """Give the keys for the list of secrets."""
    from storage.reading.fields import Field, FieldTable, Flag, text_fields

    return FieldTable(
        (Field("of", "choice", "of", values=("authentication", "connection", "app", "certificate")),
         Field("from", "choice", "source",
               values=("vault", "env", "file", "cmd", "pass", "op", "hashicorp")),
         *text_fields(name="name", secret="secret", conn="used_by"),  # noqa: S106 - the name of a field
         Field("is", "flag", "")),
        ("of", "name", "secret", "where", "used_by"),
        {"used": Flag("", "used_by", bool)},
    )  # fmt: skip
