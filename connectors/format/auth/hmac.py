"""A signature over a text that the connector composes from the request (HMAC, RFC 2104)."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from ..inputs import Input
from ..part import Part
from .added import AddedSignature, AddedValue
from .kind import AuthKind


class SignedPiece(Part):
    """One piece of what is signed, one of three: text, or bytes that are written as base64 or as hex."""

    text: str | None = Field(None, description="Text, signed as UTF-8 (a template).")
    base64: str | None = Field(None, description="Bytes that are written as base64 (a template).")
    hex: str | None = Field(None, description="Bytes that are written as hex (a template).")


def _as_piece(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


Signed = Annotated[SignedPiece, BeforeValidator(_as_piece, json_schema_input_type=str | SignedPiece)]


class HmacAuth(AuthKind):
    """A signature that is computed for each request with a shared key."""

    kind: Literal["hmac"] = Field(description="hmac: a signature over the request with a shared key.")
    algorithm: Literal["md5", "sha1", "sha256", "sha384", "sha512"] = Field(
        "sha256", description="The hash function."
    )
    keyed: bool = Field(
        True,
        description="Whether it is an HMAC; false is a plain hash, of a text that holds the secret itself.",
    )
    key: str = Field("{{ auth.key }}", description="The key (a template).")
    key_encoding: Literal["text", "base64", "hex"] = Field("text", description="How the key is written.")
    before: tuple[AddedValue, ...] = Field(
        (), description="What is put on the request before it is signed, so that it can be signed too."
    )
    string_to_sign: str | Annotated[tuple[Signed, ...], Field(min_length=1)] = Field(
        description="What is signed: a template over `signing`, or a list of pieces that are joined."
    )
    timestamp: str = Field(
        "iso",
        min_length=1,
        description="What `signing.timestamp` is: iso, iso_ms, unix, unix_ms, http, date, or strftime.",
    )
    nonce: Literal["hex", "base64", "uuid", "digits"] = Field(
        "hex", description="How `signing.nonce`, 16 random bytes, is written."
    )
    encoding: Literal["hex", "base64", "base64url"] = Field(
        "hex", description="How the signature is written; base64url has no padding."
    )
    apply: Annotated[tuple[AddedSignature, ...], Field(min_length=1)] = Field(
        description="Where the signature goes, and what belongs to it."
    )
    inputs: tuple[Input, ...] = Field(
        (Input(key="key", label="Key", type="secret", required=True),),
        description="What is asked for; a secret `key` unless said.",
    )
