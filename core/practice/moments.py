"""Times as the service writes them: RFC 3339 in UTC, whole seconds, so that text sorts by time."""

from datetime import UTC, datetime

from .messages import invalid


def write_moment(epoch_s: float) -> str:
    """The text for seconds since 1970."""
    return _spell(datetime.fromtimestamp(epoch_s, UTC))


def read_moment(name: str, text: str) -> str:
    """Bring a date or a time with an offset into the form of `write_moment`; else refuse with 422."""
    try:
        moment = datetime.fromisoformat(text)
        in_utc = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise invalid({name: "must be a date or a time like 2026-11-01T12:30:00Z"}) from error
    return _spell(in_utc)


def _spell(in_utc: datetime) -> str:
    return in_utc.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
