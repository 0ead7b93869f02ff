"""Requests signed with the secrets of a client and of a token (OAuth 1.0a, RFC 5849)."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from ..inputs import Input
from ..part import BASE_PATTERN, Part
from .kind import AuthKind
from .oauth2_token import Captured

_KEY = Input(key="consumer_key", label="Consumer key", required=True)
_SECRET = Input(key="consumer_secret", label="Consumer secret", type="secret", required=True)
_PRIVATE_KEY = Input(key="private_key", label="Private key", type="secret", required=True)
_TOKEN = Input(key="token", label="Token", type="secret", required=True)
_TOKEN_SECRET = Input(key="token_secret", label="Token secret", type="secret", required=True)

Address = Annotated[str, Field(pattern=BASE_PATTERN)]


class SignInParameters(Part):
    """More parameters of a sign-in (templates)."""

    request_token: dict[str, Any] = Field(
        {}, description="Of the request that starts it, beside those of the protocol and signed like them."
    )
    authorize: dict[str, Any] = Field({}, description="Of the address that a person opens.")
    access_token: dict[str, Any] = Field({}, description="Of the request for the token, signed as well.")


class OAuth1Auth(AuthKind):
    """A signature with the client's credentials and those of a token."""

    kind: Literal["oauth1"] = Field(description="oauth1: requests signed as OAuth 1.0a wants it.")
    signature: Literal["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA1", "RSA-SHA256", "PLAINTEXT"] = (
        Field("HMAC-SHA1", description="The signature method.")
    )
    consumer_key: str = Field("{{ auth.consumer_key }}", description="The client's identifier (a template).")
    consumer_secret: str = Field(
        "{{ auth.consumer_secret }}", description="The client's secret (a template); not used with RSA."
    )
    private_key: str = Field(
        "{{ auth.private_key }}", description="The client's RSA key as PEM (a template); used with RSA alone."
    )
    token: str | None = Field(
        "{{ auth.token }}", description="The token (a template); null when the client signs alone."
    )
    token_secret: str = Field(
        "{{ auth.token_secret }}", description="The token's secret (a template); not used with RSA."
    )
    realm: str | None = Field(
        None, description="The realm in the Authorization header (a template); it is not signed."
    )
    body_hash: bool = Field(
        False, description="Whether a body that is no form is signed by its hash (oauth_body_hash)."
    )
    send_version: bool = Field(True, description="Whether oauth_version=1.0 is sent.")
    in_: Literal["header", "query", "body"] = Field(
        "header", alias="in", description="Where the parameters go; body is for forms."
    )
    request_token_url: Address | None = Field(
        None,
        description="Where a sign-in starts (a template); with it, authorize_url and access_token_url a "
        "person signs in, and the token and its secret are not asked for.",
    )
    authorize_url: Address | None = Field(None, description="The page that a person opens (a template).")
    access_token_url: Address | None = Field(None, description="Where the token is given (a template).")
    redirect_uri: str | None = Field(
        None,
        description="The address that the provider sends a browser back to (a template); oob where it shows "
        "a code instead; http://127.0.0.1:8733/callback unless said.",
    )
    token_method: Literal["POST", "GET"] = Field(
        "POST", description="The HTTP method of the requests of a sign-in."
    )
    params: SignInParameters = Field(SignInParameters(), description="More parameters of a sign-in.")
    captured: tuple[Captured, ...] = Field(
        (), description="Facts that are read while signing in, from `token` or `callback`."
    )
    inputs: tuple[Input, ...] = Field(
        (_KEY, _SECRET, _TOKEN, _TOKEN_SECRET),
        description="What is asked for; the keys and secrets that are used unless said.",
    )

    @model_validator(mode="after")
    def _ask_what_is_used(self) -> Self:
        """Ask for a private key in place of the secrets with RSA, and for no token where there is none."""
        if "inputs" not in self.model_fields_set:
            # The part is frozen for everybody else; what is asked for depends on fields that come later.
            self.__dict__["inputs"] = usual_inputs(self.signature, has_token=self.asks_for_token)
        return self

    @property
    def is_attended(self) -> bool:
        """Whether a person signs in."""
        return self.request_token_url is not None

    @property
    def asks_for_token(self) -> bool:
        """Whether a person enters the token; else a sign-in brings it, or there is none."""
        return self.token is not None and not self.is_attended


def usual_inputs(signature: str, *, has_token: bool) -> tuple[Input, ...]:
    """Give what a method asks for when it does not say it."""
    if signature.startswith("RSA"):
        return (_KEY, _PRIVATE_KEY, *((_TOKEN,) if has_token else ()))
    return (_KEY, _SECRET, *((_TOKEN, _TOKEN_SECRET) if has_token else ()))
