"""What is run by hand: the operation, whether it may run, what is asked before, and the same as a command."""

import json
import shlex
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from core.bodies.exact import json_of, read_integer, read_number
from core.errors import Failure

from . import labels
from .cells import wrap
from .picking import PickRow
from .spans import Lines, Span, Spans
from .table import Column

Guard = Literal["none", "confirm", "type_name"]

OPERATION_COLUMNS: Final = (Column("", 9), Column("OPERATION", 26), Column("WHAT IT DOES", 30, share=1))
CONNECTION_COLUMNS: Final = (Column("CONNECTION", 22), Column("CONNECTOR", 16), Column("STATE", 12, share=1))

_DANGERS: Final[Mapping[str, Span]] = {
    "none": ("○ reads", "quiet"),
    "write": ("● writes", "warn"),
    "delete": ("✗ deletes", "bad"),
    "bulk": ("▲ many", "bad"),
}
_ORDER: Final = ("none", "write", "delete", "bulk")
_VERBS: Final = ("list", "search", "find", "get", "create", "update")
_BODY_LINES: Final = 8


@dataclass(frozen=True, slots=True)
class OperationFacts:
    """What a person sees of an operation before it runs; ``schema`` is the JSON Schema of its input."""

    name: str
    title: str
    summary: str
    description: str
    tags: tuple[str, ...]
    read_only: bool
    danger: str
    deprecated: bool
    schema: Mapping[str, Any]
    irreversible: bool = False


@dataclass(frozen=True, slots=True)
class RunTarget:
    """The connection that is used, with its operations."""

    connection: str
    connector: str
    state: str
    locked: str
    production: bool
    project: str
    operations: tuple[OperationFacts, ...]

    def operation(self, name: str) -> OperationFacts | None:
        """Give an operation by its name."""
        return next((one for one in self.operations if one.name == name), None)


def danger_span(operation: OperationFacts) -> Span:
    """Give the glyph and the word for what an operation may do."""
    return _DANGERS["none"] if operation.read_only else _DANGERS.get(operation.danger, _DANGERS["write"])


def operation_rows(operations: Iterable[OperationFacts]) -> tuple[PickRow, ...]:
    """Give a row for each operation: the harmless ones first, and of those the ones that list."""
    return tuple(_operation_row(one) for one in sorted(operations, key=_rank))


def connection_rows(rows: Iterable[tuple[str, str, Span]]) -> tuple[PickRow, ...]:
    """Give a row for each connection: its name, its connector, its state."""
    return tuple(
        PickRow(
            name, [(name, "strong"), (connector, "quiet"), state], f"{name} {connector} {state[0]}".lower()
        )
        for name, connector, state in rows
    )


def refusal(target: RunTarget) -> str:
    """Say why nothing can be run with this connection; empty when it can."""
    if target.state == "inactive":
        return f"{target.connection} is suspended: nothing runs; p in Connections resumes it"
    if target.state == "draft":
        return f"{target.connection} is a draft: enter on it in Connections goes on setting it up"
    return ""


def guard_for(target: RunTarget, operation: OperationFacts) -> Guard:
    """Say what is asked before an operation runs."""
    if operation.read_only:
        return "none"
    if target.production or operation.irreversible:
        return "type_name"
    return "confirm"


def request_lines(method: str, url: str, body: str | None, width: int) -> Lines:
    """Give exactly what is about to be sent, with its secrets already hidden."""
    lines: list[Spans] = []
    pieces = [url[at : at + width - 12] for at in range(0, len(url), width - 12)] or [""]
    lines.append([(f"{method} ", "key"), (pieces[0], "")])
    lines += [[(" " * (len(method) + 1), ""), (piece, "")] for piece in pieces[1:]]
    if body:
        shown = _pretty(body).splitlines()
        lines += [[(line[: width - 6], "quiet")] for line in shown[:_BODY_LINES]]
        if len(shown) > _BODY_LINES:
            lines.append([(f"… {len(shown) - _BODY_LINES} more lines", "quiet")])
    return list(lines)


def error_lines(failure: Failure, width: int, *, operation: str | None) -> Lines:
    """Give what went wrong, why, what to do, and the keys for it."""
    room = max(20, width - 14)
    status = f" · {failure.status}" if failure.status else ""
    lines: list[Spans] = [
        [],
        [("   ✗ ", "bad"), (failure.error_class.replace("_", " "), "bad"), (status, "bad")],
        [],
    ]
    lines += [[("   ", ""), (piece, "strong")] for piece in wrap(failure.message, room + 8)]
    if failure.remedy:
        lines += [[("   ", ""), (piece, "")] for piece in wrap(failure.remedy, room + 8)]
    helps = "trying again can help" if failure.retryable else "trying again will not help by itself"
    lines += [
        [],
        [
            ("   ", ""),
            (helps, "quiet"),
            (f" · by {labels.rule(failure.rule)}" if failure.rule else "", "quiet"),
        ],
        [],
    ]
    keys: list[Span] = [
        ("   ", ""),
        ("i", "key"),
        (" the input   ", "quiet"),
        ("R", "key"),
        (" run again   ", "quiet"),
    ]
    if failure.error_class in ("auth", "permission"):
        keys += [("1 a", "key"), (" sign in again   ", "quiet")]
    if operation:
        keys += [("o", "key"), (" what was sent and answered", "quiet")]
    return [*lines, keys]


def run_command(
    connection: str, operation: str, values: Mapping[str, Any], secret: Collection[str] = ()
) -> str:
    """Give the command that runs the same; what is ``secret`` comes from variables of the environment."""
    words = ["connect-tui", "run", connection, operation]
    for key, value in values.items():
        if key in secret:
            words += ["--secret", f"{key}=env:{key.upper().replace('-', '_')}"]
            continue
        text = value if isinstance(value, str) else json_of(value)
        words += ["--set", f"{key}={text}"]
    return shlex.join(words)


def given_spans(values: Mapping[str, Any]) -> Spans:
    """Give an input on one line, for where the form has no room."""
    spans: list[Span] = [(" ", "")]
    for key, value in values.items():
        text = value if isinstance(value, str) else json_of(value)
        spans += [(key, "quiet"), (" ", ""), (text, ""), ("   ", "")]
    return [*spans, ("i", "key"), (" the input", "quiet")]


def intro_lines(operation: OperationFacts, width: int) -> Lines:
    """Give what an operation does, in at most two lines."""
    text = operation.summary or operation.description or operation.title
    pieces = wrap(" ".join(text.split()), max(20, width - 3))[:2] if text else []
    lines: Lines = [[(" ", ""), (piece, "quiet")] for piece in pieces]
    if operation.deprecated:
        lines.append([(" ▲ deprecated: it may go in a later revision", "warn")])
    return lines


def _rank(one: OperationFacts) -> tuple[int, int]:
    verb = one.name.split("-", maxsplit=1)[0]
    return (
        _ORDER.index(one.danger) if one.danger in _ORDER else 1,
        _VERBS.index(verb) if verb in _VERBS else len(_VERBS),
    )


def _operation_row(one: OperationFacts) -> PickRow:
    words = " ".join((one.name, one.title, one.summary, *one.tags, danger_span(one)[0])).lower()
    name: Span = (one.name, "quiet" if one.deprecated else "strong")
    return PickRow(
        one.name, [danger_span(one), name, (one.summary or one.title, "quiet")], words, _preview(one)
    )


def _preview(one: OperationFacts) -> Sequence[Spans]:
    fields = one.schema.get("properties", {})
    required = frozenset(one.schema.get("required", ()))
    takes: list[Span] = [("takes ", "quiet")]
    for index, key in enumerate(fields):
        takes += [(", " if index else "", "quiet"), (key, "strong" if key in required else "")]
    return [
        [(one.title or one.name, "strong"), ("  ", ""), danger_span(one)],
        [(one.summary, "")],
        takes if fields else [("takes no input", "quiet")],
    ]


def _pretty(body: str) -> str:
    try:
        value = json.loads(body, parse_float=read_number, parse_int=read_integer)
        return json_of(value, indent=2)
    except (ValueError, RecursionError):
        return body
