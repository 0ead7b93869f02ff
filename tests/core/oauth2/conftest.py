"""Clients of made-up providers, and answers for them."""

import json
from collections.abc import Callable, Generator
from typing import Any
from urllib.parse import parse_qsl

import pytest

from connectors import OAuth2Auth
from core.oauth2 import Client
from core.request import Request, Response
from core.unseal import build_unsealed
from storage.records import Connection

NOW = 1_800_000_000.0
TOKEN_URL = "https://id.acme.example/token"

Flow = Generator[Request, Response, Any]


@pytest.fixture
def client() -> Callable[..., Client]:
    """Build a client: ``client(grant, values, **method)``; random values are counted, time stands still."""

    def build(*grants: str, values: dict[str, Any] | None = None, **method: Any) -> Client:
        said = {"kind": "oauth2", "grants": grants or ["client_credentials"], "token_url": TOKEN_URL,
                "authorize_url": "https://id.acme.example/authorize",
                "device_url": "https://id.acme.example/device"}  # fmt: skip
        spec = OAuth2Auth.model_validate_json(json.dumps({**said, **method}))
        connection = Connection("con_1", "p", "it", "acme", 1, "", None, "active", {}, 0, 0)
        given = {"client_id": "me", "client_secret": "our-secret-value", **(values or {})}
        secret = [
            ("auth", key) for key in given if key in {"client_secret", "password", "private_key", "key_file"}
        ]
        unsealed = build_unsealed(connection, {}, given, secret)
        numbers = iter(range(1, 1000))
        return Client(
            spec, unsealed, "acme", now=lambda: NOW, random=lambda size: f"random-{size}-{next(numbers)}"
        )

    return build


def answer(body: Any = None, status: int = 200, **headers: str) -> Response:
    """Build an answer: JSON, or a text as it is."""
    content = (
        body.encode() if isinstance(body, str) else json.dumps(body if body is not None else {}).encode()
    )
    media = "text/plain" if isinstance(body, str) else "application/json"
    pairs = {"content-type": media, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Response(status, tuple(pairs.items()), content, TOKEN_URL, 1, len(content))


@pytest.fixture(name="answer")
def answer_fixture() -> Callable[..., Response]:
    """Build an answer."""
    return answer


@pytest.fixture
def ends() -> Callable[..., Any]:
    """Give what a flow ends with after these answers; its requests are in ``ends.asked``."""

    class Ends:
        def __init__(self) -> None:
            self.asked: list[Request] = []

        def __call__(self, flow: Flow, *answers: Response) -> Any:
            self.asked = []
            try:
                self.asked.append(next(flow))
                for one in answers:
                    self.asked.append(flow.send(one))
            except StopIteration as end:
                return end.value
            raise AssertionError(f"it goes on with {self.asked[-1].url}")

        @property
        def form(self) -> dict[str, str]:
            """The fields of the last request."""
            return dict(parse_qsl((self.asked[-1].body or b"").decode(), keep_blank_values=True))

    return Ends()


@pytest.fixture(scope="session")
def service_account() -> dict[str, str]:
    """The key file of a service account, as a provider makes it."""
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return {
        "type": "service_account",
        "private_key_id": "key-1",
        "private_key": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        "client_email": "robot@project.example",
        "token_uri": "https://oauth2.example/token",
    }
