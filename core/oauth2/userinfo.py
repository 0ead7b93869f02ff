"""Ask a provider who signed in, once the tokens are kept; whatever fails here costs none of them."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import msgspec

from connectors import Captured

from ..errors import VendorError
from ..request import Response
from ..tokens import TokenSet
from .answers import read_answer
from .asking import plain_request
from .capturing import capture
from .client import Asking, Client
from .dpop import KEY, with_proof
from .endpoints import find_endpoints

_LATER = frozenset({408, 429})


def of_userinfo(wanted: Iterable[Captured]) -> tuple[Captured, ...]:
    """Give the facts that are read from what the provider says of the person."""
    return tuple(one for one in wanted if one.from_ == "userinfo")


def ask_who(client: Client, tokens: TokenSet) -> Asking[TokenSet]:
    """Give the same tokens with what the provider says of the person.

    Raises:
        ConnectError: it does not say; ``retryable`` where a later question may do.
    """
    endpoints = yield from find_endpoints(client, tokens)
    token, dpop_key = tokens.values["access_token"], tokens.values.get(KEY)
    request = plain_request(client, endpoints.needed("userinfo_url", client), token)
    if dpop_key:
        request = with_proof(client, request.with_header("Authorization", f"DPoP {token}"), dpop_key, token)
    response = yield request
    told = {"userinfo": _said(client, response)}
    secret, plain = capture(of_userinfo(client.method.captured), told)
    client.keep_secret(*secret.values())
    return replace(tokens, values={**tokens.values, **secret}, captured={**tokens.captured, **plain})


def _said(client: Client, response: Response) -> Any:
    status = response.status
    if status < 300 and response.body.lstrip()[:1] == b"[":
        # Some vendors list what the person may use.
        try:
            return msgspec.json.decode(response.body)
        except msgspec.DecodeError:
            raise _failed(client, "a list that is not whole", status, retryable=True) from None
    answer = read_answer(client.method, response)
    if status >= 300:
        raise _failed(client, f"status {status}", status, retryable=status >= 500 or status in _LATER)
    if answer.body is None:
        raise _failed(client, "what is no JSON", status, retryable=True)
    return answer.body


def _failed(client: Client, said: str, status: int, *, retryable: bool) -> VendorError:
    return VendorError(
        f"the question who signed in to {client.name} was answered with {said}",
        "the tokens are kept; check the userinfo address and the scopes of the connector's method",
        status=status,
        retryable=retryable,
    )
