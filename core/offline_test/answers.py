"""Answer the requests of a test from its recorded responses; a transport that opens nothing."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from connectors import RecordedResponse

from ..errors import ConfigError, TransportError
from ..request import Headers, Request, Response
from ..send import Route


class RecordedAnswers:
    """Gives one recorded response for each request; ``asked`` holds the requests as they would have left."""

    def __init__(self, responses: Sequence[RecordedResponse]) -> None:
        self._responses = tuple(responses)
        self.asked: list[Request] = []

    @property
    def unanswered(self) -> tuple[Request, ...]:
        """The requests for which no answer was recorded."""
        return tuple(self.asked[len(self._responses) :])

    @property
    def unused(self) -> int:
        """How many answers nobody asked for."""
        return max(0, len(self._responses) - len(self.asked))

    async def send(self, request: Request, route: Route, *, save_to: Path | None = None) -> Response:
        """Give the next recorded response; ``save_to`` is left alone.

        Raises:
            PolicyError: the request would go to a host that is not allowed.
            TransportError: the record says that there was no answer.
            ConfigError: nothing is recorded for this request.
        """
        del save_to
        route.policy.check_url(request.url)
        self.asked.append(await _whole(request))
        if self.unanswered:
            raise ConfigError(f"no answer is recorded for request {len(self.asked)}")
        return _response(self._responses[len(self.asked) - 1], request)


async def _whole(request: Request) -> Request:
    """Give a request with the body that would be read from files while it is sent."""
    if request.upload is None:
        return request
    body = b"".join([chunk async for chunk in request.upload.chunks()])
    return replace(request, body=body, upload=None)


def _response(recorded: RecordedResponse, request: Request) -> Response:
    if recorded.exception is not None:
        raise TransportError(f"there was no answer ({recorded.exception})", error_class=recorded.exception)
    body = b"" if request.method == "HEAD" else _content(recorded.body)
    headers = _headers(recorded, has_body=recorded.body is not None)
    return Response(recorded.status, headers, body, request.url, took_us=0, size=len(body))


def _content(body: object) -> bytes:
    if body is None:
        return b""
    return body.encode() if isinstance(body, str) else msgspec.json.encode(body)


def _headers(recorded: RecordedResponse, *, has_body: bool) -> Headers:
    headers = tuple(recorded.headers.items())
    if not has_body or any(name.lower() == "content-type" for name, _ in headers):
        return headers
    media = "application/json" if isinstance(recorded.body, dict | list) else "text/plain"
    return (*headers, ("Content-Type", media))
