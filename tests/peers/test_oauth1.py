"""OAuth 1.0a against the providers of Authlib and of oauthlib, each behind a small WSGI server of the test."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from authlib.oauth1 import ResourceProtector
from authlib.oauth1.rfc5849.errors import OAuth1Error
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, SIGNATURE_HMAC_SHA512, RequestValidator, ResourceEndpoint

from core import Engine

pytestmark = [pytest.mark.peer, pytest.mark.timeout(120)]

CONNECTOR = """
schema: connect/1
revision: 1
handle: ledger
name: Ledger
summary: A ledger behind OAuth 1.0a.
type: api
author: {company: Tests}
inputs:
  - {key: base_url, type: url, required: true}
http:
  base_url: '{{ var.base_url }}'
auth:
  sha1: {kind: oauth1}
  query: {kind: oauth1, in: query}
  form: {kind: oauth1, in: body}
  plain: {kind: oauth1, signature: PLAINTEXT}
  rsa: {kind: oauth1, signature: RSA-SHA1}
  sha256: {kind: oauth1, signature: HMAC-SHA256, realm: 1234567_SB1}
  sha512: {kind: oauth1, signature: HMAC-SHA512}
  hashed: {kind: oauth1, body_hash: true}
operations:
  list:
    input: {q: string, tags: array}
    request: {path: '/ledger/a b/{{ input.q }}', query: {q: '{{ input.q }}', tag: '{{ input.tags }}', empty: ''}}
  book:
    input: {text: string!}
    request: {method: POST, path: /book, body_type: form, body: {text: '{{ input.text }}', twice: ['2', '1']}}
  note:
    input: {text: string!}
    request: {method: POST, path: /note, body: {text: '{{ input.text }}'}}
  moved:
    input: {q: string}
    request: {path: /moved, query: {q: '{{ input.q }}'}}
  upload:
    input: {file: file!}
    request: {method: PUT, path: /file, body_type: file, body: '{{ input.file }}'}
"""
ODD = "ä b+c&d=e/f%20*~'(!)"
CLIENT, CLIENT_SECRET, TOKEN, TOKEN_SECRET = (
    "peer-client",
    "peer client&secret",
    "peer-token-ä",
    "peer/token+secret",
)
Judge = Callable[[str, str, str, dict[str, str]], str]


class Authlib(ResourceProtector):
    """Authlib's provider with one client and one token; a nonce is good once."""

    SUPPORTED_SIGNATURE_METHODS = ["HMAC-SHA1", "RSA-SHA1", "PLAINTEXT"]  # noqa: RUF012

    def __init__(self, public_key: str) -> None:
        self._public_key = public_key
        self._nonces: set[str] = set()

    def get_client_secret(self) -> str:
        return CLIENT_SECRET

    def get_rsa_public_key(self) -> str:
        return self._public_key

    def get_oauth_token_secret(self) -> str:
        return TOKEN_SECRET

    def get_client_by_id(self, client_id: str) -> Any:
        return self if client_id == CLIENT else None

    def get_token_credential(self, request: Any) -> Any:
        return self if request.token == TOKEN else None

    def exists_nonce(self, nonce: str, _: Any) -> bool:
        is_known = nonce in self._nonces
        self._nonces.add(nonce)
        return is_known

    def judge(self, method: str, url: str, body: str, headers: dict[str, str]) -> str:
        try:
            self.validate_request(method, url, body, headers)
        except OAuth1Error as error:
            return f"{error.error}: {error.description}"
        return ""


class OauthlibRules(RequestValidator):
    """What oauthlib's provider asks about one client and one token."""

    enforce_ssl = False
    allowed_signature_methods = ("HMAC-SHA1", SIGNATURE_HMAC_SHA256, SIGNATURE_HMAC_SHA512)
    dummy_client = dummy_access_token = "dummy-dummy-dummy-dummy"

    def check_client_key(self, client_key: str) -> bool:
        return client_key == CLIENT

    def check_access_token(self, request_token: str) -> bool:
        return request_token == TOKEN

    def check_nonce(self, nonce: str) -> bool:
        return len(nonce) == 32

    def validate_client_key(self, client_key: str, _: Any) -> bool:
        return client_key == CLIENT

    def validate_access_token(self, _: str, token: str, __: Any) -> bool:
        return token == TOKEN

    def validate_timestamp_and_nonce(self, *_: Any, **__: Any) -> bool:
        return True

    def validate_realms(self, *_: Any, **__: Any) -> bool:
        return True

    def get_client_secret(self, *_: Any) -> str:
        return CLIENT_SECRET

    def get_access_token_secret(self, *_: Any) -> str:
        return TOKEN_SECRET


def by_oauthlib(method: str, url: str, body: str, headers: dict[str, str]) -> str:
    found, request = ResourceEndpoint(OauthlibRules()).validate_protected_resource_request(
        url, method, body or None, headers
    )
    return "" if found else f"refused: {request and request.validator_log}"


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


class Ledger:
    """A WSGI application that tells whether a request was signed right, and by whom it was sent where."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self.asked: list[tuple[str, str]] = []
        self.base_url = ""

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        # WSGI decodes the path; the signature is over what was sent.
        target = environ["peer.target"]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        headers = {
            "Authorization": environ.get("HTTP_AUTHORIZATION", ""),
            "Content-Type": environ["CONTENT_TYPE"],
        }
        is_form = "form-urlencoded" in headers["Content-Type"]
        refusal = self._judge(
            environ["REQUEST_METHOD"], self.base_url + target, body.decode() if is_form else "",
            {name: value for name, value in headers.items() if value},
        )  # fmt: skip
        self.asked.append((target, headers["Authorization"] or body.decode("latin-1")))
        status, more = ("401 Unauthorized", []) if refusal else ("200 OK", [])
        if not refusal and target.startswith("/moved"):
            status, more = "307 Temporary Redirect", [("Location", f"/here{target.removeprefix('/moved')}")]
        said = json.dumps({"refusal": refusal, "message": refusal}).encode()
        start(status, [("Content-Type", "application/json"), ("Content-Length", str(len(said))), *more])
        return [said]


class WithTarget(Quiet):
    def get_environ(self) -> dict[str, Any]:
        return super().get_environ() | {"peer.target": self.path}


KEY = rsa.generate_private_key(65537, 2048)
PUBLIC = KEY.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)
PRIVATE = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Judge], Ledger]]:
    """Serve a ledger on a free port; Authlib is told that plain http is meant."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    servers = []

    def serve(judge: Judge) -> Ledger:
        application = Ledger(judge)
        server = make_server("127.0.0.1", 0, application, handler_class=WithTarget)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        servers.append((server, thread))
        application.base_url = f"http://127.0.0.1:{server.server_port}"
        return application

    yield serve
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def connected(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Make a connection to a ledger that signs with a method."""
    path = tmp_path / "ledger.yaml"
    path.write_text(CONNECTOR)
    engine.catalog.add(path)

    def make(ledger: Ledger, method: str, **other: str) -> str:
        values = {"consumer_secret": CLIENT_SECRET, "token": TOKEN, "token_secret": TOKEN_SECRET} | other
        if method == "rsa":
            values = {"private_key": PRIVATE.decode(), "token": TOKEN}
        for name, value in values.items():
            monkeypatch.setenv(f"PEER_{name.upper()}", value)
        engine.workspace.create_connection(
            "ledger", method, method=method,
            secrets={name: f"ref:env:PEER_{name.upper()}" for name in values},
            variables={"base_url": ledger.base_url, "consumer_key": CLIENT},
        )  # fmt: skip
        engine.workspace.activate(method)
        return method

    return make


CALLS = {"list": {"q": ODD, "tags": ["b", "a", ODD]}, "book": {"text": ODD}, "note": {"text": ODD}}


@pytest.mark.parametrize("method", ["sha1", "query", "plain", "rsa"])
async def test_authlib_accepts_every_kind_of_request(engine: Engine, ledger, connected, method: str) -> None:
    name = connected(ledger(Authlib(PUBLIC.decode()).judge), method)
    for operation, given in CALLS.items():
        outcome = await engine.run(name, operation, given)
        assert (outcome.error, outcome.value["refusal"]) == (None, ""), operation


async def test_authlib_accepts_parameters_in_a_form(engine: Engine, ledger, connected) -> None:
    name = connected(ledger(Authlib(PUBLIC.decode()).judge), "form")
    outcome = await engine.run(name, "book", {"text": ODD})
    assert (outcome.error, outcome.value["refusal"]) == (None, "")


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha512", "query"])
async def test_oauthlib_accepts_every_kind_of_request(engine: Engine, ledger, connected, method: str) -> None:
    served = ledger(by_oauthlib)
    name = connected(served, method)
    for operation, given in CALLS.items():
        outcome = await engine.run(name, operation, given)
        assert (outcome.error, outcome.value["refusal"]) == (None, ""), operation
    if method == "sha256":
        assert 'realm="1234567_SB1"' in served.asked[0][1]


@pytest.mark.parametrize("wrong", ["consumer_secret", "token_secret", "token"])
async def test_a_wrong_secret_is_refused(engine: Engine, ledger, connected, wrong: str) -> None:
    served = ledger(Authlib(PUBLIC.decode()).judge)
    outcome = await engine.run(
        connected(served, "sha1", **{wrong: "wrong-peer-value"}), "note", {"text": "a"}
    )
    assert (outcome.error.error_class, outcome.error.status) == ("auth", 401)
    assert len(served.asked) == 1


@pytest.mark.parametrize("method", ["sha1", "query"])
async def test_a_redirect_is_signed_anew(engine: Engine, ledger, connected, method: str) -> None:
    served = ledger(Authlib(PUBLIC.decode()).judge)
    outcome = await engine.run(connected(served, method), "moved", {"q": ODD})
    assert (outcome.error, outcome.value["refusal"]) == (None, "")
    (first, _), (second, _) = served.asked
    assert (first.partition("?")[0], second.partition("?")[0]) == ("/moved", "/here")
    assert second.count("oauth_signature=") == (method == "query")


async def test_a_file_goes_signed_without_its_content_or_is_refused(
    engine: Engine, ledger, connected, tmp_path
) -> None:
    (tmp_path / "big.bin").write_bytes(b"\0\xff" * 300_000)
    served = ledger(Authlib(PUBLIC.decode()).judge)
    outcome = await engine.run(connected(served, "sha1"), "upload", {"file": str(tmp_path / "big.bin")})
    assert (outcome.error, outcome.value["refusal"]) == (None, "")
    refused = await engine.run(connected(served, "hashed"), "upload", {"file": str(tmp_path / "big.bin")})
    assert refused.error.error_class == "input"
    assert "the signature covers the body" in refused.error.message
    assert len(served.asked) == 1


async def test_nothing_that_signs_or_was_signed_is_stored(engine: Engine, ledger, connected, kept) -> None:
    served = ledger(Authlib(PUBLIC.decode()).judge)
    for method in ("sha1", "query", "form", "plain"):
        assert (await engine.run(connected(served, method), "book", {"text": "a"})).error is None
    signatures = [
        value.strip('"').partition("&")[0]
        for asked in served.asked
        for value in "".join(asked).split("oauth_signature=")[1:]
    ]
    assert len(signatures) == 4
    await engine.close()
    found = kept()
    assert "oauth_signature=•••" in found
    assert CLIENT in found
    for secret in (*signatures, *map(unquote, signatures), CLIENT_SECRET, TOKEN_SECRET, TOKEN):
        assert secret not in found
