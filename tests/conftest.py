"""Fixtures that every room's tests share."""

import time
from collections.abc import Callable, Iterator
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


def _cost(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(3):
        started = time.process_time()
        work()
        spent.append(time.process_time() - started)
    return min(spent)


@pytest.fixture
def cost() -> Callable[[Callable[[], object]], float]:
    """Give the CPU time of the cheapest of three runs, to be compared with another in one test."""
    return _cost
