"""What the catalog shows: rows of connectors, and one connector in full."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import labels
from .spans import Lines, Span, label_lines
from .table import Column

if TYPE_CHECKING:
    from core import CatalogEntry

COLUMNS: tuple[Column, ...] = (
    Column("CONNECTOR", 14, share=1),
    Column("NAME", 18, share=2),
    Column("TYPE", 6, drop=2),
    Column("SIGN IN", 16, share=1),
    Column("OPS", 4, "right"),
    Column("FROM", 7, drop=1),
)
_NAME, _WORD = 20, 13
SORTS: tuple[tuple[str, int], ...] = (("connector", 0), ("name", 1), ("operations", 4))


@dataclass(frozen=True, slots=True)
class CatalogRow:
    """One connector of the catalog."""

    handle: str
    name: str
    revision: int
    type: str
    categories: tuple[str, ...]
    summary: str
    status: str
    source: str
    auth: tuple[str, ...]
    operations: int


def read_catalog(entries: Sequence["CatalogEntry"]) -> list[CatalogRow]:
    """Give the engine's entries as rows."""
    return [
        CatalogRow(
            one.handle, one.name, one.revision, one.type, one.categories, one.summary, one.status, one.source,
            one.auth, one.operations,
        )
        for one in entries
    ]  # fmt: skip


def sort_rows(rows: Sequence[CatalogRow], order: int) -> list[CatalogRow]:
    """Give the rows in the order that `SORTS` numbers."""
    if order == 1:
        return sorted(rows, key=lambda row: (row.name.lower(), row.handle))
    if order == 2:
        return sorted(rows, key=lambda row: (-row.operations, row.handle))
    return sorted(rows, key=lambda row: row.handle)


def row_cells(row: CatalogRow) -> list[Span]:
    """Give the cells of a row."""
    ways = ", ".join(labels.auth_word(kind) for kind in dict.fromkeys(row.auth)) or "none"
    return [
        (row.handle, "strong"),
        (row.name, ""),
        (row.type, "quiet"),
        (ways, "quiet"),
        (str(row.operations), ""),
        (
            row.source if row.status == "published" else row.status,
            "quiet" if row.source == "library" else "accent",
        ),
    ]


def preview_lines(row: CatalogRow, width: int) -> Lines:
    """Give the lines below the list."""
    lines: Lines = [
        [
            (f"{row.name} ", "strong"),
            (f"· {row.handle}@{row.revision} · {', '.join(row.categories)}", "quiet"),
        ]
    ]
    if row.summary:
        lines += label_lines("", row.summary, width=width, indent=0)
    lines.append(
        [
            ("next     ", "quiet"),
            ("n ", "key"),
            ("new connection ", ""),
            ("· ", "faint"),
            ("⏎ ", "key"),
            ("all of it", ""),
        ]
    )
    return lines


def connector_lines(shape: Mapping[str, Any], width: int) -> Lines:
    """Give one connector in full, from the shape that ``connector show --json`` prints."""
    name = f"· {shape['handle']}@{shape['revision']} · {shape['source']} · {shape['status']}"
    lines: Lines = [[(f"{shape['name']} ", "strong"), (name, "quiet")]]
    if shape.get("summary"):
        lines += label_lines("", str(shape["summary"]), width=width, indent=0)
    for paragraph in str(shape.get("description") or "").split("\n\n"):
        lines += label_lines("", " ".join(paragraph.split()), "quiet", width=width, indent=0)
    lines += _section("Inputs", [line for one in shape["inputs"] for line in _input_lines(one, width)])
    lines += _section(
        "Ways to sign in", [line for one in shape["auth"] for line in _method_lines(one, width)]
    )
    lines += _section(
        "Operations", [line for one in shape["operations"] for line in _operation_lines(one, width)]
    )
    return [*lines, [], [("connect-tui connector show ", "quiet"), (str(shape["handle"]), "")]]


def _section(title: str, lines: Lines) -> Lines:
    return [[], [(title, "title")], *lines] if lines else []


def _input_lines(one: Mapping[str, Any], width: int) -> Lines:
    flags = [
        str(one.get("type", "text")),
        *(word for word in ("required", "secret", "advanced") if one.get(word)),
    ]
    said = str(one.get("help") or one.get("label") or "")
    return _fact(str(one["key"]), ", ".join(flags), "quiet", said, width)


def _method_lines(one: Mapping[str, Any], width: int) -> Lines:
    asked = ", ".join(str(field["key"]) for field in one["inputs"])
    said = str(one.get("title") or "") + (f"; asks for {asked}" if asked else "")
    return _fact(str(one["method"]), labels.auth_word(one["kind"]), "accent", said, width)


def _operation_lines(one: Mapping[str, Any], width: int) -> Lines:
    reads = one.get("read_only")
    word, tone = ("read", "quiet") if reads else ("write", "warn")
    return _fact(str(one["name"]), word, tone, str(one.get("summary") or one.get("title") or ""), width)


def _fact(name: str, word: str, tone: str, said: str, width: int) -> Lines:
    first: list[Span] = [(f"  {name:<{_NAME}}", ""), (f"{word:<{_WORD}}  ", tone)]
    wrapped = label_lines("", said, "quiet", width=max(40, width), indent=_NAME + _WORD + 4)
    return [[*first, *wrapped[0][1:]], *wrapped[1:]]
