"""Sign the assertions that prove who asks (RFC 7523): those of clients, and those of the grant jwt_bearer."""

import json
from collections.abc import Mapping
from typing import Any

from connectors.templates import MISSING

from ..auth.jws import read_key
from ..auth.jwt import signed_token
from ..errors import ConfigError
from .client import Client

_USUAL_KEY = "{{ auth.private_key }}"


def client_assertion(client: Client, audience: str) -> str:
    """Give the assertion by which a client proves who it is (RFC 7523, section 2.2)."""
    spec = client.method.client_assertion
    usual = {"iss": client.id, "sub": client.id, "aud": audience}
    if client.method.client_auth == "client_secret_jwt":
        algorithm = spec.algorithm if spec.algorithm.startswith("HS") else "HS256"
        return _signed(client, "client_assertion", usual, {}, algorithm=algorithm, key=client.secret)
    return _signed(client, "client_assertion", usual, {})


def grant_assertion(client: Client, audience: str, scope: str | None) -> str:
    """Give the assertion that stands for a person or a service (RFC 7523, section 2.1)."""
    usual = {"iss": client.id or None, "sub": client.id or None, "aud": audience}
    return _signed(client, "assertion", usual, {"scope": scope, "token_url": audience})


def _signed(
    client: Client,
    which: str,
    usual: Mapping[str, Any],
    asked: Mapping[str, Any],
    *,
    algorithm: str | None = None,
    key: str | None = None,
) -> str:
    spec = client.method.client_assertion if which == "client_assertion" else client.method.assertion
    algorithm = algorithm or spec.algorithm
    file = _key_file(client, spec.key_file)
    more = {"key_file": file, "asked": asked}
    template = "{{ key_file.private_key }}" if spec.key_file and spec.key == _USUAL_KEY else spec.key
    key = key or client.needed(template, "key to sign with", more)
    client.keep_secret(key)
    written = "text" if algorithm.startswith("HS") else "jwk" if key.startswith("{") else "pem"
    signing_key = read_key(key, written, algorithm, client.optional(spec.passphrase, more) or "")
    moment = int(client.moment())
    timed = {"iat": moment, "exp": moment + int(spec.lifetime), "jti": client.random(16)}
    claims = _present({**usual, **timed, **_filled(client, spec.claims, more)})
    header = _present({"alg": algorithm, "typ": "JWT", **_filled(client, spec.header, more)})
    token = signed_token(header, claims, signing_key, algorithm)
    client.keep_secret(token)
    return token


def _filled(client: Client, templates: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    filled: dict[str, Any] = client.unsealed.fill(templates, more) if templates else {}
    return filled


def _present(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value is not None and value is not MISSING}


def _key_file(client: Client, template: str | None) -> Mapping[str, Any]:
    """Read the JSON file of a provider that holds a key and what belongs to it."""
    if template is None:
        return {}
    text = client.needed(template, "key file")
    try:
        facts = json.loads(text)
    except ValueError:
        facts = None
    if not isinstance(facts, dict):
        raise ConfigError(
            f"the key file of {client.name} is no JSON object",
            "give the file whole, as the provider made it",
            error_class="auth",
        )
    client.keep_secret(*(str(value) for name, value in facts.items() if "private_key" in name))
    return facts
