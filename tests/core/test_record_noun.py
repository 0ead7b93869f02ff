"""What an operation's records are called."""

import pytest

from core.run import record_noun


@pytest.mark.parametrize(
    ("operation", "count", "noun"),
    [("list-tickets", 25, "tickets"), ("list-tickets", 1, "ticket"), ("list-open-queries", 1, "query"),
     ("list-series", 1, "series"), ("get-status", 1, "status"), ("export", 2, "records"), ("export", 1, "record")],
)  # fmt: skip
def test_records_are_named_by_the_operation(operation: str, count: int, noun: str) -> None:
    assert record_noun(operation, count) == noun
