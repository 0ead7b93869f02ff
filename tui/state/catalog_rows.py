"""The connectors as rows to pick from."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from .labels import auth_word, plural
from .picking import PickRow
from .spans import Span, Spans
from .table import Column

if TYPE_CHECKING:
    from core import CatalogEntry

CONNECTOR_COLUMNS: Final = (
    Column("CONNECTOR", 18),
    Column("NAME", 20, drop=1),
    Column("AUTHENTICATION", 20, drop=2),
    Column("SUMMARY", 24, share=1),
)


def connector_rows(entries: Iterable["CatalogEntry"]) -> tuple[PickRow, ...]:
    """Give a row for each connector, found by its handle, names, kinds of authentication and summary."""
    return tuple(PickRow(entry.handle, _cells(entry), _words(entry), _preview(entry)) for entry in entries)


def _cells(entry: "CatalogEntry") -> Sequence[Span]:
    return [(entry.handle, "strong"), (entry.name, ""), (_kinds(entry), "quiet"), (entry.summary, "quiet")]


def _words(entry: "CatalogEntry") -> str:
    words = (entry.handle, entry.name, entry.summary, *entry.auth, _kinds(entry), *entry.categories)
    return " ".join(words).lower()


def _preview(entry: "CatalogEntry") -> Sequence[Spans]:
    facts: list[Span] = [(f"{entry.handle}@{entry.revision}", "strong"), (f" · {entry.type}", "quiet")]
    facts += [(f" · {', '.join(entry.categories)}", "quiet")] if entry.categories else []
    return [
        [*facts, (f" · {entry.source} · {entry.status}", "quiet")],
        [(entry.summary, "")],
        [
            ("authentication ", "quiet"),
            (_kinds(entry), ""),
            ("   ", ""),
            (plural(entry.operations, "operation"), "quiet"),
        ],
    ]


def _kinds(entry: "CatalogEntry") -> str:
    return ", ".join(auth_word(kind) for kind in entry.auth) or "none"
