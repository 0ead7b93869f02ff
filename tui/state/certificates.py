"""The client certificates of a project as rows, what is said about one, and the form to add one with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from . import labels
from .certificate_file import read_certificate_file
from .field import Field
from .form import Form, open_form
from .input_fields import is_reference
from .kept_list import Listing, Sort, place_said
from .next_keys import key_spans
from .spans import Lines, Span, Spans, label_lines
from .table import Column
from .wizard import NAME
from .workspace_filters import certificate_fields

if TYPE_CHECKING:
    from storage.reading import Reading

_DAY_US: Final = 86_400 * 1_000_000
_INDENT = 15

Standing = Literal["expired", "early", "ready", "unused"]
_STANDINGS: Mapping[Standing, tuple[str, str, str]] = {
    "expired": ("✗", "expired", "bad"),
    "early": ("▲", "not yet", "warn"),
    "ready": ("●", "ready", "good"),
    "unused": ("◌", "unused", "quiet"),
}


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """One certificate as the list knows it; ``standing`` is of the time when it was read."""

    name: str
    subject: str
    issuer: str
    not_before_us: int
    not_after_us: int
    serial: str = ""
    id: str = ""
    used_by: tuple[str, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict)
    created_us: int = 0
    updated_us: int = 0


def read_certificates(reading: "Reading", project_id: str) -> list[CertificateRow]:
    """Give every certificate of a project, with the connections that show it."""
    users: dict[str, list[str]] = {}
    for one in reading.connections(project_id):
        users.setdefault(one.connection.certificate or "", []).append(one.connection.name)
    return [
        CertificateRow(
            name=row.name,
            subject=row.subject,
            issuer=row.issuer,
            not_before_us=row.not_before_us,
            not_after_us=row.not_after_us,
            serial=row.serial,
            id=row.id,
            used_by=tuple(users.get(row.id, ())),
            secrets=row.secrets,
            created_us=row.created_us,
            updated_us=row.updated_us,
        )
        for row in reading.certificates(project_id)
    ]


def standing(row: CertificateRow, now_us: int) -> Standing:
    """Say how a certificate stands now."""
    if row.not_after_us <= now_us:
        return "expired"
    if row.not_before_us > now_us:
        return "early"
    return "ready" if row.used_by else "unused"


def certificate_cells(row: CertificateRow, now_us: int) -> list[Span]:
    """Give the cells of a row."""
    glyph, word, tone = _STANDINGS[standing(row, now_us)]
    return [
        (glyph, tone),
        (row.name, "quiet" if tone == "quiet" else "strong"),
        (row.subject, "quiet"),
        (row.issuer, "quiet"),
        (str(len(row.used_by)) if row.used_by else "–", "quiet"),
        labels.until(row.not_after_us, now_us),
        (word, "" if tone in ("good", "quiet") else tone),
    ]


def certificate_lines(row: CertificateRow, now_us: int, width: int, wide: bool) -> Lines:
    """Give the detail of one certificate; with room, also its serial number and when it was kept."""
    keys = [("c", "its connections"), ("e", "replace")]
    if not row.used_by:
        keys = [("e", "replace"), ("D", "delete")]
    said, tone = labels.until(row.not_after_us, now_us)
    lines: Lines = [[(row.name, "strong")], key_spans(keys, _INDENT)]
    users = ", ".join(row.used_by)
    facts: list[tuple[str, str, str]] = [
        ("subject", row.subject, ""),
        ("issuer", row.issuer, ""),
        ("valid until", f"{labels.exact(row.not_after_us)}, {said}", tone),
        ("used by", users or "nothing", "" if users else "quiet"),
    ]
    if standing(row, now_us) == "early" or wide:
        early = "warn" if standing(row, now_us) == "early" else ""
        facts.insert(2, ("valid from", labels.exact(row.not_before_us), early))
    if wide:
        facts += [
            ("serial", row.serial, ""),
            *((key.replace("_", " "), place_said(where), "") for key, where in row.secrets.items()),
            ("kept", labels.exact(row.created_us), ""),
            ("replaced", labels.exact(row.updated_us) if row.updated_us != row.created_us else "–", ""),
        ]
    for key, text, kind in facts:
        lines += label_lines(key, text, kind, width=width, indent=_INDENT)
    return lines


def certificate_note(rows: Sequence[CertificateRow], now_us: int) -> Spans:
    """Say how many there are, how many ended, and how many end within a day."""
    ended = sum(row.not_after_us <= now_us for row in rows)
    ending = sum(now_us < row.not_after_us <= now_us + _DAY_US for row in rows)
    said: list[Span] = [(labels.plural(len(rows), "certificate"), "")]
    if ended:
        said.append((f" · {ended} expired", "bad"))
    if ending:
        said.append((f" · {ending} end{'s' if ending == 1 else ''} in 24 h", "warn"))
    return said


CERTIFICATES: Final[Listing[CertificateRow]] = Listing(
    read=read_certificates,
    key=lambda row: row.name,
    columns=(
        Column("", 1),
        Column("NAME", 14, share=2),
        Column("SUBJECT", 16, share=3),
        Column("ISSUER", 12, share=2, drop=1),
        Column("USED", 4, "right"),
        Column("EXPIRES", 8, "right"),
        Column("STATE", 7),
    ),
    cells=certificate_cells,
    sorts=(
        Sort("what ends first", 5, lambda row: row.not_after_us),
        Sort("name", 1, lambda _row: ""),
        Sort("subject", 2, lambda row: row.subject.lower()),
        Sort("use", 4, lambda row: -len(row.used_by)),
    ),
    fields=certificate_fields,
    detail=certificate_lines,
    note=certificate_note,
    first=[
        [],
        [("   No client certificate is kept yet.", "title")],
        [],
        [("   Where a system wants mutual TLS, a connection shows one. It and its key are", "")],
        [("   in the vault; any number of connections show the same.", "")],
        [],
        [("   n", "key"), ("  keep one, from a PEM or PKCS#12 file", "strong")],
        [("   ?", "key"), ("  everything that can be done here", "")],
        [],
        [("   As a command:", "quiet")],
        [("   connect-tui certificate add client.pem --name N --key client.key", "accent")],
    ],
)

_FILE: Final = Field(
    "certificate", "File", "file", "PEM or PKCS#12; may hold the key as well", required=True,
    placeholder="~/client.p12",
)  # fmt: skip
_KEY: Final = Field("private_key", "Key file", "file", "where the key is apart (PEM)")
_PASSWORD: Final = Field("key_password", "Password", help="what opens the key, if it is locked", secret=True)


def certificate_form(*, is_new: bool) -> Form:
    """Give the form of a new certificate, or of what takes the place of one."""
    return open_form((*((NAME,) if is_new else ()), _FILE, _KEY, _PASSWORD))


def certificate_secrets(values: Mapping[str, Any]) -> dict[str, str]:
    """Give what is to be kept, from the files that were named; a reference stays one.

    Raises:
        InputError: a file cannot be read, or is no certificate's.
    """
    given = {one.key: str(values[one.key]) for one in (_FILE, _KEY, _PASSWORD) if values.get(one.key)}
    return {
        key: text if key == _PASSWORD.key or is_reference(text) else read_certificate_file(text)
        for key, text in given.items()
    }
