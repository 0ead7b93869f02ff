"""Kill a process in the midst of its rotations, and see that the account lives on."""

import asyncio
import random
import sqlite3
from contextlib import closing
from pathlib import Path

from .account import Account, make_account
from .provider import Provider

_WITHIN_S = 0.4
_CANARY = b"canary-"


def kill_rotations(count: int, seed: int, folder: Path, *, forgives: bool = True) -> tuple[int, int]:
    """Kill ``count`` times, at moments of this seed; give how often a rotation was cut off, and lost for it.

    A provider that does not forgive may have used up the token whose answer was lost. Then the error says so, and
    what a person gives anew works.

    Raises:
        AssertionError: the account is lost, or a token stands somewhere in clear; names the round.
    """
    chance = random.Random(seed)
    provider = Provider(forgives=forgives, takes_s=0.005)
    cut_off = lost = 0
    try:
        account = make_account(folder, provider)
        for number in range(1, count + 1):
            delay_s = chance.uniform(0.0, _WITHIN_S)
            where = f"round {number} of seed {seed}, after {delay_s:.3f} s"
            _kill(account, delay_s, where)
            was_cut_off = _was_cut_off(account)
            cut_off += was_cut_off
            message = asyncio.run(_use(account))
            if message and not forgives:
                assert was_cut_off, f"{where}: {message}"
                assert "an earlier refresh was cut off" in message, f"{where}: {message}"
                message = asyncio.run(_begin_anew(account, provider.revive()))
                lost += 1
            assert message == "", f"{where}: {message}"
            assert not _was_cut_off(account), f"{where}: still in doubt"
            _check_secrecy(account)
    finally:
        provider.stop()
    return cut_off, lost


def _kill(account: Account, delay_s: float, where: str) -> None:
    child = account.start("turn")
    try:
        child.wait(delay_s)
    except Exception:  # noqa: BLE001 - it still runs, as it should
        child.kill()
    said = child.communicate()[1]
    assert child.returncode == -9, f"{where}: {said}"


def _was_cut_off(account: Account) -> bool:
    with closing(sqlite3.connect(f"file:{account.home.database}?mode=ro", uri=True)) as database:
        (at,) = database.execute("SELECT rotation_us FROM authentication").fetchone()
        return at is not None


async def _use(account: Account) -> str:
    """Refresh and use the account; gives what went wrong."""
    engine = account.open()
    try:
        used = await engine.run("shop", "get-me", {})
        if used.error is not None:
            return f"before the refresh: {used.error.message}"
        await engine.refresh("crm")
        used = await engine.run("shop", "get-me", {})
    except Exception as error:  # noqa: BLE001 - told with the round
        return f"at the refresh: {error}"
    else:
        return used.error.message if used.error is not None else ""
    finally:
        await engine.close()


async def _begin_anew(account: Account, refresh_token: str) -> str:
    """Give a new refresh token, as the error says; gives what went wrong."""
    engine = account.open()
    try:
        engine.workspace.authentications.edit("crm", {}, {"first_refresh_token": refresh_token})
    finally:
        await engine.close()
    return await _use(account)


def _check_secrecy(account: Account) -> None:
    for path in account.home.data.rglob("*"):
        if path.is_file() and path.suffix != ".yaml":
            assert _CANARY not in path.read_bytes(), path
