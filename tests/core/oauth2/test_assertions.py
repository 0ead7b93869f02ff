"""Assertions as service accounts and clients sign them, looked at with another library."""

import base64
import hmac
import json
from typing import Any
from urllib.parse import parse_qsl

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from core.errors import ConfigError
from core.oauth2 import client_credentials, jwt_bearer

GOOD = {"access_token": "at-1", "expires_in": 3600}
NOW = 1_800_000_000


def _sent(request: Any) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode()))


def test_a_service_account_of_google(
    client: Any, ends: Any, answer: Any, service_account: dict[str, str]
) -> None:
    odd = client(
        "jwt_bearer", client_auth="none", scopes=["https://scopes.example/drive"],
        values={"client_id": "", "key_file": json.dumps(service_account)},
        assertion={
            "key_file": "{{ auth.key_file }}",
            "header": {"kid": "{{ key_file.private_key_id }}"},
            "claims": {"iss": "{{ key_file.client_email }}", "sub": None, "aud": "{{ key_file.token_uri }}",
                       "scope": "{{ asked.scope }}"},
        },
        params={"token": {"scope": None}},
    )  # fmt: skip
    tokens = ends(jwt_bearer(odd), answer({**GOOD, "refresh_token": "never kept"}))
    assert tokens.values == {"access_token": "at-1"}
    sent = _sent(ends.asked[0])
    assert sent.keys() == {"grant_type", "assertion"}
    token = jwt.decode(
        sent["assertion"], RSAKey.import_key(service_account["private_key"]), algorithms=["RS256"]
    )
    assert token.header == {"alg": "RS256", "typ": "JWT", "kid": "key-1"}
    assert token.claims == {
        "iss": "robot@project.example", "aud": "https://oauth2.example/token", "iat": NOW, "exp": NOW + 300,
        "jti": "random-16-1", "scope": "https://scopes.example/drive",
    }  # fmt: skip
    assert odd.unsealed.redactor.text(sent["assertion"]) == "•••"


def test_an_app_of_salesforce(client: Any, ends: Any, answer: Any, service_account: dict[str, str]) -> None:
    odd = client(
        "jwt_bearer", client_auth="none",
        values={"username": "ada@acme.example", "private_key": service_account["private_key"]},
        assertion={"claims": {"sub": "{{ auth.username }}", "aud": "https://login.acme.example"}, "lifetime": 180},
    )  # fmt: skip
    ends(jwt_bearer(odd), answer(GOOD))
    key = RSAKey.import_key(service_account["private_key"])
    claims = jwt.decode(_sent(ends.asked[0])["assertion"], key, algorithms=["RS256"]).claims
    assert claims == {"iss": "me", "sub": "ada@acme.example", "aud": "https://login.acme.example",
                      "iat": NOW, "exp": NOW + 180, "jti": "random-16-1"}  # fmt: skip


@pytest.mark.parametrize("written", ["pem", "jwk"])
def test_a_client_signs_with_its_key(client: Any, ends: Any, answer: Any, written: str) -> None:
    key = ECKey.generate_key("P-256", private=True)
    text = key.as_pem(private=True).decode() if written == "pem" else json.dumps(key.as_dict(private=True))
    odd = client(
        client_auth="private_key_jwt", client_assertion={"algorithm": "ES256"}, values={"private_key": text}
    )
    ends(client_credentials(odd), answer(GOOD))
    sent = _sent(ends.asked[0])
    assert sent["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    claims = jwt.decode(sent["client_assertion"], key, algorithms=["ES256"]).claims
    assert claims["iss"] == claims["sub"] == sent["client_id"] == "me"
    assert claims["aud"] == "https://id.acme.example/token"


def test_a_client_signs_with_its_secret(client: Any, ends: Any, answer: Any) -> None:
    ends(client_credentials(client(client_auth="client_secret_jwt")), answer(GOOD))
    text, _, signature = _sent(ends.asked[0])["client_assertion"].rpartition(".")
    made = hmac.digest(b"our-secret-value", text.encode(), "sha256")
    assert base64.urlsafe_b64decode(f"{signature}=") == made
    header = base64.urlsafe_b64decode(f"{text.split('.')[0]}==")
    assert json.loads(header) == {"alg": "HS256", "typ": "JWT"}


def test_a_key_file_that_is_none_is_told(client: Any) -> None:
    odd = client(
        "jwt_bearer",
        client_auth="none",
        values={"key_file": "not json"},
        assertion={"key_file": "{{ auth.key_file }}"},
    )
    with pytest.raises(ConfigError, match="the key file of acme is no JSON object"):
        next(jwt_bearer(odd))
