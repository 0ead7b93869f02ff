"""The provider apps of a project as rows, what is said about one, and the form that one is made with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from . import labels
from .field import Field
from .form import Form, open_form
from .input_fields import split_secrets
from .kept_list import Listing, Sort, place_said
from .next_keys import key_spans
from .spans import Lines, Span, Spans, label_lines
from .table import Column
from .wizard import NAME, keep_secrets
from .workspace_filters import app_fields

if TYPE_CHECKING:
    from storage.reading import Reading

_INDENT = 15


@dataclass(frozen=True, slots=True)
class AppRow:
    """One app as the list knows it; ``secrets`` says of each only where it is."""

    name: str
    provider: str
    client_id: str
    id: str = ""
    used_by: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    created_us: int = 0
    updated_us: int = 0


def read_apps(reading: "Reading", project_id: str) -> list[AppRow]:
    """Give every app of a project, with the authentications that were made with it."""
    users: dict[str, list[str]] = {}
    for one in reading.authentications(project_id):
        users.setdefault(one.provider_app or "", []).append(one.name)
    return [
        AppRow(
            name=row.name,
            provider=row.provider,
            client_id=row.client_id,
            id=row.id,
            used_by=tuple(users.get(row.id, ())),
            values=row.values,
            secrets=row.secrets,
            created_us=row.created_us,
            updated_us=row.updated_us,
        )
        for row in reading.apps(project_id)
    ]


def app_cells(row: AppRow, now_us: int) -> list[Span]:
    """Give the cells of a row."""
    return [
        ("●", "good") if row.used_by else ("◌", "quiet"),
        (row.name, "strong" if row.used_by else "quiet"),
        (row.provider, "quiet"),
        (row.client_id, "quiet"),
        (str(len(row.secrets)) if row.secrets else "–", "quiet"),
        (str(len(row.used_by)) if row.used_by else "–", "quiet"),
        (labels.age(row.created_us, now_us), "quiet"),
    ]


def app_lines(row: AppRow, now_us: int, width: int, wide: bool) -> Lines:
    """Give the detail of one app; with room, also when it was made and changed."""
    said = [(key, labels.value(value)) for key, value in row.values.items()]
    said += [(key, place_said(where)) for key, where in row.secrets.items()]
    keys = [("c", "its authentications"), ("e", "edit")] if row.used_by else [("e", "edit"), ("D", "delete")]
    lines: Lines = [
        [(f"{row.name} ", "strong"), (f"· {row.provider}", "quiet")],
        key_spans(keys, _INDENT),
        *label_lines("client id", row.client_id, width=width, indent=_INDENT),
    ]
    for key, text in said:
        lines += label_lines(key, text, width=width, indent=max(_INDENT, min(len(key) + 2, width // 2)))
    users = ", ".join(row.used_by)
    tone = "" if users else "quiet"
    lines += label_lines("used by", users or "nothing", tone, width=width, indent=_INDENT)
    if wide:
        lines += label_lines("made", labels.exact(row.created_us), width=width, indent=_INDENT)
        lines += label_lines("changed", labels.exact(row.updated_us), width=width, indent=_INDENT)
    else:
        lines += label_lines("changed", labels.since(row.updated_us, now_us), width=width, indent=_INDENT)
    return lines


def app_note(rows: Sequence[AppRow], now_us: int) -> Spans:  # noqa: ARG001
    """Say how many there are, and how many nothing uses."""
    unused = sum(not row.used_by for row in rows)
    said = labels.plural(len(rows), "app")
    return [(f"{said} · {unused} not used" if unused else said, "")]


APPS: Final[Listing[AppRow]] = Listing(
    read=read_apps,
    key=lambda row: row.name,
    columns=(
        Column("", 1),
        Column("NAME", 14, share=2),
        Column("PROVIDER", 14, share=2),
        Column("CLIENT ID", 14, share=3),
        Column("SECRETS", 7, "right", drop=2),
        Column("USED", 4, "right"),
        Column("MADE", 4, "right", drop=1),
    ),
    cells=app_cells,
    sorts=(
        Sort("name", 1, lambda _row: ""),
        Sort("provider", 2, lambda row: row.provider.lower()),
        Sort("use", 5, lambda row: -len(row.used_by)),
        Sort("newest", 6, lambda row: -row.created_us),
    ),
    fields=app_fields,
    detail=app_lines,
    note=app_note,
    first=[
        [],
        [("   No provider app is kept yet.", "title")],
        [],
        [("   A provider app is a client that you registered where people sign in: its id", "")],
        [("   and its secret. Kept once, any number of authentications are made with it.", "")],
        [],
        [("   n", "key"), ("  keep one", "strong")],
        [("   ?", "key"), ("  everything that can be done here", "")],
        [],
        [("   As a command:", "quiet")],
        [("   connect-tui app add PROVIDER --name N --client-id ID --secret client_secret=@FILE", "accent")],
    ],
)

# Their keys begin with a dot, so that no secret or value of an app has the same.
_PROVIDER: Final = Field(
    ".provider",
    "Provider",
    help="a connector, or a host",
    required=True,
    placeholder="github",
)
_CLIENT: Final = Field(".client_id", "Client id", help="as the provider shows it", required=True)
_VALUES: Final = Field(
    ".values", "Other values", "json", "what is not secret, by key", advanced=True, schema="object",
    placeholder='{"tenant": "acme"}',
)  # fmt: skip
_SECRETS: Final = (
    Field("client_secret", "Client secret", help="to the vault, or ref:…", secret=True),
    Field("private_key", "Private key", help="for signed assertions", secret=True, advanced=True),
)


def app_form(row: AppRow | None) -> Form:
    """Give the form of a new app, or of one that is changed: what it has of secrets need not be typed."""
    if row is None:
        return open_form((NAME, _PROVIDER, _CLIENT, *_SECRETS, _VALUES))
    usual = {one.key for one in _SECRETS}
    others = (Field(key, help="goes to the vault", secret=True) for key in row.secrets if key not in usual)
    secrets = keep_secrets((*_SECRETS, *others), row.secrets.keys())
    values = {_CLIENT.key: row.client_id, **({_VALUES.key: dict(row.values)} if row.values else {})}
    return open_form((_CLIENT, *secrets, _VALUES), values)


@dataclass(frozen=True, slots=True)
class AppGiven:
    """What was typed into the form of an app."""

    name: str
    provider: str
    client_id: str
    values: Mapping[str, Any]
    secrets: Mapping[str, str] = field(repr=False)


def read_app(form: Form, values: Mapping[str, Any], row: AppRow | None) -> AppGiven:
    """Give what a form that is right says; a value that is gone from it is None."""
    plain, secrets = split_secrets(form.fields, values)
    typed = dict(plain.get(_VALUES.key) or {})
    gone = {key: None for key in (row.values if row is not None else ()) if key not in typed}
    return AppGiven(
        name=row.name if row is not None else str(plain[NAME.key]),
        provider=row.provider if row is not None else str(plain[_PROVIDER.key]),
        client_id=str(plain[_CLIENT.key]),
        values={**typed, **gone},
        secrets=secrets,
    )
