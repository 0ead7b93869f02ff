"""What the row of an authentication says of its refreshes; written beside the event loop."""

import asyncio
from collections.abc import Callable

from storage import Store
from storage.records import Authentication

from .errors import ConfigError, SignInNeededError
from .refresh_failing import was_not_taken
from .tokens import TokenSet


class RefreshNotes:
    """Notes of one project's authentications; ``clock`` gives microseconds."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock

    async def as_now(self, row: Authentication) -> Authentication:
        """Give a row as it is now.

        Raises:
            ConfigError: it was deleted, and its name given to another one.
        """
        found = await asyncio.to_thread(self._store.authentications.get, row.project_id, row.name)
        if found.id != row.id:
            raise ConfigError(f"{row.name} was deleted, and another one has its name", "try again")
        return found

    async def write(self, row: Authentication, **changes: object) -> None:
        """Let a row say something else."""
        await asyncio.to_thread(self._store.authentications.note, row.id, **changes)

    async def sends(self, row: Authentication) -> None:
        """Note that a refresh token is about to be sent, for whoever finds the row after a crash."""
        if row.rotation_us is None:
            await self.write(row, rotation_us=self._clock())

    async def keeps(self, row: Authentication, tokens: TokenSet, place: str) -> None:
        """Note what was kept."""
        await self.write(
            row,
            tokens=place,
            state="ready",
            expires_us=tokens.expires_us,
            refresh_expires_us=tokens.refresh_expires_us,
            idle_expires_us=tokens.idle_expires_us,
            scopes=list(tokens.scopes) if tokens.scopes is not None else None,
            captured=tokens.told,
            refreshed_us=tokens.obtained_us,
            refresh_failed_us=None,
            refresh_failures=0,
            refresh_error=None,
            rotation_us=None,
        )

    async def settles(self, row: Authentication | None, kept: TokenSet) -> None:
        """Note what a process brought that died before it could note it."""
        if row is not None and (row.expires_us != kept.expires_us or row.refreshed_us != kept.obtained_us):
            await self.keeps(row, kept, f"vault:{row.id}/tokens")

    async def fails(self, row: Authentication, error: Exception, message: str | None) -> None:
        """Note why a refresh failed. Only a definite answer says that credentials are dead."""
        changes: dict[str, object] = {
            "refresh_failed_us": self._clock(),
            "refresh_failures": row.refresh_failures + 1,
            "refresh_error": message,
        }
        if isinstance(error, SignInNeededError):
            changes |= {"state": "authorization_required", "rotation_us": None}
        elif was_not_taken(error):
            changes |= {"rotation_us": row.rotation_us}
        await self.write(row, **changes)
