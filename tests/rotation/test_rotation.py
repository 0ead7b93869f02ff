"""Many tasks of many processes share one rotating refresh token, and a kill at any moment does not lose it."""

import asyncio
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .account import make_account, say_go, what_went_wrong
from .crowd import OFF_S, check_clocks, crowd_of
from .provider import Provider
from .rounds import kill_rotations


@pytest.fixture
def strict() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.stop()


@pytest.mark.parametrize("takes_s", [0.0, 3.0], ids=["quick", "slow"])
def test_one_refresh_serves_all(strict: Provider, tmp_path: Path, takes_s: float) -> None:
    strict.takes_s = takes_s
    with crowd_of(make_account(tmp_path, strict)) as crowd:
        assert crowd.use() == []
    assert (strict.refreshes, strict.is_dead) == (1, False)


def test_a_token_that_ended_is_renewed_once(strict: Provider, tmp_path: Path) -> None:
    with crowd_of(make_account(tmp_path, strict)) as crowd:
        crowd.let_end(strict)
        assert crowd.use() == []
    assert (strict.refreshes, strict.is_dead) == (2, False)


@pytest.mark.parametrize(
    ("clocks", "says_date"),
    [((OFF_S,), False), ((OFF_S,), True), ((-OFF_S,), False), ((-OFF_S,), True), ((-OFF_S, OFF_S), True)],
    ids=["ahead", "ahead of a date", "behind", "behind a date", "both"],
)
def test_a_clock_that_is_off_costs_neither_token_nor_refresh(
    tmp_path: Path, clocks: tuple[float, ...], *, says_date: bool
) -> None:
    assert check_clocks(tmp_path, clocks, 20, says_date=says_date) == 2


def test_a_process_that_is_stopped_in_a_refresh_keeps_its_turn(strict: Provider, tmp_path: Path) -> None:
    account = make_account(tmp_path, strict)
    strict.takes_s = 0.5
    first, second = (account.start("use", "1") for _ in range(2))
    say_go(first)
    assert strict.asked.wait(30)
    first.send_signal(signal.SIGSTOP)
    try:
        say_go(second)
        while not strict.refreshes:
            time.sleep(0.01)
        # As long as it is stopped, the other one waits, whatever the clock says.
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(1.0)
    finally:
        first.send_signal(signal.SIGCONT)
    for child in (first, second):
        assert what_went_wrong(child) == []
        child.communicate()
    assert (strict.refreshes, strict.is_dead) == (1, False)


def test_a_kill_at_any_moment_of_a_rotation_keeps_the_account(tmp_path: Path) -> None:
    kill_rotations(5, random.SystemRandom().randrange(1_000_000), tmp_path)


def test_a_token_that_a_killed_process_used_up_says_so(strict: Provider, tmp_path: Path) -> None:
    account = make_account(tmp_path, strict)
    strict.takes_s = 1.0
    child = account.start("use", "1")
    say_go(child)
    assert strict.asked.wait(30)
    child.kill()
    child.communicate()
    while not strict.refreshes:
        time.sleep(0.01)

    async def use() -> str:
        engine = account.open()
        outcome = await engine.run("shop", "get-me", {})
        await engine.close()
        assert outcome.error is not None
        return f"{outcome.error.message} / {outcome.error.remedy}"

    said = asyncio.run(use())
    assert "an earlier refresh was cut off" in said
    assert "auth" in said
