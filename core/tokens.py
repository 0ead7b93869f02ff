"""The tokens that were obtained with credentials: one secret in the vault, replaced as a whole."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any, Final

from connectors import AppInstallationAuth, AuthMethod, AwsSigV4Auth, JwtAuth, OAuth2Auth, SessionAuth

_WINDOW_US = 15 * 60 * 1_000_000
_SHARE = 5


@dataclass(frozen=True, slots=True)
class TokenSet:
    """What a sign-in, a login or a refresh brought; times are microseconds since 1970 in UTC.

    ``values`` are secret and stand in templates as ``auth.NAME`` (``access_token``, or what the steps of a
    session extract). ``captured`` are facts that are no secrets and stand there as ``captured.NAME``.
    ``expires_us`` is None when the provider names no end. ``idle_expires_us`` is when the refresh token ends
    unless it is used before.
    """

    values: Mapping[str, str] = field(repr=False)
    obtained_us: int
    expires_us: int | None = None
    refresh_expires_us: int | None = None
    scopes: tuple[str, ...] | None = None
    captured: Mapping[str, Any] = field(default_factory=dict)
    idle_expires_us: int | None = None

    @property
    def told(self) -> dict[str, Any]:
        """The captured facts for people; a kind keeps its own under names that begin with _."""
        return {name: value for name, value in self.captured.items() if not name.startswith("_")}

    @property
    def refresh_token(self) -> str | None:
        """The refresh token (RFC 6749, section 1.5)."""
        return self.values.get("refresh_token")

    def has_ended(self, now_us: int) -> bool:
        """Whether the provider no longer takes them."""
        return self.expires_us is not None and now_us >= self.expires_us

    def is_due(self, now_us: int, before_us: int | None = None) -> bool:
        """Whether it is time to renew: 15 minutes or a fifth of their life before the end, the smaller.

        Or the refresh token has to be used, so that it does not end.
        """
        if self.idle_expires_us is not None and now_us >= used_by(self.obtained_us, self.idle_expires_us):
            return True
        if self.expires_us is None:
            return False
        window = before_us
        if window is None:
            window = min(_WINDOW_US, max(self.expires_us - self.obtained_us, 0) // _SHARE)
        return now_us >= self.expires_us - window

    def dump(self) -> str:
        """Write them as the text that is kept."""
        return json.dumps(
            {
                "values": dict(self.values),
                "obtained_us": self.obtained_us,
                "expires_us": self.expires_us,
                "refresh_expires_us": self.refresh_expires_us,
                "scopes": self.scopes,
                "captured": dict(self.captured),
                "idle_expires_us": self.idle_expires_us,
            }
        )


def used_by(obtained_us: int, idle_expires_us: int) -> int:
    """Give when a refresh token is used at the latest: when a fifth to two fifths of its idle life are left.

    What was obtained at the same time is not renewed at the same time, and every process finds the same.
    """
    share = Random(obtained_us).uniform(0.2, 0.4)  # noqa: S311 - spreads, and protects nothing
    return idle_expires_us - int(share * max(idle_expires_us - obtained_us, 0))


# What a row says no more once its last refresh does not matter, and once its tokens are gone.
WITHOUT_FAILURE: Final[Mapping[str, Any]] = {
    "refresh_failed_us": None,
    "refresh_failures": 0,
    "refresh_error": None,
}
WITHOUT_TOKENS: Final[Mapping[str, Any]] = {
    **WITHOUT_FAILURE,
    "tokens": None,
    "expires_us": None,
    "refresh_expires_us": None,
    "idle_expires_us": None,
    "refreshed_us": None,
    "scopes": None,
    "captured": {},
    "rotation_us": None,
}


def gets_new_tokens(method: AuthMethod | None) -> bool:
    """Tell whether tokens come by themselves from what a person entered, so that other entries void them."""
    match method:
        case SessionAuth() | AppInstallationAuth() | AwsSigV4Auth() | JwtAuth():
            return True
        case OAuth2Auth():
            # A refresh token may be in use that was never entered by anybody.
            return not (method.is_attended or "refresh_token" in method.grants)
        case _:
            return False


def say_end(tokens: TokenSet) -> str:
    """Say for the log when tokens end."""
    if tokens.expires_us is None:
        return "the provider names no end"
    ends = datetime.fromtimestamp(tokens.expires_us / 1e6, UTC)
    return f"expires {ends:%Y-%m-%d %H:%M:%S} UTC"


def load_tokens(text: str) -> TokenSet:
    """Read tokens as they were kept."""
    facts = json.loads(text)
    if facts["scopes"] is not None:
        facts["scopes"] = tuple(facts["scopes"])
    return TokenSet(**facts)
