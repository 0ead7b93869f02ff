"""What a filter is made of once it was read: terms, each with the values it accepts."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from .fields import Field, FieldTable

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class FilterError(ValueError):
    """A filter cannot be read at ``position`` (from 0); ``nearest`` is what was probably meant."""

    error_class: ClassVar[str] = "input"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, position: int, nearest: str | None = None, remedy: str = "") -> None:
        super().__init__(f"filter, column {position + 1}: {message}")
        self.message = message
        self.position = position
        self.nearest = nearest
        self.remedy = f"did you mean {nearest}?" if nearest else remedy


@dataclass(frozen=True, slots=True)
class Words:
    """A text in lower case; ``prefix``: only the beginning has to be equal; ``exact``: it was in quotes."""

    text: str
    prefix: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a text has to hold, written as a regular expression; see `patterns`."""

    text: str


@dataclass(frozen=True, slots=True)
class Between:
    """A whole number between two bounds that are included; ``None`` is no bound."""

    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time: some time ago, a time of day that was last, a day, or a time of a day."""

    ago_us: int | None = None
    day: date | None = None
    clock: time | None = None
    zone: tzinfo | None = None

    def resolve(self, now_us: int, zone: tzinfo | None, *, end: bool) -> int:
        """Give microseconds since 1970; ``end`` means the last one of a day that has no time.

        Raises:
            OverflowError, ValueError, OSError: the calendar does not have it.
        """
        if self.ago_us is not None:
            return now_us - self.ago_us
        zone = self.zone or zone
        now = datetime.fromtimestamp(now_us / 1_000_000, tz=zone)
        if self.day is None:
            then = _place(datetime.combine(now.date(), self.clock or time()), zone)
            if _micros(then) > now_us:
                then = _place(datetime.combine(now.date() - timedelta(days=1), self.clock or time()), zone)
            return _micros(then)
        if self.clock is None and end:
            return _micros(_place(datetime.combine(self.day + timedelta(days=1), time()), zone)) - 1
        return _micros(_place(datetime.combine(self.day, self.clock or time()), zone))


@dataclass(frozen=True, slots=True)
class Mark:
    """A named property of a row, such as ``error`` in ``is:error``."""

    name: str


Value = Words | Pattern | Between | Moment | Mark


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: a field (``None`` for bare words) and the values of which one must fit."""

    field: "Field | None"
    values: tuple[Value, ...]
    negated: bool
    position: int


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that must all hold; its times are meant in ``zone``, ``None`` is that of this machine."""

    text: str
    terms: tuple[Term, ...]
    table: "FieldTable"
    zone: tzinfo | None = None

    def __bool__(self) -> bool:
        """Say whether it leaves anything out."""
        return bool(self.terms)


def lower_ascii(text: str) -> str:
    """Give a text with its ASCII letters in lower case, which is what SQLite compares without case."""
    if text.isascii():
        return text.lower()
    return text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")


def _place(moment: datetime, zone: tzinfo | None) -> datetime:
    return moment.astimezone() if zone is None else moment.replace(tzinfo=zone)


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND
