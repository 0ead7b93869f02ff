"""Who may do what, and how a refusal looks."""

import base64

import pytest

from core.practice import PracticeService


def basic(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def test_anybody_may_ask_who_the_service_is(call_open, practice: PracticeService) -> None:
    told = call_open("GET", "/").json
    assert told["service"] == "connect-tui practice"
    assert told["instance"] == practice.instance
    assert told["version"]


def test_a_bearer_token_signs_in(call_open, practice: PracticeService) -> None:
    me = call_open("GET", "/me", authorization=f"Bearer {practice.credentials.token}").json
    assert (me["name"], me["method"]) == ("agent@practice", "bearer")
    assert "tickets:write" in me["scopes"]


def test_a_user_name_and_password_sign_in(call_open, practice: PracticeService) -> None:
    known = practice.credentials
    me = call_open("GET", "/me", authorization=basic(known.username, known.password)).json
    assert me["method"] == "basic"


@pytest.mark.parametrize("place", ["header", "query"])
def test_an_api_key_signs_in_by_header_and_by_query(call_open, practice: PracticeService, place: str) -> None:
    key = practice.credentials.api_key
    answer = (
        call_open("GET", "/me", x_api_key=key)
        if place == "header"
        else call_open("GET", f"/me?api_key={key}")
    )
    assert answer.json["method"] == "api_key"


@pytest.mark.parametrize(
    ("headers", "code", "words"),
    [
        ({}, "no_credentials", "no credentials"),
        ({"authorization": "Bearer wrong"}, "bad_credentials", "token"),
        ({"authorization": "Bearer "}, "bad_credentials", "token"),
        ({"authorization": basic("agent", "wrong")}, "bad_credentials", "password"),
        ({"authorization": "Basic %%%"}, "bad_credentials", "cannot be read"),
        ({"authorization": "Digest username=agent"}, "no_credentials", "Digest"),
        ({"x_api_key": "wrong"}, "bad_credentials", "API key"),
    ],
)
def test_wrong_credentials_are_refused_with_a_challenge(call_open, headers, code: str, words: str) -> None:
    answer = call_open("GET", "/tickets", **headers)
    assert answer.status == 401
    assert answer.error["code"] == code
    assert words in answer.error["message"]
    assert answer.header("WWW-Authenticate") == 'Bearer realm="practice", Basic realm="practice"'


def test_a_wrong_token_is_never_repeated_in_the_answer(call_open) -> None:
    answer = call_open("GET", "/tickets", authorization="Bearer canary-6160")
    assert b"canary" not in answer.body


def test_the_reading_key_reads_but_does_not_write(call_open, practice: PracticeService) -> None:
    key = practice.credentials.read_only_key
    assert call_open("GET", "/tickets", x_api_key=key).status == 200
    refused = call_open("POST", "/tickets", {"subject": "x", "customer_id": 1}, x_api_key=key)
    assert refused.status == 403
    assert refused.error["code"] == "missing_scope"
    assert refused.error["scope"] == "tickets:write"


def test_the_narrow_token_sees_customers_but_no_tickets(call_open, practice: PracticeService) -> None:
    token = f"Bearer {practice.credentials.narrow_token}"
    assert call_open("GET", "/customers", authorization=token).status == 200
    refused = call_open("GET", "/tickets", authorization=token)
    assert (refused.status, refused.error["scope"]) == (403, "tickets:read")


@pytest.mark.parametrize(
    "host", ["practice.evil.example", "127.0.0.1.evil.example:8734", "10.0.0.1", "[::2]", "[oops"]
)
def test_a_foreign_host_header_is_refused(call, host: str) -> None:
    answer = call("GET", "/tickets", host=host)
    assert (answer.status, answer.error["code"]) == (403, "foreign_host")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:9999", "[::1]:80", "LOCALHOST"])
def test_every_name_of_loopback_is_a_good_host(call, host: str) -> None:
    assert call("GET", "/me", host=host).status == 200


def test_a_web_page_of_somebody_else_is_refused(call) -> None:
    assert call("GET", "/me", origin="https://evil.example").error["code"] == "foreign_origin"
    assert call("GET", "/me", origin="http://localhost:3000").status == 200


def test_an_unknown_route_is_not_found_and_a_wrong_method_names_the_right_ones(call) -> None:
    assert call("GET", "/nowhere").error["code"] == "no_such_route"
    refused = call("PUT", "/tickets", {})
    assert refused.status == 405
    assert refused.header("Allow") == "GET, POST"
