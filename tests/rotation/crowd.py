"""Let many tasks of many processes use the account at the same moment, and see that it is refreshed once."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .account import Account, make_account, say_go, wait_ready, what_went_wrong
from .provider import Provider

PROCESSES, TASKS, OFF_S = 4, 50, 600.0


class Crowd:
    """Processes that use one account, each by its own clock."""

    def __init__(self, account: Account, clocks: Sequence[float], tasks: int) -> None:
        self._children = [account.spawn("use", str(tasks), ahead_s=ahead_s) for ahead_s in clocks]
        for child in self._children:
            wait_ready(child)

    def use(self, processes: int | None = None) -> list[str]:
        """Let every task of the processes, or of the first few, use the account; gives what went wrong."""
        chosen = self._children[:processes]
        for child in chosen:
            say_go(child)
        return [line for child in chosen for line in what_went_wrong(child)]

    def let_end(self, provider: Provider) -> None:
        """Let one process obtain a token, and wait until the provider takes it no more."""
        before, provider.lives_s = provider.lives_s, 1.0
        assert self.use(1) == []
        ends = time.time() + 1.1
        provider.lives_s = before
        time.sleep(max(ends - time.time(), 0))

    def close(self) -> None:
        """Let them end."""
        for child in self._children:
            _, trouble = child.communicate(timeout=60)
            assert child.returncode == 0, trouble


@contextmanager
def crowd_of(
    account: Account, clocks: Sequence[float] = (0.0,) * PROCESSES, tasks: int = TASKS
) -> Iterator[Crowd]:
    """Give processes that use an account; they end with the block."""
    crowd = Crowd(account, clocks, tasks)
    try:
        yield crowd
    finally:
        crowd.close()


def check_clocks(folder: Path, clocks: Sequence[float], tasks: int, *, says_date: bool) -> int:
    """Use an account by clocks that are off from the provider's; gives how often it was refreshed.

    Raises:
        AssertionError: a use failed, the account is lost, or it was refreshed more often than it ended.
    """
    provider = Provider(says_date=says_date)
    # Shorter than the clocks are off, so that one who compares them is wrong each time.
    provider.lives_s = 300.0 if len(set(clocks)) == 1 else 3600.0
    try:
        with crowd_of(make_account(folder, provider), clocks, tasks) as crowd:
            crowd.let_end(provider)
            assert provider.refreshes == 1
            for _ in range(2):
                assert crowd.use() == []
                assert (provider.refreshes, provider.is_dead) == (2, False)
        return provider.refreshes
    finally:
        provider.stop()


def check_slow(folder: Path, takes_s: float, processes: int, tasks: int) -> float:
    """Use an account whose token endpoint takes so long; gives how long all of them took, in seconds."""
    provider = Provider(takes_s=takes_s)
    try:
        with crowd_of(make_account(folder, provider), (0.0,) * processes, tasks) as crowd:
            begun = time.monotonic()
            assert crowd.use() == []
            took_s = time.monotonic() - begun
        assert (provider.refreshes, provider.is_dead) == (1, False)
        return took_s
    finally:
        provider.stop()


def check_too_slow(folder: Path, takes_s: float) -> str:
    """Use an account whose endpoint answers when nobody waits for it any more; gives what was said then.

    Raises:
        AssertionError: the account did not survive it, where the provider forgives an answer that was lost.
    """
    provider = Provider(takes_s=takes_s, forgives=True)
    try:
        account = make_account(folder, provider)
        with crowd_of(account, (0.0,), 1) as crowd:
            wrong = crowd.use()
            assert len(wrong) == 1
            provider.takes_s = 0.0
            asyncio.run(_refresh(account))
            assert crowd.use() == []
        return wrong[0]
    finally:
        provider.stop()


async def _refresh(account: Account) -> None:
    engine = account.open()
    try:
        await engine.refresh("crm")
    finally:
        await engine.close()
