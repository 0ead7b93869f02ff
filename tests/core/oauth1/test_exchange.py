"""The requests of a sign-in by OAuth 1.0a, odd answers to them, and what each refusal tells a person to do."""

import json
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import pytest
from oauthlib.oauth1 import Client

from connectors import OAuth1Auth
from core.auth.oauth1 import base_string
from core.errors import ConfigError, ConnectError, SignInNeededError, VendorError
from core.oauth1 import Consumer, exchange_verifier, is_over, start
from core.request import Request, Response
from core.unseal import build_unsealed
from storage.records import Connection

NOW = 1_576_079_512.0
NONCE = bytes(range(10))
HOST = "https://1234567.restlets.api.netsuite.com"
SAID: dict[str, Any] = {
    "kind": "oauth1",
    "request_token_url": f"{HOST}/rest/requesttoken",
    "authorize_url": "https://1234567.app.netsuite.com/app/login/secure/authorizetoken.nl",
    "access_token_url": f"{HOST}/rest/accesstoken",
    "signature": "HMAC-SHA256",
}
GOOD = {"oauth_token": "temp", "oauth_token_secret": "temp-secret", "oauth_callback_confirmed": "true"}


def consumer(**method: Any) -> Consumer:
    connection = Connection("con_1", "p", "it", "acme", 1, "", None, "active", {}, 0, 0)
    given = {"consumer_key": "ck", "consumer_secret": "cs-secret-value"}
    spec = OAuth1Auth.model_validate_json(json.dumps({**SAID, **method}))
    unsealed = build_unsealed(connection, {}, given, [("auth", "consumer_secret")])
    return Consumer(spec, unsealed, "books", now=lambda: NOW, random=lambda _: NONCE)


def answer(body: Any, status: int = 200, media: str = "text/html", **headers: str) -> Response:
    text = body if isinstance(body, str) else urlencode(body)
    pairs = {"content-type": media, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Response(status, tuple(pairs.items()), text.encode(), HOST, 1, len(text))


def ended(flow: Any, *answers: Response) -> Any:
    """Give what a flow ends with after these answers, and its last request."""
    request = next(flow)
    try:
        for one in answers:
            request = flow.send(one)
    except StopIteration as end:
        return end.value, request
    raise AssertionError(f"it goes on with {request.url}")


def header(request: Request) -> dict[str, str]:
    text = (request.header("authorization") or "").removeprefix("OAuth ")
    pairs = (part.strip().partition("=") for part in text.split(","))
    return {name: unquote(value.strip('"')) for name, _, value in pairs}


def test_the_base_strings_that_netsuite_documents_are_written_letter_by_letter() -> None:
    key = "60712990bc09623786e7047c226bcb3f86d49dca0b04efc21001dc76d97a81f5"
    first = [
        ("oauth_callback", "https://my.example.com/TBA/?callbackRequest"),
        ("oauth_consumer_key", key),
        ("oauth_nonce", "bUvpxBX93OWo0FLswq5M"),
        ("oauth_signature_method", "HMAC-SHA256"),
        ("oauth_timestamp", "1575998103"),
        ("oauth_version", "1.0"),
        ("role", "45678"),
    ]
    assert base_string(Request("POST", SAID["request_token_url"]), first) == (
        "POST&https%3A%2F%2F1234567.restlets.api.netsuite.com%2Frest%2Frequesttoken&oauth_callback%3Dhttps%253A"
        f"%252F%252Fmy.example.com%252FTBA%252F%253FcallbackRequest%26oauth_consumer_key%3D{key}%26oauth_nonce"
        "%3DbUvpxBX93OWo0FLswq5M%26oauth_signature_method%3DHMAC-SHA256%26oauth_timestamp%3D1575998103"
        "%26oauth_version%3D1.0%26role%3D45678"
    )


@pytest.mark.parametrize("signature", ["HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT"])
def test_both_requests_are_signed_as_oauthlib_signs_them(signature: str) -> None:
    who = consumer(signature=signature)
    callback = "http://localhost:8733/callback?a=b c"
    temporary, first = ended(start(who, callback), answer(GOOD))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    usual: dict[str, Any] = {"signature_method": signature, "nonce": NONCE.hex(), "timestamp": str(int(NOW))}
    theirs = Client("ck", "cs-secret-value", callback_uri=callback, **usual)
    _, headers, _ = theirs.sign(first.url, "POST", "", dict(form))
    assert header(first) == header(Request("POST", first.url, tuple(headers.items())))
    _, second = ended(
        exchange_verifier(who, temporary, "v 1", {"x": "y"}),
        answer({"oauth_token": "t", "oauth_token_secret": "s"}),
    )
    theirs = Client("ck", "cs-secret-value", "temp", "temp-secret", verifier="v 1", **usual)
    _, headers, _ = theirs.sign(second.url, "POST", "", dict(form))
    assert header(second) == header(Request("POST", second.url, tuple(headers.items())))


def test_more_parameters_are_signed_and_sent_where_the_others_are() -> None:
    params = {
        "request_token": {"role": 45678},
        "authorize": {"state": "abc"},
        "access_token": {"x": "{{ auth.no }}"},
    }
    temporary, first = ended(start(consumer(params=params), "oob"), answer(GOOD))
    assert header(first)["role"] == "45678"
    assert dict(parse_qsl(urlsplit(temporary.page).query)) == {"oauth_token": "temp", "state": "abc"}
    request = next(start(consumer(params=params, **{"in": "query", "token_method": "GET"}), "oob"))
    assert (request.method, request.body) == ("GET", None)
    assert {"role", "oauth_callback", "oauth_signature"} <= dict(
        parse_qsl(urlsplit(request.url).query)
    ).keys()


def test_facts_are_captured_and_an_end_is_known() -> None:
    who = consumer(captured=[{"key": "user", "path": "screen_name"}, {"key": "role", "from": "callback"},
                             {"key": "pin", "secret": True}])  # fmt: skip
    temporary, _ = ended(start(who, "oob"), answer(json.dumps(GOOD), media="application/json"))
    body = {"oauth_token": "t", "oauth_token_secret": "s", "screen_name": "ada", "oauth_expires_in": "60",
            "pin": "4711-0815"}  # fmt: skip
    tokens, _ = ended(exchange_verifier(who, temporary, "v", {"role": "3"}), answer(body))
    assert dict(tokens.values) == {"token": "t", "token_secret": "s", "pin": "4711-0815"}
    assert dict(tokens.captured) == {"user": "ada", "role": "3"}
    assert tokens.expires_us == int((NOW + 60) * 1e6)
    never, _ = ended(exchange_verifier(who, temporary, "v"), answer({**body, "oauth_expires_in": "0"}))
    assert (never.expires_us, dict(never.captured)) == (None, {"user": "ada"})


REFUSALS = [
    (401, "oauth_problem=consumer_key_unknown", {}, SignInNeededError, "does not know the consumer key of books", "auth edit books"),
    (401, "oauth_problem=signature_invalid&oauth_problem_advice=check+it", {}, SignInNeededError, "signature of books: check it", "consumer secret"),
    (400, "error=unsupported_signature_method", {}, VendorError, "does not take HMAC-SHA256 from books", "`signature`"),
    (401, "", {"www_authenticate": 'OAuth oauth_problem="timestamp_refused"'}, VendorError, "time or the nonce", "clock of this machine"),
    (401, '{"error": {"code": "nonce_used", "message": "again"}}', {}, VendorError, "time or the nonce of books: again", "auth sign-in books"),
    (401, '{"errors": [{"code": 32, "message": "Could not authenticate you."}]}', {}, VendorError, "32: Could not authenticate you", "auth edit books"),
    (401, "Invalid signature. Expected something", {}, VendorError, "status 401: Invalid signature", "auth edit books"),
    (403, "", {"www_authenticate": 'OAuth realm="1", error="token_rejected", error_description="Invalid login attempt."'}, VendorError, "used before or too late.: Invalid login attempt", "auth sign-in books"),
    (503, "busy", {}, VendorError, "at the moment: status 503: busy", "auth sign-in books"),
    (429, "", {}, VendorError, "at the moment: status 429", "auth sign-in books"),
    (200, "<html>hello</html>", {}, VendorError, "without a token", "addresses of the connector"),
    (200, "oauth_token=a", {}, VendorError, "without a token", "addresses of the connector"),
    (200, "oauth_token=a&oauth_token_secret=b", {}, VendorError, "speaks OAuth 1.0, not 1.0a", "RFC 5849"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "headers", "kind", "words", "helps"), REFUSALS)
def test_each_refusal_has_a_sentence_and_the_next_command(
    status: int, body: str, headers: dict[str, str], kind: type[ConnectError], words: str, helps: str
) -> None:
    with pytest.raises(kind, match=words) as caught:
        ended(start(consumer(), "oob"), answer(body, status, **headers))
    assert type(caught.value) is kind
    assert helps in caught.value.failure.remedy


def test_a_wrong_clock_is_named_as_what_may_be_wrong() -> None:
    with pytest.raises(ConnectError) as caught:
        ended(start(consumer(), "oob"), answer("", 401, date=formatdate(NOW + 900, usegmt=True)))
    assert "15 minutes behind the server's" in caught.value.failure.remedy


def test_an_address_that_nothing_fills_is_told() -> None:
    with pytest.raises(ConfigError, match="the authorize_url of books is no http or https address"):
        next(start(consumer(authorize_url="{{ auth.none }}"), "oob"))


@pytest.mark.parametrize(
    ("status", "body", "is_so"),
    [
        (401, "oauth_problem=token_revoked", True),
        (401, "oauth_problem=timestamp_refused", False),
        (401, "no", False),
        (200, "oauth_problem=token_revoked", False),
    ],
)
def test_only_a_plain_word_of_the_vendor_kills_a_token(status: int, body: str, is_so: bool) -> None:
    assert is_over(answer(body, status)) is is_so


def test_what_is_secret_is_known_before_anything_is_recorded() -> None:
    who = consumer()
    temporary, _ = ended(start(who, "oob"), answer(GOOD))
    ended(exchange_verifier(who, temporary, "the-verifier"),
          answer({"oauth_token": "the-token", "oauth_token_secret": "the-secret"}))  # fmt: skip
    shown = who.unsealed.redactor.text("temp-secret the-verifier the-token the-secret cs-secret-value")
    assert shown == "••• ••• ••• ••• •••"
    with pytest.raises(ConnectError):
        ended(start(who, "oob"), answer("oauth_token=lone-token", 200))
    assert "lone" not in who.unsealed.redactor.text("lone-token")
