"""No authentication: the request goes as it is."""

from collections.abc import Generator

from ..request import Request, Response


def authorize(request: Request) -> Generator[Request, Response, None]:
    """Yield the request as it is."""
    yield request
