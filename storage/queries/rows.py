"""Turn a record into the values of its row and back."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import NameTakenError

if TYPE_CHECKING:
    from sqlmodel import Session

Record = TypeVar("Record")


def values_of(record: Any) -> dict[str, Any]:
    """Give the fields of a record by name."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


def record_of(kind: type[Record], row: Any) -> Record:
    """Give the record whose fields are the columns of ``row``."""
    return kind(**{field.name: getattr(row, field.name) for field in fields(kind)})  # type: ignore[arg-type]


def key_of(name: str) -> str:
    """Give what two names must not have in common: the name without its case."""
    return unicodedata.normalize("NFKC", name).casefold()


@contextmanager
def unique_name(session: "Session", what: str, name: str) -> Iterator[None]:
    """Write what was changed inside; a name that is in use is refused by name.

    Raises:
        NameTakenError: another one has this name.
    """
    from sqlalchemy.exc import IntegrityError

    try:
        yield
        session.flush()
    except IntegrityError as error:
        if "name_key" in str(error.orig):
            raise NameTakenError(f"{what} called {name} exists already", "choose another name") from error
        raise
