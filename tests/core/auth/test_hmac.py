"""Signature templates: published examples of WSSE and Azure Storage, and what templates see of a request."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from connectors import HmacAuth
from core.auth.hmac import authorize
from core.auth.signing import request_facts
from core.bodies.upload import ChosenFile, upload_file
from core.errors import ConfigError, InputError
from core.request import Request

# The account of the storage emulator, which everybody knows.
AZURE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
AZURE = {
    "algorithm": "sha256",
    "key_encoding": "base64",
    "encoding": "base64",
    "timestamp": "http",
    "before": [
        {"in": "header", "name": "x-ms-date", "format": "{{ signing.timestamp }}"},
        {"in": "header", "name": "x-ms-version", "format": "2015-02-21"},
    ],
    "string_to_sign": """{{ signing.method }}
{{ default(signing.headers."content-encoding", '') }}
{{ default(signing.headers."content-language", '') }}
{{ signing.body_size > `0` && to_string(signing.body_size) || '' }}
{{ default(signing.headers."content-md5", '') }}
{{ default(signing.headers."content-type", '') }}

{{ default(signing.headers."if-modified-since", '') }}
{{ default(signing.headers."if-match", '') }}
{{ default(signing.headers."if-none-match", '') }}
{{ default(signing.headers."if-unmodified-since", '') }}
{{ default(signing.headers.range, '') }}
{{ join(`"\\n"`, signing.header_list[?starts_with(name, 'x-ms-')].join(':', [name, value])) }}
/{{ auth.account }}{{ signing.path }}{{ join('', signing.query_fields[].join('', [`"\\n"`, lower(name), ':', join(',', values)])) }}""",
    "apply": [
        {
            "in": "header",
            "name": "Authorization",
            "format": "SharedKey {{ auth.account }}:{{ signing.signature }}",
        }
    ],
}
FRIDAY = 1_435_361_952.0  # Fri, 26 Jun 2015 23:39:12 GMT
NONCE = bytes.fromhex("00112233445566778899aabbccddeeff")


def method(**said: Any) -> HmacAuth:
    usual = {"kind": "hmac", "apply": [{"in": "header", "name": "X-Signature"}], "string_to_sign": "x"}
    return HmacAuth.model_validate_json(json.dumps(usual | said))


def signed(kind: HmacAuth, request: Request, values, at: float = FRIDAY, nonce: bytes = NONCE) -> Request:
    return next(authorize(kind, request, values, now=lambda: at, random=lambda _: nonce))


def test_wsse_gives_the_published_digest(unsealed) -> None:
    """The example of the UsernameToken for Atom (M. Pilgrim, Atom Authentication, 2003)."""
    place = (
        'UsernameToken Username="{{ auth.username }}", PasswordDigest="{{ signing.signature }}", '
        'Nonce="{{ signing.nonce }}", Created="{{ signing.timestamp }}"'
    )
    kind = method(
        algorithm="sha1",
        keyed=False,
        encoding="base64",
        string_to_sign="{{ signing.nonce }}{{ signing.timestamp }}{{ auth.password }}",
        apply=[
            {"in": "header", "name": "Authorization", "format": 'WSSE profile="UsernameToken"'},
            {"in": "header", "name": "X-WSSE", "format": place},
        ],
    )
    values = unsealed(("password",), username="bob", password="taadtaadpstcsm")
    nonce = bytes.fromhex("d36e316282959a9ed4c89851497a717f")
    request = signed(kind, Request("GET", "http://example.com/"), values, at=1_071_499_387.4, nonce=nonce)
    expected = (
        'UsernameToken Username="bob", PasswordDigest="quR/EWLAV4xLf9Zqyw4pDmfV9OY=", '
        'Nonce="d36e316282959a9ed4c89851497a717f", Created="2003-12-15T14:43:07Z"'
    )
    assert request.header("x-wsse") == expected
    shown = dict(values.redactor.headers(request.headers))
    assert "quR/EWLAV4xLf9Zqyw4pDmfV9OY" not in shown["X-WSSE"]


def test_a_nonce_in_base64_is_signed_as_its_bytes(unsealed) -> None:
    """As the UsernameToken of WS-Security wants it."""
    kind = method(
        algorithm="sha1",
        keyed=False,
        encoding="base64",
        nonce="base64",
        string_to_sign=[{"base64": "{{ signing.nonce }}"}, "{{ signing.timestamp }}{{ auth.password }}"],
    )
    request = signed(kind, Request("GET", "http://example.com/"), unsealed(("password",), password="pw"))
    digest = hashlib.sha1(NONCE + b"2015-06-26T23:39:12Zpw").digest()
    assert request.header("x-signature") == base64.b64encode(digest).decode()


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (
            Request("GET", "https://myaccount.blob.core.windows.net/mycontainer?restype=container&comp=metadata&timeout=20"),
            ("GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n"
            "/myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20"),
        ),
        (
            Request("PUT", "https://myaccount.blob.core.windows.net/mycontainer?restype=container&timeout=30"),
            ("PUT\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n"
            "/myaccount/mycontainer\nrestype:container\ntimeout:30"),
        ),
        (
            Request("GET", "https://myaccount.blob.core.windows.net/c?restype=container&comp=list&include=snapshots"
            "&include=metadata&include=uncommittedblobs"),
            ("GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n"
            "/myaccount/c\ncomp:list\ninclude:metadata,snapshots,uncommittedblobs\nrestype:container"),
        ),
        (
            Request("PUT", "https://myaccount.blob.core.windows.net/c/a%20b",
            (("Content-Type", "text/plain"), ("X-Ms-Blob-Type", "BlockBlob")), b"hello"),
            ("PUT\n\n\n5\n\ntext/plain\n\n\n\n\n\n\nx-ms-blob-type:BlockBlob\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\n"
            "x-ms-version:2015-02-21\n/myaccount/c/a%20b"),
        ),
    ],
)  # fmt: skip
def test_azure_shared_key_signs_the_documented_strings(unsealed, request_: Request, expected: str) -> None:
    """The examples of «Authorize with Shared Key», whose key is not published: the string is theirs."""
    values = unsealed(("key",), account="myaccount", key=AZURE_KEY)
    request = signed(method(**AZURE), request_, values)
    digest = hmac.digest(base64.b64decode(AZURE_KEY), expected.encode(), "sha256")
    assert request.header("authorization") == f"SharedKey myaccount:{base64.b64encode(digest).decode()}"


def test_a_webhook_is_signed_over_its_time_and_its_body(unsealed) -> None:
    kind = method(
        timestamp="unix",
        string_to_sign="v0:{{ signing.timestamp }}:{{ signing.body }}",
        apply=[
            {"in": "header", "name": "X-Time", "format": "{{ signing.timestamp }}"},
            {"in": "header", "name": "X-Signature", "format": "v0={{ signing.signature }}"},
        ],
    )
    request = signed(kind, Request("POST", "https://e.com/", (), b'{"a":"\xc3\xa4"}'), unsealed(key="k"))
    expected = hmac.digest(b"k", b'v0:1435361952:{"a":"\xc3\xa4"}', "sha256").hex()
    assert request.header("x-time") == "1435361952"
    assert request.header("x-signature") == f"v0={expected}"


def test_bytes_of_a_hash_can_be_signed_with_text_before_them(unsealed) -> None:
    """As exchanges want it: the path, then the digest of nonce and body in bytes."""
    kind = method(
        algorithm="sha512",
        key_encoding="base64",
        encoding="base64",
        nonce="digits",
        before=[{"in": "body", "name": "nonce", "format": "{{ signing.nonce }}"}],
        string_to_sign=[
            "{{ signing.path }}",
            {"hex": "{{ hash('sha256', join('', [signing.nonce, signing.body])) }}"},
        ],
    )
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    key = base64.b64encode(b"secret").decode()
    request = signed(
        kind, Request("POST", "https://e.com/0/private/Balance", form, b"a=1"), unsealed(("key",), key=key)
    )
    assert request.body is not None
    nonce = request.body.decode().partition("&nonce=")[2]
    assert len(nonce) == 19
    inner = hashlib.sha256(nonce.encode() + request.body).digest()
    expected = hmac.digest(b"secret", b"/0/private/Balance" + inner, "sha512")
    assert request.header("x-signature") == base64.b64encode(expected).decode()


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha384", "sha512"])
@pytest.mark.parametrize("encoding", ["hex", "base64", "base64url"])
def test_every_hash_and_every_way_to_write_it(unsealed, algorithm: str, encoding: str) -> None:
    request = signed(
        method(algorithm=algorithm, encoding=encoding), Request("GET", "https://e.com/"), unsealed(key="k")
    )
    digest = hmac.digest(b"k", b"x", algorithm)
    written = {
        "hex": digest.hex(),
        "base64": base64.b64encode(digest).decode(),
        "base64url": base64.urlsafe_b64encode(digest).decode().rstrip("="),
    }
    assert request.header("x-signature") == written[encoding]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("iso", "2015-06-26T23:39:12Z"),
        ("iso_ms", "2015-06-26T23:39:12.250Z"),
        ("unix", "1435361952"),
        ("unix_ms", "1435361952250"),
        ("http", "Fri, 26 Jun 2015 23:39:12 GMT"),
        ("date", "2015-06-26"),
        ("%y%m%d", "150626"),
    ],
)
def test_the_time_is_written_as_asked(unsealed, form: str, expected: str) -> None:
    place = {"in": "query", "name": "t", "format": "{{ signing.timestamp }} {{ signing.signature }}"}
    request = signed(
        method(timestamp=form, apply=[place]),
        Request("GET", "https://e.com/?t=old&a=b"),
        unsealed(key="k"),
        at=FRIDAY + 0.25,
    )
    from urllib.parse import parse_qs, urlsplit

    found = parse_qs(urlsplit(request.url).query)
    assert found["a"] == ["b"]
    assert len(found["t"]) == 1
    assert found["t"][0].rpartition(" ")[0] == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("hex", "00112233445566778899aabbccddeeff"),
        ("base64", "ABEiM0RVZneImaq7zN3u/w=="),
        ("uuid", "00112233-4455-4677-8899-aabbccddeeff"),
    ],
)
def test_the_nonce_is_written_as_asked(unsealed, written: str, expected: str) -> None:
    place = {"in": "cookie", "name": "n", "format": "{{ signing.nonce }}"}
    request = signed(
        method(nonce=written, apply=[place]), Request("GET", "https://e.com/"), unsealed(key="k")
    )
    assert request.header("cookie") == f"n={expected}"


def test_templates_see_a_request_as_it_is_sent() -> None:
    request = Request(
        "post",
        "https://User.Example.com:8443/a b/ü?z=1&A=%7e+x&z=0&&empty",
        (
            ("Accept", " */* "),
            ("X-A", "1"),
            ("x-a", "2"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ),
        b"b=2&a=%20&b=1",
    )
    names = (
        "method", "url", "scheme", "host", "path", "target", "query", "sorted_query", "query_fields", "headers",
        "header_list", "form_fields", "body", "body_base64", "body_size", "body_md5", "body_sha256_base64",
    )  # fmt: skip
    found = request_facts(request, [f"{{{{ signing.{name} }}}}" for name in names])
    assert found.keys() == set(names)
    assert found["method"] == "POST"
    assert found["host"] == "user.example.com:8443"
    assert found["path"] == "/a%20b/%C3%BC"
    assert found["query"] == "z=1&A=%7e+x&z=0&&empty"
    assert found["target"] == f"{found['path']}?{found['query']}"
    assert found["url"] == f"https://user.example.com:8443{found['target']}"
    assert found["sorted_query"] == "A=~%20x&empty=&z=0&z=1"
    assert found["query_fields"] == [
        {"name": "A", "values": ["~ x"]},
        {"name": "empty", "values": [""]},
        {"name": "z", "values": ["0", "1"]},
    ]
    assert found["headers"] == {
        "accept": "*/*",
        "content-length": "13",
        "content-type": "application/x-www-form-urlencoded",
        "host": "user.example.com:8443",
        "x-a": "1, 2",
    }
    assert [one["name"] for one in found["header_list"]] == list(found["headers"])
    assert found["form_fields"] == [{"name": "a", "values": [" "]}, {"name": "b", "values": ["1", "2"]}]
    assert found["body_md5"] == hashlib.md5(b"b=2&a=%20&b=1").hexdigest()
    assert found["body_sha256_base64"] == base64.b64encode(hashlib.sha256(b"b=2&a=%20&b=1").digest()).decode()


def test_a_file_is_signed_without_its_content_or_refused(unsealed, tmp_path) -> None:
    path = tmp_path / "file.txt"
    path.write_bytes(b"12345")
    upload = Request(
        "PUT", "https://e.com/f", (("Content-Type", "text/plain"),), upload=upload_file(ChosenFile(path))
    )
    values = unsealed(("key",), account="myaccount", key=AZURE_KEY)
    request = signed(method(**AZURE), upload, values)
    expected = "PUT\n\n\n5\n\ntext/plain\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n/myaccount/f"
    digest = hmac.digest(base64.b64decode(AZURE_KEY), expected.encode(), "sha256")
    assert request.header("authorization") == f"SharedKey myaccount:{base64.b64encode(digest).decode()}"
    with pytest.raises(InputError, match="covers the body, and the body is a file"):
        signed(method(string_to_sign="{{ signing.body_sha256 }}"), upload, values)


def test_a_body_that_is_no_text_is_named_and_its_hash_can_be_signed(unsealed) -> None:
    request = Request("POST", "https://e.com/", (), b"\xff\xfe")
    with pytest.raises(InputError, match="the body is not text"):
        signed(method(string_to_sign="{{ signing.body }}"), request, unsealed(key="k"))
    kind = method(string_to_sign=[{"base64": "{{ signing.body_base64 }}"}])
    assert (
        signed(kind, request, unsealed(key="k")).header("x-signature")
        == hmac.digest(b"k", b"\xff\xfe", "sha256").hex()
    )


@pytest.mark.parametrize(
    ("written", "key", "words"),
    [("base64", "a secret!", "is not base64"), ("hex", "a secret!", "is not hex"), ("text", "", "is empty")],
)
def test_a_key_that_is_not_written_as_said_is_named_without_its_content(
    unsealed, written: str, key: str, words: str
) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        signed(method(key_encoding=written), Request("GET", "https://e.com/"), unsealed(("key",), key=key))
    assert caught.value.failure.error_class == "auth"
    assert "secret" not in str(caught.value)


def test_a_piece_that_is_not_written_as_said_is_told(unsealed) -> None:
    with pytest.raises(InputError, match="a piece of what is signed is not hex"):
        signed(method(string_to_sign=[{"hex": "xyz"}]), Request("GET", "https://e.com/"), unsealed(key="k"))


def test_the_signature_is_not_shown(unsealed) -> None:
    values = unsealed(("key",), key="k")
    request = signed(method(apply=[{"in": "query", "name": "h"}]), Request("GET", "https://e.com/"), values)
    assert request.url.partition("h=")[2] not in values.redactor.url(request.url)
