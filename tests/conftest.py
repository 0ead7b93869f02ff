"""Fixtures that every room's tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.home import Home, find_home
from core.practice import PracticeService, start_practice


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A user's home of its own: everything in one temporary folder, no keyring."""
    found = find_home(tmp_path / "home")
    found.create()
    return found


@pytest.fixture
def practice() -> Iterator[PracticeService]:
    """A running practice service on a free port."""
    with start_practice(None) as service:
        yield service
