"""Read a signing key, and sign bytes with it as JWS names the algorithms (RFC 7518, RFC 8037)."""

import hmac
import json
from typing import TYPE_CHECKING, Any, Final, cast

from ..errors import ConfigError
from .encoded import decoded

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.hashes import HashAlgorithm

    SigningKey = bytes | RSAPrivateKey | EllipticCurvePrivateKey | Ed25519PrivateKey | Ed448PrivateKey

_CURVES: Final = {"ES256": "secp256r1", "ES384": "secp384r1", "ES512": "secp521r1"}
_SHOWN: Final = "give it again, whole and as the vendor made it"


def read_key(text: str, written: str, algorithm: str, passphrase: str = "") -> "SigningKey":
    """Read the key for an algorithm; ``written`` is text, base64, hex, pem or jwk.

    Raises:
        ConfigError: it is not written so, stays closed, or is none for this algorithm; names no part of it.
    """
    try:
        key = _parsed(text, written, passphrase)
    except _PassphraseError as error:
        raise _unusable(str(error), "give the passphrase that opens it, or a key without one") from None
    except (ValueError, TypeError, KeyError):
        raise _unusable(f"cannot be read as {written}", _SHOWN) from None
    wanted = _wanted(key, algorithm)
    if wanted is not None:
        raise _unusable(f"is none for {algorithm}, which needs {wanted}", _SHOWN)
    return cast("SigningKey", key)


def sign(data: bytes, key: "SigningKey", algorithm: str) -> bytes:
    """Give the signature over ``data`` by a key that `read_key` gave for this algorithm."""
    if isinstance(key, bytes):
        return hmac.digest(key, data, f"sha{algorithm[2:]}")
    return _sign(data, key, algorithm)


class _PassphraseError(Exception):
    """A PEM is encrypted, and what was given does not open it."""


def _unusable(what: str, remedy: str) -> ConfigError:
    return ConfigError(f"the key that signs {what}", remedy, error_class="auth")


def _parsed(text: str, written: str, passphrase: str) -> Any:
    match written:
        case "pem":
            return _from_pem(text, passphrase)
        case "jwk":
            return _from_jwk(json.loads(text))
        case "text":
            return text.encode()
        case _:
            return decoded(text.strip(), written)


def _from_pem(text: str, passphrase: str) -> Any:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    # A key out of a JSON file or an environment variable has its line breaks escaped.
    data = text.replace("\\n", "\n").strip().encode()
    is_encrypted = b"ENCRYPTED" in data
    try:
        # Its check would cost 60 ms each time. The key is the person's own; a broken one the vendor refuses.
        return load_pem_private_key(
            data,
            passphrase.encode() if is_encrypted and passphrase else None,
            unsafe_skip_rsa_key_validation=True,
        )
    except (ValueError, TypeError):
        if is_encrypted:
            raise _PassphraseError(
                "does not open with this passphrase" if passphrase else "is encrypted"
            ) from None
        raise


def _from_jwk(facts: Any) -> Any:
    if not isinstance(facts, dict) or not isinstance(facts.get("kty"), str):
        raise ValueError("a JWK is a JSON object with kty")  # noqa: TRY004 - it is the text that is wrong
    if facts["kty"] == "oct":
        return decoded(str(facts["k"]), "base64")
    import joserfc.errors
    from joserfc.jwk import import_key

    try:
        return import_key(facts).private_key
    except joserfc.errors.JoseError as error:
        raise ValueError("no key") from error


def _wanted(key: Any, algorithm: str) -> str | None:
    """Say what kind of key an algorithm needs, where this one is another."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

    match algorithm[:2]:
        case "HS":
            return None if isinstance(key, bytes) and key else "a secret that is not empty"
        case "ES":
            curve = _CURVES[algorithm]
            fits = isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name == curve
            return None if fits else f"a private key on the curve {curve}"
        case "Ed":
            kinds = (ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey)
            return None if isinstance(key, kinds) else "a private key of Ed25519 or Ed448"
        case _:
            return None if isinstance(key, rsa.RSAPrivateKey) else "a private key of RSA"


def _sign(data: bytes, key: Any, algorithm: str) -> bytes:
    from cryptography.hazmat.primitives.asymmetric import ec, padding

    if algorithm == "EdDSA":
        return bytes(key.sign(data))
    function = _hash(algorithm)
    match algorithm[:2]:
        case "ES":
            return _joined(key.sign(data, ec.ECDSA(function)), key.curve.key_size)
        case "PS":
            pad: Any = padding.PSS(padding.MGF1(function), function.digest_size)
        case _:
            pad = padding.PKCS1v15()
    return bytes(key.sign(data, pad, function))


def _hash(algorithm: str) -> "HashAlgorithm":
    from cryptography.hazmat.primitives import hashes

    match algorithm[2:]:
        case "1":
            return hashes.SHA1()  # noqa: S303 - RSA-SHA1 of OAuth 1.0
        case "256":
            return hashes.SHA256()
        case "384":
            return hashes.SHA384()
        case _:
            return hashes.SHA512()


def _joined(signature: bytes, bits: int) -> bytes:
    """Write both numbers of an ECDSA signature in full length, joined (RFC 7518, section 3.4)."""
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    size = (bits + 7) // 8
    r, s = decode_dss_signature(signature)
    return r.to_bytes(size) + s.to_bytes(size)
