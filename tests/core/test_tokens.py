"""Tokens know when they are due, and are kept as they are."""

import pytest

from core.tokens import TokenSet, load_tokens

HOUR = 3_600_000_000


@pytest.mark.parametrize(
    ("lifetime", "before", "due_from"),
    [
        (HOUR, None, HOUR * 4 // 5),  # a fifth of an hour is less than 15 minutes
        (2 * HOUR, None, 2 * HOUR - HOUR // 4),
        (100, None, 80),
        (HOUR, 60_000_000, HOUR - 60_000_000),
        (HOUR, 0, HOUR),
        (-5, None, -5),
    ],
)
def test_tokens_are_due_shortly_before_their_end(lifetime: int, before: int | None, due_from: int) -> None:
    begun = 1_000_000 * HOUR
    tokens = TokenSet({"access_token": "x"}, begun, begun + lifetime)
    assert tokens.is_due(begun + due_from, before)
    assert not tokens.is_due(begun + due_from - 1, before)
    assert tokens.has_ended(begun + lifetime)
    assert not tokens.has_ended(begun + lifetime - 1)


def test_tokens_without_an_end_are_never_due() -> None:
    tokens = TokenSet({"access_token": "x"}, 1)
    assert not tokens.is_due(10**18)
    assert not tokens.has_ended(10**18)


def test_tokens_are_read_as_they_were_written() -> None:
    tokens = TokenSet({"access_token": "ä"}, 1, 2, 3, ("a", "b"), {"team": {"id": 7}, "_own": 1})
    assert load_tokens(tokens.dump()) == tokens
    assert load_tokens(TokenSet({}, 1).dump()) == TokenSet({}, 1)
    assert tokens.told == {"team": {"id": 7}}
