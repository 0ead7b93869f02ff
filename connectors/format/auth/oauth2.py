"""Tokens that a provider gives for a sign-in or for credentials (OAuth 2.0, RFC 6749)."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ..inputs import Input
from ..part import BASE_PATTERN, HeaderName, Part
from .kind import AuthKind
from .mtls import MtlsAuth
from .oauth2_inputs import usual_inputs
from .oauth2_request import AnyScopes, Assertion, Parameters, Scopes
from .oauth2_token import Captured, Renewal, TokenPaths

Grant = Literal[
    "authorization_code", "device_code", "client_credentials", "password", "jwt_bearer", "refresh_token"
]
ClientAuth = Literal["basic", "post", "private_key_jwt", "client_secret_jwt", "none", "tls"]
Address = Annotated[str, Field(pattern=BASE_PATTERN)]

# A person takes part in these; the others go by themselves.
ATTENDED: frozenset[Grant] = frozenset({"authorization_code", "device_code"})


class TokenPlacement(Part):
    """One place that the access token is put."""

    in_: Literal["header", "query", "cookie", "body"] = Field(
        alias="in", description="Where it goes; body is for JSON and form bodies."
    )
    name: str = Field(min_length=1, description="The name of the header, parameter, cookie or field.")
    format: str | None = Field(
        None,
        description="What is put there (a template); 'Bearer' and the token in a header, else the token.",
    )


class OAuth2Auth(AuthKind):
    """Tokens from a provider, renewed before they end."""

    kind: Literal["oauth2"] = Field(description="oauth2: tokens from a provider.")
    grants: Annotated[tuple[Grant, ...], Field(min_length=1)] = Field(
        description="How tokens are obtained; one of them unless a person may choose: authorization_code and "
        "device_code. refresh_token alone starts with a refresh token that a person gives."
    )
    issuer: Address | None = Field(
        None,
        description="The provider's name for itself (a template); metadata is read there without token_url.",
    )
    discovery: Address | None = Field(
        None, description="Where the provider's metadata is (RFC 8414, OpenID Connect), if not at the issuer."
    )
    authorize_url: Address | None = Field(None, description="The page that a person opens (a template).")
    token_url: Address | None = Field(None, description="Where tokens are given (a template).")
    refresh_url: Address | None = Field(None, description="Where they are renewed, if not at the token_url.")
    device_url: Address | None = Field(None, description="Where the device grant starts (RFC 8628).")
    revoke_url: Address | None = Field(None, description="Where tokens are revoked (RFC 7009).")
    introspect_url: Address | None = Field(None, description="Where tokens are looked into (RFC 7662).")
    userinfo_url: Address | None = Field(None, description="Where the provider says who signed in.")
    par_url: Address | None = Field(
        None, description="Where the parameters of a sign-in are left before it (RFC 9126); used when said."
    )
    register_url: Address | None = Field(None, description="Where clients register themselves (RFC 7591).")
    scopes: AnyScopes = Field(
        Scopes(), description="The permissions that are asked for; a list is `default`."
    )
    audience: str | None = Field(None, description="Whom the token is for (a template), where it is asked.")
    resource: str | None = Field(
        None, description="The address of the resource that it is for (a template; RFC 8707)."
    )
    pkce: Literal["S256", "plain", "none"] = Field(
        "S256", description="How the code is bound to who asked for it (RFC 7636)."
    )
    dpop: bool = Field(
        False, description="Whether tokens are bound to a key of the authentication (RFC 9449)."
    )
    client_id: str = Field("{{ auth.client_id }}", description="The client's id (a template).")
    client_secret: str = Field("{{ auth.client_secret }}", description="The client's secret (a template).")
    client_auth: ClientAuth = Field(
        "basic", description="How the client proves who it is; none is for clients without a secret."
    )
    client_assertion: Assertion = Field(
        Assertion(), description="What proves it with private_key_jwt and client_secret_jwt."
    )
    assertion: Assertion = Field(Assertion(), description="What the grant jwt_bearer sends.")
    refresh_token: str = Field(
        "{{ auth.first_refresh_token }}",
        description="The refresh token that the grant refresh_token alone starts with (a template).",
    )
    username: str = Field(
        "{{ auth.username }}", description="The user name of the grant password (a template)."
    )
    password: str = Field(
        "{{ auth.password }}", description="The password of the grant password (a template)."
    )
    params: Parameters = Field(Parameters(), description="More parameters of the requests to the provider.")
    names: dict[str, Annotated[str, Field(min_length=1)]] = Field(
        {}, description="Other names of usual parameters, as {client_id: app_key}."
    )
    headers: dict[HeaderName, str] = Field({}, description="Headers of the requests to the provider.")
    body: Literal["form", "json", "query"] = Field(
        "form", description="How parameters are sent to the token endpoint; query has no body."
    )
    token_method: Literal["POST", "GET"] = Field("POST", description="The HTTP method of the token endpoint.")
    token: TokenPaths = Field(TokenPaths(), description="Where things are in its answers.")
    refresh: Renewal = Field(Renewal(), description="When tokens are renewed.")
    captured: tuple[Captured, ...] = Field((), description="Facts that are read while signing in.")
    redirect_uri: str | None = Field(
        None,
        description="The address that the provider sends a browser back to (a template); "
        "http://127.0.0.1:8733/callback unless said.",
    )
    apply: tuple[TokenPlacement, ...] = Field(
        (), description="Where the access token goes; into the Authorization header unless said."
    )
    inputs: tuple[Input, ...] = Field(
        (),
        description="What is asked for; client_id, client_secret and what the grant needs, unless said.",
    )

    @model_validator(mode="after")
    def _ask_what_is_used(self) -> Self:
        """Ask for what the grant and the client's proof need, unless the file says what is asked."""
        if self.client_auth == "tls" and self.certificate is None:
            self.__dict__["certificate"] = MtlsAuth.model_fields["certificate"].default
        if "inputs" not in self.model_fields_set:
            # The part is frozen for everybody else; what is asked for depends on the other fields.
            self.__dict__["inputs"] = usual_inputs(
                self.grants,
                self.client_auth,
                has_key_file=self.assertion.key_file is not None,
                has_key="key" in self.assertion.model_fields_set,
                optional={one.scope: one.why for one in self.scopes.optional},
            )
        return self

    @property
    def is_attended(self) -> bool:
        """Whether a person signs in."""
        return not ATTENDED.isdisjoint(self.grants)
