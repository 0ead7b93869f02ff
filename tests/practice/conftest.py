"""A client that shows exactly what the service answered: the standard library's, over a real socket."""

import http.client
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from core.practice import PracticeService


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> dict[str, Any]:
        return self.json["error"]

    def header(self, name: str) -> str | None:
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None


Call = Callable[..., Answer]


def send(service: PracticeService, method: str, path: str, body: Any = None, **headers: str) -> Answer:
    """One request on a connection of its own; a dict is sent as JSON, `x_api_key=` becomes X-Api-Key."""
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=10)
    try:
        content = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, content, sent)
        response = connection.getresponse()
        return Answer(response.status, response.getheaders(), response.read())
    finally:
        connection.close()


@pytest.fixture
def call_to() -> Call:
    """Send a request to a service that is named first."""
    return send


@pytest.fixture
def call(practice: PracticeService) -> Call:
    """Send a request as the agent who may do everything."""

    def call_as_agent(method: str, path: str, body: Any = None, **headers: str) -> Answer:
        headers.setdefault("authorization", f"Bearer {practice.credentials.token}")
        return send(practice, method, path, body, **headers)

    return call_as_agent


@pytest.fixture
def call_open(practice: PracticeService) -> Call:
    """Send a request with no credentials but those given."""

    def call_as_nobody(method: str, path: str, body: Any = None, **headers: str) -> Answer:
        return send(practice, method, path, body, **headers)

    return call_as_nobody
