"""Encrypt and decrypt: secrets with the data key, the data key for the holder of a private key.

Each unlocker gives 32 bytes, its seed. From the seed come an X25519 key pair and a vouch key. The data key is
wrapped for the public key, so a new data key can be wrapped for every unlocker with none of them at hand,
and an old data key opens none of the wraps. The vouch key takes part, so that nobody who has only the file
can make a wrap.
"""

import hmac
import os
from collections.abc import Sequence

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .layout import Sealed, WrappedKey

KEY_BYTES = 32
_NONCE_BYTES = 12


class NotAuthenticError(Exception):
    """The ciphertext was not made with this key and for this place."""


class UnlockerKeys:
    """The keys that come from one unlocker's seed."""

    def __init__(self, seed: bytes) -> None:
        self._private = X25519PrivateKey.from_private_bytes(_derive(seed, b"connect-tui vault: private"))
        self.vouch = _derive(seed, b"connect-tui vault: vouch")

    @property
    def public(self) -> bytes:
        """The public half, as it stands in the file."""
        return self._private.public_key().public_bytes_raw()

    def unwrap(self, wrapped: WrappedKey, place: Sequence[str]) -> bytes:
        """Give the data key that was wrapped for these keys."""
        try:
            shared = self._private.exchange(X25519PublicKey.from_public_bytes(wrapped.sender))
        except ValueError as error:
            raise NotAuthenticError from error
        key = _wrapping_key(shared, self.vouch, wrapped.sender, self.public)
        return unseal(key, wrapped.sealed, place)


def wrap(data_key: bytes, public: bytes, vouch: bytes, place: Sequence[str]) -> WrappedKey:
    """Wrap the data key for the holder of a private key."""
    once = X25519PrivateKey.generate()
    sender = once.public_key().public_bytes_raw()
    try:
        shared = once.exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError as error:
        raise NotAuthenticError from error
    return WrappedKey(sender, seal(_wrapping_key(shared, vouch, sender, public), data_key, place))


def seal(key: bytes, content: bytes, place: Sequence[str]) -> Sealed:
    """Encrypt for one place: the same words are needed to decrypt."""
    nonce = os.urandom(_NONCE_BYTES)
    return Sealed(nonce, AESGCM(key).encrypt(nonce, content, _place_bytes(place)))


def unseal(key: bytes, sealed: Sealed, place: Sequence[str]) -> bytes:
    """Decrypt what was encrypted for this place.

    Raises:
        NotAuthenticError: another key, another place, or changed bytes.
    """
    try:
        return AESGCM(key).decrypt(sealed.nonce, sealed.data, _place_bytes(place))
    except (InvalidTag, ValueError) as error:
        raise NotAuthenticError from error


def new_key() -> bytes:
    """Give a random key."""
    return os.urandom(KEY_BYTES)


def tag_of(data_key: bytes, content: bytes) -> bytes:
    """Give the tag that only a holder of the data key can make for this content."""
    return hmac.digest(_derive(data_key, b"connect-tui vault: seal of the file"), content, "sha256")


def same_tag(one: bytes, other: bytes) -> bool:
    """Compare two tags in constant time."""
    return hmac.compare_digest(one, other)


def _wrapping_key(shared: bytes, vouch: bytes, sender: bytes, public: bytes) -> bytes:
    return _derive(shared + vouch, b"connect-tui vault: wrap" + sender + public)


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(secret)


def _place_bytes(place: Sequence[str]) -> bytes:
    return msgspec.json.encode(place)
