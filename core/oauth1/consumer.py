"""Who asks a provider for a token: a method of a connector with the values of one authentication."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from connectors import OAuth1Auth
from connectors.templates import MISSING

from ..errors import ConfigError
from ..unseal import Unsealed


@dataclass(frozen=True, slots=True)
class Consumer:
    """A client of a provider; ``name`` is the authentication's, for the sentences of errors."""

    method: OAuth1Auth
    unsealed: Unsealed
    name: str
    now: Callable[[], float] = time.time
    random: Callable[[int], bytes] = secrets.token_bytes

    def address(self, name: str) -> str:
        """Give an address of the provider by the name of its field.

        Raises:
            ConfigError: nothing says it, or it is no web address.
        """
        filled = self.unsealed.fill(getattr(self.method, name))
        text = "" if filled is None or filled is MISSING else str(filled)
        if not text.startswith(("http://", "https://")):
            raise ConfigError(
                f"the {name} of {self.name} is no http or https address: {text!r}",
                "what the connector fills it with is missing or wrong; name a connection with --connection",
            )
        return text

    def pairs(self, templates: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Fill templates by name; what gives nothing is left out."""
        filled: dict[str, Any] = self.unsealed.fill(templates) if templates else {}
        return [(name, str(value)) for name, value in filled.items() if value not in (None, MISSING)]

    def keep_secret(self, *values: str | None) -> None:
        """Let nothing that is recorded or told hold these."""
        for value in values:
            if value:
                self.unsealed.redactor.add(value)
