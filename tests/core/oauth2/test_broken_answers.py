"""What a provider says that cannot be meant: broken addresses, intervals and ends."""

import base64
from typing import Any

import pytest

from core.errors import ConfigError, ConnectError, VendorError
from core.oauth2 import client_credentials, refresh, start_device
from core.oauth2.capturing import claims_of
from core.tokens import say_end

from .conftest import NOW

YEAR_S = 365 * 24 * 3600
BROKEN = ["https://[", "https://id.acme.example:99999/t", "https://", "ftp://id.acme.example/t", "/token"]


@pytest.mark.parametrize("url", [*BROKEN, ["https://id.acme.example/t"], {"a": 1}, 7])
@pytest.mark.parametrize("name", ["token_endpoint", "userinfo_endpoint"])
def test_metadata_with_a_broken_address_is_refused_and_names_it(
    client: Any, ends: Any, answer: Any, name: str, url: Any
) -> None:
    found = client(token_url=None, issuer="https://id.acme.example")
    metadata = {"issuer": "https://id.acme.example", "token_endpoint": "https://id.acme.example/t", name: url}
    with pytest.raises(VendorError, match=rf"names no plain http or https address as its {name}"):
        ends(client_credentials(found), answer(metadata))


@pytest.mark.parametrize("name", ["issuer", "discovery"])
@pytest.mark.parametrize("url", BROKEN)
def test_a_broken_address_of_the_metadata_is_refused(client: Any, ends: Any, name: str, url: str) -> None:
    found = client(token_url=None, **{name: "{{ auth.place }}"}, values={"place": url})
    with pytest.raises(ConfigError, match="is no http or https address"):
        ends(client_credentials(found))


@pytest.mark.parametrize("name", ["token_url", "refresh_url"])
@pytest.mark.parametrize("url", BROKEN)
def test_a_broken_address_of_a_refresh_is_refused(client: Any, ends: Any, name: str, url: str) -> None:
    found = client("authorization_code", **{name: "{{ auth.place }}"}, values={"place": url})
    with pytest.raises(ConfigError, match=rf"the {name} of acme is no http or https address"):
        ends(refresh(found, "rt-0"))


async def test_a_broken_address_that_a_person_gave_is_told_as_one(
    engine: Any, small: Any, tmp_path: Any
) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("""
schema: connect/1
revision: 1
handle: broken
name: Broken
summary: A connector of the tests.
type: api
inputs: [{key: id_url, required: true}]
http: {base_url: 'http://127.0.0.1:1'}
auth:
  machine: {kind: oauth2, grants: [client_credentials], token_url: '{{ var.id_url }}'}
operations: {get: {request: {path: /}}}
""")
    engine.catalog.add(path)
    engine.workspace.create_connection(
        "broken", "it", method="machine", variables={"id_url": "https://[", "client_id": "me"},
        secrets={"client_secret": "our-secret-value"},
    )  # fmt: skip
    engine.workspace.activate("it")
    outcome = await engine.run("it", "get", {})
    assert (outcome.error.error_class, outcome.error.message) == (
        "config", "the token_url of it is no http or https address: 'https://['",
    )  # fmt: skip


STARTED = {"device_code": "dc", "user_code": "AB-12", "verification_uri": "https://acme.example/go"}


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (1e-9, 1), (0.3, 1), (1, 1), (7, 7), ("7", 7), (0, 5), (-5, 5), ("NaN", 5), ("Infinity", 5), ("-inf", 5),
        (1e300, 300), (None, 5), ([], 5), ("soon", 5),
    ],
)  # fmt: skip
def test_a_device_is_asked_for_at_most_once_a_second_and_not_too_rarely(
    client: Any, ends: Any, answer: Any, said: Any, seconds: float
) -> None:
    device = ends(start_device(client("device_code")), answer({**STARTED, "interval": said}))
    assert device.interval_s == seconds


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (900, 900), ("60", 60), (0, 600), (-1, 600), ("NaN", 600), ("Infinity", 600), (1e300, 86400), (1e-9, 0),
        (None, 600), ({}, 600),
    ],
)  # fmt: skip
def test_the_end_of_a_device_code_can_be_waited_for(
    client: Any, ends: Any, answer: Any, said: Any, seconds: float
) -> None:
    device = ends(start_device(client("device_code")), answer({**STARTED, "expires_in": said}))
    assert device.expires_us == int((NOW + seconds) * 1e6)


@pytest.mark.parametrize(
    "said", [0, -1, "NaN", "Infinity", 1e14, "9" * 400, {"a": 1}, [], 10_000 * YEAR_S, True]
)
@pytest.mark.parametrize("name", ["expires_in", "expires_at", "refresh_token_expires_in"])
def test_an_end_of_a_token_that_cannot_be_is_as_if_none_was_said(
    client: Any, ends: Any, answer: Any, name: str, said: Any
) -> None:
    body = {"access_token": "at-1", "refresh_token": "rt-1", name: said}
    tokens = ends(refresh(client("authorization_code"), "rt-0"), answer(body))
    for end in (tokens.expires_us, tokens.refresh_expires_us):
        assert end is None or 0 < end < 2**63
    assert say_end(tokens)


def test_what_cannot_be_used_is_never_a_bug(client: Any, ends: Any, answer: Any) -> None:
    for body in (
        "",
        "[]",
        "{",
        '{"a":' * 100_000,
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        '{"issuer": []}',
        '{"issuer": "https://id.acme.example", "token_endpoint": 1}',
    ):
        found = client(token_url=None, issuer="https://id.acme.example")
        with pytest.raises(ConnectError):
            ends(client_credentials(found), answer(body), answer(body))


def test_claims_that_are_too_deep_are_none() -> None:
    deep = base64.urlsafe_b64encode(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}").decode().rstrip("=")
    assert claims_of(f"e30.{deep}.x") is None
