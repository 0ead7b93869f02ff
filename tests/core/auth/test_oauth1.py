"""OAuth 1.0a: the vectors of RFC 5849, and what is signed of odd requests, compared with oauthlib."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from oauthlib.oauth1 import Client

from connectors import OAuth1Auth
from core.auth.oauth1 import Secrets, authorize, base_string, hash_of, shared_signature
from core.bodies.upload import ChosenFile, upload_file
from core.errors import ConfigError, InputError
from core.request import Request

FORM = ("Content-Type", "application/x-www-form-urlencoded")
JSON = ("Content-Type", "application/json")
NONCE = bytes.fromhex("00112233445566778899aabbccddeeff")


def method(**said) -> OAuth1Auth:
    return OAuth1Auth.model_validate({"kind": "oauth1", **said})


def given(text: str) -> dict[str, str]:
    """Read the parameters of the header."""
    assert text.startswith("OAuth ")
    pairs = (part.strip().partition("=") for part in text.removeprefix("OAuth ").split(","))
    return {name: unquote(value.strip('"')) for name, _, value in pairs}


def signed(method: OAuth1Auth, request: Request, values) -> Request:
    return next(authorize(method, request, values, now=lambda: 137131200.9, random=lambda _: NONCE))


@pytest.fixture
def client(unsealed):
    return unsealed(
        ("consumer_secret", "token", "token_secret"),
        consumer_key="dpf43f3p2l4k3l03",
        consumer_secret="kd94hf93k423kf44",
        token="nnch734d00sl2jdk",
        token_secret="pfkkdhi9sl3r4s00",
    )


def test_the_base_string_of_section_3_4_1_is_written_letter_by_letter() -> None:
    request = Request(
        "POST", "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b", (FORM,), b"c2&a3=2+q"
    )
    parameters = [
        ("oauth_consumer_key", "9djdj82h48djs9d2"),
        ("oauth_token", "kkk9d7dh3k39sjv7"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "137131201"),
        ("oauth_nonce", "7d8f3e4a"),
    ]
    text = base_string(request, parameters)
    assert text == (
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D"
        "%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a"
        "%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
    )
    # Erratum 2550 corrects the signature that is printed in the RFC.
    shared = Secrets("j49sk3j29djd", "dh893hdasih9")
    assert shared_signature(text, shared, "HMAC-SHA1") == "r6/TJjbCOr97/+UU0NsvSne7s5g="


def test_the_requests_of_section_1_2_have_its_signatures() -> None:
    initiate = [
        ("oauth_consumer_key", "dpf43f3p2l4k3l03"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "137131200"),
        ("oauth_nonce", "wIjqoS"),
        ("oauth_callback", "http://printer.example.com/ready"),
    ]
    text = base_string(Request("POST", "https://photos.example.net/initiate"), initiate)
    shared = Secrets("kd94hf93k423kf44")
    assert shared_signature(text, shared, "HMAC-SHA1") == "74KNZJeDHnMBp0EMJ9ZHt/XKycU="
    photos = [
        ("oauth_consumer_key", "dpf43f3p2l4k3l03"),
        ("oauth_token", "nnch734d00sl2jdk"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "137131202"),
        ("oauth_nonce", "chapoH"),
    ]
    request = Request("GET", "http://photos.example.net/photos?file=vacation.jpg&size=original")
    shared = Secrets("kd94hf93k423kf44", "pfkkdhi9sl3r4s00")
    assert (
        shared_signature(base_string(request, photos), shared, "HMAC-SHA1") == "MdpQcU8iPSUjWoN/UDMsK2sui9I="
    )


def test_the_header_holds_every_parameter_and_the_realm(client) -> None:
    request = signed(
        method(realm="Photos", send_version=False), Request("GET", "http://photos.example.net/p"), client
    )
    header = request.header("authorization")
    assert header is not None
    assert header.startswith('OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03", ')
    found = given(header)
    assert "oauth_version" not in found
    assert (found["oauth_timestamp"], found["oauth_nonce"]) == ("137131200", NONCE.hex())


def test_netsuite_wants_sha256_and_its_account_as_the_realm(client) -> None:
    client.scope["auth"]["account"] = "1234567_SB1"
    url = "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/record/v1/customer?limit=10"
    request = signed(
        method(signature="HMAC-SHA256", realm="{{ auth.account }}"),
        Request("POST", url, (JSON,), b"{}"),
        client,
    )
    found = given(str(request.header("authorization")))
    assert (found["realm"], found["oauth_signature_method"]) == ("1234567_SB1", "HMAC-SHA256")
    names = ("consumer_key", "nonce", "signature_method", "timestamp", "token", "version")
    normal = "limit%3D10" + "".join(f"%26oauth_{name}%3D{found[f'oauth_{name}']}" for name in names)
    address = (
        "https%3A%2F%2F1234567-sb1.suitetalk.api.netsuite.com%2Fservices%2Frest%2Frecord%2Fv1%2Fcustomer"
    )
    digest = hmac.digest(b"kd94hf93k423kf44&pfkkdhi9sl3r4s00", f"POST&{address}&{normal}".encode(), "sha256")
    assert found["oauth_signature"] == b64encode(digest).decode()


def test_plaintext_joins_the_encoded_secrets(client) -> None:
    client.scope["auth"]["consumer_secret"] = "a b&c"
    request = signed(method(signature="PLAINTEXT"), Request("GET", "https://example.com/"), client)
    assert given(str(request.header("authorization")))["oauth_signature"] == "a%20b%26c&pfkkdhi9sl3r4s00"


@pytest.mark.parametrize(("name", "function"), [("RSA-SHA1", hashes.SHA1()), ("RSA-SHA256", hashes.SHA256())])
def test_rsa_signs_with_the_private_key_alone(unsealed, name: str, function: hashes.HashAlgorithm) -> None:
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    values = unsealed(("private_key", "token"), consumer_key="ck", private_key=pem.decode(), token="t")
    kind = method(signature=name)
    assert [one.key for one in kind.inputs] == ["consumer_key", "private_key", "token"]
    request = Request("GET", "https://example.com/a?b=c")
    found = given(str(signed(kind, request, values).header("authorization")))
    signature = b64decode(found.pop("oauth_signature"))
    text = base_string(request, list(found.items()))
    key.public_key().verify(signature, text.encode(), padding.PKCS1v15(), function)
    values.scope["auth"]["private_key"] = "no key"
    with pytest.raises(ConfigError, match="cannot be read as pem"):
        signed(kind, request, values)


def test_a_client_alone_asks_for_no_token_and_sends_none(unsealed) -> None:
    kind = method(token=None)
    assert [one.key for one in kind.inputs] == ["consumer_key", "consumer_secret"]
    request = signed(
        kind, Request("GET", "https://example.com/"), unsealed(consumer_key="a", consumer_secret="b")
    )
    assert "oauth_token" not in given(str(request.header("authorization")))


def test_the_parameters_can_go_into_the_query_and_replace_older_ones(client) -> None:
    kind = method(**{"in": "query"})
    first = signed(kind, Request("GET", "https://example.com/a?b=c%20d"), client)
    again = signed(kind, first, client)
    assert again == first
    found = parse_qs(urlsplit(first.url).query)
    assert found["b"] == ["c d"]
    assert len(found["oauth_signature"]) == 1
    assert first.header("authorization") is None


def test_the_parameters_can_go_into_a_form_alone(client) -> None:
    kind = method(**{"in": "body"})
    request = signed(kind, Request("POST", "https://example.com/", (FORM,), b"a=1"), client)
    found = parse_qs((request.body or b"").decode())
    assert found["a"] == ["1"]
    assert found["oauth_consumer_key"] == ["dpf43f3p2l4k3l03"]
    with pytest.raises(InputError, match="the body is no form"):
        signed(kind, Request("POST", "https://example.com/", (JSON,), b"{}"), client)


def test_a_body_that_is_no_form_is_hashed_where_asked(client, tmp_path) -> None:
    request = Request(
        "PUT", "http://www.example.com/resource", (("Content-Type", "text/plain"),), b"Hello World!"
    )
    assert "oauth_body_hash" not in given(str(signed(method(), request, client).header("authorization")))
    found = given(str(signed(method(body_hash=True), request, client).header("authorization")))
    # The example of the extension «OAuth Request Body Hash», section 5.
    assert found["oauth_body_hash"] == "Lve95gjOVATpfV8EL5X4nxwjKHE="
    assert hash_of(b"x", "HMAC-SHA256") == b64encode(hashlib.sha256(b"x").digest()).decode()
    form = Request("POST", "http://www.example.com/", (FORM,), b"a=1")
    assert "oauth_body_hash" not in given(
        str(signed(method(body_hash=True), form, client).header("authorization"))
    )
    path = tmp_path / "file"
    path.write_bytes(b"1")
    upload = Request("PUT", "http://www.example.com/", upload=upload_file(ChosenFile(path)))
    assert signed(method(), upload, client).upload is upload.upload
    with pytest.raises(InputError, match="covers the body"):
        signed(method(body_hash=True), upload, client)


ODD = [
    "https://example.com/a%20b/c%2Fd?x=%2B+%26&y&z=",
    "https://example.com:8443/",
    "http://example.com:80/q?a=1&a=0&a=%C3%A4",
    "https://EXAMPLE.com/Path?Q=*~-_.!()",
    "https://example.com?only=query",
    "https://example.com/ü?ä=ö",
]


@pytest.mark.parametrize("url", ODD)
@pytest.mark.parametrize("name", ["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512"])
def test_odd_addresses_are_signed_as_oauthlib_signs_what_is_sent(client, url: str, name: str) -> None:
    sent = str(httpx.URL(url))
    theirs = Client(
        "dpf43f3p2l4k3l03", "kd94hf93k423kf44", "nnch734d00sl2jdk", "pfkkdhi9sl3r4s00",
        signature_method=name, nonce=NONCE.hex(), timestamp="137131200",
    )  # fmt: skip
    _, headers, _ = theirs.sign(sent, "POST", "n=1&m=+%2B", dict([FORM]))
    request = signed(method(signature=name), Request("POST", url, (FORM,), b"n=1&m=+%2B"), client)
    assert given(str(request.header("authorization"))) == given(headers["Authorization"])


def test_a_form_that_is_no_utf_8_is_signed_by_its_bytes(client) -> None:
    request = Request("POST", "https://example.com/", (FORM,), b"a=\xff&b=%FF")
    assert "a%3D%25FF%26b%3D%25FF%26" in base_string(request, [("oauth_nonce", "n")])
    assert signed(method(**{"in": "body"}), request, client).body.startswith(b"a=\xff&b=%FF&oauth_")


def test_neither_secret_nor_signature_is_shown(client) -> None:
    request = signed(method(signature="PLAINTEXT"), Request("GET", "https://example.com/"), client)
    found = given(str(request.header("authorization")))
    shown = client.redactor.text(f"{found['oauth_signature']} {found['oauth_token']}")
    assert "kd94" not in shown
    assert "nnch" not in shown
