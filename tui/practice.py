"""The practice service of the app: started when needed, another's reused, its own stopped on exit."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from .state.connections import ConnectionRow

if TYPE_CHECKING:
    from core.practice import PracticeService

HANDLE = "practice"
BASE_URL = "http://127.0.0.1:8734"


class PracticeHost:
    """At most one practice service of this process."""

    def __init__(self) -> None:
        self._service: PracticeService | None = None
        self._starting = asyncio.Lock()

    async def start(self) -> str:
        """See that a practice service answers; gives a sentence when that cannot be, else an empty text."""
        async with self._starting:
            if self._service is not None:
                return ""
            return await asyncio.to_thread(self._start)

    def stop(self) -> None:
        """Stop the service when it is our own."""
        service, self._service = self._service, None
        if service is not None:
            service.stop()

    def _start(self) -> str:
        from core import ConnectError
        from core.practice import find_practice, start_practice

        if find_practice() is not None:
            return ""
        try:
            self._service = start_practice()
        except ConnectError as error:
            return f"{error.failure.message} · {error.failure.remedy}".removesuffix(" · ")
        return ""


def wants_practice(rows: Iterable[ConnectionRow]) -> bool:
    """Tell whether one of the connections uses the practice service of this machine."""
    return any(row.connector == HANDLE and row.base_url.rstrip("/") == BASE_URL for row in rows)
