"""Ask an endpoint of a provider: write the request as its connector says, and prove who asks."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal
from urllib.parse import urlencode

from connectors.templates import MISSING

from ..bodies.json_body import write_json
from ..prepare import USER_AGENT, add_query
from ..request import Request, check_header
from .answers import Answer, read_answer
from .client import Asking, Client
from .client_proof import prove
from .clocks import takes_other_time
from .dpop import wants_nonce, with_proof

_SIGNED: Final = frozenset({"private_key_jwt", "client_secret_jwt"})


def ask(
    client: Client,
    url: str,
    fields: Mapping[str, Any],
    *,
    audience: str | None = None,
    method: Literal["POST", "GET"] = "POST",
    body: Literal["form", "json", "query"] = "form",
    dpop_key: str | None = None,
    sign: Callable[[], Mapping[str, Any]] | None = None,
) -> Asking[Answer]:
    """Ask with parameters, as the client, and give the answer as it is.

    ``sign`` gives parameters that are signed. What is signed is signed once more by the provider's clock when
    that refuses it and shows another time than ours.
    """

    def build() -> Request:
        proof, headers = prove(client, audience or url)
        signed = sign() if sign is not None else {}
        return _request(client, method, url, _renamed(client, {**proof, **signed, **fields}), body, headers)

    request = build()
    response = yield with_proof(client, request, dpop_key) if dpop_key else request
    if dpop_key and wants_nonce(client, request, response):
        request = build()  # an assertion counts once
        response = yield with_proof(client, request, dpop_key)
    is_signed = sign is not None or dpop_key is not None or client.method.client_auth in _SIGNED
    if is_signed and takes_other_time(client, response):
        request = build()
        response = yield with_proof(client, request, dpop_key) if dpop_key else request
    return read_answer(client.method, response)


def ask_token(
    client: Client,
    url: str,
    fields: Mapping[str, Any],
    *,
    dpop_key: str | None = None,
    renews: bool = False,
    sign: Callable[[], Mapping[str, Any]] | None = None,
) -> Asking[Answer]:
    """Ask the token endpoint; what the connector adds to every such request is in it."""
    spec, params = client.method, client.method.params
    added = {"audience": client.optional(spec.audience), "resource": client.optional(spec.resource)}
    templates = {**params.token, **(params.refresh if renews else {})}
    whole = {**_present(added), **fields, **client.fields(templates)}
    return (
        yield from ask(
            client, url, whole, method=spec.token_method, body=spec.body, dpop_key=dpop_key, sign=sign
        )
    )


def plain_request(client: Client, url: str, token: str | None = None) -> Request:
    """Build a GET for a document of the provider, as the metadata or who signed in."""
    authorization = {"Authorization": f"Bearer {token}"} if token else {}
    return _request(client, "GET", url, {}, "query", authorization)


def with_parameters(client: Client, url: str, fields: Mapping[str, Any]) -> str:
    """Give an address with parameters, under the names that the provider has for them."""
    return add_query(url, _renamed(client, fields).items())


def _request(
    client: Client,
    method: str,
    url: str,
    pairs: Mapping[str, str],
    body: Literal["form", "json", "query"],
    proof: Mapping[str, str],
) -> Request:
    own = {name: str(value) for name, value in client.fields(client.method.headers).items()}
    headers = {"User-Agent": USER_AGENT, "Accept": "application/json", **proof, **own}
    content: bytes | None = None
    if body == "query" or method == "GET":
        url = add_query(url, pairs.items())
    elif body == "json":
        content, headers = write_json(dict(pairs)), {"Content-Type": "application/json", **headers}
    else:
        content = urlencode(list(pairs.items())).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    for name, value in headers.items():
        check_header(name, value)
    return Request(method, url, tuple(headers.items()), content)


def _renamed(client: Client, fields: Mapping[str, Any]) -> dict[str, str]:
    names = client.method.names
    return {names.get(name, name): str(value) for name, value in _present(fields).items()}


def _present(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None and value is not MISSING}
