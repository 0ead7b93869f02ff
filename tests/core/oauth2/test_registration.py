"""What a provider is told of a client, what is kept of its answer, and how the client is removed again."""

import json
from typing import Any

import pytest

from core.errors import VendorError
from core.oauth2 import register, unregister

PLACE = "https://id.acme.example/register"
OWN = f"{PLACE}/c-1"


def answered(
    client: Any, ends: Any, answer: Any, said: dict[str, Any], *redirects: str, **method: Any
) -> Any:
    who = client("authorization_code", register_url=PLACE, **method)
    return ends(register(who, redirects), answer({"client_id": "c-1", **said}, 201))


def test_a_client_is_registered_for_what_it_does(client: Any, ends: Any, answer: Any) -> None:
    answered(client, ends, answer, {}, "http://127.0.0.1:8733/callback", scopes={"default": ["a", "b"]})
    asked = json.loads(ends.asked[0].body)
    assert asked["grant_types"] == ["authorization_code", "refresh_token"]
    assert (asked["response_types"], asked["scope"]) == (["code"], "a b")
    assert (asked["application_type"], asked["token_endpoint_auth_method"]) == (
        "native",
        "client_secret_basic",
    )
    answered(client, ends, answer, {}, "https://desk.acme.example/callback")
    assert "application_type" not in json.loads(ends.asked[0].body)


def test_what_changes_a_client_is_kept_with_its_address(client: Any, ends: Any, answer: Any) -> None:
    said = {"client_secret": "a-secret-value", "client_secret_expires_at": 1_900_000_000,
            "registration_access_token": "a-token-value", "registration_client_uri": OWN}  # fmt: skip
    made = answered(client, ends, answer, said)
    assert (made.id, made.secret, made.access_token, made.url) == (
        "c-1",
        "a-secret-value",
        "a-token-value",
        OWN,
    )
    assert made.secret_expires_us == 1_900_000_000 * 1_000_000
    assert "a-token-value" not in repr(made)
    assert "a-secret-value" not in repr(made)


@pytest.mark.parametrize(
    "place", ["https://evil.example/c-1", "http://id.acme.example/register/c-1", "javascript:1", "", None, 7]
)
def test_what_changes_a_client_goes_to_nobody_else(client: Any, ends: Any, answer: Any, place: Any) -> None:
    said = {"registration_access_token": "a-token-value", "registration_client_uri": place}
    made = answered(client, ends, answer, said)
    assert (made.access_token, made.url) == (None, None)


@pytest.mark.parametrize(("end", "known"), [(0, None), (None, None), ("soon", None), (-1, None)])
def test_a_secret_may_have_no_end(client: Any, ends: Any, answer: Any, end: Any, known: None) -> None:
    assert answered(client, ends, answer, {"client_secret_expires_at": end}).secret_expires_us is known


@pytest.mark.parametrize(("status", "was_there"), [(204, True), (200, True), (401, False), (404, False)])
def test_a_client_is_removed_at_its_own_address(
    client: Any, ends: Any, answer: Any, status: int, was_there: bool
) -> None:
    who = client()
    assert ends(unregister(who, OWN, "a-token-value"), answer("", status)) is was_there
    request = ends.asked[0]
    assert (request.method, request.url) == ("DELETE", OWN)
    assert request.header("authorization") == "Bearer a-token-value"
    assert "a-token-value" not in who.unsealed.redactor.text("a-token-value")


def test_a_client_that_stays_is_told(client: Any, ends: Any, answer: Any) -> None:
    with pytest.raises(VendorError, match="refused the removal of a client"):
        ends(unregister(client(), OWN, "a-token-value"), answer({"error": "no"}, 403))
