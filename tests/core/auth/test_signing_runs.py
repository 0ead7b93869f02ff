"""Kinds that sign each request, in whole operations: what is sent, sent again, kept and shown."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any

import pytest

from core import Engine
from storage.reading import open_reading, parse_filter

KEY = "canary-signing-key-0123456789abcdef"
CONNECTOR = """
schema: connect/1
revision: 1
handle: signed
name: Signed
summary: Requests that are signed.
type: api
author: {company: Tests}
inputs:
  - {key: base_url, type: url, required: true}
http:
  base_url: '{{ var.base_url }}'
auth:
  hmac:
    kind: hmac
    timestamp: unix_ms
    before: [{in: query, name: ts, format: '{{ signing.timestamp }}'}]
    string_to_sign: '{{ signing.method }} {{ signing.target }} {{ signing.body_sha256 }}'
    apply: [{in: header, name: X-Proof, format: 'v1 {{ signing.signature }}'}]
    test:
      - {name: first, request: {path: /first}}
      - {name: second, request: {path: /second}}
  jwt:
    kind: jwt
    algorithm: HS256
    claims: {jti: '{{ signing.nonce }}', path: '{{ signing.path }}'}
  kept:
    kind: jwt
    algorithm: HS256
    reuse: true
    lifetime: 3600
    claims: {jti: '{{ signing.nonce }}'}
operations:
  get:
    input: {path: string!}
    request: {path: '/{{ input.path }}', query: {q: 'a b'}}
  post:
    input: {path: string!}
    request: {method: POST, path: '/{{ input.path }}', body: {a: 1}}
  send:
    input: {file: file!}
    request: {method: PUT, path: /file, body_type: file, body: '{{ input.file }}'}
"""


@pytest.fixture
def signed(engine: Engine, serve, tmp_path: Path):
    """Make a connection to a server that remembers what it was asked; gives the server."""
    path = tmp_path / "signed.yaml"
    path.write_text(CONNECTOR)
    engine.catalog.add(path)

    def make(method: str) -> Any:
        server = serve()
        server.answers["*"] = lambda handler: _answer(handler, 200)
        engine.workspace.create_connection(
            "signed", "it", method=method, secrets={"key": KEY}, variables={"base_url": server.url}
        )
        engine.workspace.activate("it")
        return server

    return make


def _answer(handler: Any, status: int, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Type": "application/json", "Content-Length": "2", **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(b"{}")


def proven(asked: tuple[str, str, dict[str, str], bytes]) -> bool:
    """Tell whether a request carries the signature of itself."""
    method, target, headers, body = asked
    text = f"{method} {target} {hashlib.sha256(body).hexdigest()}"
    return headers["X-Proof"] == f"v1 {hmac.digest(KEY.encode(), text.encode(), 'sha256').hex()}"


def claims(asked: tuple[str, str, dict[str, str], bytes]) -> dict[str, Any]:
    token = asked[2]["Authorization"].removeprefix("Bearer ")
    text, _, signature = token.rpartition(".")
    digest = hmac.digest(KEY.encode(), text.encode(), "sha256")
    assert urlsafe_b64decode(signature + "=") == digest
    found: dict[str, Any] = json.loads(urlsafe_b64decode(text.partition(".")[2] + "=="))
    return found


async def test_what_leaves_is_what_was_signed(engine: Engine, signed) -> None:
    server = signed("hmac")
    for operation in ("get", "post"):
        outcome = await engine.run("it", operation, {"path": "ä b/c"})
        assert outcome.error is None, outcome.error
    assert [proven(one) for one in server.seen] == [True, True]
    assert server.seen[0][1].startswith("/%C3%A4%20b%2Fc?q=a%20b&ts=")


ODD = [
    "/a b?x=1 2&y",
    "/it's(1)!*~$,;:@?q='\"<>|^`{}",
    "/%7Ea/%2e%2E/b//c/?",
    "/ü/%C3%BC?%c3%bc=ü+%2B",
    "/a?x=a#b",
]


@pytest.mark.parametrize("path", ODD)
async def test_odd_addresses_are_signed_as_they_leave(engine: Engine, signed, path: str) -> None:
    server = signed("hmac")
    outcome = await engine.request("it", "GET", path, headers=[("X-Note", "  a  b ")])
    assert outcome.error is None, outcome.error
    assert [proven(one) for one in server.seen] == [True]


@pytest.mark.parametrize("status", [302, 307])
async def test_a_redirect_on_the_same_host_is_signed_anew(engine: Engine, signed, status: int) -> None:
    server = signed("hmac")

    def move(handler: Any) -> None:
        # The old time comes back in the address, as servers do that keep the query.
        _answer(handler, status, Location=handler.path.replace("/old", "/new"))

    server.answers["/old"] = move
    outcome = await engine.run("it", "post", {"path": "old"})
    assert outcome.error is None, outcome.error
    assert [proven(one) for one in server.seen] == [True, True]
    method, target, _, body = server.seen[1]
    assert target.count("ts=") == 1
    assert (method, bool(body)) == (("GET", False) if status == 302 else ("POST", True))


async def test_another_host_gets_no_signature(engine: Engine, signed, serve, tmp_path: Path) -> None:
    other = serve()
    other.answers["*"] = lambda handler: _answer(handler, 302, Location="/again")
    other.answers["/again"] = lambda handler: _answer(handler, 200)
    path = tmp_path / "signed.yaml"
    path.write_text(
        path.read_text()
        .replace("revision: 1", "revision: 2")
        .replace(
            "base_url: '{{ var.base_url }}'",
            "base_url: '{{ var.base_url }}'\n  redirects: any\n  hosts: {other: localhost}",
        )
    )
    engine.catalog.add(path)
    server = signed("hmac")
    server.answers["*"] = lambda handler: _answer(
        handler, 302, Location=f"{other.url.replace('127.0.0.1', 'localhost')}/x"
    )
    await engine.run("it", "get", {"path": "a"})
    assert len(server.seen) == 1
    assert all("X-Proof" not in headers for _, _, headers, _ in other.seen)


async def test_a_file_that_would_have_to_be_signed_is_refused_before_anything_is_sent(
    engine: Engine, signed, tmp_path: Path
) -> None:
    server = signed("hmac")
    (tmp_path / "file").write_bytes(b"1")
    outcome = await engine.run("it", "send", {"file": str(tmp_path / "file")})
    assert outcome.error.error_class == "input"
    assert "the signature covers the body" in outcome.error.message
    assert server.seen == []


async def test_each_request_of_a_test_is_signed(engine: Engine, signed) -> None:
    server = signed("hmac")
    report = await engine.test("it")
    assert report.verdict == "passed", report.stages
    head, *asked = server.seen
    assert "X-Proof" not in head[2]
    assert [proven(one) for one in asked] == [True, True]


async def test_a_token_is_made_for_each_request(engine: Engine, signed) -> None:
    server = signed("jwt")
    await engine.run("it", "get", {"path": "a"})
    await engine.run("it", "get", {"path": "b"})
    first, second = (claims(one) for one in server.seen)
    assert (first["path"], second["path"]) == ("/a", "/b")
    assert first["jti"] != second["jti"]


async def test_a_token_that_is_reused_serves_several_operations_until_it_is_refused(
    engine: Engine, signed
) -> None:
    server = signed("kept")
    for _ in range(3):
        assert (await engine.run("it", "get", {"path": "a"})).error is None
    used = {claims(one)["jti"] for one in server.seen}
    assert len(used) == 1
    server.seen.clear()
    answers = iter((401, 200))
    server.answers["*"] = lambda handler: _answer(handler, next(answers))
    assert (await engine.run("it", "get", {"path": "a"})).error is None
    old, new = (claims(one)["jti"] for one in server.seen)
    assert {old} == used
    assert new != old


async def test_a_token_that_was_only_signed_here_is_not_said_to_be_accepted(engine: Engine, signed) -> None:
    server = signed("kept")
    stages = {one.stage: one for one in (await engine.test("it")).stages}
    assert (stages["auth"].verdict, len(server.seen)) == ("undefined", 1)  # the clock alone was asked for
    assert "was signed here" in stages["auth"].evidence


@pytest.mark.parametrize("method", ["hmac", "jwt", "kept"])
async def test_nothing_that_signs_is_kept_or_shown(engine: Engine, signed, home, method: str) -> None:
    server = signed(method)

    def echo(handler: Any) -> None:
        """Send back what was sent, as some vendors do when they refuse."""
        said = f"{handler.headers.get('X-Proof')} {handler.headers.get('Authorization')}"
        content = json.dumps({"message": said}).encode()
        handler.send_response(403)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    server.answers["*"] = echo
    preview = await engine.run("it", "get", {"path": "a"}, dry_run=True)
    outcome = await engine.run("it", "get", {"path": "a"})
    sent = server.seen[0][2]
    secrets = [sent[name].split(" ")[1] for name in ("X-Proof", "Authorization") if name in sent]
    assert len(secrets) == 1
    await engine.close()
    with open_reading(home.database) as reading:
        rows = reading.operations_block(parse_filter(""), limit=100)
        exchanges = [one for row in rows for one in reading.exchanges(row.id, bodies=True)]
        bodies = [one.response_body.content for one in exchanges if one.response_body]
        found = repr([rows, exchanges, bodies, [reading.log_lines(row.id) for row in rows], preview, outcome])
    for secret in (*secrets, secrets[0].rpartition(".")[2], KEY):
        assert secret not in found
    assert "•••" in found
