"""How the answers of a token endpoint are read, and when tokens are renewed."""

from typing import Annotated, Any, Literal

from pydantic import Field

from ..part import Key, Part
from ..rules import Statuses, covers_status

Lifetime = Annotated[float, Field(gt=0, le=31_536_000)]
Expression = Annotated[str, Field(min_length=1)]
ToldHosts = tuple[Annotated[str, Field(min_length=1)], ...]


class TokenPaths(Part):
    """Where the parts of a token answer are; each is an expression over its decoded body."""

    access: Expression = Field("access_token", description="The access token.")
    refresh: Expression = Field("refresh_token", description="The refresh token, where there is one.")
    id_token: Expression = Field(
        "id_token", description="The token that says who signed in (OpenID Connect)."
    )
    scope: Expression = Field("scope", description="The scopes that were granted: a text or a list.")
    expires_in: Expression = Field("expires_in", description="The seconds until the access token ends.")
    expires_at: Expression = Field(
        "expires_at", description="When it ends, as a date or as seconds or milliseconds since 1970."
    )
    refresh_expires_in: Expression = Field(
        "refresh_token_expires_in || refresh_expires_in",
        description="The seconds until the refresh token ends.",
    )
    lifetime: Lifetime | None = Field(
        None, description="Seconds until the access token ends, where the answer does not say it."
    )
    error: Expression = Field(
        "error", description="The code of an error; an answer that has one is a failure, whatever its status."
    )
    error_description: Expression = Field(
        "error_description || message", description="What the provider says about an error."
    )


class Renewal(Part):
    """When tokens are renewed, and when nothing but signing in again helps."""

    before: Annotated[float, Field(ge=0, le=86_400)] | None = Field(
        None,
        description="Seconds before the end; 900 or a fifth of the lifetime unless said, the smaller.",
    )
    on_status: Statuses = Field((401,), description="The answers of the vendor after which it is tried once.")
    cooldown: Annotated[float, Field(ge=0, le=3_600)] = Field(
        30,
        description="Seconds for which a new token in place of a refused one is not replaced, though it is "
        "refused as well.",
    )
    dead_when: str | None = Field(
        None,
        description="A condition over `response` of the token endpoint under which a person must sign in "
        "again, beside invalid_grant.",
    )
    idle_days: Annotated[float, Field(gt=0, le=3_650)] | None = Field(
        None,
        description="Days after which the provider ends a refresh token that nobody used; it is used before.",
    )
    send_scope: bool = Field(False, description="Whether the scopes are sent again with a refresh.")

    def covers(self, status: int) -> bool:
        """Tell whether a status of the vendor says that the token works no more."""
        return covers_status(self.on_status, status)


class Captured(Part):
    """A fact that is read while signing in: {{ captured.KEY }} in templates, {{ auth.KEY }} when secret."""

    key: Key = Field(description="Its name.")
    from_: Literal["token", "id_token", "callback", "userinfo", "operation"] = Field(
        "token",
        alias="from",
        description="What it is read from: an answer, the redirect back to us, or an operation that is run "
        "after the sign-in.",
    )
    operation: str | None = Field(None, description="The operation, with `from: operation`.")
    input: dict[str, Any] = Field({}, description="The input of that operation.")
    path: Expression | None = Field(
        None, description="Where it is (an expression); the name of the value unless said."
    )
    regex: str | None = Field(
        None,
        description="A regular expression that is searched in it; its first group counts, else all of it.",
    )
    secret: bool = Field(False, description="Whether it is kept in the vault and never shown.")
    example: Any = Field(None, description="A value as it could be, for tests and dry runs.")
    hosts: ToldHosts = Field(
        (),
        description="Where it may lead, as ['*.acme.example'] (templates); asked for where it decides about "
        "the host of the base URL.",
    )
