"""Many tasks of many processes share one rotating refresh token, and a kill at any moment does not lose it."""

import asyncio
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .account import Account, make_account, wait_ready
from .provider import Provider
from .rounds import kill_rotations

PROCESSES, TASKS = 4, 50


@pytest.fixture
def strict() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.stop()


def use_at_once(account: Account) -> list[str]:
    """Let every task of every process use the account at the same moment; gives what went wrong."""
    children = [account.spawn("use", str(TASKS)) for _ in range(PROCESSES)]
    for child in children:
        wait_ready(child)
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    wrong = []
    for child in children:
        said, trouble = child.communicate(timeout=120)
        assert child.returncode == 0, trouble
        wrong += said.splitlines()
    return wrong


@pytest.mark.parametrize("takes_s", [0.0, 3.0], ids=["quick", "slow"])
def test_one_refresh_serves_all(strict: Provider, tmp_path: Path, takes_s: float) -> None:
    strict.takes_s = takes_s
    account = make_account(tmp_path, strict)
    assert use_at_once(account) == []
    assert (strict.refreshes, strict.is_dead) == (1, False)


def test_a_token_that_ended_is_renewed_once(strict: Provider, tmp_path: Path) -> None:
    account = make_account(tmp_path, strict)
    strict.lives_s = 1

    async def begin() -> None:
        engine = account.open()
        await engine.refresh("crm")
        await engine.close()

    asyncio.run(begin())
    ends = time.time() + 1.1
    strict.lives_s = 3600
    time.sleep(max(ends - time.time(), 0))
    assert use_at_once(account) == []
    assert (strict.refreshes, strict.is_dead) == (2, False)


def test_a_kill_at_any_moment_of_a_rotation_keeps_the_account(tmp_path: Path) -> None:
    kill_rotations(5, random.SystemRandom().randrange(1_000_000), tmp_path)


def test_a_token_that_a_killed_process_used_up_says_so(strict: Provider, tmp_path: Path) -> None:
    account = make_account(tmp_path, strict)
    strict.takes_s = 1.0
    child = account.start("use", "1")
    assert child.stdin is not None
    child.stdin.write("go\n")
    child.stdin.flush()
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
