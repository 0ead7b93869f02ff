"""Every grant and what belongs to it, against a real provider."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from core.auth import oauth2 as kind
from core.errors import SignInNeededError, VendorError
from core.oauth2 import (
    Client,
    ask_who,
    authorize_url,
    client_credentials,
    exchange_code,
    introspect,
    poll_device,
    refresh,
    register,
    revoke,
    start_device,
)
from core.request import Request
from core.tokens import TokenSet

pytestmark = pytest.mark.peer

REDIRECT = "http://127.0.0.1:8765/callback"
Carry = Callable[[Any], Any]
ClientOf = Callable[..., Client]


def signed_in(client: Client, carry: Carry, browser: Any, **options: Any) -> TokenSet:
    """Sign in as a person would."""
    attempt = carry(authorize_url(client, REDIRECT, **options))
    back = dict(parse_qsl(urlsplit(browser.sign_in(attempt.url)).query))
    assert back["state"] == attempt.state
    return carry(ask_who(client, carry(exchange_code(client, attempt, back["code"], back))))


@pytest.mark.parametrize("method", ["web", "public", "pushed", "open"])
def test_a_person_signs_in_with_a_code(client_of: ClientOf, carry: Carry, browser: Any, method: str) -> None:
    client = client_of(method, "public" if method in {"public", "open"} else "web")
    tokens = signed_in(client, carry, browser)
    assert tokens.refresh_token
    assert tokens.values["access_token"]
    assert tokens.values["id_token"]
    assert set(tokens.scopes or ()) == {"openid", "offline_access", "email", "read"}
    assert tokens.expires_us is not None
    assert 3500 < (tokens.expires_us - tokens.obtained_us) / 1e6 <= 3600
    assert {"account": "ada@people.example", "subject": "ada"}.items() <= tokens.captured.items()
    assert tokens.captured["sent_by"] == client.unsealed.scope["var"]["issuer"]


def test_the_address_binds_the_code_to_who_asked(client_of: ClientOf, carry: Carry) -> None:
    plain = dict(parse_qsl(urlsplit(carry(authorize_url(client_of("web"), REDIRECT)).url).query))
    assert plain["code_challenge_method"] == "S256"
    assert {"state", "nonce", "redirect_uri", "code_challenge"} <= plain.keys()
    pushed = dict(parse_qsl(urlsplit(carry(authorize_url(client_of("pushed", "web"), REDIRECT)).url).query))
    assert pushed.keys() == {"client_id", "request_uri"}
    open_ = dict(parse_qsl(urlsplit(carry(authorize_url(client_of("open", "public"), REDIRECT)).url).query))
    assert "code_challenge" not in open_


def test_a_code_without_its_verifier_gives_nothing(client_of: ClientOf, carry: Carry, browser: Any) -> None:
    client = client_of("public")
    attempt = carry(authorize_url(client, REDIRECT))
    back = dict(parse_qsl(urlsplit(browser.sign_in(attempt.url)).query))
    with pytest.raises(VendorError, match="does not take the code"):
        carry(exchange_code(client, replace(attempt, verifier="x" * 64), back["code"], back))


def test_an_answer_of_another_provider_is_refused(client_of: ClientOf, carry: Carry, browser: Any) -> None:
    client = client_of("web")
    attempt = carry(authorize_url(client, REDIRECT))
    back = dict(parse_qsl(urlsplit(browser.sign_in(attempt.url)).query))
    for wrong in ({**back, "iss": "https://evil.example"}, {"code": back["code"], "state": back["state"]}):
        with pytest.raises(VendorError, match=r"the answer is from"):
            carry(exchange_code(client, attempt, back["code"], wrong))
    assert carry(exchange_code(client, attempt, back["code"], back)).refresh_token


def test_optional_scopes_are_asked_for_when_chosen(client_of: ClientOf, carry: Carry, browser: Any) -> None:
    chosen = ["openid", "offline_access", "write"]
    assert "write" in (signed_in(client_of("web"), carry, browser, scopes=chosen).scopes or ())


def test_a_machine_without_a_browser_signs_in(client_of: ClientOf, carry: Carry, browser: Any) -> None:
    client = client_of("web")
    device = carry(start_device(client))
    assert device.interval_s == 5
    assert device.whole_url
    assert device.user_code in device.whole_url
    waiting = carry(poll_device(client, device))
    assert waiting == device
    browser.enter_code(device.url, device.user_code)
    tokens = carry(poll_device(client, device))
    assert isinstance(tokens, TokenSet)
    assert tokens.refresh_token
    assert carry(ask_who(client, tokens)).captured["account"] == "ada@people.example"


def test_a_person_who_declines_ends_the_waiting(client_of: ClientOf, carry: Carry, browser: Any) -> None:
    client = client_of("web")
    device = carry(start_device(client))
    browser.enter_code(device.url, device.user_code, allows=False)
    with pytest.raises(VendorError, match="was declined"):
        carry(poll_device(client, device))


@pytest.mark.parametrize("method", ["machine", "poster", "signer", "keyed"])
def test_a_machine_proves_who_it_is(client_of: ClientOf, carry: Carry, method: str) -> None:
    tokens = carry(client_credentials(client_of(method)))
    assert tokens.scopes == ("read",)
    assert tokens.refresh_token is None
    assert tokens.expires_us is not None


@pytest.mark.parametrize("method", ["machine", "poster", "signer"])
def test_a_wrong_secret_is_told_as_one(client_of: ClientOf, carry: Carry, method: str) -> None:
    with pytest.raises(VendorError, match="client id and the client secret of") as caught:
        carry(client_credentials(client_of(method, client_secret="another-secret-that-is-as-long-as-it")))
    assert f"auth edit {method}" in caught.value.failure.remedy


def test_a_refresh_token_is_replaced_and_the_old_one_dies(
    client_of: ClientOf, carry: Carry, browser: Any
) -> None:
    client = client_of("public")
    first = signed_in(client, carry, browser)
    assert first.refresh_token is not None
    second = carry(refresh(client, first.refresh_token, first))
    assert second.refresh_token not in (None, first.refresh_token)
    assert second.captured["account"] == "ada@people.example"
    with pytest.raises(SignInNeededError, match="no longer accepts the refresh token of public") as caught:
        carry(refresh(client, first.refresh_token, first))
    assert "auth sign-in public" in caught.value.failure.remedy


def test_what_is_revoked_is_dead(client_of: ClientOf, carry: Carry, browser: Any) -> None:
    client = client_of("web")
    tokens = signed_in(client, carry, browser)
    said = carry(introspect(client, tokens))
    assert said["active"] is True
    assert said["client_id"] == "web"
    assert "read" in said["scope"]
    carry(revoke(client, tokens))
    assert carry(introspect(client, tokens))["active"] is False
    assert carry(introspect(client, tokens, "refresh_token"))["active"] is False
    carry(revoke(client, tokens))
    with pytest.raises(SignInNeededError):
        carry(refresh(client, tokens.refresh_token or "", tokens))


def test_a_token_that_is_bound_to_a_key_works_with_its_proof_alone(
    client_of: ClientOf, carry: Carry, browser: Any
) -> None:
    client = client_of("bound", "public")
    tokens = signed_in(client, carry, browser)
    client.unsealed.learn(tokens)
    me = Request("GET", f"{client.unsealed.scope['var']['issuer']}/me")
    answers: list[int] = []

    def ask(unsealed: Any) -> None:
        flow = kind.authorize(client.method, me, unsealed)

        def noted() -> Any:
            request = next(flow)
            while True:
                response = yield request
                answers.append(response.status)
                try:
                    request = flow.send(response)
                except StopIteration:
                    return

        carry(noted())

    ask(client.unsealed)
    assert answers[-1] == 200
    thief = replace(client, unsealed=client.unsealed)
    plain = me.with_header("Authorization", f"DPoP {tokens.values['access_token']}")

    def stolen() -> Any:
        return (yield plain)

    assert carry(stolen()).status in {400, 401}
    again = carry(refresh(thief, tokens.refresh_token or "", tokens))
    assert again.values["dpop_key"] == tokens.values["dpop_key"]


def test_the_nonce_of_a_resource_is_asked_for_once(client_of: ClientOf, carry: Carry, browser: Any) -> None:
    client = client_of("bound", "public")
    tokens = signed_in(client, carry, browser)
    fresh = client_of("bound", "public")
    fresh.unsealed.learn(tokens)
    me = Request("GET", f"{fresh.unsealed.scope['var']['issuer']}/me")
    counts = []
    for _ in range(2):
        flow, count = kind.authorize(fresh.method, me, fresh.unsealed), 0

        def counted(flow: Any = flow) -> Any:
            nonlocal count
            request = next(flow)
            while True:
                response = yield request
                count += 1
                try:
                    request = flow.send(response)
                except StopIteration:
                    return response

        assert carry(counted()).status == 200
        counts.append(count)
    assert counts == [2, 1]


def test_a_client_registers_itself_and_signs_in(client_of: ClientOf, carry: Carry, browser: Any) -> None:
    made = carry(register(client_of("web"), (REDIRECT,), more={"application_type": "native"}))
    assert made.id
    assert made.secret
    client = client_of("web", made.id, client_secret=made.secret)
    assert signed_in(client, carry, browser).refresh_token


def test_endpoints_are_asked_for_once_a_day(client_of: ClientOf, carry: Carry, browser: Any) -> None:
    client = client_of("web")
    tokens = signed_in(client, carry, browser)
    flow = refresh(client, tokens.refresh_token or "", tokens)
    assert next(flow).url.endswith("/token")
    later = replace(client, now=lambda: tokens.obtained_us / 1e6 + 2 * 86_400)
    assert next(refresh(later, tokens.refresh_token or "", tokens)).url.endswith("/openid-configuration")


@pytest.mark.parametrize("off_s", [-600, 600])
@pytest.mark.parametrize("method", ["keyed", "signer"])
def test_a_wrong_clock_here_is_no_obstacle_to_who_signs(
    client_of: ClientOf, carry: Carry, method: str, off_s: int
) -> None:
    client = replace(client_of(method), now=lambda: time.time() + off_s)
    tokens = carry(client_credentials(client))
    assert tokens.expires_us is not None
    assert abs(tokens.expires_us - client.now() * 1e6 - 3600e6) < 60e6


@pytest.mark.parametrize("off_s", [-600, 600])
def test_a_wrong_clock_here_is_no_obstacle_to_a_bound_token(
    client_of: ClientOf, carry: Carry, browser: Any, off_s: int
) -> None:
    client = replace(client_of("bound", "public"), now=lambda: time.time() + off_s)
    assert signed_in(client, carry, browser).values["dpop_key"]
