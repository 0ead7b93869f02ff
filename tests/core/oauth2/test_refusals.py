"""What a provider refuses becomes an instruction that names the authentication."""

from typing import Any

import pytest

from core.errors import SignInNeededError, VendorError
from core.oauth2 import client_credentials, introspect, jwt_bearer, password, refresh, revoke
from core.tokens import TokenSet

HELD = TokenSet({"access_token": "at-0", "refresh_token": "rt-0"}, 1)


@pytest.mark.parametrize(
    ("status", "body", "kind", "words", "retryable"),
    [
        (400, {"error": "invalid_grant"}, SignInNeededError, "no longer accepts the refresh token of acme", False),
        (400, {"error": "invalid_grant", "error_description": "Token has been revoked."}, SignInNeededError,
         r"\(expired, revoked or used elsewhere\): Token has been revoked\.", False),
        (401, {"error": "invalid_client"}, VendorError, "client id and the client secret of acme", False),
        (401, {}, VendorError, r"refused without a reason \(status 401\)", True),
        (401, {"message": "Unauthorized"}, VendorError, "a gateway may have answered", True),
        (400, {"error": "invalid_scope"}, VendorError, "refuses the permissions that acme asks for", False),
        (400, {"error": "unauthorized_client"}, VendorError, "does not let the client of acme ask", False),
        (400, {"error": "temporarily_unavailable"}, VendorError, "cannot do the refresh of acme at the moment", True),
        (400, {"error": "interaction_required"}, SignInNeededError, "wants a person", False),
        (503, {}, VendorError, "at the moment: status 503", True),
        (500, "<html>oops</html>", VendorError, "at the moment: status 500", True),
        (429, {}, VendorError, "at the moment: status 429", True),
        (200, "<html>please wait</html>", VendorError, "where JSON was expected", True),
        (302, "", VendorError, "where JSON was expected", True),
        (400, {"error": "something_new", "error_description": "no idea"}, VendorError, "something_new: no idea", False),
        (400, {"error": {"message": "bad", "type": "OAuthException", "code": 190}}, VendorError, "190: bad", False),
        (200, {"token": "elsewhere"}, VendorError, "without a token at `access_token`", False),
    ],
)  # fmt: skip
def test_each_refusal_has_a_sentence(
    client: Any,
    ends: Any,
    answer: Any,
    status: int,
    body: Any,
    kind: type[Exception],
    words: str,
    retryable: bool,
) -> None:
    with pytest.raises(kind, match=words) as caught:
        ends(refresh(client("authorization_code"), "rt-0", HELD), answer(body, status))
    assert type(caught.value) is kind
    failure: Any = caught.value.failure  # type: ignore[attr-defined]
    assert failure.retryable is retryable
    assert failure.remedy


def test_a_dead_refresh_token_is_told_with_the_command_that_helps(
    client: Any, ends: Any, answer: Any
) -> None:
    with pytest.raises(SignInNeededError) as caught:
        ends(refresh(client("authorization_code"), "rt-0", HELD), answer({"error": "invalid_grant"}, 400))
    assert caught.value.failure.remedy == "sign in again: `connect-tui auth sign-in acme`"


def test_a_connector_says_what_else_means_that_a_token_is_dead(client: Any, ends: Any, answer: Any) -> None:
    dead = "response.status == `403` && response.body.code == 'GONE' && response.headers.\"x-why\" == 'old'"
    odd = client("authorization_code", refresh={"dead_when": dead})
    with pytest.raises(SignInNeededError, match="no longer accepts"):
        ends(refresh(odd, "rt-0", HELD), answer({"code": "GONE"}, 403, x_why="old"))
    with pytest.raises(VendorError):
        ends(refresh(odd, "rt-0", HELD), answer({"code": "GONE"}, 403))


def test_a_wrong_password_is_told_as_one(client: Any, ends: Any, answer: Any) -> None:
    odd = client("password", values={"username": "ada", "password": "wrong one"})
    with pytest.raises(SignInNeededError, match="user name and password of acme"):
        ends(password(odd), answer({"error": "invalid_grant"}, 400))


def test_an_assertion_that_is_refused_kills_nothing(
    client: Any, ends: Any, answer: Any, service_account: dict[str, str]
) -> None:
    odd = client("jwt_bearer", client_auth="none", values={"private_key": service_account["private_key"]})
    with pytest.raises(VendorError, match="signed assertion of acme") as caught:
        ends(jwt_bearer(odd), answer({"error": "invalid_grant", "error_description": "Invalid JWT"}, 400))
    assert "clock" in caught.value.failure.remedy


def test_nothing_secret_stands_in_an_error(client: Any, ends: Any, answer: Any) -> None:
    odd = client(client_auth="post")
    body = {"error": "invalid_request", "error_description": "client_secret our-secret-value is wrong"}
    with pytest.raises(VendorError) as caught:
        ends(client_credentials(odd), answer(body, 400))
    assert "our-secret-value" not in odd.unsealed.redactor.text(caught.value.failure.message)


def test_a_token_that_is_not_found_is_not_recorded_either(client: Any, ends: Any, answer: Any) -> None:
    odd = client()
    with pytest.raises(VendorError, match="without a token"):
        ends(client_credentials(odd), answer({"data": [{"key": "abcdef-0123456789"}], "note": "all is well"}))
    shown = odd.unsealed.redactor.body(
        b'{"data": [{"key": "abcdef-0123456789"}], "note": "all is well"}'
    ).decode()
    assert shown == '{"data": [{"key": "•••"}], "note": "all is well"}'


@pytest.mark.parametrize("verb", ["introspect", "revoke"])
@pytest.mark.parametrize("status", [429, 503, 400])
def test_what_is_no_sign_in_names_its_own_command(
    client: Any, ends: Any, answer: Any, verb: str, status: int
) -> None:
    place = f"https://id.acme.example/{verb}"
    person = client("authorization_code", introspect_url=place, revoke_url=place)
    asking = introspect(person, HELD) if verb == "introspect" else revoke(person, HELD)
    with pytest.raises(VendorError) as caught:
        ends(asking, answer({"error": "invalid_grant" if verb == "introspect" else "odd"}, status))
    assert f"`connect-tui auth {verb} acme`" in caught.value.failure.remedy
    assert "code" not in caught.value.failure.message


def test_json_that_is_no_object_is_not_told_as_no_json(client: Any, ends: Any, answer: Any) -> None:
    with pytest.raises(VendorError, match=r"with JSON that is broken or no object \(status 200\)$"):
        ends(
            refresh(client("authorization_code"), "rt-0", HELD), answer("[]", content_type="application/json")
        )
