"""What the list of authentications shows: rows, what breaks first, and what each row says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from . import labels
from .spans import Span, Spans
from .table import Column

DAY_US: Final = 86_400 * 1_000_000
TOKEN_KINDS: Final = frozenset({"oauth2", "session", "app_installation", "jwt", "aws_sigv4"})
"""The kinds that obtain tokens; whether a method of the last two does depends on its connector."""

Standing = Literal["sign_in", "in_doubt", "failing", "expired", "ready", "unused"]
_STANDINGS: Mapping[Standing, tuple[str, str, str]] = {
    "sign_in": ("✗", "sign in", "bad"),
    "expired": ("✗", "expired", "bad"),
    "in_doubt": ("▲", "in doubt", "warn"),
    "failing": ("▲", "failing", "warn"),
    "ready": ("●", "ready", "good"),
    "unused": ("◌", "unused", "quiet"),
}
SORTS: tuple[tuple[str, int], ...] = (
    ("what breaks first", 6),
    ("name", 1),
    ("connector", 2),
    ("use", 5),
    ("last refresh", 7),
)


def columns() -> tuple[Column, ...]:
    """Give the columns of the list."""
    return (
        Column("", 1),
        Column("NAME", 14, share=3),
        Column("CONNECTOR", 10, share=1),
        Column("KIND", 8, share=1, drop=1),
        Column("APP", 12, drop=3),
        Column("USED", 4, "right"),
        Column("EXPIRES", 8, "right"),
        Column("REFRESH", 7, "right", drop=2),
        Column("STATE", 8),
    )


@dataclass(frozen=True, slots=True)
class AuthenticationRow:
    """One authentication as the list knows it; ``secrets`` says of each only where it is.

    ``expires_us`` is the end of the access token, or of credentials that end by themselves;
    ``idle_expires_us`` that of a refresh token that nobody uses, ``certificate_us`` that of the client
    certificate which a connection shows with it. ``is_attended`` says whether a person signs in, None until
    the connector was asked. `judged` fills ``standing``.
    """

    name: str
    connector: str
    method: str
    kind: str
    state: str = "ready"
    id: str = ""
    app: str | None = None
    used_by: tuple[str, ...] = ()
    has_tokens: bool = False
    is_attended: bool | None = None
    expires_us: int | None = None
    refresh_expires_us: int | None = None
    idle_expires_us: int | None = None
    certificate: str | None = None
    certificate_us: int | None = None
    refreshed_us: int | None = None
    failed_us: int | None = None
    failures: int = 0
    error: str | None = None
    rotation_us: int | None = None
    scopes: tuple[str, ...] | None = None
    captured: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    created_us: int | None = None
    updated_us: int | None = None
    last_used_us: int | None = None
    standing: Standing = "ready"

    @property
    def signs_in(self) -> bool:
        """Whether a person signs in, as far as that is known."""
        return self.kind == "oauth2" if self.is_attended is None else self.is_attended

    @property
    def renews_itself(self) -> bool:
        """Whether a token that ends is replaced without anybody, as far as that is known."""
        return self.has_tokens and (
            self.kind != "oauth2"
            or self.is_attended is False
            or self.refresh_expires_us is not None
            or self.idle_expires_us is not None
        )

    @property
    def breaks_us(self) -> int | None:
        """When the first thing ends that is not replaced by itself."""
        ends = [self.refresh_expires_us, self.idle_expires_us, self.certificate_us]
        if not self.renews_itself:
            ends.append(self.expires_us)
        return min((end for end in ends if end is not None), default=None)

    @property
    def needs_person(self) -> bool:
        """Whether somebody has to do something about it."""
        return self.standing in ("sign_in", "in_doubt", "failing", "expired")


def judged(row: AuthenticationRow, now_us: int) -> AuthenticationRow:
    """Give the row with how it stands now."""
    return replace(row, standing=_standing(row, now_us))


def _standing(row: AuthenticationRow, now_us: int) -> Standing:
    if row.state == "authorization_required":
        return "sign_in"
    if row.is_attended and not row.has_tokens:
        return "sign_in"
    if row.rotation_us is not None:
        return "in_doubt"
    if row.breaks_us is not None and row.breaks_us <= now_us:
        return "expired"
    if row.failures:
        return "failing"
    return "ready" if row.used_by else "unused"


def sort_rows(rows: Sequence[AuthenticationRow], order: int = 0) -> list[AuthenticationRow]:
    """Give judged rows in the order that `SORTS` numbers; names decide what is equal."""
    keys: tuple[Callable[[AuthenticationRow], Any], ...] = (
        _breaks_first,
        lambda _row: "",
        lambda row: row.connector,
        lambda row: -len(row.used_by),
        lambda row: -(max(row.refreshed_us or 0, row.failed_us or 0)),
    )
    return sorted(rows, key=lambda row: (keys[order](row), row.name.lower()))


_NEVER: Final = 1 << 62


def _breaks_first(row: AuthenticationRow) -> tuple[int, bool, int, int]:
    """Give what needs somebody first and what is used before what is not, then whatever ends soonest."""
    rank = {"sign_in": 0, "expired": 0, "in_doubt": 1, "failing": 2}.get(row.standing, 3)
    breaks, ends = row.breaks_us, row.expires_us
    return (
        rank,
        rank < 3 and not row.used_by,
        _NEVER if breaks is None else breaks,
        _NEVER if ends is None else ends,
    )


def ends_within(row: AuthenticationRow, now_us: int, window_us: int = DAY_US) -> bool:
    """Tell whether a token, a refresh token or a certificate of it ends within a time, or has ended."""
    ends = (row.expires_us, row.refresh_expires_us, row.idle_expires_us, row.certificate_us)
    return any(end is not None and end <= now_us + window_us for end in ends)


def due(
    rows: Sequence[AuthenticationRow], now_us: int, window_us: int = DAY_US
) -> tuple[list[AuthenticationRow], list[AuthenticationRow]]:
    """Give those that end within a time: first those that can be refreshed, then those that cannot."""
    ending = [row for row in rows if ends_within(row, now_us, window_us)]
    return [row for row in ending if can_refresh(row)], [row for row in ending if not can_refresh(row)]


def can_refresh(row: AuthenticationRow) -> bool:
    """Tell whether new tokens can be had without a person, as far as that is known here."""
    return row.has_tokens and row.state != "authorization_required"


def row_cells(row: AuthenticationRow, now_us: int) -> list[Span]:
    """Give the cells of a row, one for each of `columns`."""
    glyph, word, tone = _STANDINGS[row.standing]
    return [
        (glyph, tone),
        (row.name, "quiet" if row.standing == "unused" else "strong"),
        (row.connector, "quiet"),
        (labels.auth_word(row.kind), "quiet"),
        (row.app or "–", "quiet"),
        (str(len(row.used_by)) if row.used_by else "–", "quiet"),
        expiry_cell(row, now_us),
        refresh_cell(row, now_us),
        (word, "" if tone in ("good", "quiet") else tone),
    ]


def standing_word(row: AuthenticationRow) -> str:
    """Give the word for how a judged row stands."""
    return _STANDINGS[row.standing][1]


def expiry_cell(row: AuthenticationRow, now_us: int) -> Span:
    """Give the end that matters: of what breaks, else of a token that is replaced by itself."""
    end = row.breaks_us
    if end is None:
        if row.expires_us is None:
            return "–", "quiet"
        renewed = row.expires_us <= now_us  # nobody needed it since
        return ("at use", "quiet") if renewed else (f"in {labels.ago(now_us, row.expires_us)}", "quiet")
    if end == row.certificate_us and end > now_us:
        said, tone = labels.until(end, now_us)
        return f"cert {said.removeprefix('in ')}", tone
    return labels.until(end, now_us)


def refresh_cell(row: AuthenticationRow, now_us: int) -> Span:
    """Give when tokens were last asked for, and whether they came."""
    if row.failed_us is not None and row.failed_us >= (row.refreshed_us or 0):
        return f"✗ {labels.ago(row.failed_us, now_us)}", "bad"
    if row.refreshed_us is not None:
        return f"✓ {labels.ago(row.refreshed_us, now_us)}", "quiet"
    return "–", "quiet"


def note(rows: Sequence[AuthenticationRow], now_us: int) -> Spans:
    """Say how many there are, how many need somebody, and how many end within a day."""
    waiting = sum(row.needs_person for row in rows)
    ending = sum(not row.needs_person and ends_within(row, now_us) for row in rows)
    said: list[Span] = [(f"{len(rows):,} kept", "")]
    if waiting:
        said.append((f" · {waiting} need{'s' if waiting == 1 else ''} you", "warn"))
    if ending:
        said.append((f" · {ending} end{'s' if ending == 1 else ''} in 24 h", ""))
    return said
