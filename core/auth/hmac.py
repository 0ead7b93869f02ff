"""A signature over a text that is composed from the request (HMAC, RFC 2104)."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Generator, Mapping
from typing import Any

from connectors import HmacAuth
from connectors.templates import MISSING

from ..errors import ConfigError, InputError
from ..request import Request, Response
from ..unseal import Unsealed
from .encoded import decoded, encoded
from .signing import moment_facts, request_facts, with_value


def authorize(
    method: HmacAuth,
    request: Request,
    unsealed: Unsealed,
    *,
    now: Callable[[], float] = time.time,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> Generator[Request, Response, None]:
    """Yield the request with what is put on before it is signed, and with the signature.

    Raises:
        ConfigError: the key is not written as the method says.
        InputError: what is signed is not to be had, as the content of a file.
    """
    moment = moment_facts(now(), random(16), form=method.timestamp, written=method.nonce)
    for place in method.before:
        facts = moment | request_facts(request, place.format)
        request = with_value(request, place, _text(unsealed, place.format, facts))
    pieces = _pieces(method)
    facts = moment | request_facts(request, [template for _, template in pieces])
    signed = b"".join(_bytes(kind, _text(unsealed, template, facts)) for kind, template in pieces)
    signature = encoded(_digest(method, unsealed, signed), method.encoding)
    unsealed.redactor.add(signature)
    for place in method.apply:
        facts = moment | request_facts(request, place.format) | {"signature": signature}
        request = with_value(request, place, _text(unsealed, place.format, facts))
    yield request


def _pieces(method: HmacAuth) -> list[tuple[str, str]]:
    """Give what is signed as templates, each with how it is written."""
    if isinstance(method.string_to_sign, str):
        return [("text", method.string_to_sign)]
    return [
        (kind, template)
        for piece in method.string_to_sign
        for kind in ("text", "base64", "hex")
        if (template := getattr(piece, kind)) is not None
    ]


def _text(unsealed: Unsealed, template: str, facts: Mapping[str, Any]) -> str:
    value = unsealed.fill(template, {"signing": facts})
    return "" if value is MISSING else str(value)


def _bytes(kind: str, text: str) -> bytes:
    if kind == "text":
        return text.encode("utf-8", "surrogateescape")
    try:
        return decoded(text, kind)
    except ValueError:
        raise InputError(
            f"a piece of what is signed is not {kind}", "look at `string_to_sign` in the connector"
        ) from None


def _digest(method: HmacAuth, unsealed: Unsealed, signed: bytes) -> bytes:
    if not method.keyed:
        return hashlib.new(method.algorithm, signed, usedforsecurity=False).digest()
    return hmac.digest(_key(method, unsealed), signed, method.algorithm)


def _key(method: HmacAuth, unsealed: Unsealed) -> bytes:
    text = _text(unsealed, method.key, {})
    try:
        key = text.encode() if method.key_encoding == "text" else decoded(text.strip(), method.key_encoding)
    except ValueError:
        key = b""
    if not key:
        wanted = f"is not {method.key_encoding}" if text else "is empty"
        raise ConfigError(
            f"the key that signs {wanted}", "give it again as the vendor shows it", error_class="auth"
        )
    return key
