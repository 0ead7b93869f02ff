"""One connector in full: what each tab of its screen says, from the shape that ``connector show`` prints."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from . import labels
from .spans import Lines, Span, Spans, label_lines
from .table import Column

TABS: Final = ("overview", "operations", "auth", "source", "used by")
OPERATION_COLUMNS: Final = (
    Column("OPERATION", 24, share=1),
    Column("CHANGES", 7),
    Column("WHAT IT DOES", 24, share=3, drop=1),
)
USE_COLUMNS: Final = (
    Column("NAME", 20, share=1),
    Column("IS A", 14),
    Column("STATE", 14),
    Column("WITH", 16, share=1, drop=1),
)
_NAME, _WORD = 20, 13


def docs_address(shape: Mapping[str, Any]) -> str:
    """Give where to read more: the vendor's documentation, else its home page; empty for none."""
    links = shape.get("links") or {}
    return str(links.get("docs") or links.get("home") or "")


def tab_spans(chosen: int, shape: Mapping[str, Any] | None) -> Spans:
    """Give the line of tabs, with how many there are of what is counted."""
    counts: dict[str, int] = {}
    if shape is not None:
        counts = {
            "operations": len(shape["operations"]),
            "auth": len(shape["auth"]),
            "used by": len(use_rows(shape)),
        }
    spans: list[Span] = [(" ", "")]
    for index, name in enumerate(TABS):
        count = f" {counts[name]:,}" if name in counts else ""
        spans += [(f" {name}{count} ", "selected" if index == chosen else "quiet"), (" ", "")]
    return spans


def fact_lines(shape: Mapping[str, Any], width: int) -> Lines:
    """Give what stands above the tabs."""
    about = f"{shape['handle']}@{shape['revision']} · {shape['type']} · {shape['source']} · {shape['status']}"
    lines: Lines = [[(str(shape["name"]), "strong"), (f"  {about}", "quiet")]]
    if shape.get("summary"):
        lines += label_lines("", str(shape["summary"]), width=width, indent=0)
    deprecation = shape.get("deprecation")
    if deprecation:
        lines += label_lines("", f"deprecated: {deprecation['message']}", "warn", width=width, indent=0)
    return lines


def overview_lines(shape: Mapping[str, Any], width: int) -> Lines:
    """Give what it is for, what it can do and what it asks for."""
    lines: Lines = []
    for paragraph in str(shape.get("description") or "").split("\n\n"):
        lines += (
            label_lines("", " ".join(paragraph.split()), width=width, indent=0) if paragraph.strip() else []
        )
    lines += [[]] if lines else []
    facts = {
        "can": ", ".join(shape["can"]),
        "kind": ", ".join((*shape["categories"], *shape["tags"])),
        "author": ", ".join(str(one) for one in (shape.get("author") or {}).values() if one),
        "hash": str(shape["hash"]),
        # Where the library is says nothing to anybody; where one's own files are does.
        "file": str(shape.get("file") or "") if shape.get("source") != "library" else "",
        **{name: str(link) for name, link in (shape.get("links") or {}).items() if link},
    }
    for label, text in facts.items():
        lines += label_lines(label, text, width=width, indent=11) if text else []
    inputs = [line for one in shape["inputs"] for line in _input_lines(one, width)]
    return [*lines, *section("Inputs", inputs or [[("  nothing to fill in", "quiet")]])]


def auth_lines(shape: Mapping[str, Any], width: int) -> Lines:
    """Give each way to sign in with what it asks for."""
    if not shape["auth"]:
        return [[("no credentials are needed", "quiet")]]
    lines: Lines = []
    for method in shape["auth"]:
        kind = labels.auth_word(method["kind"])
        lines += [[(str(method["title"]), "title"), (f"  {method['method']} · {kind}", "quiet")]]
        for paragraph in str(method.get("help") or "").split("\n\n"):
            text = " ".join(paragraph.split())
            lines += label_lines("", text, width=width - 2, indent=2) if text else []
        asked = [line for one in method["inputs"] for line in _input_lines(one, width)]
        lines += [*(asked or [[("  nothing to fill in", "quiet")]]), []]
    return lines[:-1]


def operation_cells(one: Mapping[str, Any]) -> list[Span]:
    """Give the cells of one operation."""
    word, tone = ("no", "quiet") if one["read_only"] else (str(one["danger"]), "warn")
    said = str(one.get("summary") or one.get("title") or "")
    return [(str(one["name"]), "quiet" if one["deprecated"] else "strong"), (word, tone), (said, "quiet")]


def find_operations(shape: Mapping[str, Any], text: str) -> list[Mapping[str, Any]]:
    """Give the operations that hold every word."""
    words = text.lower().split()
    return [one for one in shape["operations"] if all(word in _words_of(one) for word in words)]


def operation_lines(one: Mapping[str, Any], width: int) -> Lines:
    """Give one operation with its input."""
    lines: Lines = [[(str(one["name"]), "strong"), (f"  {one['title']}", "quiet")]]
    if one.get("summary"):
        lines += label_lines("", str(one["summary"]), width=width, indent=0)
    schema = one.get("input") or {}
    required = frozenset(schema.get("required", ()))
    fields = [line for name, field in schema.get("properties", {}).items()
              for line in _field_lines(name, field, name in required, width)]  # fmt: skip
    return [*lines, *(fields or [[("  no input", "quiet")]])]


def use_rows(shape: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Give the connections and authentications that were made with it, each with its noun."""
    return [
        *(("connection", one) for one in shape.get("connections", ())),
        *(("authentication", one) for one in shape.get("authentications", ())),
    ]


def use_cells(noun: str, one: Mapping[str, Any]) -> list[Span]:
    """Give the cells of one thing that hangs on a connector."""
    state, tone = str(one["state"]), "quiet"
    if noun == "connection":
        _, state, tone = labels.connection_state(state, None)
    used = (
        f"revision {one['revision']}"
        if noun == "connection"
        else f"{one['method']} · {labels.auth_word(one['kind'])}"
    )
    return [(str(one["name"]), "strong"), (noun, "quiet"), (state, tone), (used, "quiet")]


def section(title: str, lines: Lines) -> Lines:
    """Give lines below a title."""
    return [[], [(title, "title")], *lines] if lines else []


def _words_of(one: Mapping[str, Any]) -> str:
    return f"{one['name']} {one['title']} {one['summary']}".lower()


def _input_lines(one: Mapping[str, Any], width: int) -> Lines:
    kind = str(one.get("type", "text"))
    flags = [kind, *(word for word in ("required", "secret", "advanced") if one.get(word) and word != kind)]
    return _named(str(one["key"]), ", ".join(flags), str(one.get("help") or one.get("label") or ""), width)


def _field_lines(name: str, field: Any, required: bool, width: int) -> Lines:
    plain = field if isinstance(field, Mapping) else {}
    kind = plain.get("type") or ("choice" if "enum" in plain else "any")
    word = (
        "|".join(str(one) for one in kind)
        if isinstance(kind, Sequence) and not isinstance(kind, str)
        else str(kind)
    )
    said = [str(plain["description"])] if plain.get("description") else []
    if "enum" in plain:
        said.append("one of " + ", ".join(str(one) for one in plain["enum"]))
    if "default" in plain:
        said.append(f"default {plain['default']}")
    return _named(name, f"{word}, required" if required else word, "; ".join(said), width)


def _named(name: str, word: str, said: str, width: int) -> Lines:
    first: list[Span] = [(f"  {name:<{_NAME}} ", ""), (f"{word:<{_WORD}}  ", "quiet")]
    wrapped = label_lines("", said, "quiet", width=max(40, width), indent=_NAME + _WORD + 5)
    return [[*first, *wrapped[0][1:]], *wrapped[1:]]
