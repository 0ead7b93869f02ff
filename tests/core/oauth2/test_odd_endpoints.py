"""Token endpoints as vendors really have them, said as data in the connector's file."""

import base64
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from core.auth import oauth2 as kind
from core.errors import ConfigError, ConnectError, VendorError
from core.oauth2 import (
    ask_who,
    authorize_url,
    client_credentials,
    exchange_code,
    password,
    poll_device,
    refresh,
    start_device,
)
from core.request import Request
from core.tokens import TokenSet

GOOD = {"access_token": "at-1", "expires_in": 3600}
NOW_US = 1_800_000_000_000_000


def test_a_client_proves_itself_in_the_header_as_a_form_would_write_it(
    client: Any, ends: Any, answer: Any
) -> None:
    ends(client_credentials(client(values={"client_id": "a b:c", "client_secret": "s+/%é"})), answer(GOOD))
    scheme, pair = (ends.asked[0].header("authorization") or "").split()
    assert scheme == "Basic"
    assert base64.b64decode(pair) == b"a+b%3Ac:s%2B%2F%25%C3%A9"
    assert ends.form == {"grant_type": "client_credentials"}


def test_a_client_proves_itself_in_the_body(client: Any, ends: Any, answer: Any) -> None:
    ends(client_credentials(client(client_auth="post", scopes=["a", "b"])), answer(GOOD))
    assert ends.form == {"grant_type": "client_credentials", "client_id": "me",
                         "client_secret": "our-secret-value", "scope": "a b"}  # fmt: skip


def test_parameters_have_other_names_and_go_as_json(client: Any, ends: Any, answer: Any) -> None:
    odd = client(
        client_auth="post", body="json", names={"client_id": "appKey", "client_secret": "appSecret"},
        params={"token": {"tenant": "{{ connection.name }}", "grant_type": None}}, headers={"X-Version": "2"},
    )  # fmt: skip
    ends(client_credentials(odd), answer(GOOD))
    assert json.loads(ends.asked[0].body) == {"appKey": "me", "appSecret": "our-secret-value", "tenant": "it"}
    assert ends.asked[0].header("content-type") == "application/json"
    assert ends.asked[0].header("x-version") == "2"


def test_parameters_go_into_the_query(client: Any, ends: Any, answer: Any) -> None:
    ends(client_credentials(client(client_auth="post", body="query", token_method="GET")), answer(GOOD))
    assert ends.asked[0].method == "GET"
    assert ends.asked[0].body is None
    assert dict(parse_qsl(urlsplit(ends.asked[0].url).query))["client_secret"] == "our-secret-value"


def test_audience_and_resource_are_sent(client: Any, ends: Any, answer: Any) -> None:
    ends(client_credentials(client(audience="urn:api", resource="https://api.acme.example")), answer(GOOD))
    assert ends.form["audience"] == "urn:api"
    assert ends.form["resource"] == "https://api.acme.example"


def test_scopes_are_parted_by_commas_both_ways(client: Any, ends: Any, answer: Any) -> None:
    odd = client(scopes={"required": ["a"], "default": ["b"], "separator": ","})
    tokens = ends(client_credentials(odd), answer({**GOOD, "scope": "a,b"}))
    assert ends.form["scope"] == "a,b"
    assert tokens.scopes == ("a", "b")


@pytest.mark.parametrize(
    ("token", "body", "seconds"),
    [
        ({}, {"expires_in": 3600}, 3600),
        ({}, {"expires_in": "3600"}, 3600),
        ({}, {"expires_at": 1_800_000_100}, 100),
        ({}, {"expires_at": 1_800_000_100_000}, 100),
        ({}, {"expires_at": "2027-01-15T08:01:40Z"}, 100),
        ({}, {"expires_at": "2027-01-15T09:01:40+01:00"}, 100),
        ({"expires_at": "data.ends"}, {"data": {"ends": "1800000100"}}, 100),
        ({"lifetime": 7200}, {}, 7200),
        ({"lifetime": 7200}, {"expires_in": 60}, 60),
        ({}, {}, None),
        ({}, {"expires_in": 0}, None),
        ({}, {"expires_in": None}, None),
    ],
)  # fmt: skip
def test_when_tokens_end_is_told_in_many_ways(
    client: Any, ends: Any, answer: Any, token: Any, body: Any, seconds: int | None
) -> None:
    tokens = ends(client_credentials(client(token=token)), answer({"access_token": "at-1", **body}))
    expected = NOW_US + seconds * 1_000_000 if seconds is not None else None
    assert tokens.expires_us == expected


def test_a_date_is_read_by_the_clock_that_wrote_it(client: Any, ends: Any, answer: Any) -> None:
    # Their clock is ten minutes behind ours.
    body = {"access_token": "at-1", "expires_at": 1_800_000_000 - 600 + 3600}
    tokens = ends(client_credentials(client()), answer(body, date="Fri, 15 Jan 2027 07:50:00 GMT"))
    assert tokens.expires_us == NOW_US + 3_600_000_000


def test_tokens_are_nested(client: Any, ends: Any, answer: Any) -> None:
    paths = {
        "access": "data.user.token",
        "refresh": "data.user.renewal",
        "expires_in": "data.ttl",
        "scope": "data.may",
    }
    odd = client("password", token=paths, values={"username": "ada", "password": "her password"})
    body = {"data": {"user": {"token": "at-1", "renewal": "rt-1"}, "ttl": 60, "may": ["x", "y"]}}
    tokens = ends(password(odd), answer(body))
    assert tokens.values == {"access_token": "at-1", "refresh_token": "rt-1"}
    assert tokens.scopes == ("x", "y")
    assert tokens.expires_us == NOW_US + 60_000_000


def test_tokens_come_as_a_form(client: Any, ends: Any, answer: Any) -> None:
    body = answer("access_token=at-1&scope=repo%2Cgist&token_type=bearer")
    assert ends(client_credentials(client()), body).values == {"access_token": "at-1"}


def test_an_error_comes_with_status_200(client: Any, ends: Any, answer: Any) -> None:
    odd = client(token={"error": "ok == `false` && error"})
    with pytest.raises(VendorError, match="client id and the client secret"):
        ends(client_credentials(odd), answer({"ok": False, "error": "invalid_client"}))
    assert (
        ends(client_credentials(odd), answer({"ok": True, "error": "", **GOOD})).values["access_token"]
        == "at-1"
    )


def test_a_refresh_keeps_what_the_answer_does_not_say_again(client: Any, ends: Any, answer: Any) -> None:
    held = TokenSet(
        {"access_token": "at-0", "refresh_token": "rt-0", "id_token": "i.d.t"}, 1, 2, 3, ("a",), {"x": 1}
    )
    new = ends(refresh(client("authorization_code"), "rt-0", held), answer(GOOD))
    assert new.values == {"access_token": "at-1", "refresh_token": "rt-0", "id_token": "i.d.t"}
    assert (new.scopes, new.captured, new.refresh_expires_us) == (("a",), {"x": 1}, 3)
    assert "scope" not in ends.form
    new = ends(refresh(client("authorization_code"), "rt-0", held), answer({**GOOD, "refresh_token": "rt-1"}))
    assert (new.refresh_token, new.refresh_expires_us) == ("rt-1", None)


def test_a_refresh_asks_for_scopes_where_the_provider_wants_them(client: Any, ends: Any, answer: Any) -> None:
    held = TokenSet({"access_token": "at-0", "refresh_token": "rt-0"}, 1, scopes=("a", "b"))
    odd = client("authorization_code", refresh={"send_scope": True}, params={"refresh": {"again": "yes"}})
    ends(refresh(odd, "rt-0", held), answer(GOOD))
    assert ends.form["scope"] == "a b"
    assert ends.form["again"] == "yes"


def test_facts_are_captured_and_secret_ones_kept_apart(client: Any, ends: Any, answer: Any) -> None:
    captured = [
        {"key": "instance_url"},
        {"key": "team", "path": "team.id"},
        {"key": "org", "path": "id", "regex": "/id/([^/]+)/"},
        {"key": "bot_token", "path": "bot.token", "secret": True},
        {"key": "shop", "from": "callback"},
        {"key": "absent", "path": "nowhere"},
    ]
    odd = client("authorization_code", captured=captured)
    attempt = ends(authorize_url(odd, "http://127.0.0.1/cb"))
    body = {**GOOD, "instance_url": "https://eu1.acme.example", "team": {"id": 7},
            "id": "https://x/id/00D1/005", "bot": {"token": "bot-secret"}}  # fmt: skip
    back = {"code": "c", "shop": "acme.shop.example"}
    tokens = ends(exchange_code(odd, attempt, "c", back), answer(body))
    assert tokens.captured == {"instance_url": "https://eu1.acme.example", "team": 7, "org": "00D1",
                               "shop": "acme.shop.example"}  # fmt: skip
    assert tokens.values["bot_token"] == "bot-secret"
    assert odd.unsealed.redactor.text("it is bot-secret") == "it is •••"


def test_the_address_to_open_holds_what_the_provider_wants(client: Any, ends: Any) -> None:
    odd = client(
        "authorization_code", scopes={"default": ["a", "b"], "separator": ","}, names={"client_id": "app"},
        params={"authorize": {"access_type": "offline", "scope": None, "user_scope": "chat"}}, audience="urn:x",
    )  # fmt: skip
    url = ends(authorize_url(odd, "http://127.0.0.1:9/cb", state="st")).url
    assert dict(parse_qsl(urlsplit(url).query)) == {
        "response_type": "code", "app": "me", "redirect_uri": "http://127.0.0.1:9/cb", "state": "st",
        "audience": "urn:x", "access_type": "offline", "user_scope": "chat", "code_challenge_method": "S256",
        "code_challenge": dict(parse_qsl(urlsplit(url).query))["code_challenge"],
    }  # fmt: skip


def test_the_challenge_is_that_of_rfc_7636(client: Any, ends: Any) -> None:
    odd = client("authorization_code")
    object.__setattr__(odd, "random", lambda size: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    query = dict(parse_qsl(urlsplit(ends(authorize_url(odd, "http://127.0.0.1/cb")).url).query))
    assert query["code_challenge"] == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_device_is_asked_for_more_slowly_when_the_provider_says_so(
    client: Any, ends: Any, answer: Any
) -> None:
    odd = client("device_code", client_auth="none")
    started = {
        "device_code": "dc",
        "user_code": "AB-12",
        "verification_url": "https://acme.example/go",
        "expires_in": "60",
    }
    device = ends(start_device(odd), answer(started))
    assert (device.user_code, device.url, device.interval_s) == ("AB-12", "https://acme.example/go", 5)
    assert device.expires_us == NOW_US + 60_000_000
    device = ends(poll_device(odd, device), answer({"error": "authorization_pending"}, 400))
    assert device.interval_s == 5
    device = ends(poll_device(odd, device), answer({"error": "slow_down"}, 400))
    device = ends(poll_device(odd, device), answer({"error": "slow_down"}, 400))
    device = ends(poll_device(odd, device), answer("<html>busy</html>", 503))
    assert device.interval_s == 20
    assert ends(poll_device(odd, device), answer(GOOD)).values["access_token"] == "at-1"


@pytest.mark.parametrize(
    ("code", "words"),
    [("expired_token", "nobody entered the code for acme in time"), ("access_denied", "acme was declined")],
)
def test_a_device_code_ends(client: Any, ends: Any, answer: Any, code: str, words: str) -> None:
    odd = client("device_code")
    device = ends(
        start_device(odd), answer({"device_code": "dc", "user_code": "A", "verification_uri": "https://x"})
    )
    with pytest.raises(VendorError, match=words):
        ends(poll_device(odd, device), answer({"error": code}, 400))


def test_endpoints_are_read_from_the_metadata_of_the_issuer(client: Any, ends: Any, answer: Any) -> None:
    found = client(
        issuer="https://id.acme.example/realm", token_url=None, authorize_url=None, device_url=None
    )
    flow = client_credentials(found)
    assert next(flow).url == "https://id.acme.example/realm/.well-known/openid-configuration"
    assert (
        flow.send(answer({}, 404)).url
        == "https://id.acme.example/.well-known/oauth-authorization-server/realm"
    )
    metadata = {"issuer": "https://id.acme.example/realm", "token_endpoint": "https://tokens.acme.example/t"}
    assert flow.send(answer(metadata)).url == "https://tokens.acme.example/t"
    with pytest.raises(StopIteration) as end:
        flow.send(answer(GOOD))
    assert end.value.value.captured["_discovered"]["token_url"] == "https://tokens.acme.example/t"


def test_the_metadata_of_another_issuer_is_refused(client: Any, ends: Any, answer: Any) -> None:
    found = client(issuer="https://id.acme.example", token_url=None)
    with pytest.raises(
        ConfigError, match=r"is that of https://evil\.example, not of https://id\.acme\.example"
    ):
        ends(
            client_credentials(found),
            answer({"issuer": "https://evil.example", "token_endpoint": "https://evil.example/t"}),
        )


def test_what_a_person_may_use_is_read_from_a_list(client: Any, ends: Any, answer: Any) -> None:
    captured = [{"key": "cloud_id", "from": "userinfo", "path": "[0].id"}]
    odd = client("authorization_code", captured=captured, userinfo_url="https://api.acme.example/sites")
    attempt = ends(authorize_url(odd, "http://127.0.0.1/cb"))
    tokens = ends(exchange_code(odd, attempt, "c"), answer(GOOD))
    assert ends(ask_who(odd, tokens), answer([{"id": "site-7"}])).captured == {"cloud_id": "site-7"}
    assert ends.asked[-1].header("authorization") == "Bearer at-1"


def test_a_certificate_proves_who_asks_where_the_metadata_says(client: Any, ends: Any, answer: Any) -> None:
    odd = client(client_auth="tls", issuer="https://id.acme.example", token_url=None)
    assert [one.key for one in odd.method.inputs] == [
        "client_id",
        "certificate",
        "private_key",
        "key_password",
    ]
    assert odd.method.certificate.cert == "{{ auth.certificate }}"
    metadata = {"issuer": "https://id.acme.example", "token_endpoint": "https://id.acme.example/token",
                "mtls_endpoint_aliases": {"token_endpoint": "https://mtls.acme.example/token"}}  # fmt: skip
    ends(client_credentials(odd), answer(metadata), answer(GOOD))
    assert ends.asked[-1].url == "https://mtls.acme.example/token"
    assert ends.form == {"client_id": "me", "grant_type": "client_credentials"}


@pytest.mark.parametrize(
    ("place", "where"),
    [
        ({"in": "header", "name": "X-Token"}, "header"),
        ({"in": "query", "name": "token"}, "url"),
        ({"in": "cookie", "name": "token"}, "cookie"),
        ({"in": "body", "name": "token"}, "body"),
        ({"in": "header", "name": "Authorization", "format": "token {{ auth.access_token }}"}, "own"),
    ],
)
def test_a_token_goes_where_the_connector_says(client: Any, place: dict[str, str], where: str) -> None:
    odd = client(apply=[place])
    odd.unsealed.learn(TokenSet({"access_token": "at-1"}, 1))
    request = next(kind.authorize(odd.method, Request("POST", "https://x.example/a?b=1"), odd.unsealed))
    found = {
        "header": request.header("x-token"),
        "own": request.header("authorization"),
        "url": request.url,
        "cookie": request.header("cookie"),
        "body": (request.body or b"").decode(),
    }
    assert found[where] == {
        "header": "Bearer at-1",
        "own": "token at-1",
        "url": "https://x.example/a?b=1&token=at-1",
        "cookie": "token=at-1",
        "body": '{"token":"at-1"}',
    }[where]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "url", "words"),
    [
        ("token_endpoint", "http://id.acme.example/t", "leads out of TLS: its token_url"),
        ("authorization_endpoint", "javascript:alert(1)", "no plain http or https address"),
    ],
)
def test_metadata_does_not_lead_out_of_tls(
    client: Any, ends: Any, answer: Any, name: str, url: str, words: str
) -> None:
    found = client("authorization_code", issuer="https://id.acme.example", token_url=None, authorize_url=None)
    metadata = {"issuer": "https://id.acme.example", "token_endpoint": "https://id.acme.example/t", name: url}
    with pytest.raises(ConnectError, match=words):
        ends(authorize_url(found, "http://127.0.0.1/cb"), answer(metadata))


def test_a_page_that_is_no_web_page_is_not_shown(client: Any, ends: Any, answer: Any) -> None:
    started = {"device_code": "dc", "user_code": "A", "verification_uri": "javascript:alert(1)"}
    with pytest.raises(VendorError, match="gave no code to enter"):
        ends(start_device(client("device_code")), answer(started))
    started |= {"verification_uri": "https://acme.example", "verification_uri_complete": "file:///etc/passwd"}
    assert ends(start_device(client("device_code")), answer(started)).whole_url is None
