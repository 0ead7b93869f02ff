"""Use refresh tokens that a provider ends when nobody uses them, before it does."""

import asyncio
from collections.abc import Callable
from random import uniform
from typing import TYPE_CHECKING, Final

from storage.records import Authentication

from .catalog import Catalog
from .events import Emit
from .keeper import Keeper
from .record import now_us
from .resolve import resolve_authentication
from .tokens import used_by
from .workspace import Workspace

if TYPE_CHECKING:
    from .credentials import Credentials

_FIRST_S: Final = 120.0
_LATER_S: Final = 1800.0


async def keep_alive(
    workspace: Workspace,
    catalog: Catalog,
    keeper: Keeper,
    credentials: "Callable[[], Credentials]",
    emit: Emit,
) -> None:
    """Look now and then in every project for refresh tokens that have to be used, until this is cancelled."""
    wait_s = _FIRST_S
    while True:
        # Several processes of one home do not all look at the same moment.
        await asyncio.sleep(wait_s * uniform(0.5, 1.5))  # noqa: S311 - spreads, and protects nothing
        wait_s = _LATER_S
        await use_idle_tokens(workspace, catalog, keeper, credentials, emit)


async def use_idle_tokens(
    workspace: Workspace,
    catalog: Catalog,
    keeper: Keeper,
    credentials: "Callable[[], Credentials]",
    emit: Emit,
) -> tuple[str, ...]:
    """Refresh what would end unused, one after the other; gives the names of what was due.

    Nobody is asked for anything: while the vault is locked, nothing is done. What fails is in the log, and
    rests like every refresh.
    """
    try:
        due = [(one, row) for one in workspace.everywhere() for row in one.authentications.list()
               if must_be_used(row, now_us())]  # fmt: skip
        if not due or keeper.status().locked:
            return ()
    except Exception:  # noqa: BLE001 - a database that cannot be read is told by whoever needs it
        return ()
    for one, row in due:
        try:
            target = resolve_authentication(one, catalog, row.name)
            await credentials().fresh(target, emit)
        except Exception:  # noqa: BLE001, S112 - the others are tried all the same
            continue
    return tuple(row.name for _, row in due)


def must_be_used(row: Authentication, now_us: int) -> bool:
    """Tell whether it is time to use a refresh token, so that it does not end unused."""
    if row.idle_expires_us is None or row.tokens is None or row.state == "authorization_required":
        return False
    return now_us >= used_by(row.refreshed_us or row.created_us, row.idle_expires_us)
