"""Compressed answers, honest and not: bombs, cut data, codings that nobody asked for."""

import pytest
from hostile_corpus import CORPUS

PART = "codings"
PARTS = [one for one in CORPUS if one.part == PART]


@pytest.mark.parametrize("one", PARTS, ids=lambda one: one.name)
@pytest.mark.parametrize("way", ["command", "screen"])
def test_it_ends_in_a_clear_error_or_a_faithful_display(check, way: str, one) -> None:
    check(way, one)
