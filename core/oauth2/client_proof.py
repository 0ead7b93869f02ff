"""Prove to a provider which client asks (RFC 6749, section 2.3; RFC 7523; RFC 8705)."""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

from .assertions import client_assertion
from .client import Client

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def prove(client: Client, audience: str) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """Give the parameters and headers by which the client proves who it is.

    ``audience`` is whom a signed proof is for: the token endpoint, also where another one is asked.
    """
    match client.method.client_auth:
        case "basic":
            return {}, {"Authorization": f"Basic {_pair(client)}"}
        case "post":
            return {"client_id": client.id, "client_secret": client.secret}, {}
        case "private_key_jwt" | "client_secret_jwt":
            signed = client_assertion(client, audience)
            proof = {"client_assertion_type": _ASSERTION_TYPE, "client_assertion": signed}
            return {"client_id": client.id, **proof}, {}
        case "none" | "tls":
            # With mutual TLS the certificate proves it, and the id says whose it is (RFC 8705, section 2).
            return ({"client_id": client.id} if client.id else {}), {}


def _pair(client: Client) -> str:
    """Write id and secret as a form would, then as basic authentication does (RFC 6749, section 2.3.1)."""
    pair = f"{quote_plus(client.id)}:{quote_plus(client.secret)}"
    written = base64.b64encode(pair.encode()).decode()
    client.keep_secret(written)
    return written
