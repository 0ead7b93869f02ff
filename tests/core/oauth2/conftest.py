"""Clients of made-up providers, and answers for them."""

import json
import time
from collections.abc import Awaitable, Callable, Generator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from connectors import OAuth2Auth
from core import Engine
from core.oauth2 import Client
from core.request import Request, Response
from core.resolve import resolve_authentication
from core.tokens import TokenSet
from core.unseal import build_unsealed, unseal
from storage.records import Connection

from .vendor import CONNECTOR, HOUR_US, Provider

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


@pytest.fixture
def vendor(serve: Any, answer_with: Callable[..., Any]) -> Provider:
    """A running vendor."""
    server = serve()
    provider = Provider(server, answer_with)
    provider.url = server.url  # type: ignore[attr-defined]
    return provider


@pytest.fixture
def answer_with() -> Callable[..., Any]:
    """Build an answer of a server."""

    def build(status: int, body: bytes) -> Any:
        def reply(handler: Any) -> None:
            handler.send_response(status)
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)

        return reply

    return build


@pytest.fixture
def it(engine: Engine, vendor: Any, tmp_path: Path) -> Callable[..., None]:
    """Make a connection called ``it``; a person need not have signed in."""

    def add(method: str = "web", refresh: str = "{}", **secrets: str) -> None:
        import yaml

        path = tmp_path / "acme.yaml"
        said = yaml.safe_load(CONNECTOR.replace("{REFRESH}", refresh))
        if method == "moved":
            said["http"]["base_url"] = "{{ captured.instance_url }}"
        path.write_text(yaml.safe_dump(said))
        engine.catalog.add(path)
        engine.workspace.create_connection(
            "acme", "it", method=method,
            variables={"base_url": vendor.url, "id_url": vendor.url,
                       "client_id": "me"},
            secrets={"client_secret": "our-secret-value", **secrets},
        )  # fmt: skip
        engine.workspace.activate("it")

    return add


@pytest.fixture
def sign_in(engine: Engine) -> Callable[..., Awaitable[None]]:
    """Keep tokens as a sign-in brings them, with so many seconds left."""

    async def keep(
        left_s: float, *, access: str = "at-canary-0", refresh: str | None = "rt-canary-0"
    ) -> None:
        target = resolve_authentication(engine.workspace, engine.catalog, "it")
        assert target.authentication is not None
        now = time.time_ns() // 1000
        values = {"access_token": access, **({"refresh_token": refresh} if refresh else {})}
        tokens = TokenSet(values, now - HOUR_US, int(now + left_s * 1e6), captured={"place": "here"})
        unsealed = unseal(target, engine.keeper)
        await engine._credentials().keep_signed_in(target.authentication, tokens, unsealed)

    return keep
