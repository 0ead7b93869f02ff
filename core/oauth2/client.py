"""Who asks a provider for tokens: a method of a connector with the values of one authentication."""

import secrets
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from connectors import OAuth2Auth
from connectors.templates import MISSING

from ..errors import ConfigError
from ..request import Request, Response
from ..unseal import Unsealed

T = TypeVar("T")

HIDDEN_ANSWER: Final = "an answer that is secret as a whole"
_AHEAD = "seconds that our clock is ahead of the provider's"

# A flow without I/O: it yields requests, receives each answer, and gives what it is for.
Asking = Generator[Request, Response, T]


@dataclass(frozen=True, slots=True)
class Client:
    """A client of a provider; ``name`` is the authentication's, for the sentences of errors."""

    method: OAuth2Auth
    unsealed: Unsealed
    name: str
    now: Callable[[], float] = time.time
    random: Callable[[int], str] = secrets.token_urlsafe

    def moment(self) -> float:
        """Give the time by the provider's clock, as far as it is known; what is signed says it."""
        return self.now() - float(self.unsealed.memory.get(_AHEAD, 0))

    def set_clock(self, ahead_s: float) -> None:
        """Sign by the provider's clock from now on."""
        self.unsealed.memory[_AHEAD] = ahead_s

    @property
    def knows_clock(self) -> bool:
        """Whether the provider's clock was told already."""
        return _AHEAD in self.unsealed.memory

    @property
    def id(self) -> str:
        """The client's id; empty where the provider knows none."""
        return self.optional(self.method.client_id) or ""

    @property
    def secret(self) -> str:
        """The client's secret."""
        return self.needed(self.method.client_secret, "client secret")

    def optional(self, template: str | None, more: Mapping[str, Any] | None = None) -> str | None:
        """Fill a template that may give nothing; what was pasted with spaces around is meant without."""
        value = self.unsealed.fill(template, more)
        return None if value is None or value is MISSING else str(value).strip() or None

    def needed(self, template: str | None, what: str, more: Mapping[str, Any] | None = None) -> str:
        """Fill a template that must give something.

        Raises:
            ConfigError: it gives nothing.
        """
        value = self.optional(template, more)
        if value is None:
            raise ConfigError(
                f"{self.name} has no {what}",
                f"`connect-tui auth edit {self.name}` sets it",
                error_class="auth",
            )
        return value

    def fields(self, templates: Mapping[str, Any]) -> dict[str, Any]:
        """Fill templates by name; a literal null stays, so that it can leave a usual value out."""
        filled: dict[str, Any] = self.unsealed.fill(templates) if templates else {}
        return filled

    def keep_secret(self, *values: str | None) -> None:
        """Let nothing that is recorded or told hold these."""
        for value in values:
            if value:
                self.unsealed.redactor.add(value)

    def keep_whole_secret(self, response: Response) -> None:
        """Let nothing of the body of an answer be recorded."""
        self.unsealed.memory[HIDDEN_ANSWER] = response

    def scopes(self, chosen: Iterable[str] | None = None) -> tuple[str, ...]:
        """Give the scopes to ask for: the required ones, then those that were chosen or the usual ones."""
        scopes = self.method.scopes
        if chosen is None:
            added = self.unsealed.scope["auth"].get("scopes")
            chosen = (*scopes.default, *(added if isinstance(added, list | tuple) else ()))
        return tuple(dict.fromkeys((*scopes.required, *chosen)))

    def scope_text(self, scopes: Iterable[str]) -> str | None:
        """Write scopes as the provider wants them."""
        return self.method.scopes.separator.join(scopes) or None
