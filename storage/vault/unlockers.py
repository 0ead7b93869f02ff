"""What unlocks a vault: each kind gives a seed of 32 bytes."""

import os
from collections.abc import Iterator
from typing import assert_never

from ..errors import VaultError, WrongKeyError
from .key_file import KeyFile, read_key_file
from .layout import KeyFileWay, KeyringWay, PassphraseWay, SshAgentWay, Way
from .os_keyring import Keyring, make_keyring_key, read_keyring
from .passphrase import Passphrase, new_passphrase_way, stretch
from .ssh_agent import SshAgent, agent_keys, fingerprint_of, new_agent_way, sign_seed

Unlocker = Passphrase | KeyFile | Keyring | SshAgent

_SALT_BYTES = 16
_TYPED = "passphrase"


def new_way(unlocker: Unlocker) -> tuple[Way, bytes]:
    """Give how a new unlocker is noted in the file, and its seed."""
    match unlocker:
        case Passphrase():
            way = new_passphrase_way(os.urandom(_SALT_BYTES), unlocker.label)
            return way, stretch(unlocker, way)
        case KeyFile():
            return KeyFileWay(str(unlocker.path.expanduser().absolute())), read_key_file(unlocker)
        case Keyring():
            return KeyringWay(unlocker.service, unlocker.account), make_keyring_key(unlocker)
        case SshAgent():
            chosen = new_agent_way(unlocker)
            seed = sign_seed(unlocker, chosen)
            if seed != sign_seed(unlocker, chosen):
                raise VaultError("the ssh-agent signs otherwise each time", "choose another key or way")
            return chosen, seed
        case _:
            assert_never(unlocker)


def seeds_for(unlocker: Unlocker, ways: tuple[Way, ...]) -> Iterator[bytes | None]:
    """Yield for each noted way the seed that this unlocker has for it; None where it is of another kind.

    Each is made when it is asked for: a passphrase is slow to stretch, and a person may have to confirm a
    signature.
    """
    match unlocker:
        case Passphrase():
            yield from (stretch(unlocker, way) if isinstance(way, PassphraseWay) else None for way in ways)
        case KeyFile():
            key = read_key_file(unlocker)
            yield from (key if isinstance(way, KeyFileWay) else None for way in ways)
        case Keyring():
            key = read_keyring(unlocker)
            yield from (key if isinstance(way, KeyringWay) else None for way in ways)
        case SshAgent():
            yield from _signed(unlocker, ways)
        case _:
            assert_never(unlocker)


def _signed(agent: SshAgent, ways: tuple[Way, ...]) -> Iterator[bytes | None]:
    """Yield what an agent signs; a key that it refuses to use does not keep it from using another.

    Raises:
        VaultError: it refused one, or lacks one, and none of the others was the right one.
    """
    refused: VaultError | None = None
    missing = ""
    held = {key.blob for key in agent_keys(agent)}
    for way in ways:
        seed = None
        if isinstance(way, SshAgentWay) and way.key in held:
            try:
                seed = sign_seed(agent, way)
            except VaultError as error:
                refused = error
        elif isinstance(way, SshAgentWay):
            missing = missing or label_of(way)
        yield seed
    if refused is not None:
        raise refused
    if missing:
        raise WrongKeyError(
            f"this ssh-agent does not open the vault: it does not hold {missing}",
            "add that key with `ssh-add`, or unlock in another way",
        )


def label_of(way: Way) -> str:
    """Name a way for people."""
    match way:
        case PassphraseWay():
            return way.label or _TYPED
        case KeyFileWay():
            return way.path
        case KeyringWay():
            return f"{way.service} / {way.account}"
        case SshAgentWay():
            return f"{fingerprint_of(way)} {way.comment}".strip()
        case _:
            assert_never(way)


def kind_of(way: Way) -> str:
    """Give the word of the union's tag."""
    match way:
        case PassphraseWay():
            return "passphrase"
        case KeyFileWay():
            return "key_file"
        case KeyringWay():
            return "keyring"
        case SshAgentWay():
            return "ssh_agent"
        case _:
            assert_never(way)
