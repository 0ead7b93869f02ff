"""What one expired token costs when many want it at once: tasks, processes, and how often the provider is asked."""

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from core import find_home, open_engine
from tests.rotation.account import JOB, Account, make_account, wait_ready
from tests.rotation.provider import Provider

ROUNDS = 7
# Long enough that it is not due again while it is used for the first time.
LIVES_S, ENDS_S = 3600.0, 0.1
CROWDS = {
    "1 task": (1, 1),
    "50 tasks": (1, 50),
    "4 processes": (4, 1),
    "4 processes with 50 tasks each": (4, 50),
}


def measure() -> list[tuple[str, str]]:
    """Give the rows of the report: medians, by the clock."""
    provider = Provider()
    rows: list[tuple[str, str]] = []
    lone_s = 0.0
    try:
        with tempfile.TemporaryDirectory() as folder:
            account = make_account(Path(folder), provider)
            for title, (processes, tasks) in CROWDS.items():
                good_s, expired_s, asked = _compare(account, provider, processes, tasks)
                lone_s = lone_s or expired_s
                rows += [
                    (f"{title}: the token is good", f"{good_s * 1000:.0f} ms"),
                    (f"{title}: it expired", f"{expired_s * 1000:.0f} ms, {expired_s / lone_s:.1f}x"),
                    (f"{title}: token requests", asked),
                ]
    finally:
        provider.stop()
    return rows


def _compare(account: Account, provider: Provider, processes: int, tasks: int) -> tuple[float, float, str]:
    """Give the seconds until the last task has its answer, with a good token and with one that expired."""
    crowd = [_spawn(account, tasks) for _ in range(processes)]
    good, expired, asked = [], [], []
    try:
        for child in crowd:
            wait_ready(child)
        for _ in range(ROUNDS):
            _expire(crowd[0], provider)
            before = provider.refreshes
            expired.append(_together(crowd))
            asked.append(provider.refreshes - before)
            good.append(_together(crowd))
    finally:
        for child in crowd:
            child.kill()
            child.communicate()
    return statistics.median(good), statistics.median(expired), " or ".join(map(str, sorted(set(asked))))


def _spawn(account: Account, tasks: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bench.refresh", str(tasks)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**account.environment, "PYTHONPATH": str(JOB.parents[2])},
    )  # fmt: skip


def _expire(child: "subprocess.Popen[str]", provider: Provider) -> None:
    """Let the token that everybody holds be one that ended."""
    provider.lives_s = ENDS_S
    _tell(child, "refresh")
    _hear(child)
    provider.lives_s = LIVES_S
    time.sleep(2 * ENDS_S)


def _together(crowd: "list[subprocess.Popen[str]]") -> float:
    """Let all begin; the clock of Linux that is read is the same in each process."""
    begun = time.monotonic()
    for child in crowd:
        _tell(child, "use")
    return max(float(_hear(child)) for child in crowd) - begun


def _tell(child: "subprocess.Popen[str]", word: str) -> None:
    assert child.stdin is not None
    child.stdin.write(word + "\n")
    child.stdin.flush()


def _hear(child: "subprocess.Popen[str]") -> str:
    assert child.stdout is not None
    return child.stdout.readline()


async def _serve(tasks: int) -> None:
    engine = open_engine(find_home())
    try:
        # The first of each imports a lot.
        await engine.run("shop", "get-me", {})
        await engine.refresh("crm")
        print("ready", flush=True)
        while word := await asyncio.to_thread(sys.stdin.readline):
            if word == "refresh\n":
                await engine.refresh("crm")
            else:
                outcomes = await asyncio.gather(*(engine.run("shop", "get-me", {}) for _ in range(tasks)))
                assert not [one.error for one in outcomes if one.error is not None]
            print(time.monotonic(), flush=True)
    finally:
        await engine.close()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
