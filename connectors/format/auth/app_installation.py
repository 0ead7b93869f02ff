"""The installation of an app: a token that is signed here buys one that works for a while."""

from typing import Annotated, Any, Literal

from pydantic import Field

from ..inputs import Input
from ..part import Seconds
from ..request import Request, Response
from ..rules import Expect
from .jwt import JwtAlgorithm
from .kind import AuthKind
from .session import Extract, Lifetime, SessionEnd, SessionPlacement


class AssertionPlacement(SessionPlacement):
    """The place of the token that is signed here, on the request for the other."""

    format: str = Field("Bearer {{ auth.jwt }}", description="What is put there (a template).")


class InstallationPlacement(SessionPlacement):
    """One place that the installation's token is put."""

    format: str = Field("Bearer {{ auth.token }}", description="What is put there (a template).")


class AppInstallationAuth(AuthKind):
    """A short-lived token of one installation, asked for with a token that the app signs."""

    kind: Literal["app_installation"] = Field(
        description="app_installation: a token of an installation, bought with one that the app signs."
    )
    algorithm: JwtAlgorithm = Field("RS256", description="The algorithm of the app's signature (RFC 7518).")
    key: str = Field("{{ auth.private_key }}", description="The app's private key (a template).")
    key_format: Literal["text", "base64", "hex", "pem", "jwk"] | None = Field(
        None, description="How the key is written; text for HS…, pem for the others unless said."
    )
    passphrase: str | None = Field(
        None,
        description="What opens a PEM that is encrypted (a template); null or empty opens one that is not.",
    )
    issuer: str = Field("{{ auth.app_id }}", description="The `iss` of the app's token (a template).")
    header: dict[str, Any] = Field(
        {}, description="More fields of its header, as `kid` (templates); `alg` and `typ` are there."
    )
    claims: dict[str, Any] = Field(
        {}, description="More claims (templates); `iss`, `iat` and `exp` are there, null leaves one out."
    )
    jwt_lifetime: Seconds = Field(540.0, description="Seconds until the app's token expires.")
    request: Request = Field(description="What asks for the installation's token.")
    present: AssertionPlacement | None = Field(
        AssertionPlacement.model_validate({"in": "header", "name": "Authorization"}),
        description="Where the app's token goes on that request; null where the request says it itself.",
    )
    response: Response = Field(Response(), description="How its answer is read.")
    expect: Expect = Field(Expect(), description="What its answer looks like when the app is accepted.")
    extract: Annotated[tuple[Extract, ...], Field(min_length=1)] = Field(
        (Extract(key="token", path="token"),), description="What is read from it; `token` unless said."
    )
    expires_in: str | None = Field(
        None, description="The seconds until it ends: an expression over `response`, `auth` and `captured`."
    )
    expires_at: str | None = Field(
        "response.body.expires_at",
        description="When it ends, as a date or as seconds or milliseconds since 1970: an expression over "
        "`response`, `auth` and `captured`.",
    )
    lifetime: Lifetime | None = Field(
        None, description="Seconds until it ends, where the answer does not say it."
    )
    apply: Annotated[tuple[InstallationPlacement, ...], Field(min_length=1)] = Field(
        (InstallationPlacement.model_validate({"in": "header", "name": "Authorization"}),),
        description="Where the token goes; into the Authorization header unless said.",
    )
    refresh: SessionEnd = Field(SessionEnd(), description="When a new one is asked for.")
    inputs: tuple[Input, ...] = Field(
        (
            Input(key="app_id", label="App id", required=True),
            Input(key="installation_id", label="Installation id", required=True),
            Input(key="private_key", label="Private key", type="secret", required=True),
        ),
        description="What is asked for; `app_id`, `installation_id` and a secret `private_key` unless said.",
    )
