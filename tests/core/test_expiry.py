"""When something ends, in every way in which vendors tell it."""

from typing import Any

import pytest

from core.clock_skew import clock_offset
from core.expiry import ends_at, ends_in
from core.request import Response

NOON = 1_795_348_800


@pytest.mark.parametrize("value", [3600, "3600", 3600.0, " 3600 "])
def test_seconds_from_now_are_a_number_or_its_text(value: Any) -> None:
    assert ends_in(value, NOON) == (NOON + 3600) * 1_000_000


@pytest.mark.parametrize("value", [None, True, "soon", -1, [], {}, "inf", "nan", 1e300])
def test_what_is_no_number_of_seconds_says_nothing(value: Any) -> None:
    assert ends_in(value, NOON) is None


@pytest.mark.parametrize(
    "value",
    [
        NOON, str(NOON), float(NOON), NOON * 1000, f"{NOON * 1000}", "2026-11-22T12:00:00Z",
        "2026-11-22T12:00:00+00:00", "2026-11-22T14:00:00+02:00", "2026-11-22 12:00:00", "2026-11-22T12:00:00",
        "Sun, 22 Nov 2026 12:00:00 GMT", "20261122T120000Z",
    ],
)  # fmt: skip
def test_an_end_is_a_number_since_1970_or_a_date(value: Any) -> None:
    assert ends_at(value) == NOON * 1_000_000


@pytest.mark.parametrize(
    "value",
    [None, "", 0, -5, True, "tomorrow", [], {}, "nan", "Sun, 22 Nov 2026 12:00:00 +999999999999999999"],
)
def test_what_is_no_date_says_nothing(value: Any) -> None:
    assert ends_at(value) is None


@pytest.mark.parametrize(
    ("date", "offset"),
    [
        ("Sun, 22 Nov 2026 12:10:00 GMT", -600),
        ("Sun, 22 Nov 2026 11:50:00 GMT", 600),
        ("Sun, 22 Nov 2026 12:00:30 GMT", 0),
        ("junk", 0),
        ("Sun, 22 Nov 2026 12:10:00 +999999999999999999", 0),
        (None, 0),
    ],
)
def test_a_clock_is_off_only_when_it_is_far_off(date: str | None, offset: float) -> None:
    headers = (("Date", date),) if date else ()
    assert clock_offset(Response(200, headers, b"", "https://acme.example/", 0, 0), NOON) == offset
