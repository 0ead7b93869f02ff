"""AWS Signature Version 4: byte for byte what botocore signs, over what really leaves."""

import hashlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from connectors import AwsSigV4Auth
from core import Engine
from core.auth.aws_sigv4 import authorize
from core.bodies.upload import ChosenFile, upload_file
from core.clients import Clients
from core.errors import ConfigError, InputError
from core.hosts import build_policy
from core.redact import Redactor
from core.request import Request, Response
from core.send import HttpTransport, Route
from core.sigv4 import Scope, canonical_request, plain_url, signature, signed_headers
from core.unseal import Unsealed
from core.wire import on_wire

KEY_ID, SECRET, TOKEN = "AKIDEXAMPLE", "not/a+real=secret", "not//a+real==token"
MOMENT = datetime(2026, 11, 22, 12, 34, 56, tzinfo=UTC)
STAMP = "20261122T123456Z"

PATHS = (
    "", "/", "//", "/a/", "/a//b", "/a/./b", "/a/../b", "/../..", "/a b", "/a+b", "/a%20b", "/a%2fb", "/a%2Fb",
    "/a%252Fb", "/%41", "/%zz", "/100%", "/é/ü", "/%c3%a9", "/日本/😀", "/~-_.", "/!$&'()*,;=:@", "/a;v=1/b",
    "/arn:aws:sns:eu-1:1:t", "/[x]{y}|z^`", "/%FF", "/a%00b", "/%2E%2E/a", "/.../..a", "/a%3Fb", "/a%23b", "/a\\b",
    "/a/b/..", "/a/.", "/..%2F", "/%2e",
)  # fmt: skip
QUERIES = (
    "", "?", "?a", "?a=", "?acl", "?a=1", "?b=1&a=2", "?a=2&a=1", "?a=1&a=1", "?a&a=", "?=", "?=x", "?a=b=c", "?&&",
    "?a=1&&b=2", "?a=b%20c", "?a=b+c", "?a=b%2Bc", "?a=b c", "?a=%zz", "?a=100%", "?é=ü", "?a=%c3%a9", "?a=😀",
    "?A=1&a=2&Z=3&_=4", "?a=x/y", "?a=x%2Fy", "?a=~-_.", "?a=!$'()*,;:@", "?a=[1]&b={2}", "?a-b=1&a=2&a.b=3",
    "?list-type=2&prefix=a/b c&delimiter=/", "?Action=X&Version=2011-06-15", "?a=%FF", "?a=?", "?a=1;b=2", "?%61=1",
    '?a="<>`|^\\',
)  # fmt: skip
HEADERS = (
    (),
    (("X-Amz-Meta-One", "a   b"),),
    (("X-Amz-Meta-One", "  padded \t both  "),),
    (("X-Amz-Meta-One", ""), ("x-amz-acl", "private")),
    (("X-Amz-Meta-One", "2"), ("x-amz-meta-one", "1")),
    (("Content-Type", "application/json; charset=utf-8"), ("X-Amz-Target", "DynamoDB_20120810.PutItem")),
    (("X-Amz-Meta-Latin", "café"), ("Range", "bytes=0-9")),
    (("Accept", "a/b"), ("User-Agent", "x"), ("Accept-Encoding", "gzip"), ("Traceparent", "0"), ("Expect", "100-continue")),
    (("Host", "other.example:99"),),
)  # fmt: skip
LEFT_OUT = {"accept", "accept-encoding"}


def method(**said: Any) -> AwsSigV4Auth:
    return AwsSigV4Auth(kind="aws_sigv4", **({"service": "execute-api", "region": "eu-central-1"} | said))


def unsealed(**auth: str) -> Unsealed:
    given = {"access_key_id": KEY_ID, "secret_access_key": SECRET} | auth
    return Unsealed({"auth": given, "var": {}}, {("auth", "secret_access_key")}, Redactor([SECRET]))


def signed(kind: AwsSigV4Auth, request: Request, **auth: str) -> Request:
    return next(authorize(kind, request, unsealed(**auth), now=MOMENT.timestamp))


@pytest.fixture
def botocore_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: MOMENT)


def theirs(request: Request, kind: AwsSigV4Auth, token: str | None) -> AWSRequest:
    """Sign with botocore what is about to leave."""
    s3 = kind.service == "s3"
    mine = {"authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256", *LEFT_OUT}
    asked = AWSRequest(request.method, request.url, data=request.body or b"")
    for name, value in request.headers:
        if name.lower() not in mine:
            asked.headers.add_header(name, value)
    signer = botocore.auth.S3SigV4Auth if s3 else botocore.auth.SigV4Auth
    signer(Credentials(KEY_ID, SECRET, token), kind.service, kind.region).add_auth(asked)
    return asked


@pytest.mark.parametrize("service", ["s3", "execute-api"])
def test_every_canonical_request_is_botocores(service: str) -> None:
    signer = (botocore.auth.S3SigV4Auth if service == "s3" else botocore.auth.SigV4Auth)(
        Credentials(KEY_ID, SECRET), service, "us-east-1"
    )
    wrong = []
    for path in PATHS:
        for query in QUERIES:
            # As it stands: botocore quotes nothing itself, so neither is the address rewritten here.
            url = f"https://host.example:8443{path}{query}"
            asked = AWSRequest("GET", url, data=b"")
            mine = canonical_request(
                "GET", url, signed_headers((), "host.example:8443"), hashlib.sha256(b"").hexdigest(), service
            )
            if mine != signer.canonical_request(asked):
                wrong.append(url)
    assert not wrong


@pytest.mark.parametrize("token", [None, TOKEN])
@pytest.mark.parametrize("service", ["s3", "execute-api"])
@pytest.mark.usefixtures("botocore_clock")
def test_every_signature_is_botocores(service: str, token: str | None) -> None:
    kind, wrong = method(service=service), []
    given = {"session_token": token} if token else {}
    for number, path in enumerate(PATHS):
        for query in QUERIES:
            headers = HEADERS[(number + len(query)) % len(HEADERS)]
            request = Request("POST", f"https://Host.Example:443{path}{query}", headers, b"\xff body")
            mine = signed(kind, request, **given)
            if theirs(mine, kind, token).headers["Authorization"] != mine.header("authorization"):
                wrong.append(request)
    assert not wrong


@pytest.mark.usefixtures("botocore_clock")
def test_every_header_is_signed_like_botocores() -> None:
    for headers in HEADERS:
        for service in ("s3", "sqs"):
            kind = method(service=service)
            mine = signed(kind, Request("PUT", "http://127.0.0.1:5000/a", headers, b"x"))
            assert theirs(mine, kind, None).headers["Authorization"] == mine.header("authorization"), headers


@pytest.mark.parametrize("service", ["s3", "execute-api"])
@pytest.mark.parametrize("token", [None, TOKEN])
@pytest.mark.usefixtures("botocore_clock")
def test_a_presigned_address_is_botocores(service: str, token: str | None) -> None:
    kind = method(service=service, place="query", expires=77)
    for path in ("/", "/a b/é", "/a%2Fb", "/x//y"):
        mine = signed(
            kind, Request("GET", f"https://host.example{path}?b=2&a=x y"), session_token=token or ""
        )
        signer = botocore.auth.S3SigV4QueryAuth if service == "s3" else botocore.auth.SigV4QueryAuth
        address = f"https://host.example{path}?b=2&a=x y"
        asked = AWSRequest("GET", plain_url(address, on_wire(Request("GET", address)), service))
        signer(Credentials(KEY_ID, SECRET, token), service, kind.region, expires=77).add_auth(asked)
        assert mine.url.split("?")[0] == asked.url.split("?")[0]
        assert sorted(mine.url.split("?")[1].split("&")) == sorted(asked.url.split("?")[1].split("&"))


def test_the_published_example_of_aws_has_its_published_signature() -> None:
    url = "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08"
    headers = (
        ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
        ("X-Amz-Date", "20150830T123600Z"),
    )
    canonical = canonical_request(
        "GET", url, signed_headers(headers, "iam.amazonaws.com"), hashlib.sha256(b"").hexdigest(), "iam"
    )
    assert (
        hashlib.sha256(canonical.encode()).hexdigest()
        == "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59"
    )
    # The secret key of the documentation, in two pieces.
    made = signature(
        "wJalrXUtnFEMI/K7MDENG" + "+bPxRfiCYEXAMPLEKEY",
        Scope("20150830T123600Z", "us-east-1", "iam"),
        canonical,
    )
    assert made == "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"


class Wire:
    """A socket that keeps the very bytes of each request and answers with what it is told."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.heads: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                content = b""
                while b"\r\n\r\n" not in content:
                    content += connection.recv(65536)
                head, _, rest = content.partition(b"\r\n\r\n")
                lines = {line.split(b":")[0].lower(): line for line in head.split(b"\r\n")[1:]}
                left = int(lines.get(b"content-length", b":0").split(b":")[1]) - len(rest)
                while left > 0:
                    left -= len(connection.recv(65536))
                self.heads.append(head)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


@pytest.fixture
def wire() -> Iterator[Wire]:
    opened = Wire()
    yield opened
    opened.close()


@pytest.mark.parametrize("service", ["s3", "execute-api"])
async def test_what_is_signed_is_what_leaves(wire: Wire, service: str) -> None:
    """Read the bytes off the socket, and let botocore find the signature for them that stands in them."""
    base = f"http://127.0.0.1:{wire.port}"
    kind = method(service=service)
    transport = HttpTransport(Clients())
    route = Route("it", build_policy(base, []))
    cases = [(path, QUERIES[number % len(QUERIES)]) for number, path in enumerate(PATHS)]
    cases += [("/x y", query) for query in QUERIES]
    for number, (path, query) in enumerate(cases):
        headers = HEADERS[number % len(HEADERS)]
        headers = (("User-Agent", "us"), *headers)
        request = signed(kind, Request("POST", f"{base}{path}{query}", headers, b"{}"), session_token=TOKEN)
        await transport.send(request, route)
    await transport.close()
    assert len(wire.heads) == len(cases)
    for head in wire.heads:
        verb, target, *pairs = read_head(head)
        sent = {name.lower(): value for name, value in pairs}
        assert sent["host"] in {f"127.0.0.1:{wire.port}", "other.example:99"}
        names = sent["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
        asked = AWSRequest(verb, f"http://{sent['host']}{target}", data=b"{}")
        for name, value in pairs:
            if name.lower() in names and name.lower() != "x-amz-content-sha256":
                asked.headers.add_header(name, value)
        signer = (botocore.auth.S3SigV4Auth if service == "s3" else botocore.auth.SigV4Auth)(
            Credentials(KEY_ID, SECRET), service, kind.region
        )
        asked.context["timestamp"] = STAMP
        if service == "s3":
            asked.headers["X-Amz-Content-SHA256"] = hashlib.sha256(b"{}").hexdigest()
        text = signer.string_to_sign(asked, signer.canonical_request(asked))
        assert sent["authorization"].endswith(signer.signature(text, asked)), target


def read_head(head: bytes) -> tuple[Any, ...]:
    first, *lines = head.decode("latin-1").split("\r\n")
    verb, target, _ = first.split(" ")
    return verb, target, *[tuple(line.split(": ", 1)) for line in lines]


CONNECTOR = """
schema: connect/1
revision: 1
handle: cloud
name: Cloud
summary: A cloud.
type: api
author: {company: Tests}
inputs: [{key: base_url, type: url, required: true}]
http: {base_url: '{{ var.base_url }}'}
auth:
  header: {kind: aws_sigv4, service: execute-api, region: eu-central-1}
  query: {kind: aws_sigv4, service: execute-api, region: eu-central-1, place: query}
operations:
  post: {request: {method: POST, path: /old/a b, query: {q: 'a b'}, body: {a: 1}}}
"""


@pytest.mark.parametrize("status", [302, 307])
@pytest.mark.parametrize("place", ["header", "query"])
async def test_a_redirect_on_the_same_host_is_signed_anew(
    engine: Engine, serve: Any, answer: Any, tmp_path: Path, place: str, status: int
) -> None:
    server = serve()
    server.answers["*"] = answer()
    server.answers["/old/a%20b"] = lambda handler: answer(
        status, b"", {"Location": handler.path.replace("/old", "/new")}
    )(handler)
    (tmp_path / "cloud.yaml").write_text(CONNECTOR)
    engine.catalog.add(tmp_path / "cloud.yaml")
    variables = {"base_url": server.url, "access_key_id": KEY_ID}
    secrets = {"secret_access_key": SECRET, "session_token": TOKEN}
    engine.workspace.create_connection("cloud", "it", method=place, variables=variables, secrets=secrets)
    engine.workspace.activate("it")
    done = await engine.run("it", "post", {})
    assert done.error is None, done.error
    assert [path.split("?")[0] for _, path, _, _ in server.seen] == ["/old/a%20b", "/new/a%20b"]
    for verb, path, headers, body in server.seen:
        sent = {name.lower(): value for name, value in headers.items()}
        query = dict(parse_qsl(path.split("?", 1)[1]))
        assert path.count("X-Amz-Signature=") == (place == "query")
        said = query if place == "query" else dict(
            part.split("=", 1) for part in sent["authorization"].split(" ", 1)[1].split(", ")
        )  # fmt: skip
        names = said.get("X-Amz-SignedHeaders") or said["SignedHeaders"]
        asked = AWSRequest(verb, server.url + path.split("&X-Amz-Signature")[0], data=body)
        for name in names.split(";"):
            asked.headers[name] = sent[name]
        asked.context["timestamp"] = query.get("X-Amz-Date") or sent["x-amz-date"]
        signer = botocore.auth.SigV4Auth(Credentials(KEY_ID, SECRET, TOKEN), "execute-api", "eu-central-1")
        text = signer.string_to_sign(asked, signer.canonical_request(asked))
        assert signer.signature(text, asked) == (said.get("X-Amz-Signature") or said["Signature"])


def test_a_key_of_s3_with_slashes_is_signed_with_slashes() -> None:
    sent = signed(method(service="s3"), Request("GET", f"https://b.example/{quote('a/b c+d', safe='')}"))
    assert sent.url == "https://b.example/a/b%20c%2Bd"


def test_a_plus_in_a_query_is_sent_as_the_space_it_is() -> None:
    sent = signed(method(), Request("GET", "https://h.example/a+b?q=a+b%2Bc&&e&é=%zz"))
    assert sent.url == "https://h.example/a%2Bb?q=a%20b%2Bc&e&%C3%A9=%25zz"


def test_s3_gets_the_hash_of_the_body_and_others_do_not() -> None:
    s3, other = (
        signed(method(service=name), Request("PUT", "https://h.example/a", (), b"x"))
        for name in ("s3", "sqs")
    )
    assert s3.header("x-amz-content-sha256") == hashlib.sha256(b"x").hexdigest()
    assert other.header("x-amz-content-sha256") is None


def test_a_file_goes_unsigned_to_s3_and_not_at_all_where_it_must_be_signed(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"content")
    request = Request("PUT", "https://h.example/a", (), upload=upload_file(ChosenFile(tmp_path / "a.bin")))
    assert signed(method(service="s3"), request).header("x-amz-content-sha256") == "UNSIGNED-PAYLOAD"
    unsigned = method(service="vpc-lattice-svcs", payload="unsigned")
    assert signed(unsigned, request).header("x-amz-content-sha256") == "UNSIGNED-PAYLOAD"
    with pytest.raises(InputError, match="sqs wants its content signed"):
        signed(method(service="sqs"), request)


def test_a_missing_key_is_named() -> None:
    flow = authorize(
        method(), Request("GET", "https://h.example/"), Unsealed({"auth": {}}, set(), Redactor())
    )
    with pytest.raises(ConfigError, match="access key id"):
        next(flow)


def test_an_address_that_cannot_be_sent_is_not_signed() -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        signed(method(), Request("GET", "https://h.example:port/"))


@pytest.mark.parametrize("place", ["header", "query"])
def test_neither_signature_nor_token_is_shown(place: Any) -> None:
    known = unsealed(session_token=TOKEN)
    sent = next(
        authorize(method(place=place), Request("GET", "https://h.example/a"), known, now=MOMENT.timestamp)
    )
    shown = known.redactor.url(sent.url) + str(known.redactor.headers(sent.headers))
    value = sent.header("authorization") or sent.url
    assert value.split("Signature=")[1] not in shown + known.redactor.text(value.split("Signature=")[1])
    assert TOKEN not in shown
    assert quote(TOKEN, safe="") not in shown
    assert SECRET not in shown + value


def answer(status: int, body: bytes, date: str | None) -> Response:
    headers = (("Date", date),) if date is not None else ()
    return Response(status, headers, body, "https://h.example/", 1, len(body))


@pytest.mark.parametrize("off_s", [-600, 600])
def test_a_wrong_clock_is_put_right_by_the_answer_of_aws(off_s: int) -> None:
    ours = MOMENT.timestamp() + off_s
    flow = authorize(method(), Request("GET", "https://h.example/a"), unsealed(), now=lambda: ours)
    assert next(flow).header("x-amz-date") != STAMP
    refused = answer(403, b"<Code>RequestTimeTooSkewed</Code>", formatdate(MOMENT.timestamp(), usegmt=True))
    assert flow.send(refused).header("x-amz-date") == STAMP
    with pytest.raises(StopIteration):
        flow.send(refused)


@pytest.mark.parametrize(
    "refused",
    [
        answer(403, b"AccessDenied", formatdate(0, usegmt=True)),
        answer(403, b"RequestTimeTooSkewed", None),
        answer(403, b"RequestTimeTooSkewed", "yesterday"),
        answer(403, b"SignatureDoesNotMatch", formatdate(MOMENT.timestamp() + 5, usegmt=True)),
        answer(200, b"RequestTimeTooSkewed", formatdate(0, usegmt=True)),
    ],
)
def test_only_a_wrong_clock_is_a_reason_to_sign_again(refused: Response) -> None:
    flow = authorize(method(), Request("GET", "https://h.example/a"), unsealed(), now=MOMENT.timestamp)
    next(flow)
    with pytest.raises(StopIteration):
        flow.send(refused)


def test_signing_again_replaces_the_signature() -> None:
    once = signed(method(), Request("GET", "https://h.example/a"))
    assert signed(method(), replace(once)) == once
