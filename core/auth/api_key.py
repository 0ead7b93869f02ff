"""A key in a header, the query, a cookie or the body."""

from collections.abc import Generator

from connectors import ApiKeyAuth

from ..request import Request, Response
from ..unseal import Unsealed


def authorize(method: ApiKeyAuth, request: Request, unsealed: Unsealed) -> Generator[Request, Response, None]:
    """Yield the request with the key at every place that the method names."""
    for place in method.apply:
        value = str(unsealed.fill(place.format))
        match place.in_:
            case "header":
                request = request.with_header(place.name, value)
            case "query":
                request = request.with_query(place.name, value)
            case "cookie":
                request = request.with_cookie(place.name, value)
            case "body":
                request = request.with_body_field(place.name, value)
    yield request
