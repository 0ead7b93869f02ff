"""Every secret of a project: where it comes from, what it belongs to and who uses it, never what it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from . import labels
from .kept_list import Listing, Sort, place_word
from .next_keys import key_spans
from .spans import Lines, Span, Spans, label_lines
from .table import Column
from .workspace_filters import secret_fields

if TYPE_CHECKING:
    from core.revealing import SecretOf
    from storage.reading import Reading
    from storage.records import Authentication, Connection

_INDENT = 11
_SOURCES: Final[Mapping[str, str]] = {
    "env": "a variable of the environment",
    "file": "a file",
    "cmd": "a command, run at each use",
    "pass": "the password store",
    "op": "1Password",
    "hashicorp": "HashiCorp Vault or OpenBao",
}


@dataclass(frozen=True, slots=True)
class SecretRow:
    """One secret: what has it (``of``, ``name``), its field, where it is, and what uses it."""

    of: "SecretOf"
    name: str
    secret: str
    where: str
    used_by: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What tells it from every other."""
        return f"{self.of} {self.name} {self.secret}"

    @property
    def source(self) -> str:
        """The sort of its place in a word: vault, env, file, cmd, pass, op, hashicorp."""
        if self.where == "vault":
            return "vault"
        found = self.where.split(":", maxsplit=2)[1] if self.where.count(":") else self.where
        return "hashicorp" if found == "vault" else found


def read_secrets(reading: "Reading", project_id: str) -> list[SecretRow]:
    """Give every secret of a project; no value is read."""
    connections = [row.connection for row in reading.connections(project_id)]
    authentications = reading.authentications(project_id)
    rows = []
    for one in authentications:
        tokens = {"tokens": one.tokens} if one.tokens else {}
        rows += _rows("authentication", one.name, {**one.secrets, **tokens}, _users(one, connections))
    for row in connections:
        rows += _rows("connection", row.name, row.secrets, (row.name,))
    for app in reading.apps(project_id):
        made = tuple(one.name for one in authentications if one.provider_app == app.id)
        rows += _rows("app", app.name, app.secrets, made)
    for kept in reading.certificates(project_id):
        shown = tuple(one.name for one in connections if one.certificate == kept.id)
        rows += _rows("certificate", kept.name, kept.secrets, shown)
    return rows


def _users(row: "Authentication", connections: "Sequence[Connection]") -> tuple[str, ...]:
    """List the connections that use an authentication; they name it by its name or by its id."""
    return tuple(one.name for one in connections if one.authentication in (row.name, row.id))


def _rows(of: "SecretOf", name: str, places: Mapping[str, str], users: tuple[str, ...]) -> list[SecretRow]:
    return [SecretRow(of, name, key, place_word(where), users) for key, where in places.items()]


def secret_cells(row: SecretRow, now_us: int) -> list[Span]:  # noqa: ARG001
    """Give the cells of a row."""
    return [
        (row.of, "quiet"),
        (row.name, "strong" if row.used_by else "quiet"),
        (row.secret, ""),
        (row.where, "quiet" if row.where == "vault" else "accent"),
        (", ".join(row.used_by) or "–", "quiet"),
    ]


def secret_lines(row: SecretRow, now_us: int, width: int, wide: bool) -> Lines:  # noqa: ARG001
    """Give the detail of one secret."""
    users = ", ".join(row.used_by)
    told = "the vault of this home" if row.source == "vault" else _SOURCES.get(row.source, "elsewhere")
    keys = [("s", "show it for a short time"), ("⏎", f"the {row.of}"), ("o", "when it was shown")]
    facts = [("comes from", f"{told}: {row.where}" if row.source != "vault" else told)]
    facts.append(("used by", users or "nothing"))
    lines: Lines = [
        [(f"{row.secret} ", "strong"), (f"· {row.of} {row.name}", "quiet")],
        key_spans(keys, _INDENT),
    ]
    for key, text in facts:
        tone = "quiet" if text == "nothing" else ""
        lines += label_lines(key, text, tone, width=width, indent=_INDENT)
    return lines


def secret_note(rows: Sequence[SecretRow], now_us: int) -> Spans:  # noqa: ARG001
    """Say how many there are, and how many are not in the vault."""
    elsewhere = sum(row.where != "vault" for row in rows)
    said = labels.plural(len(rows), "secret")
    return [(f"{said} · {elsewhere} elsewhere" if elsewhere else said, "")]


SECRETS: Final[Listing[SecretRow]] = Listing(
    read=read_secrets,
    key=lambda row: row.key,
    columns=(
        Column("OF", 14),
        Column("NAME", 14, share=2),
        Column("SECRET", 14, share=1),
        Column("WHERE", 12, share=2),
        Column("USED BY", 14, share=2, drop=1),
    ),
    cells=secret_cells,
    sorts=(
        Sort("what it belongs to", 0, lambda row: (row.of, row.name.lower())),
        Sort("name", 1, lambda row: row.name.lower()),
        Sort("where it is", 3, lambda row: (row.where != "vault", row.where)),
    ),
    fields=secret_fields,
    detail=secret_lines,
    note=secret_note,
    first=[
        [],
        [("   No secret is kept in this project.", "title")],
        [],
        [("   What authentications, connections, provider apps and certificates have of", "")],
        [("   secrets is listed here, with where each comes from and who uses it.", "")],
        [],
        [("   4", "key"), ("  set up a connection", "strong")],
        [("   ?", "key"), ("  everything that can be done here", "")],
    ],
)
