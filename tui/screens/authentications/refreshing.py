"""Refresh several authentications at once, a few at a time, and tell how far it is."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from core.errors import failure_of

from ...state.refreshing import Refreshing

if TYPE_CHECKING:
    from ...services import Services

_AT_ONCE = 8


async def refresh_all(services: "Services", run: Refreshing, tell: Callable[[], None]) -> None:
    """Refresh each to its end, and call ``tell`` after each; one that fails stops no other."""
    free = asyncio.Semaphore(_AT_ONCE)

    async def refresh(name: str) -> None:
        async with free:
            try:
                await services.submit(lambda engine: engine.refresh(name))
            except Exception as error:  # noqa: BLE001 - kept for the person, whatever it is
                failure = failure_of(error)
                run.failed[name] = f"{failure.message} · {failure.remedy}".removesuffix(" · ")
            else:
                run.done.append(name)
            tell()

    await asyncio.gather(*(refresh(name) for name in run.names))
