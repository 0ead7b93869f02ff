"""The tokens of one operation: those that are held as long as they are good, else those that are obtained."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage import StorageError, VaultError

from .errors import ConnectError
from .events import Emit
from .looking_up import lacks_facts
from .obtain import renewed_before
from .resolve import Target
from .token_origins import check_origins
from .tokens import TokenSet
from .unseal import Unsealed

if TYPE_CHECKING:
    from .credentials import Credentials


@dataclass(slots=True)
class TokenTurn:
    """The tokens of one operation; ``rests`` says that what failed a moment ago is not tried again yet."""

    credentials: "Credentials"
    target: Target
    emit: Emit
    rests: bool = True

    async def ready(self, unsealed: Unsealed) -> None:
        """Hold tokens that are not due; those that still work do when no others can be had or kept.

        Raises:
            PolicyError: they are those of another place than the connection's.
        """
        self._check_place(unsealed)
        held, before = unsealed.tokens, renewed_before(self.target.method)
        if held is not None and not held.is_due(self.credentials.now(), before) and self._is_whole(held):
            return
        rests, self.rests = self.rests, True
        try:
            unsealed.learn(await self.credentials.fresh(self.target, self.emit, rests=rests))
        except (ConnectError, VaultError, StorageError):
            if held is None or held.has_ended(self.credentials.now()):
                raise

    def _is_whole(self, held: TokenSet) -> bool:
        row = self.target.authentication
        return not lacks_facts(self.target.method, held) and (row is None or self.credentials.is_kept(row))

    def _check_place(self, unsealed: Unsealed) -> None:
        connection, row = self.target.connection, self.target.authentication
        if row is None or row.origins is None:
            return
        place = (connection.id, connection.revision, row.id, row.updated_us, row.origins)
        if place not in self.credentials.fitting:
            check_origins(self.target, unsealed)
            self.credentials.fitting.add(place)

    async def renew(self, unsealed: Unsealed) -> bool:
        """Hold other tokens than those that were refused, unless those are new; tell whether it does."""
        refused = unsealed.tokens
        found = await self.credentials.fresh(self.target, self.emit, refused)
        unsealed.learn(found)
        return refused is None or found.obtained_us != refused.obtained_us
