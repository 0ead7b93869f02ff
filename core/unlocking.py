"""Find what unlocks the vault of a home: what the environment names, what is there, what a person chose."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from storage import VaultError
from storage.vault import (
    KeyFile,
    Keyring,
    Passphrase,
    SshAgent,
    Unlocker,
    Vault,
    agent_keys,
    keyring_available,
)

from .home import APP, Home

PASSPHRASE_FILE = "CONNECT_TUI_VAULT_PASSPHRASE_FILE"  # noqa: S105 - the name of a variable
KEY_FILE = "CONNECT_TUI_VAULT_KEY_FILE"

Way = Literal["passphrase", "key_file", "keyring", "ssh_agent"]


@dataclass(frozen=True, slots=True)
class UnlockRequest:
    """What a person is asked: to choose how a new vault is unlocked, or to unlock one that exists."""

    exists: bool
    ways: tuple[Way, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class UnlockChoice:
    """A person's answer; without a path the key file stands in the home's config folder.

    ``fingerprint`` (``SHA256:…``) names one of several keys of the ssh-agent.
    """

    way: Way
    passphrase: str = field(default="", repr=False)
    key_file: Path | None = None
    fingerprint: str = ""


Unlock = Callable[[UnlockRequest], UnlockChoice | None]


class Unlockers:
    """What there is on this machine, and in this environment, to unlock a vault with."""

    def __init__(self, vault: Vault, home: Home, environ: Mapping[str, str] = os.environ) -> None:
        self._vault = vault
        self._home = home
        self._environ = environ

    def ways(self) -> tuple[Way, ...]:
        """List how this vault can be unlocked, or how a new one could be."""
        if self._vault.exists:
            kinds = {entry.kind for entry in self._vault.status().unlockers}
            return tuple(way for way in get_args(Way) if way in kinds)
        return (
            "passphrase",
            "key_file",
            *(("keyring",) if self.has_keyring() else ()),
            *(("ssh_agent",) if agent_keys(self._agent()) else ()),
        )

    def unattended(self, *, make: bool) -> Unlocker | None:
        """Give what the environment names; nothing where it names nothing."""
        if path := self._environ.get(PASSPHRASE_FILE):
            return Passphrase(_read_passphrase(Path(path)))
        if path := self._environ.get(KEY_FILE):
            return _key_file(Path(path), make=make)
        return None

    def named_by(self) -> str:
        """Tell which variable names what is used unattended."""
        name = PASSPHRASE_FILE if self._environ.get(PASSPHRASE_FILE) else KEY_FILE
        return f"{name} names {self._environ.get(name)}"

    def known(self) -> Iterator[Unlocker | VaultError]:
        """Yield what can be tried without asking: key files where they were, the keyring, the ssh-agent.

        A keyring that cannot be tried is told as an error.
        """
        for entry in self._vault.status().unlockers:
            if entry.kind == "key_file":
                yield KeyFile(Path(entry.label))
        ways = self.ways()
        if "keyring" in ways:
            yield self.keyring() if self.has_keyring() else _no_keyring()
        if "ssh_agent" in ways:
            yield self._agent()

    def chosen(self, choice: UnlockChoice, *, make: bool) -> Unlocker:
        """Give what a person chose; with ``make`` a key file is made where there is none."""
        match choice.way:
            case "passphrase":
                if not choice.passphrase:
                    raise VaultError("an empty passphrase protects nothing", "type one")
                return Passphrase(choice.passphrase)
            case "key_file":
                return _key_file(choice.key_file or self._home.config / "vault.key", make=make)
            case "keyring":
                return self.keyring()
            case "ssh_agent":
                return self._agent(choice.fingerprint)

    def has_keyring(self) -> bool:
        """Tell whether a keyring answers, and this home may use it."""
        return not self._home.isolated and keyring_available() is not None

    def keyring(self) -> Keyring:
        """Name the entry of this home."""
        return Keyring(APP, str(self._home.vault))

    def _agent(self, fingerprint: str = "") -> SshAgent:
        return SshAgent(fingerprint, self._environ)


def _no_keyring() -> VaultError:
    return VaultError(
        "the OS keyring is locked, silent or not there", "open it on the desktop, or unlock in another way"
    )


def _key_file(path: Path, *, make: bool) -> KeyFile:
    path = path.expanduser()
    if make and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            return KeyFile.make(path)
        except VaultError:
            # Another process may have made it meanwhile.
            if not path.exists():
                raise
    return KeyFile(path)


def _read_passphrase(path: Path) -> str:
    try:
        text = path.expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise VaultError(
            f"the passphrase file {path} cannot be read: {error}", f"{PASSPHRASE_FILE} names it"
        ) from error
    return text.removesuffix("\n").removesuffix("\r")
