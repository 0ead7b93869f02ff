"""Read one value of a filter as its field means it: a text, a number, a duration, a size, a time."""

import re
from datetime import UTC, date, datetime, time

from .fields import Field, FieldTable
from .terms import Between, FilterError, Mark, Moment, Value, Words, lower_ascii

_LARGEST = 2**62
_QUANTITY = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)([a-z]*)", re.ASCII)
_STATUS_CLASS = re.compile(r"([1-9])(?:xx|\*)|([1-9]\d)(?:x|\*)", re.ASCII)
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIMES = {
    "us": 1, "ms": 1_000, "s": 1_000_000, "sec": 1_000_000, "m": 60_000_000, "min": 60_000_000,
    "h": 3_600_000_000, "d": 86_400_000_000, "w": 604_800_000_000,
}  # fmt: skip
_SIZES = {
    "": 1, "b": 1, "k": 1_000, "kb": 1_000, "m": 1_000_000, "mb": 1_000_000, "g": 1_000_000_000,
    "gb": 1_000_000_000, "kib": 1024, "mib": 1024**2, "gib": 1024**3,
}  # fmt: skip


def read_value(piece: str, field: Field, table: FieldTable, place: int, *, is_quoted: bool) -> Value:
    """Give what ``piece`` means for ``field``.

    Raises:
        FilterError: it does not look like a value of that kind.
    """
    match field.kind:
        case "text" | "exact":
            return _read_text(piece, field, is_quoted=is_quoted)
        case "choice":
            return _read_choice(piece, field, place)
        case "flag":
            return Mark(_nearest(lower_ascii(piece), tuple(table.flags), field, place))
        case "since" | "until":
            return _read_moment(piece, field, place)
        case "number" | "status" | "duration" | "size":
            return _read_between(lower_ascii(piece), field, place)


def _read_text(piece: str, field: Field, *, is_quoted: bool) -> Words:
    prefix = piece.endswith("*") and not is_quoted
    text = piece.removesuffix("*") if prefix else piece
    return Words(text if field.kind == "exact" else lower_ascii(text), prefix)


def _read_choice(piece: str, field: Field, place: int) -> Words:
    text = lower_ascii(piece)
    if text.endswith("*"):
        return Words(text.removesuffix("*"), prefix=True)
    return Words(_nearest(field.aliases.get(text, text), field.values, field, place))


def _nearest(text: str, known: tuple[str, ...], field: Field, place: int) -> str:
    if text in known:
        return text
    from difflib import get_close_matches

    near = get_close_matches(text, known, n=1, cutoff=0.5)
    nearest = f"{field.key}:{near[0]}" if near else None
    raise FilterError(f"{field.key}: cannot be {text}", place, nearest, f"it can be {', '.join(known)}")


def _read_between(piece: str, field: Field, place: int) -> Between:
    if field.kind == "status" and (group := _STATUS_CLASS.fullmatch(piece)):
        width = 100 if group[1] else 10
        low = int(group[1] or group[2]) * width
        return Between(low, low + width - 1)
    if ".." in piece:
        low_text, _, high_text = piece.partition("..")
        return Between(_amount(low_text, field, place), _amount(high_text, field, place))
    sign = next((sign for sign in (">=", "<=", ">", "<", "=") if piece.startswith(sign)), "")
    amount = _amount(piece.removeprefix(sign), field, place)
    # Nobody means a duration or a size to the last digit.
    open_end = field.kind in {"duration", "size"}
    return {
        ">=": Between(amount, None),
        ">": Between(amount + 1, None),
        "<=": Between(None, amount),
        "<": Between(None, amount - 1),
        "=": Between(amount, amount),
        "": Between(amount, None if open_end else amount),
    }[sign]


def _amount(text: str, field: Field, place: int) -> int:
    units, example = {
        "duration": (_TIMES, "2s, 150ms or 5m"),
        "size": (_SIZES, "512, 10kB or 1MB"),
    }.get(field.kind, ({"": 1}, "400, >=400 or 400..499"))
    found = _QUANTITY.fullmatch(text)
    if found is None or found[2] not in units or (found[2] == "" and "." in found[1]):
        raise FilterError(
            f"{field.key}: cannot be {text or 'empty'}", place, remedy=f"write it like {example}"
        )
    amount = int(float(found[1]) * units[found[2]]) if "." in found[1] else int(found[1]) * units[found[2]]
    return _fitting(amount, field, place)


def _fitting(amount: int, field: Field, place: int) -> int:
    if amount >= _LARGEST:
        raise FilterError(f"{field.key}: is too large", place)
    return amount


def _read_moment(piece: str, field: Field, place: int) -> Moment:
    text = piece.strip().lower()
    found = _QUANTITY.fullmatch(text)
    if found and found[2] in _TIMES:
        return Moment(ago_us=_amount(text, Field(field.key, "duration", field.attribute), place))
    try:
        if text == "now":
            return Moment(ago_us=0)
        if _CLOCK.fullmatch(text):
            return Moment(clock=time.fromisoformat(text.rjust(len(text) + (text[1] == ":"), "0")))
        if _DAY.fullmatch(text):
            return Moment(day=_checked(date.fromisoformat(text)))
        whole = datetime.fromisoformat(text.upper())
        return Moment(day=_checked(whole.date()), clock=whole.time(), zone=whole.tzinfo)
    except (ValueError, OverflowError):
        raise FilterError(
            f"{field.key}: cannot be {piece}",
            place,
            remedy="write 2h, 12:30, 2026-11-22 or 2026-11-22T12:30Z",
        ) from None


def _checked(day: date) -> date:
    """Refuse what a clock cannot say; the dates at both ends of the calendar overflow with a zone."""
    if not datetime(1970, 1, 2, tzinfo=UTC).date() <= day <= datetime(9998, 12, 31, tzinfo=UTC).date():
        raise ValueError("outside of the calendar")
    return day
