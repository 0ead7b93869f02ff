"""Which keys a filter may use, what their values look like, and where they are found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from ..records import OperationKind, OperationState
from ..schema import ERROR_STATES, REFUSED, SLOW, UNFINISHED_STATES, UNSUCCESSFUL

FieldKind = Literal[
    "text", "exact", "choice", "number", "status", "duration", "size", "since", "until", "flag"
]

ERRORS = frozenset({"failed", "partial", "interrupted"})
UNFINISHED = frozenset({"queued", "running"})
SLOW_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Field:
    """One key of the filter language.

    ``attribute`` is what is asked of a row in memory, ``column`` what is asked of the table. ``within``
    wraps the condition (``{}``). ``narrows`` says that one exact value leaves few rows, found by an index.
    ``hint`` is the condition of a partial index; it is added where every value implies it: all are in
    ``hint_values``, or all are at least ``hint_low``.
    """

    key: str
    kind: FieldKind
    attribute: str
    column: str = ""
    values: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    within: str = "{}"
    narrows: bool = False
    hint: str = ""
    hint_values: frozenset[str] = frozenset()
    hint_low: int | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """A named property: how SQL says it, how a value in memory is tested, and the hint as in `Field`."""

    sql: str
    attribute: str
    test: Callable[[Any], bool]
    hint: str = ""


@dataclass(frozen=True, slots=True)
class FieldTable:
    """The keys of one list; ``words`` are the attributes in which bare words are looked for."""

    fields: tuple[Field, ...]
    words: tuple[str, ...]
    flags: Mapping[str, Flag] = field(default_factory=dict)

    def get(self, key: str) -> Field | None:
        """Give the field of a key, or nothing."""
        return next((item for item in self.fields if item.key == key), None)

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys, in the order of the table."""
        return tuple(item.key for item in self.fields)


def text_fields(**attributes: str) -> tuple[Field, ...]:
    """Give text fields for a list in memory: ``text_fields(auth="auth_kind")``."""
    return tuple(Field(key, "text", attribute) for key, attribute in attributes.items())


def operation_fields() -> FieldTable:
    """Give the keys for operations, in the words of the filter language."""
    return FieldTable(_OPERATIONS, ("name", "result", "error_message", "connection", "path"), _FLAGS)


_STATES: tuple[str, ...] = get_args(OperationState)
_OPERATIONS = (
    Field(
        "state", "choice", "state", "state", values=_STATES,
        aliases={"error": "failed", "ok": "success"},
        hint=UNSUCCESSFUL, hint_values=frozenset(_STATES) - {"success"},
    ),
    Field("kind", "choice", "kind", "kind", values=get_args(OperationKind)),
    Field("conn", "text", "connection", "connection", narrows=True),
    Field("connector", "text", "connector", "connector"),
    Field("op", "text", "name", "name", narrows=True),
    Field("id", "exact", "id", "id", narrows=True),
    Field("project", "text", "project", "name", within="project_id IN (SELECT id FROM project WHERE {})"),
    Field("actor", "text", "actor", "actor"),
    Field("status", "status", "status", "status", hint=REFUSED, hint_low=400),
    Field("method", "text", "method", "method"),
    Field("path", "text", "path", "path"),
    Field("error", "text", "error_class", "error_class"),
    Field("dur", "duration", "took_us", "took_us", hint=SLOW, hint_low=SLOW_US + 1),
    Field("size", "size", "bytes", "bytes"),
    Field("records", "number", "records", "records"),
    Field("retries", "number", "retries", "retries"),
    Field("since", "since", "started_us", "started_us"),
    Field("until", "until", "started_us", "started_us"),
    Field("is", "flag", ""),
)  # fmt: skip
_FLAGS: Mapping[str, Flag] = {
    "error": Flag(ERROR_STATES, "state", lambda state: state in ERRORS, UNSUCCESSFUL),
    "retry": Flag("retries > 0", "retries", lambda retries: retries > 0),
    "slow": Flag(f"+{SLOW}", "took_us", lambda took_us: took_us > SLOW_US, SLOW),
    "limit": Flag("error_class = 'limit'", "error_class", lambda kind: kind == "limit"),
    "running": Flag(f"+{UNFINISHED_STATES}", "state", lambda state: state in UNFINISHED, UNFINISHED_STATES),
}
