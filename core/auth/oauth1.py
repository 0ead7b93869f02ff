"""Requests signed with the secrets of a client and of a token (OAuth 1.0a, RFC 5849)."""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from connectors import OAuth1Auth
from connectors.templates import MISSING

from ..errors import InputError
from ..request import Request, Response
from ..unseal import Unsealed
from ..wire import decoded_pairs, on_wire
from .jws import read_key, sign
from .signing import percent, without_query

Pairs = list[tuple[str, str]]

_FORM = "application/x-www-form-urlencoded"


def authorize(
    method: OAuth1Auth,
    request: Request,
    unsealed: Unsealed,
    *,
    now: Callable[[], float] = time.time,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> Generator[Request, Response, None]:
    """Yield the request with the parameters of the protocol, the signature among them.

    Raises:
        ConfigError: the private key cannot be used.
        InputError: the body cannot be signed, or is no form where the parameters go into it.
    """
    token = _own_token(method, unsealed)
    yield signed_request(method, request, unsealed, token, moment=now(), nonce=random(16))


@dataclass(frozen=True, slots=True)
class Token:
    """A token or temporary credentials (section 2), with the secret that belongs to it."""

    value: str
    secret: str = field(default="", repr=False)


def signed_request(
    method: OAuth1Auth,
    request: Request,
    unsealed: Unsealed,
    token: Token | None,
    added: Iterable[tuple[str, str]] = (),
    *,
    moment: float,
    nonce: bytes,
) -> Request:
    """Give the request with the parameters of the protocol, those that are ``added``, and the signature.

    Raises:
        ConfigError: the private key cannot be used.
        InputError: the body cannot be signed, or is no form where the parameters go into it.
    """
    parameters = [*_parameters(method, request, unsealed, token, moment, nonce), *added]
    request = without_query(request, {name for name, _ in parameters} | {"oauth_signature"})
    signature = _signature(method, request, unsealed, parameters, token.secret if token is not None else "")
    unsealed.redactor.add(signature)
    parameters.append(("oauth_signature", signature))
    return _with_parameters(method, request, unsealed, parameters)


def base_string(request: Request, parameters: Iterable[tuple[str, str]]) -> str:
    """Write what is signed (section 3.4.1): the method, the address, and every parameter."""
    wire = on_wire(request)
    pairs = [*wire.pairs, *parameters, *_form_pairs(request)]
    encoded = sorted((percent(name), percent(value)) for name, value in pairs)
    normalized = "&".join(f"{name}={value}" for name, value in encoded)
    address = f"{wire.scheme}://{wire.host.lower()}{wire.path}"
    return "&".join((request.method.upper(), percent(address), percent(normalized)))


def hash_of(body: bytes, signature: str) -> str:
    """Give the hash of a body that is no form, by the hash function of the signature method."""
    name = {"SHA256": "sha256", "SHA512": "sha512"}.get(signature.rpartition("-")[2], "sha1")
    return base64.b64encode(hashlib.new(name, body, usedforsecurity=False).digest()).decode()


@dataclass(frozen=True, slots=True)
class Secrets:
    """The shared secrets of the client and of its token; each may be empty."""

    client: str
    token: str = ""

    @property
    def key(self) -> str:
        """Both as the key of HMAC and PLAINTEXT (sections 3.4.2 and 3.4.4)."""
        return f"{percent(self.client)}&{percent(self.token)}"


def shared_signature(text: str, shared: Secrets, signature: str) -> str:
    """Sign a base string with the shared secrets, by HMAC or in plain."""
    if signature == "PLAINTEXT":
        return shared.key
    name = signature.removeprefix("HMAC-").lower()
    return base64.b64encode(hmac.digest(shared.key.encode(), text.encode(), name)).decode()


def rsa_signature(text: str, private_key: str, signature: str) -> str:
    """Sign a base string with the client's RSA key (section 3.4.3)."""
    algorithm = f"RS{signature.removeprefix('RSA-SHA')}"
    return base64.b64encode(sign(text.encode(), read_key(private_key, "pem", algorithm), algorithm)).decode()


def _own_token(method: OAuth1Auth, unsealed: Unsealed) -> Token | None:
    if method.token is None:
        return None
    uses_secret = not method.signature.startswith("RSA")
    secret = str(unsealed.fill(method.token_secret)) if uses_secret else ""
    return Token(str(unsealed.fill(method.token) or ""), secret)


def _parameters(
    method: OAuth1Auth,
    request: Request,
    unsealed: Unsealed,
    token: Token | None,
    moment: float,
    nonce: bytes,
) -> Pairs:
    found = [("oauth_consumer_key", str(unsealed.fill(method.consumer_key)))]
    if token is not None and token.value:
        found.append(("oauth_token", token.value))
    found += [
        ("oauth_signature_method", method.signature),
        ("oauth_timestamp", str(int(moment))),
        ("oauth_nonce", nonce.hex()),
    ]
    if method.send_version:
        found.append(("oauth_version", "1.0"))
    if method.body_hash and request.has_body and not _is_form(request):
        if request.upload is not None:
            raise InputError(
                "the signature covers the body, and the body is a file or a form with files",
                "the connector must leave `body_hash` out for such a request",
            )
        found.append(("oauth_body_hash", hash_of(request.body or b"", method.signature)))
    return found


def _signature(
    method: OAuth1Auth, request: Request, unsealed: Unsealed, parameters: Pairs, token_secret: str
) -> str:
    if method.signature.startswith("RSA"):
        key = str(unsealed.fill(method.private_key))
        return rsa_signature(base_string(request, parameters), key, method.signature)
    shared = Secrets(str(unsealed.fill(method.consumer_secret)), token_secret)
    # It joins the two secrets, so whoever reads it in a base string or an answer could sign with it.
    unsealed.redactor.add(shared.key)
    text = "" if method.signature == "PLAINTEXT" else base_string(request, parameters)
    return shared_signature(text, shared, method.signature)


def _with_parameters(method: OAuth1Auth, request: Request, unsealed: Unsealed, parameters: Pairs) -> Request:
    match method.in_:
        case "query":
            for name, value in parameters:
                request = request.with_query(name, value)
            return request
        case "body":
            return _in_form(request, parameters)
        case _:
            realm = unsealed.fill(method.realm)
            # A realm that only the sign-in tells is not there before it.
            first = [f'realm="{_quoted(str(realm))}"'] if realm and realm is not MISSING else []
            written = [f'{percent(name)}="{percent(value)}"' for name, value in parameters]
            return request.with_header("Authorization", f"OAuth {', '.join((*first, *written))}")


def _in_form(request: Request, parameters: Pairs) -> Request:
    if request.has_body and not _is_form(request):
        raise InputError(
            "the parameters of OAuth 1.0 go into the body, and the body is no form",
            "the connector can put them into the header: `in: header`",
        )
    form = b"&".join(part for part in (request.body or b"", urlencode(parameters).encode()) if part)
    return replace(request, body=form).with_header("Content-Type", _FORM)


def _form_pairs(request: Request) -> Pairs:
    """Give the parameters of a form (section 3.4.1.3.1); other bodies are not signed here."""
    if not request.body or not _is_form(request):
        return []
    return decoded_pairs(request.body.decode("utf-8", "surrogateescape"))


def _is_form(request: Request) -> bool:
    content_type = (request.header("content-type") or "").split(";")[0].strip().lower()
    return content_type == _FORM and request.upload is None


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
