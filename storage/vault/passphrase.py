"""Unlock with a passphrase, made slow to guess by Argon2id."""

import threading
import unicodedata
from dataclasses import dataclass, field

from ..errors import VaultError
from . import recovery_kit
from .layout import PassphraseWay

# The second recommended option of RFC 9106, section 4, on one lane: OpenSSL computes more in threads of
# its own.
_MEMORY_KIB = 64 * 1024
_PASSES = 3
_LANES = 1

_LEAST_MEMORY_KIB = 8 * 1024
_MOST_MEMORY_KIB = 1024 * 1024
_MOST_PASSES = 64
_MOST_LANES = 64
# RFC 9106, section 3.1.
_LEAST_SALT = 16

# OpenSSL has one thread pool for the whole process. Two derivations on several lanes at once wait there
# for each other for ever, whichever objects asked for them, so no smaller place can hold this lock.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class Passphrase:
    """A passphrase that a person knows or a protected file holds; a new one may have a ``label``."""

    text: str = field(repr=False)
    label: str = ""


def new_passphrase_way(salt: bytes, label: str = "") -> PassphraseWay:
    """Give the cost and the salt that a new passphrase is stretched with."""
    return PassphraseWay(salt=salt, memory_kib=_MEMORY_KIB, passes=_PASSES, lanes=_LANES, label=label)


def stretch(passphrase: Passphrase, way: PassphraseWay) -> bytes:
    """Turn a passphrase into 32 bytes that only it can give.

    Raises:
        VaultError: the passphrase is empty, or the cost in the file is out of bounds.
    """
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    if not passphrase.text:
        raise VaultError("an empty passphrase protects nothing", "give one of some length")
    _check_cost(way)
    argon = Argon2id(
        salt=way.salt, length=32, iterations=way.passes, lanes=way.lanes, memory_cost=way.memory_kib
    )
    with _ONE_AT_A_TIME:
        return argon.derive(_as_meant(passphrase.text, way).encode("utf-8", "surrogatepass"))


def _as_meant(typed: str, way: PassphraseWay) -> str:
    """Give the text that is stretched: an accent is the same from every keyboard (RFC 8265)."""
    text = unicodedata.normalize("NFC", typed)
    return recovery_kit.as_printed(text) if way.label.startswith(recovery_kit.LABEL) else text


def _check_cost(way: PassphraseWay) -> None:
    """Refuse a cost that a changed file could use to weaken the key or to exhaust the machine."""
    fits = (
        max(_LEAST_MEMORY_KIB, 8 * way.lanes) <= way.memory_kib <= _MOST_MEMORY_KIB
        and 1 <= way.passes <= _MOST_PASSES
        and 1 <= way.lanes <= _MOST_LANES
        and len(way.salt) >= _LEAST_SALT
    )
    if not fits:
        raise VaultError("the passphrase's cost in the vault file is out of bounds", "restore the file")
