"""What a connector says about the requests to its provider: scopes, parameters, signed assertions."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from ..part import Part, Seconds
from .jwt import JwtAlgorithm


class OptionalScope(Part):
    """A permission that a person may ask for."""

    scope: Annotated[str, Field(min_length=1)] = Field(description="The provider's name for it.")
    why: str = Field("", description="What it is needed for.")


def _as_optional(value: Any) -> Any:
    return {"scope": value} if isinstance(value, str) else value


AnyScope = Annotated[OptionalScope, BeforeValidator(_as_optional, json_schema_input_type=str | OptionalScope)]
Names = tuple[Annotated[str, Field(min_length=1)], ...]


class Scopes(Part):
    """The permissions that are asked for."""

    required: Names = Field((), description="Those without which nothing works.")
    default: Names = Field((), description="Those that are asked for unless a person chooses others.")
    optional: tuple[AnyScope, ...] = Field((), description="Those that a person may add, with the reason.")
    separator: Annotated[str, Field(min_length=1)] = Field(" ", description="What stands between two.")


def _as_scopes(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return {"default": tuple(value)}
    if isinstance(value, dict):
        return {key: tuple(item) if isinstance(item, list) else item for key, item in value.items()}
    return value


AnyScopes = Annotated[Scopes, BeforeValidator(_as_scopes, json_schema_input_type=Scopes | tuple[str, ...])]


class Parameters(Part):
    """More parameters of the requests to the provider (templates); null leaves a usual one out."""

    authorize: dict[str, Any] = Field({}, description="Of the address that a person opens.")
    token: dict[str, Any] = Field({}, description="Of every request for tokens.")
    refresh: dict[str, Any] = Field({}, description="Of a refresh, beside those of `token`.")
    device: dict[str, Any] = Field({}, description="Of the request that starts the device grant.")
    revoke: dict[str, Any] = Field({}, description="Of a revocation.")


class Assertion(Part):
    """A token that is signed here and proves who asks (RFC 7523)."""

    algorithm: JwtAlgorithm = Field("RS256", description="The algorithm of the signature (RFC 7518).")
    key: str = Field("{{ auth.private_key }}", description="The signing key, as PEM or JWK (a template).")
    key_file: str | None = Field(
        None,
        description="A JSON file of the provider (a template) whose fields the other templates here see as "
        "`key_file.NAME`.",
    )
    passphrase: str | None = Field(None, description="What opens a PEM that is encrypted (a template).")
    header: dict[str, Any] = Field({}, description="More fields of its header, as `kid` (templates).")
    claims: dict[str, Any] = Field(
        {}, description="Its claims (templates), beside iss, sub, aud, iat, exp and jti; null leaves one out."
    )
    lifetime: Seconds = Field(300.0, description="Seconds until it expires.")
