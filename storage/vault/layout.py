"""The layout of the vault file: JSON with ciphertext as base64, checked strictly when it is read."""

from pathlib import Path
from typing import Any

import msgspec

from ..errors import VaultError

PRODUCT = "connect-tui vault"
FORMAT = 1


class Sealed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What AES-256-GCM gave for one nonce."""

    nonce: bytes
    data: bytes


class PassphraseWay(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="passphrase"
):
    """How a passphrase is stretched (Argon2id); ``label`` tells one of several from the others."""

    salt: bytes
    memory_kib: int
    passes: int
    lanes: int
    label: str = ""


class KeyFileWay(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="key_file"):
    """Where the key file was when it was added."""

    path: str


class KeyringWay(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="keyring"):
    """Under which names the OS keyring holds the key."""

    service: str
    account: str


class SshAgentWay(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="ssh_agent"):
    """Which key of an ssh-agent signs what; ``comment`` is what the agent called it."""

    key: bytes
    challenge: bytes
    comment: str


Way = PassphraseWay | KeyFileWay | KeyringWay | SshAgentWay


class WrappedKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data key for one unlocker; ``sender`` is the public key of a pair that was used once."""

    sender: bytes
    sealed: Sealed


class UnlockerRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to unlock. ``vouch`` is a key shared with the unlocker, sealed with the data key."""

    id: str
    created: str
    way: Way
    public: bytes
    vouch: Sealed
    wrapped: WrappedKey


class SecretRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One secret; its revision grows with every change."""

    revision: int
    sealed: Sealed


class VaultFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. ``last_revision`` is the highest revision of a secret that was deleted."""

    product: str
    format: int
    id: str
    key_id: str
    unlockers: tuple[UnlockerRow, ...]
    secrets: dict[str, SecretRow]
    last_revision: int = 0
    seal: bytes = b""


class _Header(msgspec.Struct, frozen=True):
    product: str
    format: int


def encode_file(file: VaultFile) -> bytes:
    """Give the file's bytes, one line for each part so that backups can be compared."""
    return msgspec.json.format(msgspec.json.encode(file), indent=1) + b"\n"


def sealed_content(file: VaultFile) -> bytes:
    """Give the bytes that the file's seal covers: everything but the seal, in one canonical form."""
    return msgspec.json.encode(msgspec.structs.replace(file, seal=b""), order="sorted")


def decode_file(data: bytes, path: Path) -> VaultFile:
    """Read the bytes of a vault file.

    Raises:
        VaultError: it is not a vault, damaged, or written by a newer version.
    """
    header: _Header = _decode(data, _Header, path)
    if header.product != PRODUCT:
        raise VaultError(f"{path} is not a vault of this program", "move it away or choose another home")
    if header.format > FORMAT:
        raise VaultError(
            f"the vault {path} has format {header.format}, this version reads up to {FORMAT}",
            "use the newer version that wrote it",
        )
    file: VaultFile = _decode(data, VaultFile, path)
    return file


def damaged(path: Path, why: str) -> VaultError:
    """Describe a file that cannot be trusted; nothing is written over it."""
    return VaultError(
        f"the vault {path} is damaged: {why}; it was left as it is",
        "restore it from a backup, or move it away",
    )


def _decode(data: bytes, form: Any, path: Path) -> Any:
    try:
        return msgspec.json.decode(data, type=form)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise damaged(path, str(error)) from error
