"""A token in the Authorization header (RFC 6750, section 2.1)."""

from collections.abc import Generator

from connectors import BearerAuth

from ..request import Request, Response
from ..unseal import Unsealed


def authorize(method: BearerAuth, request: Request, unsealed: Unsealed) -> Generator[Request, Response, None]:
    """Yield the request with the token."""
    yield request.with_header(method.header, str(unsealed.fill(method.format)))
