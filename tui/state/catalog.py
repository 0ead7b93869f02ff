"""What the catalog shows of each connector: a row of the list, and what stands beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from . import labels
from .spans import Lines, Span, label_lines
from .table import Column

if TYPE_CHECKING:
    from storage.reading import CatalogRow, WordForms

SORTS: Final[tuple[tuple[str, str, int], ...]] = (
    ("", "likeness, then connector", 0),
    ("name", "name", 1),
    ("-operations", "operations", 4),
    ("-updated", "changed last", 6),
    ("type", "type", 2),
)
"""The orders: for the search, for people, and the column that gets the arrow."""

_MATCHES: Final = 6
_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Use:
    """What the project has set up with one connector."""

    connections: tuple[str, ...] = ()
    authentications: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One row with what is known beside the index: use, and the operations that a search found."""

    row: "CatalogRow"
    use: Use = field(default_factory=Use)
    matched: tuple[str, ...] = ()
    words: tuple["WordForms", ...] = ()


def columns(*, searching: bool, width: int) -> tuple[Column, ...]:
    """Give the columns; a search has one for the operations that it found."""
    found = Column("FOUND IN", 18 if width < 100 else 26, share=2) if searching else Column("", 0)
    return (
        Column("CONNECTOR", 14, share=1),
        Column("NAME", 16, share=2, drop=1 if searching else 0),
        Column("TYPE", 6 if width < 80 else 10, drop=4),
        Column("SIGN IN", 14, share=1, drop=2),
        Column("OPS", 4, "right", drop=5 if searching else 0),
        found,
        Column("CHANGED", 7, "right", drop=6),
        Column("FROM", 7, drop=3),
    )


def row_cells(entry: Entry, now_us: int) -> list[Span]:
    """Give the cells of a row."""
    row = entry.row
    if row.status == "broken":
        return [
            (row.handle, "bad"), (row.summary, "bad"), ("", ""), ("cannot be used", "bad"), ("", ""),
            ("", ""), (labels.ago(row.updated_us, now_us), "quiet"), (row.source, "quiet"),
        ]  # fmt: skip
    ways = ", ".join(labels.auth_word(kind) for kind in row.auth) or "none"
    more = f" +{len(entry.matched) - 1}" if len(entry.matched) > 1 else ""
    return [
        (row.handle, "strong"),
        (row.name, ""),
        (row.type, "quiet"),
        (ways, "quiet"),
        (str(row.operations), ""),
        (entry.matched[0] + more, "accent") if entry.matched else (_found_in(entry), "quiet"),
        (labels.ago(row.updated_us, now_us), "quiet"),
        (
            row.source if row.status == "published" else row.status,
            "quiet" if row.source == "library" and row.status == "published" else "accent",
        ),
    ]


def matched_operations(operations: Sequence[Any], words: Sequence["WordForms"]) -> tuple[str, ...]:
    """Give the names of the operations that hold every word, else of those that hold one of them."""
    wanted = [word for word in words if len(word.beginning) > 1]
    if not wanted:
        return ()
    texts = [(one.name, _text_of(one)) for one in operations]
    for enough in (all, any):
        found = tuple(name for name, text in texts if enough(word.fit(text) for word in wanted))
        if found:
            return found
    return ()


def _text_of(operation: Any) -> str:
    return _spaced(f"{operation.name} {operation.title} {operation.summary}".lower())


def _spaced(text: str) -> str:
    """Give the words of a text with one space before and after each."""
    words = "".join(char if char.isalnum() else " " for char in text).split()
    return f" {' '.join(words)} "


def one_line(entry: Entry) -> Lines:
    """Give the one line below the list, where there is no room for more."""
    row = entry.row
    if row.status == "broken":
        return [[("✗ ", "bad"), (f"{row.file}: ", "strong"), (row.summary, "")]]
    use = _use_said(entry.use)
    return [[(row.name, "strong"), (f" · {use}" if use else "", "accent"), (f" · {row.summary}", "quiet")]]


def preview_lines(entry: Entry, document: Any, width: int) -> Lines:
    """Give what stands beside the list: what a connector is, can do, and what hangs on it."""
    row = entry.row
    if row.status == "broken":
        return broken_lines(row.file, getattr(document, "mistakes", ()), width)
    lines: Lines = [
        [(row.name, "strong")],
        [(f"{row.handle}@{row.revision} · {row.type} · {row.source} · {row.status}", "quiet")],
        [],
        *label_lines("", row.summary, width=width, indent=0),
        [],
        *_fact("sign in", ", ".join(labels.auth_word(kind) for kind in row.auth) or "none needed", width),
        *_fact("can", ", ".join(row.can) or "nothing yet", width),
        *_fact("kind", ", ".join((*row.category, *row.tag)), width),
        *_fact("used by", ", ".join(entry.use.connections), width),
        *_fact("has", ", ".join(entry.use.authentications), width),
        [],
    ]
    return [*lines, *_operation_lines(getattr(document, "operations", ()), entry.matched), [], *_next_keys()]


def broken_lines(file: str, mistakes: Sequence[Any], width: int) -> Lines:
    """Say what is wrong in a file that cannot be used, each mistake with its place."""
    lines: Lines = [[("✗ ", "bad"), (file, "strong"), (" cannot be used", "bad")], []]
    for one in mistakes:
        where = f"{one.file}:{one.line}:{one.column}: "
        lines += label_lines(
            "", f"{where}{one.path + ': ' if one.path else ''}{one.message}", width=width, indent=0
        )
    return [*lines, [], [("mend it in an editor; it is read again as soon as it changed", "quiet")]]


def use_by_connector(connections: Sequence[Any], authentications: Sequence[Any]) -> Mapping[str, Use]:
    """Give what is set up, by the handle of its connector."""
    handles = {row.connector for row in (*connections, *authentications)}
    return {
        handle: Use(
            tuple(row.name for row in connections if row.connector == handle),
            tuple(row.name for row in authentications if row.connector == handle),
        )
        for handle in handles
    }


def empty_lines(filter_text: str, *, reading: bool, connectors: int) -> Lines:
    """Say why the list is empty and what helps."""
    if reading and not connectors:
        return [[], [("   reading the connector files for the first time", "quiet")]]
    if not connectors:
        return [
            [],
            [("   There is no connector yet. ", "")],
            [("   connect-tui connector add FILE", "accent"), ("  takes one into the catalog", "quiet")],
        ]
    return [
        [],
        [
            ("   nothing fits ", "quiet"), (f"{filter_text}  ", "accent"), ("esc ", "key"),
            ("shows all", "quiet"),
        ],
    ]  # fmt: skip


def count_said(found: int, connectors: int, filter_text: str, progress: tuple[int, int] | None) -> str:
    """Say how many there are, and how far reading files is."""
    if progress is not None:
        return f"reading files: {progress[0]:,} of {progress[1]:,} · ^c stops"
    return f"{found:,} of {connectors:,}" if filter_text else labels.plural(connectors, "connector")


def _found_in(entry: Entry) -> str:
    """Say where words were found that no operation has."""
    return "name" if all(_is_named(word, entry.row.label) for word in entry.words) else "description"


def _is_named(word: "WordForms", label: str) -> bool:
    spaced = _spaced(label)
    return word.beginning in spaced or word.fit(spaced)


def _use_said(use: Use) -> str:
    said = []
    if use.connections:
        said.append(labels.plural(len(use.connections), "connection"))
    if use.authentications:
        said.append(labels.plural(len(use.authentications), "authentication"))
    return ", ".join(said)


def _fact(label: str, text: str, width: int) -> Lines:
    return label_lines(label, text, width=width) if text else []


def _operation_lines(operations: Sequence[Any], matched: Sequence[str]) -> Lines:
    """List the operations that were found, else the first ones."""
    by_name = {one.name: one for one in operations}
    names = [name for name in matched if name in by_name][:_MATCHES] or list(by_name)[:_SHOWN]
    lines: Lines = [[(labels.plural(len(operations), "operation"), "title")]]
    for name in names:
        one = by_name[name]
        tone = "quiet" if one.read_only else "warn"
        lines.append(
            [(f"{name:<28} ", "accent" if name in matched else ""), (one.summary or one.title, tone)]
        )
    left = len(operations) - len(names)
    return [*lines, [(f"and {left} more", "quiet")]] if left > 0 else lines


def _next_keys() -> Lines:
    return [
        [("next     ", "quiet"), ("n ", "key"), ("new connection ", ""), ("· ", "faint"), ("⏎ ", "key"),
         ("all of it", "")]
    ]  # fmt: skip
