"""A user name and a password (RFC 7617), sent with the first request."""

import base64
from collections.abc import Generator

from connectors import BasicAuth

from ..errors import InputError
from ..request import Request, Response
from ..unseal import Unsealed


def authorize(method: BasicAuth, request: Request, unsealed: Unsealed) -> Generator[Request, Response, None]:
    """Yield the request with both, in UTF-8 and base64.

    Raises:
        InputError: the user name holds a colon (RFC 7617, section 2).
    """
    username, password = str(unsealed.fill(method.username)), str(unsealed.fill(method.password))
    if ":" in username:
        raise InputError("a user name for basic authentication cannot hold a colon")
    pair = base64.b64encode(f"{username}:{password}".encode()).decode()
    unsealed.redactor.add(pair)
    yield request.with_header("Authorization", f"Basic {pair}")
