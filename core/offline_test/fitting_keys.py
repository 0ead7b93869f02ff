"""Keys for tests where any text will not do: as a method wants them, made on this machine, nobody's."""

import json
from functools import lru_cache
from typing import Final

from connectors import AuthMethod, HmacAuth, JwtAuth, OAuth1Auth

from ..auth.encoded import encoded

_CURVES: Final = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}


def fitting_key(method: AuthMethod | None, key: str, usual: str) -> str:
    """Give what the secret input ``key`` of a method is in a test: ``usual``, unless that could not sign."""
    match method:
        case HmacAuth() if _is(method.key, key) and method.key_encoding != "text":
            return encoded(usual.encode(), method.key_encoding)
        case JwtAuth() if _is(method.key, key):
            return _for_token(method, usual)
        case OAuth1Auth() if _is(method.private_key, key) and method.signature.startswith("RSA"):
            return _private_key("RS256", "pem")
        case _:
            return usual


def _is(template: str, key: str) -> bool:
    """Tell whether a template is one input and nothing else."""
    return template.replace(" ", "") == f"{{{{auth.{key}}}}}"


def _for_token(method: JwtAuth, usual: str) -> str:
    if not method.algorithm.startswith("HS"):
        return _private_key(method.algorithm, method.key_format or "pem")
    match method.key_format:
        case "base64" | "hex":
            return encoded(usual.encode(), method.key_format)
        case "jwk":
            return json.dumps({"kty": "oct", "k": encoded(usual.encode(), "base64url")})
        case _:
            return usual


@lru_cache
def _private_key(algorithm: str, written: str) -> str:
    from joserfc.jwk import ECKey, OKPKey, RSAKey

    if algorithm == "EdDSA":
        key: ECKey | OKPKey | RSAKey = OKPKey.generate_key("Ed25519")
    elif algorithm in _CURVES:
        key = ECKey.generate_key(_CURVES[algorithm])
    else:
        key = RSAKey.generate_key(2048)
    return json.dumps(key.as_dict(private=True)) if written == "jwk" else key.as_pem(private=True).decode()
