"""A shipped connector led to a vendor on loopback, and a connection to it whose secrets stand in the environment."""

import base64
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from connectors import AppInstallationAuth, AuthMethod, Connector, JwtAuth, OAuth1Auth, OAuth2Auth
from core import Engine

SECRET = "canary-4417"
CLIENT_ID = "acme-client"
_ORIGIN = re.compile(r"""https?://(?:\{\{.*?\}\}|[^/?#{'"`\s])+""")
_ADDRESSES = frozenset({"issuer", "discovery", "path"})


def lead_to(definition: Connector, name: str, peer: str, ca: Path | None) -> dict[str, Any]:
    """Give a connector with what one method needs, every address in it being that of the peer."""
    document = definition.model_dump(mode="json", by_alias=True, exclude_unset=True)
    for section in ("tests", "extends", "lineage", "modules", "presets"):
        document.pop(section, None)
    tested = {test.operation for test in definition.auth[name].test} - {None}
    kept = tested or {next(iter(definition.operations))}
    document["operations"] = {key: one for key, one in document["operations"].items() if key in kept}
    # The others say what they capture, which the base URL may use; their tests ask what is not kept.
    document["auth"] = {
        key: _led(one if key == name else {**one, "test": []}, peer) for key, one in document["auth"].items()
    }
    document["http"]["base_url"] = _address(document["http"]["base_url"], peer)
    document["inputs"] = [*document.get("inputs", []), {"key": "peer", "type": "url", "required": True}]
    if ca is not None:
        document["http"]["tls"] = {"ca": str(ca)}
    return document


def _led(value: Any, peer: str) -> Any:
    """Replace the origin of every address in a part of a document."""
    if isinstance(value, list):
        return [_led(one, peer) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _address(one, peer)
        if isinstance(one, str) and (key.endswith("_url") or key in _ADDRESSES)
        else _led(one, peer)
        for key, one in value.items()
    }


def _address(text: str, peer: str) -> str:
    """Replace an origin: by a variable where it is all of the host, for a file may name no private one."""
    found = _ORIGIN.match(text)
    return "{{ var.peer }}" + text[found.end() :] if found else _ORIGIN.sub(peer, text)


def connect(
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    definition: Connector,
    name: str,
    peer: str,
    variables: Mapping[str, Any],
    shown: Mapping[str, str],
    ca: Path | None,
) -> None:
    """Make the connection `peer` with one method; ``shown`` is a certificate, as `cert`, `key` and `pkcs12`."""
    document = lead_to(definition, name, peer, ca)
    path = engine.home.connectors / f"{definition.handle}.yaml"
    path.write_text(json.dumps(document), encoding="utf-8")
    method = definition.auth[name]
    given = {"client_id": CLIENT_ID, **variables}
    keys = {one.key for one in (*definition.inputs, *method.inputs)}
    secrets = {}
    for one in (*definition.inputs, *method.inputs):
        value = _secret(method, one.key, shown) if one.secret else None
        if value is not None:
            variable = f"CANARY_{one.key.upper()}"
            monkeypatch.setenv(variable, value)
            secrets[one.key] = f"ref:env:{variable}"
    plain = {key: value for key, value in given.items() if key in keys}
    engine.workspace.create_connection(
        definition.handle,
        "peer",
        method=name,
        secrets=secrets,
        variables={**plain, **({"base_url": peer} if "base_url" in keys else {}), "peer": peer},
    )
    engine.workspace.activate("peer")


def _secret(method: AuthMethod, key: str, shown: Mapping[str, str]) -> str | None:
    """Give what a secret input is: a key where something is signed with it, nothing for the password of one."""
    this = re.compile(rf"\{{\{{\s*auth\.{key}\b.*\}}\}}")
    certificate = method.certificate
    for part in ("cert", "key", "pkcs12"):
        if certificate is not None and this.fullmatch(getattr(certificate, part) or ""):
            return shown[part]
    proofs = (method.assertion, method.client_assertion) if isinstance(method, OAuth2Auth) else ()
    if any(this.fullmatch(proof.key_file or "") for proof in proofs):
        return json.dumps(_key_file())
    passwords = [getattr(one, "passphrase", None) for one in (method, *proofs)]
    if any(this.fullmatch(one or "") for one in (*passwords, getattr(certificate, "password", None))):
        return None
    return _signing_key(method, this) or SECRET


def _signing_key(method: AuthMethod, this: re.Pattern[str]) -> str | None:
    """Give the key that a method signs with, when it is what ``this`` names."""
    algorithm, written, template = "RS256", "pem", ""
    match method:
        case OAuth2Auth():
            signs = method.client_auth == "private_key_jwt" or "jwt_bearer" in method.grants
            used = method.assertion if "jwt_bearer" in method.grants else method.client_assertion
            algorithm, template = used.algorithm, used.key if signs else ""
        case OAuth1Auth() if method.signature.startswith("RSA"):
            template = method.private_key
        case AppInstallationAuth() | JwtAuth():
            usual = "text" if method.algorithm.startswith("HS") else "pem"
            algorithm, written, template = method.algorithm, method.key_format or usual, method.key
    if not this.fullmatch(template):
        return None
    raw = SECRET.encode()
    encoded = {"hex": raw.hex(), "base64": base64.b64encode(raw).decode(), "text": SECRET}
    return encoded.get(written) or private_key(algorithm)


@cache
def private_key(algorithm: str) -> str:
    """Give a key as PEM that signs with an algorithm."""
    key: Any
    if algorithm.startswith("ES"):
        key = ec.generate_private_key(ec.SECP256R1())
    elif algorithm == "EdDSA":
        key = ed25519.Ed25519PrivateKey.generate()
    else:
        key = rsa.generate_private_key(65537, 2048)
    pem: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem.decode()


def _key_file() -> dict[str, Any]:
    """Give a key file as Google and as Box write it, in one."""
    key = {"publicKeyID": "key-1", "privateKey": private_key("RS256")}
    return {
        "boxAppSettings": {"clientID": CLIENT_ID, "appAuth": key},
        "enterpriseID": "1234567",
        "type": "service_account",
        "private_key_id": "key-1",
        "private_key": private_key("RS256"),
        "client_email": "robot@project.example",
        "client_id": CLIENT_ID,
        "token_uri": "https://oauth2.googleapis.com/token",
    }
