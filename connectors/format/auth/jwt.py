"""A token that is signed here, with a key that the vendor knows (RFC 7519)."""

from typing import Annotated, Any, Literal

from pydantic import Field

from ..inputs import Input
from ..part import Seconds
from .added import AddedToken
from .kind import AuthKind

JwtAlgorithm = Literal[
    "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
    "ES256", "ES384", "ES512", "EdDSA",
]  # fmt: skip


class JwtAuth(AuthKind):
    """A token that is made for each request, or until it expires."""

    kind: Literal["jwt"] = Field(description="jwt: a token that is signed here.")
    algorithm: JwtAlgorithm = Field(description="The algorithm of the signature (RFC 7518, RFC 8037).")
    key: str = Field("{{ auth.key }}", description="The signing key (a template).")
    key_format: Literal["text", "base64", "hex", "pem", "jwk"] | None = Field(
        None, description="How the key is written; text for HS…, pem for the others unless said."
    )
    passphrase: str | None = Field(
        None,
        description="What opens a PEM that is encrypted (a template); null or empty opens one that is not.",
    )
    header: dict[str, Any] = Field(
        {}, description="More fields of the token's header, as `kid` (templates); `alg` and `typ` are there."
    )
    claims: dict[str, Any] = Field(
        {}, description="The claims (templates); `iat` and `exp` are there unless said, null leaves one out."
    )
    lifetime: Seconds = Field(300.0, description="Seconds until the token expires.")
    reuse: bool = Field(False, description="Whether one token is used until shortly before it expires.")
    apply: Annotated[tuple[AddedToken, ...], Field(min_length=1)] = Field(
        (AddedToken.model_validate({"in": "header", "name": "Authorization"}),),
        description="Where the token goes; into the Authorization header unless said.",
    )
    inputs: tuple[Input, ...] = Field(
        (Input(key="key", label="Signing key", type="secret", required=True),),
        description="What is asked for; a secret `key` unless said.",
    )
